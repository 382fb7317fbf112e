/* lpc/record.h - the bytes that save writes and load reads: one account's decisions in progress. */
#ifndef LPC_RECORD_H
#define LPC_RECORD_H

#include <stdint.h>

typedef struct lpc_record {
    uint8_t *data; /* the host's; borrowed for the call */
    uint32_t capacity;
    uint32_t size; /* save: out; load: in. 0 = nothing to say about this account */
} lpc_record;

#endif
