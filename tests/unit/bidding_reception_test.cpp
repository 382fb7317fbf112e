// What reaches the desk from outside, without a socket: whoever is not who he says, or says what he
// may not, is refused in a sentence and nothing of it comes through the hatch.
#include <lpc/auction.h>
#include <lpc/limits.h>

#include <algorithm>
#include <bidding/reception.hpp>
#include <bidding/teller.hpp>
#include <bidding/wire.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/desk_world.hpp"

using namespace lpc::bidding;

namespace {

constexpr std::int64_t kMs = 1'000'000;

struct Door {
    Hatch hatch;
    std::map<std::string, std::vector<Notice>> heard;  // by route
    std::vector<std::string> order;                    // routes, as they were sent to
    std::int64_t now_ns = 1;
    Reception reception;

    explicit Door(ReceptionRules rules = {}, HatchRules hatch_rules = {})
        : hatch(hatch_rules),
          reception(
              rules, {{"ann", "ann's key", 11, 100, 1'000}, {"bob", "bob's key", 12, 200, 2'000}},
              hatch,
              [this](const std::string& route, const std::string& bytes) {
                  heard[route].push_back(*decode_notice(bytes));
                  order.push_back(route);
              },
              [](const std::string&) {}) {}

    const Notice& say(const std::string& who, const Message& message) {
        return bytes(who, encode(message));
    }
    // The route of a connection is its key's owner here.
    const Notice& bytes(const std::string& who, const std::string& text, std::size_t frames = 1) {
        reception.take(who, who + "'s key", text, frames, now_ns);
        return heard[who].back();
    }
    std::uint64_t hello(const std::string& who) {
        reception.take(who, who + "'s key", encode(Message{0, 1, Hello{who}}), 1, now_ns);
        for (const Notice& notice : heard[who]) {
            if (const auto* registered = std::get_if<Registered>(&notice))
                last = registered->session;
        }
        return last;
    }
    std::uint64_t last = 0;
};

bool refused(const Notice& notice, const std::string& part) {
    const auto* refusal = std::get_if<Refused>(&notice);
    if (refusal == nullptr) return false;
    BOOST_TEST_MESSAGE(refusal->why);
    return refusal->why.find(part) != std::string::npos;
}

Call call_of(std::uint64_t lot, std::uint8_t state = LPC_LOT_OPEN) {
    return {lot, 1, LPC_AUCTION_SEALED, state, -10, 1'000, 5, 9};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bidding_reception)

BOOST_AUTO_TEST_CASE(a_registered_provider_is_told_its_terms_and_what_is_open) {
    Door door;
    door.reception.pass_on(call_of(3));
    door.reception.pass_on(call_of(4));
    door.reception.pass_on(call_of(3, LPC_LOT_SOLD));
    BOOST_TEST(door.hello("ann") != 0u);
    BOOST_REQUIRE(door.heard["ann"].size() == 2u);
    const auto& terms = std::get<Registered>(door.heard["ann"][0]);
    BOOST_TEST(terms.capacity_lots == 100);
    BOOST_TEST(terms.bond == 1'000);
    BOOST_TEST((std::get<Call>(door.heard["ann"][1]) == call_of(4)));
}

BOOST_AUTO_TEST_CASE(nobody_speaks_as_somebody_else) {
    Door door;
    BOOST_TEST(refused(door.say("ann", {0, 1, Hello{"bob"}}), "not of the account that is named"));
    BOOST_TEST(refused(door.say("ann", {7, 1, SetSchedule{}}), "say hello first"));
    const std::uint64_t bobs = door.hello("bob");
    door.hello("ann");
    BOOST_TEST(refused(door.say("ann", {bobs, 2, SetSchedule{}}), "the session is not the one"));
    BOOST_TEST(door.hatch.take_arrivals().empty());
    const auto before = door.heard["eve"].size();
    door.reception.take("eve", "eve's key", encode(Message{0, 1, Hello{"ann"}}), 1, 1);
    BOOST_TEST(door.heard["eve"].size() == before);
}

BOOST_AUTO_TEST_CASE(a_message_counts_once) {
    Door door;
    const std::uint64_t session = door.hello("ann");
    const Message bid{session, 5, SealedBid{3, {{10, 0}}}};
    door.say("ann", bid);
    BOOST_TEST(refused(door.say("ann", bid), "duplicate: number 5 has been used"));
    BOOST_TEST(refused(door.say("ann", {session, 4, Take{3, 1}}), "expected one above 5"));
    const auto arrivals = door.hatch.take_arrivals();
    BOOST_REQUIRE(arrivals.size() == 1u);
    BOOST_TEST((arrivals[0].message == bid));
    BOOST_TEST(arrivals[0].account == 11u);
    // What was recorded in an earlier session is worth nothing in a later one.
    door.hello("ann");
    BOOST_TEST(refused(door.say("ann", bid), "the session is not the one"));
}

BOOST_AUTO_TEST_CASE(what_is_malformed_or_too_much_is_refused_and_the_session_goes_on) {
    Door door({512, {10, 20}, 3, 1'000, 0, 1});
    const std::uint64_t session = door.hello("ann");
    BOOST_TEST(refused(door.bytes("ann", "\xff\xff rubbish"), "are no lpc.bidding.v1"));
    BOOST_TEST(refused(door.bytes("ann", std::string(513, 'x')), "expected one of at most 512"));
    BOOST_TEST(refused(door.bytes("ann", "x", 3), "found 3 frames"));
    BOOST_TEST(refused(door.say("ann", {session, 0, Alive{}}), "found no number"));
    Schedule many(kStepsMax + 1, {1, 0});
    BOOST_TEST(refused(door.say("ann", {session, 2, SealedBid{1, many}}), "found 17 steps"));
    BOOST_TEST(refused(door.say("ann", {session, 2, SealedBid{1, {}}}), "found 0 steps"));
    BOOST_TEST(refused(door.say("ann", {session, 2, SetSchedule{{{-5, 0}}}}), "lots is -5"));
    const std::string stranger =
        encode(Message{session, 2, Alive{}}) + std::string("\xfa\x7f\x01z", 4);
    BOOST_TEST(refused(door.bytes("ann", stranger), "a field that this host does not know"));
    BOOST_TEST(door.hatch.take_arrivals().empty());
    for (std::uint64_t number = 2; number < 5; ++number)
        door.say("ann", {session, number, Take{1, 1}});
    BOOST_TEST(refused(door.say("ann", {session, 9, Take{1, 1}}), "3 messages wait"));
    door.reception.pass_on(Decision{11, session, 2, std::nullopt});
    BOOST_TEST((std::get<Accepted>(door.heard["ann"].back()).number == 2u));
    while (!refused(door.say("ann", {session, 9, Alive{}}), "too many messages")) {
        BOOST_REQUIRE(door.heard["ann"].size() < 100u);
    }
    BOOST_TEST(door.hello("bob") != session);  // one's flood is not another's
    door.now_ns += 1'000 * kMs;
    BOOST_TEST(std::holds_alternative<Alive>(door.say("ann", {session, 50, Alive{}})));
}

BOOST_AUTO_TEST_CASE(a_full_hatch_refuses_and_still_lets_who_vanishes_go) {
    Door door({}, {2, 10});
    const std::uint64_t session = door.hello("ann");
    door.say("ann", {session, 2, Take{1, 1}});
    door.say("ann", {session, 3, Take{1, 1}});
    BOOST_TEST(refused(door.say("ann", {session, 4, Take{1, 1}}), "the host is busy"));
    door.reception.look_around(door.now_ns + 20'000 * kMs);
    BOOST_TEST(std::holds_alternative<Goodbye>(door.heard["ann"].back()));
    const auto arrivals = door.hatch.take_arrivals();
    BOOST_REQUIRE(arrivals.size() == 3u);
    BOOST_TEST(std::holds_alternative<Goodbye>(arrivals[2].message.what));
}

BOOST_AUTO_TEST_CASE(whoever_is_silent_too_long_is_gone_and_whoever_speaks_is_not) {
    Door door;
    const std::uint64_t ann = door.hello("ann");
    door.hello("bob");
    door.now_ns += 9'000 * kMs;
    door.say("ann", {ann, 2, Alive{}});
    door.now_ns += 2'000 * kMs;
    door.reception.look_around(door.now_ns);
    const auto arrivals = door.hatch.take_arrivals();
    BOOST_REQUIRE(arrivals.size() == 1u);
    BOOST_TEST(arrivals[0].account == 12u);
    BOOST_TEST(refused(door.say("bob", {1, 9, Alive{}}), "say hello first"));
}

BOOST_AUTO_TEST_CASE(a_call_goes_to_all_and_nobody_is_always_the_first) {
    Door door;
    door.hello("ann");
    door.hello("bob");
    std::map<std::string, int> first;
    for (std::uint64_t lot = 1; lot <= 10; ++lot) {
        door.order.clear();
        door.reception.pass_on(call_of(lot));
        BOOST_REQUIRE(door.order.size() == 2u);
        ++first[door.order[0]];
    }
    BOOST_TEST(first["ann"] == 5);
    BOOST_TEST(first["bob"] == 5);
}

BOOST_AUTO_TEST_CASE(an_award_is_told_to_its_bidder_alone_and_as_its_own_side) {
    Door door;
    door.hello("ann");
    door.hello("bob");
    const auto bobs = door.heard["bob"].size();
    Teller(door.hatch).award({1, 999, 1, -30, 990, 3, 8, 11});
    for (const Outgoing& outgoing : door.hatch.take_outgoing()) door.reception.pass_on(outgoing);
    BOOST_TEST((std::get<Award>(door.heard["ann"].back()) == Award{3, 1, 30, 990}));
    BOOST_TEST(door.heard["bob"].size() == bobs);
}

BOOST_AUTO_TEST_CASE(a_call_says_neither_whose_lot_it_is_nor_its_reserve_nor_what_others_paid) {
    Door door;
    door.hello("ann");
    auto lot = lpc::tests::lot_of(3, LPC_AUCTION_DESCENDING, -40, 990, LPC_TIME_MAX_NS);
    lot.reserve_price = 950;
    Teller teller(door.hatch);
    teller.call(lot, 7);
    lot.state = LPC_LOT_SOLD;
    teller.call(lot, 8);
    for (const Outgoing& outgoing : door.hatch.take_outgoing()) door.reception.pass_on(outgoing);
    const auto& heard = door.heard["ann"];
    BOOST_REQUIRE(heard.size() == 3u);
    const Call open{3, 1, LPC_AUCTION_DESCENDING, LPC_LOT_OPEN, -40, 990, 7, 0};
    const Call sold{3, 1, LPC_AUCTION_DESCENDING, LPC_LOT_SOLD, 0, 0, 8, 0};
    BOOST_TEST((std::get<Call>(heard[1]) == open));
    BOOST_TEST((std::get<Call>(heard[2]) == sold));
}

BOOST_AUTO_TEST_CASE(the_teller_puts_what_arrives_to_the_desk_and_answers_each_message_once) {
    Door door;
    lpc::tests::FlatAccounts accounts;
    accounts.free[11] = accounts.free[12] = 1'000'000;
    Desk desk({50, 0}, accounts);
    BOOST_REQUIRE(desk.enlist({11, 0, 100, 0, {}}).has_value());
    BOOST_REQUIRE(desk.enlist({12, 0, 100, 0, {}}).has_value());
    desk.call(lpc::tests::lot_of(1, LPC_AUCTION_SEALED, -100, 1'000, 1'000));
    const std::uint64_t ann = door.hello("ann");
    Teller teller(door.hatch);
    door.say("ann", {ann, 2, SealedBid{1, {{10, 0}}}});
    door.say("ann", {ann, 3, SealedBid{1, {{10, 0}}}});
    door.say("ann", {ann, 4, SetSchedule{{{5, 0}}}});
    BOOST_TEST(teller.serve(desk, 500) == 3u);
    BOOST_TEST(teller.serve(desk, 500) == 0u);
    for (const Outgoing& outgoing : door.hatch.take_outgoing()) door.reception.pass_on(outgoing);
    const auto& heard = door.heard["ann"];
    BOOST_REQUIRE(heard.size() == 4u);
    BOOST_TEST(std::get<Accepted>(heard[1]).number == 2u);
    BOOST_TEST(refused(heard[2], "a bid is there already"));
    BOOST_TEST(std::get<Accepted>(heard[3]).number == 4u);
    BOOST_TEST(desk.take_bids(1'000).size() == 1u);
    // Who vanishes leaves no standing schedule behind, after the same delay as any change.
    door.reception.look_around(door.now_ns + 20'000 * kMs);
    teller.serve(desk, 1'000);
    desk.call(lpc::tests::lot_of(2, LPC_AUCTION_SEALED, -100, 1'000, 1'049));
    desk.call(lpc::tests::lot_of(3, LPC_AUCTION_SEALED, -100, 1'000, 1'050));
    BOOST_TEST(desk.take_bids(1'049).size() == 1u);
    BOOST_TEST(desk.take_bids(1'050).empty());
}

BOOST_AUTO_TEST_CASE(every_message_comes_back_from_its_bytes_as_it_was) {
    const Schedule steps{{10, -5}, {20, 1'000'000}};
    for (const Message& message : {Message{0, 1, Hello{"ann"}}, Message{9, 2, SetSchedule{steps}},
                                   Message{9, 3, SetSchedule{}}, Message{9, 4, SealedBid{7, steps}},
                                   Message{9, 5, Take{7, 3}}, Message{9, 6, Alive{}},
                                   Message{~std::uint64_t{0}, ~std::uint64_t{0}, Goodbye{}}}) {
        const auto decoded = decode_message(encode(message));
        BOOST_REQUIRE(decoded.message.has_value());
        BOOST_TEST((*decoded.message == message));
    }
    for (const Notice& notice :
         {Notice(Registered{1, 2, 3, 4, 5, 6}), Notice(Accepted{7}), Notice(Refused{8, "why"}),
          Notice(call_of(2)), Notice(Award{1, 2, -3, 4}), Notice(Alive{}), Notice(Goodbye{"end"})})
        BOOST_TEST((*decode_notice(encode(notice)) == notice));
}

BOOST_AUTO_TEST_SUITE_END()
