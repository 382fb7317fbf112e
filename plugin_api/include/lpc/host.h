/* lpc/host.h - what the host offers a plugin: a log. Valid from create until destroy. */
#ifndef LPC_HOST_H
#define LPC_HOST_H

#include <stdint.h>

enum { LPC_LOG_DEBUG = 1, LPC_LOG_NOTE = 2, LPC_LOG_WARNING = 3, LPC_LOG_ERROR = 4 };

typedef struct lpc_host {
    uint32_t struct_size;
    uint32_t abi_minor;
    void *ctx;
    void (*log)(void *ctx, int32_t level, const char *utf8, uint32_t size); /* [turn] and in create; never a decision */
} lpc_host;

#endif
