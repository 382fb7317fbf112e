#include "venue/depth_player.hpp"

#include <lpc/limits.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace lpc::venue {

namespace {

constexpr std::int64_t kLot = 1'000'000;

std::int64_t key_of(Side side, std::int64_t price) {
    return side == Side::buy ? -price : price;
}

}  // namespace

void DepthPlayer::change(Side side, std::int64_t price, std::int64_t lots) {
    Half& half = halves_[static_cast<std::size_t>(side)];
    const std::int64_t key = key_of(side, price);
    if (lots == 0) {
        half.recorded.erase(key);
    } else {
        half.recorded[key] = lots;
    }
    half.changed.push_back(key);
}

std::int64_t DepthPlayer::missing_lots(Side side) const {
    return halves_[static_cast<std::size_t>(side)].missing / kLot;
}

void DepthPlayer::show(std::int64_t now_ns, Matching& matching, std::vector<Event>& events) {
    const OrderBook* book = matching.book(config_.instrument);
    if (book == nullptr) return;
    Levels wished[2];
    for (Half& half : halves_) {
        recover(half, now_ns - shown_ns_);
        note_taken(half, *book);
    }
    shown_ns_ = now_ns;
    // Why first down on both sides: a book that moves up would meet its own old asks.
    for (std::size_t i = 0; i < 2; ++i) {
        wished[i] = wishes(halves_[i]);
        take_down(halves_[i], wished[i], matching, events);
    }
    for (std::size_t i = 0; i < 2; ++i)
        put_up(halves_[i], static_cast<Side>(i), wished[i], matching, events);
}

// Takers meet the best first, so the first quote that is whole ends the search.
void DepthPlayer::note_taken(Half& half, const OrderBook& book) const {
    for (auto it = half.quotes.begin(); it != half.quotes.end();) {
        const std::optional<Resting> resting = book.find(it->second.order);
        const std::int64_t left = resting ? resting->lots : 0;
        if (left == it->second.lots) return;
        half.missing = clamp_to(Int128{half.missing} + Int128{it->second.lots - left} * kLot, 0,
                                LPC_MONEY_MAX);
        half.changed.push_back(it->first);
        it->second.lots = left;
        it = left == 0 ? half.quotes.erase(it) : std::next(it);
    }
}

void DepthPlayer::recover(Half& half, std::int64_t passed_ns) const {
    if (passed_ns >= config_.recovery_ns) {
        half.missing = 0;
        return;
    }
    half.missing -=
        static_cast<std::int64_t>(div_ceil(Int128{half.missing} * passed_ns, config_.recovery_ns));
}

// What is to be seen of the levels where something may have changed.
DepthPlayer::Levels DepthPlayer::wishes(Half& half) const {
    std::vector<std::int64_t> looked_at = std::move(half.changed);
    looked_at.insert(looked_at.end(), half.hidden.begin(), half.hidden.end());
    half.changed.clear();
    half.hidden.clear();
    Levels wishes;
    std::int64_t missing = half.missing / kLot;
    for (auto it = half.recorded.begin(); missing > 0 && it != half.recorded.end(); ++it) {
        const std::int64_t hidden = std::min(missing, it->second);
        missing -= hidden;
        wishes[it->first] = it->second - hidden;
        half.hidden.push_back(it->first);
    }
    for (const std::int64_t key : looked_at) {
        const auto recorded = half.recorded.find(key);
        wishes.try_emplace(key, recorded == half.recorded.end() ? 0 : recorded->second);
    }
    return wishes;
}

void DepthPlayer::take_down(Half& half, const Levels& wishes, Matching& matching,
                            std::vector<Event>& events) const {
    for (const auto& [key, lots] : wishes) {
        const auto it = half.quotes.find(key);
        if (it == half.quotes.end() || it->second.lots == lots) continue;
        const bool less = lots > 0 && lots < it->second.lots;
        const Refusal refusal =
            less ? matching.reduce(config_.instrument, config_.account, it->second.order, lots,
                                   events)
                 : matching.cancel(config_.instrument, config_.account, it->second.order, events);
        // Why: where the venue refuses (a halt) the quote stays, to be looked at the next time.
        if (refusal != Refusal::none) {
            half.changed.push_back(key);
        } else if (less) {
            it->second.lots = lots;
        } else {
            half.quotes.erase(it);
        }
    }
}

void DepthPlayer::put_up(Half& half, Side side, const Levels& wishes, Matching& matching,
                         std::vector<Event>& events) const {
    for (const auto& [key, lots] : wishes) {
        if (lots == 0 || half.quotes.count(key) != 0) continue;
        OrderTicket ticket;
        ticket.account = config_.account;
        ticket.instrument = config_.instrument;
        ticket.side = side;
        ticket.price = key < 0 ? -key : key;
        ticket.lots = lots;
        const PlaceResult placed = matching.place(ticket, events);
        // What met an order that rested there was taken like any other.
        half.missing =
            clamp_to(Int128{half.missing} + Int128{placed.done_lots} * kLot, 0, LPC_MONEY_MAX);
        if (placed.order != 0) half.quotes[key] = {placed.order, placed.open_lots};
        if (placed.open_lots != lots) half.changed.push_back(key);
    }
}

}  // namespace lpc::venue
