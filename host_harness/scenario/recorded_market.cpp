#include "recorded_market.hpp"

#include <algorithm>

namespace lpc::scenario {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int32_t kVolatilityShift = 4;  // over 16 seconds
constexpr std::int64_t kMillion = 1'000'000;

}  // namespace

RecordedMarket::RecordedMarket(const market_data::BookRecord& record,
                               const RecordedMarketRules& rules, std::uint64_t account,
                               std::uint32_t instrument)
    : record_(record),
      rules_(rules),
      instrument_(instrument),
      player_({account, instrument, rules.recovery_ns}),
      moves_(kVolatilityShift) {}

void RecordedMarket::step(const market_data::PriceStep& now, venue::Matching& matching,
                          std::vector<venue::Event>& events) {
    for (; next_update_ < record_.updates.size() &&
           record_.updates[next_update_].time_ns <= now.time_ns;
         ++next_update_) {
        const market_data::BookUpdate& update = record_.updates[next_update_];
        for (std::size_t i = update.first; i < update.first + update.count; ++i) {
            const market_data::LevelChange& change = record_.changes[i];
            player_.change(change.bid ? venue::Side::buy : venue::Side::sell, change.price_ticks,
                           change.lots);
        }
    }
    for (;
         next_trade_ < record_.trades.size() && record_.trades[next_trade_].time_ns <= now.time_ns;
         ++next_trade_)
        traded_lots_ += record_.trades[next_trade_].volume_lots;
    if (looked_ns_ < 0 || now.time_ns - looked_ns_ >= kSecondNs) {
        looked_ns_ = now.time_ns;
        moves_.observe(now.price_ticks);
    }
    player_.show(now.time_ns, matching, events);
}

void RecordedMarket::gather(const venue::OrderBook& book, venue::Side side,
                            std::vector<Band>& bands) {
    bands.assign(static_cast<std::size_t>(rules_.bands_count) + 1, {});
    const auto best = book.best(side);
    if (!best) return;
    bands[0] = {best->price, best->lots};
    const std::int64_t width = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(div_floor(Int128{best->price} * rules_.band_ppm, kMillion)));
    const std::int64_t reach = width * rules_.bands_count;
    depth_.resize(std::max<std::size_t>(depth_.size(), 256));
    std::size_t count = book.depth(side, depth_);
    const auto behind = [&](std::size_t at) {
        return side == venue::Side::buy ? best->price - depth_[at].price
                                        : depth_[at].price - best->price;
    };
    while (count == depth_.size() && behind(count - 1) < reach) {
        depth_.resize(2 * depth_.size());
        count = book.depth(side, depth_);
    }
    for (std::size_t at = 1; at < count && behind(at) < reach; ++at) {
        Band& band = bands[1 + static_cast<std::size_t>(div_floor(behind(at), width))];
        band = {depth_[at].price, band.lots + depth_[at].lots};
    }
}

void RecordedMarket::tell_bands(const venue::OrderBook& book, std::vector<lpc_fact>& facts) {
    gather(book, venue::Side::buy, bids_);
    gather(book, venue::Side::sell, asks_);
    for (std::size_t level = 0; level < bids_.size(); ++level) {
        lpc_fact fact{};
        fact.instrument = instrument_;
        fact.kind = LPC_FACT_BOOK;
        fact.code = static_cast<std::uint8_t>(LPC_BOOK_BEST + level);
        fact.u.book = {bids_[level].price, asks_[level].price, bids_[level].lots,
                       asks_[level].lots};
        facts.push_back(fact);
    }
}

}  // namespace lpc::scenario
