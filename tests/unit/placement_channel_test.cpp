// The channel between two processes, both ends of it in this one: against a naive model, between
// threads, and with somebody who writes into its memory whatever and whenever he likes.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <deque>
#include <judge/draw.hpp>
#include <placement/channel.hpp>
#include <thread>

namespace lpc::placement {
namespace {

using namespace std::chrono_literals;
using judge::Draw;

struct Pair {
    std::unique_ptr<Channel> engine, sidecar;

    explicit Pair(std::uint32_t ring_records, const ChannelLimits& limits = {}) {
        engine = Channel::create(ring_records, limits).value();
        sidecar = Channel::open(engine->fd(), limits).value();
    }
};

// The memory of a channel, once more, as somebody sees it who keeps to no rule.
class Intruder {
  public:
    explicit Intruder(int fd) {
        struct stat is {};
        BOOST_REQUIRE(::fstat(fd, &is) == 0);
        bytes_ = static_cast<std::size_t>(is.st_size);
        at_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        BOOST_REQUIRE(at_ != MAP_FAILED);
    }
    ~Intruder() { ::munmap(at_, bytes_); }
    Intruder(const Intruder&) = delete;
    Intruder& operator=(const Intruder&) = delete;

    std::size_t words() const { return bytes_ / sizeof(std::uint64_t); }
    std::uint64_t read(std::size_t i) const { return word(i).load(std::memory_order_relaxed); }
    void write(std::size_t i, std::uint64_t value) const {
        word(i).store(value, std::memory_order_relaxed);
    }
    // Nonsense, small numbers, and what is nearly right.
    void scribble(Draw& draw) const {
        const std::size_t i = draw.below(words());
        const std::uint64_t way = draw.below(4);
        write(i, way == 0   ? draw.next()
                 : way == 1 ? draw.below(100)
                 : way == 2 ? read(i) + draw.below(40)
                            : read(i) - draw.below(40));
    }

  private:
    std::atomic_ref<std::uint64_t> word(std::size_t i) const {
        return std::atomic_ref(static_cast<std::uint64_t*>(at_)[i]);
    }
    std::size_t bytes_ = 0;
    void* at_ = nullptr;
};

Message draw_message(Draw& draw, std::uint64_t records_max) {
    Message message;
    message.kind = static_cast<std::uint32_t>(draw.next());
    message.number = draw.next();
    for (std::int64_t& word : message.words) word = static_cast<std::int64_t>(draw.next());
    message.records.resize(draw.below(records_max + 1));
    for (lpc_fact& record : message.records) {
        std::array<std::uint64_t, 8> words;
        for (std::uint64_t& word : words) word = draw.next();
        std::memcpy(&record, &words, sizeof record);
    }
    message.count = static_cast<std::uint32_t>(message.records.size());
    return message;
}

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

// Both sides sleep often, and a wake-up that is lost would take a minute.
BOOST_AUTO_TEST_CASE(between_two_threads_millions_of_records_come_in_order) {
    constexpr std::uint64_t kMessages = 300'000, kAhead = 256;
    const Pair pair(64, {.looks = 2});
    std::thread consumer([&] {
        Message got;
        std::uint64_t word = 0;
        for (std::uint64_t next = 0; next < kMessages;) {
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
        pair.sidecar->send({.number = kMessages});
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
    for (std::uint64_t number = 0; goes_on && number < kMessages; ++number) {
        records.assign(number % 16, {});
        for (lpc_fact& record : records) {
            record.seq = word++;
            record.u.word[4] = -1;
        }
        pair.engine->send({.number = number}, records);
        while (goes_on && number >= told + 2 * kAhead) goes_on = hear();
    }
    while (goes_on && told < kMessages) goes_on = hear();
    BOOST_TEST(told == kMessages);
    consumer.join();
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
