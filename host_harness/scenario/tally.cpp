#include "tally.hpp"

#include <algorithm>
#include <utility>

namespace lpc::scenario {

Tally::Tally(const ScenarioConfig& config, const Exchange& exchange,
             std::function<std::int64_t()> clock_ns)
    : config_(config), exchange_(exchange), clock_ns_(std::move(clock_ns)) {
    for (const StageConfig& stage : config.stages)
        stages_.emplace_back().arms.resize(stage.arms.size());
}

ArmTally StageTally::total() const {
    ArmTally sum;
    for (const ArmTally& arm : arms) {
        sum.accounts += arm.accounts;
        sum.ended += arm.ended;
        sum.commands += arm.commands;
        sum.refused += arm.refused;
        sum.failed = sum.failed || arm.failed;
        sum.on_hold.insert(arm.on_hold.begin(), arm.on_hold.end());
        sum.cases.insert(sum.cases.end(), arm.cases.begin(), arm.cases.end());
    }
    return sum;
}

std::int64_t Tally::equity_of(std::uint64_t account) const {
    const venue::Accounts& accounts = exchange_.accounts();
    const Int128 equity = accounts.cash(account).balance() +
                          accounts.unrealised(account, config_.instrument.id, mark_);
    return clamp_to(equity, -LPC_MONEY_MAX, LPC_MONEY_MAX);
}

void Tally::set_mark(std::int64_t mark, std::int64_t now_ns) {
    mark_ = mark;
    now_ns_ = now_ns;
    std::erase_if(watched_for_wick_, [&](std::size_t i) {
        CaseRecord& c = cases_[i];
        if (now_ns > c.opened_ns + kWickNs) return true;
        const bool safe = c.side > 0 ? mark >= c.liquidation_price : mark <= c.liquidation_price;
        if (now_ns > c.opened_ns && safe) c.returned = true;
        return c.returned;
    });
    std::erase_if(watched_for_reversion_, [&](std::size_t i) {
        if (now_ns < cases_[i].ended_ns + kReversionNs) return false;
        cases_[i].mark_later = mark;
        return true;
    });
}

CaseRecord* Tally::open_case(std::uint64_t account) {
    const auto it = open_.find(account);
    return it == open_.end() ? nullptr : &cases_[it->second];
}

void Tally::on_fact(const lpc_fact& fact) {
    ++events_;
    if (fact.kind == LPC_FACT_MARGIN) {
        margins_[fact.account] = fact.u.margin;
        if (fact.code == LPC_MARGIN_WARNED) warned_.insert(fact.account);
    } else if (fact.kind == LPC_FACT_CLOSEOUT) {
        bankruptcy_[fact.account] = fact.u.closeout.bankruptcy_price;
        if (fact.code == LPC_CLOSEOUT_ACCEPTED) begin_case(fact);
    }
}

void Tally::begin_case(const lpc_fact& closeout) {
    if (open_case(closeout.account) != nullptr) return;
    liquidated_.insert(closeout.account);
    const lpc_fact_margin& margin = margins_[closeout.account];
    const std::uint32_t instrument = config_.instrument.id;
    const venue::Position position = exchange_.accounts().position(closeout.account, instrument);
    CaseRecord record;
    record.account = closeout.account;
    record.side = position.lots > 0 ? 1 : -1;
    record.opened_ns = now_ns_;
    record.equity_opened = margin.equity;
    record.mark_opened = mark_;
    if (margin.maintenance > 0)
        record.ratio_ppb =
            clamp_to(div_floor(Int128{margin.equity} * LPC_RATE_ONE_PPB, margin.maintenance),
                     INT64_MIN, INT64_MAX);
    const Exposure exposure{{position.lots},
                            {position.cost},
                            {mark_},
                            {config_.instrument.terms.multiplier},
                            config_.instrument.tiers};
    const Health health{{margin.equity}, {margin.maintenance}, {margin.initial}};
    // Why: what the runtime was not told yet may have closed the position.
    if (position.lots != 0) record.liquidation_price = liquidation_price(exposure, health).ticks;
    open_[closeout.account] = cases_.size();
    watched_for_wick_.push_back(cases_.size());
    cases_.push_back(record);
}

void Tally::end_case(std::uint64_t account) {
    CaseRecord* c = open_case(account);
    if (c == nullptr) return;
    c->ended_ns = now_ns_;
    c->equity_ended = equity_of(account);
    c->mark_ended = mark_;
    const bool flat = exchange_.accounts().position(account, config_.instrument.id).lots == 0;
    c->ending = c->fund_paid ? Ending::bankrupt : flat ? Ending::closed : Ending::restored;
    watched_for_reversion_.push_back(open_[account]);
    open_.erase(account);
}

void Tally::on_verdict(const runtime::Verdict& verdict) {
    ++events_;
    ArmTally& arm = stages_[verdict.stage].arms[verdict.arm];
    ++arm.commands;
    if (verdict.reason != 0) {
        ++arm.refused;
        ++refusals[static_cast<std::uint8_t>(verdict.reason)];
        return;
    }
    const std::uint16_t kind = verdict.command.kind;
    if (kind != LPC_CMD_ORDER && kind != LPC_CMD_TAKEOVER) return;
    CaseRecord* c = open_case(verdict.command.account);
    if (c != nullptr && c->acted_ns == 0) c->acted_ns = now_ns_;
}

void Tally::on_move(const runtime::Move& move) {
    const bool ended = move.cause == runtime::MoveCause::ended;
    if (ended && move.from != 0) ++stages_[move.from].arms[place_of_[move.account].arm].ended;
    place_of_[move.account] = {move.to, move.arm};
    if (move.to != 0) {
        ArmTally& arm = stages_[move.to].arms[move.arm];
        ++arm.accounts;
        if (arm.failed) arm.on_hold.insert(move.account);
        if (const auto open = open_.find(move.account); open != open_.end())
            arm.cases.push_back(open->second);
    }
    if (ended) end_case(move.account);
}

void Tally::on_turn_begin(std::uint32_t) {
    turn_began_ns_ = clock_ns_();
}

void Tally::on_turn_end(std::uint32_t stage) {
    const std::int64_t took = clock_ns_() - turn_began_ns_;
    stages_[stage].turn_ns.push_back(
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(took, 0, UINT32_MAX)));
}

