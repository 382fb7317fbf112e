#include "runtime.hpp"

#include <xxhash.h>

#include <set>
#include <utility>

#include "archive.hpp"
#include "builtin/builtin.hpp"
#include "entry.hpp"
#include "invariant.hpp"
#include "prepare.hpp"
#include "procedure.hpp"
#include "snapshot.hpp"
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

struct PortCaller {
    const Ports& to;
    void operator()(const OrderRequest& r) { to.venue.place(r); }
    void operator()(const CancelRequest& r) { to.venue.cancel(r); }
    void operator()(const CancelRestingRequest& r) { to.venue.cancel_resting(r.account); }
    void operator()(const TakeoverRequest& r) { to.settlement.take_over(r); }
    void operator()(const AwardRequest& r) { to.settlement.award(r); }
    void operator()(const DeleverageRequest& r) { to.settlement.deleverage(r); }
    void operator()(const CoverRequest& r) {
        to.settlement.cover_deficit(r.account, r.asset, r.amount_max);
    }
    void operator()(const LotNotice& notice) { to.providers.call(notice); }
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

std::optional<Input> Runtime::prepare(const Input& input) {
    if (!state_ || !poisoned_.empty()) return std::nullopt;
    return runtime::prepare(*state_, code_, input);
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
Result<Beginning> Runtime::find_beginning(const Slot& slot, const Attachment& wanted) const {
    auto builtin = builtin_code(wanted.sha256, slot.role);
    Result<PluginCode> code = builtin ? Result<PluginCode>(*builtin) : code_(wanted);
    if (!code) return tl::unexpected(code.error());
    if ((code->table->flags & slot.role) == 0)
        return fail("attach: plugin " + code->identity.id + " does not have the role of stage " +
                    wanted.stage);
    if (slot.routes.size() > 1 && (code->table->flags & LPC_COUPLED) != 0)
        return fail("attach: plugin " + code->identity.id +
                    " is COUPLED and cannot share a stage's accounts with others, expected stage " +
                    wanted.stage + " without arms");
    Result<std::vector<lpc_fact>> params = param_facts(*code->table, wanted);
    if (!params) return tl::unexpected(params.error());
    code->identity.file = wanted.file;
    return Beginning{std::move(*code), std::move(*params)};
}

Status Runtime::attach(std::span<const std::byte> bytes) {
    const Result<Attachment> wanted = decode_attach(bytes);
    if (!wanted) return tl::unexpected(wanted.error());
    Slot* slot = slot_named(wanted->stage);
    if (slot == nullptr) return fail("attach: no stage is named '" + wanted->stage + "'");
    const Result<std::uint8_t> arm = slot->arm_named(wanted->arm);
    if (!arm) return fail_in("attach", arm.error());
    Route& route = slot->routes[*arm];
    if (route.active.instance != nullptr)
        return fail("attach: stage " + place_of(wanted->stage, wanted->arm) +
                    " has a plugin already");
    auto beginning = find_beginning(*slot, *wanted);
    if (!beginning) return tl::unexpected(beginning.error());
    const auto stage = static_cast<std::uint32_t>(slot - state_->slots.data());
    const Placement where =
        builtin_code(wanted->sha256, slot->role) ? Placement::engine : wanted->placement;
    if (where == Placement::worker || !may_act(*state_, stage, where))
        return fail("attach: stage " + place_of(wanted->stage, wanted->arm) + ": found placement " +
                    std::string(name_of(where)) +
                    ", expected engine, or sidecar with answer_after_turns of at least 1");
    auto instance =
        premises_.create(where, state_->next_instance, std::move(beginning->code), log_);
    if (!instance) return tl::unexpected(instance.error());
    ++state_->next_instance;
    (*instance)->begin_with(std::move(beginning->params), state_->last_seq);
    state_->retell_market(**instance);
    route.active.instance = std::move(*instance);
    if (slot->role == LPC_ROLE_RISK) {
        for (const AccountFacts& account : state_->accounts.all())
            state_->retell_account(route.active, account);
    }
    hand_out_waiting(*state_, stage);
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
    const Result<std::uint8_t> arm = slot->arm_named(wanted->plugin.arm);
    if (!arm) return fail_in("follow", arm.error());
    terms.route = *arm;
    auto beginning = find_beginning(*slot, wanted->plugin);
    if (!beginning) return tl::unexpected(beginning.error());
    terms.params = std::move(beginning->params);
    const Result<std::uint32_t> begun = begin_following(*state_, std::move(beginning->code), terms);
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
            if (wanted->loss > kLosses)
                return fail("step: found loss " + std::to_string(wanted->loss) +
                            ", expected 0 to " + std::to_string(kLosses));
            return dismiss(*state_, {wanted->stage, wanted->instance, wanted->value,
                                     static_cast<Loss>(wanted->loss), loss_text(bytes)});
        case StepKind::promote:
            return promote(*state_, wanted->stage, wanted->instance);
    }
    return fail("step: found kind " + std::to_string(static_cast<std::uint32_t>(wanted->kind)) +
                ", expected 1 to 5");
}

Status Runtime::hold(std::span<const std::byte> bytes) {
    const Result<Hold> wanted = decode_hold(bytes);
    if (!wanted) return tl::unexpected(wanted.error());
    if (wanted->on > 1)
        return fail("hold: found " + std::to_string(wanted->on) + ", expected 1 or 0");
    const bool on = wanted->on == 1;
    Holds& holds = state_->holds;
    state_->cases.wake_all();
    const auto change = [on](auto& set, auto id) {
        if (on) {
            set.insert(id);
        } else {
            set.erase(id);
        }
    };
    if (wanted->scope == HoldScope::account) {
        change(holds.accounts, wanted->id);
    } else if (wanted->scope == HoldScope::instrument) {
        change(holds.instruments, static_cast<std::uint32_t>(wanted->id));
    } else if (wanted->scope == HoldScope::everything) {
        holds.everything = on;
    } else {
        return fail("hold: found scope " +
                    std::to_string(static_cast<std::uint32_t>(wanted->scope)) +
                    ", expected 1 to 3");
    }
    ++holds.generation;
    return {};
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
    for (const Slot& slot : state_->slots) {
        if (const Status complete = slot.complete(); !complete)
            return fail_in("turn", complete.error());
    }
    last_turn_ = run_turn(*state_, participation_, *now_ns);
    return {};
}

std::uint64_t Runtime::last_seq() const {
    return state_ ? state_->last_seq : 0;
}

std::optional<std::int64_t> Runtime::next_timer_ns() const {
    return state_ ? state_->next_timer_ns() : std::nullopt;
}

Status Runtime::release(const Ports& ports) {
    if (!poisoned_.empty()) return fail("the runtime is poisoned: " + poisoned_);
    if (!state_) return {};
    const std::vector<PortCall> calls = std::exchange(state_->outbox, {});
    try {
        for (const PortCall& call : calls) std::visit(PortCaller{ports}, call);
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

Result<std::vector<std::byte>> Runtime::snapshot() {
    if (!poisoned_.empty()) return fail("the runtime is poisoned: " + poisoned_);
    if (!state_) return fail("no snapshot can be taken: there is no configuration yet");
    try {
        return take_snapshot({*state_, *entry_, participation_, last_turn_});
    } catch (const std::exception& lost) {  // who runs elsewhere: the next prepare() says so, too
        return fail(std::string("no snapshot can be taken: ") + lost.what());
    }
}

Status Runtime::restore(std::span<const std::byte> snapshot) {
    if (state_ || !poisoned_.empty())
        return fail("snapshot: the runtime has had inputs, expected a new one");
    Status restored;
    try {
        restored = restore_rooms(snapshot);
    } catch (const std::exception& broken) {
        restored = fail(std::string("snapshot: ") + broken.what());
    }
    if (restored) return {};
    state_.reset();
    entry_.reset();
    participation_ = {};
    last_turn_ = {};
    return restored;
}

Status Runtime::restore_rooms(std::span<const std::byte> snapshot) {
    Result<Config> config = config_of_snapshot(snapshot);
    if (!config) return tl::unexpected(config.error());
    state_ = std::make_unique<State>(std::move(*config), observer_, log_, premises_);
    entry_ = std::make_unique<Entry>();
    return restore_snapshot({*state_, *entry_, participation_, last_turn_}, snapshot,
                            [this](const Slot& slot, const Attachment& wanted) {
                                return find_beginning(slot, wanted);
                            });
}

std::uint64_t Runtime::state_hash() const {
    Saver a;
    if (state_) {
        a(*state_);
        for (const Slot& slot : state_->slots) {
            a(slot.route_of_bucket);
            for (const Route& route : slot.routes) a(route.active.timers);
        }
    }
    const std::vector<std::byte> bytes = a.take();
    return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace lpc::runtime
