/* A liquidator that answers FAILED when it is told of its fifth close-out. */
#include <lpc/plugin.h>
#include <stdlib.h>

struct lpc_instance { uint32_t told; };

static lpc_instance *create(const lpc_host *host, char *err, size_t err_size) {
    return (void)host, (void)err, (void)err_size, calloc(1, sizeof(lpc_instance));
}
static void destroy(lpc_instance *self) { free(self); }
static lpc_status on_closeout(lpc_instance *self, const lpc_fact *facts, uint32_t count) {
    (void)facts;
    self->told += count;
    return self->told < 5 ? LPC_OK : LPC_FAILED;
}
static lpc_status on_turn(lpc_instance *self, const lpc_turn *turn, lpc_output *out) {
    (void)self, (void)turn, (void)out;
    return LPC_OK;
}

static const lpc_hooks hooks = {.on_closeout = on_closeout};

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {
    .struct_size = sizeof(lpc_plugin), .abi_major = LPC_ABI_MAJOR, .abi_minor = LPC_ABI_MINOR, .flags = LPC_ROLE_LIQUIDATOR,
    .id = "org.test.gives_up", .version = "1", .build = "", .create = create, .destroy = destroy, .on_turn = on_turn,
    .hooks = &hooks, .hooks_size = sizeof(lpc_hooks)};
