// What must be true of a whole run once every answer has come, whatever happened on the way: every
// check passes, the runtime knows every position as the venue has it, nothing works any more, and
// nobody was closed further than a close-out ever wanted. One thread.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <journal/io.hpp>
#include <journal/reader.hpp>
#include <journal/records.hpp>
#include <map>
#include <runtime/state.hpp>
#include <string>

#include "scenario/in_process.hpp"

namespace lpc::tests {

// The crash, then an hour in which every answer can arrive.
inline ScenarioText crash_and_calm() {
    ScenarioText scenario = small_crash();
    return scenario.set("steps_per_minute", "30")
        .set("volume_lots_per_step", "40_000")
        .way({{0, 5000}, {10, 5000}, {40, 4900}, {100, 4300}, {150, 4700}, {4000, 4750}});
}

inline void expect_checks(scenario::Run& run, const std::string& name) {
    for (const auto& check : run.checks())
        BOOST_TEST(check.pass, name << ": " << check.name << ": " << check.detail);
}

// The venue's word on every member: no position grew or turned round, and the runtime knows it as
// it is.
inline void expect_settled(const InProcess& world, const std::string& name) {
    const runtime::State& state = world.run->runtime().state();
    BOOST_TEST(world.run->runtime().poisoned() == "");
    BOOST_TEST(state.orders.all().empty(),
               name << ": " << state.orders.all().size() << " orders work at the end");
    BOOST_TEST(!world.run->exchange().next_ns().has_value(), name << ": an answer is on its way");
    const std::uint32_t instrument = world.config.instrument.id;
    for (const std::uint64_t account : world.run->exchange().members()) {
        const auto position = world.run->exchange().accounts().position(account, instrument);
        BOOST_TEST(state.position_lots(account, instrument) == position.lots,
                   name << ": the runtime has " << state.position_lots(account, instrument)
                        << " lots of account " << account << ", the venue " << position.lots);
        BOOST_TEST(state.closeout(account, instrument) == nullptr,
                   name << ": account " << account << " is still closed out");
    }
}

struct Told {
    std::int64_t opened = 0;  // lots of the first POSITION
    std::int64_t end = 0;     // the least lots that any close-out was to leave
    bool taken_over = false;
};

inline std::map<std::uint64_t, Told> told_in(const std::string& journal) {
    std::map<std::uint64_t, Told> accounts;
    auto reader = journal::Reader::open(*journal::io::open_folder(journal));
    BOOST_REQUIRE(reader);
    journal::Record record;
    while (reader->next(record)) {
        lpc_fact fact{};
        runtime::Verdict verdict{};
        if (record.type == journal::kVerdictRecord) {
            std::memcpy(&verdict, record.payload.data(), sizeof verdict);
            if (verdict.command.kind == LPC_CMD_TAKEOVER)
                accounts[verdict.command.account].taken_over = true;
        } else if (record.payload.size() == sizeof fact) {
            std::memcpy(&fact, record.payload.data(), sizeof fact);
            Told& told = accounts[fact.account];
            if (fact.kind == LPC_FACT_POSITION && told.opened == 0)
                told.opened = told.end = fact.u.position.lots;
            if (fact.kind == LPC_FACT_CLOSEOUT &&
                std::abs(fact.u.closeout.end_lots) < std::abs(told.end))
                told.end = fact.u.closeout.end_lots;
        }
    }
    BOOST_REQUIRE(reader->status());
    return accounts;
}

// Whatever answers did: no position turned round or was closed further than a close-out ever
// wanted.
inline void expect_nobody_closed_past_the_end(const InProcess& world, const std::string& journal) {
    const auto told = told_in(journal);
    std::size_t closed = 0;
    for (const std::uint64_t account : world.run->exchange().members()) {
        const std::int64_t lots =
            world.run->exchange().accounts().position(account, world.config.instrument.id).lots;
        const Told& was = told.at(account);
        const std::int64_t side = was.opened > 0 ? 1 : -1;
        const std::int64_t least = was.taken_over ? 0 : std::abs(was.end);
        BOOST_TEST(lots * side >= least, journal << ": account " << account << " had " << was.opened
                                                 << " lots, was to end at " << was.end << ", has "
                                                 << lots);
        if (lots != was.opened) ++closed;
    }
    BOOST_TEST(closed > 10u);
}

}  // namespace lpc::tests
