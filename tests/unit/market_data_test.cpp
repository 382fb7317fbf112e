#include <zip.h>
#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <foundation/sha256.hpp>
#include <foundation/temporary_folder.hpp>
#include <fstream>
#include <market_data/agg_trades.hpp>
#include <market_data/csv_source.hpp>
#include <market_data/kline.hpp>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace lpc::market_data;

namespace {

const std::string kKlineHeader =
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
    "taker_buy_quote_volume,ignore\n";
const std::string kFirst =
    "1738454400000,4.2550,4.2570,4.2450,4.2510,81732,1738454459999,347494.9160,1160,30544,"
    "129895.2270,0\n";
const std::string kSecond =
    "1738454460000,4.2510,4.2530,4.2430,4.2450,25960,1738454519999,110251.4260,547,8417,"
    "35746.0560,0\n";

const std::string kTradeHeader =
    "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n";
const std::string kTrades =
    "10,4.255,3,20,21,1738454400000,true\n"
    "11,4.256,4,22,22,1738454400000,false\n"
    "12,4.254,5,23,25,1738454401500,true\n";

KlineOptions near_options() {
    KlineOptions options;
    options.units = {"0.001", "1", Rounding::kExact, Rounding::kExact};
    return options;
}

AggTradeOptions trade_options() {
    return {near_options().units, false};
}

lpc::Result<Klines> klines(const std::string& bytes, const KlineOptions& options = near_options()) {
    return parse_klines(bytes, "near.csv", options);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

template <class Value>
void fails_with(const lpc::Result<Value>& result, const std::string& sentence) {
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().message == sentence);
}

// The header and the first row, with one piece of the row replaced.
void kline_fails(const std::string& from, const std::string& to, const std::string& sentence) {
    fails_with(klines(kKlineHeader + replaced(kFirst, from, to)), "near.csv: row 2, " + sentence);
}

void trades_fail(const std::string& from, const std::string& to, const std::string& sentence) {
    const std::string text = replaced(kTradeHeader + kTrades, from, to);
    fails_with(parse_agg_trades(text, "trades.csv", trade_options()),
               "trades.csv: row " + sentence);
}

std::string gzipped(const std::string& text) {
    z_stream stream{};
    BOOST_REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string bytes(deflateBound(&stream, text.size()), '\0');
    std::string input = text;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    BOOST_REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    bytes.resize(stream.total_out);
    deflateEnd(&stream);
    return bytes;
}

// A folder of its own, removed at the end.
class Folder {
  public:
    std::string put(const std::string& name, const std::string& bytes) const {
        std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
        return (folder_.path() / name).string();
    }

    std::string zip(const std::vector<std::string>& texts) const {
        const std::string path = (folder_.path() / "a.zip").string();
        int error = 0;
        zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
        BOOST_REQUIRE(archive != nullptr);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            zip_source_t* source = zip_source_buffer(archive, texts[i].data(), texts[i].size(), 0);
            const std::string name = "klines" + std::to_string(i) + ".csv";
            BOOST_REQUIRE(zip_file_add(archive, name.c_str(), source, 0) >= 0);
        }
        BOOST_REQUIRE(zip_close(archive) == 0);
        return path;
    }

    std::string path() const { return folder_.path().string(); }

  private:
    lpc::TemporaryFolder folder_ = lpc::TemporaryFolder::make().value();
};

}  // namespace

BOOST_AUTO_TEST_SUITE(market_data)

BOOST_AUTO_TEST_CASE(klines_are_read_with_and_without_a_header) {
    for (const std::string& header : {kKlineHeader, std::string()}) {
        const auto read = klines(header + kFirst + kSecond);
        BOOST_REQUIRE(read);
        BOOST_REQUIRE(read->rows.size() == 2u);
        const Kline& row = read->rows[1];
        BOOST_TEST(row.open_time_ns == 1'738'454'460'000'000'000);
        BOOST_TEST(row.open_ticks == 4251);
        BOOST_TEST(row.high_ticks == 4253);
        BOOST_TEST(row.low_ticks == 4243);
        BOOST_TEST(row.close_ticks == 4245);
        BOOST_TEST(row.volume_lots == 25960);
    }
}

