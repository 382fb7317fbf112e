// Each procedure of config/procedures as a state machine: an account moves from stage to stage in
// their order, only by a condition that the file publishes and that holds, in each stage only what
// it permits is done, and everybody comes out at an end; also where the venue is down in between.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <scenario/run.hpp>
#include <set>
#include <string>
#include <vector>

#include "scenario/in_process.hpp"

using lpc::runtime::Move;
using lpc::runtime::MoveCause;
using lpc::runtime::Stage;
using lpc::tests::InProcess;
using lpc::tests::ScenarioText;
using lpc::tests::Workshop;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct Interruption {
    std::int64_t from_ns = 0, to_ns = 0;
};

// Follows every account by what is observed alone; keeps the first thing that no rule permits.
class StateMachine final : public lpc::scenario::Watcher {
  public:
    explicit StateMachine(Interruption interruption) : interruption_(interruption) {}

    void on_fact(const lpc_fact& fact) override {
        if (fact.kind == LPC_FACT_MARGIN) margins_[fact.account] = fact;
    }
    void on_move(const Move& move) override {
        moves_.push_back(move);
        At& at = at_[move.account];
        expect(move.from == at.stage, move, "comes from where it was");
        if (move.cause == MoveCause::ended) {
            expect(move.to == 0, move, "ends nowhere else");
            at_.erase(move.account);
            return;
        }
        expect(move.to == move.from + 1, move, "goes to the next stage");
        causes_.push_back({move, at, margins_[move.account]});
        at = {move.to, move.now_ns, 0};
        visited_.insert(move.to);
    }
    void on_verdict(const lpc::runtime::Verdict& verdict) override {
        const auto at = at_.find(verdict.command.account);
        if (verdict.stage == 0 || at == at_.end()) return;
        if (verdict.reason != 0) {
            at->second.refusals += verdict.stage == at->second.stage ? 1 : 0;
            return;
        }
        done_.push_back({verdict, at->second.stage});
    }

    // Against what the file says, read apart from the run.
    void expect_rules(const std::vector<Stage>& stages) {
        for (const auto& [move, at, margin] : causes_) {
            if (move.cause == MoveCause::entered) {
                expect(move.from == 0, move, "enters once");
                continue;
            }
            expect(condition_holds(stages.at(move.from - 1), move, at, margin), move,
                   "moves by a condition that holds");
        }
        for (const auto& [verdict, stage] : done_) {
            const bool permitted = verdict.stage == stage &&
                                   (stages.at(stage - 1).permits >> verdict.command.kind & 1) != 0;
            BOOST_TEST(permitted, "a command of kind " << verdict.command.kind << " in stage "
                                                       << stage << " of a plugin of stage "
                                                       << verdict.stage);
        }
    }
    std::size_t running() const { return at_.size(); }
    const std::set<std::uint32_t>& visited() const { return visited_; }
    std::size_t moves() const { return moves_.size(); }

  private:
    struct At {
        std::uint32_t stage = 0;
        std::int64_t since_ns = 0;
        std::int64_t refusals = 0;
    };
    struct Caused {
        Move move;
        At at;
        lpc_fact margin;
    };
    struct Done {
        lpc::runtime::Verdict verdict;
        std::uint32_t stage;
    };

