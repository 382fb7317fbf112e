// An instance that takes over from another one, as a swap does it: facts told anew, private state
// saved and loaded, orders of the predecessor told with tag 0 from then on. Single-threaded.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>

#include "instance.hpp"
#include "known.hpp"

namespace lpc::judge {

// Where the plugin's own format stands among those that it loads; nothing if it does not.
[[nodiscard]] std::optional<std::uint32_t> own_format(const lpc_plugin& table);

class Heir {
  public:
    explicit Heir(const lpc_plugin& table) : instance_(table) {}

    // Account 0: the market-wide facts and private state. Breach if its honest state is refused.
    void take(std::uint64_t account, const Known& known, Instance& from);
    // Orders of a predecessor lose their tags.
    void tell(std::span<const lpc_fact> facts);
    // The order was made by another instance.
    void disown(std::uint64_t order) { foreign_.insert(order); }

    [[nodiscard]] Instance& instance() { return instance_; }

  private:
    [[nodiscard]] lpc_fact as_heard(lpc_fact fact) const;

    Instance instance_;
    std::set<std::uint64_t> foreign_;
};

}  // namespace lpc::judge
