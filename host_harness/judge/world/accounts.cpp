// Accounts: their facts, and the end of a close-out, which is the same for both roles.
#include <algorithm>

#include "world.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kRefresh = 20 };

constexpr std::uint32_t kSettleAsset = 1, kOtherAsset = 2;

}  // namespace

void World::live(WorldAccount& account) {
    if (role_ == LPC_ROLE_RISK) return live_watched(account);
    return live_liquidated(account);
}

// New positions, with so little collateral that a fall of some percent makes it sick.
void World::refresh(WorldAccount& account) {
    Draw d = draw(kRefresh, account.id);
    ++account.lives;
    const std::uint64_t legs = 1 + d.below(options_.legs_max);
    std::int64_t notional = 0;
    for (const WorldInstrument& x : instruments_) {
        if (account.legs.size() < x.id) account.legs.emplace_back().instrument = x.id;
        WorldLeg& leg = account.legs[x.id - 1];
        leg.closeout = 0;
        leg.budget = 0;
        leg.lots = x.id <= legs ? d.between(20, 3'000) * (d.permille(500) ? 1 : -1) : 0;
        leg.cost = leg.lots * x.mark * x.multiplier;
        leg.realised = 0;
        notional += size_of(leg.lots) * x.mark * x.multiplier;
    }
    account.balance = notional / 1000 * d.between(12, 60);
    account.terms = {d.permille(900) ? std::int64_t{LPC_MODE_CROSS} : d.between(1, 3),
                     d.permille(200) ? 9 : 0, static_cast<std::int64_t>(d.below(4)), 0};
    say_account(account);
    say_balance(account);
    say(fact({.account = account.id, .instrument = kOtherAsset},
             lpc_fact_balance{d.permille(300) ? d.between(0, notional / 100'000) : 0}));
    for (const WorldLeg& leg : account.legs) say_position(account, leg);
}

void World::say_account(const WorldAccount& account) {
    say(fact({.account = account.id}, account.terms));
}

void World::say_balance(const WorldAccount& account) {
    say(fact({.account = account.id, .instrument = kSettleAsset},
             lpc_fact_balance{account.balance}));
}

void World::say_position(const WorldAccount& account, const WorldLeg& leg) {
    const bool told = known_.find(LPC_FACT_POSITION, account.id, leg.instrument) != nullptr;
    if (leg.lots == 0 && !told) return;
    std::int64_t resting = 0;
    for (const WorldOrder& order : account.orders) {
        if (order.instrument == leg.instrument && works(order.state))
            resting += order.lots - order.done;
    }
    say(fact({.account = account.id, .instrument = leg.instrument},
             lpc_fact_position{leg.lots, leg.cost, leg.realised, std::max<std::int64_t>(resting, 0),
                               std::max<std::int64_t>(-resting, 0)}));
}

// What a simple margin model says of it; for liquidators, who never compute it.
void World::say_margin(const WorldAccount& account) {
    std::int64_t equity = account.balance, maintenance = 0;
    for (const WorldLeg& leg : account.legs) {
        const WorldInstrument& x = instrument(leg.instrument);
        equity += leg.lots * x.mark * x.multiplier - leg.cost;
        maintenance += size_of(leg.lots) * x.mark * x.multiplier / 100;
    }
    const std::uint8_t code = equity < 0             ? LPC_MARGIN_BANKRUPT
                              : equity < maintenance ? LPC_MARGIN_LIQUIDATING
                                                     : LPC_MARGIN_WARNED;
    say(fact({.account = account.id, .instrument = kSettleAsset, .code = code},
             lpc_fact_margin{equity, maintenance, 2 * maintenance, maintenance + maintenance / 8,
                             now_ns_}));
    for (const WorldLeg& leg : account.legs) {
        const std::int64_t mark = instrument(leg.instrument).mark;
        const std::int64_t away = sign_of(leg.lots) * std::max<std::int64_t>(1, mark / 40);
        if (leg.lots != 0)
            say(fact({.account = account.id, .instrument = leg.instrument},
                     lpc_fact_levels{mark + away / 2, std::max<std::int64_t>(1, mark - away), 0}));
    }
}

void World::say_closeout(const WorldAccount& account, WorldLeg& leg, std::uint8_t code) {
    leg.closeout = code;
    say(fact({.account = account.id, .instrument = leg.instrument, .code = code}, leg.terms));
}

void World::say_budget(const WorldAccount& account, WorldLeg& leg, std::int64_t lots) {
    leg.budget = lots;
    const bool lapses = lots > 0 && !options_.one_order_at_a_time && turn_ % 7 == 0;
    say(fact({.account = account.id, .instrument = leg.instrument},
             lpc_fact_budget{lots, lapses ? now_ns_ + 2'000'000'000 : 0}));
}

// What is told between begin and end keeps its number: nothing was lost.
void World::resync_account(WorldAccount& account) {
    if (!account.attached) return;
    lpc_fact bracket = resync(account.id, LPC_RESYNC_BEGIN);
    bracket.seq = ++last_seq_;
    out_.push_back(bracket);
    for (const lpc_fact& f : known_.of_account(account.id)) out_.push_back(f);
    bracket.code = LPC_RESYNC_END;
    bracket.seq = ++last_seq_;
    out_.push_back(bracket);
}

void World::begin_ending(WorldAccount& account) {
    account.phase = LPC_CLOSEOUT_ENDING;
    account.until_turn = turn_ + 1;
    for (WorldLeg& leg : account.legs) {
        if (in_progress(leg.closeout)) say_closeout(account, leg, LPC_CLOSEOUT_ENDING);
        if (leg.lot.open) close_lot(account, leg, LPC_LOT_WITHDRAWN);
    }
    for (WorldOrder& order : account.orders) {
        if (!works(order.state) || order.state == LPC_ORDER_CANCELLING) continue;
        order.state = LPC_ORDER_CANCELLING;
        order.next_turn = turn_ + 2;
        say_order(account, order);
    }
}

// The close-outs are over, or another instance has them now; the account is forgotten but for what
// it owns.
void World::end(WorldAccount& account, std::uint8_t why) {
    for (WorldLeg& leg : account.legs) {
        if (why == LPC_DETACH_ENDED && leg.closeout == LPC_CLOSEOUT_ENDING)
            say_closeout(account, leg, LPC_CLOSEOUT_ENDED);
        leg.closeout = 0;
        leg.budget = 0;
    }
    account.phase = 0;
    account.until_turn = turn_ + 2 + draw(kRefresh, account.id).below(12);
    for (const std::uint16_t kind : {LPC_FACT_CLOSEOUT, LPC_FACT_BUDGET, LPC_FACT_GRANT})
        known_.forget_kind(account.id, kind);
    if (role_ == LPC_ROLE_RISK && !draw(kRefresh, account.id).permille(300)) return;
    detach_account(account.id, why);
}

void World::detach_account(std::uint64_t id, std::uint8_t why) {
    WorldAccount* account = find(id);
    if (account == nullptr || !account->attached) return;
    account->attached = false;
    account->orders.clear();
    for (WorldLeg& leg : account->legs) leg.lot.open = false;
    for (const std::uint16_t kind :
         {LPC_FACT_ORDER, LPC_FACT_LOT, LPC_FACT_LOT_TERMS, LPC_FACT_BID})
        known_.forget_kind(id, kind);
    std::erase_if(timers_, [id](const Timer& timer) { return std::get<1>(timer) == id; });
    lpc_fact told = detach(id, why);
    told.seq = ++last_seq_;
    out_.push_back(told);
}

void World::attach_account(std::uint64_t id) {
    WorldAccount* account = find(id);
    if (account == nullptr || account->attached) return;
    account->attached = true;
    for (const lpc_fact& f : known_.of_account(id)) out_.push_back(f);
}

void World::close_everything() {
    for (WorldAccount& account : accounts_) {
        for (WorldLeg& leg : account.legs) {
            if (leg.closeout == LPC_CLOSEOUT_ACCEPTED)
                say_closeout(account, leg, LPC_CLOSEOUT_RUNNING);
            if (leg.closeout != LPC_CLOSEOUT_RUNNING || leg.lots == 0) continue;
            move_position(account, leg, -leg.lots, instrument(leg.instrument).mark);
            say_position(account, leg);
        }
        if (account.phase != 0) say_balance(account);
    }
}

}  // namespace lpc::judge
