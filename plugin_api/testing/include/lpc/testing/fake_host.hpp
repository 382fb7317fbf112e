// A host in one object, for tests of a plugin: numbers the facts and remembers them, runs turns,
// answers each command before the next turn as lpc/command.h says, keeps timers, and can replace
// the instance the way a swap does. It accepts everything: it has no guard, no venue and no rules.
// Single-threaded, deterministic. The table must outlive it.
#pragma once

#include <lpc/testing/fact.hpp>
#include <lpc/testing/instance.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

namespace lpc::testing {

struct HostOptions {
    std::uint32_t capacity = 64;  // of the command array
    std::size_t run_max = 64;     // most facts in one call of a hook
};

class FakeHost {
  public:
    // Creates an instance and tells it each parameter's initial value.
    explicit FakeHost(const lpc_plugin& table, HostOptions options = {})
        : options_(options), instance_(std::make_unique<Instance>(table)) {
        for (std::uint64_t i = 0; i < table.param_count; ++i) {
            (void)tell(fact({}, lpc_fact_param{table.params[i].id, table.params[i].initial}));
        }
    }

    // False if the plugin has no parameter of this name.
    bool set_param(std::string_view name, std::int64_t value) {
        const lpc_plugin& table = instance_->table();
        for (std::uint64_t i = 0; i < table.param_count; ++i) {
            if (name == table.params[i].name) {
                return tell(fact({}, lpc_fact_param{table.params[i].id, value})) == LPC_OK;
            }
        }
        return false;
    }

    // Facts without a number get the next one, except those kinds that carry the last.
    lpc_status tell(std::initializer_list<lpc_fact> facts) {
        return tell(std::vector<lpc_fact>(facts));
    }
    lpc_status tell(const lpc_fact& fact) { return tell(std::vector<lpc_fact>{fact}); }
    lpc_status tell(std::vector<lpc_fact> facts) {
        for (lpc_fact& f : facts) {
            const bool takes_no_number =
                f.kind == LPC_FACT_PARAM || f.kind == LPC_FACT_TIMER || f.kind == LPC_FACT_REFUSED;
            if (f.seq == 0) f.seq = takes_no_number ? last_seq_ : ++last_seq_;
            last_seq_ = std::max(last_seq_, f.seq);
            remember(f);
        }
        return instance_->tell(facts, options_.run_max);
    }

    // Timers that are due are told first; the commands come back unanswered.
    TurnResult turn(std::int64_t now_ns, std::uint32_t flags = 0) {
        now_ns_ = now_ns;
        std::vector<lpc_fact> due;
        while (!timers_.empty() && std::get<0>(*timers_.begin()) <= now_ns) {
            const auto [at_ns, account, tag] = *timers_.begin();
            due.push_back(fact({.account = account}, lpc_fact_timer{tag}));
            timers_.erase(timers_.begin());
        }
        if (!due.empty() && tell(std::move(due)) != LPC_OK) {
            TurnResult failed;
            failed.status = LPC_FAILED;
            return failed;
        }
        return instance_->turn(lpc_turn{last_seq_ + 1, now_ns, flags, 0}, options_.capacity);
    }

    // Accepts the commands and tells the answers.
    lpc_status answer(const std::vector<lpc_command>& commands) {
        std::vector<lpc_fact> answers;
        for (const lpc_command& c : commands) answer_one(c, answers);
        return tell(std::move(answers));
    }
    lpc_status refuse(const lpc_command& c, std::uint8_t reason) {
        return tell(fact({.account = c.account, .instrument = c.instrument, .reason = reason},
                         lpc_fact_refused{c.tag, c.kind}));
    }

