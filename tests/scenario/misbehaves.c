/* A liquidator that is told of its fifth close-out and then does what no plugin may: WAY says what. */
#include <lpc/plugin.h>
#include <stdlib.h>
#include <string.h>

enum { GIVES_UP = 1, CRASHES, HANGS, EATS_MEMORY, OPENS_A_FILE };

struct lpc_instance { uint32_t told; };

static lpc_instance *create(const lpc_host *host, char *err, size_t err_size) {
    return (void)host, (void)err, (void)err_size, calloc(1, sizeof(lpc_instance));
}
static void destroy(lpc_instance *self) { free(self); }
/* A file that imports open() would not be loaded at all. */
static long open_null(void) {
    long result = -1;
#if defined(__x86_64__)
    const long open_call = 2, read_only = 0;
    __asm__ volatile("syscall" : "=a"(result) : "a"(open_call), "D"("/dev/null"), "S"(read_only), "d"(0L) : "rcx", "r11", "memory");
#else
    abort();
#endif
    return result;
}
static lpc_status misbehave(void) {
    enum { PIECE = 1 << 24 };
    if (WAY == GIVES_UP) return LPC_FAILED;
    volatile int forever = WAY == HANGS;
    while (forever) {}
    while (WAY == EATS_MEMORY) memset(malloc(PIECE), 1, PIECE);
    if (WAY == OPENS_A_FILE) return open_null() < 0 ? LPC_FAILED : LPC_OK;
    abort();
}
static lpc_status on_closeout(lpc_instance *self, const lpc_fact *facts, uint32_t count) {
    (void)facts;
    self->told += count;
    return self->told < 5 ? LPC_OK : misbehave();
}
static lpc_status on_turn(lpc_instance *self, const lpc_turn *turn, lpc_output *out) {
    return (void)self, (void)turn, (void)out, LPC_OK;
}

static const lpc_hooks hooks = {.on_closeout = on_closeout};

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {
    .struct_size = sizeof(lpc_plugin), .abi_major = LPC_ABI_MAJOR, .abi_minor = LPC_ABI_MINOR, .flags = LPC_ROLE_LIQUIDATOR,
    .id = "org.test.misbehaves", .version = "1", .build = "", .create = create, .destroy = destroy, .on_turn = on_turn,
    .hooks = &hooks, .hooks_size = sizeof(lpc_hooks)};
