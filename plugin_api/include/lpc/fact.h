/* lpc/fact.h - a fact: what the host tells a plugin. 64 bytes, no padding, little-endian, integers only. Borrowed for one call.
 *
 * A fact states what IS: absolute, cumulative where it counts; told twice it changes nothing. Only FILL, TIMER and REFUSED
 * happen once. Price in ticks; lots signed where a side is meant (+ long or buy, - short or sell); money in the smallest unit of
 * its asset; rates in ppb; time in ns of engine time. A word that the kind does not use is 0. Limits: limits.h. */
#ifndef LPC_FACT_H
#define LPC_FACT_H

#include <stdint.h>

enum {                       /* what is, now                                              account  instrument      */
    LPC_FACT_PARAM = 0,      /* a parameter's value                                       0        0               */
    LPC_FACT_ASSET = 1,      /* scale, haircut; fitness in code                           0        asset           */
    LPC_FACT_INSTRUMENT = 2, /* terms; type in code, trading state in reason              0        x               */
    LPC_FACT_TIER = 3,       /* one row of a risk tier set; row in code                   0        set             */
    LPC_FACT_PRICE = 4,      /* mark and index; fitness in code                           0        x               */
    LPC_FACT_BOOK = 5,       /* one level; which in code                                  0        x               */
    LPC_FACT_VOLUME = 6,     /* traded since the start, ours apart                        0        x               */
    LPC_FACT_RISK = 7,       /* scenario values, chunk in code                            0        x               */
    LPC_FACT_ACCOUNT = 8,    /* margin mode, tier set, group, holds                       x        0               */
    LPC_FACT_BALANCE = 9,    /* collateral                                                x        asset           */
    LPC_FACT_POSITION = 10,  /* position                                                  x        x               */
    LPC_FACT_MARGIN = 11,    /* health; state in code                                     x        numeraire asset */
    LPC_FACT_LEVELS = 12,    /* a position's prices                                       x        x               */
    LPC_FACT_CLOSEOUT = 13,  /* where the position must end, within these prices          x        x               */
    LPC_FACT_BUDGET = 14,    /* your share of participation until                         x        x               */
    LPC_FACT_GRANT = 15,     /* fund money reserved for this account                      x        x               */
    LPC_FACT_ORDER = 16,     /* an order's state in code (tag 0: not yours)               x        x               */
    LPC_FACT_FILL = 17,      /* one execution (happens once)                              x        x               */
    LPC_FACT_LOT = 18,       /* the account's auction lot; state in code                  x        x (0 portfolio) */
    LPC_FACT_LOT_TERMS = 19, /* the rules that it keeps to its end; type in code          x        x               */
    LPC_FACT_BID = 20,       /* a provider's bid for a lot; which kind in code            x        x               */
    LPC_FACT_FUND = 21,      /* a tranche that pays losses; what it is in code            0 or x   0 or x          */
    LPC_FACT_TIMER = 22,     /* a timer is due (happens once)                             x        0               */
    LPC_FACT_REFUSED = 23,   /* your command was not executed; why in reason (once)       x        x               */
    LPC_FACT_DETACH = 24,    /* forget this account                                       x        0               */
    LPC_FACT_RESYNC = 25,    /* begin and end of a retelling; which in code               x or 0   0               */
    LPC_FACT_KINDS = 26
};

struct lpc_fact_param { uint64_t id; int64_t value; };
struct lpc_fact_asset { int64_t scale, haircut_ppb, price; /* units a whole; numeraire units a whole */ };
struct lpc_fact_instrument { int64_t underlying, multiplier, expiry_ns, strike, settle_asset; /* multiplier: money a tick and lot */ };
struct lpc_fact_tier { int64_t set, floor, maintenance_ppb, initial_ppb, deduction; /* requirement = notional * ppb - deduction */ };
struct lpc_fact_price { int64_t mark, index, confidence, volatility_ppb; };
struct lpc_fact_book { int64_t bid, ask, bid_lots, ask_lots; /* price 0: that side is empty */ };
struct lpc_fact_volume { int64_t market_lots, own_lots; /* own_lots: traded by close-outs, contained in market_lots */ };
struct lpc_fact_account { int64_t mode, tier_set, group, holds; /* tier_set 0: the set numbered like the instrument */ };
struct lpc_fact_balance { int64_t amount; };
struct lpc_fact_position { int64_t lots, cost, realised, resting_buy_lots, resting_sell_lots; /* cost: signed money paid to open; realised is in BALANCE already */ };
struct lpc_fact_margin { int64_t equity, maintenance, initial, target, since_ns; /* released at equity >= target */ };
struct lpc_fact_levels { int64_t liquidation_price, bankruptcy_price, next_state_price; /* 0: no such price */ };
struct lpc_fact_closeout { int64_t end_lots, bankruptcy_price, permitted_price, deadline_ns; };
struct lpc_fact_budget { int64_t lots, until_ns; /* lots (unsigned) still orderable, working orders deducted; until 0: until told again */ };
struct lpc_fact_grant { int64_t amount, permitted_price, until_ns; };
struct lpc_fact_order { uint64_t id, tag; int64_t price, open_lots, done_lots; /* lots signed like the order: + buy, - sell */ };
struct lpc_fact_fill { uint64_t order_id, tag; int64_t price, lots, fee; /* lots signed; fee > 0: paid by the account */ };
struct lpc_fact_lot { uint64_t id; int64_t lots_left, price, reserve_price, close_ns; /* lots signed like the account's order; price: see OFFER */ };
struct lpc_fact_lot_terms { uint64_t lot_id; int64_t opened_ns, start_price, lots, rules; /* auction.h */ };
struct lpc_fact_bid { uint64_t lot_id, id, bidder; int64_t price, lots; /* price: the bidder's worst; lots: + it buys, - it sells; what is left of it */ };
struct lpc_fact_fund { uint64_t tranche; int64_t balance, grantable, asset; /* grantable: what its caps still let it lose now; told of an account: to its liquidation alone */ };
struct lpc_fact_timer { uint64_t tag; };
struct lpc_fact_refused { uint64_t tag; int64_t kind; /* the command's */ };

typedef struct lpc_fact {
    uint64_t seq;        /* when it became so: the host's sequence number, rising; told again it is kept */
    uint64_t account;    /* 0 = market-wide                                                              */
    uint32_t instrument; /* or asset, or tier set; 0 = none                                              */
    uint16_t kind;       /* LPC_FACT_*                                                                   */
    uint8_t code;
    uint8_t reason;
    union {
        struct lpc_fact_param param;
        struct lpc_fact_asset asset;
        struct lpc_fact_instrument instrument;
        struct lpc_fact_tier tier;
        struct lpc_fact_price price;
        struct lpc_fact_book book;
        struct lpc_fact_volume volume;
        struct lpc_fact_account account;
        struct lpc_fact_balance balance;
        struct lpc_fact_position position;
        struct lpc_fact_margin margin;
        struct lpc_fact_levels levels;
        struct lpc_fact_closeout closeout;
        struct lpc_fact_budget budget;
        struct lpc_fact_grant grant;
        struct lpc_fact_order order;
        struct lpc_fact_fill fill;
        struct lpc_fact_lot lot;
        struct lpc_fact_lot_terms lot_terms;
        struct lpc_fact_bid bid;
        struct lpc_fact_fund fund;
        struct lpc_fact_timer timer;
        struct lpc_fact_refused refused;
        int64_t word[5];
    } u;
} lpc_fact;

#endif
