#include "app/bench/book_workload.hpp"

#include <algorithm>
#include <bit>

#include "venue/order_book.hpp"
#include "venue/random.hpp"

namespace lpc::app {

namespace {

using Kind = BookOperation::Kind;

constexpr std::int64_t kMiddle = 1'000'000;
constexpr std::int64_t kMakerLotsMax = 100;
constexpr std::int64_t kTakerLotsMax = 20;

// One book of the workload while it is being made.
struct Shadow {
    struct Issued {
        venue::OrderId order;
        std::uint64_t naive_order;
    };
    venue::OrderBook book;
    std::vector<Issued> issued{};  // may hold orders that have been filled since
    std::uint64_t naive_orders_issued = 0;
};

class WorkloadMaker {
  public:
    explicit WorkloadMaker(const BookWorkloadOptions& options)
        : options_(options), random_(options.seed) {
        books_.reserve(options.book_count);
        for (std::uint32_t i = 0; i < options.book_count; ++i) {
            books_.push_back({venue::OrderBook(venue::BookOptions{})});
        }
    }

    BookWorkload make() {
        BookWorkload workload;
        const std::uint32_t filling = options_.resting_each * options_.book_count;
        for (std::uint32_t i = 0; i < filling; ++i) {
            workload.filling.push_back(add(static_cast<std::uint16_t>(i % options_.book_count)));
        }
        for (std::uint32_t i = 0; i < options_.operation_count; ++i) {
            const auto book = static_cast<std::uint16_t>(random_.below(options_.book_count));
            const std::uint64_t dice = random_.below(100);
            workload.stream.push_back(dice < 48   ? add(book)
                                      : dice < 95 ? cancel(book)
                                                  : cross(book));
        }
        for (const Shadow& shadow : books_) workload.resting_at_end += shadow.book.order_count();
        return workload;
    }

  private:
    BookOperation operation(std::uint16_t book, Kind kind, std::int64_t lots_max) {
        BookOperation result;
        result.account = static_cast<std::uint32_t>(random_.between(1, options_.accounts));
        result.lots = static_cast<std::uint16_t>(random_.between(1, lots_max));
        result.book = book;
        result.kind = kind;
        result.side = random_.below(2) == 0 ? venue::Side::buy : venue::Side::sell;
        return result;
    }

    // Every doubling of the distance from the middle is as likely as the next: dense at the touch,
    // thin far out.
    std::int64_t distance() {
        const auto doublings =
            std::bit_width(static_cast<std::uint64_t>(options_.distance_max_ticks));
        const std::int64_t reach = std::int64_t{1}
                                   << random_.below(static_cast<std::uint64_t>(doublings));
        return random_.between(1, reach);
    }

    BookOperation add(std::uint16_t book) {
        BookOperation result = operation(book, Kind::add, kMakerLotsMax);
        result.price = kMiddle + (result.side == venue::Side::buy ? -distance() : distance());
        Shadow& shadow = books_[book];
        const venue::Placement placement = apply(shadow, result);
        shadow.issued.push_back({placement.resting, ++shadow.naive_orders_issued});
        return result;
    }

    BookOperation cross(std::uint16_t book) {
        BookOperation result = operation(book, Kind::cross, kTakerLotsMax);
        result.price = kMiddle + (result.side == venue::Side::buy ? options_.distance_max_ticks
                                                                  : -options_.distance_max_ticks);
        apply(books_[book], result);
        return result;
    }

    // Of any live order alike; those that were filled are dropped when they are drawn.
    BookOperation cancel(std::uint16_t book) {
        BookOperation result = operation(book, Kind::cancel, kMakerLotsMax);
        Shadow& shadow = books_[book];
        bool found = false;
        while (!found && !shadow.issued.empty()) {
            std::swap(shadow.issued[random_.below(shadow.issued.size())], shadow.issued.back());
            result.order = shadow.issued.back().order;
            result.naive_order = shadow.issued.back().naive_order;
            shadow.issued.pop_back();
            found = shadow.book.cancel(result.order).has_value();
        }
        return result;
    }

    venue::Placement apply(Shadow& shadow, const BookOperation& operation) {
        trades_.clear();
        withdrawn_.clear();
        return shadow.book.place(operation.new_order(), trades_, withdrawn_);
    }

    BookWorkloadOptions options_;
    venue::Random random_;
    std::vector<Shadow> books_;
    std::vector<venue::Trade> trades_;
    std::vector<venue::Withdrawn> withdrawn_;
};

}  // namespace

BookWorkload make_book_workload(const BookWorkloadOptions& options) {
    return WorkloadMaker(options).make();
}

}  // namespace lpc::app
