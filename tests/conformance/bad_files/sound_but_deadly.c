/* Nothing is wrong with it but what the build adds (a library, a linker flag, a name): see
 * CMakeLists.txt. */
#include "good_table.h"

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS};
