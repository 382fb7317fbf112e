/* lpc/command.h - a command: what a plugin asks of the host. 64 bytes, no padding. The host hands the array out zeroed.
 *
 * A command changes nothing by itself. Before the next turn it is answered: by REFUSED, or by the fact that it caused
 * (right column). A command that the host accepts but whose venue answer takes long is an ORDER that is PENDING until then. */
#ifndef LPC_COMMAND_H
#define LPC_COMMAND_H

#include <stdint.h>

enum {                       /*                                                  role        answered by              */
    LPC_CMD_MARGIN = 1,      /* publish an account's health; state in code       risk        MARGIN                   */
    LPC_CMD_LEVELS = 2,      /* publish a position's prices                      risk        LEVELS                   */
    LPC_CMD_CLOSEOUT = 3,    /* where the position must end                      risk        CLOSEOUT                 */
    LPC_CMD_RELEASE = 4,     /* healthy again, or flat: settle what is owed      risk        CLOSEOUT that is ENDING  */
    LPC_CMD_ORDER = 5,       /* an order towards end_lots; type in code          liquidator  ORDER that is PENDING    */
    LPC_CMD_CANCEL = 6,      /* withdraw an order                                liquidator  ORDER that is CANCELLING */
    LPC_CMD_OFFER = 7,       /* open a lot (type in code, rules in tag), or      liquidator  LOT                      */
                             /* re-price it; lots 0 withdraws it                                                      */
    LPC_CMD_AWARD = 8,       /* a bid is taken                                   liquidator  ORDER that is PENDING    */
    LPC_CMD_GRANT = 9,       /* ask the fund to widen the permitted price        liquidator  GRANT                    */
    LPC_CMD_TAKEOVER = 10,   /* the fund or backstop takes the position          liquidator  ORDER that is PENDING    */
    LPC_CMD_DELEVERAGE = 11, /* opposite positions are closed                    liquidator  ORDER that is PENDING    */
    LPC_CMD_ESCALATE = 12,   /* ask for the next stage, why in code              liquidator  DETACH                   */
    LPC_CMD_TIMER = 13       /* tell me at at_ns                                 both        (silence is yes)         */
};

struct lpc_command_margin { int64_t equity, maintenance, initial, target; };
struct lpc_command_levels { int64_t liquidation_price, bankruptcy_price, next_state_price; };
struct lpc_command_closeout { int64_t end_lots, bankruptcy_price, permitted_price, deadline_ns; };
struct lpc_command_order { int64_t lots, price, expire_ns; /* lots signed: + buy, - sell; expire_ns 0: never */ };
struct lpc_command_cancel { uint64_t order_id; };
struct lpc_command_offer { int64_t lots, price, reserve_price, close_ns; /* lots signed like an order; price: sealed: that standing discounts are
                             taken off; descending: at which it may be taken now */ };
struct lpc_command_award { uint64_t lot_id, bid_id; int64_t lots, price; /* lots signed like an order */ };
struct lpc_command_grant { int64_t amount; /* the total unspent that you want, in the settlement asset */ };
struct lpc_command_takeover { int64_t lots, price; uint64_t tranche; /* lots signed like an order; tranche 0 where a stage may socialise: the settlement chooses */ };
struct lpc_command_deleverage { int64_t lots, price; };
struct lpc_command_timer { int64_t at_ns; };

typedef struct lpc_command {
    uint64_t tag;       /* yours; unique per account while the order works; echoed in every answer       */
    uint64_t cause_seq; /* the fact that made you act; for a price decision the instrument's last PRICE  */
    uint64_t account;
    uint32_t instrument;
    uint16_t kind; /* LPC_CMD_* */
    uint8_t code;
    uint8_t flags; /* reserved, 0 */
    union {
        struct lpc_command_margin margin;
        struct lpc_command_levels levels;
        struct lpc_command_closeout closeout;
        struct lpc_command_order order;
        struct lpc_command_cancel cancel;
        struct lpc_command_offer offer;
        struct lpc_command_award award;
        struct lpc_command_grant grant;
        struct lpc_command_takeover takeover;
        struct lpc_command_deleverage deleverage;
        struct lpc_command_timer timer;
        int64_t word[4];
    } u;
} lpc_command;

#endif
