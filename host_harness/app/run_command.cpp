#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include <scenario/market_path.hpp>
#include <scenario/report.hpp>
#include <scenario/run.hpp>

#include "bidding_config.hpp"
#include "bidding_room.hpp"
#include "clock.hpp"
#include "commands.hpp"
#include "control_room.hpp"
#include "log.hpp"
#include "out_folder.hpp"
#include "plugins.hpp"
#include "progress.hpp"
#include "run_record.hpp"
#include "stop_signals.hpp"

namespace lpc::app {
namespace {

// Engine time passes `pace` times as fast as real time, from the first wait on. Engine thread.
class Pace {
  public:
    // Sleeps at most so long. True: somebody has come meanwhile.
    using Nap = std::function<bool(std::chrono::nanoseconds most)>;
    Pace(std::int64_t pace, Nap nap) : pace_(pace), nap_(std::move(nap)) {}

    // Until `next_ns` is due, or somebody has come; the engine time then.
    std::int64_t wait(std::int64_t from_ns, std::int64_t next_ns) {
        if (!began_ns_) {
            began_ns_ = monotonic_ns();
            began_at_ns_ = from_ns;
        }
        const std::int64_t due = *began_ns_ + (next_ns - began_at_ns_) / pace_;
        // Not in one sleep: it would outlast a wish to stop.
        constexpr std::int64_t kNap = 50'000'000;
        for (std::int64_t ahead = due - monotonic_ns(); ahead > 0 && StopSignals::received() == 0;
             ahead = due - monotonic_ns()) {
            if (nap_(std::chrono::nanoseconds(std::min(ahead, kNap))))
                return std::min(next_ns, began_at_ns_ + (monotonic_ns() - *began_ns_) * pace_);
        }
        return next_ns;
    }

  private:
    std::int64_t pace_;
    Nap nap_;
    std::optional<std::int64_t> began_ns_;
    std::int64_t began_at_ns_ = 0;  // engine time
};

struct Prepared {
    scenario::ScenarioConfig config;
    scenario::MarketPath market;
    HostConfig host;
};

Result<Prepared> prepare(const RunArgs& args) {
    auto config = scenario::load_scenario(args.scenario);
    if (!config) return tl::unexpected(config.error());
    if (args.seed) config->seed = *args.seed;
    config->faults.seed = config->seed;
    auto market = scenario::load_market(*config, args.data);
    if (!market) return tl::unexpected(market.error());
    auto host = load_host_config(args.host, args.scenario);
    if (!host) return tl::unexpected(host.error());
    host->plugin_folders.insert(host->plugin_folders.begin(), args.plugin_folders.begin(),
                                args.plugin_folders.end());
    return Prepared{std::move(*config), std::move(*market), std::move(*host)};
}

// Nothing if nobody bids from outside.
Result<std::unique_ptr<BiddingRoom>> open_bidders(const RunArgs& args,
                                                  scenario::ScenarioConfig& scenario) {
    if (args.bidders.empty()) return std::unique_ptr<BiddingRoom>();
    if (args.pace == 0)
        return fail(
            "--bidders: found no --pace, expected one of at least 1: bidders of other processes "
            "answer in real time");
    if (args.resume)
        return fail(
            "--bidders: found --resume too, expected one of them: what bidders of other processes "
            "said to a run is no more when it is played again");
    auto config = load_bidding_config(args.bidders, args.pace, scenario);
    if (!config) return tl::unexpected(config.error());
    return BiddingRoom::open(std::move(*config));
}

Pace::Nap nap_with(BiddingRoom* bidders) {
    return [bidders](std::chrono::nanoseconds most) {
        if (bidders != nullptr) return bidders->wait(most);
        std::this_thread::sleep_for(most);
        return false;
    };
}

// Ends the run after a step if that is wished. Engine thread.
class Stopper {
  public:
    explicit Stopper(RunRecord& record) : record_(record) {}
    // A closed journal takes nothing more, and no step goes on without it.
    void after_step(std::size_t done, std::size_t all) {
        if (StopSignals::received() == 0 || done == all) return;
        closed_ = record_.close();
        done_ = done;
        all_ = all;
    }
    bool stopped() const { return done_ > 0; }
    int tell(const OutFolder& out) const {
        if (!closed_) return wrong(closed_.error());
        return wrong({fmt::format(
            "run: stopped by signal {} ({}) after step {} of {}; the journal in {} is whole up to "
            "there, and there is no report.json",
            StopSignals::received(), ::strsignal(StopSignals::received()), done_, all_,
            out.path())});
    }

