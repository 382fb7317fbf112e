/* Keeps state by thread: a call from another thread finds another state. */
#include "good_table.h"

static _Thread_local int64_t turns;

static lpc_status count_turn(lpc_instance* self, const lpc_turn* turn, lpc_output* out) {
    (void)turn, (void)out;
    self->mark = ++turns;
    return LPC_OK;
}

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS, .on_turn = count_turn};
