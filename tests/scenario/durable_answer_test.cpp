// An operator who hears "done" can rely on it: what was done is on the disk before the answer
// leaves.
#include <app/conductor.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <journal/io.hpp>
#include <journal/reader.hpp>
#include <optional>
#include <runtime/input.hpp>
#include <string>
#include <thread>

#include "scenario/in_process.hpp"

using lpc::tests::InProcess;
using lpc::tests::small_crash;
using lpc::tests::Workshop;

namespace {

// What would be left of them if the process were killed now.
std::uint64_t holds_in(const std::string& journal) {
    auto reader = lpc::journal::Reader::open(*lpc::journal::io::open_folder(journal));
    BOOST_REQUIRE(reader);
    lpc::journal::Record record;
    std::uint64_t holds = 0;
    while (reader->next(record)) {
        if (record.type == static_cast<std::uint16_t>(lpc::runtime::InputKind::hold)) ++holds;
    }
    BOOST_REQUIRE(reader->status());
    return holds;
}

lpc::control::Order hold_of(std::uint64_t account) {
    lpc::control::Order order;
    order.verb = lpc::control::Verb::hold;
    order.account = account;
    return order;
}

// Gives the order at the first step and waits for the answer.
std::uint64_t holds_when_answered(const Workshop& shop, const std::string& name,
                                  lpc::control::Outcome& outcome) {
    lpc::app::HostConfig host;
    host.cache_folder = shop.path("cache");
    auto scenario = lpc::scenario::load_scenario(shop.write("s.toml", small_crash().text()));
    BOOST_REQUIRE(scenario);
    lpc::app::Clerk clerk(host, {}, *scenario);
    lpc::app::Conductor conductor(clerk, {.clock_ns = [] { return std::int64_t{0}; },
                                          .publish = [](const lpc::control::Event&) {}});
    std::optional<std::uint64_t> holds;
    const InProcess world(shop, small_crash(), name,
                          [&, asked = false](lpc::scenario::Steering& run) mutable {
                              if (asked) return;
                              asked = true;
                              conductor.submit(hold_of(7), [&](lpc::control::Answer answer) {
                                  outcome = answer.outcome;
                                  holds = holds_in(shop.path(name));
                              });
                              for (int i = 0; i < 1000 && !holds; ++i) {
                                  conductor.steer(run);
                                  std::this_thread::sleep_for(std::chrono::milliseconds(10));
                              }
                          });
    BOOST_REQUIRE(holds.has_value());
    return *holds;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(an_order, Workshop)

BOOST_AUTO_TEST_CASE(is_in_the_journal_before_it_is_called_done) {
    lpc::control::Outcome outcome{};
    BOOST_TEST(holds_when_answered(*this, "durable", outcome) == 1u);
    BOOST_TEST((outcome == lpc::control::Outcome::done));
}

BOOST_AUTO_TEST_SUITE_END()
