/* lpc/market.h - codes of market-wide facts: INSTRUMENT, PRICE, BOOK. 0 is never a valid code. */
#ifndef LPC_MARKET_H
#define LPC_MARKET_H

enum { /* INSTRUMENT.code: what it is */
    LPC_INSTRUMENT_LINEAR = 1, /* perpetual or future, profit = lots * multiplier * price move */
    LPC_INSTRUMENT_INVERSE = 2,
    LPC_INSTRUMENT_CALL = 3,
    LPC_INSTRUMENT_PUT = 4,
    LPC_INSTRUMENT_SPOT = 5
};

enum { /* INSTRUMENT.reason: its trading state */
    LPC_TRADING_OPEN = 1,
    LPC_TRADING_POST_ONLY = 2,
    LPC_TRADING_CANCEL_ONLY = 3,
    LPC_TRADING_HALTED = 4,
    LPC_TRADING_SETTLED = 5
};

enum { /* PRICE.code and ASSET.code: may it be acted on? */
    LPC_PRICE_FIT = 1,
    LPC_PRICE_STALE = 2,     /* too old                                  */
    LPC_PRICE_UNCERTAIN = 3, /* the confidence interval is too wide      */
    LPC_PRICE_UNSOUND = 4    /* no quorum, or a circuit breaker tripped  */
};

enum { /* BOOK.code: which level; 1 is the best */
    LPC_BOOK_BEST = 1
};

#endif
