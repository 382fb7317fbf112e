// Which plugin an instance is, from a journal's records: those attached by their place, those that
// began to follow and the built-in holds by their number. The file's name is the one under which it
// was found. Reads the records in order; owns what it keeps; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <journal/reader.hpp>
#include <runtime/observer.hpp>

#include "stage_names.hpp"

namespace lpc::app {

struct ActingPlugin {
    std::uint32_t instance = 0;
    std::string file;    // without its folder; empty: built in
    std::string sha256;  // or "builtin:NAME"
    std::vector<std::pair<std::uint64_t, std::int64_t>> params = {};  // by id, where configured
};

// "twap.so 0123456789ab", "the built-in hold".
std::string text_of(const ActingPlugin& plugin);

class Actors {
  public:
    void take(const journal::Record& record);
    // Who acts or follows in the place with this number.
    ActingPlugin of(std::uint32_t stage, std::uint32_t arm, std::uint32_t instance) const;
    const StageNames& stages() const { return stages_; }

  private:
    void take_transition(const runtime::Transition& transition);

    StageNames stages_;
    std::unordered_map<std::string, ActingPlugin> attached_;     // by place
    ActingPlugin begins_;                                        // in the `follow` that came last
    std::unordered_map<std::uint32_t, ActingPlugin> instances_;  // those that came later
};

// A transition's record, and the text behind it; false: it is none.
bool read_transition(const journal::Record& record, runtime::Transition& transition,
                     std::string& text);

}  // namespace lpc::app
