/* lpc/order.h - codes of orders: the state in an ORDER fact, the type in an ORDER command. 0 is never a valid code. */
#ifndef LPC_ORDER_H
#define LPC_ORDER_H

enum { /* ORDER fact .code; the first four work: they may still fill */
    LPC_ORDER_PENDING = 1,
    LPC_ORDER_OPEN = 2,
    LPC_ORDER_CANCELLING = 3,
    LPC_ORDER_UNKNOWN = 4, /* the venue cannot say (an outage): treat as working       */
    LPC_ORDER_DONE = 5,
    LPC_ORDER_CANCELLED = 6,
    LPC_ORDER_REJECTED = 7
};

enum { /* ORDER command .code; every order of a liquidator is reduce-only towards end_lots */
    LPC_ORDER_IOC = 1,
    LPC_ORDER_LIMIT = 2,
    LPC_ORDER_POST_ONLY = 3
};

#endif
