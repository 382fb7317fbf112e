#include "policy.hpp"

#include <lpc/account.h>
#include <lpc/closeout.h>
#include <lpc/reason.h>

#include <algorithm>

namespace lpc::margin {
namespace {

// A bijection (Stafford's mix 13), so two accounts never tie. Without the key the order cannot be
// foretold.
std::uint64_t keyed_hash(std::uint64_t key, std::uint64_t account) {
    std::uint64_t z = account ^ key;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31) ^ key;
}

}  // namespace

void Policy::tell(const lpc_fact& fact) {
    switch (fact.kind) {
        case LPC_FACT_PARAM:
            if (parameters_.set(fact.u.param.id, fact.u.param.value)) accounts_.look_at_all();
            return;
        case LPC_FACT_ASSET:
            if (market_.tell_asset(fact)) accounts_.rebuild_all();
            return;
        case LPC_FACT_INSTRUMENT:
            if (market_.tell_instrument(fact)) accounts_.rebuild_all();
            return;
        case LPC_FACT_TIER:
            if (market_.tell_tier(fact)) accounts_.rebuild_all();
            return;
        case LPC_FACT_PRICE:
            return market_.tell_price(fact);
        case LPC_FACT_ACCOUNT:
            return accounts_.tell_account(fact);
        case LPC_FACT_BALANCE:
            return accounts_.tell_balance(fact);
        case LPC_FACT_POSITION:
            return accounts_.tell_position(fact);
        case LPC_FACT_MARGIN:
            return accounts_.tell_margin(fact);
        case LPC_FACT_LEVELS:
            return accounts_.tell_levels(fact);
        case LPC_FACT_CLOSEOUT:
            return accounts_.tell_closeout(fact);
        case LPC_FACT_REFUSED:
            // Why only these: every other reason holds until some fact of the account or its marks
            // changes.
            if (fact.reason == LPC_REASON_RATE) accounts_.look_again(fact.account);
            if (fact.reason == LPC_REASON_FOLLOWING) accounts_.put_off(fact.account);
            return;
        case LPC_FACT_DETACH:
            return accounts_.forget(fact.account);
        case LPC_FACT_RESYNC:
            return resync(fact);
        default:
            return;
    }
}

void Policy::resync(const lpc_fact& fact) {
    if (fact.code != LPC_RESYNC_BEGIN) return;
    if (fact.account != 0) return accounts_.forget(fact.account);
    parameters_ = {};
    market_.forget_facts();
    accounts_.rebuild_all();
}

bool Policy::worse(const Place& a, const Place& b) {
    // equity / maintenance by cross multiplication; an account without positions counts as
    // maintenance 1.
    const Int128 left = Int128{a.equity} * b.maintenance;
    const Int128 right = Int128{b.equity} * a.maintenance;
    return left != right ? left < right : a.tie < b.tie;
}

void Policy::turn(const lpc_turn& turn, CommandWriter& out) {
    // Where else its view differs from the facts it has said so already, or does now.
    if (turn.flags & LPC_TURN_ACTIVE) accounts_.look_at_put_off();
    accounts_.settle(state_rule());
    places_.clear();
    for (const std::uint32_t index : accounts_.queue()) {
        const Account& account = accounts_.at(index);
        if (account.id == 0) continue;
        accounts_.assess(index, assessed_);
        if (!assessed_.fit || !differs(account, state_of_assessed(account))) continue;
        const Health& health = assessed_.health;
        places_.push_back({published(health.equity),
                           std::max<std::int64_t>(1, published(health.maintenance)),
                           keyed_hash(parameters_.tie_key, account.id), index});
    }
    accounts_.clear_queue();
    std::sort(places_.begin(), places_.end(), worse);
    for (const Place& place : places_) {
        accounts_.assess(place.index, assessed_);
        speak_for(accounts_.at(place.index), turn, out);
    }
}

std::uint8_t Policy::state_of_assessed(const Account& account) const {
    const bool closing_out = is_sick(account.margin_code) && account.closing_out();
    return state_of(assessed_.health.equity, assessed_.health.maintenance, closing_out,
                    state_rule());
}

// May there be something to say? False for the many: healthy as published and in no close-out.
bool Policy::differs(const Account& account, std::uint8_t state) const {
    const std::uint8_t known =
        account.margin_code == 0 ? std::uint8_t{LPC_MARGIN_HEALTHY} : account.margin_code;
    return state != known || is_sick(state) || account.closing_out();
}