    // An execution of a working order, at its own price: FILL, POSITION if one was told (lots only:
    // cost and realised are the test's to tell), ORDER, which is DONE once nothing is open.
    lpc_status fill(std::uint64_t order_id, std::int64_t lots) {
        lpc_fact order = find_order(order_id);
        std::vector<lpc_fact> facts;
        const Head head{.account = order.account, .instrument = order.instrument};
        facts.push_back(
            fact(head, lpc_fact_fill{order_id, order.u.order.tag, order.u.order.price, lots, 0}));
        const auto position = known_.find({LPC_FACT_POSITION, order.account, order.instrument, 0});
        if (position != known_.end()) {
            lpc_fact moved = position->second;
            moved.seq = 0;
            moved.u.position.lots += lots;
            facts.push_back(moved);
        }
        order.seq = 0;
        order.u.order.open_lots -= lots;
        order.u.order.done_lots += lots;
        order.code = order.u.order.open_lots == 0 ? LPC_ORDER_DONE : LPC_ORDER_OPEN;
        facts.push_back(order);
        return tell(std::move(facts));
    }
    // The order's state changes without an execution: LPC_ORDER_OPEN, _UNKNOWN, _CANCELLED,
    // _REJECTED ...
    lpc_status set_order(std::uint64_t order_id, std::uint8_t state) {
        lpc_fact order = find_order(order_id);
        order.seq = 0;
        order.code = state;
        return tell(order);
    }
    [[nodiscard]] std::vector<std::uint64_t> working_orders() const {
        std::vector<std::uint64_t> ids;
        for (const auto& [key, f] : known_) {
            if (f.kind == LPC_FACT_ORDER && f.code <= LPC_ORDER_UNKNOWN)
                ids.push_back(f.u.order.id);
        }
        std::sort(ids.begin(), ids.end());
        return ids;
    }

    // Replaces the instance as a swap does, with the accounts' saved state or, where the plugin
    // saves none, from facts alone: the orders of the predecessor are told with tag 0, and timers
    // go over only with loaded state. The next turn is ACTIVE's.
    lpc_status swap() {
        const lpc_plugin& table = instance_->table();
        auto fresh = std::make_unique<Instance>(table);
        const bool transfers = table.save != nullptr && table.load != nullptr;
        for (auto& [key, f] : known_) {
            if (f.kind == LPC_FACT_ORDER) f.u.order.tag = 0;
        }
        if (fresh->tell(current_facts(), options_.run_max) != LPC_OK) return LPC_FAILED;
        for (const std::uint64_t account : accounts()) {
            if (!transfers) break;
            const auto record = instance_->save(account);
            if (!record) return LPC_REFUSED;
            if (record->empty()) continue;
            const lpc_status status = fresh->load(account, 0, *record);
            if (status != LPC_OK) return status;
        }
        if (!transfers) timers_.clear();
        instance_ = std::move(fresh);
        return LPC_OK;
    }

    // Everything that is, in the order of seq.
    [[nodiscard]] std::vector<lpc_fact> current_facts() const {
        std::vector<lpc_fact> facts;
        for (const auto& [key, f] : known_) facts.push_back(f);
        std::stable_sort(facts.begin(), facts.end(),
                         [](const lpc_fact& a, const lpc_fact& b) { return a.seq < b.seq; });
        return facts;
    }
    // 0 (market-wide) and each account of which a fact is known.
    [[nodiscard]] std::set<std::uint64_t> accounts() const {
        std::set<std::uint64_t> found{0};
        for (const auto& [key, f] : known_) found.insert(f.account);
        return found;
    }
    [[nodiscard]] Instance& instance() { return *instance_; }
    [[nodiscard]] std::uint64_t last_seq() const { return last_seq_; }

  private:
    void remember(const lpc_fact& f) {
        if (f.kind == LPC_FACT_DETACH ||
            (f.kind == LPC_FACT_RESYNC && f.code == LPC_RESYNC_BEGIN)) {
            std::erase_if(known_,
                          [&](const auto& entry) { return entry.second.account == f.account; });
        }
        if (f.kind == LPC_FACT_DETACH) {
            std::erase_if(timers_,
                          [&](const Timer& timer) { return std::get<1>(timer) == f.account; });
        }
        if (happens_once(f.kind) || f.kind == LPC_FACT_DETACH || f.kind == LPC_FACT_RESYNC) return;
        known_[key_of(f)] = f;
    }

    [[nodiscard]] lpc_fact find_order(std::uint64_t id) const {
        for (const auto& [key, f] : known_) {
            if (f.kind == LPC_FACT_ORDER && f.u.order.id == id) return f;
        }
        throw ProtocolError("no such order");
    }

    void pending(const lpc_command& c, std::int64_t lots, std::int64_t price,
                 std::vector<lpc_fact>& out) {
        out.push_back(
            fact({.account = c.account, .instrument = c.instrument, .code = LPC_ORDER_PENDING},
                 lpc_fact_order{++last_order_, c.tag, price, lots, 0}));
    }

