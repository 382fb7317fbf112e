#include "book_record.hpp"

#include <lpc/limits.h>

#include <algorithm>
#include <charconv>
#include <foundation/sha256.hpp>
#include <market_data/csv_source.hpp>
#include <market_data/found_text.hpp>
#include <market_data/utc_time.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace lpc::market_data {
namespace {

using Json = nlohmann::json;

// Digits only, up to the latest time that engine time knows.
std::optional<std::int64_t> time_of(std::string_view text) {
    std::int64_t time_ns = 0;
    const char* end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, time_ns);
    if (error != std::errc{} || read != end || time_ns < 0 || time_ns > LPC_TIME_MAX_NS)
        return std::nullopt;
    return time_ns;
}

// A depth update, with the ids by which Binance chains them: a perpetual's names the one before it
// (`pu`), a spot market's goes on where the one before it ended.
struct Depth {
    std::int64_t first_id = 0, last_id = 0;
    std::optional<std::int64_t> before_id;
    BookUpdate update;
};

class BookReader {
  public:
    BookReader(ParsedUnits units, std::string name)
        : units_(std::move(units)), name_(std::move(name)) {}

    Status add_line(std::string_view line) {
        ++line_;
        const std::size_t space = line.find(' ');
        const auto time = time_of(line.substr(0, space));
        if (space == std::string_view::npos || !time)
            return wrong(market_data::quoted(line), "a time in ns, a space and a JSON object");
        if (*time < time_ns_)
            return wrong(utc_text(*time), "no time before the line before, " + utc_text(time_ns_));
        time_ns_ = *time;
        const Json json = Json::parse(line.substr(space + 1), nullptr, false);
        if (!json.is_object())
            return wrong(market_data::quoted(line.substr(space + 1)), "a JSON object");
        if (json.contains("lastUpdateId")) return add_snapshot(json);
        const auto stream = json.find("stream");
        const auto event = json.find("data");
        if (stream == json.end() || !stream->is_string() || event == json.end() ||
            !event->is_object())
            return wrong(market_data::quoted(line.substr(space + 1)),
                         "a snapshot, or an object with a stream");
        const std::string& name = stream->get_ref<const std::string&>();
        if (name.find("@depth") != std::string::npos) return add_depth(*event);
        if (name.ends_with("@trade")) return add_trade(*event);
        if (name.ends_with("@bookTicker")) return {};
        return wrong(market_data::quoted(name), "a stream of depth, trade or bookTicker");
    }

    Result<BookRecord> finish(std::string sha256) {
        if (!snapshot_id_) return fail(name_ + ": found no snapshot, expected one line with it");
        if (record_.updates.empty())
            return fail(name_ + ": found no depth update after the snapshot, expected some");
        record_.source = {name_, std::move(sha256), static_cast<std::int64_t>(line_),
                          record_.updates.front().time_ns, time_ns_};
        return std::move(record_);
    }

  private:
    [[nodiscard]] tl::unexpected<Error> wrong(const std::string& found,
                                              const std::string& expected) const {
        return fail(name_ + ": line " + std::to_string(line_) + ": found " + found + ", expected " +
                    expected);
    }

    Result<std::int64_t> id(const Json& object, const char* key) const {
        const auto at = object.find(key);
        if (at == object.end() || !at->is_number_integer() || at->get<std::int64_t>() < 0)
            return wrong(at == object.end() ? "no id" : at->dump(),
                         "a whole number as " + std::string(key));
        return at->get<std::int64_t>();
    }

    Result<std::int64_t> units(const Json& value, const CsvUnit& unit, std::int64_t min) const {
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        const auto decimal = value.is_string() ? parse_decimal(text) : std::nullopt;
        const auto count = decimal ? count_units(*decimal, unit.size, unit.rounding) : std::nullopt;
        if (!count || *count < min || *count > unit.count_max)
            return wrong(market_data::quoted(text), "a whole number of " + std::string(unit.name) +
                                                        "s of " + unit.size_text + ", at least " +
                                                        std::to_string(min));
        return static_cast<std::int64_t>(*count);
    }

