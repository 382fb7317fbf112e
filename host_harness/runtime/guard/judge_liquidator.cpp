#include <algorithm>

#include "../grants.hpp"
#include "guard.hpp"

namespace lpc::runtime {
namespace {

std::int64_t magnitude_of(std::int64_t value) {
    return value < 0 ? -value : value;
}

// What the leg of a running close-out looks like to an order.
struct View {
    const Case* held = nullptr;
    const Leg* leg = nullptr;
    const lpc_fact_closeout* closeout = nullptr;
    std::int64_t position_lots = 0;
};

// False: no close-out is running for it.
bool view_running(const State& state, const lpc_command& command, View& view) {
    view.held = state.cases.find(command.account);
    if (view.held == nullptr || view.held->phase != Phase::running) return false;
    view.leg = view.held->leg(command.instrument);
    const lpc_fact* closeout = state.closeout(command.account, command.instrument);
    if (view.leg == nullptr || closeout == nullptr) return false;
    view.closeout = &closeout->u.closeout;
    view.position_lots = state.position_lots(command.account, command.instrument);
    return true;
}

// Lots that may still be ordered without passing the end position, whatever of the working orders
// fills.
bool towards_end(const View& view, std::int64_t lots) {
    const std::int64_t open = view.closeout->end_lots - view.position_lots;
    if (open == 0 || (open > 0) != (lots > 0)) return false;
    // The owner's own trades can carry a position past its end: that is no leave to make it larger.
    if ((lots > 0) == (view.position_lots > 0)) return false;
    return magnitude_of(lots) + magnitude_of(view.leg->working_lots) <= magnitude_of(open);
}

// A take-over leaves equity / maintenance as it is, so a part of it never cures: it may take all of
// the position.
bool towards_flat(const View& view, std::int64_t lots) {
    const std::int64_t held = view.position_lots;
    if (held == 0 || (held > 0) == (lots > 0)) return false;
    return magnitude_of(lots) + magnitude_of(view.leg->working_lots) <= magnitude_of(held);
}

bool over_rate(const State& state, const Case& held) {
    const Rulebook& rules = state.config.rulebook;
    return state.now_ns - held.rate_start_ns < rules.rate_window_ns &&
           held.rate_count >= rules.orders_per_account_max;
}

bool within_lots(std::int64_t lots) {
    return lots != 0 && lots >= -LPC_LOTS_MAX && lots <= LPC_LOTS_MAX;
}
bool within_price(std::int64_t price) {
    return price >= 1 && price <= LPC_PRICE_MAX;
}

}  // namespace

std::int64_t permitted_now(const State& state, std::uint64_t account, std::uint32_t instrument) {
    const lpc_fact* grant = state.accounts.find(account)->find(LPC_FACT_GRANT, instrument);
    return grant != nullptr && grant->u.grant.amount > 0
               ? grant->u.grant.permitted_price
               : state.closeout(account, instrument)->u.closeout.permitted_price;
}

std::uint8_t judge_order(const State& state, const Route& route, const lpc_command& command) {
    const lpc_command_order& order = command.u.order;
    if (command.code < LPC_ORDER_IOC || command.code > LPC_ORDER_POST_ONLY ||
        !within_lots(order.lots) || !within_price(order.price) || order.expire_ns < 0 ||
        order.expire_ns > LPC_TIME_MAX_NS)
        return LPC_REASON_BAD_VALUE;
    if (state.tag_works(route.active, command.account, command.tag))
        return LPC_REASON_DUPLICATE_TAG;
    const Case* held = state.cases.find(command.account);
    if (held != nullptr && over_rate(state, *held)) return LPC_REASON_RATE;
    View view;
    if (!view_running(state, command, view)) return LPC_REASON_NOT_IN_LIQUIDATION;
    if (!state.market.fit(command.instrument)) return LPC_REASON_UNFIT_PRICE;
    if (!towards_end(view, order.lots)) return LPC_REASON_WRONG_DIRECTION;
    const std::int64_t bound = permitted_now(state, command.account, command.instrument);
    if (order.lots < 0 ? order.price < bound : order.price > bound)
        return LPC_REASON_BEYOND_PERMITTED_PRICE;
    return magnitude_of(order.lots) <= view.leg->budget_lots ? 0 : LPC_REASON_OVER_BUDGET;
}

std::uint8_t judge_cancel(const State& state, const lpc_command& command) {
    const std::uint64_t id = command.u.cancel.order_id;
    if (state.orders.ended(id)) return LPC_REASON_LATE;
    const WorkingOrder* order = state.orders.find(id);
    const bool good = command.code == 0 && order != nullptr && order->on_book &&
                      order->account == command.account && order->instrument == command.instrument;
    if (!good) return LPC_REASON_BAD_VALUE;
    return order->state == LPC_ORDER_CANCELLING ? LPC_REASON_LATE : 0;
}

std::uint8_t judge_grant(const State& state, const lpc_command& command) {
    const std::int64_t amount = command.u.grant.amount;
    if (command.code != 0 || amount < 1 || amount > LPC_MONEY_MAX) return LPC_REASON_BAD_VALUE;
    View view;
    if (!view_running(state, command, view)) return LPC_REASON_NOT_IN_LIQUIDATION;
    return grant_offer(state, command).amount > 0 ? 0 : LPC_REASON_NO_GRANT;
}

std::uint8_t judge_takeover(const State& state, const Route& route, const lpc_command& command) {
    const lpc_command_takeover& takeover = command.u.takeover;
    if (command.code != 0 || !within_lots(takeover.lots) || !within_price(takeover.price))
        return LPC_REASON_BAD_VALUE;
    if (state.tag_works(route.active, command.account, command.tag))
        return LPC_REASON_DUPLICATE_TAG;
    View view;
    if (!view_running(state, command, view)) return LPC_REASON_NOT_IN_LIQUIDATION;
    if (!state.market.fit(command.instrument)) return LPC_REASON_UNFIT_PRICE;
    if (!towards_flat(view, takeover.lots)) return LPC_REASON_WRONG_DIRECTION;
    // Neither the account nor the fund may gain by the price: exactly the bankruptcy price.
    if (takeover.price != view.closeout->bankruptcy_price) return LPC_REASON_BEYOND_PERMITTED_PRICE;
    return state.market.find(LPC_FACT_FUND, 0, takeover.tranche) != nullptr ? 0
                                                                            : LPC_REASON_NO_GRANT;
}

std::uint8_t judge_escalate(const State& state, std::uint32_t slot, const lpc_command& command) {
    if (slot + 1 >= state.slots.size()) return LPC_REASON_WRONG_STAGE;
    if (command.code < LPC_ESCALATE_DEADLINE || command.code > LPC_ESCALATE_BANKRUPT)
        return LPC_REASON_BAD_VALUE;
    const Case* held = state.cases.find(command.account);
    return held != nullptr && held->phase == Phase::running ? 0 : LPC_REASON_NOT_IN_LIQUIDATION;
}

}  // namespace lpc::runtime
