// How engine time passes in a run: its steps, what is due between them, and the pauses for real
// time.
#include <algorithm>

#include "run.hpp"

namespace lpc::scenario {
namespace {

// Plugins that carry accounts over, and a venue that answers at once, may need several turns at one
// moment; so many are no wind-down but a loop.
constexpr std::uint32_t kTurnsThereMax = 100'000;

}  // namespace

Status Run::tell(const std::vector<lpc_fact>& facts) {
    tally_.count_told(facts.size());
    for (const lpc_fact& fact : facts) {
        const Status status = recorder_->submit(*runtime_, runtime::encode_fact(fact));
        if (!status) return status;
    }
    return {};
}

Status Run::turn(std::int64_t now_ns) {
    if (now_ns != turn_ns_) turns_there_ = 0;
    turn_ns_ = now_ns;
    do {
        if (++turns_there_ > kTurnsThereMax)
            return fail("engine time stands still at " + std::to_string(now_ns) + " ns after " +
                        std::to_string(kTurnsThereMax) + " turns, the last of which carried " +
                        std::to_string(runtime_->carried()) +
                        " accounts over; expected plugins and venue to come to rest");
        if (const Status s = recorder_->submit(*runtime_, runtime::encode_turn(now_ns)); !s)
            return s;
        if (const Status s = recorder_->release(*runtime_, runtime::ports_of(exchange_)); !s)
            return s;
        if (!liquidations_.status) return liquidations_.status;
    } while (runtime_->carried() > 0);
    return {};
}

std::int64_t Run::next_moment(std::int64_t until_ns) const {
    std::int64_t next = until_ns;
    if (const auto due = exchange_.next_ns()) next = std::min(next, *due);
    if (const auto due = runtime_->next_timer_ns()) next = std::min(next, *due);
    return next;
}

Status Run::catch_up(std::int64_t until_ns) {
    for (;;) {
        const std::int64_t next = next_moment(until_ns);
        if (next >= until_ns) return {};
        if (const Status s = moment(next); !s) return s;
        if (const Status s = pause(until_ns); !s) return s;
    }
}

Status Run::moment(std::int64_t now_ns) {
    now_ns_ = now_ns;
    facts_.clear();
    if (const Status s = exchange_.advance(now_ns, facts_); !s) return s;
    set_mark(now_ns);
    if (const Status s = tell(facts_); !s) return s;
    const auto timer = runtime_->next_timer_ns();
    // A request that reaches the book is no news yet: the turn comes with its answer.
    const bool news = !facts_.empty() || (timer && *timer <= now_ns);
    return news ? turn(now_ns) : Status{};
}

Status Run::pause(std::int64_t until_ns) {
    if (!options_.wait) return {};
    for (;;) {
        const std::int64_t next = next_moment(until_ns);
        const std::int64_t reached = options_.wait(now_ns_, next);
        // Why before it, however late the engine is: a lot that closes then is still open.
        const std::int64_t visit = std::max(now_ns_, std::min(reached, next - 1));
        if (options_.serve && options_.serve(exchange_.desk(), visit) > 0) {
            if (const Status s = moment(visit); !s) return s;
        }
        if (reached >= next) return {};
    }
}

void Run::set_mark(std::int64_t now_ns) {
    exchange_.set_mark(config_.instrument.id, mark_);
    checks_.set_mark(mark_, now_ns);
    tally_.set_mark(mark_, now_ns);
}

Status Run::step(std::size_t index) {
    const market_data::PriceStep& now = market_.steps[index];
    const std::int64_t after_start_ns = now.time_ns - market_.steps.front().time_ns;
    const VenuePhase phase = phase_at(config_.timetable, after_start_ns);
    if (has_prices(phase)) follow_price(now.price_ticks);
    now_ns_ = now.time_ns;
    facts_.clear();
    exchange_.set_now(now.time_ns);
    if (const Status s = enter(phase); !s) return s;
    set_mark(now.time_ns);
    if (const Status s = exchange_.advance(now.time_ns, facts_); !s) return s;
    let_agents_act(now);
    if (config_.fund.unwinding && phase_ == VenuePhase::normal)
        exchange_.unwind(*config_.fund.unwinding, config_.instrument.id, events_);
    if (const Status s = exchange_.settle(events_, facts_); !s) return s;
    if (const Status s = let_members_move_cash(now.time_ns); !s) return s;
    facts_.push_back(price_fact());
    exchange_.tell_fund(facts_);
    tell_book();
    facts_.push_back(volume_fact());
    if (const Status s = tell(facts_); !s) return s;
    if (!entered_ && now.time_ns - market_.steps.front().time_ns >= config_.enter_after_ns) {
        if (const Status s = open_owners(); !s) return s;
        if (const Status s = tell(facts_); !s) return s;
    }
    if (const Status s = turn(now.time_ns); !s) return s;
    const std::int64_t every = config_.full_check_every_steps;
    checks_.after_step(every > 0 && static_cast<std::int64_t>(index) % every == 0);
    return {};
}

}  // namespace lpc::scenario
