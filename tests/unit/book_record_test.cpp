// The reader of recorded order books, on a few lines: what it gives, and each thing that it
// refuses.
#include <boost/test/unit_test.hpp>
#include <market_data/book_record.hpp>
#include <string>

using namespace lpc::market_data;

namespace {

const MarketUnits kUnits{"0.1", "0.001", Rounding::kExact, Rounding::kDown};

std::string depth(const std::string& time, int first, int last, int before, const std::string& bids,
                  const std::string& asks) {
    return time + R"( {"stream":"x@depth@0ms","data":{"e":"depthUpdate","U":)" +
           std::to_string(first) + ",\"u\":" + std::to_string(last) +
           ",\"pu\":" + std::to_string(before) + ",\"b\":[" + bids + "],\"a\":[" + asks + "]}}\n";
}

const std::string kOld = depth("1000", 1, 5, 0, R"(["9.0","1.000"])", "");
const std::string kEarly = depth("1500", 6, 11, 5, R"(["10.0","2.000"])", "");
const std::string kSnapshot =
    R"(2000 {"lastUpdateId":9,"bids":[["10.0","1.000"],["9.9","3.000"]],"asks":[["10.2","1.500"]]})"
    "\n";
const std::string kTicker = R"(2100 {"stream":"x@bookTicker","data":{"u":1}})"
                            "\n";
const std::string kTrade =
    R"(2500 {"stream":"x@trade","data":{"e":"trade","p":"10.0","q":"0.250"}})"
    "\n";
const std::string kNext = depth("3000", 12, 20, 11, R"(["10.0","0.000"])", R"(["10.1","0.004"])");
const std::string kEnd = R"(4000 {"stream":"x@trade","data":{"e":"trade","p":"9.9","q":"0.001"}})"
                         "\n";
const std::string kGood = kOld + kEarly + kSnapshot + kTicker + kTrade + kNext + kEnd;

lpc::Result<BookRecord> parsed(const std::string& text) {
    return parse_book_record(text, "book.gz", kUnits);
}

BookRecord good() {
    auto record = parsed(kGood);
    BOOST_REQUIRE_MESSAGE(record, (record ? "" : record.error().message));
    return *record;
}

void fails_with(const std::string& text, const std::string& sentence) {
    const auto record = parsed(text);
    BOOST_REQUIRE(!record);
    BOOST_TEST(record.error().message == sentence);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

BookLevels levels_after(const BookRecord& record, std::size_t updates) {
    BookLevels levels;
    for (std::size_t i = 0; i < updates; ++i) levels.apply(record, record.updates[i]);
    return levels;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(book_record)

BOOST_AUTO_TEST_CASE(snapshot_and_updates_make_the_book) {
    const BookRecord record = good();
    BOOST_TEST(record.source.rows == 7);
    BOOST_TEST(record.source.first_time_ns == 2000);
    BOOST_TEST(record.source.last_time_ns == 4000);
    BOOST_TEST(record.source.sha256.size() == 64u);
    // The snapshot, what came before it and is newer, and one more.
    BOOST_REQUIRE(record.updates.size() == 3u);
    BOOST_TEST(record.updates[1].time_ns == 2000);
    const BookLevels levels = levels_after(record, 2);
    BOOST_TEST(levels.bids.begin()->first == 100);
    BOOST_TEST(levels.bids.begin()->second == 2000);
    BOOST_TEST(levels.bids.size() == 2u);  // the old update is in the snapshot
    const BookLevels last = levels_after(record, 3);
    BOOST_TEST(last.bids.begin()->first == 99);
    BOOST_TEST(last.asks.begin()->first == 101);
    BOOST_TEST(last.asks.begin()->second == 4);
    BOOST_REQUIRE(record.trades.size() == 2u);
    BOOST_TEST(record.trades[0].volume_lots == 250);
}

BOOST_AUTO_TEST_CASE(a_spot_market_chains_without_the_id_before) {
    std::string text = kGood;
    for (const char* before : {",\"pu\":0", ",\"pu\":5", ",\"pu\":11"})
        text = replaced(text, before, "");
    BOOST_TEST(parsed(text).has_value());
    fails_with(replaced(text, "\"U\":12", "\"U\":13"),
               "book.gz: line 6: found an update from 13, expected no gap in the chain, which has "
               "come to 11");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_refused_in_one_sentence) {
    fails_with(replaced(kGood, "\"pu\":11", "\"pu\":10"),
               "book.gz: line 6: found an update from 12 after 10, expected no gap in the chain, "
               "which has come to 11");
    fails_with(replaced(kGood, "3000 ", "1900 "),
               "book.gz: line 6: found 1970-01-01T00:00:00.0000019Z, expected no time before the "
               "line before, 1970-01-01T00:00:00.0000025Z");
    fails_with(replaced(kGood, "\"10.1\",\"0.004\"", "\"9.9\",\"0.004\""),
               "book.gz: line 6: found a bid of 99 ticks and an ask of 99, expected a book that "
               "does not cross");
    fails_with(
        replaced(kGood, "10.1", "10.15"),
        "book.gz: line 6: found \"10.15\", expected a whole number of ticks of 0.1, at least 1");
    fails_with(
        replaced(kGood, "\"0.004\"", "-1"),
        "book.gz: line 6: found \"-1\", expected a whole number of lots of 0.001, at least 0");
    fails_with(
        replaced(kGood, "[\"10.1\",\"0.004\"]", "[\"10.1\"]"),
        "book.gz: line 6: found \"[\\x2210.1\\x22]\", expected a pair of price and quantity");
    fails_with(
        replaced(kGood, "x@trade", "x@kline"),
        "book.gz: line 5: found \"x@kline\", expected a stream of depth, trade or bookTicker");
    fails_with(kGood + replaced(kSnapshot, "2000", "5000"),
               "book.gz: line 8: found another snapshot, expected one only");
    fails_with(kGood + "5000 {", "book.gz: line 8: found \"{\", expected a JSON object");
    fails_with(
        kGood + "hello",
        "book.gz: line 8: found \"hello\", expected a time in ns, a space and a JSON object");
    fails_with(kOld, "book.gz: found no snapshot, expected one line with it");
    fails_with(replaced(kGood, "\"u\":20", "\"u\":\"20\""),
               "book.gz: line 6: found \"20\", expected a whole number as u");
}

BOOST_AUTO_TEST_CASE(a_cut_begins_with_the_book_as_it_stood) {
    const BookRecord record = good();
    const auto part = cut(record, {2500, 4000});
    BOOST_REQUIRE(part);
    BOOST_REQUIRE(part->updates.size() == 2u);
    BOOST_TEST(part->updates[0].time_ns == 2500);
    const BookLevels begun = levels_after(*part, 1), here = levels_after(record, 2);
    BOOST_CHECK(begun.bids == here.bids);
    BOOST_CHECK(begun.asks == here.asks);
    const BookLevels ended = levels_after(*part, 2), there = levels_after(record, 3);
    BOOST_CHECK(ended.bids == there.bids);
    BOOST_CHECK(ended.asks == there.asks);
    BOOST_TEST(part->trades.size() == 1u);
    BOOST_TEST(!cut(record, {1999, 4000}).has_value());
    BOOST_TEST(!cut(record, {2000, 4001}).has_value());
}

BOOST_AUTO_TEST_CASE(the_path_is_the_middle_of_the_best_prices) {
    const auto path = price_path(good(), 1000);
    BOOST_REQUIRE(path);
    BOOST_REQUIRE(path->size() == 2u);
    BOOST_TEST((*path)[0].time_ns == 2000);
    BOOST_TEST((*path)[0].price_ticks == 101);
    BOOST_TEST((*path)[0].volume_lots == 250);
    BOOST_TEST((*path)[1].price_ticks == 100);  // 99 and 101
    BOOST_TEST((*path)[1].volume_lots == 0);
}

BOOST_AUTO_TEST_SUITE_END()
