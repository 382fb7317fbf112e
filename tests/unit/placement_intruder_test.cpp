// A channel whose memory somebody writes to, whatever and whenever he likes: each side comes to a
// message, to nothing or to garbage, and no further.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <support/channel_pair.hpp>
#include <thread>

namespace lpc::placement {
namespace {

using namespace std::chrono_literals;
using tests::Draw;
using tests::draw_message;
using Pair = tests::ChannelPair;
using Intruder = tests::ChannelIntruder;

// A side under attack: it does everything that a side does, and what comes of it makes sense.
class Victim {
  public:
    Victim(Channel& channel, std::uint32_t records_max)
        : channel_(channel), records_max_(records_max) {}

    void step(Draw& draw) {
        const Message message = draw_message(draw, 20);
        if (draw.permille(400)) channel_.send(message, message.records);
        if (draw.permille(100)) (void)channel_.pump();
        if (draw.permille(100)) (void)channel_.wait(0ns);
        const Got what = channel_.receive(got_);
        if (what == Got::message) BOOST_REQUIRE(got_.records.size() == got_.count);
        BOOST_REQUIRE(got_.records.size() <= records_max_);
        if (garbage_) BOOST_REQUIRE((what == Got::garbage));
        garbage_ = what == Got::garbage;
        BOOST_REQUIRE(garbage_ == !channel_.fault().empty());
        if (garbage_) BOOST_REQUIRE(channel_.backlog() == 0u);
    }
    bool heard_garbage() const { return garbage_; }

  private:
    Channel& channel_;
    const std::uint32_t records_max_;
    Message got_;
    bool garbage_ = false;
};

constexpr ChannelLimits kTight{.message_records = 24, .looks = 1};

BOOST_AUTO_TEST_SUITE(placement_intruder)

BOOST_AUTO_TEST_CASE(a_count_of_records_written_that_cannot_be_is_garbage) {
    for (const std::uint64_t written : {std::uint64_t{2}, std::uint64_t{12}, UINT64_MAX}) {
        BOOST_TEST_CONTEXT("written " << written) {
            const Pair pair(8);
            ChannelMemory memory = ChannelMemory::open(pair.engine->fd()).value();
            Message got;
            for (int i = 0; i < 3; ++i) {
                pair.sidecar->send({.kind = 1});
                BOOST_REQUIRE((pair.engine->receive(got) == Got::message));
            }
            memory.side(1).written = written;
            BOOST_TEST((pair.engine->receive(got) == Got::garbage));
            BOOST_TEST(pair.engine->fault() == "the other side says that it has written " +
                                                   std::to_string(written) +
                                                   " records, expected 3 to 11");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_count_of_records_read_that_cannot_be_is_garbage) {
    for (const std::uint64_t read : {std::uint64_t{7}, std::uint64_t{17}, UINT64_MAX}) {
        BOOST_TEST_CONTEXT("read " << read) {
            const Pair pair(8);
            ChannelMemory memory = ChannelMemory::open(pair.engine->fd()).value();
            const std::vector<lpc_fact> records(7);
            Message got;
            pair.engine->send({.kind = 1}, records);
            BOOST_REQUIRE((pair.sidecar->receive(got) == Got::message));
            pair.engine->send({.kind = 2}, records);
            BOOST_REQUIRE(pair.engine->backlog() == 0u);  // so it knows that 8 were read
            memory.side(1).read = read;                   // at least 8, at most 16
            BOOST_REQUIRE(pair.engine->fault().empty());
            pair.engine->send({.kind = 3}, records);
            BOOST_TEST((pair.engine->receive(got) == Got::garbage));
            BOOST_TEST(pair.engine->backlog() == 0u);
        }
    }
}

// Each word of the memory in turn becomes each of some values, in the middle of lively traffic.
BOOST_AUTO_TEST_CASE(whatever_word_is_overwritten_both_sides_survive) {
    constexpr std::array<std::uint64_t, 9> kValues{
        0, 1, 9, 1'000, UINT32_MAX, 1ULL << 32, 1ULL << 63, UINT64_MAX - 1, UINT64_MAX};
    int garbage = 0;
    const std::size_t words = Intruder(Pair(8).engine->fd()).words();
    for (std::size_t word = 0; word < words; ++word) {
        for (const std::uint64_t value : kValues) {
            BOOST_TEST_CONTEXT("word " << word << " becomes " << value) {
                const Pair pair(8, kTight);
                const Intruder intruder(pair.engine->fd());
                Victim engine(*pair.engine, kTight.message_records);
                Victim sidecar(*pair.sidecar, kTight.message_records);
                Draw draw{word, value};
                for (int step = 0; step < 40; ++step) {
                    if (step % 10 == 5) intruder.write(word, value);
                    engine.step(draw);
                    sidecar.step(draw);
                }
                garbage += engine.heard_garbage() ? 1 : 0;
                garbage += sidecar.heard_garbage() ? 1 : 0;
            }
        }
    }
    BOOST_TEST(garbage > 40);
}

BOOST_AUTO_TEST_CASE(whoever_scribbles_between_the_steps_does_no_harm) {
    for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            Draw draw{seed};
            const Pair pair(static_cast<std::uint32_t>(1 + draw.below(16)), kTight);
            const Intruder intruder(pair.engine->fd());
            Victim engine(*pair.engine, kTight.message_records);
            Victim sidecar(*pair.sidecar, kTight.message_records);
            for (int step = 0; step < 100; ++step) {
                if (draw.permille(300)) intruder.scribble(draw);
                engine.step(draw);
                if (draw.permille(700)) sidecar.step(draw);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(whoever_scribbles_all_the_time_does_no_harm) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            const Pair pair(8, kTight);
            std::atomic<bool> ends{false};
            const Intruder intruder(pair.engine->fd());
            std::thread thread([&] {
                for (Draw draw{seed, 1}; !ends.load();) intruder.scribble(draw);
            });
            Victim engine(*pair.engine, kTight.message_records);
            Victim sidecar(*pair.sidecar, kTight.message_records);
            Draw draw{seed};
            for (int step = 0; step < 300; ++step) {
                engine.step(draw);
                sidecar.step(draw);
            }
            ends.store(true);
            thread.join();
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lpc::placement
