#include "case_list.hpp"

#include <lpc/limits.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <journal/records.hpp>
#include <lpc/sdk/rounding.hpp>
#include <runtime/input.hpp>

namespace lpc::app {

void CaseList::take(const journal::Record& record) {
    if (record.type < journal::kFirstOutcome) return take_input(record);
    const auto read = [&](auto& into) {
        if (record.payload.size() != sizeof into) return false;
        std::memcpy(&into, record.payload.data(), sizeof into);
        return true;
    };
    lpc_fact fact;
    runtime::Verdict verdict;
    runtime::Move move;
    if (record.type == journal::kFactRecord && read(fact)) {
        take_fact(fact, false);
    } else if (record.type == journal::kVerdictRecord && read(verdict)) {
        take_verdict(verdict);
    } else if (record.type == journal::kMoveRecord && read(move)) {
        take_move(move);
    }
}

void CaseList::take_input(const journal::Record& record) {
    switch (static_cast<runtime::InputKind>(record.type)) {
        case runtime::InputKind::configure:
            if (const auto config = runtime::decode_configure(record.payload)) {
                stages_.configure(*config);
            }
            break;
        case runtime::InputKind::turn:
            if (const auto now = runtime::decode_turn(record.payload)) now_ns_ = *now;
            break;
        case runtime::InputKind::fact:
            if (const auto fact = runtime::decode_fact(record.payload)) {
                if (fact->kind != LPC_FACT_CLOSEOUT) take_fact(*fact, true);
            }
            break;
        default:
            break;
    }
}

namespace {

std::int64_t& lots_done(LiquidatedAccount& account, std::uint16_t command) {
    switch (command) {
        case LPC_CMD_TAKEOVER:
            return account.fund_lots;
        case LPC_CMD_AWARD:
            return account.bidder_lots;
        case LPC_CMD_DELEVERAGE:
            return account.opponent_lots;
        default:
            return account.book_lots;
    }
}

}  // namespace

void CaseList::take_verdict(const runtime::Verdict& verdict) {
    if (verdict.reason != 0) return;
    last_command_ = verdict.command.kind;
    if (last_command_ == LPC_CMD_TAKEOVER) taken_over_.insert(verdict.command.account);
}

void CaseList::take_fact(const lpc_fact& fact, bool told) {
    if (fact.kind == LPC_FACT_POSITION) {
        positions_[{fact.account, fact.instrument}] = fact.u.position.lots;
    } else if (fact.kind == LPC_FACT_MARGIN && fact.u.margin.maintenance > 0) {
        ratios_[fact.account] = clamp_to(
            div_floor(Int128{fact.u.margin.equity} * LPC_RATE_ONE_PPB, fact.u.margin.maintenance),
            INT64_MIN, INT64_MAX);
    } else if (fact.kind == LPC_FACT_CLOSEOUT) {
        if (fact.code == LPC_CLOSEOUT_ACCEPTED) begin(fact);
        if (fact.code == LPC_CLOSEOUT_ENDED) end(fact);
    } else if (fact.kind == LPC_FACT_ORDER) {
        take_order(fact, told);
    }
}

// The runtime says first that an order is pending; what is done of it is told from outside, perhaps
// late and perhaps twice.
void CaseList::take_order(const lpc_fact& fact, bool told) {
    const lpc_fact_order& said = fact.u.order;
    auto order = working_.find(said.id);
    if (order == working_.end()) {
        if (told || fact.code != LPC_ORDER_PENDING) return;
        order = working_.emplace(said.id, Order{0, last_command_}).first;
    }
    const std::int64_t more = std::abs(said.done_lots) - order->second.done;
    const auto place = places_.find(fact.account);
    if (more > 0 && place != places_.end()) {
        LiquidatedAccount& account = accounts_[place->second];
        lots_done(account, order->second.kind) += more;
        order->second.done += more;
    }
    if (fact.code > LPC_ORDER_UNKNOWN) working_.erase(order);
}

void CaseList::begin(const lpc_fact& closeout) {
    const Leg first{closeout.account, 0};
    const auto any = open_.lower_bound(first);
    const bool begun = any != open_.end() && any->first == closeout.account;
    open_.insert({closeout.account, closeout.instrument});
    if (begun) return;
    const auto [place, is_new] = places_.emplace(closeout.account, accounts_.size());
    if (is_new) {
        LiquidatedAccount account;
        account.account = closeout.account;
        account.opened_ns = now_ns_;
        account.ratio_ppb = ratios_[closeout.account];
        accounts_.push_back(account);
    }
    LiquidatedAccount& account = accounts_[place->second];
    ++account.closeouts;
    account.ending = "running";
    taken_over_.erase(closeout.account);
}

void CaseList::end(const lpc_fact& closeout) {
    open_.erase({closeout.account, closeout.instrument});
    const auto any = open_.lower_bound({closeout.account, 0});
    if (any != open_.end() && any->first == closeout.account) return;
    const auto place = places_.find(closeout.account);
    if (place == places_.end()) return;
    LiquidatedAccount& account = accounts_[place->second];
    account.ended_ns = now_ns_;
    account.lots_left = lots_of(closeout.account);
    account.ending = account.lots_left != 0                     ? "restored"
                     : taken_over_.count(closeout.account) != 0 ? "taken over"
                                                                : "closed";
}

void CaseList::take_move(const runtime::Move& move) {
    const auto place = places_.find(move.account);
    if (place == places_.end() || move.to == 0) return;
    LiquidatedAccount& account = accounts_[place->second];
    const std::string stage = stages_.of(move.to, move.arm);
    if (account.first_stage.empty()) account.first_stage = stage;
    account.last_stage = stage;
    if (std::find(account.stages.begin(), account.stages.end(), stage) == account.stages.end())
        account.stages.push_back(stage);
}

std::int64_t CaseList::lots_of(std::uint64_t account) const {
    std::int64_t lots = 0;
    for (auto it = positions_.lower_bound({account, 0});
         it != positions_.end() && it->first.first == account; ++it)
        lots += std::abs(it->second);
    return lots;
}

const LiquidatedAccount* CaseList::find(std::uint64_t account) const {
    const auto place = places_.find(account);
    return place == places_.end() ? nullptr : &accounts_[place->second];
}

std::uint64_t CaseList::closeouts() const {
    std::uint64_t sum = 0;
    for (const LiquidatedAccount& account : accounts_) sum += account.closeouts;
    return sum;
}

}  // namespace lpc::app
