// Where facts come in: checked against the published limits, then stored, or for ORDER and FILL
// applied to the working orders. A fact that is refused has changed nothing. Engine thread only.
#pragma once

#include <map>
#include <utility>

#include "participation.hpp"
#include "state.hpp"

namespace lpc::runtime {

class Entry {
  public:
    // As the engine tells it; its seq is ignored, the runtime numbers facts itself.
    Status tell(State& state, Participation& participation, const lpc_fact& fact);
    // The account whose RESYNC is open, or 0: no turn falls inside.
    std::uint64_t resync_account() const { return resync_account_; }

    template <class Archive>
    void archive(Archive& a) {
        a(lots_bound_, resync_account_, retold_);
    }

  private:
    Status apply(State& state, Participation& participation, const lpc_fact& fact);
    Status tell_volume(State& state, Participation& participation, const lpc_fact& fact);
    Status check_position(const State& state, const lpc_fact& fact) const;
    Status check_notionals(const State& state, const lpc_fact& fact, std::int64_t mark,
                           std::int64_t multiplier);
    Status tell_market(State& state, Participation& participation, const lpc_fact& fact);
    Status tell_account(State& state, const lpc_fact& fact);
    static Status tell_bid(State& state, const lpc_fact& fact);
    Status tell_closeout(State& state, const lpc_fact& fact);
    Status tell_order(State& state, Participation& participation, const lpc_fact& fact);
    Status tell_fill(State& state, const lpc_fact& fact);
    Status tell_resync(State& state, const lpc_fact& fact);
    void end_resync(State& state, std::uint64_t account);

    // No open position of the instrument has more lots (unsigned); found anew when it matters.
    std::map<std::uint32_t, std::int64_t> lots_bound_;
    std::uint64_t resync_account_ = 0;                                // 0: none is open
    std::map<std::pair<std::uint16_t, std::uint64_t>, bool> retold_;  // (kind, instrument or order)
};

}  // namespace lpc::runtime
