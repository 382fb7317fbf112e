// The inputs of the runtime: everything that changes what it does, as bytes that can be journaled,
// sequenced by an engine, and fed back. A replica that applies the same inputs does the same
// things. Little-endian.
#pragma once

#include <lpc/plugin.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "config.hpp"

namespace lpc::runtime {

enum class InputKind : std::uint16_t {
    configure = 1,  // the configuration's text; the first input, once
    attach = 2,     // a plugin takes a slot
    fact = 3,       // 64 bytes
    turn = 4        // now_ns, 8 bytes
};

struct Input {
    InputKind kind = InputKind::fact;
    std::vector<std::byte> bytes;
};

// Which plugin takes which slot, with which parameters. The file is named by its content.
struct Attachment {
    std::string stage;
    std::string sha256;  // or "builtin:NAME"
    std::string file;    // where it was found; for people, no decision depends on it
    std::vector<std::pair<std::uint64_t, std::int64_t>> params;  // (id, value), by id
};

Input encode_configure(const Config& config);
Input encode_attach(const Attachment& attachment);
Input encode_fact(const lpc_fact& fact);
Input encode_turn(std::int64_t now_ns);

Result<Config> decode_configure(std::span<const std::byte> bytes);
Result<Attachment> decode_attach(std::span<const std::byte> bytes);
Result<lpc_fact> decode_fact(std::span<const std::byte> bytes);
Result<std::int64_t> decode_turn(std::span<const std::byte> bytes);

}  // namespace lpc::runtime