void Policy::speak_for(const Account& account, const lpc_turn& turn, CommandWriter& out) {
    const std::uint8_t state = state_of_assessed(account);
    publish(account, state, out);
    const Health& health = assessed_.health;
    const bool well = account.holdings.empty() ||
                      health.equity >= target_equity(health.maintenance, parameters_.close);
    if (well && account.closing_out()) {
        out.release({.account = account.id, .cause_seq = cause(account, nullptr)});
    } else if (!well && is_sick(state) && (account.holds & LPC_HOLD_CLOSEOUT) == 0) {
        close_out(account, state == LPC_MARGIN_BANKRUPT, turn.now_ns, out);
    }
}

void Policy::publish(const Account& account, std::uint8_t state, CommandWriter& out) const {
    const Health& health = assessed_.health;
    const std::uint8_t known =
        account.margin_code == 0 ? std::uint8_t{LPC_MARGIN_HEALTHY} : account.margin_code;
    const std::int64_t equity = published(health.equity);
    const std::int64_t maintenance = published(health.maintenance);
    const bool moved = equity != account.margin.equity || maintenance != account.margin.maintenance;
    if (state == known && !(is_sick(state) && moved)) return;
    out.margin({.account = account.id,
                .asset = assessed_.numeraire,
                .cause_seq = cause(account, nullptr),
                .state = state,
                .equity = equity,
                .maintenance = maintenance,
                .initial = published(health.initial),
                .target = published(target_equity(health.maintenance, parameters_.close))});
    if (state != known) publish_levels(account, state, out);
}

void Policy::publish_levels(const Account& account, std::uint8_t state, CommandWriter& out) const {
    for (std::size_t i = 0; i < account.holdings.size(); ++i) {
        const Exposure& e = assessed_.exposures[i];
        const Holding& holding = account.holdings[i];
        const lpc_fact_levels now{liquidation_price(e, assessed_.health).ticks,
                                  bankruptcy_price(e, assessed_.health).ticks,
                                  next_state_price(e, assessed_.health, state, state_rule()).ticks};
        const auto told =
            std::find_if(account.levels.begin(), account.levels.end(),
                         [&](const Levels& l) { return l.instrument_id == holding.instrument_id; });
        if (told != account.levels.end() &&
            told->prices.liquidation_price == now.liquidation_price &&
            told->prices.bankruptcy_price == now.bankruptcy_price &&
            told->prices.next_state_price == now.next_state_price)
            continue;
        out.levels({.account = account.id,
                    .instrument = holding.instrument_id,
                    .cause_seq = cause(account, &holding),
                    .liquidation_price = now.liquidation_price,
                    .bankruptcy_price = now.bankruptcy_price,
                    .next_state_price = now.next_state_price});
    }
}

void Policy::close_out(const Account& account, bool whole, std::int64_t now_ns,
                       CommandWriter& out) {
    const Health& health = assessed_.health;
    lots_to_close(lots_, assessed_.exposures, health, parameters_.close, whole);
    for (std::size_t i = 0; i < account.holdings.size(); ++i) {
        const Exposure& e = assessed_.exposures[i];
        const Holding& holding = account.holdings[i];
        const Closeout* told = account.closeout(holding.instrument_id);
        const bool open = told != nullptr && told->open();
        const bool ending = told != nullptr && told->code == LPC_CLOSEOUT_ENDING;
        if (ending || (!open && lots_[i].lots == 0)) continue;
        // Why not kept from the last time: closing stops at the target, so when the account
        // recovers less is closed.
        const std::int64_t end_lots = holding.lots - sign(e.position) * lots_[i].lots;
        const std::int64_t bankruptcy = bankruptcy_price(e, health).ticks;
        const std::int64_t permitted = permitted_price(e, health, parameters_.close).ticks;
        if (open && told->terms.end_lots == end_lots &&
            told->terms.bankruptcy_price == bankruptcy && told->terms.permitted_price == permitted)
            continue;
        const std::int64_t room_ns = LPC_TIME_MAX_NS - now_ns;
        out.closeout({.account = account.id,
                      .instrument = holding.instrument_id,
                      .cause_seq = cause(account, &holding),
                      .end_lots = end_lots,
                      .bankruptcy_price = bankruptcy,
                      .permitted_price = permitted,
                      .deadline_ns = open ? told->terms.deadline_ns
                                          : now_ns + std::min(room_ns, parameters_.deadline_ns)});
    }
}

// The fact behind a command: the account's own if it is the newest, else the instrument's last
// PRICE, and for what concerns the account as a whole the newest PRICE of its positions.
std::uint64_t Policy::cause(const Account& account, const Holding* holding) const {
    std::uint64_t price = 0;
    for (const Holding& h : account.holdings) {
        price = std::max(price, market_.at(h.instrument).price_seq);
    }
    if (account.fact_seq > price) return account.fact_seq;
    return holding == nullptr ? price : market_.at(holding->instrument).price_seq;
}

}  // namespace lpc::margin
