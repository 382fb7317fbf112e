#include "job.hpp"

#include <algorithm>

namespace lpc::twap {

std::int64_t Job::progress() const {
    const std::int64_t moved = facts.position_lots - decisions.base_lots;
    return decisions.end_lots >= decisions.base_lots ? moved : -moved;
}

std::int64_t Job::done() const {
    return std::max(progress(), decisions.filled);
}

std::int64_t Job::end_lots() const {
    const std::int64_t position = facts.position_lots;
    return std::clamp(facts.closeout.end_lots, std::min<std::int64_t>(position, 0),
                      std::max<std::int64_t>(position, 0));
}

std::int64_t Job::unseen_lots() const {
    return std::max<std::int64_t>(0, decisions.filled - progress());
}

std::int64_t Job::open_lots() const {
    const std::int64_t open = end_lots() - facts.position_lots;
    return open < 0 ? -open : open;
}

Job& Account::job(std::uint32_t instrument) {
    const auto it =
        std::lower_bound(jobs.begin(), jobs.end(), instrument,
                         [](const Job& job, std::uint32_t x) { return job.instrument < x; });
    if (it != jobs.end() && it->instrument == instrument) return *it;
    Job added;
    added.instrument = instrument;
    return *jobs.insert(it, added);
}

bool Account::anything_works() const {
    return std::any_of(jobs.begin(), jobs.end(),
                       [](const Job& job) { return !job.facts.orders.empty(); });
}

}  // namespace lpc::twap
