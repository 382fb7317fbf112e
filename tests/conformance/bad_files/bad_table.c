/* Sound as a file; FAULT spoils its table. It is mapped, but create must never be called. */
#define HARMLESS_WHEN_MAPPED
#include "good_table.h"

static const lpc_param twice[] = {
    {1, "slice_lots", "largest slice [lots]", 1, 100, 10},
    {2, "interval_ns", "time between slices [ns]", 1, 1000, 10},
    {3, "slice_lots", "again [lots]", 1, 100, 10},
};

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS, .params = twice, .param_count = 2, FAULT};