    void answer_one(const lpc_command& c, std::vector<lpc_fact>& out) {
        const Head head{.account = c.account, .instrument = c.instrument, .code = c.code};
        const auto& u = c.u;
        switch (c.kind) {
            case LPC_CMD_MARGIN:
                out.push_back(
                    fact(head, lpc_fact_margin{u.margin.equity, u.margin.maintenance,
                                               u.margin.initial, u.margin.target, now_ns_}));
                break;
            case LPC_CMD_LEVELS:
                out.push_back(fact(
                    head, lpc_fact_levels{u.levels.liquidation_price, u.levels.bankruptcy_price,
                                          u.levels.next_state_price}));
                break;
            case LPC_CMD_CLOSEOUT:
                out.push_back(
                    fact({.account = c.account,
                          .instrument = c.instrument,
                          .code = LPC_CLOSEOUT_ACCEPTED},
                         lpc_fact_closeout{u.closeout.end_lots, u.closeout.bankruptcy_price,
                                           u.closeout.permitted_price, u.closeout.deadline_ns}));
                break;
            case LPC_CMD_RELEASE:
                release(c, out);
                break;
            case LPC_CMD_ORDER:
                pending(c, u.order.lots, u.order.price, out);
                break;
            case LPC_CMD_AWARD:
                pending(c, u.award.lots, u.award.price, out);
                break;
            case LPC_CMD_TAKEOVER:
                pending(c, u.takeover.lots, u.takeover.price, out);
                break;
            case LPC_CMD_DELEVERAGE:
                pending(c, u.deleverage.lots, u.deleverage.price, out);
                break;
            case LPC_CMD_CANCEL:
                out.push_back(find_order(u.cancel.order_id));
                out.back().seq = 0;
                out.back().code = LPC_ORDER_CANCELLING;
                break;
            case LPC_CMD_OFFER:
                offer(c, out);
                break;
            case LPC_CMD_GRANT:
                grant(c, out);
                break;
            case LPC_CMD_ESCALATE:
                out.push_back(detach(c.account, LPC_DETACH_STAGE));
                break;
            case LPC_CMD_TIMER:
                timers_.insert({u.timer.at_ns, c.account, c.tag});
                break;
            default:
                throw ProtocolError("a command of an unknown kind");
        }
    }

    // The lot that is open is re-priced, or withdrawn; where none is, one is opened.
    void offer(const lpc_command& c, std::vector<lpc_fact>& out) {
        const lpc_command_offer& o = c.u.offer;
        const Head head{.account = c.account, .instrument = c.instrument, .code = c.code};
        const auto told = known_.find({LPC_FACT_LOT, c.account, c.instrument, 0});
        const bool open = told != known_.end() && told->second.code == LPC_LOT_OPEN;
        lpc_fact_lot lot{open ? told->second.u.lot.id : ++last_lot_, o.lots, o.price,
                         o.reserve_price, o.close_ns};
        Head state = head;
        state.code = o.lots == 0 ? LPC_LOT_WITHDRAWN : LPC_LOT_OPEN;
        if (open && o.lots == 0) lot = told->second.u.lot;
        if (!open)
            out.push_back(fact(head, lpc_fact_lot_terms{lot.id, now_ns_, o.price, o.lots,
                                                        static_cast<std::int64_t>(c.tag)}));
        out.push_back(fact(state, lot));
    }

    // Every close-out of the account begins to end.
    void release(const lpc_command& c, std::vector<lpc_fact>& out) {
        for (const auto& [key, f] : known_) {
            const bool meant =
                f.account == c.account && (c.instrument == 0 || f.instrument == c.instrument);
            if (f.kind != LPC_FACT_CLOSEOUT || !meant) continue;
            out.push_back(f);
            out.back().seq = 0;
            out.back().code = LPC_CLOSEOUT_ENDING;
        }
    }

    // The fund gives what is asked; the permitted price stays.
    void grant(const lpc_command& c, std::vector<lpc_fact>& out) {
        const auto closeout = known_.find({LPC_FACT_CLOSEOUT, c.account, c.instrument, 0});
        const std::int64_t price =
            closeout == known_.end() ? 0 : closeout->second.u.closeout.permitted_price;
        out.push_back(fact({.account = c.account, .instrument = c.instrument},
                           lpc_fact_grant{c.u.grant.amount, price, LPC_TIME_MAX_NS}));
    }

    using Timer = std::tuple<std::int64_t, std::uint64_t, std::uint64_t>;  // at_ns, account, tag

    HostOptions options_;
    std::unique_ptr<Instance> instance_;
    std::map<FactKey, lpc_fact> known_;
    std::set<Timer> timers_;
    std::uint64_t last_seq_ = 0;
    std::uint64_t last_order_ = 0, last_lot_ = 0;
    std::int64_t now_ns_ = 0;
};

}  // namespace lpc::testing
