// The names of the judge's cases that other code speaks of: a breach is always about one of them,
// wherever it was seen. Pure data.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace lpc::judge {

inline constexpr std::string_view kParsed = "file_is_a_shared_object";
inline constexpr std::string_view kRules = "file_keeps_the_rules";
inline constexpr std::string_view kMapped = "file_can_be_mapped";
inline constexpr std::string_view kTable = "table_is_sound";
inline constexpr std::string_view kLives = "lives_a_life";
inline constexpr std::string_view kOutput = "output_is_well_formed";
inline constexpr std::string_view kCarried = "what_is_put_off_is_done_in_bounded_turns";
inline constexpr std::string_view kClean = "commands_are_clean";
inline constexpr std::string_view kRole = "commands_are_of_its_role";
inline constexpr std::string_view kCause = "cause_names_a_fact_that_was_told";
inline constexpr std::string_view kTwice = "same_facts_twice_in_one_process";
inline constexpr std::string_view kProcess = "same_facts_in_another_process";
inline constexpr std::string_view kThread = "same_facts_on_another_thread";
inline constexpr std::string_view kRuns = "cutting_facts_into_runs_is_invisible";
inline constexpr std::string_view kCapacity = "capacity_of_the_output_is_invisible";
inline constexpr std::string_view kRetold = "facts_told_twice_change_nothing";
inline constexpr std::string_view kResync = "resync_of_what_is_changes_nothing";
inline constexpr std::string_view kKinds = "kinds_that_are_not_told_are_not_missed";
inline constexpr std::string_view kParameters = "parameters_are_survived";
inline constexpr std::string_view kPending = "pending_orders_are_neither_repeated_nor_forgotten";
inline constexpr std::string_view kDetach = "detached_accounts_are_forgotten";
inline constexpr std::string_view kSplit = "split_over_instances_equals_one";
inline constexpr std::string_view kActive = "active_says_nothing_when_nothing_differs";
inline constexpr std::string_view kFollower = "a_follower_asks_again_when_active";
inline constexpr std::string_view kRecord = "record_max_is_kept";
inline constexpr std::string_view kTransfer = "save_and_load_are_invisible";
inline constexpr std::string_view kMigration = "migration_in_slices_is_invisible";
inline constexpr std::string_view kHostile = "hostile_loads_are_survived";
inline constexpr std::string_view kRefused = "refused_loads_change_nothing";

// The plugin broke the rule of one case: what was seen, in one sentence.
class Breach : public std::runtime_error {
  public:
    Breach(std::string_view case_name, const std::string& detail)
        : std::runtime_error(detail), case_name_(case_name) {}
    std::string_view case_name() const { return case_name_; }

  private:
    std::string_view case_name_;
};

// The plugin is lawful, but the case does not apply to it, or not to all of it.
class NotJudged : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace lpc::judge
