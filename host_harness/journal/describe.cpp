#include "describe.hpp"

#include <cstring>
#include <optional>

#include <runtime/facts/validate.hpp>
#include <runtime/input.hpp>
#include <runtime/observer.hpp>

#include "records.hpp"

namespace lpc::journal {
namespace {

std::string words_of(std::span<const std::int64_t> words) {
    std::string text;
    for (const std::int64_t word : words) {
        if (!text.empty()) text += ' ';
        text += std::to_string(word);
    }
    return text;
}

template <class Value>
std::optional<Value> read(std::span<const std::byte> bytes) {
    Value value;
    if (bytes.size() != sizeof value) return std::nullopt;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

std::string fact_text(std::span<const std::byte> bytes) {
    const auto fact = read<lpc_fact>(bytes);
    if (!fact) return "fact of " + std::to_string(bytes.size()) + " bytes";
    return "fact " + runtime::describe(*fact) + " (" + words_of(fact->u.word) + ")";
}

std::string verdict_text(std::span<const std::byte> bytes) {
    const auto verdict = read<runtime::Verdict>(bytes);
    if (!verdict) return "verdict of " + std::to_string(bytes.size()) + " bytes";
    const lpc_command& command = verdict->command;
    return std::string("command ") + runtime::command_name(command.kind) + " of stage " +
           std::to_string(verdict->stage) + " for account " + std::to_string(command.account) +
           " (" + words_of(command.u.word) + "; tag " + std::to_string(command.tag) + ", cause " +
           std::to_string(command.cause_seq) + "), verdict " +
           runtime::reason_name(static_cast<std::uint8_t>(verdict->reason));
}

std::string move_text(std::span<const std::byte> bytes) {
    const auto move = read<runtime::Move>(bytes);
    if (!move) return "move of " + std::to_string(bytes.size()) + " bytes";
    return "move of account " + std::to_string(move->account) + " to stage " +
           std::to_string(move->to);
}

std::string input_text(std::uint16_t type, std::span<const std::byte> bytes) {
    using runtime::InputKind;
    switch (static_cast<InputKind>(type)) {
        case InputKind::configure:
            return "configuration";
        case InputKind::attach:
            return "attachment of a plugin";
        case InputKind::fact:
            return "told " + fact_text(bytes);
        case InputKind::turn: {
            const auto now_ns = read<std::int64_t>(bytes);
            return "turn at " + (now_ns ? std::to_string(*now_ns) : "an unknown") + " ns";
        }
        case InputKind::follow:
        case InputKind::step:
        case InputKind::hold:
            return "operator's input";
    }
    return "record of type " + std::to_string(type);
}

}  // namespace

std::string describe_record(std::uint16_t type, std::span<const std::byte> payload) {
    switch (type) {
        case kFactRecord:
            return fact_text(payload);
        case kVerdictRecord:
            return verdict_text(payload);
        case kMoveRecord:
            return move_text(payload);
        case kFailureRecord:
            return "failure of a plugin";
        case kTransitionRecord:
            return "change of who acts or follows";
        default:
            return input_text(type, payload);
    }
}

}  // namespace lpc::journal
