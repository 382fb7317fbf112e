/* A plugin that is sound by its table, and whose create refuses. Its parameter has the name of a
 * rulebook key, and a narrower range. */
#include <lpc/plugin.h>

#include <string.h>

struct lpc_instance {
    int unused;
};

static lpc_instance* create(const lpc_host* host, char* err, size_t err_size) {
    static const char why[] = "no luck today";
    (void)host;
    if (err_size >= sizeof why) memcpy(err, why, sizeof why);
    return NULL;
}
static void destroy(lpc_instance* self) {
    (void)self;
}
static lpc_status on_turn(lpc_instance* self, const lpc_turn* turn, lpc_output* out) {
    (void)self, (void)turn, (void)out;
    return LPC_OK;
}

static const lpc_hooks hooks;
static const lpc_param params[] = {{1, "strikes_max", "breaches [count]", 1, 1000, 100}};

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {
    .struct_size = sizeof(lpc_plugin),
    .abi_major = LPC_ABI_MAJOR,
    .abi_minor = LPC_ABI_MINOR,
    .flags = LPC_ROLE_LIQUIDATOR,
    .id = "org.example.cannot_be_created",
    .version = "1",
    .build = "",
    .params = params,
    .param_count = 1,
    .create = create,
    .destroy = destroy,
    .on_turn = on_turn,
    .hooks = &hooks,
    .hooks_size = sizeof hooks,
};
