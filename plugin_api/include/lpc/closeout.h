/* lpc/closeout.h - codes of a close-out: its state in a CLOSEOUT fact, the reason in an ESCALATE command. */
#ifndef LPC_CLOSEOUT_H
#define LPC_CLOSEOUT_H

enum { /* CLOSEOUT fact .code, in the order in which they come */
    LPC_CLOSEOUT_ACCEPTED = 1, /* the host cancels the account's resting orders and looks again       */
    LPC_CLOSEOUT_RUNNING = 2,  /* a liquidator works towards end_lots                                 */
    LPC_CLOSEOUT_ENDING = 3,   /* no new orders; working ones are cancelled or awaited                */
    LPC_CLOSEOUT_ENDED = 4     /* nothing works any more, everything is settled; DETACH follows       */
};

enum { /* ESCALATE command .code: why the next stage is asked for */
    LPC_ESCALATE_DEADLINE = 1,
    LPC_ESCALATE_NO_LIQUIDITY = 2,
    LPC_ESCALATE_TOXIC = 3, /* a further slice would make the account sicker */
    LPC_ESCALATE_BANKRUPT = 4
};

#endif
