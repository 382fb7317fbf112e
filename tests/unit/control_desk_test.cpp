// The desk, without sockets: who may do what, what is carried out once, and what is bounded.
#include <boost/test/unit_test.hpp>
#include <control/desk.hpp>
#include <support/control_rig.hpp>

using namespace lpc;
using namespace lpc::control;
using lpc::test::order_of;
using lpc::test::TestHost;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct DeskRig {
    explicit DeskRig(DeskRules rules = roomy())
        : desk(
              std::move(rules), host, [this](const AuditRecord& one) { audit.push_back(one); },
              mailbox,
              [this](const std::string& route, const std::string& bytes) {
                  sent.emplace_back(route, *decode_answer(bytes));
              }) {}

    static DeskRules roomy() {
        DeskRules rules;
        rules.rate = {1'000'000, 1'000'000};
        return rules;
    }
    static Caller caller(const std::string& name, Role role) { return {name, "key " + name, role}; }
    static Peer peer(const std::string& name) {
        return {"route " + name, "key " + name, "key " + name, "127.0.0.1"};
    }

    void take(const std::string& name, Role role, const std::string& bytes,
              std::int64_t now_ns = kSecond) {
        desk.take(peer(name), caller(name, role), bytes, 1, now_ns);
        settle();
    }
    void settle() {
        for (auto& [ticket, answer] : mailbox->take().answers) desk.settle(ticket, answer);
    }
    // The one answer that came since the last call.
    Answer answer() {
        BOOST_REQUIRE_EQUAL(sent.size(), 1u);
        return std::exchange(sent, {}).front().second.answer;
    }
    Answer ask(const std::string& name, Role role, const Order& order) {
        take(name, role, encode(order));
        return answer();
    }

    TestHost host;
    std::vector<AuditRecord> audit;
    std::vector<std::pair<std::string, AnswerTo>> sent;
    std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>(8);
    Desk desk;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(control_desk)

BOOST_AUTO_TEST_CASE(a_viewer_looks_an_operator_acts_an_approver_promotes) {
    DeskRules rules = DeskRig::roomy();
    rules.need_approval = {Verb::resume};
    DeskRig rig(rules);
    std::uint64_t id = 0;
    for (const Verb verb : kVerbs) {
        const bool approval = verb == Verb::promote || verb == Verb::resume;
        const bool looks = verb == Verb::status || verb == Verb::stages;
        for (const Role role : {Role::viewer, Role::operating, Role::approver}) {
            const bool may =
                looks || role == Role::approver || (role == Role::operating && !approval);
            const Answer answer = rig.ask("ann", role, order_of(verb, ++id));
            BOOST_TEST_CONTEXT(name_of(verb) << " by " << name_of(role)) {
                BOOST_TEST((answer.outcome == (may ? Outcome::done : Outcome::refused)));
                if (!may)
                    BOOST_TEST(has(answer.why,
                                   "expected " + std::string(name_of(approval ? Role::approver
                                                                              : Role::operating))));
            }
        }
    }
    for (const Order& order : rig.host.orders()) BOOST_TEST(order.caller.name == "ann");
}

BOOST_AUTO_TEST_CASE(the_same_request_is_carried_out_once_and_gets_the_same_answer) {
    DeskRig rig;
    const Order order = order_of(Verb::swap, 5);
    const Answer first = rig.ask("ann", Role::operating, order);
    const Answer again = rig.ask("ann", Role::operating, order);
    BOOST_TEST((first == again));
    BOOST_TEST(rig.host.orders().size() == 1u);
    // Another client's requests are its own.
    rig.ask("bob", Role::operating, order);
    BOOST_TEST(rig.host.orders().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_request_asked_twice_before_it_is_decided_is_one_and_both_are_answered) {
    DeskRig rig;
    rig.host.keep_replies();
    const std::string bytes = encode(order_of(Verb::swap, 5));
    rig.take("ann", Role::operating, bytes);
    Peer other = DeskRig::peer("ann");
    other.route = "a second connection";
    rig.desk.take(other, DeskRig::caller("ann", Role::operating), bytes, 1, kSecond);
    rig.take("ann", Role::operating, bytes);
    BOOST_TEST(rig.host.orders().size() == 1u);
    BOOST_TEST(rig.sent.empty());
    rig.host.kept().at(0)(TestHost::done());
    rig.settle();
    BOOST_REQUIRE_EQUAL(rig.sent.size(), 2u);
    BOOST_TEST(rig.sent[0].first == "route ann");
    BOOST_TEST(rig.sent[1].first == "a second connection");
}

BOOST_AUTO_TEST_CASE(an_id_is_not_used_for_two_requests) {
    DeskRig rig;
    rig.ask("ann", Role::operating, order_of(Verb::swap, 5));
    const Answer other = rig.ask("ann", Role::operating, order_of(Verb::pause, 5));
    BOOST_TEST(has(other.why, "was used for another request"));
    BOOST_TEST(rig.host.orders().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_replayed_request_that_is_forgotten_is_refused_and_never_carried_out_again) {
    DeskRules rules = DeskRig::roomy();
    rules.remembered_max = 3;
    DeskRig rig(rules);
    for (std::uint64_t id = 1; id <= 10; ++id)
        rig.ask("ann", Role::operating, order_of(Verb::pause, id));
    BOOST_TEST(rig.host.orders().size() == 10u);
    for (std::uint64_t id = 1; id <= 10; ++id) {
        const Answer answer = rig.ask("ann", Role::operating, order_of(Verb::pause, id));
        BOOST_TEST((answer.outcome == Outcome::done) == (id > 7));
        if (id <= 7) BOOST_TEST(has(answer.why, "older than what the host remembers"));
    }
    BOOST_TEST(rig.host.orders().size() == 10u);
}

BOOST_AUTO_TEST_CASE(a_request_from_before_the_hosts_start_is_refused) {
    DeskRules rules = DeskRig::roomy();
    rules.ids_from_ns = 1'000;
    DeskRig rig(rules);
    BOOST_TEST(has(rig.ask("ann", Role::operating, order_of(Verb::pause, 999)).why, "older"));
    BOOST_TEST(
        (rig.ask("ann", Role::operating, order_of(Verb::pause, 1'001)).outcome == Outcome::done));
    BOOST_TEST(
        (rig.ask("ann", Role::operating, order_of(Verb::status, 1)).outcome == Outcome::done));
}

BOOST_AUTO_TEST_CASE(a_flood_is_bounded_told_to_the_audit_once_a_second_and_harms_no_other) {
    DeskRules rules;
    rules.rate = {10, 20};
    DeskRig rig(rules);
    const std::string bytes = encode(order_of(Verb::status, 1));
    for (int times = 0; times < 1'000; ++times) rig.take("ann", Role::viewer, bytes);
    BOOST_TEST(rig.host.orders().size() == 20u);
    BOOST_TEST(rig.sent.size() == 1'000u);
    BOOST_TEST(has(rig.sent.back().second.answer.why, "too many requests"));
    BOOST_TEST((rig.sent.back().second.id == RequestId{1, 1}));
    BOOST_TEST(rig.audit.size() == 1u);
    rig.take("bob", Role::viewer, bytes);
    BOOST_TEST(rig.host.orders().size() == 21u);
    // A second later: ten more, and the audit says how many it left out.
    for (int times = 0; times < 100; ++times) rig.take("ann", Role::viewer, bytes, 2 * kSecond);
    BOOST_TEST(rig.host.orders().size() == 31u);
    BOOST_REQUIRE_EQUAL(rig.audit.size(), 2u);
    BOOST_TEST(rig.audit.back().repeats == 979u);
}

BOOST_AUTO_TEST_CASE(more_connections_than_there_are_meters_share_one) {
    DeskRules rules;
    rules.rate = {1, 1};
    DeskRig rig(rules);
    const std::string bytes = encode(order_of(Verb::status, 1));
    for (int number = 0; number < 5'000; ++number) {
        Peer peer = DeskRig::peer("local");
        peer.meter = std::to_string(number);
        rig.desk.take(peer, DeskRig::caller("local", Role::viewer), bytes, 1, kSecond);
        rig.settle();
    }
    BOOST_TEST(rig.host.orders().size() == 2'049u);
}

BOOST_AUTO_TEST_CASE(what_one_client_has_undecided_is_bounded) {
    DeskRules rules = DeskRig::roomy();
    rules.undecided_max = 3;
    DeskRig rig(rules);
    rig.host.keep_replies();
    for (std::uint64_t id = 1; id <= 4; ++id)
        rig.take("ann", Role::operating, encode(order_of(Verb::pause, id)));
    BOOST_TEST(has(rig.answer().why, "undecided, expected fewer than 3"));
    BOOST_TEST(rig.host.orders().size() == 3u);
    for (const Reply& reply : rig.host.kept()) reply(TestHost::done());
    rig.settle();
    rig.sent.clear();
    rig.take("ann", Role::operating, encode(order_of(Verb::pause, 4)));
    BOOST_TEST(rig.host.orders().size() == 4u);
}

BOOST_AUTO_TEST_CASE(
    every_damaged_request_is_refused_in_a_sentence_and_the_next_good_one_is_served) {
    DeskRig rig;
    const std::string good = encode(order_of(Verb::pause, 1));
    const std::vector<std::string> damaged{"",
                                           "x",
                                           good.substr(0, good.size() - 1),
                                           std::string(16 * 1024 + 1, 'a'),
                                           std::string(100, '\0'),
                                           good + "\x80\x7d\x01"};
    for (const std::string& bytes : damaged) {
        rig.take("ann", Role::operating, bytes);
        const Answer answer = rig.answer();
        BOOST_TEST((answer.outcome == Outcome::refused));
        BOOST_TEST(!answer.why.empty());
        BOOST_TEST(!rig.audit.back().readable);
        BOOST_TEST(rig.audit.back().order.caller.name == "ann");
    }
    rig.desk.take(DeskRig::peer("ann"), DeskRig::caller("ann", Role::operating), good, 2, kSecond);
    BOOST_TEST(has(rig.answer().why, "found 2 frames"));
    BOOST_TEST(rig.host.orders().empty());
    rig.take("ann", Role::operating, good);
    BOOST_TEST((rig.answer().outcome == Outcome::done));
}

BOOST_AUTO_TEST_CASE(the_audit_says_who_what_when_with_which_outcome_and_why) {
    DeskRig rig;
    rig.ask("ann", Role::operating, order_of(Verb::swap, 1));
    rig.ask("ann", Role::operating, order_of(Verb::status, 2));
    rig.ask("eve", Role::viewer, order_of(Verb::swap, 3));
    rig.desk.take(DeskRig::peer("gone"), std::nullopt, encode(order_of(Verb::swap, 4)), 1, kSecond);
    BOOST_REQUIRE_EQUAL(rig.audit.size(), 3u);
    const AuditRecord& done = rig.audit[0];
    BOOST_TEST(done.sequence == 42u);
    BOOST_TEST(done.order.caller.name == "ann");
    BOOST_TEST(done.order.file == "/plugins/twap.so");
    BOOST_TEST(done.address == "127.0.0.1");
    BOOST_TEST((done.answer.outcome == Outcome::done));
    BOOST_TEST(*done.answer.generation == 7u);
    const AuditRecord& refused = rig.audit[1];
    BOOST_TEST(refused.sequence == 41u);
    BOOST_TEST(refused.order.caller.name == "eve");
    BOOST_TEST(has(refused.answer.why, "'eve' is viewer"));
    BOOST_TEST(!refused.answer.generation.has_value());
    BOOST_TEST(rig.audit[2].order.caller.key == "key gone");
    BOOST_TEST(rig.host.orders().size() == 2u);
}

BOOST_AUTO_TEST_CASE(in_a_shutdown_new_requests_are_refused_and_undecided_ones_are_answered) {
    DeskRig rig;
    rig.host.keep_replies();
    rig.take("ann", Role::operating, encode(order_of(Verb::swap, 1)));
    rig.mailbox->refuse_from_now();
    rig.take("ann", Role::operating, encode(order_of(Verb::pause, 2)));
    BOOST_TEST(has(rig.answer().why, "pause: the host is shutting down"));
    rig.desk.abandon();
    BOOST_TEST(has(rig.answer().why, "swap: the host stops before the step was decided"));
    BOOST_TEST(rig.desk.idle());
    // Too late, and twice.
    const auto replies = rig.host.kept();
    replies.at(0)(TestHost::done());
    replies.at(0)(TestHost::done());
    rig.settle();
    BOOST_TEST(rig.sent.empty());
}

BOOST_AUTO_TEST_CASE(a_reply_thrown_away_is_an_answer_too) {
    DeskRig rig;
    rig.host.keep_replies();
    rig.take("ann", Role::operating, encode(order_of(Verb::swap, 1)));
    rig.host.kept().clear();
    rig.settle();
    BOOST_TEST(has(rig.answer().why, "without an answer"));
}

BOOST_AUTO_TEST_CASE(a_report_that_is_too_big_is_left_out_and_the_outcome_stands) {
    DeskRules rules = DeskRig::roomy();
    rules.answer_bytes_max = 4'096;
    DeskRig rig(rules);
    rig.host.keep_replies();
    rig.take("ann", Role::operating, encode(order_of(Verb::stages, 1)));
    Answer big = TestHost::done();
    big.stages.resize(200);
    for (StageReport& stage : big.stages) stage.name = "a stage with a name of some length";
    rig.host.kept().at(0)(big);
    rig.settle();
    const Answer answer = rig.answer();
    BOOST_TEST((answer.outcome == Outcome::done));
    BOOST_TEST(answer.stages.empty());
    BOOST_TEST(has(answer.why, "left out, expected at most 4096"));
}

BOOST_AUTO_TEST_SUITE_END()
