// Fund money that a close-out may spend beyond its bankruptcy price: reserved by a GRANT, used up
// by fills, free again when the case is closed. Engine thread only; deterministic.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <vector>

#include "state.hpp"

namespace lpc::runtime {

// What the fund could grant to this leg now, and the worst price that permits. amount 0: nothing.
struct GrantOffer {
    std::int64_t amount = 0;
    std::int64_t permitted_price = 0;
};
GrantOffer grant_offer(const State& state, const lpc_command& wanted);

// A command of a turn that competes for the fund (GRANT, TAKEOVER, DELEVERAGE) waits for the
// others: all are served together, worst margin ratio first, ties by keyed hash; those of one
// account in the order in which they were given.
bool competes(std::uint16_t kind);
struct FundRequest {
    std::uint32_t slot = 0;
    std::uint32_t instance = 0;
    lpc_command command{};
};
void sort_worst_first(const State& state, std::vector<FundRequest>& requests);

// A fill beyond the bankruptcy price is paid by the grant: what is left of it is told.
void spend_grant(State& state, const WorkingOrder& order, const lpc_fact_fill& fill);

}  // namespace lpc::runtime
