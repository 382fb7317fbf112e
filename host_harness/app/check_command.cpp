// `lpc check`: the judge's report on one plugin file, for people or as JSON.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>

#include <foundation/temporary_folder.hpp>
#include <judge/judge.hpp>

#include "commands.hpp"

namespace lpc::app {
namespace {

namespace fs = std::filesystem;

nlohmann::ordered_json json_of(const judge::Report& report) {
    auto cases = nlohmann::ordered_json::array();
    for (const judge::CaseResult& one : report.cases) {
        cases.push_back({{"name", one.name},
                         {"rule", one.rule},
                         {"result", judge::verdict_name(one.verdict)},
                         {"detail", one.detail}});
    }
    return {{"file", report.file},       {"sha256", report.sha256}, {"id", report.id},
            {"version", report.version}, {"cases", cases},          {"failed", report.failed}};
}

void print(const judge::Report& report) {
    fmt::print("{}  {} {}  sha256 {}\n\n", report.file, report.id.empty() ? "?" : report.id,
               report.version, report.sha256);
    for (const judge::CaseResult& one : report.cases) {
        fmt::print("{:<8} {:<50} {}\n", judge::verdict_name(one.verdict), one.name, one.detail);
        if (one.verdict == judge::Verdict::failed || one.verdict == judge::Verdict::crashed)
            fmt::print("{:<8} {}\n", "", one.rule);
    }
    fmt::print("\n{} of {} cases failed\n", report.failed, report.cases.size());
}

}  // namespace

int check_command(const CheckArgs& args) {
    if (!fs::exists(args.file))
        return wrong({"check: found no file " + args.file + ", expected a plugin file (.so)"});
    // Where the checked copy lies while it is judged.
    const auto folder = TemporaryFolder::make();
    if (!folder) return wrong({"check: " + folder.error().message});
    judge::Options options;
    options.only = args.only;
    options.seed = args.seed;
    options.quick = args.quick;
    options.cache_folder = folder->path();
    const std::uint32_t slower = judge::is_sanitized() ? 10 : 1;
    if (args.quick) options.limits = {.cpu_s = 5 * slower, .wall_s = 20 * slower};
    const bool terminal = !args.json && ::isatty(STDERR_FILENO) == 1;
    if (terminal) {
        options.on_case = [](const std::string& name) {
            fmt::print(stderr, "\r\033[K{}", name);
            std::fflush(stderr);
        };
    }
    const auto report = judge::judge(args.file, options);
    if (terminal) fmt::print(stderr, "\r\033[K");
    if (!report) return wrong(report.error());
    if (args.json) {
        // What a plugin logs may be no UTF-8.
        fmt::print("{}\n",
                   json_of(*report).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        print(*report);
    }
    return report->failed == 0 ? 0 : 1;
}

}  // namespace lpc::app
