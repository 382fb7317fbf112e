// What a run's report counts, gathered while it runs: each account's way, what was closed at which
// price, what the fund paid, how long turns took. Measures only; no decision depends on it. Engine
// thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <runtime/input.hpp>

#include "scenario_config.hpp"
#include "watcher.hpp"

namespace lpc::scenario {

enum class Ending : std::uint8_t { running, restored, closed, bankrupt };

// One liquidation from its first close-out to its end. Money in the settlement asset's smallest
// unit, lots unsigned.
struct CaseRecord {
    std::uint64_t account = 0;
    std::int64_t side = 0;                                   // +1: a long is closed
    std::int64_t opened_ns = 0, acted_ns = 0, ended_ns = 0;  // 0: not yet
    std::int64_t ratio_ppb = 0;                              // equity / maintenance when opened
    std::int64_t equity_opened = 0, equity_ended = 0;
    std::int64_t mark_opened = 0, mark_ended = 0;
    std::int64_t liquidation_price = 0;  // when opened; 0: none
    Int128 proceeds = 0;                 // notional closed, at the prices of the fills
    Int128 at_arrival = 0;               // the same lots at the mark when opened
    Int128 at_bankruptcy = 0;            // the same lots at the bankruptcy price of the moment
    Int128 fees = 0;
    // Of the proceeds: on the book, to bidders, to the fund, to opponents, by final settlement.
    Int128 book_notional = 0, auction_notional = 0, takeover_notional = 0, deleveraged_notional = 0,
           settled_notional = 0;
    Int128 discount = 0;          // that bidders got against the mark; below zero: they paid more
    std::int64_t mark_later = 0;  // reversion_ns after the end; 0: not seen
    bool returned = false;  // the mark came back to the safe side within wick_ns of the opening
    bool fund_paid = false;
    Ending ending = Ending::running;
};

inline constexpr std::int64_t kWickNs = 60'000'000'000;
inline constexpr std::int64_t kReversionNs = 60'000'000'000;

struct ArmTally {
    std::uint64_t accounts = 0, commands = 0, refused = 0;
    std::uint64_t ended = 0;  // close-outs, here
    bool failed = false;
    std::set<std::uint64_t> on_hold;  // accounts that the fallback had after the plugin failed
    std::vector<std::size_t> cases;   // that came here, as indices of all
};

struct StageTally {
    std::vector<ArmTally> arms;
    std::vector<std::uint32_t> turn_ns;  // of each call of an instance

    ArmTally total() const;
};

struct FailureRecord {
    std::uint32_t stage, arm;
    std::uint64_t after_events;
    std::string sentence;
};

// Somebody else acts in a stage from here on.
struct SwapRecord {
    runtime::Transition transition;
    std::string from_sha256, to_sha256;  // empty: none
    std::string failure;                 // what made it necessary; empty: an operator's wish
    // On the engine's thread: of the step that changed who acts, and of the longest one for it.
    std::int64_t flip_ns = 0, pause_ns_max = 0;
};

class Tally final : public Watcher {
  public:
    // `clock_ns`: a monotonic clock, for the time of turns only.
    Tally(const ScenarioConfig& config, const Exchange& exchange,
          std::function<std::int64_t()> clock_ns);

    void set_mark(std::int64_t mark, std::int64_t now_ns);
    void count_told(std::uint64_t facts) { events_ += facts; }

    void on_fact(const lpc_fact& fact) override;
    void on_verdict(const runtime::Verdict& verdict) override;
    void on_move(const runtime::Move& move) override;
    void on_failure(std::uint32_t stage, const std::string& sentence) override;
    void on_transition(const runtime::Transition& transition, const std::string& text) override;
    void on_turn_begin(std::uint32_t stage) override;
    void on_turn_end(std::uint32_t stage) override;
    void on_feed_begin(std::uint32_t stage) override;
    void on_feed_end(std::uint32_t stage) override;
    void on_liquidation_fill(std::uint64_t order, std::uint64_t account, std::uint32_t instrument,
                             std::int64_t lots, std::int64_t price, std::int64_t fee) override;
    void on_take_over(const runtime::TakeoverRequest& request) override;
    void on_award(const runtime::AwardRequest& request) override;
    void on_deleverage(const runtime::DeleverageRequest& done) override;
    void on_final_settlement(std::uint64_t account, std::uint32_t instrument, std::int64_t lots,
                             std::int64_t price) override;
    void on_cover(std::uint64_t account, const settlement::Poured& poured) override;

    const std::vector<CaseRecord>& cases() const { return cases_; }
    std::uint64_t events() const { return events_; }
    std::size_t warned() const { return warned_.size(); }
    std::size_t liquidated() const { return liquidated_.size(); }
    const std::vector<StageTally>& stages() const { return stages_; }
    const std::vector<FailureRecord>& failures() const { return failures_; }
    const std::vector<SwapRecord>& swaps() const { return swaps_; }
    // The plugin that acts as this instance, before anything was swapped.
    void attached(std::uint32_t instance, const std::string& sha256) {
        sha256_of_[instance] = sha256;
    }
    std::map<std::uint8_t, std::uint64_t> refusals;  // by reason
    // So long it held the engine's thread; what came of it has been told.
    void operators_input_took(const runtime::Input& input, std::int64_t ns);
    std::int64_t clock_ns() const { return clock_ns_(); }

  private:
    CaseRecord* open_case(std::uint64_t account);
    void put_on_hold(std::uint32_t stage, std::uint32_t arm);
    void begin_case(const lpc_fact& closeout);
    void end_case(std::uint64_t account);
    void closed(std::uint64_t account, std::int64_t lots, std::int64_t price, Int128& kind);
    std::int64_t equity_of(std::uint64_t account) const;

    const ScenarioConfig& config_;
    const Exchange& exchange_;
    std::function<std::int64_t()> clock_ns_;
    std::int64_t mark_ = 0, now_ns_ = 0, turn_began_ns_ = 0;
    std::uint64_t events_ = 0;
    std::set<std::uint64_t> warned_, liquidated_;
    std::vector<CaseRecord> cases_;
    std::unordered_map<std::uint64_t, std::size_t> open_;  // account -> case
    struct Place {
        std::uint32_t stage = 0, arm = 0;
    };
    std::unordered_map<std::uint64_t, Place> place_of_;  // account -> liquidator stage
    std::unordered_map<std::uint64_t, lpc_fact_margin> margins_;
    std::unordered_map<std::uint64_t, std::int64_t> bankruptcy_;  // price, of the latest close-out
    std::vector<std::size_t> watched_for_wick_, watched_for_reversion_;
    std::vector<StageTally> stages_;
    std::vector<FailureRecord> failures_;
    std::vector<SwapRecord> swaps_;
    std::map<std::uint32_t, std::string> sha256_of_;  // by instance
    struct Slice {
        std::uint32_t instance = 0;
        std::int64_t ns = 0;
    };
    std::map<std::uint32_t, Slice> slices_;           // by stage, until it was fed
    std::map<std::uint32_t, std::int64_t> pause_ns_;  // the longest, by instance
    std::size_t timed_swaps_ = 0;
    std::uint32_t follower_ = 0;  // that began last
    std::int64_t feed_began_ns_ = 0, failed_at_ns_ = 0;
};

}  // namespace lpc::scenario
