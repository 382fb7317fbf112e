// What the host answers to commands: a reason why not, or the fact that the command caused.
#include <algorithm>

#include "world.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kAnswer = 60 };

bool of_risk(std::uint16_t kind) {
    return kind >= LPC_CMD_MARGIN && kind <= LPC_CMD_RELEASE;
}

// The lots and price of whatever becomes an order.
std::pair<std::int64_t, std::int64_t> size_and_price(const lpc_command& c) {
    switch (c.kind) {
        case LPC_CMD_ORDER:
            return {c.u.order.lots, c.u.order.price};
        case LPC_CMD_AWARD:
            return {c.u.award.lots, c.u.award.price};
        case LPC_CMD_TAKEOVER:
            return {c.u.takeover.lots, c.u.takeover.price};
        default:
            return {c.u.deleverage.lots, c.u.deleverage.price};
    }
}
bool makes_order(std::uint16_t kind) {
    return kind == LPC_CMD_ORDER || kind == LPC_CMD_AWARD || kind == LPC_CMD_TAKEOVER ||
           kind == LPC_CMD_DELEVERAGE;
}

}  // namespace

void World::answer(std::span<const lpc_command> commands) {
    std::vector<lpc_command> sorted(commands.begin(), commands.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const lpc_command& a, const lpc_command& b) {
        return a.account < b.account;
    });
    std::uint64_t place = 0, account = 0;
    for (const lpc_command& command : sorted) {
        place = command.account == account ? place + 1 : 0;
        account = command.account;
        answer_one(command, place);
    }
}

void World::answer_follower(std::span<const lpc_command> commands) {
    for (const lpc_command& command : commands) {
        if (command.kind == LPC_CMD_TIMER) {
            set_timer(command);
        } else {
            refuse(command, LPC_REASON_FOLLOWING);
        }
    }
}

void World::answer_one(const lpc_command& command, std::uint64_t place) {
    if (const std::uint8_t reason = refusal(command, place); reason != 0)
        return refuse(command, reason);
    if (command.kind == LPC_CMD_TIMER) return set_timer(command);
    WorldAccount& account = *find(command.account);
    if (of_risk(command.kind)) return carry_out_risk(command, account);
    const bool knows = command.instrument >= 1 && command.instrument <= account.legs.size();
    carry_out(command, account, knows ? &account.legs[command.instrument - 1] : nullptr);
}

// 0: it is carried out. The first of the reasons that hold.
std::uint8_t World::refusal(const lpc_command& command, std::uint64_t place) {
    if (command.kind == 0 || command.kind > LPC_CMD_TIMER) return LPC_REASON_UNKNOWN_KIND;
    const bool risk = role_ == LPC_ROLE_RISK;
    if (command.kind != LPC_CMD_TIMER && risk != of_risk(command.kind))
        return LPC_REASON_NOT_YOUR_ROLE;
    if (command.kind == LPC_CMD_TIMER && command.account == 0) return 0;
    WorldAccount* account = find(command.account);
    if (account == nullptr || !account->attached) return LPC_REASON_NOT_YOUR_ACCOUNT;
    if (command.kind == LPC_CMD_TIMER || command.kind == LPC_CMD_MARGIN) return 0;
    if (command.kind == LPC_CMD_RELEASE || command.kind == LPC_CMD_ESCALATE)
        return in_progress(account->phase) ? 0 : LPC_REASON_WRONG_STAGE;
    if (command.instrument == 0 || command.instrument > account->legs.size())
        return LPC_REASON_BAD_VALUE;
    if (command.kind == LPC_CMD_LEVELS) return 0;
    if (account->phase == LPC_CLOSEOUT_ENDING) return LPC_REASON_WRONG_STAGE;
    if (const std::uint8_t reason = risk ? std::uint8_t{0} : order_refusal(command, *account);
        reason != 0)
        return reason;
    Draw d{options_.seed, kAnswer, turn_, command.account, place};
    if (!options_.refusals || !d.permille(70)) return 0;
    constexpr std::uint8_t kWeather[] = {LPC_REASON_RATE, LPC_REASON_UNFIT_PRICE, LPC_REASON_LATE,
                                         LPC_REASON_NOT_CONFIRMED, LPC_REASON_NO_GRANT};
    return kWeather[d.below(std::size(kWeather))];
}

std::uint8_t World::order_refusal(const lpc_command& command, WorldAccount& account) {
    const WorldLeg& leg = account.legs[command.instrument - 1];
    if (command.kind == LPC_CMD_CANCEL) {
        const bool works_here =
            std::any_of(account.orders.begin(), account.orders.end(), [&](const WorldOrder& order) {
                return order.id == command.u.cancel.order_id && works(order.state);
            });
        return works_here ? 0 : LPC_REASON_BAD_VALUE;
    }
    if (leg.closeout != LPC_CLOSEOUT_RUNNING) return LPC_REASON_NOT_IN_LIQUIDATION;
    if (command.kind == LPC_CMD_OFFER) return offer_refusal(command, leg);
    if (!makes_order(command.kind)) return 0;
    const auto [lots, price] = size_and_price(command);
    if (lots == 0 || price < 1 || price > LPC_PRICE_MAX || size_of(lots) > LPC_LOTS_MAX)
        return LPC_REASON_BAD_VALUE;
    if (command.kind == LPC_CMD_AWARD) {
        if (const std::uint8_t reason = award_refusal(command, account, leg); reason != 0)
            return reason;
    }
    if (!options_.refusals) return 0;
    for (const WorldOrder& order : account.orders) {
        if (works(order.state) && order.tag == command.tag && order.command != 0)
            return LPC_REASON_DUPLICATE_TAG;
    }
    if (sign_of(lots) != sign_of(leg.terms.end_lots - leg.lots)) return LPC_REASON_WRONG_DIRECTION;
    if (command.kind == LPC_CMD_ORDER && size_of(lots) > leg.budget) return LPC_REASON_OVER_BUDGET;
    return 0;
}

