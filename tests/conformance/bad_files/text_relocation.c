/* An address inside the code, to be written by the dynamic loader. */
#include "good_table.h"

__asm__(
    ".text\n"
    ".quad imported_address\n");

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS};
