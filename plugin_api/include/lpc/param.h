/* lpc/param.h - a parameter that a plugin declares. The host checks its configuration against this and tells a PARAM fact for
 * each, so a change of a parameter is journaled and replayed like any other fact. Strings never cross. */
#ifndef LPC_PARAM_H
#define LPC_PARAM_H

#include <stdint.h>

typedef struct lpc_param {
    uint64_t id;      /* not 0; never reused                 */
    const char *name; /* key in the host's TOML, unit last   */
    const char *help; /* one line, with the unit             */
    int64_t min, max, initial;
} lpc_param;

#endif
