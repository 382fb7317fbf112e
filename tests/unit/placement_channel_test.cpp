// The channel between two processes, both ends of it in this one: against a naive model and between
// threads.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <deque>
#include <support/channel_pair.hpp>
#include <thread>

namespace lpc::placement {
namespace {

using namespace std::chrono_literals;
using tests::Draw;
using tests::draw_message;
using Pair = tests::ChannelPair;
using Intruder = tests::ChannelIntruder;

bool is_same(const Message& a, const Message& b) {
    return a.kind == b.kind && a.count == b.count && a.number == b.number && a.words == b.words &&
           a.records.size() == b.records.size() &&
           (a.records.empty() || std::memcmp(a.records.data(), b.records.data(),
                                             a.records.size() * sizeof(lpc_fact)) == 0);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// One direction, and what should be under way in it.
struct Way {
    Channel& from;
    Channel& to;
    std::deque<Message> under_way;

    void send(Message message) {
        from.send(message, message.records);
        under_way.push_back(std::move(message));
    }
    void receive() {
        Message got;
        const Got what = to.receive(got);
        BOOST_REQUIRE(what != Got::garbage);
        if (what == Got::nothing) return;
        BOOST_REQUIRE(!under_way.empty());
        BOOST_REQUIRE(is_same(got, under_way.front()));
        under_way.pop_front();
    }
};

void interleave(Draw draw) {
    const auto ring_records = static_cast<std::uint32_t>(1 + draw.below(20));
    const Pair pair(ring_records, {.looks = 1});
    Way there{*pair.engine, *pair.sidecar, {}};
    Way back{*pair.sidecar, *pair.engine, {}};
    for (int step = 0; step < 400; ++step) {
        Way& way = draw.permille(500) ? there : back;
        switch (draw.below(5)) {
            case 0:
                way.send(draw_message(draw, draw.permille(100) ? 3 * ring_records : 4));
                break;
            case 1:
                (void)way.from.pump();
                break;
            case 2:
                // It pumps as well, so that what is under way does come if both do so in turn.
                if (way.under_way.empty()) BOOST_REQUIRE(!way.to.wait(0ns));
                break;
            default:
                way.receive();
        }
    }
    for (int round = 0; !there.under_way.empty() || !back.under_way.empty(); ++round) {
        BOOST_REQUIRE(round < 100'000);
        for (Way* way : {&there, &back}) {
            (void)way->from.pump();
            way->receive();
        }
    }
    BOOST_REQUIRE(pair.engine->backlog() == 0u);
    BOOST_REQUIRE(pair.sidecar->backlog() == 0u);
}

// Both sides sleep often, and a wake-up that is lost would take a minute.
void talk(std::uint32_t ring_records, std::uint64_t messages) {
    constexpr std::uint64_t kAhead = 256;
    const Pair pair(ring_records, {.looks = 2});
    std::thread consumer([&] {
        Message got;
        std::uint64_t word = 0;
        for (std::uint64_t next = 0; next < messages;) {
            const Got what = pair.sidecar->receive(got);
            if (what == Got::garbage) return;
            if (what == Got::nothing) {
                if (!pair.sidecar->wait(1min)) return;
                continue;
            }
            bool right = got.number == next && got.records.size() == next % 16;
            for (const lpc_fact& record : got.records)
                right = right && record.seq == word++ && record.u.word[4] == -1;
            if (!right) return;
            if (++next % kAhead == 0) pair.sidecar->send({.number = next});
        }
        pair.sidecar->send({.number = messages});
    });
    std::uint64_t told = 0, word = 0;
    const auto hear = [&] {
        Message got;
        while (pair.engine->receive(got) == Got::nothing)
            if (!pair.engine->wait(1min)) return false;
        told = got.number;
        return true;
    };
    bool goes_on = true;
    std::vector<lpc_fact> records;
    for (std::uint64_t number = 0; goes_on && number < messages; ++number) {
        records.assign(number % 16, {});
        for (lpc_fact& record : records) {
            record.seq = word++;
            record.u.word[4] = -1;
        }
        pair.engine->send({.number = number}, records);
        while (goes_on && number >= told + 2 * kAhead) goes_on = hear();
    }
    while (goes_on && told < messages) goes_on = hear();
    BOOST_TEST(told == messages);
    consumer.join();
}

BOOST_AUTO_TEST_SUITE(placement_channel)

BOOST_AUTO_TEST_CASE(messages_come_whole_and_in_order_however_sends_and_receives_interleave) {
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            interleave(Draw{seed});
        }
    }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_kept_and_counted_and_goes_out_as_room_is_made) {
    const Pair pair(8);
    Draw draw{1};
    Message large = draw_message(draw, 0);
    large.records.resize(100);
    large.count = 100;
    pair.engine->send(large, large.records);
    BOOST_TEST(pair.engine->backlog() == 101u - 8u);
    BOOST_TEST(!pair.engine->pump());
    Message got;
    BOOST_TEST((pair.sidecar->receive(got) == Got::nothing));
    BOOST_TEST(!pair.engine->pump());
    BOOST_TEST(pair.engine->backlog() == 101u - 16u);
    for (int round = 0; round < 11; ++round) {
        BOOST_TEST((pair.sidecar->receive(got) == Got::nothing));
        BOOST_TEST(pair.engine->pump() == (round == 10));
    }
    BOOST_REQUIRE((pair.sidecar->receive(got) == Got::message));
    BOOST_TEST(is_same(got, large));
}

BOOST_AUTO_TEST_CASE(a_wait_ends_when_something_comes_and_says_so_when_nothing_did) {
    const Pair pair(8, {.looks = 1});
    BOOST_TEST(!pair.sidecar->wait(1ms));
    pair.engine->send({.kind = 1});
    BOOST_TEST(pair.sidecar->wait(0ns));
    Message got;
    BOOST_TEST((pair.sidecar->receive(got) == Got::message));
    BOOST_TEST(!pair.sidecar->wait(0ns));
    // One who sleeps is woken: without that this takes an hour.
    bool woken = false;
    std::thread sleeper([&] { woken = pair.sidecar->wait(1h); });
    std::this_thread::sleep_for(20ms);
    pair.engine->send({.kind = 2});
    sleeper.join();
    BOOST_TEST(woken);
}

BOOST_AUTO_TEST_CASE(a_wait_sends_the_backlog_on_as_room_is_made) {
    const Pair pair(4, {.looks = 1});
    const std::vector<lpc_fact> many(1'000);
    std::thread other([&] {
        Message got;
        while (pair.sidecar->receive(got) == Got::nothing)
            if (!pair.sidecar->wait(1min)) return;
        pair.sidecar->send({.kind = 7});
    });
    pair.engine->send({.kind = 1}, many);
    BOOST_TEST(pair.engine->wait(1min));
    Message answer;
    BOOST_TEST((pair.engine->receive(answer) == Got::message));
    BOOST_TEST(answer.kind == 7u);
    other.join();
}

BOOST_AUTO_TEST_CASE(between_two_threads_millions_of_records_come_in_order) {
    talk(64, 300'000);
    talk(2, 10'000);
}

BOOST_AUTO_TEST_CASE(a_message_larger_than_the_limit_is_garbage_and_final) {
    const auto engine = Channel::create(8, {.message_records = 20}).value();
    const auto sidecar = Channel::open(engine->fd()).value();
    const std::vector<lpc_fact> records(21);
    const std::span<const lpc_fact> all(records);
    Message got;
    sidecar->send({.kind = 1}, all.first(20));
    for (int round = 0; round < 3; ++round, (void)sidecar->pump())
        BOOST_REQUIRE((engine->receive(got) == (round < 2 ? Got::nothing : Got::message)));
    BOOST_TEST(got.records.size() == 20u);
    BOOST_TEST(engine->fault().empty());

    sidecar->send({.kind = 2}, all);
    BOOST_REQUIRE((engine->receive(got) == Got::garbage));
    BOOST_TEST(engine->fault() ==
               "the other side begins a message of 21 records, expected at most 20");
    BOOST_TEST(got.kind == 1u);
    BOOST_TEST(engine->wait(1h));
    engine->send({.kind = 3}, all);
    BOOST_TEST(engine->backlog() == 0u);
    sidecar->send({.kind = 4});
    BOOST_TEST((engine->receive(got) == Got::garbage));
}

BOOST_AUTO_TEST_CASE(nobody_can_take_the_memory_away) {
    const Pair pair(8);
    BOOST_TEST(::ftruncate(pair.engine->fd(), 0) != 0);
    BOOST_TEST(::ftruncate(pair.engine->fd(), 1 << 20) != 0);
}

BOOST_AUTO_TEST_CASE(a_channel_of_no_records_or_too_many_is_refused_in_a_sentence) {
    BOOST_TEST(Channel::create(0).error().message ==
               "a channel with rings of 0 records: expected 1 to 1048576");
    BOOST_TEST(!Channel::create((1u << 20) + 1).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_channel_is_not_opened_and_the_sentence_says_why) {
    const auto refusal = [](int fd) {
        const auto opened = Channel::open(fd);
        BOOST_REQUIRE(!opened.has_value());
        const std::string message = opened.error().message;
        BOOST_TEST(has(message, "opening descriptor " + std::to_string(fd) + " as a channel: "));
        return message;
    };
    const auto made = [](off_t bytes) {
        const int fd = ::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        BOOST_REQUIRE(::ftruncate(fd, bytes) == 0);
        return fd;
    };
    constexpr int kFixed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    const int nothing = made(0);
    ::close(nothing);
    BOOST_TEST(has(refusal(nothing), "Bad file descriptor"));

    const int resizable = made(1 << 16);
    BOOST_TEST(has(refusal(resizable), "found no memory of fixed size"));
    BOOST_REQUIRE(::fcntl(resizable, F_ADD_SEALS, kFixed) == 0);
    BOOST_TEST(has(refusal(resizable), "found another beginning"));
    ::close(resizable);

    const int small = made(64);
    BOOST_REQUIRE(::fcntl(small, F_ADD_SEALS, kFixed) == 0);
    BOOST_TEST(has(refusal(small), "found 64 bytes, expected at least"));
    ::close(small);

    const auto channel = Channel::create(8).value();
    const Intruder intruder(channel->fd());
    for (const std::uint64_t records : {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{16},
                                        std::uint64_t{1} << 32, UINT64_MAX}) {
        intruder.write(1, records);
        BOOST_TEST(has(refusal(channel->fd()), "which do not belong together"));
    }
    intruder.write(1, 8);
    BOOST_TEST(Channel::open(channel->fd()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lpc::placement
