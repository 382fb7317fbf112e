// Judges a plugin file: the loader's rules and the five laws, each case in a process of its own, so
// that a crash or a hang is a result. Call it from a process with one thread. Deterministic in the
// seed. It writes nothing but the file's copy in the cache folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <foundation/status.hpp>

#include "cases/case.hpp"

namespace lpc::judge {

enum class Verdict { success, failed, crashed, skipped, warning };
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

struct CaseResult {
    std::string name, rule;
    Verdict verdict = Verdict::success;
    std::string detail;
};

struct Report {
    std::string file, sha256;
    std::string id, version;  // empty if its table could not be read
    std::vector<CaseResult> cases;
    std::uint64_t failed = 0;  // failed or crashed
};

struct Options {
    std::string only;  // one case by its name; empty: all
    std::uint64_t seed = 1;
    bool quick = false;  // what a host runs before each swap
    std::filesystem::path cache_folder;
    Limits limits{};
    std::function<void(const std::string& name)> on_case;  // before each; or none
};

// An error: there is no such file or case, or no process can be made. What is wrong with a file
// that is there is in the report.
[[nodiscard]] Result<Report> judge(const std::filesystem::path& file, const Options& options);

}  // namespace lpc::judge
