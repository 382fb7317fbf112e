// The story of one account from the journal alone: what was told about it, what was decided and
// why, what was refused, how it was settled. Reads the records in order; owns what it keeps.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <foundation/status.hpp>
#include <journal/reader.hpp>
#include <runtime/config.hpp>
#include <runtime/observer.hpp>

#include "actors.hpp"
#include "shares.hpp"
#include "units.hpp"

namespace lpc::app {

struct StoryLine {
    std::uint64_t sequence = 0;           // of the journal's record
    std::int64_t now_ns = 0;              // of the turn that saw it
    std::string kind;                     // fact, decision, refusal, move
    std::string text;                     // integers as they are
    std::string people;                   // the same with units and decimals
    std::string stage = {};               // of a command: or STAGE/ARM
    std::optional<ActingPlugin> by = {};  // of a command: who gave it
};

class Story {
  public:
    explicit Story(std::uint64_t account) : account_(account) {}

    void take(const journal::Record& record);
    const std::vector<StoryLine>& lines() const { return lines_; }
    bool known() const { return known_; }

  private:
    void take_input(const journal::Record& record);
    void take_config(const runtime::Config& config);
    void begin_turn(std::int64_t now_ns);
    void take_fact(const lpc_fact& fact, std::uint64_t sequence);
    void take_market(const lpc_fact& fact, std::uint64_t sequence);
    void take_verdict(const runtime::Verdict& verdict, std::uint64_t sequence);
    void take_move(const runtime::Move& move, std::uint64_t sequence);
    std::string cause(std::uint64_t seq, const Units& in) const;
    // text(units): the line in those units; an empty one is left out.
    template <class Text>
    void add(std::uint64_t sequence, const char* kind, Text&& text);

    std::uint64_t account_;
    bool known_ = false;
    std::int64_t now_ns_ = 0;
    Units plain_{Units::Style::plain}, people_{Units::Style::people};
    Shares shares_;
    Actors actors_;
    // Instrument and mark, by the number of the PRICE fact.
    std::unordered_map<std::uint64_t, std::pair<std::uint32_t, std::int64_t>> marks_;
    std::unordered_map<std::uint64_t, std::string>
        own_facts_;                 // by number: what an account's fact was
    std::set<std::uint32_t> held_;  // instruments in which the account has had a position
    std::map<std::pair<std::uint16_t, std::uint32_t>, std::uint8_t> states_;  // by kind of fact
    std::vector<std::int64_t> leave_below_ppb_;  // of each stage behind risk
    std::vector<StoryLine> lines_;
    std::vector<std::size_t> untimed_;  // lines of facts that the next turn sees
};

}  // namespace lpc::app
