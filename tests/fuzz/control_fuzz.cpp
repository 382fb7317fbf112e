// Hostile bytes as a request, at the desk: whatever they are, there is one answer, it says why, and
// only what is well formed reaches the host, once. Built with LPC_FUZZ for libFuzzer; otherwise a
// test that runs the same function over spoiled requests.
#include <boost/test/unit_test.hpp>
#include <control/desk.hpp>
#include <cstdlib>
#include <support/control_rig.hpp>
#include <support/spoil.hpp>
#include <venue/random.hpp>

using namespace lpc;
using namespace lpc::control;

namespace {

void require(bool law) {
    if (!law) std::abort();
}

DeskRules rules() {
    DeskRules rules;
    rules.rate = {1'000'000, 1'000'000};
    return rules;
}

struct Spoken {
    Spoken()
        : desk(
              rules(), host, [this](const AuditRecord&) { ++audited; }, mailbox,
              [this](const std::string&, const std::string& bytes) {
                  answers.push_back(*decode_answer(bytes));
              }) {}
    void say(std::string_view bytes) {
        const Caller caller{"ann", "key", Role::approver};
        desk.take({"route", "key", "key", ""}, caller, bytes, 1, 1);
        for (auto& [ticket, answer] : mailbox->take().answers) desk.settle(ticket, answer);
    }

    test::TestHost host;
    std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>(1);
    std::vector<AnswerTo> answers;
    std::size_t audited = 0;
    Desk desk;
};

bool is_within_limits(const Order& order) {
    return order.stage.size() <= kNameBytesMax && order.arm.size() <= kNameBytesMax &&
           order.file.size() <= kFileBytesMax && order.params.size() <= kParamsMax &&
           !(order.account && order.instrument) && order.request_id != RequestId{};
}

void fuzz_request(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    Spoken spoken;
    spoken.say(bytes);
    require(spoken.answers.size() == 1);
    const AnswerTo first = spoken.answers.front();
    const std::vector<Order> orders = spoken.host.orders();
    if (orders.empty()) {
        require(first.answer.outcome == Outcome::refused && !first.answer.why.empty());
        require(spoken.audited == 1);
    } else {
        Order order = orders.front();
        require(is_within_limits(order) && order.caller.name == "ann");
        require(first.id == order.request_id);
        order.caller = {};
        const DecodedOrder again = decode_order(encode(order));
        require(again.order && *again.order == order);
    }
    // Replayed: never done twice. Then a good one is served.
    spoken.say(bytes);
    require(spoken.answers.size() == 2 && spoken.answers.back().answer == first.answer);
    const bool looks = !orders.empty() && !changes_something(orders.front().verb);
    require(spoken.host.orders().size() == orders.size() * (looks ? 2 : 1));
    spoken.say(encode(test::order_of(Verb::stages, 1)));
    require(spoken.answers.back().answer.outcome == Outcome::done);
    static_cast<void>(decode_answer(bytes));
    static_cast<void>(decode_event(bytes));
}

}  // namespace

#ifdef LPC_FUZZ

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz_request(data, size);
    return 0;
}

#else

BOOST_AUTO_TEST_SUITE(control_corpus)

BOOST_AUTO_TEST_CASE(no_spoiled_request_does_harm_or_is_done_twice) {
    std::size_t whole = 0;
    for (std::uint64_t seed = 1; seed <= 60'000; ++seed) {
        venue::Random random(seed);
        const auto any = [&] {
            Order order = test::order_of(kVerbs.at(random.below(kVerbs.size())), 1 + seed);
            if (random.below(4) == 0) order.arm = std::string("arm");
            if (random.below(4) == 0) order.account.reset();
            return encode(order);
        };
        std::string bytes = any();
        const std::string other = any();
        for (std::uint64_t times = random.below(4); times > 0; --times)
            test::spoil(bytes, other, random);
        if (decode_order(bytes).order) ++whole;
        BOOST_TEST_CONTEXT("seed " << seed) {
            fuzz_request(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        }
    }
    // Both ways were gone: much was refused, much was good.
    BOOST_TEST(whole > 6'000u);
    BOOST_TEST(whole < 50'000u);
}

BOOST_AUTO_TEST_SUITE_END()

#endif