BOOST_AUTO_TEST_CASE(the_source_tells_path_hash_rows_and_times) {
    const auto read = klines(kKlineHeader + kFirst + kSecond);
    BOOST_REQUIRE(read);
    BOOST_TEST(read->source.path == "near.csv");
    BOOST_TEST(read->source.rows == 2);
    BOOST_TEST(read->source.first_time_ns == 1'738'454'400'000'000'000);
    BOOST_TEST(read->source.last_time_ns == 1'738'454'460'000'000'000);
    BOOST_TEST(lpc::sha256_hex("abc") ==
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(read->source.sha256 == lpc::sha256_hex(kKlineHeader + kFirst + kSecond));
}

BOOST_AUTO_TEST_CASE(line_ends_a_byte_order_mark_and_a_missing_last_newline_do_not_matter) {
    std::string windows = "\xef\xbb\xbf";
    for (const char c : kTradeHeader + kTrades) windows += c == '\n' ? "\r\n" : std::string(1, c);
    for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
        const auto read =
            parse_agg_trades(windows.substr(0, windows.size() - cut), "a.csv", trade_options());
        BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().message));
        BOOST_TEST(read->rows.size() == 3u);
    }
}

BOOST_AUTO_TEST_CASE(a_header_may_reorder_columns_and_leave_out_what_is_not_needed) {
    const auto read = klines("volume,close,low,high,open,open_time\n5,2,1,4,3,1738454400000\n");
    BOOST_REQUIRE(read);
    BOOST_TEST(read->rows[0].open_ticks == 3000);
    BOOST_TEST(read->rows[0].high_ticks == 4000);
    BOOST_TEST(read->rows[0].low_ticks == 1000);
    BOOST_TEST(read->rows[0].close_ticks == 2000);
    BOOST_TEST(read->rows[0].volume_lots == 5);
}

BOOST_AUTO_TEST_CASE(a_header_without_a_needed_column_is_refused) {
    fails_with(klines("open_time,open,high,low,close\n" + kFirst),
               "near.csv: row 1, column volume: found a header without it, beginning with "
               "\"open_time\", expected a header with this column, or a number");
    fails_with(klines("x" + kFirst),
               "near.csv: row 1, column open_time: found a header without it, beginning with "
               "\"x1738454400000\", expected a header with this column, or a number");
    fails_with(klines("open,open," + kKlineHeader + kFirst),
               "near.csv: row 1, column open: found it twice in the header, expected it once");
}

BOOST_AUTO_TEST_CASE(a_row_of_another_width_names_the_first_column_it_does_not_reach) {
    fails_with(klines(kFirst + "1738454460000,4.2510,4.25"),
               "near.csv: row 2, column low: found a row of 3 columns, expected 12 columns");
    fails_with(klines(kFirst + "\n" + kSecond),
               "near.csv: row 2, column open: found an empty row, expected 12 columns");
    fails_with(klines(kKlineHeader + replaced(kFirst, ",0\n", ",0,7\n")),
               "near.csv: row 2: found a row of 13 columns, expected 12 columns");
}

BOOST_AUTO_TEST_CASE(a_garbled_number_names_its_column) {
    kline_fails("1738454400000", "17384544OOOOO",
                "column open_time: found \"17384544OOOOO\", expected Unix time in milliseconds (13 "
                "digits) or microseconds (16 digits)");
    kline_fails("1738454400000", "1738454400",
                "column open_time: found \"1738454400\", expected Unix time in milliseconds (13 "
                "digits) or microseconds (16 digits)");
    kline_fails("4.2570", "4.25\x01\"",
                "column high: found \"4.25\\x01\\x22\", expected a decimal number");
    kline_fails("4.2570", "-4.2570", "column high: found \"-4.2570\", expected a decimal number");
    kline_fails("81732", "8e4", "column volume: found \"8e4\", expected a decimal number");
    kline_fails("1738454459999", "",
                "column close_time: found \"\", expected Unix time in milliseconds (13 digits) or "
                "microseconds (16 digits)");
    kline_fails("129895.2270", std::string(50, 'y'),
                "column taker_buy_quote_volume: found \"" + std::string(40, 'y') +
                    "...\", expected a decimal number");
}

BOOST_AUTO_TEST_CASE(a_price_is_a_positive_multiple_of_the_tick_within_the_limit) {
    kline_fails("4.2570", "4.2575",
                "column high: found \"4.2575\", expected a multiple of the tick of 0.001");
    kline_fails("4.2450", "0.0000",
                "column low: found \"0.0000\", expected at least 1 tick of 0.001");
    kline_fails("4.2570", "1099511627.777",
                "column high: found \"1099511627.777\", expected at most 1099511627776 times the "
                "tick of 0.001");
    kline_fails("81732", "81732.5",
                "column volume: found \"81732.5\", expected a multiple of the lot of 1");
    kline_fails("81732", "1099511627777",
                "column volume: found \"1099511627777\", expected at most 1099511627776 times the "
                "lot of 1");
}

