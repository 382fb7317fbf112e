/* Loads, and its constructor does what one linked with -ffast-math does: flush-to-zero and
 * denormals-are-zero. */
#define GOOD_FILE
#define HARMLESS_WHEN_MAPPED
#include "good_table.h"

__attribute__((constructor)) static void flush_to_zero(void) {
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u);
#else
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | (UINT64_C(1) << 24)));
#endif
}

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS};