    Status add_levels(const Json& object, const char* key, bool bid) {
        const auto levels = object.find(key);
        if (levels == object.end() || !levels->is_array())
            return wrong("no list", "[price, quantity] pairs as " + std::string(key));
        for (const Json& level : *levels) {
            if (!level.is_array() || level.size() != 2)
                return wrong(market_data::quoted(level.dump()), "a pair of price and quantity");
            const auto price = units(level[0], units_.tick, 1);
            if (!price) return tl::unexpected(price.error());
            const auto lots = units(level[1], units_.lot, 0);
            if (!lots) return tl::unexpected(lots.error());
            record_.changes.push_back({*price, *lots, bid});
        }
        return {};
    }

    // Both lists of levels, as one update at this line's time.
    Result<BookUpdate> levels_of(const Json& object, const char* bids, const char* asks) {
        BookUpdate update{time_ns_, record_.changes.size(), 0};
        if (const Status status = add_levels(object, bids, true); !status)
            return tl::unexpected(status.error());
        if (const Status status = add_levels(object, asks, false); !status)
            return tl::unexpected(status.error());
        update.count = record_.changes.size() - update.first;
        return update;
    }

    Status add_snapshot(const Json& json) {
        if (snapshot_id_) return wrong("another snapshot", "one only");
        const auto last = id(json, "lastUpdateId");
        if (!last) return tl::unexpected(last.error());
        const auto update = levels_of(json, "bids", "asks");
        if (!update) return tl::unexpected(update.error());
        snapshot_id_ = last_id_ = *last;
        if (const Status status = take(*update); !status) return status;
        // What came before the snapshot and is newer than it.
        for (Depth& depth : std::exchange(early_, {})) {
            depth.update.time_ns = time_ns_;
            if (const Status status = follow(depth); !status) return status;
        }
        return {};
    }

    Status add_depth(const Json& event) {
        Depth depth;
        const auto first = id(event, "U");
        if (!first) return tl::unexpected(first.error());
        const auto last = id(event, "u");
        if (!last) return tl::unexpected(last.error());
        depth.first_id = *first;
        depth.last_id = *last;
        if (event.contains("pu")) {
            const auto before = id(event, "pu");
            if (!before) return tl::unexpected(before.error());
            depth.before_id = *before;
        }
        const auto update = levels_of(event, "b", "a");
        if (!update) return tl::unexpected(update.error());
        depth.update = *update;
        if (snapshot_id_) return follow(depth);
        early_.push_back(depth);
        return {};
    }

    // Updates older than the snapshot are in it; the first of the others covers its id.
    Status follow(const Depth& depth) {
        const std::int64_t due = last_id_ + (depth.before_id ? 0 : 1);
        if (!chained_ && depth.last_id < due) return {};
        const bool fits =
            chained_ ? depth.before_id.value_or(depth.first_id) == due : depth.first_id <= due;
        if (!fits)
            return wrong("an update from " + std::to_string(depth.first_id) +
                             (depth.before_id ? " after " + std::to_string(*depth.before_id) : ""),
                         "no gap in the chain, which has come to " + std::to_string(last_id_));
        chained_ = true;
        last_id_ = depth.last_id;
        return take(depth.update);
    }

    Status take(const BookUpdate& update) {
        record_.updates.push_back(update);
        levels_.apply(record_, update);
        if (!levels_.sound())
            return wrong("a bid of " + std::to_string(levels_.bids.begin()->first) +
                             " ticks and an ask of " + std::to_string(levels_.asks.begin()->first),
                         "a book that does not cross");
        return {};
    }

    Status add_trade(const Json& event) {
        const auto lots = units(event.contains("q") ? event["q"] : Json(), units_.lot, 0);
        if (!lots) return tl::unexpected(lots.error());
        record_.trades.push_back({time_ns_, *lots});
        return {};
    }

    ParsedUnits units_;
    std::string name_;
    std::size_t line_ = 0;
    std::int64_t time_ns_ = 0;
    std::optional<std::int64_t> snapshot_id_;
    std::int64_t last_id_ = 0;
    bool chained_ = false;
    std::vector<Depth> early_;
    BookLevels levels_;
    BookRecord record_;
};

// The record's book at a moment, and the index of the first update after it.
std::size_t advance(BookLevels& levels, const BookRecord& record, std::size_t next,
                    std::int64_t until_ns) {
    while (next < record.updates.size() && record.updates[next].time_ns <= until_ns)
        levels.apply(record, record.updates[next++]);
    return next;
}

}  // namespace

