/* A library of somebody else's. */
#include "good_table.h"

LPC_EXPORT const lpc_plugin* somebody_elses_table(void);

const lpc_plugin* somebody_elses_table(void) {
    static const lpc_plugin table = {GOOD_FIELDS};
    return &table;
}
