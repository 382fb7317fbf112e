/* lpc/limits.h - the largest magnitudes of the numbers in facts and commands. The host checks them on entry: a fact or command
 * beyond a limit is refused with a reason and changes nothing. Products are formed in 128 bits, so nothing within them wraps. */
#ifndef LPC_LIMITS_H
#define LPC_LIMITS_H

#include <stdint.h>

#define LPC_PRICE_MAX INT64_C(1099511627776)              /* 2^40 ticks; a price is at least 1     */
#define LPC_LOTS_MAX INT64_C(1099511627776)               /* 2^40 lots, either side                */
#define LPC_MULTIPLIER_MAX INT64_C(1099511627776)         /* 2^40 money units a tick and lot       */
#define LPC_MONEY_MAX INT64_C(4611686018427387904)        /* 2^62 smallest units, either sign      */
#define LPC_NOTIONAL_MAX INT64_C(72057594037927936)       /* 2^56 units: one position at its mark  */
#define LPC_POSITIONS_MAX 64                              /* positions of one account              */
#define LPC_TIERS_MAX 255                                 /* rows of one tier set                  */
#define LPC_RATE_ONE_PPB INT64_C(1000000000)              /* 1 = 100 % in parts per billion        */
#define LPC_TIME_MAX_NS INT64_C(4611686018427387904)      /* 2^62 ns of engine time: 146 years     */

#endif
