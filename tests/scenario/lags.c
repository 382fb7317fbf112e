/* A lawful liquidator that says nothing and takes long over each price of a fall, so that it lags where it follows. */
#include <lpc/plugin.h>
#include <stdlib.h>

struct lpc_instance { volatile uint32_t work; };

static lpc_instance *create(const lpc_host *host, char *err, size_t err_size) {
    return (void)host, (void)err, (void)err_size, calloc(1, sizeof(lpc_instance));
}
static void destroy(lpc_instance *self) { free(self); }
static lpc_status on_price(lpc_instance *self, const lpc_fact *facts, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        if (facts[i].u.price.mark < 4300 || facts[i].u.price.mark > 4890) continue;
        for (self->work = 0; self->work < 20000000u;) self->work = self->work + 1;
    }
    return LPC_OK;
}
static lpc_status on_position(lpc_instance *self, const lpc_fact *facts, uint32_t count) {
    return (void)self, (void)facts, (void)count, LPC_OK;
}
static lpc_status on_turn(lpc_instance *self, const lpc_turn *turn, lpc_output *out) {
    return (void)self, (void)turn, (void)out, LPC_OK;
}

static const lpc_hooks hooks = {.on_price = on_price, .on_position = on_position};

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {
    .struct_size = sizeof(lpc_plugin), .abi_major = LPC_ABI_MAJOR, .abi_minor = LPC_ABI_MINOR, .flags = LPC_ROLE_LIQUIDATOR,
    .id = "org.test.lags", .version = "1", .build = "", .create = create, .destroy = destroy, .on_turn = on_turn,
    .hooks = &hooks, .hooks_size = sizeof(lpc_hooks)};
