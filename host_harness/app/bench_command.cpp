#include <fmt/format.h>

#include <array>
#include <fstream>
#include <utility>

#include "app/version.hpp"
#include "bench/bench.hpp"
#include "bench/figures.hpp"
#include "commands.hpp"

namespace lpc::app {
namespace {

struct Entry {
    const char* name;
    Json (*run)(const BenchOptions&);
};
constexpr auto kBenches = std::to_array<Entry>({
    {"abi", bench_abi},
    {"auction", bench_auction},
    {"book", bench_book},
    {"deleverage", bench_deleverage},
    {"journal", bench_journal},
    {"sidecar", bench_sidecar},
    {"slices", bench_slices},
    {"swap", bench_swap},
});

std::string cpu_name() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    }
    return "unknown";
}

}  // namespace

int bench_command(const BenchArgs& args) {
    std::string names;
    for (const Entry& entry : kBenches) {
        names += (names.empty() ? "" : ", ") + std::string(entry.name);
        if (args.name != entry.name) continue;
        const Json measured = entry.run({args.accounts, args.repeats});
        const Json object{
            {"bench", entry.name},
            {"params", measured.at("params")},
            {"machine", {{"cpu", cpu_name()}, {"compiler", kCompiler}, {"flags", kFlags}}},
            {"results", measured.at("results")}};
        if (args.json) {
            fmt::print("{}\n", object.dump(2));
            return 0;
        }
        fmt::print("{} on {} ({}), medians\n{}", entry.name, cpu_name(), kCompiler,
                   figures_text(entry.name, object.at("results")));
        return 0;
    }
    return wrong({"bench: found '" + args.name + "', expected one of: " + names});
}

}  // namespace lpc::app
