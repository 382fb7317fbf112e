// The orders that the book benchmark feeds, made beforehand so that making them is not timed: books
// filled to a number of resting orders, then a stream of operations that keeps them there. One
// thread; deterministic by seed. The order ids in the stream are those that the books will issue,
// because a book that is told the same issues the same.
#pragma once

#include <cstdint>
#include <vector>

#include "venue/order_book_types.hpp"

namespace lpc::app {

struct BookWorkloadOptions {
    std::uint32_t book_count = 1;
    std::uint32_t resting_each = 10'000;
    std::uint32_t operation_count = 1'000'000;
    std::uint32_t accounts = 1'000;
    std::int64_t distance_max_ticks = 1'024;  // of a resting order from the middle
    std::uint64_t seed = 1;
};

struct BookOperation {
    enum class Kind : std::uint8_t { add, cancel, cross };
    std::int64_t price = 0;
    std::uint64_t order = 0;        // to cancel, in the books under test
    std::uint64_t naive_order = 0;  // the same order in naive books
    std::uint32_t account = 0;
    std::uint16_t lots = 0;
    std::uint16_t book = 0;
    Kind kind = Kind::add;
    venue::Side side = venue::Side::buy;

    venue::NewOrder new_order() const {
        const auto type = kind == Kind::cross ? venue::OrderType::ioc : venue::OrderType::limit;
        return {account, side, type, price, lots};
    }
};

struct BookWorkload {
    std::vector<BookOperation> filling;  // adds only; untimed
    std::vector<BookOperation> stream;
    std::uint64_t resting_at_end = 0;
};

// 48 % adds, 47 % cancels of any resting order alike, 5 % IOC orders through the touch that each
// fill about a fifth of a maker.
BookWorkload make_book_workload(const BookWorkloadOptions& options);

}  // namespace lpc::app
