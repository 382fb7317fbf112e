// A study as its TOML file says it: so many close-outs of drawn sizes and sides, spread over the
// market's book, each done by every arm. Read once at start-up; plain values, and the close-outs
// that its seed draws.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../scenario_config.hpp"

namespace lpc::scenario {

struct StudyArm {
    std::string name;
    ScenarioConfig config;    // with the arm's parameters in it
    std::size_t bidders = 0;  // in place of the scenario's providers
    bool candidate = false;   // may be chosen as the default
};

struct Study {
    std::string name, file;
    std::uint64_t seed = 1;
    std::int64_t closeouts_count = 0;
    std::int64_t notional_min = 0, notional_max = 0;
    std::int64_t horizon_ns = 0;  // a schedule with foresight has so long
    std::int64_t tail_ns = 0;     // and a run goes on so much longer
    std::int64_t slot_ns = 0;
    std::size_t blocks = 0;  // of neighbours, for the bootstrap
    std::int64_t discount_max_ppb = 0;
    std::vector<StudyArm> arms;  // the first is what the others are measured against
    std::size_t default_arm = 0;
};

Result<Study> load_study(const std::string& path);

struct Closeout {
    std::int64_t start_ns = 0;
    bool is_long = false;
    bool held_out = false;  // of the later half
    std::int64_t notional = 0;
    std::vector<std::int64_t> discounts_ppb;  // of as many bidders as any arm has
};

// In the order of time: half of them spread evenly over an earlier stretch of the book, half over a
// later one as long, with a horizon between them, so that none of the first half sees a price of
// the second. Sizes are log-uniform, sides and discounts uniform.
Result<std::vector<Closeout>> draw_closeouts(const Study& study, std::int64_t first_ns,
                                             std::int64_t last_ns);

// The arm's scenario with this close-out as its only account.
ScenarioConfig config_of(const Study& study, const StudyArm& arm, const Closeout& closeout);

}  // namespace lpc::scenario
