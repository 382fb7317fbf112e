/* Exports 64 things of its own besides the table: so many that they share the buckets of the symbol
 * hash table. */
#include "good_table.h"

#define EXPORT(n)                        \
    LPC_EXPORT extern int64_t extra_##n; \
    int64_t extra_##n;
#define EXPORT_8(n) \
    EXPORT(n##0)    \
    EXPORT(n##1) EXPORT(n##2) EXPORT(n##3) EXPORT(n##4) EXPORT(n##5) EXPORT(n##6) EXPORT(n##7)

EXPORT_8(0)
EXPORT_8(1)
EXPORT_8(2)
EXPORT_8(3)
EXPORT_8(4)
EXPORT_8(5)
EXPORT_8(6)
EXPORT_8(7)

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS};
