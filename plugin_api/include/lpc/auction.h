/* lpc/auction.h - codes of auction lots: the state in a LOT fact. 0 is never a valid code. */
#ifndef LPC_AUCTION_H
#define LPC_AUCTION_H

enum { /* LOT.code */
    LPC_LOT_OPEN = 1,
    LPC_LOT_SOLD = 2,
    LPC_LOT_WITHDRAWN = 3,
    LPC_LOT_EXPIRED = 4
};

#endif
