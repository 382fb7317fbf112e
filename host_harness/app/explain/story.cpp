#include "story.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include <journal/records.hpp>
#include <runtime/facts/validate.hpp>
#include <runtime/input.hpp>

#include "words.hpp"

namespace lpc::app {
namespace {

template <class Record>
bool read_record(const journal::Record& from, Record& into) {
    if (from.payload.size() != sizeof into) return false;
    std::memcpy(&into, from.payload.data(), sizeof into);
    return true;
}

const char* move_cause(runtime::MoveCause cause) {
    switch (cause) {
        case runtime::MoveCause::entered:
            return "its close-out runs";
        case runtime::MoveCause::escalated:
            return "the plugin asked for the next stage";
        case runtime::MoveCause::time:
            return "its time in the stage is over";
        case runtime::MoveCause::health:
            return "its health is below the stage's limit";
        case runtime::MoveCause::refusals:
            return "too many refusals";
        default:
            return "its close-out is over";
    }
}

}  // namespace

template <class Text>
void Story::add(std::uint64_t sequence, const char* kind, Text&& text) {
    std::string plain = text(plain_);
    if (!plain.empty())
        lines_.push_back({sequence, now_ns_, kind, std::move(plain), text(people_)});
}

std::string Story::cause(std::uint64_t seq, const Units& in) const {
    if (const auto it = marks_.find(seq); it != marks_.end())
        return fmt::format("because of the mark {} (fact {})",
                           in.price(it->second.first, it->second.second), seq);
    if (const auto it = own_facts_.find(seq); it != own_facts_.end())
        return fmt::format("because of {} (fact {})", it->second, seq);
    return fmt::format("because of fact {}", seq);
}

void Story::take(const journal::Record& record) {
    actors_.take(record);
    if (record.type < journal::kFirstOutcome) return take_input(record);
    if (record.type == journal::kFactRecord) {
        lpc_fact fact;
        if (!read_record(record, fact)) return;
        shares_.take_fact(fact, false, now_ns_);
        take_fact(fact, record.sequence);
    } else if (record.type == journal::kVerdictRecord) {
        runtime::Verdict verdict;
        if (!read_record(record, verdict)) return;
        shares_.take_verdict(verdict);
        take_verdict(verdict, record.sequence);
    } else if (record.type == journal::kMoveRecord) {
        runtime::Move move;
        if (read_record(record, move)) take_move(move, record.sequence);
    }
}

void Story::take_input(const journal::Record& record) {
    switch (static_cast<runtime::InputKind>(record.type)) {
        case runtime::InputKind::configure:
            if (const auto config = runtime::decode_configure(record.payload)) take_config(*config);
            break;
        case runtime::InputKind::turn:
            if (const auto now = runtime::decode_turn(record.payload)) begin_turn(*now);
            break;
        case runtime::InputKind::fact:
            if (const auto fact = runtime::decode_fact(record.payload)) {
                if (fact->kind == LPC_FACT_PRICE)
                    marks_[fact->seq] = {fact->instrument, fact->u.price.mark};
                people_.take(*fact);
                shares_.take_fact(*fact, true, now_ns_);
                const std::size_t told_before = lines_.size();
                take_fact(*fact, record.sequence);
                if (lines_.size() > told_before) untimed_.push_back(told_before);
            }
            break;
        default:
            break;
    }
}

void Story::take_config(const runtime::Config& config) {
    shares_.configure(config.rulebook);
    for (const runtime::Stage& stage : config.stages)
        leave_below_ppb_.push_back(stage.leave_below_ppb);
}

// What was told since the last turn was told for this one.
void Story::begin_turn(std::int64_t now_ns) {
    now_ns_ = now_ns;
    for (const std::size_t line : untimed_) lines_[line].now_ns = now_ns;
    untimed_.clear();
}

void Story::take_fact(const lpc_fact& fact, std::uint64_t sequence) {
    if (fact.kind == LPC_FACT_INSTRUMENT || fact.kind == LPC_FACT_PRICE)
        return take_market(fact, sequence);
    if (fact.account != account_) return;
    known_ = true;
    if (fact.kind == LPC_FACT_POSITION) held_.insert(fact.instrument);
    own_facts_[fact.seq] = runtime::describe(fact);
    std::string why;
    if (fact.kind == LPC_FACT_BUDGET && fact.u.budget.lots == 0)
        why = ": " + shares_.why_zero(fact, now_ns_);
    add(sequence, "fact", [&](const Units& in) { return fact_text(fact, in) + why; });
}

// Whether trading is open and the price may be acted on: only changes, and only where the account
// holds something or did.
void Story::take_market(const lpc_fact& fact, std::uint64_t sequence) {
    const std::uint8_t state =
        fact.kind == LPC_FACT_PRICE ? fact.code : static_cast<std::uint8_t>(fact.reason);
    const auto [known, first] = states_.try_emplace({fact.kind, fact.instrument}, state);
    if (first || std::exchange(known->second, state) == state) return;
    if (held_.count(fact.instrument) > 0)
        add(sequence, "fact", [&](const Units&) { return state_text(fact); });
}

void Story::take_verdict(const runtime::Verdict& verdict, std::uint64_t sequence) {
    const lpc_command& command = verdict.command;
    if (command.account != account_ || command.kind == LPC_CMD_TIMER) return;
    std::string refused;
    if (verdict.reason != 0)
        refused = std::string("; refused: ") +
                  runtime::reason_name(static_cast<std::uint8_t>(verdict.reason));
    const std::string stage = actors_.stages().of(verdict.stage, verdict.arm);
    add(sequence, verdict.reason == 0 ? "decision" : "refusal", [&](const Units& in) {
        return stage + ": " + command_text(command, in) + ", " + cause(command.cause_seq, in) +
               refused;
    });
    lines_.back().stage = stage;
    lines_.back().by = actors_.of(verdict.stage, verdict.arm, verdict.instance);
}

void Story::take_move(const runtime::Move& move, std::uint64_t sequence) {
    if (move.account != account_) return;
    const std::string to = move.to == 0 ? "leaves the procedure"
                                        : "goes to stage " + actors_.stages().of(move.to, move.arm);
    std::string why = move_cause(move.cause);
    if (move.cause == runtime::MoveCause::health) {
        const std::int64_t limit = leave_below_ppb_.at(move.from - 1);
        why += limit == 0 ? ": bankrupt"
                          : fmt::format(": bankrupt, or equity below {}.{:02} % of maintenance",
                                        limit / 10'000'000, limit / 100'000 % 100);
    }
    add(sequence, "move", [&](const Units&) { return to + ": " + why; });
}

}  // namespace lpc::app
