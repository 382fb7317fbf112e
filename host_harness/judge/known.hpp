// What is, at one moment: the newest fact of each key, as a host keeps it to tell it again. Orders
// that are over, bids of a lot that is over and what happens once are not in it. Pure bookkeeping,
// any thread, deterministic.
#pragma once

#include <lpc/sdk/fact.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace lpc::judge {

[[nodiscard]] constexpr bool works(std::uint8_t order_state) {
    return order_state >= LPC_ORDER_PENDING && order_state <= LPC_ORDER_UNKNOWN;
}

class Known {
  public:
    using Key = std::tuple<std::uint64_t, std::uint16_t, std::uint32_t, std::uint64_t>;
    [[nodiscard]] static Key key_of(const lpc_fact& fact);

    // DETACH and the beginning of a RESYNC empty the account.
    void tell(const lpc_fact& fact);
    void forget(std::uint64_t account);
    void forget_kind(std::uint64_t account, std::uint16_t kind);

    // In the order of seq.
    [[nodiscard]] std::vector<lpc_fact> of_account(std::uint64_t account) const;
    [[nodiscard]] std::vector<lpc_fact> all() const;
    // Not 0.
    [[nodiscard]] std::set<std::uint64_t> accounts() const;
    [[nodiscard]] const lpc_fact* find(std::uint16_t kind, std::uint64_t account,
                                       std::uint32_t instrument, std::uint64_t which = 0) const;
    // Is this the newest fact of its key, just as it is?
    [[nodiscard]] bool holds(const lpc_fact& fact) const;

  private:
    std::map<Key, lpc_fact> facts_;
};

}  // namespace lpc::judge
