// Saved records: known bytes, round trip, and that no reader leaves its bytes; and that each
// command's arguments land in their fields.
#include <lpc/plugin.h>
#include <lpc/sdk/command.hpp>
#include <lpc/sdk/record.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstring>
#include <vector>

namespace {

// A small integer generator (xorshift64*); the seed is printed on failure.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return state_ * 2685821657736338717u;
    }

  private:
    std::uint64_t state_;
};

// The one command that `give` makes.
template <class Give>
lpc_command written(Give give) {
    lpc_command command{};
    lpc_output out{&command, 1, 0, 0, 0};
    lpc::CommandWriter writer;
    writer.begin(out);
    give(writer);
    BOOST_TEST(out.count == 1u);
    return command;
}

void expect(const lpc_command& c, std::uint16_t kind, std::uint8_t code, std::uint64_t tag,
            std::array<std::int64_t, 4> words) {
    BOOST_TEST_CONTEXT("kind " << kind) {
        BOOST_TEST(c.kind == kind);
        BOOST_TEST(static_cast<int>(c.code) == static_cast<int>(code));
        BOOST_TEST(c.account == 7u);
        BOOST_TEST(c.tag == tag);
        BOOST_TEST(c.cause_seq == 9u);
        BOOST_TEST(c.instrument == (kind == LPC_CMD_TIMER ? 0u : 3u));
        BOOST_TEST(c.flags == 0);
        BOOST_TEST(std::memcmp(c.u.word, words.data(), sizeof words) == 0);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_record)

BOOST_AUTO_TEST_CASE(integers_are_written_little_endian_and_unpadded) {
    std::array<std::uint8_t, 32> bytes{};
    lpc::RecordWriter out(bytes.data(), bytes.size());
    out.version(1);
    out.u16(0x0203);
    out.u32(0x04050607);
    out.i64(-2);
    out.boolean(true);
    BOOST_TEST(out.ok());
    const std::array<std::uint8_t, 16> expected = {1,    3,    2,    7,    6,    5,    4,    0xfe,
                                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1};
    BOOST_TEST(out.size() == expected.size());
    BOOST_TEST(std::memcmp(bytes.data(), expected.data(), expected.size()) == 0);
}

BOOST_AUTO_TEST_CASE(a_writer_without_room_stays_in_error_and_keeps_to_its_bytes) {
    std::array<std::uint8_t, 8> bytes{};
    bytes.fill(0xaa);
    lpc::RecordWriter out(bytes.data(), 5);
    out.u32(1);
    out.u16(2);
    out.u8(3);
    BOOST_TEST(!out.ok());
    BOOST_TEST(out.size() == 4u);
    for (std::size_t i = 4; i < bytes.size(); ++i) BOOST_TEST(static_cast<int>(bytes[i]) == 0xaa);
}

BOOST_AUTO_TEST_CASE(a_reader_at_the_end_stays_in_error_and_answers_zero) {
    const std::array<std::uint8_t, 5> bytes = {1, 2, 3, 4, 5};
    lpc::RecordReader in(bytes.data(), bytes.size());
    BOOST_TEST(in.u32() == 0x04030201u);
    BOOST_TEST(in.u16() == 0);
    BOOST_TEST(in.u8() == 0);
    BOOST_TEST(!in.ok());
    BOOST_TEST(!in.finished());
}

BOOST_AUTO_TEST_CASE(left_over_bytes_are_not_finished) {
    const std::array<std::uint8_t, 2> bytes = {1, 0};
    lpc::RecordReader in(bytes.data(), bytes.size());
    BOOST_TEST(static_cast<int>(in.version(1)) == 1);
    BOOST_TEST(in.ok());
    BOOST_TEST(!in.finished());
    BOOST_TEST(!in.boolean());
    BOOST_TEST(in.finished());
    BOOST_TEST(!in.empty());
    BOOST_TEST(lpc::RecordReader(nullptr, 0).empty());
}

BOOST_AUTO_TEST_CASE(a_value_out_of_its_range_is_an_error) {
    const std::array<std::uint8_t, 8> bytes = {3, 0, 0, 0, 0, 0, 0, 0};
    const auto reader = [&] { return lpc::RecordReader(bytes.data(), bytes.size()); };
    lpc::RecordReader newer = reader(), truth = reader(), low = reader(), high = reader(),
                      fits = reader(), zero = reader();
    BOOST_TEST(static_cast<int>(newer.version(2)) == 0);
    BOOST_TEST(!newer.ok());
    BOOST_TEST(!truth.boolean());
    BOOST_TEST(!truth.ok());
    BOOST_TEST(low.i64_within(4, 9) == 0);
    BOOST_TEST(!low.ok());
    BOOST_TEST(high.i64_within(-4, 2) == 0);
    BOOST_TEST(!high.ok());
    BOOST_TEST(fits.i64_within(3, 3) == 3);
    BOOST_TEST(fits.finished());
    (void)zero.u8();
    BOOST_TEST(static_cast<int>(zero.version(9)) == 0);
    BOOST_TEST(!zero.ok());
}

BOOST_AUTO_TEST_CASE(a_count_that_cannot_follow_is_an_error) {
    const std::array<std::uint8_t, 12> bytes = {2, 0, 0, 0};
    lpc::RecordReader in(bytes.data(), bytes.size());
    BOOST_TEST(in.count(4) == 2u);
    lpc::RecordReader many(bytes.data(), bytes.size());
    BOOST_TEST(many.count(5) == 0u);
    BOOST_TEST(!many.ok());
    const std::array<std::uint8_t, 4> most = {0xff, 0xff, 0xff, 0xff};
    lpc::RecordReader huge(most.data(), most.size());
    BOOST_TEST(huge.count(0xffffffffu) == 0u);
    BOOST_TEST(!huge.ok());
}

// Heap blocks of exactly the record's size: a byte read or written beyond is caught by the address
// sanitizer.
BOOST_AUTO_TEST_CASE(what_was_written_is_read_back_and_a_cut_record_never_finishes) {
    const std::uint64_t seed = 20250203;
    Random random(seed);
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::uint8_t> kinds(1 + random.next() % 12);
        std::vector<std::uint64_t> values(kinds.size());
        std::uint32_t size = 0;
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            const auto width = static_cast<std::uint8_t>(1u << random.next() % 4);
            kinds[i] = width;
            values[i] = random.next() &
                        (width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * width)) - 1);
            size += width;
        }
        std::vector<std::uint8_t> bytes(size);
        lpc::RecordWriter out(bytes.data(), size);
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            if (kinds[i] == 1) out.u8(static_cast<std::uint8_t>(values[i]));
            if (kinds[i] == 2) out.u16(static_cast<std::uint16_t>(values[i]));
            if (kinds[i] == 4) out.u32(static_cast<std::uint32_t>(values[i]));
            if (kinds[i] == 8) out.u64(values[i]);
        }
        BOOST_TEST_REQUIRE(out.ok(), "seed " << seed << " round " << round);
        for (const std::uint32_t kept : {size, static_cast<std::uint32_t>(random.next() % size)}) {
            const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + kept);
            lpc::RecordReader in(cut.data(), kept);
            bool equal = true;
            for (std::size_t i = 0; i < kinds.size(); ++i) {
                const std::uint64_t found = kinds[i] == 1   ? in.u8()
                                            : kinds[i] == 2 ? in.u16()
                                            : kinds[i] == 4 ? in.u32()
                                                            : in.u64();
                equal = equal && found == (in.ok() ? values[i] : 0);
            }
            BOOST_TEST_REQUIRE(equal, "seed " << seed << " round " << round);
            BOOST_TEST_REQUIRE(in.finished() == (kept == size),
                               "seed " << seed << " round " << round);
        }
    }
}

