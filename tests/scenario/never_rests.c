/* A liquidator that carries an account over in every turn. */
#include <lpc/plugin.h>
#include <stdlib.h>

struct lpc_instance { uint32_t nothing; };

static lpc_instance *create(const lpc_host *host, char *err, size_t err_size) {
    return (void)host, (void)err, (void)err_size, calloc(1, sizeof(lpc_instance));
}
static void destroy(lpc_instance *self) { free(self); }
static lpc_status on_turn(lpc_instance *self, const lpc_turn *turn, lpc_output *out) {
    (void)self, (void)turn;
    out->carried = 1;
    return LPC_OK;
}

static const lpc_hooks hooks = {0};

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {
    .struct_size = sizeof(lpc_plugin), .abi_major = LPC_ABI_MAJOR, .abi_minor = LPC_ABI_MINOR, .flags = LPC_ROLE_LIQUIDATOR,
    .id = "org.test.never_rests", .version = "1", .build = "", .create = create, .destroy = destroy, .on_turn = on_turn,
    .hooks = &hooks, .hooks_size = sizeof(lpc_hooks)};
