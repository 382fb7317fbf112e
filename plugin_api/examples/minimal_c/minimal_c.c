/* A complete liquidator in C: one IOC order at the permitted price for each running close-out that has a budget; the next one
 * when that is done and close-out or budget are news. It keeps the newest facts, and of its own only how new the last ORDER was:
 * the host does not tell an order again that is over, so that much is saved and loaded. */
#include <lpc/plugin.h>
#include <stdlib.h>
#include <string.h>

enum { LEGS_MAX = 16384, SAVED = sizeof(uint32_t) + sizeof(uint64_t) };
typedef struct { uint64_t account; uint32_t instrument; uint64_t asked; lpc_fact position, closeout, budget, order; } leg;
struct lpc_instance { uint32_t count, next; leg legs[LEGS_MAX]; }; /* sorted; next: where an unfinished turn goes on */

static lpc_instance *create(const lpc_host *host, char *err, size_t err_size) {
    return (void)host, (void)err, (void)err_size, calloc(1, sizeof(lpc_instance));
}
static void destroy(lpc_instance *self) { free(self); }

static leg *leg_of(lpc_instance *self, uint64_t account, uint32_t instrument) { /* a new one if need be; NULL: no room */
    leg *l = self->legs, *end = l + self->count;
    while (l < end && (l->account < account || (l->account == account && l->instrument < instrument))) ++l;
    if (l < end && l->account == account && l->instrument == instrument) return l;
    if (self->count == LEGS_MAX) return NULL;
    memmove(l + 1, l, (size_t)((char *)end - (char *)l)), self->count++;
    return *l = (leg){.account = account, .instrument = instrument}, l;
}

static lpc_status keep(lpc_instance *self, const lpc_fact *facts, uint32_t count) {
    for (const lpc_fact *f = facts; f < facts + count; ++f) {
        leg *l = leg_of(self, f->account, f->instrument);
        if (l == NULL) return LPC_FAILED;
        if (f->kind == LPC_FACT_ORDER && f->seq > l->asked) l->asked = f->seq;
        *(f->kind == LPC_FACT_POSITION ? &l->position : f->kind == LPC_FACT_CLOSEOUT ? &l->closeout
          : f->kind == LPC_FACT_BUDGET ? &l->budget : &l->order) = *f;
    }
    return LPC_OK;
}

static lpc_status forget(lpc_instance *self, const lpc_fact *facts, uint32_t count) { /* RESYNC: what is, is told anew */
    for (const lpc_fact *f = facts; f < facts + count; ++f)
        for (uint32_t i = self->count; i-- > 0 && !(f->kind == LPC_FACT_RESYNC && f->code == LPC_RESYNC_END);) {
            leg *l = &self->legs[i];
            if (l->account != f->account) continue;
            if (f->kind == LPC_FACT_RESYNC) *l = (leg){.account = l->account, .instrument = l->instrument, .asked = l->asked};
            else memmove(l, l + 1, (--self->count - i) * sizeof(leg));
        }
    return LPC_OK;
}

static lpc_status on_turn(lpc_instance *self, const lpc_turn *turn, lpc_output *out) {
    for (; self->next < self->count; ++self->next) {
        const leg *l = &self->legs[self->next];
        int works = l->order.code >= LPC_ORDER_PENDING && l->order.code <= LPC_ORDER_UNKNOWN;
        int64_t until_ns = l->budget.u.budget.until_ns, most = l->budget.u.budget.lots;
        int64_t lots = l->closeout.u.closeout.end_lots - l->position.u.position.lots;
        lots = lots > most ? most : lots < -most ? -most : lots;
        if (l->closeout.code != LPC_CLOSEOUT_RUNNING || works) continue;
        if (l->closeout.seq < l->asked && l->budget.seq < l->asked) continue;
        if (lots == 0 || (until_ns != 0 && until_ns <= turn->now_ns)) continue;
        if (out->count == out->capacity) return out->more = 1, LPC_OK;
        out->commands[out->count++] = (lpc_command){.tag = l->instrument, .cause_seq = l->budget.seq, .account = l->account,
            .instrument = l->instrument, .kind = LPC_CMD_ORDER, .code = LPC_ORDER_IOC,
            .u.order = {.lots = lots, .price = l->closeout.u.closeout.permitted_price}};
    }
    return self->next = 0, LPC_OK;
}

static lpc_status save(lpc_instance *self, uint64_t account, lpc_record *out) {
    uint32_t size = 0;
    for (const leg *l = self->legs; l < self->legs + self->count; ++l) {
        if (l->account != account || l->asked == 0) continue;
        if (out->capacity - size < SAVED) return LPC_REFUSED;
        memcpy(out->data + size, &l->instrument, sizeof l->instrument);
        memcpy(out->data + size + sizeof l->instrument, &l->asked, sizeof l->asked);
        size += SAVED;
    }
    return out->size = size, LPC_OK;
}

static lpc_status load(lpc_instance *self, uint64_t account, uint32_t format, const lpc_record *in) {
    if (format != 0 || in->size % SAVED != 0 || in->size / SAVED > LEGS_MAX - self->count) return LPC_REFUSED;
    for (uint32_t at = 0; at < in->size; at += SAVED) {
        uint32_t instrument;
        memcpy(&instrument, in->data + at, sizeof instrument);
        memcpy(&leg_of(self, account, instrument)->asked, in->data + at + sizeof instrument, sizeof(uint64_t));
    }
    return LPC_OK;
}

static const char *const loads[] = {"org.example.minimal_c.1", NULL};
static const lpc_hooks hooks = {.on_position = keep, .on_closeout = keep, .on_budget = keep, .on_order = keep,
                                .on_detach = forget, .on_resync = forget};

LPC_EXPORT const lpc_plugin lpc_plugin_v0 = {
    .struct_size = sizeof(lpc_plugin), .abi_major = LPC_ABI_MAJOR, .abi_minor = LPC_ABI_MINOR, .flags = LPC_ROLE_LIQUIDATOR,
    .id = "org.example.minimal_c", .version = "1.1.0", .build = "", .create = create, .destroy = destroy, .on_turn = on_turn,
    .record_max = LPC_POSITIONS_MAX * SAVED, .state_id = "org.example.minimal_c.1", .state_loads = loads, .save = save,
    .load = load, .hooks = &hooks, .hooks_size = sizeof(lpc_hooks)};
