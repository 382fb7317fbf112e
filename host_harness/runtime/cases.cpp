#include "cases.hpp"

#include <algorithm>
#include <utility>

namespace lpc::runtime {

const Leg* Case::leg(std::uint32_t instrument) const {
    const auto it = std::find_if(legs.begin(), legs.end(), [instrument](const Leg& leg) {
        return leg.instrument == instrument;
    });
    return it == legs.end() ? nullptr : &*it;
}

Leg* Case::leg(std::uint32_t instrument) {
    return const_cast<Leg*>(std::as_const(*this).leg(instrument));
}

Leg& Case::open_leg(std::uint32_t instrument) {
    if (Leg* known = leg(instrument)) return *known;
    const auto it = std::find_if(legs.begin(), legs.end(), [instrument](const Leg& leg) {
        return leg.instrument > instrument;
    });
    return *legs.insert(it, Leg{instrument, 0, 0, 0});
}

Case* Cases::find(std::uint64_t account) {
    const auto it = by_account_.find(account);
    return it == by_account_.end() ? nullptr : &cases_.at(it->second);
}

const Case* Cases::find(std::uint64_t account) const {
    const auto it = by_account_.find(account);
    return it == by_account_.end() ? nullptr : &cases_.at(it->second);
}

Case& Cases::open(std::uint64_t account) {
    if (Case* known = find(account)) return *known;
    by_account_[account] = next_;
    Case& opened = cases_[next_++];
    opened.account = account;
    return opened;
}

void Cases::close(std::uint64_t account) {
    const auto it = by_account_.find(account);
    if (it == by_account_.end()) return;
    cases_.erase(it->second);
    by_account_.erase(it);
}

std::vector<std::uint64_t> Cases::accounts() const {
    std::vector<std::uint64_t> accounts;
    accounts.reserve(cases_.size());
    for (const auto& entry : cases_) accounts.push_back(entry.second.account);
    return accounts;
}

Case* Cases::next(std::uint64_t& after) {
    const auto it = cases_.upper_bound(after);
    if (it == cases_.end()) return nullptr;
    after = it->first;
    return &it->second;
}

}  // namespace lpc::runtime
