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
    return *legs.insert(it, Leg{instrument});
}

Case* Cases::find(std::uint64_t account) {
    const auto it = by_account_.find(account);
    return it == by_account_.end() ? nullptr : &cases_.at(it->second);
}

const Case* Cases::find(std::uint64_t account) const {
    const auto it = by_account_.find(account);
    return it == by_account_.end() ? nullptr : &cases_.at(it->second);
}

Case* Cases::numbered(std::uint64_t number) {
    const auto it = cases_.find(number);
    return it == cases_.end() ? nullptr : &it->second;
}

Case& Cases::open(std::uint64_t account) {
    if (Case* known = find(account)) return *known;
    by_account_[account] = next_;
    Case& opened = cases_[next_];
    opened.account = account;
    opened.number = next_++;
    wake(opened);
    return opened;
}

void Cases::reserve_grant(Leg& leg, std::int64_t amount) {
    reserved_grants_ += Int128{amount} - leg.reserved_grant;
    leg.reserved_grant = amount;
}

void Cases::close(std::uint64_t account) {
    const auto it = by_account_.find(account);
    if (it == by_account_.end()) return;
    if (!cases_.at(it->second).recount) recounts_.push_back(account);
    for (const Leg& leg : cases_.at(it->second).legs) reserved_grants_ -= leg.reserved_grant;
    cases_.erase(it->second);
    by_account_.erase(it);
}

void Cases::wake(Case& changed) {
    if (!std::exchange(changed.awake, true)) awake_.push_back(changed.number);
    if (!std::exchange(changed.recount, true)) recounts_.push_back(changed.account);
}

void Cases::wake_all() {
    for (auto& entry : cases_) wake(entry.second);
}

std::vector<std::uint64_t> Cases::take_awake(std::int64_t now_ns) {
    while (!clock_.empty() && clock_.begin()->first <= now_ns) {
        if (Case* due = numbered(clock_.begin()->second)) wake(*due);
        clock_.erase(clock_.begin());
    }
    std::vector<std::uint64_t> numbers = std::exchange(awake_, {});
    for (const std::uint64_t number : numbers) {
        if (Case* sleeps = numbered(number)) sleeps->awake = false;
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

std::vector<std::uint64_t> Cases::take_recounts() {
    for (const std::uint64_t account : recounts_) {
        if (Case* counted = find(account)) counted->recount = false;
    }
    std::sort(recounts_.begin(), recounts_.end());
    recounts_.erase(std::unique(recounts_.begin(), recounts_.end()), recounts_.end());
    return std::exchange(recounts_, {});
}

std::vector<std::uint64_t> Cases::accounts() const {
    std::vector<std::uint64_t> accounts;
    accounts.reserve(cases_.size());
    for (const auto& entry : cases_) accounts.push_back(entry.second.account);
    return accounts;
}

const Case* Cases::next(std::uint64_t& after) const {
    const auto it = cases_.upper_bound(after);
    if (it == cases_.end()) return nullptr;
    after = it->first;
    return &it->second;
}

}  // namespace lpc::runtime