void BookLevels::apply(const BookRecord& record, const BookUpdate& update) {
    const auto put = [](auto& side, const LevelChange& change) {
        if (change.lots == 0) {
            side.erase(change.price_ticks);
        } else {
            side[change.price_ticks] = change.lots;
        }
    };
    for (std::size_t i = update.first; i < update.first + update.count; ++i) {
        const LevelChange& change = record.changes[i];
        if (change.bid) {
            put(bids, change);
        } else {
            put(asks, change);
        }
    }
}

Result<BookRecord> parse_book_record(std::string bytes, const std::string& name,
                                     const MarketUnits& units) {
    auto parsed = parse_units(units);
    if (!parsed) return tl::unexpected(parsed.error());
    std::string sha256 = sha256_hex(bytes);
    const auto text = decompressed(std::move(bytes), name);
    if (!text) return tl::unexpected(text.error());
    BookReader reader(std::move(*parsed), name);
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (const Status status = reader.add_line(rest.substr(0, end)); !status)
            return tl::unexpected(status.error());
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return reader.finish(std::move(sha256));
}

Result<BookRecord> read_book_record(const std::string& path, const MarketUnits& units) {
    auto bytes = read_file(path);
    if (!bytes) return tl::unexpected(bytes.error());
    return parse_book_record(std::move(*bytes), path, units);
}

Result<BookRecord> cut(const BookRecord& record, const TimeWindow& window) {
    const std::int64_t first_ns = record.updates.front().time_ns;
    if (window.from_ns < first_ns || window.to_ns > record.source.last_time_ns)
        return fail("the book is recorded from " + utc_text(first_ns) + " to " +
                    utc_text(record.source.last_time_ns) + ", found a window from " +
                    utc_text(window.from_ns) + " to " + utc_text(window.to_ns) +
                    ", expected one within");
    BookRecord part;
    part.source = record.source;
    part.source.last_time_ns = window.to_ns;
    BookLevels levels;
    std::size_t next = advance(levels, record, 0, window.from_ns);
    for (const auto& [price, lots] : levels.bids) part.changes.push_back({price, lots, true});
    for (const auto& [price, lots] : levels.asks) part.changes.push_back({price, lots, false});
    part.updates.push_back({window.from_ns, 0, part.changes.size()});
    for (; next < record.updates.size() && record.updates[next].time_ns < window.to_ns; ++next) {
        const BookUpdate& update = record.updates[next];
        part.updates.push_back({update.time_ns, part.changes.size(), update.count});
        const auto first = record.changes.begin() + static_cast<std::ptrdiff_t>(update.first);
        part.changes.insert(part.changes.end(), first,
                            first + static_cast<std::ptrdiff_t>(update.count));
    }
    for (const RecordedTrade& trade : record.trades) {
        if (trade.time_ns >= window.from_ns && trade.time_ns < window.to_ns)
            part.trades.push_back(trade);
    }
    return part;
}

Result<PricePath> price_path(const BookRecord& record, std::int64_t step_ns) {
    PricePath path;
    BookLevels levels;
    std::size_t next = 0, trade = 0;
    const std::int64_t first_ns = record.updates.front().time_ns;
    while (trade < record.trades.size() && record.trades[trade].time_ns < first_ns) ++trade;
    for (std::int64_t at_ns = first_ns; at_ns + step_ns <= record.source.last_time_ns;
         at_ns += step_ns) {
        next = advance(levels, record, next, at_ns);
        if (levels.bids.empty() || levels.asks.empty())
            return fail("the book has no " + std::string(levels.bids.empty() ? "bids" : "asks") +
                        " at " + utc_text(at_ns) + ", expected both sides at every step");
        PriceStep step{at_ns, (levels.bids.begin()->first + levels.asks.begin()->first) / 2, 0};
        for (; trade < record.trades.size() && record.trades[trade].time_ns < at_ns + step_ns;
             ++trade)
            step.volume_lots += record.trades[trade].volume_lots;
        path.push_back(step);
    }
    if (path.empty())
        return fail("the book is recorded until " + utc_text(record.source.last_time_ns) +
                    ", expected at least one step of " + std::to_string(step_ns) + " ns after " +
                    utc_text(first_ns));
    return path;
}

}  // namespace lpc::market_data
