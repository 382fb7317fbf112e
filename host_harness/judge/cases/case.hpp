// One case of the judge: a name, the rule that it judges, and a function that runs in a process of
// its own. It returns if the plugin keeps the rule, and throws Breach or NotJudged if not.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <runtime/loading/plugin_library.hpp>

#include "../child.hpp"
#include "../life.hpp"
#include "../names.hpp"

namespace lpc::judge {

// The plugin file and how hard to look at it. The file's code is mapped by the first call of
// table().
class Subject {
  public:
    Subject(std::filesystem::path file, std::filesystem::path cache_folder, std::uint64_t seed,
            bool quick, Limits limits)
        : file_(std::move(file)),
          cache_folder_(std::move(cache_folder)),
          seed_(seed),
          quick_(quick),
          limits_(limits) {}

    // Breach about the loading case that stands for what is wrong.
    const runtime::PluginImage& image() const;
    const lpc_plugin& table() const { return *image().table; }
    const std::filesystem::path& file() const { return file_; }
    const std::filesystem::path& cache_folder() const { return cache_folder_; }
    bool quick() const { return quick_; }
    const Limits& limits() const { return limits_; }
    bool saves() const { return table().save != nullptr; }
    bool risk() const { return (table().flags & LPC_ROLE_RISK) != 0; }
    bool coupled() const { return (table().flags & LPC_COUPLED) != 0; }

    // How much of something: `full`, or `quick` before a swap.
    template <class T>
    T pick(T full, T quick) const {
        return quick_ ? quick : full;
    }
    // The worlds that a case is to be tried in: with the initial parameters, then with others.
    std::vector<WorldOptions> worlds(bool refusals = true) const;
    std::uint32_t turns() const { return pick(400u, 120u); }
    // A seed for something of one case.
    std::uint64_t seed(std::uint64_t what) const { return Draw{seed_, what}.next(); }

  private:
    std::filesystem::path file_, cache_folder_;
    std::uint64_t seed_;
    bool quick_;
    Limits limits_;
    mutable std::shared_ptr<const runtime::PluginImage> image_;
};

// What was found besides the verdict.
struct Note {
    std::string detail;
    bool warning = false;
};

struct Case {
    std::string_view name, rule;
    // Cases without which this one says nothing: it is skipped if one of them failed.
    std::vector<std::string_view> needs;
    std::function<Note(const Subject&)> judge;
};

// In the order in which they are judged: whatever a case needs comes before it.
[[nodiscard]] std::span<const Case> all_cases();

// Each adds its room's cases.
void add_loading_cases(std::vector<Case>& cases);      // loading.cpp
void add_output_cases(std::vector<Case>& cases);       // output.cpp
void add_carried_cases(std::vector<Case>& cases);      // carried.cpp
void add_determinism_cases(std::vector<Case>& cases);  // determinism.cpp
void add_locality_cases(std::vector<Case>& cases);     // locality.cpp
void add_fact_cases(std::vector<Case>& cases);         // facts.cpp
void add_patience_cases(std::vector<Case>& cases);     // patience.cpp
void add_following_cases(std::vector<Case>& cases);    // following.cpp
void add_transfer_cases(std::vector<Case>& cases);     // transfer.cpp
void add_migration_cases(std::vector<Case>& cases);    // migration.cpp
void add_refusal_cases(std::vector<Case>& cases);      // refusal.cpp

// "261 commands in 120 turns".
[[nodiscard]] Note note_of(const std::vector<Life>& lives);

}  // namespace lpc::judge
