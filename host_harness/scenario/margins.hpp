// The margins of the reference exchange's accounts by the last mark: what the desk of the providers
// asks before it lets somebody bid. Engine thread only; deterministic.
#pragma once

#include <bidding/desk.hpp>
#include <cstdint>
#include <lpc/sdk/margin.hpp>
#include <map>
#include <vector>
#include <venue/accounts.hpp>

namespace lpc::scenario {

class Margins final : public bidding::Accounts {
  public:
    explicit Margins(const venue::Accounts& accounts) : accounts_(accounts) {}

    void define_instrument(std::uint32_t instrument, std::vector<TierRow> tiers) {
        terms_[instrument].tiers = std::move(tiers);
    }
    void set_mark(std::uint32_t instrument, std::int64_t mark) { terms_.at(instrument).mark = mark; }

    std::int64_t free_margin(std::uint64_t account) const override;
    std::int64_t initial_requirement(std::uint32_t instrument, std::int64_t lots,
                                     std::int64_t price) const override;
    std::int64_t notional(std::uint32_t instrument, std::int64_t lots,
                          std::int64_t price) const override;
    std::uint64_t group(std::uint64_t) const override { return 0; }

  private:
    struct Terms {
        std::vector<TierRow> tiers;
        std::int64_t mark = 0;
    };
    const venue::Accounts& accounts_;
    std::map<std::uint32_t, Terms> terms_;
};

}  // namespace lpc::scenario
