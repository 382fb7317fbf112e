#include "shares.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace lpc::app {

void Shares::take_verdict(const runtime::Verdict& verdict) {
    if (verdict.reason == 0) on_book_ = verdict.command.kind == LPC_CMD_ORDER;
}

void Shares::take_fact(const lpc_fact& fact, bool told, std::int64_t now_ns) {
    const Leg leg{fact.account, fact.instrument};
    switch (fact.kind) {
        case LPC_FACT_VOLUME:
            take_volume(fact, now_ns);
            break;
        case LPC_FACT_POSITION:
            positions_[leg] = fact.u.position.lots;
            break;
        case LPC_FACT_CLOSEOUT:
            ends_[leg] = fact.u.closeout.end_lots;
            break;
        case LPC_FACT_ORDER:
            take_order(fact, told);
            break;
        default:
            break;
    }
}

// Told twice it is no news, as for the runtime.
void Shares::take_volume(const lpc_fact& fact, std::int64_t now_ns) {
    lpc_fact_volume& known = volumes_[fact.instrument];
    const lpc_fact_volume& said = fact.u.volume;
    if (said.market_lots == known.market_lots && said.own_lots == known.own_lots) return;
    known = said;
    market_.on_volume(fact.instrument, rules_, now_ns, said);
}

void Shares::take_order(const lpc_fact& fact, bool told) {
    const lpc_fact_order& said = fact.u.order;
    auto order = working_.find(said.id);
    if (order == working_.end()) {
        if (told || fact.code != LPC_ORDER_PENDING) return;  // late or doubled
        order = working_
                    .emplace(said.id, Order{{fact.account, fact.instrument},
                                            said.open_lots + said.done_lots,
                                            0,
                                            on_book_})
                    .first;
    }
    const std::int64_t more = std::abs(said.done_lots) - std::abs(order->second.done);
    if (more < 0) return;
    if (order->second.on_book) market_.on_own_fill(fact.instrument, more);
    order->second.done = said.done_lots;
    if (fact.code > LPC_ORDER_UNKNOWN) working_.erase(order);
}

std::string Shares::why_zero(const lpc_fact& budget, std::int64_t now_ns) {
    const Leg leg{budget.account, budget.instrument};
    std::int64_t need = std::abs(ends_[leg] - positions_[leg]);
    std::int64_t working = 0;
    for (const auto& [id, order] : working_) {
        if (order.leg == leg) need -= std::abs(order.left());
        if (order.on_book && order.leg.second == budget.instrument)
            working += std::abs(order.left());
    }
    if (need <= 0) return "its working orders cover all that is left to close";
    const std::int64_t available = market_.available(budget.instrument, rules_, now_ns);
    const std::string share = fmt::format(
        "{}.{:02} % of what others traded in the last {} s", rules_.participation.ppb / 10'000'000,
        rules_.participation.ppb / 100'000 % 100, rules_.participation_window_ns / 1'000'000'000);
    if (available == 0) return "close-outs have used up their share, " + share;
    if (working >= available)
        return fmt::format(
            "the {} lots that are left of the close-outs' share, {}, are held by "
            "orders that still work",
            available, share);
    return fmt::format(
        "the {} lots that are left of the close-outs' share, {}, went to accounts "
        "with a worse margin ratio",
        available - working, share);
}

}  // namespace lpc::app
