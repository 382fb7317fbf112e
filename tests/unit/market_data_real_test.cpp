// The readers on real klines and a real book; skipped by name where the data are absent.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <iostream>
#include <market_data/book_record.hpp>
#include <market_data/kline.hpp>
#include <market_data/price_path.hpp>
#include <market_data/utc_time.hpp>
#include <string>
#include <utility>
#include <vector>
#include <venue/depth_player.hpp>

using namespace lpc::market_data;

namespace {

// The path of a file, or "" after saying that the test is skipped.
std::string data_file(const std::string& name) {
    const std::string path = std::string(LPC_SOURCE_DIR "/../shared/data/") + name;
    if (std::filesystem::exists(path)) return path;
    std::cout << "skipped: " << boost::unit_test::framework::current_test_case().p_name
              << ": no data\n";
    BOOST_TEST_MESSAGE("skipped: no data");
    return "";
}

std::string klines_file(const std::string& name) {
    return data_file("klines/" + name);
}

Klines read(const std::string& path, const std::string& tick, const std::string& lot) {
    KlineOptions options;
    options.units = {tick, lot, Rounding::kExact, Rounding::kExact};
    auto result = read_klines(path, options);
    BOOST_REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
    return *result;
}

std::int64_t lowest(const Klines& klines) {
    return std::min_element(
               klines.rows.begin(), klines.rows.end(),
               [](const Kline& a, const Kline& b) { return a.low_ticks < b.low_ticks; })
        ->low_ticks;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(market_data_real)

BOOST_AUTO_TEST_CASE(near_fell_a_quarter_on_3_february_2025) {
    const std::string path = klines_file("NEARUSDT-um-1m-20250202_20250204.csv");
    if (path.empty()) return;
    const Klines klines = read(path, "0.001", "1");
    BOOST_TEST(klines.rows.size() == 2880u);
    BOOST_TEST(klines.source.rows == 2880);
    BOOST_TEST(klines.source.sha256 ==
               "02849a26429dce63e63ccae6098376a888af727b0a69f77060182c2809e0f977");
    BOOST_TEST(utc_text(klines.source.first_time_ns) == "2025-02-02T00:00:00Z");
    BOOST_TEST(utc_text(klines.source.last_time_ns) == "2025-02-03T23:59:00Z");
    const Kline& worst = klines.rows[24 * 60 + 128];
    BOOST_TEST(utc_text(worst.open_time_ns) == "2025-02-03T02:08:00Z");
    BOOST_TEST(worst.open_ticks == 2739);
    BOOST_TEST(worst.low_ticks == 2705);
    BOOST_TEST(worst.low_ticks == lowest(klines));
}

BOOST_AUTO_TEST_CASE(near_was_calm_on_10_september_2023) {
    const std::string path = klines_file("NEARUSDT-um-1m-20230910_20230911.csv");
    if (path.empty()) return;
    const Klines klines = read(path, "0.001", "1");
    BOOST_TEST(klines.rows.size() == 1440u);
    BOOST_TEST(utc_text(klines.source.last_time_ns) == "2023-09-10T23:59:00Z");
}

BOOST_AUTO_TEST_CASE(bitcoin_touched_3621_81_on_13_march_2020) {
    const std::string path = klines_file("BTCUSDT-um-1m-20200313T0150-0240.csv");
    if (path.empty()) return;
    const Klines klines = read(path, "0.01", "0.001");
    BOOST_TEST(klines.rows.size() == 51u);
    BOOST_TEST(lowest(klines) == 362'181);
}

BOOST_AUTO_TEST_CASE(a_real_path_keeps_every_extreme_and_all_volume) {
    const std::string path = klines_file("AVAXUSDT-um-1m-20250202_20250204.csv");
    if (path.empty()) return;
    const Klines klines = read(path, "0.001", "1");
    const auto steps = price_path(klines, {covered(klines), 60});
    BOOST_REQUIRE(steps);
    BOOST_REQUIRE(steps->size() == 60 * klines.rows.size());
    for (std::size_t i = 0; i < klines.rows.size(); ++i) {
        const Kline& kline = klines.rows[i];
        std::int64_t high = 0;
        std::int64_t low = kline.high_ticks;
        std::int64_t volume = 0;
        for (std::size_t j = 60 * i; j < 60 * (i + 1); ++j) {
            high = std::max(high, (*steps)[j].price_ticks);
            low = std::min(low, (*steps)[j].price_ticks);
            volume += (*steps)[j].volume_lots;
        }
        BOOST_REQUIRE(high == kline.high_ticks);
        BOOST_REQUIRE(low == kline.low_ticks);
        BOOST_REQUIRE(volume == kline.volume_lots);
    }
}

// Played by the agent, the book on the exchange is the record's at every update.
BOOST_AUTO_TEST_CASE(six_minutes_of_a_real_book_are_played_as_they_were_recorded) {
    using namespace lpc::venue;
    const std::string path = data_file("book/binance/usdm_btcusdt_20240808.gz");
    if (path.empty()) return;
    const auto record = read_book_record(path, {"0.1", "0.001", Rounding::kExact, Rounding::kDown});
    BOOST_REQUIRE_MESSAGE(record, (record ? "" : record.error().message));
    BOOST_TEST(record->source.rows == 93'954);
    BOOST_TEST(record->trades.size() == 21'313u);
    Accounts accounts;
    Matching matching(accounts);
    BOOST_REQUIRE(matching.add_instrument({1, 1, 0, 0, TradingState::open}) == Booking::done);
    BOOST_REQUIRE(accounts.open_account(7) == Booking::done);
    DepthPlayer player({7, 1, 1});
    BookLevels levels;
    std::vector<Event> events;
    std::vector<DepthLevel> seen(20'000);
    const auto same = [&](Side side, const auto& recorded) {
        const std::size_t count = matching.book(1)->depth(side, seen);
        std::size_t at = 0;
        for (const auto& [price, lots] : recorded) {
            if (at == count || seen[at].price != price || seen[at].lots != lots) return false;
            ++at;
        }
        return at == count;
    };
    for (const BookUpdate& update : record->updates) {
        levels.apply(*record, update);
        for (std::size_t i = update.first; i < update.first + update.count; ++i) {
            const LevelChange& change = record->changes[i];
            player.change(change.bid ? Side::buy : Side::sell, change.price_ticks, change.lots);
        }
        player.show(update.time_ns, matching, events);
        events.clear();
        BOOST_REQUIRE(same(Side::buy, levels.bids));
        BOOST_REQUIRE(same(Side::sell, levels.asks));
    }
    BOOST_TEST(matching.traded_lots(1) == 0);
}

BOOST_AUTO_TEST_CASE(six_minutes_of_a_real_spot_book_are_one_chain) {
    const std::string path = data_file("book/binance/spot_btcusdt_20240808.gz");
    if (path.empty()) return;
    const auto record =
        read_book_record(path, {"0.01", "0.00001", Rounding::kExact, Rounding::kDown});
    BOOST_REQUIRE_MESSAGE(record, (record ? "" : record.error().message));
    BOOST_TEST(record->source.rows == 41'249);
    BOOST_TEST(record->trades.size() == 9'757u);
}

BOOST_AUTO_TEST_SUITE_END()
