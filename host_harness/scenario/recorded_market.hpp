// A recorded book as a run's market: it is played into the reference exchange step by step by one
// agent (venue/depth_player.hpp), so that what the runtime's orders take is missing in it for a
// while. Recorded trades are volume only: what they took is in the record's changes already. The
// record's prices do not know of our orders, so there is no lasting impact. Engine thread only;
// deterministic; borrows the record and, for a call, the exchange's matching.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <vector>

#include <market_data/book_record.hpp>
#include <venue/depth_player.hpp>
#include <venue/mean_move.hpp>

namespace lpc::scenario {

struct RecordedMarketRules {
    std::int64_t recovery_ns = 1;  // mean life of what is missing
    // What is told of the depth: the best price, then so many bands of so much of the price.
    std::int64_t bands_count = 20;
    std::int64_t band_ppm = 50;
};

class RecordedMarket {
  public:
    RecordedMarket(const market_data::BookRecord& record, const RecordedMarketRules& rules,
                   std::uint64_t account, std::uint32_t instrument);

    // All that the record says until now.
    void step(const market_data::PriceStep& now, venue::Matching& matching,
              std::vector<venue::Event>& events);

    // Mean of |move| of a second. [ppb]
    [[nodiscard]] std::int64_t volatility_ppb() const { return moves_.ppb(); }
    [[nodiscard]] std::int64_t traded_lots() const { return traded_lots_; }  // in the record
    // Appends BOOK facts of what is to be seen: level 1 is the best; level 1 + k all other lots
    // less than k bands behind it and not in level k, at the worst price that has any.
    void tell_bands(const venue::OrderBook& book, std::vector<lpc_fact>& facts);
    [[nodiscard]] const venue::DepthPlayer& player() const { return player_; }

  private:
    struct Band {
        std::int64_t price = 0, lots = 0;
    };
    void gather(const venue::OrderBook& book, venue::Side side, std::vector<Band>& bands);

    const market_data::BookRecord& record_;
    RecordedMarketRules rules_;
    std::uint32_t instrument_;
    venue::DepthPlayer player_;
    venue::MeanMove moves_;
    std::size_t next_update_ = 0, next_trade_ = 0;
    std::int64_t traded_lots_ = 0;
    std::int64_t looked_ns_ = -1;  // at the price, for the volatility
    std::vector<venue::DepthLevel> depth_;
    std::vector<Band> bids_, asks_;
};

}  // namespace lpc::scenario
