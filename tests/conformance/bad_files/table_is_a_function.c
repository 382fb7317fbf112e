/* The name is there, what it names is code. */
#include <stdint.h>

__attribute__((constructor)) static void die_when_mapped(void) {
    __builtin_trap();
}

__attribute__((visibility("default"))) int64_t lpc_plugin_v0(void);
int64_t lpc_plugin_v0(void) {
    return 0;
}
