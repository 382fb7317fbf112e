#include "policy.hpp"

#include <lpc/account.h>
#include <lpc/closeout.h>
#include <lpc/order.h>

#include <algorithm>
#include <utility>

namespace lpc::twap {
namespace {

// Orders count from 1; a timer's tag is out of their way.
constexpr std::uint64_t kTimerTag = std::uint64_t{1} << 63;

// A bijection (Stafford's mix 13), so two accounts never tie. Without the key the order cannot be
// foretold.
std::uint64_t keyed_hash(std::uint64_t key, std::uint64_t account) {
    std::uint64_t z = account ^ key;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31) ^ key;
}

// When the slice after `index` goes; after the last one, the plan's end.
std::int64_t next_slice_ns(const Plan& plan, std::int64_t index, SliceName name,
                           const Jitter& jitter) {
    if (index + 1 >= plan.count) return plan.end_ns;
    name.due_ns = time_of(plan, index + 1);
    // Why bounded: a plan that stood still may end before its last slices.
    return std::min(name.due_ns + delay_ns(jitter, name, span_of(plan, index + 1)), plan.end_ns);
}

}  // namespace

void Policy::turn(const lpc_turn& turn, CommandWriter& out) {
    observe_volume(turn.now_ns);
    const auto key = static_cast<std::uint64_t>(parameters_.tie_key);
    std::sort(awake_.begin(), awake_.end(), [key](std::uint64_t a, std::uint64_t b) {
        return keyed_hash(key, a) < keyed_hash(key, b);
    });
    for (const std::uint64_t id : awake_) {
        const auto it = accounts_.find(id);
        if (it == accounts_.end() || !it->second.awake) continue;  // detached, or named twice since
        it->second.awake = false;
        act(id, it->second, turn.now_ns, out);
    }
    awake_.clear();
}

void Policy::act(std::uint64_t id, Account& account, std::int64_t now_ns, CommandWriter& out) {
    // Orders hold back while the account asks to leave: an order that is placed now would be left
    // behind.
    const Job* leaving = nullptr;
    for (Job& job : account.jobs) {
        if (!prepare(id, account, job, now_ns)) continue;
        const bool wants = standing_reason(job, now_ns) != 0 || job.decisions.verdict != 0;
        if (leaving == nullptr && wants && now_ns >= job.decisions.ask_after_ns) leaving = &job;
    }
    std::uint64_t tag = account.next_tag;
    for (Job& job : account.jobs) {
        JobDecisions& d = job.decisions;
        if (!d.laid || d.rests_since_ns >= 0 || job.done() >= d.plan.lots) continue;
        if (standing_reason(job, now_ns) != 0 || d.verdict != 0) {
            leave(id, job, &job == leaving && !account.anything_works(), now_ns, out);
        } else {
            if (job.slice_due && leaving == nullptr) order(id, job, tag, now_ns, out);
            ask_timer(id, job, d.next_slice_ns, out);
        }
        job.slice_due = false;  // held back by the account's leaving it is a deficit
    }
}

// Asks for the next stage, and sees to it that the account is looked at again: where time or the
// market gave the reason an interval later, where the account's health did at the next slice.
void Policy::leave(std::uint64_t id, Job& job, bool ask, std::int64_t now_ns,
                   CommandWriter& out) const {
    JobDecisions& d = job.decisions;
    const std::uint8_t standing = standing_reason(job, now_ns);
    const std::int64_t again = standing != 0 ? now_ns + parameters_.interval_ns : d.next_slice_ns;
    if (ask) {
        out.escalate({.account = id,
                      .instrument = job.instrument,
                      .cause_seq = job.facts.closeout_seq,
                      .why = standing != 0 ? standing : d.verdict});
        d.ask_after_ns = again;
    }
    if (d.ask_after_ns > now_ns) {
        ask_timer(id, job, d.ask_after_ns, out);
    } else if (d.timer_ns == 0) {
        ask_timer(id, job, again, out);
    }
}

