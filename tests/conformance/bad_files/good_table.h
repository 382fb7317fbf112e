/* A table without fault and the least plugin behind it, for the files of this folder: each spoils
 * exactly one thing. GOOD_FIELDS fills the table; an initialiser after it spoils a field. The
 * constructor dies, so a test that maps a file that it should only have read does not survive it;
 * HARMLESS_WHEN_MAPPED leaves it out. */
#ifndef LPC_TESTS_GOOD_TABLE_H
#define LPC_TESTS_GOOD_TABLE_H

#include <lpc/plugin.h>

#ifndef HARMLESS_WHEN_MAPPED
__attribute__((constructor)) static void die_when_mapped(void) {
    __builtin_trap();
}
#endif

struct lpc_instance {
    int64_t mark;
};
static lpc_instance the_instance;

/* Nothing of a refused file may be called: create dies too, unless the file is a good one. */
static inline lpc_instance* good_create(const lpc_host* host, char* err, size_t err_size) {
    (void)host, (void)err, (void)err_size;
#ifndef GOOD_FILE
    __builtin_trap();
#endif
    return &the_instance;
}
static inline void good_destroy(lpc_instance* self) {
    self->mark = 0;
}
static inline lpc_status good_price(lpc_instance* self, const lpc_fact* facts, uint32_t count) {
    self->mark = facts[count - 1].u.price.mark;
    return LPC_OK;
}
static inline lpc_status good_turn(lpc_instance* self, const lpc_turn* turn, lpc_output* out) {
    (void)self, (void)turn, (void)out;
    return LPC_OK;
}

static const lpc_hooks good_hooks = {.on_price = good_price};

#ifndef GOOD_TURN
#define GOOD_TURN good_turn
#endif
#ifndef PLUGIN_BUILD
#define PLUGIN_BUILD "first"
#endif

#define GOOD_FIELDS                                                                              \
    .struct_size = sizeof(lpc_plugin), .abi_major = LPC_ABI_MAJOR, .abi_minor = LPC_ABI_MINOR,   \
    .flags = LPC_ROLE_LIQUIDATOR, .id = "org.example.least", .version = "1.0.0",                 \
    .build = PLUGIN_BUILD, .create = good_create, .destroy = good_destroy, .on_turn = GOOD_TURN, \
    .hooks = &good_hooks, .hooks_size = sizeof(lpc_hooks)

#endif
