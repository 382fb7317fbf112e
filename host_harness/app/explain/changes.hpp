// What operators and faults did to a run, and what came of it, from the journal alone: who
// followed, acted and was dismissed in each stage, what was held, when and why. Reads the records
// in order; owns what it keeps; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <journal/reader.hpp>
#include <nlohmann/json.hpp>
#include <runtime/observer.hpp>

#include "actors.hpp"

namespace lpc::app {

struct Change {
    std::uint64_t sequence = 0;  // of the journal's record
    std::int64_t now_ns = 0;
    std::string stage;  // or STAGE/ARM; empty: it concerns the host
    std::string kind;   // follows, warm, swap, promote, rollback, failover, dismiss; pause, resume,
                        // hold, unhold
    std::optional<ActingPlugin> from, to;
    std::uint64_t accounts = 0;    // that were moved
    std::uint32_t generation = 0;  // of the stage, after it; of the host, where it concerns that
    std::string why;
    std::string text;  // all of it for people
};

class Changes {
  public:
    void take(const journal::Record& record);
    const std::vector<Change>& all() const { return all_; }

  private:
    void take_transition(const runtime::Transition& transition, const std::string& text,
                         std::uint64_t sequence);
    void take_hold(const journal::Record& record);

    Actors actors_;
    std::int64_t now_ns_ = 0;
    std::uint32_t host_generation_ = 1;
    bool as_shadow_ = false;  // the `follow` that came last
    std::string failure_;     // that was told last
    std::vector<Change> all_;
};

nlohmann::ordered_json json_of(const ActingPlugin& plugin);
nlohmann::ordered_json json_of(const Changes& changes);
// Nothing where nothing was done.
std::string text_of(const Changes& changes);

}  // namespace lpc::app
