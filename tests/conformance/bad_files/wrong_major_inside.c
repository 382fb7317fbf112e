/* The right symbol, but the table says another major version. */
#include "good_table.h"

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS, .abi_major = 7};
