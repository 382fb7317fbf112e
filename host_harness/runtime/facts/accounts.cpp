#include "accounts.hpp"

#include <algorithm>
#include <tuple>

#include <lpc/sdk/fact.hpp>

#include "market.hpp"

namespace lpc::runtime {
namespace {

using Key = std::tuple<std::uint16_t, std::uint32_t, std::uint64_t>;
Key key_of(const lpc_fact& fact) {
    return {fact.kind, fact.instrument, part_of(fact)};
}
bool before(const lpc_fact& fact, const Key& key) {
    return key_of(fact) < key;
}

}  // namespace

bool AccountFacts::tell(const lpc_fact& fact) {
    const Key key = key_of(fact);
    const auto it = std::lower_bound(facts_.begin(), facts_.end(), key, before);
    if (it == facts_.end() || key_of(*it) != key) {
        facts_.insert(it, fact);
        return true;
    }
    if (same_content(*it, fact)) return false;
    *it = fact;
    return true;
}

const lpc_fact* AccountFacts::find(std::uint16_t kind, std::uint32_t instrument,
                                   std::uint64_t part) const {
    const Key key{kind, instrument, part};
    const auto it = std::lower_bound(facts_.begin(), facts_.end(), key, before);
    return it == facts_.end() || key_of(*it) != key ? nullptr : &*it;
}

std::span<const lpc_fact> AccountFacts::of_kind(std::uint16_t kind) const {
    const auto first = std::lower_bound(facts_.begin(), facts_.end(), Key{kind, 0, 0}, before);
    const auto last = std::find_if(first, facts_.end(),
                                   [kind](const lpc_fact& fact) { return fact.kind != kind; });
    return {first, last};
}

void AccountFacts::forget(std::uint16_t kind, std::uint32_t instrument) {
    std::erase_if(facts_, [&](const lpc_fact& fact) {
        return fact.kind == kind && fact.instrument == instrument;
    });
}

void AccountFacts::forget_kind(std::uint16_t kind) {
    std::erase_if(facts_, [kind](const lpc_fact& fact) { return fact.kind == kind; });
}

AccountFacts& Accounts::open(std::uint64_t id) {
    const auto [it, added] = index_.try_emplace(id, accounts_.size());
    if (added) accounts_.emplace_back(id);
    return accounts_[it->second];
}

AccountFacts* Accounts::find(std::uint64_t id) {
    const auto it = index_.find(id);
    return it == index_.end() ? nullptr : &accounts_[it->second];
}

const AccountFacts* Accounts::find(std::uint64_t id) const {
    const auto it = index_.find(id);
    return it == index_.end() ? nullptr : &accounts_[it->second];
}

}  // namespace lpc::runtime
