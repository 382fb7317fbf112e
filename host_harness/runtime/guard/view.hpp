// What the leg of a running close-out looks like to a command that would change its position, and
// the checks that such commands share. For the guard only.
#pragma once

#include <lpc/limits.h>

#include <cstdint>

#include "../state.hpp"

namespace lpc::runtime {

inline std::int64_t magnitude_of(std::int64_t value) {
    return value < 0 ? -value : value;
}

struct View {
    const Case* held = nullptr;
    const Leg* leg = nullptr;
    const lpc_fact_closeout* closeout = nullptr;
    std::int64_t position_lots = 0;
};

// False: no close-out is running for it.
inline bool view_running(const State& state, const lpc_command& command, View& view) {
    view.held = state.cases.find(command.account);
    if (view.held == nullptr || view.held->phase != Phase::running) return false;
    view.leg = view.held->leg(command.instrument);
    const lpc_fact* closeout = state.closeout(command.account, command.instrument);
    if (view.leg == nullptr || closeout == nullptr) return false;
    view.closeout = &closeout->u.closeout;
    view.position_lots = state.position_lots(command.account, command.instrument);
    return true;
}

// May so many lots be ordered without passing the end position, whatever of the working orders
// fills?
inline bool towards_end(const View& view, std::int64_t lots) {
    const std::int64_t open = view.closeout->end_lots - view.position_lots;
    if (open == 0 || (open > 0) != (lots > 0)) return false;
    // The owner's own trades can carry a position past its end: that is no leave to make it larger.
    if ((lots > 0) == (view.position_lots > 0)) return false;
    return magnitude_of(lots) + magnitude_of(view.leg->working_lots) <= magnitude_of(open);
}

// A take-over leaves equity / maintenance as it is, so a part of it never cures: it may take all of
// the position.
inline bool towards_flat(const View& view, std::int64_t lots) {
    const std::int64_t held = view.position_lots;
    if (held == 0 || (held > 0) == (lots > 0)) return false;
    return magnitude_of(lots) + magnitude_of(view.leg->working_lots) <= magnitude_of(held);
}

inline bool within_lots(std::int64_t lots) {
    return lots != 0 && lots >= -LPC_LOTS_MAX && lots <= LPC_LOTS_MAX;
}
inline bool within_price(std::int64_t price) {
    return price >= 1 && price <= LPC_PRICE_MAX;
}

// Is the price no worse for the account than this one? lots: of the account's order.
inline bool no_worse(std::int64_t lots, std::int64_t price, std::int64_t than) {
    return lots < 0 ? price >= than : price <= than;
}

}  // namespace lpc::runtime