    void expect(bool holds, const Move& move, const char* law) {
        BOOST_TEST(holds, law << ": account " << move.account << " from " << move.from << " to "
                              << move.to << " at " << move.now_ns << " ns, cause "
                              << static_cast<int>(move.cause));
    }
    // Time in the stage in which it could act.
    std::int64_t acting_ns(const At& at, std::int64_t now_ns) const {
        const std::int64_t from = std::max(at.since_ns, interruption_.from_ns);
        const std::int64_t to = std::min(now_ns, interruption_.to_ns);
        return now_ns - at.since_ns - std::max<std::int64_t>(0, to - from);
    }
    bool condition_holds(const Stage& stage, const Move& move, const At& at,
                         const lpc_fact& margin) const {
        const lpc_fact_margin& m = margin.u.margin;
        switch (move.cause) {
            case MoveCause::time:
                return stage.leave_after_ns > 0 &&
                       acting_ns(at, move.now_ns) >= stage.leave_after_ns;
            case MoveCause::escalated:
                return (stage.permits >> LPC_CMD_ESCALATE & 1) != 0;
            case MoveCause::refusals:
                return stage.leave_after_refusals > 0 && at.refusals >= stage.leave_after_refusals;
            case MoveCause::health:
                // equity / maintenance < leave_below, without a division.
                // The shipped rulebook lets the fund grant nothing.
                return (margin.code == LPC_MARGIN_BANKRUPT &&
                        (stage.permits >> LPC_CMD_TAKEOVER & 1) == 0 &&
                        (stage.permits >> LPC_CMD_DELEVERAGE & 1) == 0) ||
                       __int128{m.equity} * LPC_RATE_ONE_PPB <
                           __int128{m.maintenance} * stage.leave_below_ppb;
            case MoveCause::entered:
            case MoveCause::ended:
                break;
        }
        return false;
    }

    Interruption interruption_;
    std::map<std::uint64_t, At> at_;
    std::map<std::uint64_t, lpc_fact> margins_;
    std::vector<Move> moves_;
    std::vector<Caused> causes_;
    std::vector<Done> done_;
    std::set<std::uint32_t> visited_;
};

std::vector<std::string> shipped_procedures() {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(LPC_SOURCE_DIR "/config/procedures"))
        names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

// The cascade's market among few accounts.
ScenarioText market_for(const std::string& procedure) {
    ScenarioText scenario("cascade");
    scenario.set("count", "300").replace("value = 11_000", "value = 200");
    scenario.replace("/config/procedures/full.toml", "/config/procedures/" + procedure + ".toml");
    return scenario.replace("name = \"auction_quote_at_least\"\nvalue = 1_000_000",
                            "name = \"no_plugin_failed\"");
}

std::set<std::uint32_t> follow(const Workshop& shop, const ScenarioText& scenario,
                               const std::string& name, std::int64_t from_s, std::int64_t to_s) {
    StateMachine machine({from_s * kSecond, to_s * kSecond});
    InProcess world(shop, scenario, name, {}, nullptr, {&machine});
    machine.expect_rules(world.config.runtime.stages);
    BOOST_TEST(machine.moves() > 100u);
    BOOST_TEST(machine.running() == 0u);
    for (const auto& check : world.run->checks()) BOOST_TEST(check.pass, check.detail);
    return machine.visited();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(each_shipped_procedure, Workshop)

BOOST_AUTO_TEST_CASE(leads_every_account_by_its_published_conditions_to_an_end) {
    const std::vector<std::string> names = shipped_procedures();
    BOOST_TEST(names.size() >= 4u);
    for (const std::string& name : names) {
        BOOST_TEST_CONTEXT(name) {
            const std::set<std::uint32_t> visited = follow(*this, market_for(name), name, 0, 0);
            BOOST_TEST(visited.count(1) == 1u);
            BOOST_TEST(visited.size() >= 2u);
        }
    }
}

// The venue goes down within seconds of the gap, while hundreds are being closed out.
BOOST_AUTO_TEST_CASE(keeps_its_conditions_across_an_outage_in_its_middle) {
    for (const std::string& name : shipped_procedures()) {
        BOOST_TEST_CONTEXT(name) {
            ScenarioText scenario = market_for(name);
            scenario.put_before("[accounts]",
                                "[[outages]]\nat_s = 306\nhalted_s = 120\ncancel_only_s = "
                                "10\npost_only_s = 10\ngrace_s = 30\n");
            scenario.replace("name = \"no_plugin_failed\"",
                             "name = \"nobody_is_closed_on_unfit_prices\"");
            (void)follow(*this, scenario, name, 306, 476);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
