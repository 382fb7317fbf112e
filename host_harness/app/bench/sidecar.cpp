// What it costs to have a plugin in a process of its own: a question with eight facts and its
// answer, there and back, beside the same question to the same plugin in this process. The round
// trip needs a core for each side to be free.
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include <app/bench/bench.hpp>
#include <app/bench/must.hpp>
#include <app/bench/samples.hpp>
#include <lpc/sdk/fact.hpp>
#include <placement/host_premises.hpp>

#include "../host_config.hpp"
#include "../plugins.hpp"

namespace lpc::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kQuestions = 100'000;
constexpr std::size_t kWarmUp = 1'000;
constexpr std::int64_t kFacts = 8;

// Nanoseconds of each question: eight prices, then on_turn.
std::vector<double> ask(runtime::Instance& instance, std::uint32_t questions) {
    std::vector<double> took;
    for (std::uint64_t i = 0; i < kWarmUp + questions; ++i) {
        const auto began = Clock::now();
        for (std::int64_t fact = 0; fact < kFacts; ++fact) {
            const std::int64_t mark = 1'000 + fact;
            lpc_fact price = lpc::fact({.instrument = 1, .code = LPC_PRICE_FIT},
                                       lpc_fact_price{mark, mark, 0, 0});
            price.seq = i * kFacts + static_cast<std::uint64_t>(fact) + 1;
            instance.tell(price);
        }
        instance.ask({(i + 1) * kFacts + 1, static_cast<std::int64_t>(i), 0, 0}, {1'024, 1'000});
        if (const auto lost = instance.fetch_answer()) throw std::runtime_error(lost->why);
        (void)must(instance.take());
        if (i >= kWarmUp)
            took.push_back(static_cast<double>(
                std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began)
                    .count()));
    }
    return took;
}

}  // namespace

Json bench_sidecar(const BenchOptions& options) {
    const std::uint32_t questions = options.repeats != 0 ? options.repeats : kQuestions;
    const HostConfig host = must(load_host_config("", ""));
    Plugins plugins(host);
    runtime::Attachment wanted;
    wanted.file = host.plugin_folders.back() + "/twap.so";
    wanted.sha256 = must(plugins.load(wanted.file));
    const runtime::PluginCode code = must(plugins.source()(wanted));
    placement::HostPremises premises(sidecar_terms(host));
    const auto sits = [&](runtime::Placement where) {
        return must(premises.create(where, 1, code, [](int, const std::string&) {}));
    };
    const auto here = ask(*sits(runtime::Placement::engine), questions);
    const auto there = ask(*sits(runtime::Placement::sidecar), questions);
    Json json;
    json["params"] = {{"questions", questions}, {"facts", kFacts}};
    json["results"] = {{"in_process_ns_p50", percentile(here, 50)},
                       {"round_trip_ns_p50", percentile(there, 50)},
                       {"round_trip_ns_p99", percentile(there, 99)}};
    return json;
}

}  // namespace lpc::app