BOOST_AUTO_TEST_CASE(each_argument_of_a_command_lands_in_its_field) {
    using Out = lpc::CommandWriter&;
    const std::uint64_t a = 7, s = 9, t = 5;
    const std::uint32_t i = 3;
    expect(written([&](Out o) {
               o.margin({a, i, s, LPC_MARGIN_WARNED, 11, 12, 13, 14});
           }),
           LPC_CMD_MARGIN, LPC_MARGIN_WARNED, 0, {11, 12, 13, 14});
    expect(written([&](Out o) {
               o.levels({a, i, s, 11, 12, 13});
           }),
           LPC_CMD_LEVELS, 0, 0, {11, 12, 13, 0});
    expect(written([&](Out o) {
               o.closeout({a, i, s, 11, 12, 13, 14});
           }),
           LPC_CMD_CLOSEOUT, 0, 0, {11, 12, 13, 14});
    expect(written([&](Out o) { o.release({a, i, s}); }), LPC_CMD_RELEASE, 0, 0, {0, 0, 0, 0});
    expect(written([&](Out o) {
               o.order({a, i, t, s, LPC_ORDER_LIMIT, 11, 12, 13});
           }),
           LPC_CMD_ORDER, LPC_ORDER_LIMIT, 5, {11, 12, 13, 0});
    expect(written([&](Out o) {
               o.cancel({a, i, t, s, 11});
           }),
           LPC_CMD_CANCEL, 0, 5, {11, 0, 0, 0});
    expect(written([&](Out o) {
               o.offer({a, i, t, s, LPC_AUCTION_SEALED, 11, 12, 13, 14});
           }),
           LPC_CMD_OFFER, LPC_AUCTION_SEALED, 5, {11, 12, 13, 14});
    expect(written([&](Out o) {
               o.award({a, i, t, s, 11, 12, 13, 14});
           }),
           LPC_CMD_AWARD, 0, 5, {11, 12, 13, 14});
    expect(written([&](Out o) { o.grant({a, i, t, s, 11}); }), LPC_CMD_GRANT, 0, 5, {11, 0, 0, 0});
    expect(written([&](Out o) {
               o.takeover({a, i, t, s, 11, 12, 13});
           }),
           LPC_CMD_TAKEOVER, 0, 5, {11, 12, 13, 0});
    expect(written([&](Out o) {
               o.deleverage({a, i, t, s, 11, 12});
           }),
           LPC_CMD_DELEVERAGE, 0, 5, {11, 12, 0, 0});
    expect(written([&](Out o) {
               o.escalate({a, i, s, LPC_ESCALATE_TOXIC});
           }),
           LPC_CMD_ESCALATE, LPC_ESCALATE_TOXIC, 0, {0, 0, 0, 0});
    expect(written([&](Out o) { o.timer({a, t, s, 11}); }), LPC_CMD_TIMER, 0, 5, {11, 0, 0, 0});
}

BOOST_AUTO_TEST_SUITE_END()
