// The loss waterfall: who pays for what a liquidation cost, in the published order. pour() is a
// pure function of the ask and of what there is; pay() books its answer. Nobody pays while somebody
// before them can; what nobody can pay is told, for deleveraging and socialised loss. One thread.
// Deterministic; integers only [smallest units of the asset].
#pragma once

#include <array>
#include <cstdint>
#include <foundation/status.hpp>
#include <map>
#include <settlement/ledger.hpp>
#include <settlement/tranche.hpp>
#include <utility>
#include <vector>

namespace lpc::settlement {

// In the order in which they pay; from backstop on a tranche does.
enum class Layer : std::uint8_t {
    equity,      // of the account
    fees,        // that this liquidation has brought the house
    discount,    // promised to whoever took the position, and not paid yet
    backstop,    // of the provider who took it: within a hard limit
    instrument,  // the insurance fund's tranche for the instrument
    global,      // the insurance fund's tranche for all
    operator_,   // the operator's own capital
};
inline constexpr std::size_t kLayers = 7;
[[nodiscard]] const char* name_of(Layer layer);
[[nodiscard]] Layer layer_of(std::uint8_t kind);  // LPC_FUND_*

// What one liquidation has lost and nobody has paid yet. Equity and discount lie in the account's
// own cash.
struct Ask {
    // A number of its own: caps count for all its asks together. 0: what a tranche itself has lost,
    // to which no cap on one liquidation applies.
    std::uint64_t liquidation = 0;
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint32_t asset = 0;
    std::uint64_t backstop = 0;  // the tranche of the provider who took the position; 0: nobody did
    std::int64_t loss = 0;
    std::int64_t equity = 0;
    std::int64_t fees = 0;
    std::int64_t discount = 0;
    std::int64_t maintenance = 0;  // the account's requirement when the liquidation was opened
};

struct Poured {
    // One of the layers of tranches, which of them, how much.
    struct Draw {
        Layer layer = Layer::backstop;
        std::uint64_t tranche = 0;
        std::uint64_t account = 0;
        std::int64_t amount = 0;
    };
    std::array<std::int64_t, kLayers> paid{};  // by layer; with uncovered: the loss, exactly
    std::vector<Draw> draws;                   // what of it came from which tranche
    std::int64_t uncovered = 0;

    [[nodiscard]] std::int64_t of(Layer layer) const {
        return paid[static_cast<std::size_t>(layer)];
    }
    // What moves in the ledger; sums to zero. What the account pays itself does not move.
    [[nodiscard]] std::vector<Leg> legs(const Ask& ask) const;
};

// All tranches, and what each liquidation has drawn of them.
class Waterfall {
  public:
    // Refused: an id twice, a kind that is none, caps that are no shares, a balance below zero.
    [[nodiscard]] Status open(const TrancheTerms& terms, std::int64_t balance, std::int64_t now_ns);

    // In the order in which they pay: by kind, then id.
    [[nodiscard]] const std::vector<Tranche>& tranches() const { return tranches_; }
    // nullptr: no such tranche.
    [[nodiscard]] Tranche* find(std::uint64_t tranche);
    [[nodiscard]] std::int64_t drawn(std::uint64_t liquidation, std::uint64_t tranche) const;

    // Changes nothing. Refused: an amount below zero.
    [[nodiscard]] Result<Poured> pour(const Ask& ask, std::int64_t now_ns) const;
    // What pour() answered at this time, with nothing paid in between.
    void pay(const Ask& ask, const Poured& poured, std::int64_t now_ns);
    // A tranche took a position of this liquidation, at so much worse than the mark: it counts for
    // its caps on one liquidation. What the position loses in the end is the tranche's own affair.
    void take(std::uint64_t liquidation, std::uint64_t tranche, std::int64_t cost);
    // The liquidation is over; its number may come again.
    void forget(std::uint64_t liquidation);

  private:
    std::vector<Tranche> tranches_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::int64_t> drawn_;
};

}  // namespace lpc::settlement
