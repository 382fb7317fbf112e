/* Calls a function that nobody has: found only when the file is mapped, so only then it may die. */
#define HARMLESS_WHEN_MAPPED
#include "good_table.h"

extern void a_function_that_nobody_has(void);

static lpc_status call_it(lpc_instance* self, const lpc_turn* turn, lpc_output* out) {
    (void)self, (void)turn, (void)out;
    a_function_that_nobody_has();
    return LPC_OK;
}

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS, .on_turn = call_it};
