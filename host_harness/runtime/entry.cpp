#include "entry.hpp"

#include <algorithm>
#include <vector>

#include "facts/judge.hpp"
#include "facts/validate.hpp"
#include "grants.hpp"
#include "offbook/lots.hpp"
#include "procedure.hpp"

namespace lpc::runtime {
namespace {

std::int64_t magnitude_of(std::int64_t value) {
    return value < 0 ? -value : value;
}

Status beyond_notional(const lpc_fact& fact, const char* what, std::int64_t found,
                       const std::string& whose = "a position") {
    return fail(describe(fact) + ": " + what + " " + std::to_string(found) +
                " makes the notional of " + whose + " pass the limit of " +
                std::to_string(LPC_NOTIONAL_MAX) + " units");
}

// The leg keeps the sum of what its working orders may still fill.
void adjust_working(State& state, const WorkingOrder& order, std::int64_t delta) {
    if (Case* held = state.cases.find(order.account)) {
        if (Leg* leg = held->leg(order.instrument)) leg->working_lots += delta;
    }
}

void end_order(State& state, const WorkingOrder& ended) {
    adjust_working(state, ended, -ended.left());
    state.orders.end(ended.id);
}

std::int64_t command_of(Against against) {
    switch (against) {
        case Against::tranche:
            return LPC_CMD_TAKEOVER;
        case Against::bidder:
            return LPC_CMD_AWARD;
        case Against::opponents:
            return LPC_CMD_DELEVERAGE;
        default:
            return LPC_CMD_ORDER;
    }
}

// A venue that rejects what it was sent: the order's owner hears REFUSED too.
void tell_venue_refusal(State& state, const WorkingOrder& order) {
    Case* held = state.cases.find(order.account);
    if (held == nullptr || held->stage == 0) return;
    lpc_fact fact{};
    fact.account = order.account;
    fact.instrument = order.instrument;
    fact.kind = LPC_FACT_REFUSED;
    fact.reason = LPC_REASON_VENUE;
    fact.u.refused = {order.tag, command_of(order.against)};
    Route& route = state.route(*held);
    const bool own = route.active.orders.has(order.account, order.id);
    state.tell_refused(route, own, fact);
    if (own) ++route.active.instance->counters.refused;
    ++held->refusals;
    state.cases.wake(*held);
}

bool plausible(const WorkingOrder& order, std::int64_t done_lots) {
    return (done_lots == 0 || (done_lots > 0) == (order.lots > 0)) &&
           magnitude_of(done_lots) <= magnitude_of(order.lots);
}

}  // namespace

Status Entry::tell(State& state, Participation& participation, const lpc_fact& fact) {
    if (const Status status = validate_told(fact); !status) return status;
    if (const Status status = apply(state, participation, fact); !status) return status;
    if (resync_account_ != 0 && fact.account == resync_account_ && fact.kind != LPC_FACT_RESYNC) {
        const std::uint64_t part =
            fact.kind == LPC_FACT_ORDER ? fact.u.order.id : std::uint64_t{fact.instrument};
        retold_[{fact.kind, part}] = true;
    }
    return {};
}

Status Entry::apply(State& state, Participation& participation, const lpc_fact& fact) {
    switch (fact.kind) {
        case LPC_FACT_ORDER:
            return tell_order(state, participation, fact);
        case LPC_FACT_FILL:
            return tell_fill(state, fact);
        case LPC_FACT_RESYNC:
            return tell_resync(state, fact);
        default:
            break;
    }
    return fact.account == 0 ? tell_market(state, participation, fact) : tell_account(state, fact);
}

Status Entry::tell_market(State& state, Participation& participation, const lpc_fact& fact) {
    if (fact.kind == LPC_FACT_PRICE) {
        const lpc_fact* terms = state.market.find(LPC_FACT_INSTRUMENT, fact.instrument);
        if (terms == nullptr)
            return fail(describe(fact) + ": unknown instrument, expected INSTRUMENT told before");
        const std::int64_t multiplier = terms->u.instrument.multiplier;
        if (const Status s = check_notionals(state, fact, fact.u.price.mark, multiplier); !s)
            return s;
    }
    if (fact.kind == LPC_FACT_INSTRUMENT) {
        const lpc_fact* price = state.market.find(LPC_FACT_PRICE, fact.instrument);
        const std::int64_t mark = price == nullptr ? 0 : price->u.price.mark;
        const std::int64_t multiplier = fact.u.instrument.multiplier;
        if (const Status s = check_notionals(state, fact, mark, multiplier); !s) return s;
    }
    if (fact.kind == LPC_FACT_VOLUME) return tell_volume(state, participation, fact);
    const bool was_fit = state.market.fit(fact.instrument);
    state.tell_market(fact);
    if (state.market.fit(fact.instrument) != was_fit) state.cases.wake_all();
    return {};
}

// Does every open position stay within the limit at this mark and multiplier?
Status Entry::check_notionals(const State& state, const lpc_fact& fact, std::int64_t mark,
                              std::int64_t multiplier) {
    std::int64_t& bound = lots_bound_[fact.instrument];
    if (notional_within_limits(bound, mark, multiplier)) return {};
    // Why again: the largest position may have been closed since.
    bound = 0;
    std::uint64_t largest = 0;
    for (const AccountFacts& account : state.accounts.all()) {
        const lpc_fact* held = account.find(LPC_FACT_POSITION, fact.instrument);
        const std::int64_t lots = held == nullptr ? 0 : magnitude_of(held->u.position.lots);
        if (lots > bound) {
            bound = lots;
            largest = account.id();
        }
    }
    if (notional_within_limits(bound, mark, multiplier)) return {};
    const std::string whose =
        "account " + std::to_string(largest) + "'s " + std::to_string(bound) + " lots";
    return fact.kind == LPC_FACT_PRICE ? beyond_notional(fact, "mark", mark, whose)
                                       : beyond_notional(fact, "multiplier", multiplier, whose);
}

Status Entry::tell_volume(State& state, Participation& participation, const lpc_fact& fact) {
    const lpc_fact_volume& said = fact.u.volume;
    const lpc_fact* known = state.market.find(LPC_FACT_VOLUME, fact.instrument);
    const lpc_fact_volume before = known == nullptr ? lpc_fact_volume{} : known->u.volume;
    if (said.market_lots < before.market_lots)
        return fail(describe(fact) + ": market_lots is " + std::to_string(said.market_lots) +
                    ", expected at least " + std::to_string(before.market_lots) +
                    " (it is cumulative)");
    if (said.own_lots < before.own_lots || said.own_lots > said.market_lots)
        return fail(describe(fact) + ": own_lots is " + std::to_string(said.own_lots) +
                    ", expected " + std::to_string(before.own_lots) + " to " +
                    std::to_string(said.market_lots) + " (cumulative, contained in market_lots)");
    if (state.tell_market(fact))
        participation.on_volume(fact.instrument, state.config.rulebook, state.now_ns, said);
    return {};
}

Status Entry::check_position(const State& state, const lpc_fact& fact) const {
    const lpc_fact* terms = state.market.find(LPC_FACT_INSTRUMENT, fact.instrument);
    if (terms == nullptr)
        return fail(describe(fact) + ": unknown instrument, expected INSTRUMENT told before");
    const lpc_fact* price = state.market.find(LPC_FACT_PRICE, fact.instrument);
    const std::int64_t mark = price == nullptr ? 0 : price->u.price.mark;
    if (!notional_within_limits(magnitude_of(fact.u.position.lots), mark,
                                terms->u.instrument.multiplier))
        return beyond_notional(fact, "lots", fact.u.position.lots);
    const AccountFacts* account = state.accounts.find(fact.account);
    if (account == nullptr || fact.u.position.lots == 0) return {};
    std::size_t others = 0;  // Why: what was closed long ago does not count
    for (const lpc_fact& held : account->of_kind(LPC_FACT_POSITION)) {
        if (held.instrument != fact.instrument && held.u.position.lots != 0) ++others;
    }
    if (others >= LPC_POSITIONS_MAX)
        return fail(describe(fact) + ": the account has " + std::to_string(LPC_POSITIONS_MAX) +
                    " positions already, the most that are allowed");
    return {};
}

Status Entry::tell_account(State& state, const lpc_fact& fact) {
    if (fact.kind == LPC_FACT_MARGIN || fact.kind == LPC_FACT_LEVELS ||
        fact.kind == LPC_FACT_CLOSEOUT) {
        if (state.slots[0].routes[0].active.instance != nullptr)
            return fail(describe(fact) +
                        ": the risk stage publishes these; an engine tells them only without one");
        if (fact.kind == LPC_FACT_CLOSEOUT) return tell_closeout(state, fact);
    }
    if (fact.kind == LPC_FACT_POSITION) {
        if (const Status status = check_position(state, fact); !status) return status;
        std::int64_t& bound = lots_bound_[fact.instrument];
        bound = std::max(bound, magnitude_of(fact.u.position.lots));
    }
    if (fact.kind == LPC_FACT_BID) return tell_bid(state, fact);
    state.tell_account(fact);
    return {};
}

Status Entry::tell_bid(State& state, const lpc_fact& fact) {
    const lpc_fact_bid& said = fact.u.bid;
    if (!state.lots.was_given(said.lot_id))
        return fail(describe(fact) + ": lot " + std::to_string(said.lot_id) +
                    " is not one of the runtime's");
    const lpc_fact* lot = open_lot(state, fact.account, fact.instrument);
    if (lot == nullptr || lot->u.lot.id != said.lot_id) return {};  // late
    if (said.bidder == fact.account)
        return fail(describe(fact) + ": the bidder is the account itself");
    const bool sold = lot->u.lot.lots_left < 0;
    if (said.lots != 0 && (said.lots > 0) != sold)
        return fail(describe(fact) + ": lots is " + std::to_string(said.lots) + ", expected " +
                    (sold ? "more" : "less") + " than 0, the lot is " + (sold ? "sold" : "bought"));
    const lpc_fact* known =
        state.accounts.find(fact.account)->find(LPC_FACT_BID, fact.instrument, said.id);
    if (known != nullptr) {
        // Firm: nothing of it changes but what is left.
        lpc_fact same = fact;
        same.u.bid.lots = known->u.bid.lots;
        if (!same_content(same, *known) ||
            magnitude_of(said.lots) > magnitude_of(known->u.bid.lots))
            return fail(describe(fact) + ": bid " + std::to_string(said.id) +
                        " is firm, expected the same with fewer lots");
    }
    state.tell_account(fact);
    return {};
}

// An engine with a risk engine of its own decides who is closed out; the rest of the life of a
// close-out is the runtime's.
Status Entry::tell_closeout(State& state, const lpc_fact& fact) {
    Case* held = state.cases.find(fact.account);
    if (fact.code >= LPC_CLOSEOUT_ENDING) {
        if (held != nullptr && held->phase != Phase::ending) begin_ending(state, *held);
        return {};
    }
    if (held != nullptr && held->phase == Phase::ending)
        return fail(describe(fact) + ": the account's close-out is ending, expected after ENDED");
    const std::int64_t lots = state.position_lots(fact.account, fact.instrument);
    const std::int64_t end = fact.u.closeout.end_lots;
    if (lots == 0 || (end != 0 && (end > 0) != (lots > 0)) ||
        magnitude_of(end) > magnitude_of(lots))
        return fail(describe(fact) + ": end_lots is " + std::to_string(end) +
                    ", expected between 0 and the position's " + std::to_string(lots));
    const lpc_fact_closeout& c = fact.u.closeout;
    accept_closeout(state, fact.account, fact.instrument,
                    {c.end_lots, c.bankruptcy_price, c.permitted_price, c.deadline_ns});
    return {};
}

Status Entry::tell_order(State& state, Participation& participation, const lpc_fact& fact) {
    const lpc_fact_order& said = fact.u.order;
    WorkingOrder* order = state.orders.find(said.id);
    if (order == nullptr) {
        if (state.orders.ended(said.id)) return {};  // late or doubled
        return fail(describe(fact) + ": order " + std::to_string(said.id) +
                    " is not one of the runtime's");
    }
    if (order->account != fact.account || order->instrument != fact.instrument)
        return fail(describe(fact) + ": order " + std::to_string(said.id) + " is of account " +
                    std::to_string(order->account) + ", instrument " +
                    std::to_string(order->instrument));
    if (!plausible(*order, said.done_lots))
        return fail(describe(fact) + ": done_lots is " + std::to_string(said.done_lots) +
                    ", expected between 0 and the order's " + std::to_string(order->lots));
    const std::int64_t more = magnitude_of(said.done_lots) - magnitude_of(order->done_lots);
    if (more < 0) return {};  // older than what is known
    // Why: an OPEN that was sent before our cancel arrived must not hide that we are cancelling;
    // PENDING was our own word.
    const bool stale = fact.code == LPC_ORDER_PENDING ||
                       (order->state == LPC_ORDER_CANCELLING && fact.code == LPC_ORDER_OPEN);
    const std::uint8_t now = stale ? order->state : fact.code;
    if (more == 0 && now == order->state) return {};  // doubled
    adjust_working(state, *order, order->done_lots - said.done_lots);
    state.orders.progress(*order, said.done_lots);
    order->state = now;
    if (order->on_book()) participation.on_own_fill(order->instrument, more);
    state.tell_order(*order, now, fact.reason, false);
    if (now == LPC_ORDER_REJECTED) tell_venue_refusal(state, *order);
    if (!works(now)) end_order(state, *order);
    return {};
}

Status Entry::tell_fill(State& state, const lpc_fact& fact) {
    const lpc_fact_fill& said = fact.u.fill;
    WorkingOrder* order = state.orders.find(said.order_id);
    // A venue may say that an order is over before it tells how it filled.
    if (order == nullptr) order = state.orders.find_unfilled(fact.account, said.order_id);
    if (order == nullptr) {
        if (state.orders.ended(said.order_id)) return {};  // late or doubled
        return fail(describe(fact) + ": order " + std::to_string(said.order_id) +
                    " is not one of the runtime's");
    }
    if (order->account != fact.account || order->instrument != fact.instrument || said.lots == 0 ||
        (said.lots > 0) != (order->lots > 0))
        return fail(describe(fact) + ": does not match order " + std::to_string(said.order_id));
    // The engine puts the lots done so far into `tag`: a fill told twice is known by it.
    const auto done_so_far = static_cast<std::int64_t>(said.tag);
    if (magnitude_of(said.lots) > done_so_far)
        return fail(describe(fact) + ": lots is " + std::to_string(said.lots) +
                    ", expected at most the " + std::to_string(done_so_far) + " done so far");
    if (done_so_far <= order->filled_lots) return {};
    if (done_so_far > magnitude_of(order->lots))
        return fail(describe(fact) + ": " + std::to_string(done_so_far) +
                    " lots done so far, expected at most the order's " +
                    std::to_string(magnitude_of(order->lots)));
    order->filled_lots = done_so_far;
    state.tell_fill(*order, fact);
    spend_grant(state, *order, said);
    return {};
}

Status Entry::tell_resync(State& state, const lpc_fact& fact) {
    const bool begins = fact.code == LPC_RESYNC_BEGIN;
    if (fact.account == 0)
        return fail("RESYNC of account 0: market-wide facts are absolute, tell them anew instead");
    if (begins == (resync_account_ != 0) || (!begins && resync_account_ != fact.account))
        return fail(describe(fact) + (begins ? ": one is open already" : ": it is not open"));
    resync_account_ = begins ? fact.account : 0;
    if (!begins) end_resync(state, fact.account);
    retold_.clear();
    return {};
}

// What was not told between begin and end is gone: positions are flat, balances zero, orders over.
void Entry::end_resync(State& state, std::uint64_t account) {
    std::vector<lpc_fact> gone;
    for (const std::uint16_t kind : {LPC_FACT_BALANCE, LPC_FACT_POSITION}) {
        for (const lpc_fact& fact : state.accounts.open(account).of_kind(kind)) {
            if (retold_.count({kind, fact.instrument}) != 0) continue;
            lpc_fact empty{};
            empty.account = account;
            empty.instrument = fact.instrument;
            empty.kind = kind;
            gone.push_back(empty);
        }
    }
    for (const lpc_fact& fact : gone) state.tell_own(fact);
    for (const std::uint64_t id : state.orders.of_account(account)) {
        if (retold_.count({LPC_FACT_ORDER, id}) != 0) continue;
        WorkingOrder& order = *state.orders.find(id);
        order.state = LPC_ORDER_CANCELLED;
        state.tell_order(order, LPC_ORDER_CANCELLED, 0, true);
        end_order(state, order);
    }
}

}  // namespace lpc::runtime
