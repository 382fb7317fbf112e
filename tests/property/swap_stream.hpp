// All that leaves the runtime, as bytes that can be compared: what two runs must have in common,
// whoever said it. Engine thread only.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <map>
#include <runtime/facts/validate.hpp>
#include <runtime/observer.hpp>
#include <string>
#include <utility>
#include <vector>

#include "property/swap_acting.hpp"

namespace lpc::tests {

using lpc::runtime::TransitionKind;

inline std::string describe(const lpc_fact& fact) {
    return lpc::runtime::describe(fact) + ", code " + std::to_string(fact.code) + ", words " +
           std::to_string(fact.u.word[0]) + " " + std::to_string(fact.u.word[1]);
}
inline std::string describe(const lpc::runtime::Verdict& verdict) {
    const lpc_command& c = verdict.command;
    return std::string(lpc::runtime::command_name(c.kind)) + " of stage " +
           std::to_string(verdict.stage) + " for account " + std::to_string(c.account) + ", tag " +
           std::to_string(c.tag) + ", cause " + std::to_string(c.cause_seq) + ", words " +
           std::to_string(c.u.word[0]) + " " + std::to_string(c.u.word[1]) + ", reason " +
           std::to_string(verdict.reason);
}
inline std::string describe(const lpc::runtime::Move& move) {
    return "move of account " + std::to_string(move.account) + " to stage " +
           std::to_string(move.to);
}

// Everything that leaves the runtime, but for which instance said it.
struct Stream final : lpc::runtime::Observer {
    std::string bytes;
    std::vector<std::string> words;  // one for each record
    std::uint64_t commands = 0;
    std::map<TransitionKind, std::uint64_t> transitions;
    // The same of the first liquidator stage, by arm.
    std::map<std::pair<TransitionKind, std::uint32_t>, std::uint64_t> in_arms;
    std::string dismissed;
    Acting acting;

    template <class Record>
    void add(const Record& record) {
        bytes.append(reinterpret_cast<const char*>(&record), sizeof record);
        words.push_back(describe(record));
    }
    void on_fact(const lpc_fact& fact) override { add(fact); }
    void on_verdict(const lpc::runtime::Verdict& verdict) override {
        lpc::runtime::Verdict anonymous = verdict;
        anonymous.instance = 0;
        add(anonymous);
        ++commands;
        acting.said(verdict);
    }
    void on_move(const lpc::runtime::Move& move) override { add(move); }
    void on_failure(std::uint32_t, const std::string&) override {}
    void on_transition(const lpc::runtime::Transition& t, const std::string& why) override {
        acting.told(t);
        ++transitions[t.kind];
        if (t.stage == 1) ++in_arms[{t.kind, t.route}];
        if (t.kind == TransitionKind::dismissed) dismissed = why;
    }
    void on_turn_begin(std::uint32_t) override { acting.turn_begins(); }
    void on_turn_end(std::uint32_t slot) override { acting.turn_ends(slot); }
};

inline std::string first_difference(const Stream& expected, const Stream& found) {
    for (std::size_t i = 0; i < expected.words.size(); ++i) {
        const std::string there = i < found.words.size() ? found.words[i] : "nothing";
        if (there != expected.words[i])
            return "record " + std::to_string(i) + ": found " + there + ", expected " +
                   expected.words[i];
    }
    return "the records differ in other words than are shown";
}

}  // namespace lpc::tests
