/* lpc/status.h - what a call into a plugin answers. */
#ifndef LPC_STATUS_H
#define LPC_STATUS_H

#include <stdint.h>

typedef int32_t lpc_status;

enum {
    LPC_OK = 0,
    LPC_REFUSED = -1, /* save and load only: not done, nothing changed, the instance is still good */
    LPC_FAILED = -2   /* the whole turn's output is discarded; only destroy may follow             */
};

#endif
