// The hooks of the TWAP policy: each brings its account's facts up to date and wakes it where
// something changed.
#include <lpc/account.h>
#include <lpc/closeout.h>
#include <lpc/command.h>
#include <lpc/order.h>

#include <algorithm>

#include "policy.hpp"
#include "record.hpp"

namespace lpc::twap {
namespace {

bool works(std::uint8_t state) {
    return state >= LPC_ORDER_PENDING && state <= LPC_ORDER_UNKNOWN;
}

// Our newest order as this fact says; its lots count into the plan by what they grew.
void follow_own_order(JobDecisions& d, const lpc_fact& fact) {
    const lpc_fact_order& order = fact.u.order;
    const bool is_new = order.id != d.order_id && order.tag > d.order_tag;
    if (!is_new && order.id != d.order_id) return;
    if (is_new) {
        d.order_id = order.id;
        d.order_tag = order.tag;
        d.order_done = 0;
        d.order_works = true;
    }
    const std::int64_t done = order.done_lots < 0 ? -order.done_lots : order.done_lots;
    if (done > d.order_done) {
        d.filled += done - d.order_done;
        d.order_done = done;
    }
    if (works(fact.code) || !d.order_works) return;
    d.order_works = false;
    if (done > 0) {
        d.empty_slices = 0;
    } else if (fact.code != LPC_ORDER_REJECTED) {
        ++d.empty_slices;  // Why not for a rejection: it says nothing about the market.
    }
}

}  // namespace

void Policy::tell(const lpc_fact& fact) {
    switch (fact.kind) {
        case LPC_FACT_PARAM:
            return parameters_.set(fact.u.param.id, fact.u.param.value);
        case LPC_FACT_PRICE:
        case LPC_FACT_BOOK:
        case LPC_FACT_INSTRUMENT:
            return tell_market(fact);
        case LPC_FACT_VOLUME:
            markets_[fact.instrument].tell(fact);
            volume_told_.push_back(fact.instrument);
            return;
        case LPC_FACT_POSITION:
            return tell_position(fact);
        case LPC_FACT_CLOSEOUT:
            return tell_closeout(fact);
        // These two wake nobody: they are looked at when the next slice is due.
        case LPC_FACT_MARGIN: {
            Account& account = accounts_[fact.account];
            account.margin_code = fact.code;
            account.equity = fact.u.margin.equity;
            return;
        }
        case LPC_FACT_BUDGET:
            accounts_[fact.account].job(fact.instrument).facts.budget = fact.u.budget;
            return;
        case LPC_FACT_ORDER:
            return tell_order(fact);
        case LPC_FACT_TIMER: {
            const auto it = accounts_.find(fact.account);
            if (it != accounts_.end()) wake(it->first, it->second);
            return;
        }
        case LPC_FACT_REFUSED:
            return tell_refused(fact);
        case LPC_FACT_DETACH:
            accounts_.erase(fact.account);
            return;
        case LPC_FACT_RESYNC:
            return resync(fact);
        default:
            return;
    }
}

void Policy::wake(std::uint64_t id, Account& account) {
    if (account.awake) return;
    account.awake = true;
    awake_.push_back(id);
}

// Whoever rests in a market that has become fit goes on.
void Policy::tell_market(const lpc_fact& fact) {
    Market& market = markets_[fact.instrument];
    const bool was_fit = market.fit();
    market.tell(fact);
    if (was_fit || !market.fit()) return;
    for (auto& [id, account] : accounts_) {
        const bool has_it =
            std::any_of(account.jobs.begin(), account.jobs.end(),
                        [&](const Job& job) { return job.instrument == fact.instrument; });
        if (has_it) wake(id, account);
    }
}

void Policy::tell_position(const lpc_fact& fact) {
    Account& account = accounts_[fact.account];
    JobFacts& known = account.job(fact.instrument).facts;
    if (known.position_known && known.position_lots == fact.u.position.lots) return;
    known.position_known = true;
    known.position_lots = fact.u.position.lots;
    wake(fact.account, account);
}

void Policy::tell_closeout(const lpc_fact& fact) {
    Account& account = accounts_[fact.account];
    JobFacts& known = account.job(fact.instrument).facts;
    if (known.closeout_code == fact.code && known.closeout_seq == fact.seq) return;
    known.closeout_code = fact.code;
    known.closeout_seq = fact.seq;
    known.closeout = fact.u.closeout;
    wake(fact.account, account);
}

void Policy::tell_order(const lpc_fact& fact) {
    Account& account = accounts_[fact.account];
    Job& job = account.job(fact.instrument);
    const lpc_fact_order& order = fact.u.order;
    if (order.tag != 0) account.next_tag = std::max(account.next_tag, order.tag + 1);
    follow_own_order(job.decisions, fact);
    auto& orders = job.facts.orders;
    const auto it = std::find_if(orders.begin(), orders.end(),
                                 [&](const WorkingOrder& o) { return o.id == order.id; });
    if (works(fact.code)) {
        if (it == orders.end()) {
            orders.push_back({order.id, fact.code});
        } else {
            it->state = fact.code;
        }
    } else if (it != orders.end()) {
        orders.erase(it);
        wake(fact.account, account);
    }
}

void Policy::tell_refused(const lpc_fact& fact) {
    const auto it = accounts_.find(fact.account);
    if (it == accounts_.end()) return;
    Account& account = it->second;
    const lpc_fact_refused& refused = fact.u.refused;
    if (refused.kind == LPC_CMD_ORDER)
        account.next_tag = std::max(account.next_tag, refused.tag + 1);
    if (refused.kind != LPC_CMD_TIMER) return;
    for (Job& job : account.jobs) job.decisions.timer_ns = 0;
    wake(it->first, account);
}

// What is not told again is gone; decisions in progress stay.
void Policy::resync(const lpc_fact& fact) {
    const bool begins = fact.code == LPC_RESYNC_BEGIN;
    if (fact.account == 0) {
        if (!begins) return;
        parameters_ = {};
        markets_.clear();
        volume_told_.clear();
        return;
    }
    const auto it = accounts_.find(fact.account);
    if (it == accounts_.end()) return;
    if (begins) it->second.margin_code = 0;
    for (Job& job : it->second.jobs) {
        if (begins) job.facts = {};
        if (!begins && job.facts.orders.empty()) job.decisions.order_works = false;
    }
    wake(it->first, it->second);
}

// What others trade is measured where time passes: in the turn. Instruments beyond the record's
// room are not measured.
void Policy::observe_volume(std::int64_t now_ns) {
    for (const std::uint32_t instrument : volume_told_) {
        const auto others = markets_[instrument].others_lots();
        if (!others || (tapes_.size() == kTapesMax && tapes_.count(instrument) == 0)) continue;
        tapes_[instrument].observe(now_ns, *others, parameters_.volume_window_ns);
    }
    volume_told_.clear();
}

void Policy::save(std::uint64_t account, RecordWriter& out) const {
    if (account == 0) return twap::save(tapes_, out);
    const auto it = accounts_.find(account);
    if (it != accounts_.end()) twap::save(it->second, out);
}

bool Policy::load(std::uint64_t account, std::uint8_t version, RecordReader& in) {
    if (account == 0) return twap::load(tapes_, version, in);
    const auto it = accounts_.find(account);
    Account loaded = it == accounts_.end() ? Account{} : it->second;
    if (!twap::load(loaded, version, in)) return false;
    Account& kept = accounts_[account];
    kept = std::move(loaded);
    wake(account, kept);
    return true;
}

}  // namespace lpc::twap
