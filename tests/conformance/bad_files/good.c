/* Loads. Built twice, with another PLUGIN_BUILD: two contents for one path. */
#define GOOD_FILE
#define HARMLESS_WHEN_MAPPED
#include "good_table.h"

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS};
