/* What g++ makes of a template's static without -fno-gnu-unique. */
#include "good_table.h"

__asm__(
    ".data\n"
    ".globl shared_by_all_versions\n"
    ".type shared_by_all_versions, %gnu_unique_object\n"
    ".size shared_by_all_versions, 8\n"
    "shared_by_all_versions: .quad 0\n"
    ".text\n");

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS};