BOOST_AUTO_TEST_CASE(rounding_happens_only_where_the_caller_names_it) {
    KlineOptions options = near_options();
    options.units = {"0.01", "10", Rounding::kNearest, Rounding::kDown};
    const auto read = klines(kFirst, options);
    BOOST_REQUIRE(read);
    BOOST_TEST(read->rows[0].open_ticks == 426);
    BOOST_TEST(read->rows[0].close_ticks == 425);
    BOOST_TEST(read->rows[0].volume_lots == 8173);
}

BOOST_AUTO_TEST_CASE(prices_of_a_row_must_agree) {
    kline_fails("4.2570", "4.2440",
                "column high: found \"4.2440\", expected at least the low of \"4.2450\"");
    kline_fails("4.2550", "4.2580",
                "column open: found \"4.2580\", expected a price from the low of \"4.2450\" to the "
                "high of \"4.2570\"");
    kline_fails("4.2510", "4.2440",
                "column close: found \"4.2440\", expected a price from the low of \"4.2450\" to "
                "the high of \"4.2570\"");
}

BOOST_AUTO_TEST_CASE(times_of_klines_rise_without_overlap_or_gap) {
    fails_with(klines(kFirst + kFirst),
               "near.csv: row 2, column open_time: found \"1738454400000\" (2025-02-02T00:00:00Z), "
               "expected a time after the row before, 2025-02-02T00:00:00Z");
    fails_with(klines(kFirst + replaced(kSecond, "1738454460000", "1738454460001")),
               "near.csv: row 2, column open_time: found \"1738454460001\" "
               "(2025-02-02T00:01:00.001Z), expected no gap, the next row at "
               "2025-02-02T00:01:00Z");
    const std::string short_row = "1738454430000,1,1,1,1,1,1738454489999,1,1,1,1,0\n";
    fails_with(klines(kFirst + short_row),
               "near.csv: row 2, column open_time: found \"1738454430000\" (2025-02-02T00:00:30Z), "
               "expected no overlap with the row before, which ends at 2025-02-02T00:01:00Z");
    kline_fails("1738454459999", "1738454460000",
                "column close_time: found \"1738454460000\" (2025-02-02T00:01:00Z), expected a "
                "time from 2025-02-02T00:00:00Z to before 2025-02-02T00:01:00Z");
}

BOOST_AUTO_TEST_CASE(a_gap_is_accepted_where_the_caller_allows_it) {
    KlineOptions options = near_options();
    options.gaps_allowed = true;
    const std::string later = "1738454580000,1,1,1,1,1,1738454639999,1,1,1,1,0\n";
    BOOST_REQUIRE(klines(kFirst + later, options));
    BOOST_TEST(!klines(kFirst + later));
    BOOST_TEST(!klines(later + kFirst, options));
}

BOOST_AUTO_TEST_CASE(microseconds_are_told_by_their_magnitude) {
    std::string text = replaced(kFirst, "1738454400000", "1738454400000000");
    text = replaced(text, "1738454459999", "1738454459999999");
    const auto read = klines(text);
    BOOST_REQUIRE(read);
    BOOST_TEST(read->rows[0].open_time_ns == 1'738'454'400'000'000'000);
}

BOOST_AUTO_TEST_CASE(an_empty_file_has_nothing_to_run) {
    fails_with(klines(""), "near.csv: found an empty file, expected rows");
    fails_with(klines(kKlineHeader), "near.csv: found a header only, expected rows after it");
}

BOOST_AUTO_TEST_CASE(bad_options_are_named) {
    KlineOptions options = near_options();
    options.units.tick_size = "0";
    fails_with(klines(kFirst, options),
               "tick_size: found \"0\", expected a decimal number above zero");
    options = near_options();
    options.units.lot_size = "-1";
    fails_with(klines(kFirst, options),
               "lot_size: found \"-1\", expected a decimal number above zero");
    options = near_options();
    options.interval_ns = 0;
    fails_with(klines(kFirst, options),
               "interval_ns: found 0, expected an integer from 1 to 2678400000000000");
}

