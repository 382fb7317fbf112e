#include "accounts.hpp"

#include <lpc/account.h>
#include <lpc/closeout.h>

#include <algorithm>
#include <cstring>

namespace lpc::margin {
namespace {

// The entry with this key in a vector that is kept in rising order of it; added if it is not there.
template <class T>
T& entry(std::vector<T>& rising, std::uint32_t T::*key, std::uint32_t wanted) {
    const auto it = std::lower_bound(rising.begin(), rising.end(), wanted,
                                     [key](const T& a, std::uint32_t b) { return a.*key < b; });
    if (it != rising.end() && (*it).*key == wanted) return *it;
    T added{};
    added.*key = wanted;
    return *rising.insert(it, added);
}

template <class T>
bool assign(T& known, const T& told) {
    if (std::memcmp(&known, &told, sizeof told) == 0) return false;
    known = told;
    return true;
}

}  // namespace

bool Closeout::open() const {
    return code == LPC_CLOSEOUT_ACCEPTED || code == LPC_CLOSEOUT_RUNNING;
}

bool Account::closing_out() const {
    return std::any_of(closeouts.begin(), closeouts.end(),
                       [](const Closeout& c) { return c.open(); });
}

void Account::heard(const lpc_fact& fact) {
    fact_seq = std::max(fact_seq, fact.seq);
}

const Closeout* Account::closeout(std::uint32_t instrument_id) const {
    for (const Closeout& c : closeouts) {
        if (c.instrument_id == instrument_id) return &c;
    }
    return nullptr;
}

std::uint32_t Accounts::index_of(std::uint64_t id) {
    const auto known = index_.find(id);
    if (known != index_.end()) return known->second;
    auto index = static_cast<std::uint32_t>(accounts_.size());
    if (free_.empty()) {
        accounts_.emplace_back();
        hot_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    accounts_[index].id = id;
    index_[id] = index;
    return index;
}

void Accounts::mark_stale(std::uint32_t index) {
    if (hot_[index].stale) return;
    hot_[index].stale = true;
    stale_.push_back(index);
}

void Accounts::enqueue(std::uint32_t index) {
    if (hot_[index].queued) return;
    hot_[index].queued = true;
    queue_.push_back(index);
}

void Accounts::refresh_attention(std::uint32_t index) {
    const Account& account = accounts_[index];
    Hot& hot = hot_[index];
    hot.state = account.margin_code == 0 ? std::uint8_t{LPC_MARGIN_HEALTHY} : account.margin_code;
    hot.attention = is_sick(hot.state) || account.closing_out();
    enqueue(index);
}

void Accounts::tell_account(const lpc_fact& fact) {
    const std::uint32_t index = index_of(fact.account);
    Account& account = accounts_[index];
    account.heard(fact);
    const lpc_fact_account& told = fact.u.account;
    if (account.mode == told.mode && account.tier_set == told.tier_set &&
        account.holds == told.holds)
        return;
    account.mode = told.mode;
    account.tier_set = told.tier_set;
    account.holds = told.holds;
    mark_stale(index);
}

void Accounts::tell_balance(const lpc_fact& fact) {
    const std::uint32_t index = index_of(fact.account);
    Account& account = accounts_[index];
    account.heard(fact);
    Balance& balance = entry(account.balances, &Balance::asset, fact.instrument);
    if (!assign(balance.amount, fact.u.balance.amount)) return;
    mark_stale(index);
}

void Accounts::tell_position(const lpc_fact& fact) {
    const std::uint32_t index = index_of(fact.account);
    Account& account = accounts_[index];
    account.heard(fact);
    const lpc_fact_position& told = fact.u.position;
    auto& holdings = account.holdings;
    const auto it = std::find_if(holdings.begin(), holdings.end(), [&](const Holding& h) {
        return h.instrument_id == fact.instrument;
    });
    const bool known = it != holdings.end();
    if (known ? it->lots == told.lots && it->cost == told.cost : told.lots == 0) return;
    mark_stale(index);
    if (told.lots == 0) {
        remove_holder(*it);
        holdings.erase(it);
        return;
    }
    Holding& holding = entry(holdings, &Holding::instrument_id, fact.instrument);
    holding.lots = told.lots;
    holding.cost = told.cost;
    if (known) return;
    holding.instrument = market_.instrument(fact.instrument);
    Holders& holders = market_.at(holding.instrument).holders;
    holding.slot = static_cast<std::uint32_t>(holders.account.size());
    holders.account.push_back(index);
    holders.tiers.push_back(0);
    holders.row.push_back(0);
    holders.weight.push_back(0);
    holders.requirement.push_back(0);
}

// The last holder takes the place of the one that goes.
void Accounts::remove_holder(const Holding& holding) {
    Holders& holders = market_.at(holding.instrument).holders;
    const std::uint32_t moved = holders.account.back();
    for (Holding& h : accounts_[moved].holdings) {
        if (h.instrument == holding.instrument) h.slot = holding.slot;
    }
    const auto take_last = [slot = holding.slot](auto& column) {
        column[slot] = column.back();
        column.pop_back();
    };
    take_last(holders.account);
    take_last(holders.tiers);
    take_last(holders.row);
    take_last(holders.weight);
    take_last(holders.requirement);
}

void Accounts::tell_margin(const lpc_fact& fact) {
    const std::uint32_t index = index_of(fact.account);
    Account& account = accounts_[index];
    if (account.margin_code == fact.code && !assign(account.margin, fact.u.margin)) return;
    account.margin = fact.u.margin;
    account.margin_code = fact.code;
    refresh_attention(index);
}

void Accounts::tell_levels(const lpc_fact& fact) {
    const std::uint32_t index = index_of(fact.account);
    (void)assign(entry(accounts_[index].levels, &Levels::instrument_id, fact.instrument).prices,
                 fact.u.levels);
}

void Accounts::tell_closeout(const lpc_fact& fact) {
    const std::uint32_t index = index_of(fact.account);
    Closeout& known = entry(accounts_[index].closeouts, &Closeout::instrument_id, fact.instrument);
    const bool moved = assign(known.terms, fact.u.closeout);
    if (known.code == fact.code && !moved) return;
    known.code = fact.code;
    refresh_attention(index);
}

void Accounts::forget(std::uint64_t id) {
    const auto it = index_.find(id);
    if (it == index_.end()) return;
    const std::uint32_t index = it->second;
    for (const Holding& holding : accounts_[index].holdings) remove_holder(holding);
    accounts_[index] = Account{};
    const Hot waits = hot_[index];  // its index waits in these lists
    hot_[index] = Hot{};
    hot_[index].stale = waits.stale;
    hot_[index].queued = waits.queued;
    hot_[index].put_off = waits.put_off;
    index_.erase(it);
    free_.push_back(index);
}

void Accounts::look_again(std::uint64_t id) {
    const auto it = index_.find(id);
    if (it != index_.end()) enqueue(it->second);
}

void Accounts::put_off(std::uint64_t id) {
    const auto it = index_.find(id);
    if (it == index_.end() || hot_[it->second].put_off) return;
    hot_[it->second].put_off = true;
    put_off_.push_back(it->second);
}

void Accounts::look_at_put_off() {
    for (const std::uint32_t index : put_off_) {
        hot_[index].put_off = false;
        enqueue(index);
    }
    put_off_.clear();
}

void Accounts::clear_queue() {
    for (const std::uint32_t index : queue_) hot_[index].queued = false;
    queue_.clear();
}

}  // namespace lpc::margin
