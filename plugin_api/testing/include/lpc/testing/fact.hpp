// What tests ask of facts, besides making them (lpc/sdk/fact.hpp). Pure, any thread.
#pragma once

#include <lpc/sdk/fact.hpp>

#include <cstdint>
#include <tuple>

namespace lpc::testing {

using lpc::detach;
using lpc::fact;
using lpc::fact_of_kind;
using lpc::happens_once;
using lpc::part_of;
using lpc::resync;
using Head = lpc::FactHead;

// What a fact is about: a later one with the same key replaces it.
using FactKey = std::tuple<std::uint16_t, std::uint64_t, std::uint32_t, std::uint64_t>;
[[nodiscard]] inline FactKey key_of(const lpc_fact& fact) {
    return {fact.kind, fact.account, fact.instrument, part_of(fact)};
}

}  // namespace lpc::testing