BOOST_AUTO_TEST_CASE(trades_are_read_with_and_without_a_header) {
    for (const std::string& header : {kTradeHeader, std::string()}) {
        const auto read = parse_agg_trades(header + kTrades, "trades.csv", trade_options());
        BOOST_REQUIRE(read);
        BOOST_REQUIRE(read->rows.size() == 3u);
        BOOST_TEST(read->rows[2].time_ns == 1'738'454'401'500'000'000);
        BOOST_TEST(read->rows[2].price_ticks == 4254);
        BOOST_TEST(read->rows[2].volume_lots == 5);
        BOOST_TEST(read->rows[2].buyer_is_maker);
        BOOST_TEST(!read->rows[1].buyer_is_maker);
        BOOST_TEST(read->source.rows == 3);
        BOOST_TEST(read->source.last_time_ns == 1'738'454'401'500'000'000);
    }
}

BOOST_AUTO_TEST_CASE(a_bad_trade_names_its_column) {
    trades_fail("\n12,", "\n11,",
                "4, column agg_trade_id: found \"11\", expected an id above the row before, 11");
    trades_fail("\n12,", "\n13,",
                "4, column agg_trade_id: found \"13\", expected no gap, the next id 12");
    trades_fail("\n12,", "\n1-2,", "4, column agg_trade_id: found \"1-2\", expected an integer");
    trades_fail("4.256", "0", "3, column price: found \"0\", expected at least 1 tick of 0.001");
    trades_fail(",4,", ",4.5,",
                "3, column quantity: found \"4.5\", expected a multiple of the lot of 1");
    trades_fail("20,21", "20,x", "2, column last_trade_id: found \"x\", expected a decimal number");
    trades_fail("1738454401500", "1738454399999",
                "4, column transact_time: found \"1738454399999\" (2025-02-01T23:59:59.999Z), "
                "expected no time before the row before, 2025-02-02T00:00:00Z");
    trades_fail("true\n11", "tru\n11",
                "2, column is_buyer_maker: found \"tru\", expected true or false");
    trades_fail(",1738454401500,true", "",
                "4, column transact_time: found a row of 5 columns, expected 7 columns");
}

BOOST_AUTO_TEST_CASE(a_gap_in_trade_ids_is_accepted_where_the_caller_allows_it) {
    AggTradeOptions options = trade_options();
    options.gaps_allowed = true;
    BOOST_TEST(bool(parse_agg_trades(replaced(kTrades, "\n12,", "\n99,"), "t.csv", options)));
}

