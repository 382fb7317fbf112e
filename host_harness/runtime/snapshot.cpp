#include "snapshot.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "archive.hpp"
#include "transitions.hpp"

namespace lpc::runtime {
namespace {

constexpr std::uint32_t kSnapshotVersion = 4;

// Who acts on a route, with all that is its own.
struct SavedActor {
    std::string sha256, file;
    std::vector<std::pair<std::uint64_t, std::int64_t>> params;
    std::uint64_t params_seq = 0;
    std::uint32_t instance = 0;
    bool fresh = false;
    Placement placement = Placement::engine;
    InstanceCounters counters;
    OwnOrders orders;
    Timers timers;
    std::map<std::uint64_t, std::vector<std::uint8_t>> saved;  // by account; 0: market-wide

    template <class Archive>
    void archive(Archive& a) {
        a(sha256, file, params, params_seq, instance, fresh, placement, counters, orders, timers,
          saved);
    }
};

// Why there can be no snapshot now; empty: there can.
std::string obstacle(const Rooms& rooms) {
    if (!rooms.state.outbox.empty()) return "port calls wait to be released";
    if (rooms.entry.resync_account() != 0)
        return "the RESYNC of account " + std::to_string(rooms.entry.resync_account()) + " is open";
    for (const Slot& slot : rooms.state.slots) {
        for (const Route& route : slot.routes) {
            if (!route.followers.empty())
                return "plugin " + route.followers.front()->identity().id + " follows in stage " +
                       slot.name;
        }
    }
    return {};
}

void save_question(Saver& a, Route& route) {
    a(route.question.has_value());
    if (!route.question) return;
    route.collect();
    const Question& q = *route.question;
    a(route.asked.seq, route.asked.now_ns, route.left, q.turns_left, !q.failed());
    if (q.failed()) {
        a(q.answer->error().message);
    } else {
        a((*q.answer)->commands, (*q.answer)->carried);
    }
}

void load_question(Loader& a, Route& route) {
    bool asked = false, answered = false;
    a(asked);
    if (!asked) return;
    Question q;
    TurnOutput output;
    std::string failure;
    a(route.asked.seq, route.asked.now_ns, route.left, q.turns_left, answered);
    if (answered) {
        a(output.commands, output.carried);
        q.answer = std::move(output);
    } else {
        a(failure);
        q.answer = fail(failure);
    }
    a.check(q.turns_left != 0);
    route.question = std::move(q);
}

// Every account of which the route's actor has been told, in their order.
template <class Visit>
Status for_each_account(State& state, std::uint32_t slot, const Route& route, Visit&& visit) {
    if (slot == 0) {
        for (const AccountFacts& account : state.accounts.all()) {
            if (const Status status = visit(account); !status) return status;
        }
        return {};
    }
    for (const std::uint64_t account : state.cases.accounts()) {
        const Case& held = *state.cases.find(account);
        if (!state.acts_for(route, held)) continue;
        if (const Status status = visit(*state.accounts.find(account)); !status) return status;
    }
    return {};
}

Status save_account(Instance& instance, std::uint64_t account, SavedActor& into) {
    auto saved = instance.save(account);
    if (!saved) return tl::unexpected(saved.error());
    if (!saved->empty()) into.saved[account].assign(saved->begin(), saved->end());
    return {};
}

Result<SavedActor> save_actor(State& state, std::uint32_t slot, const Route& route) {
    Instance& instance = *route.active.instance;
    SavedActor actor;
    actor.sha256 = instance.identity().sha256;
    actor.file = instance.identity().file;
    for (const lpc_fact& fact : instance.params()) {
        actor.params.emplace_back(fact.u.param.id, fact.u.param.value);
        actor.params_seq = fact.seq;
    }
    actor.instance = instance.id();
    actor.fresh = instance.fresh();
    actor.placement = instance.placement();
    actor.counters = instance.counters;
    actor.orders = route.active.orders;
    actor.timers = route.active.timers;
    Status status = save_account(instance, 0, actor);
    if (status)
        status = for_each_account(state, slot, route, [&](const AccountFacts& account) {
            return save_account(instance, account.id(), actor);
        });
    if (!status) return tl::unexpected(status.error());
    return actor;
}

Status load_account(Instance& instance, std::uint64_t account, const SavedActor& from) {
    const auto saved = from.saved.find(account);
    if (saved == from.saved.end()) return {};
    const int format = matching_format(instance.table(), instance.table());
    if (format < 0)
        return fail("plugin " + instance.identity().id + " does not load its own state");
    return instance.load(account, static_cast<std::uint32_t>(format), saved->second);
}

Status bring_back(State& state, std::uint32_t slot, Route& route, SavedActor saved,
                  const FindBeginning& find) {
    const Slot& at = state.slots[slot];
    auto beginning = find(at, {at.name, saved.sha256, saved.file, saved.params, route.arm});
    if (!beginning) return tl::unexpected(beginning.error());
    auto made = state.premises.create(saved.placement, saved.instance, std::move(beginning->code),
                                      state.log);
    if (!made) return tl::unexpected(made.error());
    Actor& actor = route.active;
    actor.instance = std::move(*made);
    actor.orders = saved.orders;
    actor.timers = saved.timers;
    Instance& instance = *actor.instance;
    instance.counters = saved.counters;
    instance.begin_with(std::move(beginning->params), saved.params_seq);
    if (!saved.fresh) instance.follow();
    state.retell_market(instance);
    if (const Status loaded = load_account(instance, 0, saved); !loaded) return loaded;
    return for_each_account(state, slot, route, [&](const AccountFacts& account) {
        state.retell_account(actor, account);
        return load_account(instance, account.id(), saved);
    });
}

// May the procedure go on with these cases?
bool well_placed(const State& state) {
    for (const std::uint64_t account : state.cases.accounts()) {
        const Case& held = *state.cases.find(account);
        if (state.accounts.find(account) == nullptr || held.stage >= state.slots.size() ||
            held.route >= state.slots[held.stage].routes.size())
            return false;
    }
    return std::all_of(state.slots.begin(), state.slots.end(), [](const Slot& slot) {
        return *std::max_element(slot.route_of_bucket.begin(), slot.route_of_bucket.end()) <
               slot.routes.size();
    });
}

template <class Archive>
void archive_rooms(Archive& a, const Rooms& rooms) {
    a(rooms.state, rooms.state.next_instance, rooms.entry, rooms.participation,
      rooms.last_turn.carried);
}

}  // namespace

Result<std::vector<std::byte>> take_snapshot(const Rooms& rooms) {
    State& state = rooms.state;
    if (const std::string why = obstacle(rooms); !why.empty())
        return fail("no snapshot can be taken: " + why);
    Saver a;
    a(kSnapshotVersion, encode(state.config));
    archive_rooms(a, rooms);
    for (std::uint32_t i = 0; i < state.slots.size(); ++i) {
        Slot& slot = state.slots[i];
        a(slot.generation, slot.route_of_bucket);
        for (Route& route : slot.routes) {
            const bool acts = route.active.instance != nullptr;
            a(route.fallback, route.past, acts);
            if (!acts) continue;
            save_question(a, route);
            const auto actor = save_actor(state, i, route);
            if (!actor) return fail_in("no snapshot can be taken", actor.error());
            a(*actor);
        }
    }
    return a.take();
}

Result<Config> config_of_snapshot(std::span<const std::byte> snapshot) {
    Loader a(snapshot);
    std::uint32_t version = 0;
    std::string config;
    a(version);
    if (!a.ok() || version != kSnapshotVersion)
        return fail("snapshot: found version " + std::to_string(version) + ", expected " +
                    std::to_string(kSnapshotVersion));
    a(config);
    if (!a.ok()) return fail("snapshot: it is cut short, expected a configuration");
    return decode_config(config);
}

Status restore_snapshot(const Rooms& rooms, std::span<const std::byte> snapshot,
                        const FindBeginning& find) {
    State& state = rooms.state;
    Loader a(snapshot);
    std::uint32_t version = 0;
    std::string config;
    a(version, config);
    archive_rooms(a, rooms);
    std::vector<std::pair<std::uint32_t, std::pair<Route*, SavedActor>>> actors;
    for (std::uint32_t i = 0; i < state.slots.size() && a.ok(); ++i) {
        a(state.slots[i].generation, state.slots[i].route_of_bucket);
        for (Route& route : state.slots[i].routes) {
            bool acts = false;
            a(route.fallback, route.past, acts);
            if (!acts) continue;
            load_question(a, route);
            actors.push_back({i, {&route, {}}});
            a(actors.back().second.second);
        }
    }
    if (!a.ok() || !a.at_end() || !well_placed(state))
        return fail("snapshot: " + std::to_string(snapshot.size()) +
                    " bytes do not make a state, expected those of a snapshot of this version");
    for (auto& [slot, actor] : actors) {
        const Status back = bring_back(state, slot, *actor.first, std::move(actor.second), find);
        if (!back) return fail_in("snapshot: stage " + state.slots[slot].name, back.error());
    }
    return {};
}

}  // namespace lpc::runtime
