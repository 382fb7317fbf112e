// What the reference exchange does off the book: take-overs, awards, deficits.
#include <algorithm>
#include <utility>

#include "exchange.hpp"

namespace lpc::scenario {

namespace {

std::int64_t magnitude_of(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

}  // namespace

// So much of an order was done off the book, in one piece, and no more will be.
void Exchange::tell_done(std::uint64_t order, std::int64_t lots, Answer& facts) {
    Live& live = live_.at(order);
    live.done_lots = magnitude_of(lots);
    lpc_fact fill{};
    fill.account = live.account;
    fill.instrument = live.instrument;
    fill.kind = LPC_FACT_FILL;
    fill.u.fill = {order, static_cast<std::uint64_t>(live.done_lots), live.price, lots, 0};
    facts.push_back(fill);
    end_own(order, LPC_ORDER_DONE, facts);
}

// A position, or a part of it, goes to another account at a price: answered like an order.
Result<bool> Exchange::hand_over(const OffBook& order, std::uint64_t to, Answer& facts) {
    live_[order.order] = {order.account, order.instrument, order.lots, order.price, 0, 0};
    const std::int64_t held = accounts_.position(order.account, order.instrument).lots;
    const std::int64_t left = held + order.lots;
    const bool reduces = is_open(order.instrument) && held != 0 && (held > 0) != (order.lots > 0) &&
                         (left == 0 || (left > 0) == (held > 0));
    events_.clear();
    const venue::Transfer transfer{order.account, to, order.instrument, order.lots, order.price};
    if (!reduces || matching_.transfer(transfer, events_) != venue::Refusal::none) {
        end_own(order.order, LPC_ORDER_REJECTED, facts);
        return false;
    }
    tell_done(order.order, order.lots, facts);
    if (const Status status = digest(events_, facts); !status)
        return tl::unexpected(status.error());
    return true;
}

Status Exchange::act_take_over(const runtime::TakeoverRequest& request) {
    Answer facts;
    const auto done =
        hand_over({request.order, request.account, request.instrument, request.lots, request.price},
                  settlement::kInsuranceFund, facts);
    if (!done) return tl::unexpected(done.error());
    Status status;
    if (*done) {
        observer_.on_take_over(request);
        status = settle_fund(facts);
    }
    answer(request.account, std::move(facts));
    return status;
}

// What of the position goes, and to whom: to members with profit on the other side, by the policy.
Status Exchange::act_deleverage(const runtime::DeleverageRequest& request) {
    Answer facts;
    live_[request.order] = {request.account, request.instrument, request.lots, request.price, 0, 0};
    const std::int64_t held = accounts_.position(request.account, request.instrument).lots;
    const bool reduces = is_open(request.instrument) && held != 0 &&
                         (held > 0) != (request.lots > 0) &&
                         magnitude_of(request.lots) <= magnitude_of(held);
    const auto shared = reduces ? share_out(request) : Result<settlement::Deleveraged>{};
    if (!shared) return tl::unexpected(shared.error());
    std::int64_t done = 0;
    for (const settlement::Deleveraged::Share& share : shared->shares) {
        const std::int64_t lots = request.lots < 0 ? -share.lots : share.lots;
        const venue::Transfer transfer{request.account, share.account, request.instrument, lots,
                                       request.price};
        events_.clear();
        if (matching_.transfer(transfer, events_) != venue::Refusal::none) continue;
        done += lots;
        taken_profit_[{share.account, request.instrument}] +=
            clamp_to(Int128{share.lots} *
                         margins_.cost_of_a_lot(request.instrument, request.lots, request.price),
                     0, LPC_MONEY_MAX);
        if (const Status status = digest(events_, facts); !status) return status;
    }
    if (done == 0) {
        end_own(request.order, LPC_ORDER_REJECTED, facts);
    } else {
        tell_done(request.order, done, facts);
        runtime::DeleverageRequest told = request;
        told.lots = done;
        observer_.on_deleverage(told);
    }
    answer(request.account, std::move(facts));
    return {};
}

Result<settlement::Deleveraged> Exchange::share_out(
    const runtime::DeleverageRequest& request) const {
    std::vector<settlement::Candidate> candidates;
    for (const std::uint64_t account : members_) {
        const settlement::Candidate one = margins_.candidate(account, request.instrument);
        const bool opposite = one.lots != 0 && (one.lots > 0) == (request.lots > 0);
        if (account == request.account || !opposite || one.profit <= 0) continue;
        candidates.push_back(one);
        const auto taken = taken_profit_.find({account, request.instrument});
        if (taken != taken_profit_.end()) candidates.back().taken = taken->second;
    }
    settlement::DeleveragingRule rule = deleveraging_;
    rule.reference_leverage_ppb = settlement::reference_leverage(candidates);
    return settlement::deleverage(
        {-request.lots, margins_.cost_of_a_lot(request.instrument, request.lots, request.price)},
        candidates, rule);
}

Status Exchange::act_award(const runtime::AwardRequest& request) {
    Answer facts;
    if (!desk_.settle(request)) {
        live_[request.order] = {
            request.account, request.instrument, request.lots, request.price, 0, 0};
        end_own(request.order, LPC_ORDER_REJECTED, facts);
        answer(request.account, std::move(facts));
        return {};
    }
    const auto done =
        hand_over({request.order, request.account, request.instrument, request.lots, request.price},
                  request.bidder, facts);
    if (!done) return tl::unexpected(done.error());
    if (*done) observer_.on_award(request);
    answer(request.account, std::move(facts));
    return {};
}

Status Exchange::act_cover(const CoverDeficit& request) {
    const std::int64_t owed =
        std::min(request.amount_max, -accounts_.cash(request.account).balance());
    if (owed <= 0) return {};
    const Result<settlement::Cover> cover = fund_.cover(request.account, asset_, owed);
    if (!cover) return tl::unexpected(cover.error());
    observer_.on_cover(request.account, *cover);
    if (const Status s = booked(accounts_.deposit(request.account, owed), "covering a deficit"); !s)
        return s;
    if (cover->paid > 0) {
        const venue::Booking paid = accounts_.withdraw(settlement::kInsuranceFund, cover->paid);
        if (const Status s = booked(paid, "paying from the insurance fund"); !s) return s;
    }
    Answer facts;
    tell_touched(facts);
    facts.push_back(fund_fact());
    answer(request.account, std::move(facts));
    return {};
}

// A trade of the fund can leave it owing: what it cannot pay is bad debt, in both sets of books.
Status Exchange::settle_fund(Answer& facts) {
    const Result<std::int64_t> deficit = fund_.settle_fund(asset_);
    if (!deficit) return tl::unexpected(deficit.error());
    if (*deficit > 0) {
        const venue::Booking paid = accounts_.deposit(settlement::kInsuranceFund, *deficit);
        if (const Status s = booked(paid, "booking a deficit"); !s) return s;
    }
    facts.push_back(fund_fact());
    return {};
}

}  // namespace lpc::scenario
