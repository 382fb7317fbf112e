#include "grants.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "keyed_hash.hpp"
#include "offbook/tranches.hpp"
#include "participation.hpp"

namespace lpc::runtime {

GrantOffer grant_offer(const State& state, const lpc_command& wanted) {
    const lpc_fact* terms = state.market.find(LPC_FACT_INSTRUMENT, wanted.instrument);
    const std::int64_t position = state.position_lots(wanted.account, wanted.instrument);
    if (terms == nullptr || position == 0) return {};
    const Leg* leg = state.cases.find(wanted.account)->leg(wanted.instrument);
    // What is reserved for this leg may be granted anew.
    const std::int64_t free =
        free_in_fund(state, wanted.account, wanted.instrument, leg->reserved_grant);
    const std::int64_t most =
        std::min(published(state.config.rulebook.grant_per_account_max), free) - leg->spent_grant;
    const std::int64_t amount = std::min(wanted.u.grant.amount, most);
    if (amount <= 0) return {};
    const Int128 a_tick =
        Int128{position < 0 ? -position : position} * terms->u.instrument.multiplier;
    // Rounded down: the fund never pays more than the amount, even if all of it fills at the bound.
    const Int128 room = div_floor(amount, a_tick);
    const std::int64_t bankruptcy =
        state.closeout(wanted.account, wanted.instrument)->u.closeout.bankruptcy_price;
    return {amount,
            clamp_to(position > 0 ? bankruptcy - room : bankruptcy + room, 1, LPC_PRICE_MAX)};
}

bool competes(std::uint16_t kind) {
    return kind == LPC_CMD_GRANT || kind == LPC_CMD_TAKEOVER || kind == LPC_CMD_DELEVERAGE;
}

void sort_worst_first(const State& state, std::vector<FundRequest>& requests) {
    // (ratio, hash, account, place)
    using Key = std::tuple<std::int64_t, std::uint64_t, std::uint64_t, std::size_t>;
    std::vector<Key> keys;
    keys.reserve(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const std::uint64_t account = requests[i].command.account;
        const AccountFacts* facts = state.accounts.find(account);
        keys.emplace_back(facts == nullptr ? INT64_MAX : margin_ratio_ppb(*facts),
                          keyed_hash(state.config.rulebook.tie_key, account), account, i);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<FundRequest> sorted;
    sorted.reserve(requests.size());
    for (const Key& key : keys) sorted.push_back(requests[std::get<3>(key)]);
    requests = std::move(sorted);
}

namespace {

// A take-over or a deleveraging is at the bankruptcy price.
bool spends_grant(const WorkingOrder& order) {
    return order.against == Against::book || order.against == Against::bidder;
}

}  // namespace

void spend_grant(State& state, const WorkingOrder& order, const lpc_fact_fill& fill) {
    const lpc_fact* grant =
        state.accounts.find(order.account)->find(LPC_FACT_GRANT, order.instrument);
    const lpc_fact* closeout = state.closeout(order.account, order.instrument);
    Case* held = state.cases.find(order.account);
    if (grant == nullptr || closeout == nullptr || held == nullptr || !spends_grant(order)) return;
    const Int128 beyond = Int128{fill.price} - closeout->u.closeout.bankruptcy_price;
    const Int128 multiplier =
        state.market.find(LPC_FACT_INSTRUMENT, order.instrument)->u.instrument.multiplier;
    const std::int64_t spent = clamp_to(beyond * fill.lots * multiplier, 0, grant->u.grant.amount);
    if (spent == 0) return;
    held->leg(order.instrument)->spent_grant += spent;
    lpc_fact left = *grant;
    // Why the price stays: at this bound, all of the position costs no more than all of the grant.
    left.u.grant.amount -= spent;
    state.tell_own(left);
}

}  // namespace lpc::runtime
