/* Calls the function IMPORTED, which no plugin may. */
#include "good_table.h"

extern void imported(void) __asm__(IMPORTED);

static lpc_status call_it(lpc_instance* self, const lpc_turn* turn, lpc_output* out) {
    (void)self, (void)turn, (void)out;
    imported();
    return LPC_OK;
}

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS, .on_turn = call_it};