void Tally::closed(std::uint64_t account, std::int64_t lots, std::int64_t price, Int128& kind) {
    CaseRecord* c = open_case(account);
    const Int128 a_tick = Int128{lots < 0 ? -lots : lots} * config_.instrument.terms.multiplier;
    kind += a_tick * price;
    c->proceeds += a_tick * price;
    c->at_arrival += a_tick * c->mark_opened;
    c->at_bankruptcy += a_tick * bankruptcy_[account];
}

void Tally::on_liquidation_fill(std::uint64_t, std::uint64_t account, std::uint32_t,
                                std::int64_t lots, std::int64_t price, std::int64_t fee) {
    CaseRecord* c = open_case(account);
    if (c == nullptr) return;
    closed(account, lots, price, c->book_notional);
    c->fees += fee;
}

void Tally::on_take_over(const runtime::TakeoverRequest& request) {
    CaseRecord* c = open_case(request.account);
    if (c == nullptr) return;
    closed(request.account, request.lots, request.price, c->takeover_notional);
    // The fund pays if it gets the position at a price worse than the mark.
    if (request.lots < 0 ? request.price > mark_ : request.price < mark_) c->fund_paid = true;
}

void Tally::on_award(const runtime::AwardRequest& request) {
    CaseRecord* c = open_case(request.account);
    if (c == nullptr) return;
    closed(request.account, request.lots, request.price, c->auction_notional);
    c->discount +=
        Int128{request.price - mark_} * request.lots * config_.instrument.terms.multiplier;
}

void Tally::on_deleverage(const runtime::DeleverageRequest& done) {
    if (CaseRecord* c = open_case(done.account))
        closed(done.account, done.lots, done.price, c->deleveraged_notional);
}

void Tally::on_final_settlement(std::uint64_t account, std::uint32_t, std::int64_t lots,
                                std::int64_t price) {
    if (CaseRecord* c = open_case(account)) closed(account, lots, price, c->settled_notional);
}

void Tally::on_cover(std::uint64_t account, const settlement::Poured&) {
    if (CaseRecord* c = open_case(account)) c->fund_paid = true;
}

}  // namespace lpc::scenario
