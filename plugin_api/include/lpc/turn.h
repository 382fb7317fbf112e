/* lpc/turn.h - one turn: the moment when a plugin answers the facts that it was told with commands. */
#ifndef LPC_TURN_H
#define LPC_TURN_H

#include "command.h"

enum {
    LPC_TURN_ACTIVE = 1u /* you act from this turn on (attached, promoted, failed over to): answer wherever your view differs
                            from the facts */
};

typedef struct lpc_turn {
    uint64_t seq;   /* every fact told so far has a smaller one */
    int64_t now_ns; /* the only time there is                   */
    uint32_t flags; /* LPC_TURN_*                               */
    uint32_t reserved;
} lpc_turn;

typedef struct lpc_output {
    lpc_command *commands; /* zeroed                                                                               */
    uint32_t capacity;     /* at least 1                                                                           */
    uint32_t count;        /* out: commands written                                                                */
    uint32_t more;         /* out: 1 = I have more; the host takes these and calls again, same turn                */
    uint32_t carried;      /* out: accounts put off by a work limit; the host turns again without waiting for facts */
} lpc_output;

#endif
