// The margins of the reference exchange's accounts by the last mark: what the desk of the providers
// asks before it lets somebody bid, and deleveraging before somebody must give. Engine thread only;
// deterministic.
#pragma once

#include <bidding/desk.hpp>
#include <cstdint>
#include <lpc/sdk/margin.hpp>
#include <map>
#include <settlement/deleveraging.hpp>
#include <settlement/socialised_loss.hpp>
#include <utility>
#include <vector>
#include <venue/accounts.hpp>

namespace lpc::scenario {

class Margins final : public bidding::Accounts {
  public:
    explicit Margins(const venue::Accounts& accounts) : accounts_(accounts) {}

    void define_instrument(std::uint32_t instrument, std::vector<TierRow> tiers) {
        terms_[instrument].tiers = std::move(tiers);
    }
    void set_mark(std::uint32_t instrument, std::int64_t mark) {
        terms_.at(instrument).mark = mark;
    }

    std::int64_t mark(std::uint32_t instrument) const { return terms_.at(instrument).mark; }
    // What parting with a lot at this price costs whoever is on the other side of an order of
    // `lots`, against the mark; at least 0.
    std::int64_t cost_of_a_lot(std::uint32_t instrument, std::int64_t lots,
                               std::int64_t price) const;
    Int128 unrealised(std::uint64_t account) const;
    settlement::Standing standing(std::uint64_t account) const;
    settlement::Candidate candidate(std::uint64_t account, std::uint32_t instrument) const;

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
