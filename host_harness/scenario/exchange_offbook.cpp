// What the reference exchange does off the book with bidders and opponents: awards, deleveraging.
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

bool Exchange::reduces(std::uint64_t account, std::uint32_t instrument, std::int64_t lots) const {
    const std::int64_t held = accounts_.position(account, instrument).lots;
    return is_open(instrument) && held != 0 && (held > 0) != (lots > 0) &&
           magnitude_of(lots) <= magnitude_of(held);
}

// What of the position goes, and to whom: to members with profit on the other side, by the policy.
Status Exchange::act_deleverage(const runtime::DeleverageRequest& request) {
    Answer facts;
    live_[request.order] = {request.account, request.instrument, request.lots, request.price, 0, 0};
    const auto shared = reduces(request.account, request.instrument, request.lots)
                            ? share_out(request)
                            : Result<settlement::Deleveraged>{};
    if (!shared) return tl::unexpected(shared.error());
    std::int64_t done = 0;
    for (const settlement::Deleveraged::Share& share : shared->shares) {
        const std::int64_t lots = request.lots < 0 ? -share.lots : share.lots;
        const venue::Transfer transfer{request.account, share.account, request.instrument, lots,
                                       request.price};
        events_.clear();
        if (matching_.transfer(transfer, events_) != venue::Refusal::none) continue;
        done += lots;
        const std::int64_t given =
            clamp_to(Int128{share.lots} *
                         margins_.cost_of_a_lot(request.instrument, request.lots, request.price),
                     0, LPC_MONEY_MAX);
        taken_profit_[{share.account, request.instrument}] += given;
        given_up_ += given;
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

// The position, or a part of it, goes to the bidder: answered like an order.
Status Exchange::act_award(const runtime::AwardRequest& request) {
    Answer facts;
    live_[request.order] = {request.account, request.instrument, request.lots, request.price, 0, 0};
    events_.clear();
    const venue::Transfer transfer{request.account, request.bidder, request.instrument,
                                   request.lots, request.price};
    const bool done = desk_.settle(request) &&
                      reduces(request.account, request.instrument, request.lots) &&
                      matching_.transfer(transfer, events_) == venue::Refusal::none;
    if (done) {
        tell_done(request.order, request.lots, facts);
        charges_.push_back({request.account, request.instrument, request.lots, request.price, 0});
        if (const Status s = digest(events_, facts); !s) return s;
        observer_.on_award(request);
    } else {
        end_own(request.order, LPC_ORDER_REJECTED, facts);
    }
    answer(request.account, std::move(facts));
    return {};
}

// Why all at once: what the fund has to pay depends on no order among them.
Status Exchange::settle_finally(std::uint32_t instrument, std::int64_t price, std::uint64_t house,
                                std::vector<lpc_fact>& facts) {
    margins_.set_mark(instrument, price);
    events_.clear();
    for (const std::uint64_t account : accounts_.ids()) {
        matching_.cancel_all(account, events_);
        const std::int64_t lots = accounts_.position(account, instrument).lots;
        if (lots == 0 || account == house) continue;
        const auto refusal =
            matching_.transfer({account, house, instrument, -lots, price}, events_);
        if (refusal != venue::Refusal::none)
            return fail("settling account " + std::to_string(account) +
                        " for good: " + venue::text_of(refusal));
        if (members_.count(account) > 0)
            observer_.on_final_settlement(account, instrument, lots, price);
    }
    if (const Status status = digest(events_, facts); !status) return status;
    for (const std::uint64_t account : members_) {
        const std::int64_t cash = accounts_.cash(account).balance();
        if (cash >= 0 || liquidations_.count(account) > 0) continue;
        if (const Status s = act_cover({account, -cash, instrument}); !s) return s;
    }
    return {};
}

}  // namespace lpc::scenario
