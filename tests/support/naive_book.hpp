// The order book written so that anyone can see that it is right: sorted maps of queues, no
// cleverness. It judges the fast one and is its baseline in the benchmark. Ids count up from 1.
// Never full.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "lpc/limits.h"
#include "venue/order_book_types.hpp"

namespace lpc::test {

class NaiveBook {
  public:
    venue::Placement place(const venue::NewOrder& order, std::vector<venue::Trade>& trades,
                           std::vector<venue::Withdrawn>& withdrawn) {
        using venue::Outcome;
        if (!valid(order)) return {Outcome::bad_value, 0, 0, 0};
        Levels& makers = order.side == venue::Side::buy ? asks_ : bids_;
        if (order.type == venue::OrderType::post_only && crosses(makers, order)) {
            return {Outcome::post_only_would_cross, 0, 0, 0};
        }
        std::int64_t left = order.lots;
        while (left > 0 && crosses(makers, order)) {
            Queue& queue = makers.begin()->second;
            venue::Resting& maker = queue.front();
            if (maker.account == order.account && order.account != venue::kAnonymous) {
                withdrawn.push_back(
                    {maker.order, maker.account, maker.side, maker.price, maker.lots});
                maker.lots = 0;
            } else {
                const std::int64_t lots = std::min(left, maker.lots);
                trades.push_back({maker.order, maker.account, order.account, maker.price, lots,
                                  order.side, lots == maker.lots});
                left -= lots;
                maker.lots -= lots;
            }
            if (maker.lots == 0) {
                where_.erase(maker.order);
                queue.pop_front();
            }
            if (queue.empty()) makers.erase(makers.begin());
        }
        const std::int64_t filled = order.lots - left;
        if (left == 0) return {Outcome::filled, 0, filled, 0};
        if (order.type == venue::OrderType::ioc) return {Outcome::expired, 0, filled, 0};
        const venue::OrderId id = ++ids_issued_;
        own(order.side)[order.price].push_back({id, order.account, order.side, order.price, left});
        where_[id] = {order.side, order.price};
        return {filled == 0 ? Outcome::rested : Outcome::partly_filled_rested, id, filled, left};
    }

    std::optional<venue::Resting> cancel(venue::OrderId id) {
        const auto place = where_.find(id);
        if (place == where_.end()) return std::nullopt;
        Levels& levels = own(place->second.side);
        const auto level = levels.find(place->second.price);
        const auto order = find_in(level->second, id);
        const venue::Resting cancelled = *order;
        level->second.erase(order);
        if (level->second.empty()) levels.erase(level);
        where_.erase(place);
        return cancelled;
    }

    std::optional<venue::Resting> reduce(venue::OrderId id, std::int64_t lots_new) {
        const auto place = where_.find(id);
        if (place == where_.end()) return std::nullopt;
        venue::Resting& order =
            *find_in(own(place->second.side).find(place->second.price)->second, id);
        if (lots_new < 1 || lots_new > order.lots) return std::nullopt;
        order.lots = lots_new;
        return order;
    }

    std::optional<venue::Resting> find(venue::OrderId id) {
        const auto place = where_.find(id);
        if (place == where_.end()) return std::nullopt;
        return *find_in(own(place->second.side).find(place->second.price)->second, id);
    }

    // The best `count` levels, best first.
    std::vector<venue::DepthLevel> depth(venue::Side side, std::size_t count) const {
        std::vector<venue::DepthLevel> result;
        for (const auto& [price, queue] : side == venue::Side::buy ? bids_ : asks_) {
            if (result.size() == count) break;
            venue::DepthLevel level{price, 0, static_cast<std::uint32_t>(queue.size())};
            for (const venue::Resting& order : queue) level.lots += order.lots;
            result.push_back(level);
        }
        return result;
    }

    std::int64_t executable_lots(venue::Side taker, std::int64_t price_worst) const {
        std::int64_t lots = 0;
        const Levels& makers = taker == venue::Side::buy ? asks_ : bids_;
        for (const auto& [price, queue] : makers) {
            if (taker == venue::Side::buy ? price > price_worst : price < price_worst) break;
            for (const venue::Resting& order : queue) lots += order.lots;
        }
        return lots;
    }

    std::vector<venue::Resting> orders(venue::Side side) const {
        std::vector<venue::Resting> result;
        for (const auto& [price, queue] : side == venue::Side::buy ? bids_ : asks_) {
            result.insert(result.end(), queue.begin(), queue.end());
        }
        return result;
    }

    std::size_t order_count() const { return where_.size(); }

  private:
    struct BestFirst {
        venue::Side side;
        bool operator()(std::int64_t a, std::int64_t b) const {
            return side == venue::Side::buy ? a > b : a < b;
        }
    };
    struct Where {
        venue::Side side;
        std::int64_t price;
    };
    using Queue = std::deque<venue::Resting>;
    using Levels = std::map<std::int64_t, Queue, BestFirst>;

    static bool valid(const venue::NewOrder& order) {
        return (order.side == venue::Side::buy || order.side == venue::Side::sell) &&
               (order.type == venue::OrderType::limit || order.type == venue::OrderType::ioc ||
                order.type == venue::OrderType::post_only) &&
               order.price >= 1 && order.price <= LPC_PRICE_MAX && order.lots >= 1 &&
               order.lots <= LPC_LOTS_MAX;
    }
    static bool crosses(const Levels& makers, const venue::NewOrder& order) {
        if (makers.empty()) return false;
        const std::int64_t best = makers.begin()->first;
        return order.side == venue::Side::buy ? best <= order.price : best >= order.price;
    }
    static Queue::iterator find_in(Queue& queue, venue::OrderId id) {
        return std::find_if(queue.begin(), queue.end(),
                            [id](const venue::Resting& order) { return order.order == id; });
    }
    Levels& own(venue::Side side) { return side == venue::Side::buy ? bids_ : asks_; }

    Levels bids_{BestFirst{venue::Side::buy}};
    Levels asks_{BestFirst{venue::Side::sell}};
    std::unordered_map<venue::OrderId, Where> where_;
    venue::OrderId ids_issued_ = 0;
};

}  // namespace lpc::test
