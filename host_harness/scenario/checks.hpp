// The invariants of a run, each with what was judged and the first violation. Recomputed from the
// venue's and the ledger's own numbers, not from the runtime's. Engine thread only.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "naive_margin.hpp"
#include "scenario_config.hpp"
#include "watcher.hpp"

namespace lpc::scenario {

struct CheckResult {
    std::string name;
    bool pass = false;
    std::string detail;
};

class Checks final : public Watcher {
  public:
    Checks(const ScenarioConfig& config, const Exchange& exchange);

    // The mark that the next turn sees.
    void set_mark(std::int64_t mark, std::int64_t now_ns) {
        mark_ = mark;
        now_ns_ = now_ns;
    }
    // May anybody be closed out from now on?
    void set_fit(bool fit) { fit_ = fit; }
    // After the turns of one moment: the cheap invariants; `all_accounts`: the naive look at every
    // account too.
    void after_step(bool all_accounts);
    // The configured checks, in order. `figures`: what FIGURE_at_least and FIGURE_at_most are
    // about.
    std::vector<CheckResult> results(const std::map<std::string, Int128>& figures);

    void on_fact(const lpc_fact& fact) override;
    void on_failure(std::uint32_t stage, const std::string& sentence) override;
    void on_liquidation_fill(std::uint64_t order, std::uint64_t account, std::uint32_t instrument,
                             std::int64_t lots, std::int64_t price, std::int64_t fee) override;
    void on_award(const runtime::AwardRequest& award) override;
    void on_take_over(const runtime::TakeoverRequest& request) override;
    void on_deleverage(const runtime::DeleverageRequest& done) override;

  private:
    struct Judged {
        std::uint64_t count = 0, violations = 0;
        std::string violation;  // the first, as a sentence
    };
    using Leg = std::pair<std::uint64_t, std::uint32_t>;

    void judge(const char* name, bool pass, const std::string& violation);
    void judge_books(bool all_accounts);
    void judge_everybody();
    void judge_fund();
    void judge_closeout(const lpc_fact& closeout);
    void judge_fitness(const char* what, std::uint64_t account);
    void judge_price(std::uint64_t order, std::uint64_t account, std::int64_t lots,
                     std::int64_t price);
    NaiveHealth naive(std::uint64_t account) const;

    const ScenarioConfig& config_;
    const Exchange& exchange_;
    std::vector<NaiveTier> tiers_;
    std::int64_t mark_ = 0;
    std::int64_t now_ns_ = 0;
    bool fit_ = true;
    std::map<std::string, Judged> judged_;
    struct Held {
        std::int64_t at_ns, cash;
    };
    std::map<std::uint64_t, std::deque<Held>> held_;   // what each tranche had in its window
    std::set<Leg> open_;                               // close-outs that are not ended
    std::map<Leg, std::int64_t> permitted_, granted_;  // prices: by close-outs, and by grants
    std::unordered_map<std::uint64_t, std::int64_t> bounds_;  // by order
};

}  // namespace lpc::scenario