  private:
    RunRecord& record_;
    Status closed_;
    std::size_t done_ = 0, all_ = 0;
};

int finish(scenario::Run& run, const RunArgs& args, const OutFolder& out, double wall_s) {
    const std::string json = scenario::report_json(run, {wall_s});
    if (const Status status = out.write_report(json); !status) return wrong(status.error());
    if (args.json) {
        fmt::print("{}\n", json);
    } else {
        fmt::print("{}\n  report and journal in {}\n", scenario::report_table(run, {wall_s}),
                   out.path());
    }
    for (const scenario::CheckResult& check : run.checks()) {
        if (!check.pass) return 1;
    }
    return 0;
}

}  // namespace

int run_command(const RunArgs& args) {
    auto prepared = prepare(args);
    if (!prepared) return wrong(prepared.error());
    Plugins plugins(prepared->host);
    auto attachments = plugins.attach(prepared->config);
    if (!attachments) return wrong(attachments.error());
    Progress progress(prepared->config.name, !args.json);
    const StopSignals signals;
    RunRecord record(prepared->host);
    Stopper stopper(record);
    scenario::RunOptions options;
    options.attachments = std::move(*attachments);
    options.code = plugins.source();
    options.log = log_sink();
    options.clock_ns = monotonic_ns;
    options.postings = record.postings();
    options.progress = [&](std::size_t done, std::size_t all) {
        progress.show(done, all);
        record.after_step();
        stopper.after_step(done, all);
    };
    placement::HostPremises premises(sidecar_terms(prepared->host));  // outlive whoever runs there
    options.premises = &premises;
    std::unique_ptr<ControlRoom> room;
    if (!args.control.empty()) {
        auto opened = ControlRoom::open(args.control, args.control_config, prepared->host,
                                        prepared->config, premises);
        if (!opened) return wrong(opened.error());
        room = std::move(*opened);
        room->take_charge(options);
    }
    auto bidders = open_bidders(args, prepared->config);
    if (!bidders) return wrong(bidders.error());
    if (*bidders) (*bidders)->take_charge(options);
    Pace pace(args.pace, nap_with(bidders->get()));
    if (args.pace > 0) {
        options.wait = [&](std::int64_t from_ns, std::int64_t next_ns) {
            return record.in_the_past() ? next_ns : pace.wait(from_ns, next_ns);
        };
    }
    auto out = args.resume ? OutFolder::look_for_unfinished(args.out, prepared->config.name)
                           : OutFolder::look(args.out, prepared->config.name);
    if (!out) return wrong(out.error());
    const std::int64_t began = monotonic_ns();
    const auto run = scenario::Run::open(prepared->config, prepared->market, std::move(options));
    if (!run) return wrong(run.error());
    // Whatever can be wrong with the input has been found: from here on things are written.
    if (const int signal = StopSignals::received(); signal != 0)
        return wrong({fmt::format("run: stopped by signal {} ({}) before its first step", signal,
                                  ::strsignal(signal))});
    Status status = record.begin(*out, prepared->host, args.resume);
    if (!status) return wrong(status.error());
    // The engine has a thread of its own; files were read and plugins loaded on this one.
    status = std::async(std::launch::async, [&] { return (*run)->go(record.journal()); }).get();
    if (room) room->close();
    if (*bidders) (*bidders)->close();
    if (stopper.stopped()) return stopper.tell(*out);
    if (status) status = record.close();
    if (!status) return wrong(status.error());
    const double wall_s = static_cast<double>(monotonic_ns() - began) / 1e9;
    return finish(**run, args, *out, wall_s);
}

}  // namespace lpc::app
