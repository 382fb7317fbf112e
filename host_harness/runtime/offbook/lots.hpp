// Auction lots: a leg of a running close-out that is put up to the providers. What a lot is stands
// in the account's facts (LOT, LOT_TERMS, BID); here is what they depend on: which lots are open in
// an instrument, and whether their clock runs. It stands still while the price is unfit or trading
// is not open; then opened_ns and close_ns move by as much. Engine thread only; deterministic.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace lpc::runtime {

class State;

class Lots {
  public:
    std::uint64_t take_id() { return next_id_++; }
    bool was_given(std::uint64_t id) const { return id > 0 && id < next_id_; }

    // lots: unsigned. ends_ns: when it expires; kNever: a sealed one, which does not.
    void add(std::uint32_t instrument, std::uint64_t account, std::int64_t lots,
             std::int64_t ends_ns);
    void sold(std::uint32_t instrument, std::int64_t lots);
    void remove(std::uint32_t instrument, std::uint64_t account, std::int64_t lots_left,
                std::int64_t ends_ns);
    // Unsigned, in all open lots.
    std::int64_t outstanding(std::uint32_t instrument) const;

    static constexpr std::int64_t kNever = LPC_TIME_MAX_NS;
    struct Board {
        std::set<std::uint64_t> accounts;                       // that have an open lot here
        std::set<std::pair<std::int64_t, std::uint64_t>> ends;  // when whose expires
        std::int64_t lots = 0;                                  // unsigned, left in all of them
        std::int64_t stopped_ns = -1;  // since when the clock stands still; -1: it runs

        template <class Archive>
        void archive(Archive& a) {
            a(accounts, ends, lots, stopped_ns);
        }
    };
    std::map<std::uint32_t, Board>& boards() { return boards_; }
    const std::map<std::uint32_t, Board>& boards() const { return boards_; }

    template <class Archive>
    void archive(Archive& a) {
        a(next_id_, boards_);
    }

  private:
    std::uint64_t next_id_ = 1;
    std::map<std::uint32_t, Board> boards_;  // of the instruments that have open lots
};

// The account's open lot in this instrument, or nullptr; and the rules to which it is pinned.
const lpc_fact* open_lot(const State& state, std::uint64_t account, std::uint32_t instrument);
const lpc_fact& terms_of(const State& state, const lpc_fact& lot);

// What became of an OFFER, an AWARD or a BID that is permitted: told as facts, and to the
// providers.
void offer_lot(State& state, const lpc_command& offer);
void take_from_lot(State& state, const lpc_command& award);
// The lots of a close-out that leaves its stage, or ends.
void withdraw_lots(State& state, std::uint64_t account);
// At the beginning of a turn: clocks stop and go on, descending lots whose time is over expire.
void run_lot_clocks(State& state);

}  // namespace lpc::runtime