// A slice that is due while the price is unfit or trading is not open is not looked at: the plan
// stands still from then on, and what is left of it comes later by as much.
bool Policy::rests(Job& job, std::int64_t now_ns) const {
    JobDecisions& d = job.decisions;
    const bool fit = market(job.instrument).fit();
    if (!d.laid) return !fit;
    if (d.rests_since_ns < 0) {
        const bool due = now_ns >= d.next_slice_ns && job.done() < d.plan.lots &&
                         standing_reason(job, now_ns) == 0;
        if (!fit && due) d.rests_since_ns = now_ns;
    } else if (fit) {
        const std::int64_t rested_ns = now_ns - std::exchange(d.rests_since_ns, -1);
        d.plan = later_by(d.plan, rested_ns, job.facts.closeout.deadline_ns);
        d.next_slice_ns = std::min(d.next_slice_ns + rested_ns, d.plan.end_ns);
    }
    return d.rests_since_ns >= 0;
}

// Brings the plan in line with the facts. False: there is nothing to do for this position.
bool Policy::prepare(std::uint64_t id, const Account& account, Job& job,
                     std::int64_t now_ns) const {
    JobDecisions& d = job.decisions;
    if (d.timer_ns <= now_ns) d.timer_ns = 0;
    if (job.facts.closeout_code != LPC_CLOSEOUT_RUNNING || !job.facts.position_known) {
        d.laid = false;
        d.rests_since_ns = -1;
        return false;
    }
    if (rests(job, now_ns)) return false;
    if (d.laid) {
        follow_facts(account, job, now_ns);
    } else {
        if (job.open_lots() == 0) return false;
        d.next_slice_ns = 0;
        lay_plan(account, job, now_ns, 0, Grid::fresh);
    }
    if (job.done() >= d.plan.lots) return false;
    if (now_ns >= d.next_slice_ns && standing_reason(job, now_ns) == 0)
        look_at_slice(id, account, job, now_ns);
    return true;
}

// Lays the plan anew where the facts are no longer those that it was laid for.
void Policy::follow_facts(const Account& account, Job& job, std::int64_t now_ns) const {
    const JobDecisions& d = job.decisions;
    const std::int64_t ahead = job.progress() - d.filled;
    if (d.end_lots != job.end_lots()) {
        lay_plan(account, job, now_ns, job.unseen_lots(), Grid::kept);
    } else if (ahead > 0 && !d.order_works) {
        // Something else moved the position. While an order of ours works it may be that one:
        // POSITION can come before ORDER.
        lay_plan(account, job, now_ns, 0, Grid::kept);
    } else if (ahead < 0 && d.behind_at_slice && job.facts.orders.empty() &&
               now_ns >= d.next_slice_ns) {
        // Why so late: POSITION may be told after ORDER; only what lasts from slice to slice is
        // another's doing.
        lay_plan(account, job, now_ns, 0, Grid::kept);
    } else if (now_ns >= d.plan.end_ns && !late(job, now_ns) && job.done() < d.plan.lots) {
        lay_plan(account, job, now_ns, job.unseen_lots(), Grid::fresh);
    }
}

// Once for each slice, when it is due: what hangs on facts that wake nobody is decided here, so
// that it does not matter who else wakes the account.
void Policy::look_at_slice(std::uint64_t id, const Account& account, Job& job,
                           std::int64_t now_ns) const {
    JobDecisions& d = job.decisions;
    if (parameters_.buffer_sigmas_ppb > 0 &&
        now_ns + horizon(account, job, now_ns) + d.plan.interval_ns < d.plan.end_ns)
        // The buffer has shrunk or the market has become wilder: there is less time than planned.
        lay_plan(account, job, now_ns, job.unseen_lots(), Grid::fresh);
    const std::int64_t index = slice_at(d.plan, now_ns);
    d.verdict = verdict(account, job);
    if (meets_empty_book(job)) ++d.empty_slices;
    job.slice_due = true;
    d.next_slice_ns = next_slice_ns(d.plan, index, {id, job.instrument, 0}, jitter());
    d.behind_at_slice = job.progress() < d.filled;
}

