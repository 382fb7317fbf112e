// An agent that keeps the visible book equal to a recorded one less what was taken from it. One
// number a side is remembered, the lots that takers took and that have not come back: the book
// shown is the recorded one without its first so many lots, wherever its prices have moved
// meanwhile. What is missing comes back by the share dt / recovery of itself, so with a mean life
// of recovery_ns. (The resilient book of Obizhaeva and Wang with the recorded shape for its block.)
// Integers only; deterministic; not thread-safe; borrows Matching for the call.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "venue/matching.hpp"

namespace lpc::venue {

struct DepthPlayerConfig {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::int64_t recovery_ns = 0;  // at least 1; the mean life of what is missing
};

class DepthPlayer {
  public:
    explicit DepthPlayer(const DepthPlayerConfig& config) : config_(config) {}

    // The record says that a level has so many lots (0: none) from now on. Seen with the next show.
    void change(Side side, std::int64_t price, std::int64_t lots);

    // Looks what was taken since the last time, lets what is missing recover, and brings the book
    // to what is to be seen at this moment.
    void show(std::int64_t now_ns, Matching& matching, std::vector<Event>& events);

    // Lots of the recorded side that are not shown; what is less than a lot is no lot.
    [[nodiscard]] std::int64_t missing_lots(Side side) const;
    // visit(price, lots) for each recorded level, the best first, until it says false.
    template <class Visit>
    void each_recorded(Side side, Visit&& visit) const {
        for (const auto& [key, lots] : halves_[static_cast<std::size_t>(side)].recorded) {
            if (!visit(key < 0 ? -key : key, lots)) return;
        }
    }

  private:
    // Levels are known by price, a bid's negated: so the best comes first on both sides.
    using Levels = std::map<std::int64_t, std::int64_t>;
    struct Quote {
        OrderId order = 0;
        std::int64_t lots = 0;  // as they were left after the last show
    };
    struct Half {
        Levels recorded;
        std::map<std::int64_t, Quote> quotes;
        std::vector<std::int64_t> changed;  // levels whose quote may not be what it should
        std::vector<std::int64_t> hidden;   // levels that the last show hid, whole or in part
        std::int64_t missing = 0;           // in millionths of a lot
    };

    void note_taken(Half& half, const OrderBook& book) const;
    void recover(Half& half, std::int64_t passed_ns) const;
    [[nodiscard]] Levels wishes(Half& half) const;
    void take_down(Half& half, const Levels& wishes, Matching& matching,
                   std::vector<Event>& events) const;
    void put_up(Half& half, Side side, const Levels& wishes, Matching& matching,
                std::vector<Event>& events) const;

    DepthPlayerConfig config_;
    Half halves_[2];
    std::int64_t shown_ns_ = 0;
};

}  // namespace lpc::venue
