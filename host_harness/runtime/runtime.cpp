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

Runtime::Runtime(CodeSource code, Observer& observer, LogSink log)
    : code_(std::move(code)), observer_(observer), log_(std::move(log)) {}

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
        case InputKind::fact: {
            const Result<lpc_fact> fact = decode_fact(bytes);
            if (!fact) return tl::unexpected(fact.error());
            return entry_->tell(*state_, participation_, *fact);
        }
        default:
            return fail("input of kind " + std::to_string(static_cast<int>(kind)) +
                        ", expected 1 to 4");
    }
}

Status Runtime::configure(std::span<const std::byte> bytes) {
    if (state_) return fail("a second configuration, expected one");
    Result<Config> config = decode_configure(bytes);
    if (!config) return tl::unexpected(config.error());
    state_ = std::make_unique<State>(std::move(*config), observer_, log_);
    entry_ = std::make_unique<Entry>();
    return {};
}

Status Runtime::attach(std::span<const std::byte> bytes) {
    const Result<Attachment> wanted = decode_attach(bytes);
    if (!wanted) return tl::unexpected(wanted.error());
    const auto slot = std::find_if(state_->slots.begin(), state_->slots.end(),
                                   [&](const Slot& s) { return s.name == wanted->stage; });
    if (slot == state_->slots.end())
        return fail("attach: no stage is named '" + wanted->stage + "'");
    if (!slot->instances.empty())
        return fail("attach: stage " + wanted->stage + " has a plugin already");
    auto builtin = builtin_code(wanted->sha256, slot->role);
    Result<PluginCode> code = builtin ? Result<PluginCode>(*builtin) : code_(*wanted);
    if (!code) return tl::unexpected(code.error());
    if ((code->table->flags & slot->role) == 0)
        return fail("attach: plugin " + code->identity.id + " does not have the role of stage " +
                    wanted->stage);
    const Result<std::vector<lpc_fact>> params = param_facts(*code->table, *wanted);
    if (!params) return tl::unexpected(params.error());
    auto instance = Instance::create(state_->next_instance, std::move(*code), log_);
    if (!instance) return tl::unexpected(instance.error());
    ++state_->next_instance;
    for (const lpc_fact& fact : *params) state_->tell_once(**instance, fact);
    state_->retell_market(**instance);
    if (slot->role == LPC_ROLE_RISK) {
        for (const AccountFacts& account : state_->accounts.all())
            state_->retell_account(**instance, account);
    }
    slot->routes.activate_everywhere(instance->get());
    slot->instances.push_back(std::move(*instance));
    hand_out_waiting(*state_, static_cast<std::uint32_t>(slot - state_->slots.begin()));
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
    last_turn_ = run_turn(*state_, participation_, *now_ns);
    return {};
}

std::uint64_t Runtime::last_seq() const {
    return state_ ? state_->last_seq : 0;
}

std::optional<std::int64_t> Runtime::next_timer_ns() const {
    return state_ ? state_->timers.next_ns() : std::nullopt;
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
        hash.add(held.instance);
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
    for (const Timer& timer : state_->timers.all()) {
        hash.add(timer.at_ns);
        hash.add(timer.account);
        hash.add(timer.tag);
        hash.add(timer.instance);
    }
    return hash.digest();
}

}  // namespace lpc::runtime