// `carried`: lots that our orders have filled and POSITION does not show yet.
void Policy::lay_plan(const Account& account, Job& job, std::int64_t now_ns, std::int64_t carried,
                      Grid grid) const {
    const JobFacts& f = job.facts;
    JobDecisions& d = job.decisions;
    const bool unfinished = d.laid && job.done() < d.plan.lots;
    const std::int64_t lots = job.open_lots();
    // A horizon that is over with lots left is followed by another as long as the deadline allows.
    const bool in_progress = unfinished && (now_ns < d.plan.end_ns || late(job, now_ns));
    if (in_progress && grid == Grid::kept) {
        d.plan = lay_anew(d.plan, lots, d.next_slice_ns, f.closeout.deadline_ns);
    } else {
        const std::int64_t from = std::max(now_ns, d.next_slice_ns);
        d.plan = lay(lots, {from, horizon(account, job, now_ns), parameters_.interval_ns,
                            f.closeout.deadline_ns, shape(job, !unfinished)});
        d.next_slice_ns = from;
        d.ask_after_ns = 0;
        if (!unfinished) {
            d.empty_slices = 0;
            d.verdict = 0;
        }
    }
    d.laid = true;
    d.base_lots = f.position_lots;
    d.end_lots = job.end_lots();
    d.filled = carried;
    d.behind_at_slice = false;
}

// Past the close-out's deadline; without one, past the plan's end.
bool Policy::late(const Job& job, std::int64_t now_ns) {
    const std::int64_t deadline = job.facts.closeout.deadline_ns;
    return now_ns >= (deadline == 0 ? job.decisions.plan.end_ns : deadline);
}

std::uint8_t Policy::standing_reason(const Job& job, std::int64_t now_ns) const {
    if (late(job, now_ns)) return LPC_ESCALATE_DEADLINE;
    const bool dry = job.decisions.empty_slices >= parameters_.no_liquidity_max;
    return dry ? std::uint8_t{LPC_ESCALATE_NO_LIQUIDITY} : std::uint8_t{0};
}

void Policy::order(std::uint64_t id, Job& job, std::uint64_t& tag, std::int64_t now_ns,
                   CommandWriter& out) const {
    const JobFacts& f = job.facts;
    const JobDecisions& d = job.decisions;
    const std::int64_t index = slice_at(d.plan, now_ns);
    const SliceName name{id, job.instrument, time_of(d.plan, index)};
    for (const WorkingOrder& order : f.orders) {
        if (order.id == d.order_id || order.state != LPC_ORDER_OPEN) continue;
        out.cancel({.account = id,
                    .instrument = job.instrument,
                    .cause_seq = f.closeout_seq,
                    .order_id = order.id});
    }
    if (!f.orders.empty() || !market(job.instrument).fit()) return;
    const std::int64_t lots = slice_lots(d.plan, index, job.done(), rule(job, name, now_ns));
    if (lots == 0) return;
    out.order({.account = id,
               .instrument = job.instrument,
               .tag = tag++,
               .cause_seq = f.closeout_seq,
               .type = LPC_ORDER_IOC,
               .lots = job.sale() ? -lots : lots,
               .price = limit_price(job)});
}

void Policy::ask_timer(std::uint64_t id, Job& job, std::int64_t at_ns, CommandWriter& out) {
    if (job.decisions.timer_ns == at_ns) return;
    out.timer({.account = id,
               .tag = kTimerTag | job.instrument,
               .cause_seq = job.facts.closeout_seq,
               .at_ns = at_ns});
    job.decisions.timer_ns = at_ns;
}

}  // namespace lpc::twap
