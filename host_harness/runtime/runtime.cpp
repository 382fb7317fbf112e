#include "runtime.hpp"

#include <xxhash.h>

#include <algorithm>
#include <set>
#include <utility>

#include "builtin/builtin.hpp"
#include "entry.hpp"
#include "invariant.hpp"
#include "procedure.hpp"
#include "state.hpp"
#include "transitions.hpp"

namespace lpc::runtime {
namespace {

// Every parameter that the plugin declares: the configured value, or the initial one.
Result<std::vector<lpc_fact>> param_facts(const lpc_plugin& table, const Attachment& attachment) {
    std::vector<lpc_fact> facts;
    std::set<std::uint64_t> known;
    for (std::uint64_t i = 0; i < table.param_count; ++i) {
        const lpc_param& param = table.params[i];
        known.insert(param.id);
        std::int64_t value = param.initial;
        for (const auto& [id, configured] : attachment.params) {
            if (id == param.id) value = configured;
        }
        if (value < param.min || value > param.max)
            return fail("stage " + attachment.stage + ": parameter " + param.name + " is " +
                        std::to_string(value) + ", expected " + std::to_string(param.min) + " to " +
                        std::to_string(param.max));
        lpc_fact fact{};
        fact.kind = LPC_FACT_PARAM;
        fact.u.param = {param.id, value};
        facts.push_back(fact);
    }
    for (const auto& param : attachment.params) {
        if (known.count(param.first) == 0)
            return fail("stage " + attachment.stage + ": plugin " + table.id +
                        " has no parameter with id " + std::to_string(param.first));
    }
    return facts;
}

class Hash {
  public:
    Hash() : state_(XXH3_createState()) { XXH3_64bits_reset(state_); }
    ~Hash() { XXH3_freeState(state_); }
    Hash(const Hash&) = delete;
    Hash& operator=(const Hash&) = delete;
    template <class Record>
    void add(const Record& record) {
        XXH3_64bits_update(state_, &record, sizeof record);
    }
    std::uint64_t digest() const { return XXH3_64bits_digest(state_); }

