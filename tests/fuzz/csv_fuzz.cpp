// Market data from outside: whatever the bytes, the readers end with rows that keep the law or with
// one sentence, and never crash. The first byte chooses the reader and its options. Built as a
// libFuzzer target with LPC_FUZZ, and run over seeded damage by csv_damage_test.cpp.
#include <lpc/limits.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <market_data/agg_trades.hpp>
#include <market_data/kline.hpp>
#include <market_data/price_path.hpp>
#include <string>

namespace {

using namespace lpc::market_data;

// On in release too: a fuzz target that does not end the process has found nothing.
void must(bool law, const char* what) {
    if (law) return;
    std::fprintf(stderr, "broken law: %s\n", what);
    std::abort();
}

void judge_sentence(const std::string& sentence) {
    must(sentence.rfind("fuzz.csv: ", 0) == 0, "an error begins with the file");
    must(sentence.find(" expected ") != std::string::npos, "an error says what was expected");
    for (const char c : sentence) must(c >= 0x20 && c <= 0x7e, "an error is one printable line");
}

MarketUnits units_of(std::uint8_t choice) {
    MarketUnits units{"0.001", "1", Rounding::kExact, Rounding::kExact};
    if ((choice & 2) != 0) units = {"0.25", "10", Rounding::kNearest, Rounding::kDown};
    return units;
}

void judge_klines(std::string bytes, std::uint8_t choice) {
    KlineOptions options;
    options.units = units_of(choice);
    options.gaps_allowed = (choice & 4) != 0;
    const auto klines = parse_klines(std::move(bytes), "fuzz.csv", options);
    if (!klines) return judge_sentence(klines.error().message);
    must(!klines->rows.empty(), "rows are never empty");
    std::int64_t end_ns = 0;
    for (const Kline& row : klines->rows) {
        must(row.open_time_ns >= end_ns, "klines do not overlap");
        must(row.low_ticks >= 1 && row.high_ticks <= LPC_PRICE_MAX, "prices are within limits");
        must(row.low_ticks <= row.open_ticks && row.open_ticks <= row.high_ticks, "open is inside");
        must(row.low_ticks <= row.close_ticks && row.close_ticks <= row.high_ticks,
             "close is inside");
        must(row.volume_lots >= 0 && row.volume_lots <= LPC_LOTS_MAX, "volume is within limits");
        end_ns = row.open_time_ns + klines->interval_ns;
    }
    must(klines->source.last_time_ns + klines->interval_ns == end_ns, "the source tells the end");
    const auto path = price_path(*klines, {covered(*klines), 4});
    must(path && path->size() == 4 * klines->rows.size(), "each kline has its steps");
}

void judge_trades(std::string bytes, std::uint8_t choice) {
    const AggTradeOptions options{units_of(choice), (choice & 4) != 0};
    const auto trades = parse_agg_trades(std::move(bytes), "fuzz.csv", options);
    if (!trades) return judge_sentence(trades.error().message);
    must(!trades->rows.empty(), "rows are never empty");
    std::int64_t before_ns = 0;
    for (const AggTrade& row : trades->rows) {
        must(row.time_ns >= before_ns && row.time_ns <= LPC_TIME_MAX_NS, "times never fall");
        must(row.price_ticks >= 1 && row.price_ticks <= LPC_PRICE_MAX, "prices are within limits");
        must(row.volume_lots >= 0 && row.volume_lots <= LPC_LOTS_MAX, "volume is within limits");
        before_ns = row.time_ns;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::uint8_t choice = data[0];
    std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    if ((choice & 1) == 0) {
        judge_klines(std::move(bytes), choice);
    } else {
        judge_trades(std::move(bytes), choice);
    }
    return 0;
}