void World::refuse(const lpc_command& command, std::uint8_t reason) {
    say_once(fact({.account = command.account, .instrument = command.instrument, .reason = reason},
                  lpc_fact_refused{command.tag, command.kind}));
}

void World::carry_out_risk(const lpc_command& command, WorldAccount& account) {
    const FactHead head{
        .account = command.account, .instrument = command.instrument, .code = command.code};
    if (command.kind == LPC_CMD_MARGIN) {
        const lpc_fact* told = known_.find(LPC_FACT_MARGIN, command.account, command.instrument);
        const bool same = told != nullptr && told->code == command.code;
        const lpc_command_margin& m = command.u.margin;
        return say(fact(head, lpc_fact_margin{m.equity, m.maintenance, m.initial, m.target,
                                              same ? told->u.margin.since_ns : now_ns_}));
    }
    if (command.kind == LPC_CMD_LEVELS) {
        const lpc_command_levels& l = command.u.levels;
        return say(fact(
            head, lpc_fact_levels{l.liquidation_price, l.bankruptcy_price, l.next_state_price}));
    }
    if (command.kind == LPC_CMD_RELEASE) return begin_ending(account);
    WorldLeg& leg = account.legs[command.instrument - 1];
    const lpc_command_closeout& c = command.u.closeout;
    leg.terms = {c.end_lots, c.bankruptcy_price, c.permitted_price, c.deadline_ns};
    if (account.phase == 0) {
        account.phase = LPC_CLOSEOUT_ACCEPTED;
        account.until_turn = turn_ + 1 + Draw{options_.seed, kAnswer, turn_, account.id}.below(4);
    }
    say_closeout(account, leg, account.phase);
}

void World::carry_out(const lpc_command& command, WorldAccount& account, WorldLeg* leg) {
    const FactHead head{.account = command.account, .instrument = command.instrument};
    switch (command.kind) {
        case LPC_CMD_ESCALATE:
            return end(account, LPC_DETACH_STAGE);
        case LPC_CMD_CANCEL:
            for (WorldOrder& order : account.orders) {
                if (order.id != command.u.cancel.order_id) continue;
                order.state = LPC_ORDER_CANCELLING;
                order.next_turn = turn_ + 1 + order.id % 3;
                say_order(account, order);
            }
            return;
        case LPC_CMD_OFFER: {
            const lpc_command_offer& o = command.u.offer;
            if (o.lots == 0) return close_lot(account, *leg, LPC_LOT_WITHDRAWN);
            if (!leg->lot.open) return open_lot(account, *leg, command);
            leg->lot.lot.price = o.price;
            leg->lot.lot.reserve_price = o.reserve_price;
            return say_lot(account, *leg, LPC_LOT_OPEN);
        }
        case LPC_CMD_GRANT: {
            const std::int64_t given =
                std::clamp<std::int64_t>(command.u.grant.amount, 0, fund_ / 10);
            const std::int64_t wider = leg->terms.permitted_price -
                                       sign_of(leg->lots) * (leg->terms.permitted_price / 200);
            return say(fact(head, lpc_fact_grant{given, std::max<std::int64_t>(1, wider), 0}));
        }
        default:
            return make_order(command, account, *leg);
    }
}

void World::make_order(const lpc_command& command, WorldAccount& account, WorldLeg& leg) {
    const auto [lots, price] = size_and_price(command);
    Draw d{options_.seed, kAnswer, turn_, account.id, command.instrument};
    WorldOrder order;
    order.id = account.first_id + ++account.orders_made;
    order.tag = command.tag;
    order.instrument = command.instrument;
    order.command = command.kind;
    order.type = command.kind == LPC_CMD_ORDER ? command.code : std::uint8_t{LPC_ORDER_IOC};
    order.state = LPC_ORDER_PENDING;
    order.lots = lots;
    order.price = price;
    order.bid_id = command.kind == LPC_CMD_AWARD ? command.u.award.bid_id : 0;
    order.expire_ns = command.kind == LPC_CMD_ORDER ? command.u.order.expire_ns : 0;
    order.next_turn = turn_ + 1 + d.below(4) + (d.permille(60) ? 20 : 0);
    account.orders.push_back(order);
    say_order(account, order);
    if (options_.one_order_at_a_time) return say_budget(account, leg, 0);
    if (command.kind == LPC_CMD_ORDER) {
        leg.budget = std::max<std::int64_t>(0, leg.budget - size_of(lots));
        if (d.permille(600)) say_budget(account, leg, leg.budget);
    }
}

void World::set_timer(const lpc_command& command) {
    timers_.insert({command.u.timer.at_ns, command.account, command.tag});
}

}  // namespace lpc::judge
