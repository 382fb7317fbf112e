/* lpc/reason.h - why a command was not executed: the reason in a REFUSED fact. Where several hold, the first in this order is told.
 * A breach of a rule is a strike against the instance; the others (marked "no strike") are the weather of a market. */
#ifndef LPC_REASON_H
#define LPC_REASON_H

enum {
    LPC_REASON_UNKNOWN_KIND = 1,        /* no such command in this ABI                                          */
    LPC_REASON_NOT_YOUR_ROLE = 2,       /* a liquidator's command from a risk plugin, or the reverse            */
    LPC_REASON_FOLLOWING = 3,           /* you follow, and the active did not give this command; no strike      */
    LPC_REASON_NOT_YOUR_ACCOUNT = 4,    /* the account is not attached to you                                   */
    LPC_REASON_WRONG_STAGE = 5,         /* this stage of the procedure does not permit the command              */
    LPC_REASON_BAD_VALUE = 6,           /* a number beyond its limit, or a code that does not exist             */
    LPC_REASON_DUPLICATE_TAG = 7,       /* the tag names an order of yours that still works                     */
    LPC_REASON_RATE = 8,                /* more commands than the rulebook allows in its window; no strike      */
    LPC_REASON_NOT_IN_LIQUIDATION = 9,  /* no close-out is running for the account and instrument               */
    LPC_REASON_UNFIT_PRICE = 10,        /* the price is stale or unsound, or trading is halted; no strike       */
    LPC_REASON_NOT_CONFIRMED = 11,      /* recomputed from the facts, the account is not where you say          */
    LPC_REASON_WRONG_DIRECTION = 12,    /* away from the end position, or past it                               */
    LPC_REASON_BEYOND_PERMITTED_PRICE = 13,
    LPC_REASON_NO_GRANT = 14,           /* the fund has nothing to give for this account; no strike             */
    LPC_REASON_OVER_BUDGET = 15,        /* more lots than your share of participation; no strike                */
    LPC_REASON_LATE = 16,               /* the facts moved on while you were thinking; no strike                */
    LPC_REASON_VENUE = 17,              /* the venue or the fund rejected it after it was PENDING; no strike    */
    LPC_REASON_HELD = 18,               /* an operator holds the account, the instrument or all; no strike      */
    LPC_REASON_NO_LOT = 19,             /* no such lot is open, it is not closed yet, or no such bid is left    */
    LPC_REASON_LOT_RULES = 20,          /* against the rules to which the lot is pinned                         */
    LPC_REASON_WATERFALL = 21           /* an earlier layer of the waterfall can still pay                      */
};

#endif
