/* lpc/version.h - which ABI this is. The major version is also in the name of the exported symbol (plugin.h). */
#ifndef LPC_VERSION_H
#define LPC_VERSION_H

#define LPC_ABI_MAJOR 0 /* 0 = draft: may change in any release, each change is reviewed      */
#define LPC_ABI_MINOR 1 /* grows with new kinds, codes and trailing fields; never renumbered  */

#endif
