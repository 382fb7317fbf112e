/* lpc/hooks.h - the hooks: one for each kind of fact, in the order of LPC_FACT_*. NULL = not interested: the host does not tell
 * those. A hook takes a run of one kind, in the order in which they became so (what is told again on
 * attach keeps its older seq), updates the plugin's state and can say nothing. [turn] */
#ifndef LPC_HOOKS_H
#define LPC_HOOKS_H

#include "fact.h"
#include "status.h"

typedef struct lpc_instance lpc_instance;

typedef lpc_status (*lpc_hook)(lpc_instance *self, const lpc_fact *facts, uint32_t count);

typedef struct lpc_hooks {
    lpc_hook on_param, on_asset, on_instrument, on_tier;
    lpc_hook on_price, on_book, on_volume, on_risk;
    lpc_hook on_account, on_balance, on_position, on_margin, on_levels;
    lpc_hook on_closeout, on_budget, on_grant, on_order, on_fill;
    lpc_hook on_lot, on_lot_terms, on_bid, on_fund;
    lpc_hook on_timer, on_refused, on_detach, on_resync;
} lpc_hooks;

#endif
