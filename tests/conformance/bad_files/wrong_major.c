/* Built for a later major version of the ABI: it may have another table altogether. */
#include "good_table.h"

LPC_EXPORT extern const lpc_plugin lpc_plugin_v1;
const lpc_plugin lpc_plugin_v1 = {GOOD_FIELDS, .abi_major = 1};