  private:
    XXH3_state_t* state_;
};

struct PortCaller {
    Venue& venue;
    Settlement& settlement;
    void operator()(const OrderRequest& r) { venue.place(r); }
    void operator()(const CancelRequest& r) { venue.cancel(r); }
    void operator()(const CancelRestingRequest& r) { venue.cancel_resting(r.account); }
    void operator()(const TakeoverRequest& r) { settlement.take_over(r); }
    void operator()(const CoverRequest& r) {
        settlement.cover_deficit(r.account, r.asset, r.amount_max);
    }
};

}  // namespace

Runtime::Runtime(CodeSource code, Observer& observer, LogSink log, Premises* premises)
    : code_(std::move(code)),
      observer_(observer),
      log_(std::move(log)),
      premises_(premises == nullptr ? here_ : *premises) {}

Runtime::~Runtime() = default;

Status Runtime::apply(InputKind kind, std::span<const std::byte> bytes) {
    if (!poisoned_.empty()) return fail("the runtime is poisoned: " + poisoned_);
    try {
        return dispatch(kind, bytes);
    } catch (const std::exception& broken) {
        return poison(broken.what());
    } catch (...) {
        return poison("an exception of an unknown type");
    }
}

Status Runtime::poison(const std::string& why) {
    poisoned_ = why;
    if (state_) {
        state_->outbox.clear();
        poisoned_ += ", after sequence " + std::to_string(state_->last_seq);
    }
    return fail("the runtime is poisoned: " + poisoned_);
}

Status Runtime::dispatch(InputKind kind, std::span<const std::byte> bytes) {
    if (kind == InputKind::configure) return configure(bytes);
    if (!state_) return fail("input before the configuration, expected that first");
    switch (kind) {
        case InputKind::attach:
            return attach(bytes);
        case InputKind::turn:
            return turn(bytes);
        case InputKind::follow:
            return follow(bytes);
        case InputKind::step:
            return step(bytes);
        case InputKind::hold:
            return hold(bytes);
        case InputKind::fact: {
            const Result<lpc_fact> fact = decode_fact(bytes);
            if (!fact) return tl::unexpected(fact.error());
            return entry_->tell(*state_, participation_, *fact);
        }
        default:
            return fail("input of kind " + std::to_string(static_cast<int>(kind)) +
                        ", expected 1 to 7");
    }
}

Status Runtime::configure(std::span<const std::byte> bytes) {
    if (state_) return fail("a second configuration, expected one");
    Result<Config> config = decode_configure(bytes);
    if (!config) return tl::unexpected(config.error());
    state_ = std::make_unique<State>(std::move(*config), observer_, log_, premises_);
    entry_ = std::make_unique<Entry>();
    return {};
}

Slot* Runtime::slot_named(const std::string& name) {
    for (Slot& slot : state_->slots) {
        if (slot.name == name) return &slot;
    }
    return nullptr;
}

// The code that the attachment names, in the role of its slot, and the PARAM facts that it begins
// with.
Status Runtime::find_code(const Slot& slot, const Attachment& wanted, PluginCode& code,
                          std::vector<lpc_fact>& params) {
    auto builtin = builtin_code(wanted.sha256, slot.role);
    Result<PluginCode> found = builtin ? Result<PluginCode>(*builtin) : code_(wanted);
    if (!found) return tl::unexpected(found.error());
    if ((found->table->flags & slot.role) == 0)
        return fail("attach: plugin " + found->identity.id + " does not have the role of stage " +
                    wanted.stage);
    Result<std::vector<lpc_fact>> facts = param_facts(*found->table, wanted);
    if (!facts) return tl::unexpected(facts.error());
    code = std::move(*found);
    params = std::move(*facts);
    return {};
}

Status Runtime::attach(std::span<const std::byte> bytes) {
    const Result<Attachment> wanted = decode_attach(bytes);
    if (!wanted) return tl::unexpected(wanted.error());
    Slot* slot = slot_named(wanted->stage);
    if (slot == nullptr) return fail("attach: no stage is named '" + wanted->stage + "'");
    Route& route = slot->routes.front();
    if (route.active.instance != nullptr)
        return fail("attach: stage " + wanted->stage + " has a plugin already");
    PluginCode code;
    std::vector<lpc_fact> params;
    if (const Status found = find_code(*slot, *wanted, code, params); !found) return found;
    auto instance = Instance::create(state_->next_instance, std::move(code), log_);
    if (!instance) return tl::unexpected(instance.error());
    ++state_->next_instance;
    for (const lpc_fact& fact : params) state_->tell_once(**instance, fact);
    state_->retell_market(**instance);
    route.active.instance = std::move(*instance);
    if (slot->role == LPC_ROLE_RISK) {
        for (const AccountFacts& account : state_->accounts.all())
            state_->retell_account(route.active, account);
    }
    hand_out_waiting(*state_, static_cast<std::uint32_t>(slot - state_->slots.data()));
    return {};
}

Status Runtime::follow(std::span<const std::byte> bytes) {
    const Result<Follow> wanted = decode_follow(bytes);
    if (!wanted) return tl::unexpected(wanted.error());
    const Slot* slot = slot_named(wanted->plugin.stage);
    if (slot == nullptr) return fail("follow: no stage is named '" + wanted->plugin.stage + "'");
    FollowTerms terms;
    terms.slot = static_cast<std::uint32_t>(slot - state_->slots.data());
    terms.purpose = wanted->purpose;
    terms.facts_only = wanted->facts_only;
    terms.placement = wanted->placement;
    const auto route = std::find_if(slot->routes.begin(), slot->routes.end(),
                                    [&](const Route& r) { return r.arm == wanted->arm; });
    if (route == slot->routes.end())
        return fail("follow: stage " + slot->name + " has no arm '" + wanted->arm + "'");
    terms.route = static_cast<std::uint8_t>(route - slot->routes.begin());
    PluginCode code;
    if (const Status found = find_code(*slot, wanted->plugin, code, terms.params); !found)
        return found;
    const Result<std::uint32_t> begun = begin_following(*state_, std::move(code), terms);
    if (!begun) return tl::unexpected(begun.error());
    return {};
}

Status Runtime::step(std::span<const std::byte> bytes) {
    const Result<Step> wanted = decode_step(bytes);
    if (!wanted) return tl::unexpected(wanted.error());
    if (wanted->stage >= state_->slots.size())
        return fail("step: found stage " + std::to_string(wanted->stage) + ", expected 0 to " +
                    std::to_string(state_->slots.size() - 1));
    if (wanted->value < 0)
        return fail("step: found value " + std::to_string(wanted->value) + ", expected 0 or more");
    switch (wanted->kind) {
        case StepKind::migrate:
            return migrate(*state_, wanted->stage, wanted->instance,
                           static_cast<std::uint64_t>(wanted->value));
        case StepKind::flip:
            return flip(*state_, wanted->stage, wanted->instance, wanted->value);
        case StepKind::roll_back:
            return roll_back(*state_, wanted->stage, wanted->instance);
        case StepKind::dismiss:
            return dismiss(*state_, wanted->stage, wanted->instance, wanted->value);
    }
    return fail("step: found kind " + std::to_string(static_cast<std::uint32_t>(wanted->kind)) +
                ", expected 1 to 4");
}

Status Runtime::hold(std::span<const std::byte> bytes) {
    const Result<Hold> wanted = decode_hold(bytes);
    if (!wanted) return tl::unexpected(wanted.error());
    if (wanted->on > 1)
        return fail("hold: found " + std::to_string(wanted->on) + ", expected 1 or 0");
    Holds& holds = state_->holds;
    state_->cases.wake_all();
    const auto change = [&](auto& set, auto id) {
        if (wanted->on == 1) {
            set.insert(id);
        } else {
            set.erase(id);
        }
    };
    switch (wanted->scope) {
        case HoldScope::account:
            change(holds.accounts, wanted->id);
            return {};
        case HoldScope::instrument:
            change(holds.instruments, static_cast<std::uint32_t>(wanted->id));
            return {};
        case HoldScope::everything:
            holds.everything = wanted->on == 1;
            return {};
    }
    return fail("hold: found scope " + std::to_string(static_cast<std::uint32_t>(wanted->scope)) +
                ", expected 1 to 3");
}

Status Runtime::turn(std::span<const std::byte> bytes) {
    const Result<std::int64_t> now_ns = decode_turn(bytes);
    if (!now_ns) return tl::unexpected(now_ns.error());
    if (*now_ns < state_->now_ns || *now_ns > LPC_TIME_MAX_NS)
        return fail("turn at " + std::to_string(*now_ns) + " ns, expected " +
                    std::to_string(state_->now_ns) + " or later");
    if (const std::uint64_t open = entry_->resync_account(); open != 0)
        return fail("turn inside the RESYNC of account " + std::to_string(open) +
                    ", expected its end before");
    last_turn_ = run_turn(*state_, participation_, *now_ns);
    return {};
}

std::uint64_t Runtime::last_seq() const {
    return state_ ? state_->last_seq : 0;
}

std::optional<std::int64_t> Runtime::next_timer_ns() const {
    return state_ ? state_->next_timer_ns() : std::nullopt;
}

Status Runtime::release(Venue& venue, Settlement& settlement) {
    if (!poisoned_.empty()) return fail("the runtime is poisoned: " + poisoned_);
    if (!state_) return {};
    const std::vector<PortCall> calls = std::exchange(state_->outbox, {});
    try {
        for (const PortCall& call : calls) std::visit(PortCaller{venue, settlement}, call);
        return {};
    } catch (const std::exception& broken) {
        return poison(broken.what());
    } catch (...) {
        return poison("an exception of an unknown type");
    }
}

void Runtime::discard() {
    if (state_) state_->outbox.clear();
}

std::uint64_t Runtime::state_hash() const {
    Hash hash;
    if (!state_) return hash.digest();
    hash.add(state_->last_seq);
    hash.add(state_->now_ns);
    state_->market.for_each([&](const lpc_fact& fact) { hash.add(fact); });
    for (const AccountFacts& account : state_->accounts.all()) {
        for (const lpc_fact& fact : account.all()) hash.add(fact);
    }
    for (const auto& [id, order] : state_->orders.all()) {
        hash.add(id);
        hash.add(order.account);
        hash.add(order.instrument);
        hash.add(order.lots);
        hash.add(order.done_lots);
        hash.add(order.filled_lots);
        hash.add(order.state);
    }
    for (const auto& [key, order] : state_->orders.unfilled()) {
        hash.add(order.id);
        hash.add(order.filled_lots);
    }
    for (const std::uint64_t account : state_->cases.accounts()) {
        const Case& held = *state_->cases.find(account);
        hash.add(held.account);
        hash.add(held.phase);
        hash.add(held.stage);
        hash.add(held.route);
        hash.add(held.attached);
        hash.add(held.entered_ns);
        hash.add(held.refusals);
        hash.add(held.rate_start_ns);
        hash.add(held.rate_count);
        hash.add(held.escalate);
        hash.add(held.resting_cancelled);
        hash.add(held.deficit_asset);
        hash.add(held.deficit_amount);
        for (const Leg& leg : held.legs) {
            hash.add(leg.instrument);
            hash.add(leg.working_lots);
            hash.add(leg.budget_lots);
            hash.add(leg.spent_grant);
        }
    }
    hash.add(state_->holds.everything);
    for (const std::uint64_t account : state_->holds.accounts) hash.add(account);
    for (const std::uint32_t instrument : state_->holds.instruments) hash.add(instrument);
    for (const Slot& slot : state_->slots) {
        for (const Route& route : slot.routes) {
            for (const Timer& timer : route.active.timers.all()) {
                hash.add(timer.at_ns);
                hash.add(timer.account);
                hash.add(timer.tag);
            }
        }
    }
    return hash.digest();
}

}  // namespace lpc::runtime
