// Everything that lets liquidity providers of other processes bid in a run: endpoint, hatch and
// teller, wired together. Made before the run and ended after it, on the main thread; the desk is
// served on the engine's.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <bidding/server.hpp>
#include <bidding/teller.hpp>
#include <scenario/run.hpp>

namespace lpc::app {

class BiddingRoom final : public scenario::Watcher {
  public:
    // Listens when it returns.
    static Result<std::unique_ptr<BiddingRoom>> open(bidding::ServerConfig config);

    // Lets the run's desk be served from here.
    void take_charge(scenario::RunOptions& options);
    // Engine thread: until a provider has said something, at most so long.
    bool wait(std::chrono::nanoseconds most) { return hatch_.wait(most); }
    // The run is over: goodbye is said, the server ends.
    void close();

    void on_award(const runtime::AwardRequest& award) override { teller_.award(award); }
    void on_call(const runtime::LotNotice& notice, std::int64_t now_ns) override {
        teller_.call(notice, now_ns);
    }

  private:
    BiddingRoom() : teller_(hatch_) {}

    bidding::Hatch hatch_;
    bidding::Teller teller_;
    std::unique_ptr<bidding::Server> server_;
};

}  // namespace lpc::app
