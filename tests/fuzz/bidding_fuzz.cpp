// Hostile bytes as a provider's message, at the reception: whatever they are, there is one answer,
// and only what is well formed, of its session and new comes through the hatch, once. Built with
// LPC_FUZZ for libFuzzer; otherwise a test that runs the same function over spoiled messages.
#include <bidding/reception.hpp>
#include <bidding/wire.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <support/spoil.hpp>
#include <venue/random.hpp>

using namespace lpc;
using namespace lpc::bidding;

namespace {

void require(bool law) {
    if (!law) std::abort();
}

struct Door {
    Hatch hatch;
    std::vector<Notice> answers;
    Reception reception{{2'048, {1'000'000, 1'000'000}, 64, 10'000, 0, 1},
                        {{"ann", "key", 11, 100, 0}},
                        hatch,
                        [this](const std::string&, const std::string& bytes) {
                            answers.push_back(*decode_notice(bytes));
                        },
                        [](const std::string&) {}};

    void say(const std::string& bytes) { reception.take("route", "key", bytes, 1, 1); }
    std::uint64_t hello() {
        say(encode(Message{0, 1, Hello{"ann"}}));
        return std::get<Registered>(answers.back()).session;
    }
};

// The session of the spoiled message is not known beforehand; the one that was given is put in
// where it can be read, so that the rest is judged too.
void fuzz_message(const std::uint8_t* data, std::size_t size) {
    std::string bytes(reinterpret_cast<const char*>(data), size);
    static_cast<void>(decode_notice(bytes));
    Door door;
    const std::uint64_t session = door.hello();
    DecodedMessage decoded = decode_message(bytes);
    if (decoded.message && decoded.message->session != 0) {
        decoded.message->session = session;
        bytes = encode(*decoded.message);
        require(*decode_message(bytes).message == *decoded.message);
    }
    door.say(bytes);
    const std::vector<Arrival> arrivals = door.hatch.take_arrivals();
    require(arrivals.size() <= 1);
    const bool waits =
        !arrivals.empty() && !std::holds_alternative<Goodbye>(arrivals.front().message.what);
    require(door.answers.size() == (waits ? 1u : 2u));
    if (!arrivals.empty()) {
        require(arrivals.front().account == 11);
        const Schedule* steps = nullptr;
        if (const auto* bid = std::get_if<SealedBid>(&arrivals.front().message.what))
            steps = &bid->schedule;
        require(steps == nullptr || validate(*steps).has_value());
    }
    // Replayed: never taken twice. Then a good one is served.
    door.say(bytes);
    require(door.hatch.take_arrivals().empty());
    const std::uint64_t again = door.hello();
    door.say(encode(Message{again, 2, Take{1, 1}}));
    require(door.hatch.take_arrivals().size() == 1);
}

}  // namespace

#ifdef LPC_FUZZ

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz_message(data, size);
    return 0;
}

#else

BOOST_AUTO_TEST_SUITE(bidding_corpus)

BOOST_AUTO_TEST_CASE(no_spoiled_message_does_harm_or_counts_twice) {
    std::size_t whole = 0;
    for (std::uint64_t seed = 1; seed <= 60'000; ++seed) {
        venue::Random random(seed);
        const auto any = [&] {
            const Schedule steps{{random.between(-1, 20), random.between(0, 5)},
                                 {random.between(1, 20), random.between(5, 9)}};
            const std::uint64_t number = random.below(4);
            switch (random.below(5)) {
                case 0:
                    return encode(Message{7, number, SetSchedule{steps}});
                case 1:
                    return encode(Message{7, number, SealedBid{random.below(3), steps}});
                case 2:
                    return encode(Message{7, number, Take{random.below(3), random.between(-1, 9)}});
                case 3:
                    return encode(Message{7, number, Alive{}});
                default:
                    return encode(Message{0, number, Hello{"ann"}});
            }
        };
        std::string bytes = any();
        const std::string other = any();
        for (std::uint64_t times = random.below(4); times > 0; --times)
            test::spoil(bytes, other, random);
        if (decode_message(bytes).message) ++whole;
        BOOST_TEST_CONTEXT("seed " << seed) {
            fuzz_message(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        }
    }
    // Both ways were gone: much was refused, much was good.
    BOOST_TEST(whole > 6'000u);
    BOOST_TEST(whole < 50'000u);
}

BOOST_AUTO_TEST_SUITE_END()

#endif
