/* lpc/limits.h - the largest magnitudes of the numbers in facts and commands. The host checks them on entry: a fact or command
 * beyond a limit is refused with a reason and changes nothing. Products are formed in 128 bits, so nothing within them wraps. */
#ifndef LPC_LIMITS_H
#define LPC_LIMITS_H

#include <stdint.h>

#define LPC_PRICE_MAX INT64_C(1099511627776)              /* 2^40 ticks; a price is at least 1     */
#define LPC_LOTS_MAX INT64_C(1099511627776)               /* 2^40 lots, either side                */
#define LPC_MULTIPLIER_MAX INT64_C(1099511627776)         /* 2^40 money units a tick and lot       */
#define LPC_MONEY_MAX INT64_C(4611686018427387904)        /* 2^62 smallest units, either sign      */
#define LPC_RATE_ONE_PPB INT64_C(1000000000)              /* 1 = 100 % in parts per billion        */
#define LPC_TIME_MAX_NS INT64_C(4611686018427387904)      /* 2^62 ns of engine time: 146 years     */

#endif
