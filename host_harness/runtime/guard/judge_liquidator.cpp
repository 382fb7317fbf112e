#include "guard.hpp"
#include "view.hpp"

namespace lpc::runtime {
namespace {

bool over_rate(const State& state, const Case& held) {
    const Rulebook& rules = state.config.rulebook;
    return state.now_ns - held.rate_start_ns < rules.rate_window_ns &&
           held.rate_count >= rules.orders_per_account_max;
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
    if (!no_worse(order.lots, order.price, bound)) return LPC_REASON_BEYOND_PERMITTED_PRICE;
    return magnitude_of(order.lots) <= view.leg->budget_lots ? 0 : LPC_REASON_OVER_BUDGET;
}

std::uint8_t judge_cancel(const State& state, const lpc_command& command) {
    const std::uint64_t id = command.u.cancel.order_id;
    if (state.orders.ended(id)) return LPC_REASON_LATE;
    const WorkingOrder* order = state.orders.find(id);
    const bool good = command.code == 0 && order != nullptr && order->on_book() &&
                      order->account == command.account && order->instrument == command.instrument;
    if (!good) return LPC_REASON_BAD_VALUE;
    return order->state == LPC_ORDER_CANCELLING ? LPC_REASON_LATE : 0;
}

std::uint8_t judge_escalate(const State& state, std::uint32_t slot, const lpc_command& command) {
    if (slot + 1 >= state.slots.size()) return LPC_REASON_WRONG_STAGE;
    if (command.code < LPC_ESCALATE_DEADLINE || command.code > LPC_ESCALATE_BANKRUPT)
        return LPC_REASON_BAD_VALUE;
    const Case* held = state.cases.find(command.account);
    return held != nullptr && held->phase == Phase::running ? 0 : LPC_REASON_NOT_IN_LIQUIDATION;
}

}  // namespace lpc::runtime
