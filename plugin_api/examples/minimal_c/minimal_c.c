/* A complete liquidator in C: for each running close-out with a budget one IOC order at the permitted price; when it has ended
 * and the close-out's prices were told anew, the next. All that it keeps are facts, the newest of each kind, so it has nothing to save and is the same after a swap. */
#include <lpc/plugin.h>
#include <stdlib.h>
#include <string.h>

enum { POSITION, CLOSEOUT, BUDGET, ORDER, KEPT };

typedef struct { uint64_t account; uint32_t instrument; lpc_fact is[KEPT]; } row;
struct lpc_instance { row *rows; uint32_t count, room, next; }; /* rows rise by (account, instrument); next: where a turn goes on */

static lpc_instance *create(const lpc_host *host, char *err, size_t err_size) {
    (void)host, (void)err, (void)err_size;
    return calloc(1, sizeof(lpc_instance));
}

static void destroy(lpc_instance *self) { free(self->rows), free(self); }

static row *find(lpc_instance *self, uint64_t account, uint32_t instrument) { /* or makes; NULL: no memory */
    uint32_t i = 0;
    while (i < self->count && (self->rows[i].account < account ||
                               (self->rows[i].account == account && self->rows[i].instrument < instrument))) ++i;
    if (i < self->count && self->rows[i].account == account && self->rows[i].instrument == instrument) return &self->rows[i];
    if (self->count == self->room) {
        uint32_t room = self->room * 2 + 16;
        row *rows = realloc(self->rows, room * sizeof(row));
        if (!rows) return NULL;
        self->rows = rows, self->room = room;
    }
    memmove(&self->rows[i + 1], &self->rows[i], (self->count++ - i) * sizeof(row));
    self->rows[i] = (row){.account = account, .instrument = instrument};
    return &self->rows[i];
}

static lpc_status keep(lpc_instance *self, const lpc_fact *facts, uint32_t count) {
    for (const lpc_fact *f = facts; f < facts + count; ++f) {
        row *r = find(self, f->account, f->instrument);
        if (!r) return LPC_FAILED;
        r->is[f->kind == LPC_FACT_POSITION ? POSITION : f->kind == LPC_FACT_CLOSEOUT ? CLOSEOUT
              : f->kind == LPC_FACT_BUDGET ? BUDGET : ORDER] = *f;
    }
    return LPC_OK;
}

static lpc_status forget(lpc_instance *self, const lpc_fact *facts, uint32_t count) { /* DETACH; RESYNC begins: all is told anew */
    for (const lpc_fact *f = facts; f < facts + count; ++f) {
        if (f->kind == LPC_FACT_RESYNC && f->code != LPC_RESYNC_BEGIN) continue;
        uint32_t kept = 0;
        for (uint32_t i = 0; i < self->count; ++i)
            if (self->rows[i].account != f->account) self->rows[kept++] = self->rows[i];
        self->count = kept;
    }
    return LPC_OK;
}

static lpc_status on_turn(lpc_instance *self, const lpc_turn *turn, lpc_output *out) {
    for (; self->next < self->count; ++self->next) {
        const row *r = &self->rows[self->next];
        const lpc_fact *closeout = &r->is[CLOSEOUT], *budget = &r->is[BUDGET];
        int working = r->is[ORDER].code >= LPC_ORDER_PENDING && r->is[ORDER].code <= LPC_ORDER_UNKNOWN;
        int asked = r->is[ORDER].code != 0 && closeout->seq < r->is[ORDER].seq; /* a new one waits until the close-out is told anew */
        int over = budget->u.budget.until_ns != 0 && budget->u.budget.until_ns <= turn->now_ns; /* 0: until told again */
        int64_t lots = closeout->u.closeout.end_lots - r->is[POSITION].u.position.lots, most = budget->u.budget.lots;
        if (closeout->code != LPC_CLOSEOUT_RUNNING || working || asked || over) continue;
        lots = lots > most ? most : lots < -most ? -most : lots;
        if (lots == 0) continue;
        if (out->count == out->capacity) return out->more = 1, LPC_OK;
        lpc_command *c = &out->commands[out->count++];
        c->kind = LPC_CMD_ORDER, c->code = LPC_ORDER_IOC, c->account = r->account, c->instrument = r->instrument;
        c->tag = r->instrument, c->cause_seq = budget->seq;
        c->u.order.lots = lots, c->u.order.price = closeout->u.closeout.permitted_price;
    }
    return self->next = 0, LPC_OK;
}

static const lpc_hooks hooks = {.on_position = keep, .on_closeout = keep, .on_budget = keep, .on_order = keep,
                                .on_detach = forget, .on_resync = forget};

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {
    .struct_size = sizeof(lpc_plugin), .abi_major = LPC_ABI_MAJOR, .abi_minor = LPC_ABI_MINOR, .flags = LPC_ROLE_LIQUIDATOR,
    .id = "org.example.minimal_c", .version = "1.0.0", .build = "", .create = create, .destroy = destroy, .on_turn = on_turn,
    .hooks = &hooks, .hooks_size = sizeof(lpc_hooks)};
