// The fuzz target of csv_fuzz.cpp over a corpus of whole files that are damaged at seeded places:
// bytes changed, cut out, doubled, swapped, truncated. A broken law ends the process and names
// itself.
#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <market_data/agg_trades.hpp>
#include <market_data/kline.hpp>
#include <string>
#include <vector>
#include <venue/random.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

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

// A zip archive with one stored entry, written out by hand: the fuzz target reads damaged archives
// too.
std::string zipped(const std::string& text) {
    const auto word = [](std::uint64_t value, int bytes) {
        std::string out;
        for (int i = 0; i < bytes; ++i, value >>= 8) out += static_cast<char>(value & 255);
        return out;
    };
    const std::uint64_t sum =
        crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
    const std::string entry = word(20, 2) + word(0, 8) + word(sum, 4) + word(text.size(), 4) +
                              word(text.size(), 4) + word(1, 2) + word(0, 2);
    const std::string local = "PK\x03\x04" + entry + "a" + text;
    const std::string central = "PK\x01\x02" + word(20, 2) + entry + word(0, 14) + "a";
    return local + central + "PK\x05\x06" + word(0, 4) + word(1, 2) + word(1, 2) +
           word(central.size(), 4) + word(local.size(), 4) + word(0, 2);
}

std::vector<std::string> corpus() {
    const std::string klines =
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
        "taker_buy_quote_volume,ignore\n"
        "1738454400000,4.2550,4.2570,4.2450,4.2510,81732,1738454459999,347494.9160,1160,30544,"
        "129895.2270,0\n"
        "1738454460000,4.2510,4.2530,4.2430,4.2450,25960,1738454519999,110251.4260,547,8417,"
        "35746.0560,0\n";
    const std::string trades =
        "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n"
        "10,4.255,3,20,21,1738454400000,true\n"
        "11,4.256,4,22,22,1738454400000,false\n";
    std::vector<std::string> files;
    for (const std::string& text :
         {klines, klines.substr(klines.find('\n') + 1), gzipped(klines), zipped(klines)}) {
        for (const char choice : {'\0', '\2', '\4', '\6'})
            files.push_back(std::string(1, choice) + text);
    }
    for (const std::string& text :
         {trades, trades.substr(trades.find('\n') + 1), gzipped(trades), zipped(trades)}) {
        for (const char choice : {'\1', '\3', '\5', '\7'})
            files.push_back(std::string(1, choice) + text);
    }
    return files;
}

// One wound; the first byte, which chooses the reader, stays.
void damage(std::string& bytes, lpc::venue::Random& random) {
    const auto place = [&] { return 1 + static_cast<std::size_t>(random.below(bytes.size() - 1)); };
    if (bytes.size() < 3) return;
    constexpr char kLikely[] = "0123456789.,-\n\r eE\"\xff";
    const std::size_t at = place();
    switch (random.below(6)) {
        case 0:
            bytes[at] = static_cast<char>(random.below(256));
            break;
        case 1:
            bytes[at] = kLikely[random.below(sizeof(kLikely))];
            break;
        case 2:
            bytes.erase(at, 1 + random.below(8));
            break;
        case 3:
            bytes.insert(at, bytes.substr(at, 1 + random.below(40)));
            break;
        case 4:
            std::swap(bytes[at], bytes[place()]);
            break;
        default:
            bytes.resize(at);
            break;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(csv_damage)

BOOST_AUTO_TEST_CASE(undamaged_files_are_read) {
    for (const std::string& file : corpus()) {
        using namespace lpc::market_data;
        const MarketUnits units{"0.001", "1", Rounding::kExact, Rounding::kExact};
        const std::string bytes = file.substr(1);
        if ((file[0] & 1) == 0) {
            const auto read = parse_klines(bytes, "a", {units, kMinuteNs, false});
            BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().message));
        } else {
            const auto read = parse_agg_trades(bytes, "a", {units, false});
            BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().message));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_truncation_ends_in_rows_or_in_one_sentence) {
    for (const std::string& file : corpus()) {
        for (std::size_t size = 0; size <= file.size(); ++size) {
            const auto* data = reinterpret_cast<const std::uint8_t*>(file.data());
            BOOST_REQUIRE(LLVMFuzzerTestOneInput(data, size) == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(any_damage_ends_in_rows_or_in_one_sentence) {
    const std::uint64_t seed = 4242;
    const std::vector<std::string> files = corpus();
    lpc::venue::Random random(seed);
    for (int round = 0; round < 60'000; ++round) {
        std::string bytes = files[random.below(files.size())];
        const std::uint64_t wounds = 1 + random.below(4);
        for (std::uint64_t i = 0; i < wounds; ++i) damage(bytes, random);
        BOOST_TEST_CONTEXT("seed " << seed << " round " << round) {
            const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
            BOOST_REQUIRE(LLVMFuzzerTestOneInput(data, bytes.size()) == 0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
