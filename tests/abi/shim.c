/* The exported symbol and nothing else: what abidw reads the ABI from. */
#include <lpc/plugin.h>

const lpc_plugin lpc_plugin_v0 = {0};
