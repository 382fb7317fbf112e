// A judge in a test: a cache folder of its own, short limits, and the files that it looks at.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <foundation/temporary_folder.hpp>
#include <string>
#include <string_view>

#include <judge/judge.hpp>

namespace lpc::test {

inline constexpr std::uint64_t kSeed = 1;

inline std::string bad_plugin(const std::string& way) {
    return LPC_BINARY_DIR "/tests/bad_plugins/" + way + ".so";
}
inline std::string bad_file(const std::string& name) {
    return LPC_BINARY_DIR "/tests/bad_files/" + name + ".so";
}

inline bool is_guilty(const judge::CaseResult& one) {
    return one.verdict == judge::Verdict::failed || one.verdict == judge::Verdict::crashed;
}
inline judge::Verdict verdict_of(const judge::Report& report, std::string_view name) {
    const auto it = std::find_if(report.cases.begin(), report.cases.end(),
                                 [name](const judge::CaseResult& one) { return one.name == name; });
    BOOST_REQUIRE(it != report.cases.end());
    return it->verdict;
}

class Court {
  public:
    judge::Options options(std::uint64_t seed = kSeed) const {
        judge::Options options;
        options.seed = seed;
        options.quick = true;
        options.cache_folder = folder_.path() / "cache";
        options.limits = {.cpu_s = 3, .wall_s = 120};
        return options;
    }
    judge::Report judged(const std::string& file, std::uint64_t seed = kSeed) const {
        return judged(file, options(seed));
    }
    static judge::Report judged(const std::string& file, const judge::Options& options) {
        const auto report = judge::judge(file, options);
        BOOST_REQUIRE_MESSAGE(report.has_value(), file);
        return *report;
    }

  private:
    TemporaryFolder folder_ = TemporaryFolder::make().value();
};

}  // namespace lpc::test
