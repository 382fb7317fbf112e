/* lpc/account.h - codes of an account's facts: ACCOUNT, MARGIN, DETACH, RESYNC. 0 is never a valid code. */
#ifndef LPC_ACCOUNT_H
#define LPC_ACCOUNT_H

enum { /* ACCOUNT.mode */
    LPC_MODE_CROSS = 1,    /* one equity and one requirement for all positions */
    LPC_MODE_ISOLATED = 2, /* one for each position                            */
    LPC_MODE_PORTFOLIO = 3 /* scenario margin                                  */
};

enum { /* ACCOUNT.holds, a set of bits */
    LPC_HOLD_ORDERS = 1,      /* may not add risk                     */
    LPC_HOLD_WITHDRAWALS = 2, /* may not withdraw                     */
    LPC_HOLD_CLOSEOUT = 4     /* an operator forbids its liquidation  */
};

enum { /* MARGIN.code: how healthy the account is */
    LPC_MARGIN_HEALTHY = 1,
    LPC_MARGIN_WARNED = 2,      /* near the maintenance requirement                     */
    LPC_MARGIN_LIQUIDATING = 3, /* below it, until equity reaches target                */
    LPC_MARGIN_BANKRUPT = 4     /* equity below zero                                    */
};

enum { /* DETACH.code: why the account leaves this instance */
    LPC_DETACH_ENDED = 1,     /* the close-out is over                                  */
    LPC_DETACH_STAGE = 2,     /* another stage has it now                               */
    LPC_DETACH_ARM = 3        /* another instance of this stage has it now              */
};

enum { /* RESYNC.code */
    LPC_RESYNC_BEGIN = 1,
    LPC_RESYNC_END = 2
};

#endif
