// Runs every close-out of a study through every arm: the same market for all arms of a close-out,
// close-outs side by side on the machine's threads. No journal is kept; the scores depend on the
// study, the data and the plugins only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <scenario/outcome/outcome.hpp>

#include "../plugins.hpp"

namespace lpc::app {

struct StudyScores {
    std::vector<scenario::Closeout> closeouts;
    std::vector<std::vector<scenario::Score>> scores;  // [arm][close-out]
    std::vector<std::string> failed_checks;            // a sentence each
};

// An error: a run could not begin, go on, or bring its close-out to an end.
[[nodiscard]] Result<StudyScores> run_study(
    const scenario::Study& study, Plugins& plugins, const std::string& data,
    const std::function<void(std::size_t done, std::size_t all)>& progress);

}  // namespace lpc::app
