/* Two majors in one file: which one would be run is for nobody to guess. */
#include "good_table.h"

LPC_EXPORT extern const lpc_plugin lpc_plugin_v1;
const lpc_plugin lpc_plugin_v1 = {GOOD_FIELDS, .abi_major = 1};
LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS};
