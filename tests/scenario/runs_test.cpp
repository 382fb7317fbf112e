// Whole runs in this process: what a seed decides, and what late, lost and doubled answers of the
// venue may not change.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <scenario/run.hpp>
#include <string>
#include <vector>

#include "scenario/in_process.hpp"
#include "scenario/settled.hpp"
#include "scenario/workshop.hpp"

using lpc::tests::crash_and_calm;
using lpc::tests::expect_checks;
using lpc::tests::expect_nobody_closed_past_the_end;
using lpc::tests::expect_settled;
using lpc::tests::InProcess;
using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::Workshop;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// Rounding may not hold the mark back: whichever way the price went, it gets there.
void expect_mark_arrives(const Workshop& shop, int price_ticks) {
    const ScenarioText scenario =
        small_crash()
            .replace("mark_smoothing_ppb = 500_000_000", "mark_smoothing_ppb = 10_000_000")
            .set("noise_step_ppb", "0")
            .way({{0, 5000}, {10, price_ticks}, {2000, price_ticks}});
    const InProcess whole(shop, scenario, "mark_" + std::to_string(price_ticks));
    BOOST_TEST(whole.run->mark() == price_ticks);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_run, Workshop)

BOOST_AUTO_TEST_CASE(has_a_mark_that_gets_to_where_the_price_went) {
    expect_mark_arrives(*this, 6000);
    expect_mark_arrives(*this, 4000);
}

BOOST_AUTO_TEST_CASE(is_decided_by_its_seed_alone) {
    ScenarioText scenario = small_crash();
    const InProcess one(*this, scenario, "one"), again(*this, scenario, "again");
    const InProcess other(*this, scenario.set("seed", "2"), "other");
    BOOST_TEST(one.run->commands().commands() > 1000u);
    BOOST_TEST(one.run->commands().digest() == again.run->commands().digest());
    BOOST_TEST(one.run->runtime().state_hash() == again.run->runtime().state_hash());
    BOOST_TEST(one.writer->fingerprint() == again.writer->fingerprint());
    BOOST_TEST(one.run->commands().digest() != other.run->commands().digest());
    BOOST_TEST(one.run->runtime().state_hash() != other.run->runtime().state_hash());
}

BOOST_AUTO_TEST_CASE(ends_with_no_order_working_and_every_position_known) {
    InProcess world(*this, crash_and_calm(), "plain");
    expect_checks(*world.run, "plain");
    expect_settled(world, "plain");
}

BOOST_AUTO_TEST_CASE(makes_the_same_commands_when_every_answer_is_told_twice) {
    const InProcess once(*this, crash_and_calm(), "once");
    const InProcess twice(*this, crash_and_calm().faults(0, 0, 1'000'000'000), "twice");
    BOOST_TEST(once.run->commands().digest() == twice.run->commands().digest());
    expect_settled(twice, "twice");
}

BOOST_AUTO_TEST_CASE(keeps_every_check_when_answers_are_late_lost_and_doubled) {
    struct Fault {
        const char* name;
        std::int64_t delay_ns, lost_ppb, doubled_ppb;
    };
    for (const Fault& fault : {Fault{"late_2s", 2 * kSecond, 0, 0},
                               {"late_1min", 60 * kSecond, 0, 0},
                               {"late_5min", 300 * kSecond, 0, 0},
                               {"lost", 0, 300'000'000, 0},
                               {"all_lost", 0, 1'000'000'000, 0},
                               {"everything", 120 * kSecond, 200'000'000, 300'000'000}}) {
        for (const char* seed : {"1", "2", "3"}) {
            const std::string name = std::string(fault.name) + "_seed_" + seed;
            ScenarioText scenario = crash_and_calm();
            scenario.set("seed", seed).faults(fault.delay_ns, fault.lost_ppb, fault.doubled_ppb);
            InProcess world(*this, scenario, name);
            expect_checks(*world.run, name);
            expect_settled(world, name);
            expect_nobody_closed_past_the_end(world, path(name));
        }
    }
}

BOOST_AUTO_TEST_CASE(whose_answers_take_for_ever_never_gets_them) {
    struct Deaf final : lpc::scenario::ExchangeObserver {
        void on_liquidation_fill(std::uint64_t, std::uint64_t, std::uint32_t, std::int64_t,
                                 std::int64_t, std::int64_t) override {}
        void on_take_over(const lpc::runtime::TakeoverRequest&) override {}
        void on_call(const lpc::runtime::LotNotice&, std::int64_t) override {}
        void on_award(const lpc::runtime::AwardRequest&) override {}
        void on_deleverage(const lpc::runtime::DeleverageRequest&) override {}
        void on_final_settlement(std::uint64_t, std::uint32_t, std::int64_t,
                                 std::int64_t) override {}
        void on_cover(std::uint64_t, const lpc::settlement::Poured&) override {}
    };
    constexpr std::int64_t kNow = 1'738'546'200 * kSecond;
    for (const bool lost : {false, true}) {
        Deaf nobody;
        const lpc::scenario::ExchangeFaults faults{.order_latency_ns = 0,
                                                   .answer_latency_ns = LPC_TIME_MAX_NS,
                                                   .answer_delay_max_ns = LPC_TIME_MAX_NS,
                                                   .lost_ppb = lost ? LPC_RATE_ONE_PPB : 0,
                                                   .reconcile_after_ns = LPC_TIME_MAX_NS};
        lpc::scenario::Exchange exchange(1, faults, {}, {}, nobody);
        BOOST_REQUIRE(exchange.add_instrument({.id = 1, .multiplier = 1'000}, {}));
        BOOST_REQUIRE(exchange.open_member(7, 1'000'000));
        exchange.set_now(kNow);
        exchange.take_over({.order = 1, .account = 7, .instrument = 1, .lots = 1, .price = 1});
        std::vector<lpc_fact> told;
        BOOST_REQUIRE(exchange.advance(kNow, told));
        BOOST_TEST((exchange.next_ns() == LPC_TIME_MAX_NS), "lost: " << lost);
        BOOST_TEST(told.empty());
    }
}

BOOST_AUTO_TEST_CASE(whose_disk_is_full_says_so_and_replays_up_to_there) {
    run(small_crash(), "warm");  // the plugin cache is filled
    const std::string scenario = write("s.toml", small_crash().text());
    const Outcome full = lpc_on_full_disk(200, {"run", scenario, "--out", path("full")});
    BOOST_TEST(full.code == 2, full.out << full.err);
    BOOST_TEST(full.out == "");
    BOOST_TEST(full.err.find("bytes not written") != std::string::npos, full.err);
    BOOST_TEST(full.err.find("what was committed before replays") != std::string::npos, full.err);
    BOOST_TEST(full.err.find('\n') + 1 == full.err.size(), full.err);
    BOOST_TEST(!has("full/report.json"));
    const Outcome replay = lpc({"replay", path("full/journal"), "--json"});
    BOOST_TEST(replay.code == 0, replay.out << replay.err);
    const nlohmann::json said = nlohmann::json::parse(replay.out);
    BOOST_TEST(said.at("commands").get<int>() > 100, replay.out);
    BOOST_TEST(said.at("sealed") == false, replay.out);
}

BOOST_AUTO_TEST_SUITE_END()
