// The two plugins of the swap proof: they keep every law, and there is no kind of fact that they
// would not miss.
#include <lpc/testing/plugin_file.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <set>
#include <string>

#include <judge/judge.hpp>
#include <judge/life.hpp>

#include "conformance/judge_support.hpp"

namespace judge = lpc::judge;
using namespace lpc::test;

namespace {

std::string file_of(const std::string& role) {
    return LPC_BINARY_DIR "/tests/plugins/hears_everything_" + role + ".so";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_plugin_that_hears_everything, Court)

BOOST_AUTO_TEST_CASE(keeps_every_law) {
    for (const char* role : {"risk", "liquidator"}) {
        judge::Options thorough = options();
        thorough.quick = false;
        thorough.limits = {};
        if (judge::is_sanitized()) thorough.limits = {.cpu_s = 600, .wall_s = 2'400};
        for (const judge::CaseResult& one : judged(file_of(role), thorough).cases)
            BOOST_TEST((one.verdict == judge::Verdict::success),
                       role << ": " << one.name << ": " << one.detail);
    }
}

// Told everything but one kind, it gives other commands. A RESYNC that tells all that is must
// change nothing, and so may none at all.
BOOST_AUTO_TEST_CASE(says_something_else_without_any_one_kind) {
    for (const char* role : {"risk", "liquidator"}) {
        const lpc_plugin& table = lpc::testing::open_plugin(file_of(role));
        judge::WorldOptions options;
        options.seed = 5;
        options.params = {{table.params[0].id, 2'000'000'000}};
        const judge::Life life = judge::live(table, options, 400);
        std::set<std::uint16_t> told;
        for (const judge::Beat& beat : life) {
            for (const lpc_fact& f : beat.facts) told.insert(f.kind);
        }
        const std::set<std::uint16_t> not_told_to_risk{LPC_FACT_BUDGET, LPC_FACT_GRANT};
        for (std::uint16_t kind = 0; kind < LPC_FACT_KINDS; ++kind) {
            if (table.flags == LPC_ROLE_RISK && not_told_to_risk.count(kind) != 0) continue;
            BOOST_TEST(told.count(kind) == 1u, role << ": kind " << kind << " is never told");
            if (kind == LPC_FACT_RESYNC) continue;
            judge::Instance deaf(table);
            const std::string missed = judge::first_difference(life, [&](auto, judge::Beat beat) {
                std::erase_if(beat.facts, [kind](const lpc_fact& f) { return f.kind == kind; });
                return judge::relive(deaf, beat);
            });
            BOOST_TEST(!missed.empty(), role << " does not miss facts of kind " << kind);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
