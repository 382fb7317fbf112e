// The exchange that `lpc bench swap` swaps plugins in: the real runtime with margin.so and twap.so,
// many accounts of which some are in a close-out whose orders stay out for most of the time, and a
// venue that fills each order a fixed engine time later. What it tells depends on the number of the
// turn alone, so a second world that is given the same turns tells the same. One thread, the
// engine's; owns the runtime.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <app/clock.hpp>
#include <app/slice_size.hpp>
#include <runtime/runtime.hpp>
#include <runtime/state.hpp>
#include <venue/random.hpp>

namespace lpc::app {

struct SwapWorldOptions {
    std::uint64_t accounts = 0;
    std::uint64_t in_flight = 0;  // of them in a close-out; at most half
    std::uint64_t seed = 1;
};

// Two images of each plugin: a swap goes to the other one, whose code lies elsewhere in memory.
struct SwapImages {
    static constexpr std::uint32_t kStages = 2;  // risk, twap
    runtime::PluginCode image[kStages][2];
    // From a folder with the shipped plugins; copies are kept in `folder`.
    static SwapImages load(const std::vector<std::string>& plugin_folders,
                           const std::filesystem::path& folder);
};

class SwapWorld final : private runtime::Observer,
                        private runtime::Venue,
                        private runtime::NoAuctions {
  public:
    enum class TurnKind : std::uint8_t {
        busy,   // a little happens: some balances, the venue's answers and timers that are due
        quiet,  // nothing does, not even time
        swing   // every mark falls, or comes back: each account is looked at
    };

    SwapWorld(const SwapImages& images, const SwapWorldOptions& options,
              runtime::Premises& premises);

    // Facts of all accounts, close-outs, orders out.
    void open();
    void turn(TurnKind kind);
    const std::vector<TurnKind>& turns() const { return turns_; }  // so far

    // The image that does not act in the stage begins to follow; its number.
    std::uint32_t follow(std::uint32_t stage, runtime::Purpose purpose,
                         runtime::Placement placement);
    void step(runtime::StepKind kind, std::uint32_t stage, std::uint32_t instance,
              std::int64_t value);
    const runtime::Follower& follower(std::uint32_t stage) const;
    FollowersTime& followers_time() { return followers_time_; }

    const std::vector<runtime::Verdict>& said() const { return said_; }  // numbers of instances: 0
    std::uint64_t orders_out() const { return waiting_.size(); }

  private:
    struct Closing {
        std::uint32_t instrument = 0;
        std::int64_t lots = 0;  // long
    };
    struct Waiting {
        std::int64_t due_ns;
        runtime::OrderRequest order;
    };

    void apply(runtime::InputKind kind, std::span<const std::byte> bytes);
    void tell(const lpc_fact& fact);
    void tell_terms();
    void tell_account(std::uint64_t account);
    void fill(const runtime::OrderRequest& order);
    void happen();
    void run_turn();
    runtime::Attachment attachment(std::uint32_t stage, std::uint32_t image) const;
    std::uint64_t id(std::uint64_t number) const;

    void on_fact(const lpc_fact&) override {}
    void on_verdict(const runtime::Verdict& verdict) override;
    void on_move(const runtime::Move&) override {}
    void on_failure(std::uint32_t stage, const std::string& sentence) override;
    void on_transition(const runtime::Transition&, const std::string&) override {}
    void on_turn_begin(std::uint32_t) override { followers_time_.turn_begins(); }
    void on_turn_end(std::uint32_t stage) override { followers_time_.turn_ends(stage); }
    void on_feed_begin(std::uint32_t) override { followers_time_.feeding_begins(); }
    void on_feed_end(std::uint32_t stage) override { followers_time_.feeding_ends(stage); }

    void place(const runtime::OrderRequest& request) override;
    void cancel(const runtime::CancelRequest& request) override;
    void cancel_resting(std::uint64_t account) override;
    void take_over(const runtime::TakeoverRequest& request) override;
    void cover_deficit(std::uint64_t account, std::uint32_t asset, std::int64_t amount) override;

    const SwapImages& images_;
    SwapWorldOptions options_;
    venue::Random random_;
    FollowersTime followers_time_{monotonic_ns};
    runtime::Runtime runtime_;
    std::int64_t now_ns_ = 0;
    std::int64_t turn_ns_;  // engine time from one busy turn to the next
    std::int64_t mark_;
    std::map<std::uint64_t, Closing> closing_;  // by account
    std::deque<Waiting> waiting_;               // orders out, by when they are answered
    std::vector<runtime::Verdict> said_;
    std::vector<TurnKind> turns_;
    std::uint32_t acting_[SwapImages::kStages] = {0, 0};  // image
};

}  // namespace lpc::app
