/* lpc/auction.h - codes of auctions: lots, their rules, bids, the fund's tranches. 0 is never a valid code.
 *
 * A lot offers a close-out's position to registered providers, off the book. OFFER opens it (type in code, rules in tag) and pins
 * its rules: LOT_TERMS tells them, and they hold to the lot's end, whichever instance conducts it. Bids are told as BID facts, those
 * of a sealed lot all at once when it closes. AWARD takes one; a lot whose last lots are awarded is SOLD. While the instrument's
 * price is unfit or its trading is not open the lot's clock stands still: opened_ns and close_ns are told anew, later by as much. */
#ifndef LPC_AUCTION_H
#define LPC_AUCTION_H

enum { /* OFFER.code, LOT_TERMS.code: how a lot is sold */
    LPC_AUCTION_SEALED = 1,    /* bids are secret until close_ns; all awards at one price, no worse than any of their bids */
    LPC_AUCTION_DESCENDING = 2 /* the price moves by the lot's rules against the seller; whoever takes it is awarded at it */
};

enum { /* LOT.code */
    LPC_LOT_OPEN = 1,
    LPC_LOT_SOLD = 2,
    LPC_LOT_WITHDRAWN = 3,
    LPC_LOT_EXPIRED = 4 /* descending: close_ns has passed */
};

enum { /* BID.code */
    LPC_BID_STANDING = 1, /* from the provider's standing schedule */
    LPC_BID_SEALED = 2,   /* given for this lot                    */
    LPC_BID_TAKE = 3      /* takes a descending lot at its price   */
};

/* LOT_TERMS.rules of a descending lot, the tag of its first OFFER:  curve | step_ms << 2 | pace << 22.
 * n = (now - opened_ns) / step, whole steps. A long that is sold starts high and falls, a short that is bought back rises. */
enum { /* curve, 2 bits; step_ms has 20 bits, pace 32 */
    LPC_CURVE_LINEAR = 1,   /* pace [ms]: sold at start * (1 - n * step / pace), bought at start * (1 + n * step / pace)         */
    LPC_CURVE_STAIRSTEP = 2 /* pace [ppb]: sold at start * pace^n, bought at start / pace^n; with steps of 1 s an exponential one */
};

enum { /* FUND.code: what a tranche is, in the order in which losses reach them */
    LPC_FUND_BACKSTOP = 1,   /* a provider's segregated account with a loss limit */
    LPC_FUND_INSTRUMENT = 2, /* of the insurance fund, for one instrument         */
    LPC_FUND_GLOBAL = 3,     /* of the insurance fund, for all                    */
    LPC_FUND_OPERATOR = 4    /* the operator's own capital                        */
};

#endif
