#include "../facts/judge.hpp"
#include "guard.hpp"

namespace lpc::runtime {
namespace {

bool within(std::int64_t value, std::int64_t low, std::int64_t high) {
    return value >= low && value <= high;
}
bool price_or_none(std::int64_t price) {
    return within(price, 0, LPC_PRICE_MAX);
}

std::optional<Judgement> judged(const State& state, const lpc_command& command) {
    return judge(state.market, *state.accounts.find(command.account));
}

bool short_of_target(const State& state, const Judgement& now) {
    return now.health.equity < target_equity(now.health.maintenance, state.config.rulebook.close);
}

bool held_back(const AccountFacts& account) {
    const auto terms = account.of_kind(LPC_FACT_ACCOUNT);
    return !terms.empty() && (terms[0].u.account.holds & LPC_HOLD_CLOSEOUT) != 0;
}

bool good_values(const lpc_command& command) {
    const lpc_command_closeout& c = command.u.closeout;
    return command.code == 0 && command.instrument != 0 &&
           within(c.end_lots, -LPC_LOTS_MAX, LPC_LOTS_MAX) &&
           within(c.bankruptcy_price, 1, LPC_PRICE_MAX) &&
           within(c.permitted_price, 1, LPC_PRICE_MAX) && within(c.deadline_ns, 0, LPC_TIME_MAX_NS);
}

// Between the position and flat, and no further than brings the account to its target.
std::uint8_t judge_end(const State& state, const Exposure& position, const Health& health,
                       std::int64_t end_lots) {
    const std::int64_t side = sign(position.position);
    const std::int64_t closed = (position.position.lots - end_lots) * side;
    const Quantity most = size_to_target(position, health, state.config.rulebook.close);
    if (closed > most.lots) return LPC_REASON_NOT_CONFIRMED;
    return closed < 0 ? LPC_REASON_WRONG_DIRECTION : 0;
}

}  // namespace

std::uint8_t judge_margin(const State& state, const lpc_command& command) {
    if (!within(command.code, LPC_MARGIN_HEALTHY, LPC_MARGIN_BANKRUPT)) return LPC_REASON_BAD_VALUE;
    const lpc_command_margin& said = command.u.margin;
    if (!within(said.equity, -LPC_MONEY_MAX, LPC_MONEY_MAX) ||
        !within(said.maintenance, 0, LPC_MONEY_MAX) || !within(said.initial, 0, LPC_MONEY_MAX) ||
        !within(said.target, 0, LPC_MONEY_MAX))
        return LPC_REASON_BAD_VALUE;
    const auto now = judged(state, command);
    if (!now) return LPC_REASON_NOT_CONFIRMED;
    const Money target = target_equity(now->health.maintenance, state.config.rulebook.close);
    const bool same = said.equity == published(now->health.equity) &&
                      said.maintenance == published(now->health.maintenance) &&
                      said.initial == published(now->health.initial) &&
                      said.target == published(target) && command.instrument == now->numeraire &&
                      (command.code == LPC_MARGIN_BANKRUPT) == (now->health.equity < Money{});
    return same ? 0 : LPC_REASON_NOT_CONFIRMED;
}

std::uint8_t judge_levels(const State& state, const lpc_command& command) {
    const lpc_command_levels& levels = command.u.levels;
    const bool good =
        command.code == 0 && command.instrument != 0 && price_or_none(levels.liquidation_price) &&
        price_or_none(levels.bankruptcy_price) && price_or_none(levels.next_state_price);
    if (!good) return LPC_REASON_BAD_VALUE;
    const AccountFacts& account = *state.accounts.find(command.account);
    const bool known = account.find(LPC_FACT_POSITION, command.instrument) != nullptr;
    return known ? 0 : LPC_REASON_NOT_CONFIRMED;
}

std::uint8_t judge_closeout(const State& state, const lpc_command& command) {
    if (!good_values(command)) return LPC_REASON_BAD_VALUE;
    const auto now = judged(state, command);
    if (!now) return LPC_REASON_NOT_CONFIRMED;
    if (!now->fit) return LPC_REASON_UNFIT_PRICE;
    if (held_back(*state.accounts.find(command.account))) return LPC_REASON_NOT_CONFIRMED;
    const Exposure* position = now->position(command.instrument);
    if (position == nullptr) return LPC_REASON_NOT_CONFIRMED;
    const Case* held = state.cases.find(command.account);
    // Only an account below maintenance is touched; once it is, closing goes on until its target.
    const bool sick = held != nullptr ? short_of_target(state, *now)
                                      : now->health.equity < now->health.maintenance;
    if (!sick) return LPC_REASON_NOT_CONFIRMED;
    const lpc_command_closeout& said = command.u.closeout;
    if (said.bankruptcy_price != bankruptcy_price(*position, now->health).ticks)
        return LPC_REASON_NOT_CONFIRMED;
    if (const std::uint8_t reason = judge_end(state, *position, now->health, said.end_lots))
        return reason;
    const Price loosest = permitted_price(*position, now->health, state.config.rulebook.close);
    const bool beyond = sign(position->position) > 0 ? said.permitted_price < loosest.ticks
                                                     : said.permitted_price > loosest.ticks;
    if (beyond) return LPC_REASON_BEYOND_PERMITTED_PRICE;
    return held != nullptr && held->phase == Phase::ending ? LPC_REASON_LATE : 0;
}

std::uint8_t judge_release(const State& state, const lpc_command& command) {
    if (command.code != 0 || command.instrument != 0) return LPC_REASON_BAD_VALUE;
    const Case* held = state.cases.find(command.account);
    if (held == nullptr || held->phase == Phase::ending) return LPC_REASON_NOT_IN_LIQUIDATION;
    const auto now = judged(state, command);
    if (!now) return LPC_REASON_NOT_CONFIRMED;
    if (!now->fit) return LPC_REASON_UNFIT_PRICE;  // a stale price ends nothing either
    return now->count == 0 || !short_of_target(state, *now) ? 0 : LPC_REASON_NOT_CONFIRMED;
}

}  // namespace lpc::runtime
