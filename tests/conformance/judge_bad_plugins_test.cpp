// The judge is judged: each deliberately broken plugin fails exactly the case that is about what it
// breaks, and no other.
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>
#include <vector>

#include "conformance/judge_support.hpp"

namespace judge = lpc::judge;
using judge::Verdict;
using namespace lpc::test;

namespace {

struct Breaks {
    const char* way;
    std::string_view name;  // of the case
    Verdict verdict = Verdict::failed;
};

// In the order of the judge's cases.
const std::vector<Breaks> kBreaks{
    {"crashes", judge::kLives, Verdict::crashed},
    {"hangs", judge::kLives, Verdict::crashed},
    {"fails", judge::kLives},
    {"eats_memory", judge::kLives},
    {"writes_past_its_room", judge::kOutput},
    {"writes_before_its_room", judge::kOutput},
    {"counts_too_many", judge::kOutput},
    {"has_more_for_ever", judge::kOutput},
    {"has_more_and_gives_nothing", judge::kOutput},
    {"carries_too_many", judge::kOutput},
    {"carries_for_ever", judge::kCarried},
    {"soils_a_word", judge::kClean},
    {"soils_the_flags", judge::kClean},
    {"invents_a_command", judge::kClean},
    {"speaks_in_another_role", judge::kRole},
    {"invents_causes", judge::kCause},
    {"counts_instances", judge::kTwice},
    {"uses_its_address", judge::kTwice},
    {"uses_an_address_of_its_code", judge::kProcess},
    {"depends_on_the_thread", judge::kThread},
    {"depends_on_the_cut", judge::kRuns},
    {"depends_on_the_room", judge::kCapacity},
    {"mixes_accounts", judge::kSplit},
    {"ignores_detach", judge::kDetach},
    {"keeps_tags_after_detach", judge::kDetach},
    {"counts_facts_twice", judge::kRetold},
    {"forgets_decisions_at_resync", judge::kResync},
    {"misses_a_price", judge::kKinds},
    {"divides_by_a_parameter", judge::kParameters, Verdict::crashed},
    {"repeats_what_waits_long", judge::kPending},
    {"forgets_what_waited_long", judge::kPending},
    {"speaks_at_active", judge::kActive},
    {"believes_its_orders", judge::kFollower},
    {"writes_past_the_record", judge::kRecord},
    {"saves_too_much", judge::kRecord},
    {"forgets_a_field", judge::kTransfer},
    {"forgets_account_0", judge::kTransfer},
    {"deaf_while_it_follows", judge::kMigration},
    {"crashes_on_short_records", judge::kHostile, Verdict::crashed},
    {"fails_on_bad_records", judge::kHostile},
    {"takes_any_format", judge::kHostile},
    {"changes_and_refuses", judge::kRefused},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(the_judge, Court)

BOOST_AUTO_TEST_CASE(finds_each_broken_plugin_guilty_of_what_it_breaks_and_of_nothing_else) {
    for (const Breaks& breaks : kBreaks) {
        if (breaks.way == std::string_view("eats_memory") && judge::is_sanitized()) continue;
        const judge::Report report = judged(bad_plugin(breaks.way));
        BOOST_TEST_CONTEXT(breaks.way << ", seed " << kSeed) {
            BOOST_TEST(report.failed == 1u);
            for (const judge::CaseResult& one : report.cases) {
                const bool is_it = one.name == breaks.name;
                BOOST_TEST(is_guilty(one) == is_it, one.name << ": " << one.detail);
                if (is_it) BOOST_TEST((one.verdict == breaks.verdict), one.detail);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(has_a_broken_plugin_for_each_case_that_runs_a_plugin) {
    std::map<std::string_view, int> count;
    for (const Breaks& breaks : kBreaks) ++count[breaks.name];
    for (const judge::Case& one : judge::all_cases()) {
        const bool of_loading = one.name == judge::kParsed || one.name == judge::kRules ||
                                one.name == judge::kMapped || one.name == judge::kTable;
        BOOST_TEST(((count[one.name] > 0) != of_loading), one.name);
    }
}

BOOST_AUTO_TEST_CASE(finds_the_unbroken_model_guilty_of_nothing) {
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        const judge::Report report = judged(bad_plugin("nothing"), seed);
        BOOST_TEST(report.id == "org.test.model");
        for (const judge::CaseResult& one : report.cases)
            BOOST_TEST((one.verdict == Verdict::success),
                       "seed " << seed << ", " << one.name << ": " << one.detail);
    }
}

BOOST_AUTO_TEST_CASE(never_splits_a_plugin_that_declares_itself_coupled) {
    const judge::Report report = judged(bad_plugin("coupled"));
    BOOST_TEST(report.failed == 0u);
    BOOST_TEST((verdict_of(report, judge::kSplit) == Verdict::skipped));
    BOOST_TEST((verdict_of(report, judge::kMigration) == Verdict::success));
}

BOOST_AUTO_TEST_CASE(tells_the_loaders_refusals_as_cases) {
    const std::vector<std::pair<std::string, std::string_view>> files{
        {LPC_SOURCE_DIR "/README.md", judge::kParsed}, {bad_file("no_symbol"), judge::kRules},
        {bad_file("wrong_major"), judge::kRules},      {bad_file("imports_time"), judge::kRules},
        {bad_file("unresolved"), judge::kMapped},      {bad_file("parameter_twice"), judge::kTable},
        {bad_file("null_create"), judge::kTable}};
    for (const auto& [file, name] : files) {
        const judge::Report report = judged(file);
        BOOST_TEST(report.failed == 1u, file);
        BOOST_TEST((verdict_of(report, name) == Verdict::failed), file << ", " << name);
        BOOST_TEST(report.id == "", file);
        BOOST_TEST((verdict_of(report, judge::kLives) == Verdict::skipped), file);
    }
}

BOOST_AUTO_TEST_SUITE_END()
