// What the reference exchange pays for losses with: tranches and what they take over, deficits,
// fees of liquidations, withdrawals while a loss is socialised.
#include <algorithm>
#include <settlement/liquidation_fee.hpp>
#include <utility>

#include "exchange.hpp"

namespace lpc::scenario {

namespace {

bool has_caps_on_one(const settlement::Caps& caps) {
    return caps.liquidation_ppb != LPC_RATE_ONE_PPB ||
           caps.maintenance_ppb != settlement::Caps::kNone;
}

// Signed money: + received for a sale, - paid to buy.
std::int64_t value_of(std::int64_t lots, std::int64_t price, std::int64_t multiplier) {
    return clamp_to(-venue::money_of(lots, price, multiplier), -LPC_MONEY_MAX, LPC_MONEY_MAX);
}

}  // namespace

Status Exchange::open_fund(const FundConfig& config, std::uint32_t instrument) {
    fee_ppb_ = config.liquidation_fee_ppb;
    if (config.repays) fund_.repay_first();
    for (TrancheConfig tranche : config.tranches) {
        if (tranche.terms.kind == LPC_FUND_INSTRUMENT) tranche.terms.instrument = instrument;
        const std::uint64_t account = settlement::account_of_tranche(tranche.terms.id);
        if (const Status s = booked(accounts_.open_account(account), "opening a tranche"); !s)
            return s;
        if (const Status s = fund_.open(tranche.terms, tranche.balance, now_ns_); !s) return s;
        if (tranche.balance == 0) continue;
        const venue::Booking endowed = accounts_.deposit(account, tranche.balance);
        if (const Status s = booked(endowed, "endowing a tranche"); !s) return s;
    }
    return {};
}

settlement::FundFigures Exchange::fund_figures() const {
    settlement::FundFigures sum;
    for (const settlement::Tranche& tranche : fund_.waterfall().tranches())
        sum += settlement::figures_of(ledger_, tranche.terms().account, asset_);
    sum.deficit_booked = -ledger_.balance(settlement::Book::deficit, 0, asset_);
    return sum;
}

// What it has taken over may have cost it already.
std::int64_t Exchange::grantable(const settlement::Tranche& tranche) const {
    const Int128 open = std::min<Int128>(0, margins_.unrealised(tranche.terms().account));
    return clamp_to(tranche.grantable(now_ns_) + open, 0, LPC_MONEY_MAX);
}

void Exchange::tell_fund(std::vector<lpc_fact>& facts) const {
    for (const settlement::Tranche& tranche : fund_.waterfall().tranches()) {
        facts.push_back(tranche.fact(now_ns_));
        facts.back().u.fund.grantable = grantable(tranche);
    }
}

// How much each tranche may still lose for this liquidation alone.
void Exchange::tell_room(std::uint64_t account, Answer& facts) const {
    const auto found = liquidations_.find(account);
    if (found == liquidations_.end()) return;
    for (const settlement::Tranche& tranche : fund_.waterfall().tranches()) {
        if (!has_caps_on_one(tranche.terms().caps)) continue;
        facts.push_back(tranche.fact(now_ns_));
        facts.back().account = account;
        facts.back().u.fund.grantable = room(tranche, found->second);
    }
}

std::int64_t Exchange::room(const settlement::Tranche& tranche,
                            const Liquidation& liquidation) const {
    const std::int64_t of_one =
        tranche.grantable(now_ns_, fund_.waterfall().drawn(liquidation.number, tranche.terms().id),
                          liquidation.maintenance);
    return std::min(of_one, grantable(tranche));
}

// The runtime has published it: whose liquidation it is, and by which bankruptcy price.
void Exchange::closeout(const lpc_fact& closeout) {
    if (closeout.code != LPC_CLOSEOUT_ACCEPTED && closeout.code != LPC_CLOSEOUT_RUNNING) return;
    const auto [found, opened] = liquidations_.try_emplace(closeout.account);
    Liquidation& liquidation = found->second;
    liquidation.bankruptcy_price[closeout.instrument] = closeout.u.closeout.bankruptcy_price;
    if (!opened) return;
    liquidation.number = ++liquidations_opened_;
    liquidation.maintenance = margins_.candidate(closeout.account, closeout.instrument).maintenance;
    Answer facts;
    tell_room(closeout.account, facts);
    answer(closeout.account, std::move(facts));
}

Status Exchange::liquidation_over(std::uint64_t account) {
    const auto found = liquidations_.find(account);
    if (found == liquidations_.end()) return {};
    const Liquidation over = std::move(found->second);
    liquidations_.erase(found);
    fund_.forget(over.number);
    if (over.fees == 0) return {};
    const auto legs = fund_.collect(over.bankruptcy_price.begin()->first, over.fees, now_ns_);
    if (!legs) return tl::unexpected(legs.error());
    return mirror(*legs);
}

// The venue's cash follows the ledger's.
Status Exchange::mirror(const std::vector<settlement::Leg>& legs) {
    for (const settlement::Leg& leg : legs) {
        if (leg.book != settlement::Book::cash || leg.amount == 0) continue;
        const venue::Booking moved = leg.amount > 0 ? accounts_.deposit(leg.account, leg.amount)
                                                    : accounts_.withdraw(leg.account, -leg.amount);
        if (const Status s = booked(moved, "following the ledger"); !s) return s;
    }
    return {};
}

// Who takes how much: the tranche that was asked, as far as it may; where none was, all in the
// order of the waterfall, and the last of them whatever is left.
std::vector<Exchange::Part> Exchange::parts_of(const runtime::TakeoverRequest& request) const {
    std::vector<const settlement::Tranche*> asked;
    for (const settlement::Tranche& tranche : fund_.waterfall().tranches()) {
        const settlement::TrancheTerms& terms = tranche.terms();
        const bool here = terms.instrument == 0 || terms.instrument == request.instrument;
        if (here && (request.tranche == 0 || request.tranche == terms.id))
            asked.push_back(&tranche);
    }
    const auto found = liquidations_.find(request.account);
    const Liquidation liquidation = found == liquidations_.end() ? Liquidation{} : found->second;
    const std::int64_t cost =
        margins_.cost_of_a_lot(request.instrument, request.lots, request.price);
    std::int64_t left = request.lots < 0 ? -request.lots : request.lots;
    std::vector<Part> parts;
    for (const settlement::Tranche* tranche : asked) {
        const std::int64_t most =
            found == liquidations_.end() ? grantable(*tranche) : room(*tranche, liquidation);
        std::int64_t lots = most == 0 ? 0 : left;
        if (cost > 0) lots = std::min(left, most / cost);
        if (request.tranche == 0 && tranche == asked.back()) lots = left;
        if (lots == 0) continue;
        parts.push_back({tranche->terms().id, tranche->terms().account, lots,
                         clamp_to(Int128{lots} * cost, 0, LPC_MONEY_MAX)});
        left -= lots;
    }
    return parts;
}

Status Exchange::act_take_over(const runtime::TakeoverRequest& request) {
    Answer facts;
    live_[request.order] = {request.account, request.instrument, request.lots, request.price, 0, 0};
    const auto found = liquidations_.find(request.account);
    std::int64_t done = 0;
    events_.clear();
    if (reduces(request.account, request.instrument, request.lots)) {
        for (const Part& part : parts_of(request)) {
            const std::int64_t lots = request.lots < 0 ? -part.lots : part.lots;
            const venue::Transfer transfer{request.account, part.account, request.instrument, lots,
                                           request.price};
            if (matching_.transfer(transfer, events_) != venue::Refusal::none) continue;
            done += lots;
            if (found != liquidations_.end())
                fund_.take(found->second.number, part.tranche, part.cost);
        }
    }
    if (done == 0) {
        end_own(request.order, LPC_ORDER_REJECTED, facts);
    } else {
        tell_done(request.order, done, facts);
        runtime::TakeoverRequest told = request;
        told.lots = done;
        observer_.on_take_over(told);
        if (const Status s = digest(events_, facts); !s) return s;
    }
    tell_room(request.account, facts);
    answer(request.account, std::move(facts));
    return {};
}

Status Exchange::act_cover(const CoverDeficit& request) {
    const std::int64_t owed =
        std::min(request.amount_max, -accounts_.cash(request.account).balance());
    if (owed <= 0) return {};
    settlement::Ask ask;
    ask.account = request.account;
    ask.asset = asset_;
    ask.loss = owed;
    ask.instrument = request.instrument;
    const auto found = liquidations_.find(request.account);
    if (found != liquidations_.end()) {
        ask.liquidation = found->second.number;
        ask.instrument = found->second.bankruptcy_price.begin()->first;
        ask.maintenance = found->second.maintenance;
        ask.fees = found->second.fees;
    }
    const auto covered = fund_.cover(ask, now_ns_);
    if (!covered) return tl::unexpected(covered.error());
    if (found != liquidations_.end())
        found->second.fees -= covered->poured.of(settlement::Layer::fees);
    observer_.on_cover(request.account, covered->poured);
    if (const Status s = mirror(covered->legs); !s) return s;
    Answer facts;
    tell_touched(facts);
    tell_fund(facts);
    answer(request.account, std::move(facts));
    return {};
}

// Of what a close-out got beyond the bankruptcy price, net of the venue's own fee, and never more
// than the account has.
Status Exchange::charge_fees() {
    for (const Charge& charge : std::exchange(charges_, {})) {
        const auto found = liquidations_.find(charge.account);
        if (fee_ppb_ == 0 || found == liquidations_.end()) continue;
        const std::int64_t multiplier = accounts_.multiplier(charge.instrument);
        const std::int64_t bankruptcy = found->second.bankruptcy_price[charge.instrument];
        const std::int64_t beyond =
            settlement::fund_delta(value_of(charge.lots, charge.price, multiplier) - charge.paid,
                                   value_of(charge.lots, bankruptcy, multiplier), fee_ppb_);
        const std::int64_t fee = std::min(beyond, accounts_.cash(charge.account).balance());
        if (fee <= 0) continue;
        if (const Status s = ledger_.fee(charge.account, asset_, fee); !s) return s;
        if (const Status s = booked(accounts_.withdraw(charge.account, fee), "charging a fee"); !s)
            return s;
        found->second.fees += fee;
        fees_charged_ += fee;
    }
    return {};
}

// A trade of a tranche has changed its cash.
Status Exchange::settle_fund(std::uint32_t instrument, Answer& facts) {
    const auto legs = fund_.settle(instrument, now_ns_);
    if (!legs) return tl::unexpected(legs.error());
    if (const Status s = mirror(*legs); !s) return s;
    tell_touched(facts);  // who was paid back
    tell_fund(facts);
    return {};
}

Status Exchange::let_withdraw(const WithdrawalConfig& config, venue::Random& random,
                              std::vector<lpc_fact>& facts) {
    Int128 balances = 0;
    for (const std::uint64_t account : members_)
        balances += std::max<std::int64_t>(0, accounts_.cash(account).balance());
    for (const std::uint64_t account : members_) {
        if (!random.chance(config.accounts_share_ppb)) continue;
        const settlement::Standing standing = margins_.standing(account);
        const std::int64_t may = withdrawable(standing, fund_.socialised().open());
        withdrawals_.gated += withdrawable(standing, false) - may;
        const auto amount = static_cast<std::int64_t>(
            div_floor(Int128{may} * config.amount_share_ppb, LPC_RATE_ONE_PPB));
        if (amount == 0) continue;
        const auto done = fund_.withdraw(account, amount, balances);
        if (!done) return tl::unexpected(done.error());
        const venue::Booking taken = accounts_.withdraw(account, amount);
        if (const Status s = booked(taken, "a withdrawal"); !s) return s;
        balances -= amount;
        ++withdrawals_.count;
        withdrawals_.asked += amount;
        withdrawals_.paid += done->withdrawal.paid;
    }
    tell_touched(facts);
    return {};
}

Status Exchange::let_deposit(const DepositConfig& config, venue::Random& random,
                             std::vector<lpc_fact>& facts) {
    for (const auto& [account, liquidation] : liquidations_) {
        if (!random.chance(config.accounts_share_ppb)) continue;
        const Int128 amount = div_floor(
            Int128{liquidation.maintenance} * config.requirement_share_ppb, LPC_RATE_ONE_PPB);
        if (amount == 0 || amount > venue::kDepositMax) continue;
        const auto units = static_cast<std::int64_t>(amount);
        if (accounts_.deposit(account, units) != venue::Booking::done) continue;
        if (const Status s = ledger_.deposit(account, asset_, units); !s) return s;
        ++deposits_;
    }
    tell_touched(facts);
    return {};
}

}  // namespace lpc::scenario
