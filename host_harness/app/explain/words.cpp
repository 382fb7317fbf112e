#include "words.hpp"
#include "case_text.hpp"

#include <fmt/format.h>

#include <runtime/facts/validate.hpp>

namespace lpc::app {
namespace {

const char* margin_state(std::uint8_t code) {
    switch (code) {
        case LPC_MARGIN_HEALTHY:
            return "healthy";
        case LPC_MARGIN_WARNED:
            return "warned";
        case LPC_MARGIN_LIQUIDATING:
            return "liquidating";
        default:
            return "bankrupt";
    }
}

const char* closeout_state(std::uint8_t code) {
    switch (code) {
        case LPC_CLOSEOUT_ACCEPTED:
            return "accepted";
        case LPC_CLOSEOUT_RUNNING:
            return "running";
        case LPC_CLOSEOUT_ENDING:
            return "ending";
        default:
            return "ended";
    }
}

const char* lot_state(std::uint8_t code) {
    switch (code) {
        case LPC_LOT_OPEN:
            return "open";
        case LPC_LOT_SOLD:
            return "sold";
        case LPC_LOT_WITHDRAWN:
            return "withdrawn";
        default:
            return "expired";
    }
}

const char* order_state(std::uint8_t code) {
    constexpr const char* kNames[] = {"?",       "pending", "open",      "cancelling",
                                      "unknown", "done",    "cancelled", "rejected"};
    return code < 8 ? kNames[code] : "?";
}

const char* trading_state(std::uint16_t reason) {
    switch (reason) {
        case LPC_TRADING_OPEN:
            return "is open";
        case LPC_TRADING_POST_ONLY:
            return "is open to quotes that do not trade";
        case LPC_TRADING_CANCEL_ONLY:
            return "is open to cancels only";
        case LPC_TRADING_HALTED:
            return "is halted";
        default:
            return "has ended: it is settled for good";
    }
}

const char* price_state(std::uint8_t code) {
    switch (code) {
        case LPC_PRICE_FIT:
            return "may be acted on";
        case LPC_PRICE_STALE:
            return "is stale";
        case LPC_PRICE_UNCERTAIN:
            return "is uncertain";
        default:
            return "is unsound";
    }
}

const char* escalation(std::uint8_t code) {
    constexpr const char* kNames[] = {"?", "its deadline", "no liquidity",
                                      "a further slice would make it sicker", "it is bankrupt"};
    return code < 5 ? kNames[code] : "?";
}

}  // namespace

std::string state_text(const lpc_fact& fact) {
    return fact.kind == LPC_FACT_PRICE ? fmt::format("the price of instrument {} {}",
                                                     fact.instrument, price_state(fact.code))
                                       : fmt::format("trading in instrument {} {}", fact.instrument,
                                                     trading_state(fact.reason));
}

std::string fact_text(const lpc_fact& f, const Units& in) {
    const auto& u = f.u;
    const std::uint32_t at = f.instrument;
    switch (f.kind) {
        case LPC_FACT_ACCOUNT:
            return "account opened";
        case LPC_FACT_BALANCE:
            return fmt::format("balance {}", in.money(at, u.balance.amount));
        case LPC_FACT_POSITION:
            return fmt::format("position {}, cost {}, realised {}", in.lots(u.position.lots),
                               in.settled(at, u.position.cost),
                               in.settled(at, u.position.realised));
        case LPC_FACT_MARGIN:
            return fmt::format("margin: {}, equity {}, maintenance {}, target {}",
                               margin_state(f.code), in.money(at, u.margin.equity),
                               in.money(at, u.margin.maintenance), in.money(at, u.margin.target));
        case LPC_FACT_LEVELS:
            return fmt::format("levels: liquidation {}, bankruptcy {}",
                               in.level(at, u.levels.liquidation_price),
                               in.level(at, u.levels.bankruptcy_price));
        case LPC_FACT_CLOSEOUT:
            return fmt::format("close-out {}: to end at {}, permitted price {}, bankruptcy {}",
                               closeout_state(f.code), in.lots(u.closeout.end_lots),
                               in.price(at, u.closeout.permitted_price),
                               in.price(at, u.closeout.bankruptcy_price));
        case LPC_FACT_BUDGET:
            return fmt::format("budget {}", in.lots(u.budget.lots));
        case LPC_FACT_GRANT:
            return fmt::format("grant {}, permitted price {}", in.settled(at, u.grant.amount),
                               in.price(at, u.grant.permitted_price));
        case LPC_FACT_ORDER:
            return fmt::format("order {} {}: price {}, open {}, done {}", u.order.id,
                               order_state(f.code), in.price(at, u.order.price),
                               in.lots(u.order.open_lots), in.lots(u.order.done_lots));
        case LPC_FACT_FILL:
            return fmt::format("fill of order {}: {} at {}, fee {}", u.fill.order_id,
                               in.lots(u.fill.lots), in.price(at, u.fill.price),
                               in.settled(at, u.fill.fee));
        case LPC_FACT_LOT:
            return fmt::format("lot {} {}: {} left, price {}, reserve {}, closes at {}", u.lot.id,
                               lot_state(f.code), in.lots(u.lot.lots_left),
                               in.price(at, u.lot.price), in.price(at, u.lot.reserve_price),
                               time_text(u.lot.close_ns));
        case LPC_FACT_BID:
            return fmt::format("bid {} for lot {}: provider {}, {} left, at worst {}", u.bid.id,
                               u.bid.lot_id, u.bid.bidder, in.lots(u.bid.lots),
                               in.price(at, u.bid.price));
        case LPC_FACT_FUND:
            return fmt::format(
                "tranche {} may lose {} more for this liquidation", u.fund.tranche,
                in.money(static_cast<std::uint32_t>(u.fund.asset), u.fund.grantable));
        case LPC_FACT_DETACH:
            return "detached from its stage";
        case LPC_FACT_RESYNC:
            return f.code == LPC_RESYNC_BEGIN ? "retelling begins" : "retelling ends";
        default:
            return {};
    }
}

std::string command_text(const lpc_command& c, const Units& in) {
    const auto& u = c.u;
    const std::uint32_t at = c.instrument;
    switch (c.kind) {
        case LPC_CMD_MARGIN:
            return fmt::format("MARGIN {}: equity {}, maintenance {}", margin_state(c.code),
                               in.money(at, u.margin.equity), in.money(at, u.margin.maintenance));
        case LPC_CMD_LEVELS:
            return fmt::format("LEVELS: liquidation {}", in.level(at, u.levels.liquidation_price));
        case LPC_CMD_CLOSEOUT:
            return fmt::format("CLOSEOUT to end at {}, permitted price {}, bankruptcy {}",
                               in.lots(u.closeout.end_lots),
                               in.price(at, u.closeout.permitted_price),
                               in.price(at, u.closeout.bankruptcy_price));
        case LPC_CMD_RELEASE:
            return "RELEASE";
        case LPC_CMD_ORDER:
            return fmt::format("ORDER {} at {}", in.lots(u.order.lots),
                               in.price(at, u.order.price));
        case LPC_CMD_CANCEL:
            return fmt::format("CANCEL order {}", u.cancel.order_id);
        case LPC_CMD_GRANT:
            return fmt::format("GRANT {}", in.settled(at, u.grant.amount));
        case LPC_CMD_TAKEOVER:
            return fmt::format("TAKEOVER {} at {}, by {}", in.lots(u.takeover.lots),
                               in.price(at, u.takeover.price),
                               u.takeover.tranche == 0
                                   ? "the fund"
                                   : fmt::format("tranche {}", u.takeover.tranche));
        case LPC_CMD_OFFER:
            if (u.offer.lots == 0) return "OFFER withdraws the lot";
            return fmt::format("OFFER {} {} at {}, reserve {}, until {}",
                               c.code == LPC_AUCTION_SEALED ? "for sealed bids" : "descending",
                               in.lots(u.offer.lots), in.price(at, u.offer.price),
                               in.price(at, u.offer.reserve_price), time_text(u.offer.close_ns));
        case LPC_CMD_AWARD:
            return fmt::format("AWARD {} at {} to bid {}", in.lots(u.award.lots),
                               in.price(at, u.award.price), u.award.bid_id);
        case LPC_CMD_DELEVERAGE:
            return fmt::format("DELEVERAGE {} at {}", in.lots(u.deleverage.lots),
                               in.price(at, u.deleverage.price));
        case LPC_CMD_ESCALATE:
            return fmt::format("ESCALATE: {}", escalation(c.code));
        default:
            return runtime::command_name(c.kind);
    }
}

}  // namespace lpc::app
