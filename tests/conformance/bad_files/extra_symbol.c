/* Something of its own can be seen from outside. */
#include "good_table.h"

LPC_EXPORT extern int64_t a_second_export;
int64_t a_second_export;
LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS};