BOOST_AUTO_TEST_CASE(gzip_and_zip_are_told_by_content_not_by_name) {
    const Folder folder;
    const std::string text = kKlineHeader + kFirst + kSecond;
    const std::string both_members = gzipped(kKlineHeader + kFirst) + gzipped(kSecond);
    const std::string zip_path = folder.zip({text});
    for (const std::string& path :
         {folder.put("plain.zip", text), folder.put("gzip.csv", gzipped(text)),
          folder.put("members.gz", both_members), zip_path}) {
        BOOST_TEST_CONTEXT(path) {
            const auto read = read_klines(path, near_options());
            BOOST_REQUIRE(read);
            BOOST_TEST(read->rows.size() == 2u);
            BOOST_TEST(read->source.path == path);
            BOOST_TEST(read->source.sha256 == lpc::sha256_hex(*read_file(path)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_large_gzip_file_is_read_to_its_last_byte) {
    std::string text;
    for (std::int64_t i = 0; i < 300'000; ++i) text += std::to_string(i * 7919) + "\n";
    const auto read = decompressed(gzipped(text), "a.gz");
    BOOST_REQUIRE(read);
    BOOST_TEST((*read == text));
}

BOOST_AUTO_TEST_CASE(every_damage_to_a_gzip_file_is_noticed) {
    const std::string whole = gzipped(kKlineHeader + kFirst + kSecond);
    for (std::size_t size = 2; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT("first " << size << " bytes") {
            fails_with(decompressed(whole.substr(0, size), "a.gz"),
                       "a.gz: found a corrupted gzip file (it ends too early), expected one that "
                       "is whole");
        }
    }
    std::string wrong_sum = whole;
    wrong_sum[whole.size() - 5] = static_cast<char>(wrong_sum[whole.size() - 5] ^ 1);
    fails_with(decompressed(wrong_sum, "a.gz"),
               "a.gz: found a corrupted gzip file (incorrect data check), expected one that is "
               "whole");
    fails_with(decompressed(whole + "tail", "a.gz"),
               "a.gz: found a corrupted gzip file (incorrect header check), expected one that is "
               "whole");
}

BOOST_AUTO_TEST_CASE(a_damaged_zip_file_is_refused) {
    const Folder folder;
    const std::string whole = *read_file(folder.zip({kKlineHeader + kFirst}));
    fails_with(decompressed(whole.substr(0, whole.size() - 4), "a.zip"),
               "a.zip: found a corrupted zip file (Not a zip archive), expected one that is whole");
    std::string flipped = whole;
    flipped[60] = static_cast<char>(flipped[60] ^ 64);
    const auto read = decompressed(flipped, "a.zip");
    BOOST_REQUIRE(!read);
    BOOST_TEST(read.error().message.rfind("a.zip: found a corrupted zip file (", 0) == 0u);
    std::string wrong_sum = whole;  // of the stored text, in both headers
    for (const std::size_t at : {std::size_t{14}, whole.rfind("PK\x01\x02") + 16}) {
        wrong_sum[at] = static_cast<char>(wrong_sum[at] ^ 1);
    }
    fails_with(decompressed(wrong_sum, "a.zip"),
               "a.zip: found a corrupted zip file (CRC error), expected one that is whole");
}

BOOST_AUTO_TEST_CASE(a_zip_file_has_exactly_one_entry) {
    const Folder folder;
    fails_with(decompressed(*read_file(folder.zip({kFirst, kSecond})), "a.zip"),
               "a.zip: found a zip file with 2 entries, expected one entry");
    const std::string none = std::string("PK\x05\x06") + std::string(18, '\0');
    fails_with(decompressed(none, "a.zip"),
               "a.zip: found a zip file with 0 entries, expected one entry");
}

BOOST_AUTO_TEST_CASE(what_a_file_holds_is_bounded) {
    const Folder folder;
    const std::string text(100'000, '7');
    const std::string path = folder.put("a.csv", text);
    BOOST_TEST(bool(read_file(path, 100'000)));
    fails_with(read_file(path, 99'999),
               path + ": found a larger file, expected at most 99999 bytes");
    BOOST_TEST(bool(decompressed(gzipped(text), "a.gz", 100'000)));
    fails_with(decompressed(gzipped(text), "a.gz", 99'999),
               "a.gz: found more behind the compression, expected at most 99999 bytes");
    fails_with(decompressed(*read_file(folder.zip({text})), "a.zip", 99'999),
               "a.zip: found more behind the compression, expected at most 99999 bytes");
}

BOOST_AUTO_TEST_CASE(a_folder_is_read_in_the_order_of_names) {
    const Folder folder;
    const std::string second = gzipped(kSecond);
    folder.put("near-02.csv.gz", second);
    folder.put("near-01.csv", kKlineHeader + kFirst);
    folder.put("near-01.csv.CHECKSUM", "no market data");
    const auto read = read_klines(folder.path(), near_options());
    BOOST_REQUIRE(read);
    BOOST_REQUIRE(read->rows.size() == 2u);
    BOOST_TEST(read->rows[1].open_ticks == 4251);
    BOOST_TEST(read->source.path == folder.path());
    BOOST_TEST(read->source.sha256 == lpc::sha256_hex(kKlineHeader + kFirst + second));
}

BOOST_AUTO_TEST_CASE(a_bad_file_in_a_folder_is_named) {
    const Folder folder;
    folder.put("1.csv", kKlineHeader + kFirst);
    const std::string bad = folder.put("2.csv", kKlineHeader + kFirst);
    fails_with(read_klines(folder.path(), near_options()),
               bad +
                   ": row 2, column open_time: found \"1738454400000\" (2025-02-02T00:00:00Z), "
                   "expected a time after the row before, 2025-02-02T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_path_without_data_is_refused) {
    const Folder folder;
    fails_with(read_klines(folder.path(), near_options()),
               folder.path() +
                   ": found a folder without market data, expected files that end in "
                   ".csv, .gz or .zip");
    const std::string missing = folder.path() + "/none.csv";
    fails_with(
        read_klines(missing, near_options()),
        missing + ": cannot be opened (No such file or directory), expected a readable file");
    fails_with(read_file(folder.path()),
               folder.path() + ": cannot be read (Is a directory), expected a readable file");
}

BOOST_AUTO_TEST_SUITE_END()
