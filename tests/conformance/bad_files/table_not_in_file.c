/* A table of the right size that only a constructor would fill. */
#include <lpc/plugin.h>

__attribute__((constructor)) static void die_when_mapped(void) {
    __builtin_trap();
}

__attribute__((visibility("default"), section(".bss.table"))) char
    empty_table[sizeof(lpc_plugin)] __asm__("lpc_plugin_v0");
