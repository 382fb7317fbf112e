#include "venue/market_maker.hpp"

#include <lpc/limits.h>

#include <algorithm>
#include <cstddef>
#include <optional>

namespace lpc::venue {

namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kThousand = 1'000;

// A part of a price, at least a tick. [ticks; rounded up, so that a spread is never less than
// asked]
std::int64_t part_of(std::int64_t price, Int128 part_ppb) {
    return clamp_to(div_ceil(price * part_ppb, LPC_RATE_ONE_PPB), 1, LPC_PRICE_MAX);
}

}  // namespace

void MarketMaker::step(std::int64_t fair_price, Matching& matching, std::vector<Event>& events) {
    moves_.observe(fair_price);
    wish(fair_price);
    renew(matching, events);
}

void MarketMaker::withdraw(Matching& matching, std::vector<Event>& events) {
    wishes_.clear();
    renew(matching, events);
}

// From the quotes in the book to those that are wished for.
void MarketMaker::renew(Matching& matching, std::vector<Event>& events) {
    const OrderBook* book = matching.book(config_.instrument);
    if (book == nullptr) return;
    // Both lists go level by level, so the same quote is mostly at the same place.
    for (std::size_t at = 0; at < quotes_.size(); ++at) {
        const Quote& quote = quotes_[at];
        const std::optional<Resting> resting = book->find(quote.order);
        if (!resting) continue;
        const bool stays = at < wishes_.size() && wishes_[at].side == quote.side &&
                           wishes_[at].price == quote.price && wishes_[at].lots == resting->lots;
        if (stays) {
            wishes_[at].order = quote.order;
            continue;
        }
        const Refusal refusal =
            matching.cancel(config_.instrument, config_.account, quote.order, events);
        // Why: where a cancel is refused (a halt) the quote stays known, to be cancelled later.
        if (refusal != Refusal::none) wishes_.push_back({quote.side, 0, 0, quote.order});
    }
    for (Quote& wished : wishes_) {
        if (wished.order != 0) continue;
        OrderTicket ticket;
        ticket.account = config_.account;
        ticket.instrument = config_.instrument;
        ticket.side = wished.side;
        ticket.price = wished.price;
        ticket.lots = wished.lots;
        wished.order = matching.place(ticket, events).order;
    }
    quotes_.swap(wishes_);
}

void MarketMaker::wish(std::int64_t fair_price) {
    wishes_.clear();
    const std::int64_t volatility = volatility_ppb();
    std::int64_t lots = config_.level_lots;
    if (config_.withdraw_volatility_ppb > 0) {
        const std::int64_t calm =
            std::max(std::int64_t{0}, config_.withdraw_volatility_ppb - volatility);
        lots = static_cast<std::int64_t>(
            div_floor(Int128{lots} * calm, config_.withdraw_volatility_ppb));
    }
    if (lots < 1) return;
    const Int128 half_spread_ppb = Int128{config_.half_spread_ppm} * kThousand +
                                   div_ceil(Int128{volatility} * config_.widening_ppm, kMillion);
    const std::int64_t half_spread = part_of(fair_price, half_spread_ppb);
    wish_side(Side::buy, fair_price, half_spread, lots);
    wish_side(Side::sell, fair_price, half_spread, lots);
}

void MarketMaker::wish_side(Side side, std::int64_t fair_price, std::int64_t half_spread_ticks,
                            std::int64_t lots) {
    const std::int64_t step = part_of(fair_price, Int128{config_.level_step_ppm} * kThousand);
    for (std::uint32_t level = 0; level < config_.levels_count; ++level) {
        const Int128 away = half_spread_ticks + Int128{step} * level;
        const Int128 price = side == Side::buy ? fair_price - away : fair_price + away;
        if (price < 1 || price > LPC_PRICE_MAX) return;
        wishes_.push_back({side, static_cast<std::int64_t>(price), varied(lots), 0});
    }
}

std::int64_t MarketMaker::varied(std::int64_t lots) {
    const auto width =
        static_cast<std::int64_t>(div_floor(Int128{lots} * config_.level_variation_ppm, kMillion));
    return width == 0 ? lots : std::max(std::int64_t{1}, lots + random_.between(-width, width));
}

}  // namespace lpc::venue
