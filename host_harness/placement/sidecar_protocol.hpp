// What an engine and its sidecar say to each other over a channel. The engine's messages are
// trusted by the sidecar; the sidecar's are checked by the engine, which kills what answers
// garbage. Values only.
#pragma once

#include <lpc/plugin.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <runtime/instance.hpp>

#include "channel.hpp"

namespace lpc::placement {

// From the engine; those that are answered carry a number, which the answer has, too.
enum Order : std::uint32_t {
    kHear = 1,  // facts, for the instance's inbox
    kAsk,       // turn (seq, now_ns, flags), limits (capacity, commands); facts before: ANSWER
    kSave,      // account: SAVED
    kLoad,      // account, format, bytes: LOADED
    kFollow,    // limits, bytes of what is its own: from now on it follows
    kFeed,      // records of its stream, whole entries: HEARD
    kPeek,      // what is its own, and its open answer: BELONGINGS
    kAct        // it follows no more
};

// From the sidecar.
enum Reply : std::uint32_t {
    kReady = 101,  // the instance is there; or why there is none: failed, text
    kAnswer,       // failed, bytes of text; else carried, commands
    kSaved,        // failed, bytes: text or the record
    kLoaded,       // failed, bytes of text
    kHeard,        // failed, bytes of text, or a Comparison: see pack()
    kBelongings,   // bytes, commands; the bytes first
    kLog           // level, bytes of text
};

// In words[0] of every reply that can fail.
inline constexpr std::int64_t kDone = 0, kFailed = 1;

// Bytes as records, filled up to whole ones.
inline std::vector<lpc_fact> records_of(const void* bytes, std::size_t size) {
    std::vector<lpc_fact> records((size + sizeof(lpc_fact) - 1) / sizeof(lpc_fact));
    if (size != 0) std::memcpy(records.data(), bytes, size);
    return records;
}
inline std::vector<lpc_fact> records_of(const std::string& text) {
    return records_of(text.data(), text.size());
}

// The first `size` bytes of the records; nothing if there are not so many.
inline std::optional<std::span<const std::byte>> bytes_of(std::span<const lpc_fact> records,
                                                          std::int64_t size) {
    const std::span<const std::byte> all = std::as_bytes(records);
    if (size < 0 || static_cast<std::uint64_t>(size) > all.size()) return std::nullopt;
    return all.first(static_cast<std::size_t>(size));
}
// What the other side says to people: no longer than a line or two, and nothing that a terminal or
// a report would stumble over.
inline std::string text_of(std::span<const std::byte> bytes) {
    constexpr std::size_t kLongest = 4096;
    std::string text(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kLongest));
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

// A plugin's log lines that are passed on, of one life; a sidecar gives no more.
inline constexpr std::size_t kLogLines = 1'000;

inline std::vector<lpc_command> commands_of(std::span<const lpc_fact> records) {
    static_assert(sizeof(lpc_command) == sizeof(lpc_fact));
    std::vector<lpc_command> commands(records.size());
    if (!records.empty()) std::memcpy(commands.data(), records.data(), records.size_bytes());
    return commands;
}

}  // namespace lpc::placement
