#include "../facts/judge.hpp"
#include "../grants.hpp"
#include "../offbook/tranches.hpp"
#include "guard.hpp"
#include "view.hpp"

namespace lpc::runtime {
namespace {

// What a take-over and a deleveraging have in common: all of the position may go, at exactly the
// bankruptcy price, so that neither the account nor who takes it gains by the price.
std::uint8_t judge_closing(const State& state, const Route& route, const lpc_command& command,
                           std::int64_t lots, std::int64_t price) {
    if (command.code != 0 || !within_lots(lots) || !within_price(price))
        return LPC_REASON_BAD_VALUE;
    if (state.tag_works(route.active, command.account, command.tag))
        return LPC_REASON_DUPLICATE_TAG;
    View view;
    if (!view_running(state, command, view)) return LPC_REASON_NOT_IN_LIQUIDATION;
    if (!state.market.fit(command.instrument)) return LPC_REASON_UNFIT_PRICE;
    if (!towards_flat(view, lots)) return LPC_REASON_WRONG_DIRECTION;
    return price == view.closeout->bankruptcy_price ? 0 : LPC_REASON_BEYOND_PERMITTED_PRICE;
}

bool is_bankrupt(const State& state, std::uint64_t account) {
    const auto now = judge(state.market, *state.accounts.find(account));
    return now && now->health.equity < Money{};
}

}  // namespace

std::uint8_t judge_grant(const State& state, const lpc_command& command) {
    const std::int64_t amount = command.u.grant.amount;
    if (command.code != 0 || amount < 1 || amount > LPC_MONEY_MAX) return LPC_REASON_BAD_VALUE;
    View view;
    if (!view_running(state, command, view)) return LPC_REASON_NOT_IN_LIQUIDATION;
    return grant_offer(state, command).amount > 0 ? 0 : LPC_REASON_NO_GRANT;
}

std::uint8_t judge_takeover(const State& state, std::uint32_t slot, const Route& route,
                            const lpc_command& command) {
    const lpc_command_takeover& wanted = command.u.takeover;
    if (const std::uint8_t reason = judge_closing(state, route, command, wanted.lots, wanted.price))
        return reason;
    const lpc_fact* tranche = tranche_for(state, wanted.tranche, command.instrument);
    // The end of the line: the settlement chooses by its order, and what nobody can lose is borne
    // by all.
    const bool socialises = (state.slots[slot].rules.permits & kSocialises) != 0;
    if (socialises && wanted.tranche == 0) return 0;
    if (tranche == nullptr) return LPC_REASON_NO_GRANT;
    if (socialises) return 0;
    const std::int64_t cost = cost_at_mark(state, command.instrument, wanted.lots, wanted.price);
    if (cost > free_for(state, command.account, *tranche)) return LPC_REASON_NO_GRANT;
    const bool too_early =
        earlier_could_pay(state, command.account, command.instrument, *tranche, cost);
    return too_early ? LPC_REASON_WATERFALL : 0;
}

std::uint8_t judge_deleverage(const State& state, const Route& route, const lpc_command& command) {
    const lpc_command_deleverage& wanted = command.u.deleverage;
    if (const std::uint8_t reason = judge_closing(state, route, command, wanted.lots, wanted.price))
        return reason;
    if (!is_bankrupt(state, command.account)) return LPC_REASON_NOT_CONFIRMED;
    const std::int64_t cost = cost_at_mark(state, command.instrument, wanted.lots, wanted.price);
    return cost <= free_in_fund(state, command.account, command.instrument) ? LPC_REASON_WATERFALL
                                                                            : 0;
}

}  // namespace lpc::runtime
