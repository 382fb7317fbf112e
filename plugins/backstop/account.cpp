#include "account.hpp"

#include <lpc/closeout.h>

#include <algorithm>

namespace lpc::backstop {

bool Leg::runs() const {
    return facts.closeout.code == LPC_CLOSEOUT_RUNNING && facts.position_lots != 0;
}

Leg& Account::leg(std::uint32_t instrument) {
    const auto it = std::lower_bound(
        legs.begin(), legs.end(), instrument,
        [](const Leg& leg, std::uint32_t wanted) { return leg.instrument < wanted; });
    if (it != legs.end() && it->instrument == instrument) return *it;
    Leg added;
    added.instrument = instrument;
    return *legs.insert(it, added);
}

std::int64_t Account::room(std::uint64_t tranche, std::int64_t grantable) const {
    const auto it = rooms.find(tranche);
    return it == rooms.end() ? grantable : std::min(grantable, it->second);
}

bool Account::anything_works() const {
    return std::any_of(legs.begin(), legs.end(),
                       [](const Leg& leg) { return !leg.facts.working.empty(); });
}

bool Account::leaves() const {
    return std::any_of(legs.begin(), legs.end(),
                       [](const Leg& leg) { return leg.runs() && leg.decisions.leave; });
}

}  // namespace lpc::backstop
