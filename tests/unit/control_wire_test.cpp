// The door between bytes and values: everything that is well formed passes unchanged, and nothing
// else passes.
#include <boost/test/unit_test.hpp>
#include <control/wire.hpp>
#include <functional>
#include <support/control_rig.hpp>

using namespace lpc;
using namespace lpc::control;
using lpc::test::order_of;

namespace {

std::string sentence_of(const Order& order) {
    const DecodedOrder decoded = decode_order(encode(order));
    return decoded.order ? "" : decoded.order.error().message;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

Answer full_answer() {
    Answer answer;
    answer.outcome = Outcome::done;
    answer.why = "swapped";
    answer.generation = 9;
    answer.sequence = 1'234;
    HostReport& host = answer.host.emplace();
    host.state = HostState::paused;
    host.version = "0.1.0";
    host.engine_time_ns = -5;
    host.generation = 3;
    host.accounts = 1'000'000;
    host.closeouts = 12;
    host.holds.everything = true;
    host.holds.accounts = {1, 2, ~std::uint64_t{0}};
    host.holds.instruments = {4};
    host.events_endpoint = "ipc:///run/events";
    const Follower follower{{"org.lpc.twap", "2", "ab"},
                            Purpose::probation,
                            5,
                            10,
                            3,
                            true,
                            7,
                            1,
                            {2, {4, 9}},
                            {0, {}}};
    answer.stages.resize(2);
    answer.stages[0].name = "work";
    answer.stages[0].generation = 9;
    answer.stages[0].arms.resize(2);
    answer.stages[0].arms[0] = {"a", {"org.lpc.twap", "1", "cd"}, 70, {follower}};
    return answer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(control_wire)

BOOST_AUTO_TEST_CASE(an_order_comes_out_as_it_went_in) {
    for (const Verb verb : kVerbs) {
        Order order = order_of(verb, 17);
        const DecodedOrder decoded = decode_order(encode(order));
        BOOST_TEST_CONTEXT(name_of(verb)) {
            BOOST_REQUIRE(decoded.order.has_value());
            BOOST_TEST((*decoded.order == order));
            BOOST_TEST((decoded.id == RequestId{17, 1}));
        }
    }
    Order order = order_of(Verb::swap, 3);
    order.state = StateTransfer::facts_only;
    order.arm = "b";
    order.expected_generation = 0;
    BOOST_TEST((*decode_order(encode(order)).order == order));
    order = order_of(Verb::unhold, 3);
    order.account.reset();
    BOOST_TEST((*decode_order(encode(order)).order == order));
    order.instrument = 0;
    BOOST_TEST((*decode_order(encode(order)).order == order));
}

BOOST_AUTO_TEST_CASE(an_answer_and_an_event_come_out_as_they_went_in) {
    const auto answer = decode_answer(encode(AnswerTo{{5, 6}, full_answer()}));
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST((answer->id == RequestId{5, 6}));
    BOOST_TEST((answer->answer == full_answer()));
    const auto refused = decode_answer(encode(AnswerTo{{5, 6}, {}}));
    BOOST_TEST((refused->answer == Answer{}));
    const Event progress{3, 4, "work", "a", 5, 6, 7, ""};
    BOOST_TEST((*decode_event(encode(progress)) == progress));
    const Event change{3, 4, "work", "", 5, 0, 0, "swapped"};
    BOOST_TEST((*decode_event(encode(change)) == change));
}

BOOST_AUTO_TEST_CASE(what_exceeds_a_limit_is_refused_by_its_name) {
    const auto spoilt = [](Verb verb, const std::function<void(Order&)>& spoil) {
        Order order = order_of(verb, 1);
        spoil(order);
        return sentence_of(order);
    };
    BOOST_TEST(has(spoilt(Verb::swap, [](Order& o) { o.stage = std::string(""); }), "swap: stage"));
    BOOST_TEST(
        has(spoilt(Verb::shadow, [](Order& o) { o.stage = std::string(65, 'a'); }), "stage"));
    BOOST_TEST(has(spoilt(Verb::rollback, [](Order& o) { o.stage = std::string("a b"); }),
                   "rollback: stage"));
    BOOST_TEST(has(spoilt(Verb::rollback, [](Order& o) { o.arm = std::string("\xff"); }),
                   "rollback: arm"));
    BOOST_TEST(
        has(spoilt(Verb::promote, [](Order& o) { o.arm = std::string(""); }), "promote: arm"));
    BOOST_TEST(
        has(spoilt(Verb::dismiss, [](Order& o) { o.stage = std::string(""); }), "dismiss: stage"));
    BOOST_TEST(
        has(spoilt(Verb::dismiss, [](Order& o) { o.arm = std::string("a b"); }), "dismiss: arm"));
    BOOST_TEST(has(spoilt(Verb::swap, [](Order& o) { o.file = std::string(""); }), "swap: file"));
    BOOST_TEST(has(spoilt(Verb::swap, [](Order& o) { o.file = std::string("a\nb"); }), "file"));
    BOOST_TEST(has(spoilt(Verb::swap, [](Order& o) { o.file = std::string(4097, 'a'); }), "file"));
    BOOST_TEST(has(spoilt(Verb::swap, [](Order& o) { o.params[1] = o.params[0]; }), "twice"));
    BOOST_TEST(has(spoilt(Verb::swap, [](Order& o) { o.params[0].name = std::string("x y"); }),
                   "params: name"));
    BOOST_TEST(has(spoilt(Verb::swap, [](Order& o) { o.params.resize(257); }), "found 257"));
    BOOST_TEST(has(spoilt(Verb::hold, [](Order& o) { o.account = 0; }), "hold: account"));
    BOOST_TEST(has(spoilt(Verb::status, [](Order& o) { o.expected_generation = 1; }),
                   "status: found an expected generation"));
    BOOST_TEST(has(spoilt(Verb::pause, [](Order& o) { o.request_id = {}; }), "no id"));
    BOOST_TEST(spoilt(Verb::swap, [](Order& o) { o.file = std::string(4096, 'a'); }).empty());
    BOOST_TEST(
        spoilt(Verb::swap, [](Order& o) { o.file = std::string("/a/\xff\xfe.so"); }).empty());
}

BOOST_AUTO_TEST_CASE(an_unknown_field_is_refused_wherever_it_stands) {
    // Field 2000 as a varint: at the end of the request, then inside the id (whose length tells so)
    // and the command.
    const std::string unknown = "\x80\x7d\x01";
    const std::string good = encode(order_of(Verb::rollback, 1));
    BOOST_REQUIRE(decode_order(good).order.has_value());
    const DecodedOrder outside = decode_order(good + unknown);
    BOOST_TEST(has(outside.order.error().message, "does not know"));
    BOOST_TEST((outside.id == RequestId{1, 1}));
    const std::string id("\x0a\x15\x09\x01\0\0\0\0\0\0\0\x11\x01\0\0\0\0\0\0\0", 20);
    const std::string in_id = id + unknown;
    BOOST_TEST(has(decode_order(in_id + "\x52").order.error().message, "no lpc.control.v1"));
    const std::string resume("\x82\x01\x03", 3);  // field 16, three bytes
    BOOST_TEST(has(decode_order(in_id + resume + unknown).order.error().message, "does not know"));
    const std::string id18("\x0a\x12\x09\x01\0\0\0\0\0\0\0\x11\x01\0\0\0\0\0\0\0", 20);
    BOOST_TEST(has(decode_order(id18 + resume + unknown).order.error().message, "does not know"));
    BOOST_TEST(decode_order(id18 + std::string("\x82\x01\0", 3)).order.has_value());
    // A command of a later version: field 30.
    BOOST_TEST(has(decode_order(id18 + std::string("\xf2\x01\0", 3)).order.error().message,
                   "does not know"));
}

BOOST_AUTO_TEST_CASE(a_truncated_request_is_never_another_request) {
    for (const Verb verb : kVerbs) {
        const std::string whole = encode(order_of(verb, 1));
        const Order order = *decode_order(whole).order;
        for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
            const DecodedOrder decoded = decode_order(whole.substr(0, bytes));
            if (decoded.order) BOOST_TEST((decoded.order->verb == verb));
            if (!decoded.order) BOOST_TEST(!decoded.order.error().message.empty());
        }
        BOOST_TEST((order == order_of(verb, 1)));
    }
    BOOST_TEST(!decode_order("").order.has_value());
    BOOST_TEST(!decode_order(std::string(1'000, '\xff')).order.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
