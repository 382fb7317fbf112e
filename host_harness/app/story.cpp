#include "story.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include <journal/records.hpp>
#include <runtime/facts/validate.hpp>
#include <runtime/input.hpp>

namespace lpc::app {
namespace {

template <class Record>
bool read_record(const journal::Record& from, Record& into) {
    if (from.payload.size() != sizeof into) return false;
    std::memcpy(&into, from.payload.data(), sizeof into);
    return true;
}

const char* margin_state(std::uint8_t code) {
    switch (code) {
        case LPC_MARGIN_HEALTHY:
            return "healthy";
        case LPC_MARGIN_WARNED:
            return "warned";
        case LPC_MARGIN_LIQUIDATING:
            return "liquidating";
        default:
            return "bankrupt";
    }
}

const char* closeout_state(std::uint8_t code) {
    switch (code) {
        case LPC_CLOSEOUT_ACCEPTED:
            return "accepted";
        case LPC_CLOSEOUT_RUNNING:
            return "running";
        case LPC_CLOSEOUT_ENDING:
            return "ending";
        default:
            return "ended";
    }
}

const char* order_state(std::uint8_t code) {
    constexpr const char* kNames[] = {"?",       "pending", "open",      "cancelling",
                                      "unknown", "done",    "cancelled", "rejected"};
    return code < 8 ? kNames[code] : "?";
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

// What a fact says, in words; empty for kinds that tell nothing to a reader.
std::string fact_text(const lpc_fact& f) {
    const auto& u = f.u;
    switch (f.kind) {
        case LPC_FACT_ACCOUNT:
            return "account opened";
        case LPC_FACT_BALANCE:
            return fmt::format("balance {}", u.balance.amount);
        case LPC_FACT_POSITION:
            return fmt::format("position {} lots, cost {}, realised {}", u.position.lots,
                               u.position.cost, u.position.realised);
        case LPC_FACT_MARGIN:
            return fmt::format("margin: {}, equity {}, maintenance {}, target {}",
                               margin_state(f.code), u.margin.equity, u.margin.maintenance,
                               u.margin.target);
        case LPC_FACT_LEVELS:
            return fmt::format("levels: liquidation {}, bankruptcy {}", u.levels.liquidation_price,
                               u.levels.bankruptcy_price);
        case LPC_FACT_CLOSEOUT:
            return fmt::format("close-out {}: to end at {} lots, permitted price {}, bankruptcy {}",
                               closeout_state(f.code), u.closeout.end_lots,
                               u.closeout.permitted_price, u.closeout.bankruptcy_price);
        case LPC_FACT_BUDGET:
            return fmt::format("budget {} lots", u.budget.lots);
        case LPC_FACT_GRANT:
            return fmt::format("grant {}, permitted price {}", u.grant.amount,
                               u.grant.permitted_price);
        case LPC_FACT_ORDER:
            return fmt::format("order {} {}: price {}, open {}, done {}", u.order.id,
                               order_state(f.code), u.order.price, u.order.open_lots,
                               u.order.done_lots);
        case LPC_FACT_FILL:
            return fmt::format("fill of order {}: {} lots at {}, fee {}", u.fill.order_id,
                               u.fill.lots, u.fill.price, u.fill.fee);
        case LPC_FACT_DETACH:
            return "detached from its stage";
        case LPC_FACT_RESYNC:
            return f.code == LPC_RESYNC_BEGIN ? "retelling begins" : "retelling ends";
        default:
            return {};
    }
}

std::string command_text(const lpc_command& c) {
    const auto& u = c.u;
    switch (c.kind) {
        case LPC_CMD_MARGIN:
            return fmt::format("MARGIN {}: equity {}, maintenance {}", margin_state(c.code),
                               u.margin.equity, u.margin.maintenance);
        case LPC_CMD_LEVELS:
            return fmt::format("LEVELS: liquidation {}", u.levels.liquidation_price);
        case LPC_CMD_CLOSEOUT:
            return fmt::format("CLOSEOUT to end at {} lots, permitted price {}, bankruptcy {}",
                               u.closeout.end_lots, u.closeout.permitted_price,
                               u.closeout.bankruptcy_price);
        case LPC_CMD_RELEASE:
            return "RELEASE";
        case LPC_CMD_ORDER:
            return fmt::format("ORDER {} lots at {}", u.order.lots, u.order.price);
        case LPC_CMD_CANCEL:
            return fmt::format("CANCEL order {}", u.cancel.order_id);
        case LPC_CMD_GRANT:
            return fmt::format("GRANT {}", u.grant.amount);
        case LPC_CMD_TAKEOVER:
            return fmt::format("TAKEOVER {} lots at {}", u.takeover.lots, u.takeover.price);
        case LPC_CMD_ESCALATE:
            return fmt::format("ESCALATE, reason {}", c.code);
        default:
            return runtime::command_name(c.kind);
    }
}

}  // namespace

void Story::add(std::uint64_t sequence, const char* kind, std::string text) {
    if (!text.empty()) lines_.push_back({sequence, now_ns_, kind, std::move(text)});
}

std::string Story::stage(std::uint32_t number) const {
    return number < stages_.size() ? stages_[number] : std::to_string(number);
}

std::string Story::cause(std::uint64_t seq) const {
    if (const auto it = marks_.find(seq); it != marks_.end())
        return fmt::format("because of the mark {} (fact {})", it->second, seq);
    if (const auto it = own_facts_.find(seq); it != own_facts_.end())
        return fmt::format("because of {} (fact {})", it->second, seq);
    return fmt::format("because of fact {}", seq);
}

void Story::take(const journal::Record& record) {
    if (record.type < journal::kFirstOutcome) return take_input(record);
    if (record.type == journal::kFactRecord) {
        lpc_fact fact;
        if (read_record(record, fact)) take_fact(fact, record.sequence);
    } else if (record.type == journal::kVerdictRecord) {
        runtime::Verdict verdict;
        if (read_record(record, verdict)) take_verdict(verdict, record.sequence);
    } else if (record.type == journal::kMoveRecord) {
        runtime::Move move;
        if (read_record(record, move)) take_move(move, record.sequence);
    }
}

void Story::take_input(const journal::Record& record) {
    switch (static_cast<runtime::InputKind>(record.type)) {
        case runtime::InputKind::configure:
            if (const auto config = runtime::decode_configure(record.payload)) {
                stages_.assign(1, std::string(runtime::kRiskStage));
                for (const runtime::Stage& named : config->stages) stages_.push_back(named.name);
            }
            break;
        case runtime::InputKind::turn:
            if (const auto now = runtime::decode_turn(record.payload)) begin_turn(*now);
            break;
        case runtime::InputKind::fact:
            if (const auto fact = runtime::decode_fact(record.payload)) {
                if (fact->kind == LPC_FACT_PRICE) marks_[fact->seq] = fact->u.price.mark;
                const std::size_t told_before = lines_.size();
                take_fact(*fact, record.sequence);
                if (lines_.size() > told_before) untimed_.push_back(told_before);
            }
            break;
        default:
            break;
    }
}

// What was told since the last turn was told for this one.
void Story::begin_turn(std::int64_t now_ns) {
    now_ns_ = now_ns;
    for (const std::size_t line : untimed_) lines_[line].now_ns = now_ns;
    untimed_.clear();
}

void Story::take_fact(const lpc_fact& fact, std::uint64_t sequence) {
    if (fact.account != account_) return;
    known_ = true;
    own_facts_[fact.seq] = runtime::describe(fact);
    add(sequence, "fact", fact_text(fact));
}

void Story::take_verdict(const runtime::Verdict& verdict, std::uint64_t sequence) {
    const lpc_command& command = verdict.command;
    if (command.account != account_ || command.kind == LPC_CMD_TIMER) return;
    const std::string text =
        stage(verdict.stage) + ": " + command_text(command) + ", " + cause(command.cause_seq);
    if (verdict.reason == 0) return add(sequence, "decision", text);
    add(sequence, "refusal",
        text + "; refused: " + runtime::reason_name(static_cast<std::uint8_t>(verdict.reason)));
}

void Story::take_move(const runtime::Move& move, std::uint64_t sequence) {
    if (move.account != account_) return;
    const std::string to =
        move.to == 0 ? "leaves the procedure" : "goes to stage " + stage(move.to);
    add(sequence, "move", to + ": " + move_cause(move.cause));
}

}  // namespace lpc::app
