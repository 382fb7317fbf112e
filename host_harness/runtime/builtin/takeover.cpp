// The end of the line: the whole of a position that reaches this stage is handed to the insurance
// fund at the bankruptcy price. (A part would not do: at that price equity / maintenance stays as
// it is, so the account would be as sick as before.) It keeps, for each leg, the facts that decide
// it, and asks again whenever they change and nothing of it works; what the venue refused, when the
// next price is told.
#include <lpc/limits.h>
#include <lpc/plugin.h>

#include <lpc/sdk/record.hpp>

#include <map>
#include <set>
#include <utility>

#include "builtin.hpp"

namespace lpc::runtime {
namespace {

using LegKey = std::pair<std::uint64_t, std::uint32_t>;  // (account, instrument)

struct TakeoverLeg {
    lpc_fact closeout{};
    std::int64_t lots = 0;
    std::set<std::uint64_t> working;  // order ids
    std::uint64_t cause_seq = 0;
    bool changed = false;  // since it was last asked for
};

struct Takeover {
    std::map<LegKey, TakeoverLeg> legs;
    std::set<LegKey> dirty;
    std::set<LegKey> refused;  // by the venue, since the last price

    TakeoverLeg& touch(const lpc_fact& fact) {
        const LegKey key{fact.account, fact.instrument};
        TakeoverLeg& leg = legs[key];
        leg.changed = true;
        leg.cause_seq = fact.seq;
        dirty.insert(key);
        return leg;
    }
};

Takeover& self_of(lpc_instance* self) {
    return *reinterpret_cast<Takeover*>(self);
}

// Nothing may cross the ABI: out of memory is a failure like any other.
template <class Body>
lpc_status guarded(Body&& body) noexcept {
    try {
        body();
        return LPC_OK;
    } catch (...) {
        return LPC_FAILED;
    }
}

template <class Each>
lpc_status each_fact(const lpc_fact* facts, std::uint32_t count, Each&& each) noexcept {
    return guarded([&] {
        for (std::uint32_t i = 0; i < count; ++i) each(facts[i]);
    });
}

lpc_status on_position(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
    return each_fact(facts, count, [self](const lpc_fact& fact) {
        self_of(self).touch(fact).lots = fact.u.position.lots;
    });
}
lpc_status on_closeout(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
    return each_fact(facts, count,
                     [self](const lpc_fact& fact) { self_of(self).touch(fact).closeout = fact; });
}
lpc_status on_order(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
    return each_fact(facts, count, [self](const lpc_fact& fact) {
        TakeoverLeg& leg = self_of(self).touch(fact);
        const bool working = fact.code >= LPC_ORDER_PENDING && fact.code <= LPC_ORDER_UNKNOWN;
        if (working) {
            leg.working.insert(fact.u.order.id);
        } else {
            leg.working.erase(fact.u.order.id);
        }
    });
}
// What was wrong (an unfit price, a venue that said no) can pass without any fact of this account.
lpc_status on_refused(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
    return each_fact(facts, count, [self](const lpc_fact& fact) {
        // Why not at once: a venue that answers at once would be asked again without end.
        if (fact.reason == LPC_REASON_VENUE) {
            self_of(self).refused.insert({fact.account, fact.instrument});
        } else {
            self_of(self).touch(fact);
        }
    });
}
lpc_status on_price(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
    return each_fact(facts, count, [self](const lpc_fact& price) {
        Takeover& t = self_of(self);
        std::erase_if(t.refused, [&](const LegKey& key) {
            if (key.second != price.instrument) return false;
            lpc_fact leg = price;
            leg.account = key.first;
            t.touch(leg);
            return true;
        });
    });
}
lpc_status on_detach(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
    return each_fact(facts, count, [self](const lpc_fact& fact) {
        Takeover& t = self_of(self);
        std::erase_if(t.legs, [&](const auto& e) { return e.first.first == fact.account; });
        const auto gone = [&](const LegKey& key) { return key.first == fact.account; };
        std::erase_if(t.dirty, gone);
        std::erase_if(t.refused, gone);
    });
}

lpc_status on_turn(lpc_instance* self, const lpc_turn*, lpc_output* out) {
    return guarded([&] {
        Takeover& t = self_of(self);
        while (!t.dirty.empty()) {
            if (out->count == out->capacity) {
                out->more = 1;
                return;
            }
            const LegKey key = *t.dirty.begin();
            t.dirty.erase(t.dirty.begin());
            TakeoverLeg& leg = t.legs[key];
            if (!std::exchange(leg.changed, false) || !leg.working.empty() || leg.lots == 0)
                continue;
            if (leg.closeout.code != LPC_CLOSEOUT_RUNNING) continue;
            lpc_command& command = out->commands[out->count++];
            command.tag = std::uint64_t{key.second} + 1;  // one works for a leg at most
            command.cause_seq = leg.cause_seq;
            command.account = key.first;
            command.instrument = key.second;
            command.kind = LPC_CMD_TAKEOVER;
            command.u.takeover = {-leg.lots, leg.closeout.u.closeout.bankruptcy_price, 0};
        }
    });
}

// Facts are told again to whoever loads: what is saved of a leg is whether they were answered.
constexpr std::uint32_t kLegBytes = 4 + 1 + 1 + 8;
constexpr const char* kStateId = "org.lpc.takeover.1";
constexpr const char* kLoads[] = {kStateId, nullptr};

lpc_status save(lpc_instance* self, std::uint64_t account, lpc_record* out) {
    const Takeover& t = self_of(self);
    RecordWriter record(out->data, out->capacity);
    for (auto it = t.legs.lower_bound({account, 0});
         it != t.legs.end() && it->first.first == account; ++it) {
        record.u32(it->first.second);
        record.boolean(it->second.changed);
        record.boolean(t.refused.count(it->first) != 0);
        record.u64(it->second.cause_seq);
    }
    if (!record.ok()) return LPC_REFUSED;
    out->size = record.size();
    return LPC_OK;
}

lpc_status load(lpc_instance* self, std::uint64_t account, std::uint32_t format,
                const lpc_record* in) {
    if (format != 0 || in->size % kLegBytes != 0) return LPC_REFUSED;
    std::map<LegKey, TakeoverLeg> legs;
    std::set<LegKey> refused;
    RecordReader record(in->data, in->size);
    for (std::uint32_t i = 0; i < in->size / kLegBytes; ++i) {
        const LegKey key{account, record.u32()};
        TakeoverLeg& leg = legs[key];
        leg.changed = record.boolean();
        if (record.boolean()) refused.insert(key);
        leg.cause_seq = record.u64();
    }
    if (!record.finished() || legs.size() * kLegBytes != in->size) return LPC_REFUSED;
    return guarded([&] {
        Takeover& t = self_of(self);
        for (const auto& [key, leg] : legs) {
            TakeoverLeg& told = t.legs[key];
            told.changed = leg.changed;
            told.cause_seq = leg.cause_seq;
            t.dirty.insert(key);
        }
        t.refused.merge(refused);
    });
}

lpc_instance* create(const lpc_host*, char*, size_t) {
    return reinterpret_cast<lpc_instance*>(new (std::nothrow) Takeover());
}
void destroy(lpc_instance* self) {
    delete reinterpret_cast<Takeover*>(self);
}

constexpr lpc_hooks takeover_hooks() {
    lpc_hooks hooks{};
    hooks.on_position = on_position;
    hooks.on_closeout = on_closeout;
    hooks.on_order = on_order;
    hooks.on_refused = on_refused;
    hooks.on_price = on_price;
    hooks.on_detach = on_detach;
    return hooks;
}
constexpr lpc_hooks kHooks = takeover_hooks();

constexpr lpc_plugin takeover_table() {
    lpc_plugin table =
        builtin_table("org.lpc.takeover", LPC_ROLE_LIQUIDATOR, &kHooks, create, destroy, on_turn);
    table.record_max = LPC_POSITIONS_MAX * kLegBytes;
    table.state_id = kStateId;
    table.state_loads = kLoads;
    table.save = save;
    table.load = load;
    return table;
}
constexpr lpc_plugin kTakeover = takeover_table();

}  // namespace

PluginCode takeover_code() {
    return {&kTakeover, {"org.lpc.takeover", "1", "builtin:takeover"}, nullptr};
}

}  // namespace lpc::runtime
