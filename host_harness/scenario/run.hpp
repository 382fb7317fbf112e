// One run of a scenario: the market's steps, the agents, the exchange and the runtime, in the order
// of engine time, every input through the journal. No wall clock decides anything. Engine thread
// only; deterministic by (scenario, seed, data, plugins).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <journal/recorder.hpp>
#include <runtime/runtime.hpp>

#include "checks.hpp"
#include "market_path.hpp"
#include "scenario_config.hpp"
#include "steering.hpp"
#include "tally.hpp"
#include "watcher.hpp"

namespace lpc::scenario {

struct RunOptions {
    std::vector<runtime::Attachment> attachments;  // one for each arm of each stage, in order
    runtime::CodeSource code;
    runtime::LogSink log;
    std::function<std::int64_t()> clock_ns;  // monotonic, for measuring only
    std::function<void(std::size_t done, std::size_t all)> progress;  // after each step
    // Lets real time pass before the moment at `next_ns`, from the one at `from_ns` on: until it is
    // due, or somebody from outside wants to be served before. Returns the engine time then. None:
    // as fast as it goes.
    std::function<std::int64_t(std::int64_t from_ns, std::int64_t next_ns)> wait;
    // Serves at the desk whoever has come from outside; how much there was. What they say counts at
    // that time, and never at the moment that is waited for.
    std::function<std::size_t(bidding::Desk&, std::int64_t now_ns)> serve;
    // After each step's turn, on the engine's thread; none: nobody steers.
    std::function<void(Steering&)> steer;
    std::vector<Watcher*> watchers;                   // besides journal, checks and tally
    settlement::PostingObserver* postings = nullptr;  // of the ledger; outlives the run
    runtime::Premises* premises = nullptr;  // threads for followers; none: they run on this one
};

// What a run is written into, and what there is of it already. All of it outlives the run.
struct RunJournal {
    journal::Writer& writer;
    journal::Past* past = nullptr;  // of a run that is resumed
    // Where the past comes to it the runtime goes on from there, not from what it became so far.
    const journal::Snapshot* from = nullptr;
    journal::SnapshotWriter* snapshots = nullptr;
    std::uint64_t snapshot_every_inputs = 0;
};

class Run {
  public:
    // Opens the market and its accounts and tries whether the runtime takes configuration, plugins
    // and opening facts: what is wrong with the input is found here, and nothing is written yet.
    // `config` and `market` must outlive the run.
    [[nodiscard]] static Result<std::unique_ptr<Run>> open(const ScenarioConfig& config,
                                                           const MarketPath& market,
                                                           RunOptions options);

    // Once. An error: the run could not go on (a full disk, a past that is not this run's); what
    // was journaled until then replays. The operator's inputs in a past come again where they came.
    Status go(const RunJournal& journal);

    const ScenarioConfig& config() const { return config_; }
    const MarketPath& market() const { return market_; }
    const Exchange& exchange() const { return exchange_; }
    const Tally& tally() const { return tally_; }
    const runtime::Runtime& runtime() const { return *runtime_; }
    // After go().
    const journal::CommandHash& commands() const { return recorder_->commands(); }
    const std::vector<runtime::Attachment>& attachments() const { return options_.attachments; }
    std::vector<CheckResult> checks();
    std::int64_t mark() const { return mark_; }
    std::int64_t engine_time_ns() const;

  private:
    // Tells the exchange which liquidations there are.
    struct LiquidationsOf final : Watcher {
        Exchange& exchange;
        Status status;  // the first that failed
        explicit LiquidationsOf(Exchange& e) : exchange(e) {}
        void on_fact(const lpc_fact& fact) override {
            if (fact.kind == LPC_FACT_CLOSEOUT) exchange.closeout(fact);
        }
        void on_move(const runtime::Move& move) override {
            if (move.cause == runtime::MoveCause::ended && status)
                status = exchange.liquidation_over(move.account);
        }
    };

    Run(const ScenarioConfig& config, const MarketPath& market, RunOptions options);
    Status open_market();
    Status open_providers();
    Status open_owners();
    std::vector<lpc_fact> opening_facts();
    void gather_opening_inputs();
    Status rehearse() const;
    void set_mark(std::int64_t now_ns);
    Status step(std::size_t index);
    void begin_mark(std::int64_t price);
    void follow_price(std::int64_t price);
    // What the venue allows from now on, where that is something else.
    Status enter(VenuePhase phase);
    void let_agents_act(const market_data::PriceStep& now);
    Status let_members_move_cash(std::int64_t now_ns);
    template <class Config, class Do>
    Status do_due(const std::vector<Config>& all, std::size_t& done, std::int64_t now_ns, Do&& act);
    Int128 open_lots() const;
    void steer(const journal::Past* past);
    void keep_snapshots(const RunJournal& journal);
    void go_on_from(const journal::Snapshot& snapshot);
    std::unique_ptr<runtime::Runtime> new_runtime();
    // Lets answers and timers that are due before `until_ns` have their turns.
    Status catch_up(std::int64_t until_ns);
    // When engine time goes on: an answer, a timer, or the step at `until_ns`.
    std::int64_t next_moment(std::int64_t until_ns) const;
    // What is due by then happens, and has its turn if it is news.
    Status moment(std::int64_t now_ns);
    // Real time passes until the next moment, and whoever comes from outside meanwhile is served.
    Status pause(std::int64_t until_ns);
    Status tell(const std::vector<lpc_fact>& facts);
    Status turn(std::int64_t now_ns);
    static lpc_fact fact_of(std::uint16_t kind, std::uint32_t instrument);
    lpc_fact instrument_fact() const;
    lpc_fact price_fact() const;
    void tell_book();
    lpc_fact volume_fact() const;

    const ScenarioConfig& config_;
    const MarketPath& market_;
    RunOptions options_;
    Crowd crowd_;
    Exchange exchange_;
    LiquidationsOf liquidations_;
    Checks checks_;
    Tally tally_;
    std::optional<journal::Recorder> recorder_;  // while it goes
    std::vector<runtime::Input> opening_;
    std::unique_ptr<runtime::Runtime> runtime_;
    std::uint64_t inputs_at_snapshot_ = 0;
    const journal::Snapshot* from_ = nullptr;  // until the past has come to it
    std::vector<venue::MarketMaker> makers_;
    venue::NoiseTrader noise_;
    venue::Random withdrawers_, depositors_;
    std::size_t withdrawals_done_ = 0, deposits_done_ = 0;  // of the scenario's, by time
    std::optional<RecordedMarket> recorded_;                // instead of makers and noise
    bool entered_ = false;                                  // the owners of accounts
    std::int64_t mark_ = 0;
    static constexpr Int128 kSmoothOne = 1'000'000;
    Int128 smooth_mark_ = 0;  // in millionths of a tick
    std::int64_t index_price_ = 0;
    VenuePhase phase_ = VenuePhase::normal;
    std::int64_t now_ns_ = 0;
    std::int64_t turn_ns_ = 0;       // of the last turn
    std::uint32_t turns_there_ = 0;  // at this one moment
    std::vector<venue::Event> events_;
    std::vector<lpc_fact> facts_;
};

}  // namespace lpc::scenario
