// How much of the market close-outs may take, and who of them: a share of what others traded within
// a sliding window, less what close-outs traded in it and what still works; handed out as BUDGET
// facts, worst margin ratio first, ties by keyed hash: in a first round each gets at most
// claim_share of what it has left to close, in a second what it still needs. Splitting an order or
// an account gains nothing: the cap is on the sum. An instrument is shared out anew only when a
// claim on it or what there is to share has changed. Engine thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

#include "state.hpp"

namespace lpc::runtime {

class Participation {
  public:
    // A VOLUME fact: cumulative traded lots of the market, close-outs contained in it.
    void on_volume(std::uint32_t instrument, const Rulebook& rules, std::int64_t now_ns,
                   const lpc_fact_volume& volume);
    // Close-outs traded so many lots (unsigned) on the book.
    void on_own_fill(std::uint32_t instrument, std::int64_t lots);

    // Lots (unsigned) that close-outs may order now, before working orders are deducted.
    // floor(share * others' volume in the window) - own volume in the window, at least 0.
    std::int64_t available(std::uint32_t instrument, const Rulebook& rules, std::int64_t now_ns);

    // Tells every running leg its budget where it has changed.
    void share_out(State& state);

    template <class Archive>
    void archive(Archive& a) {
        a(tapes_);
    }

  private:
    struct Mark {
        std::int64_t at_ns, market_lots;
        std::int64_t told_own_lots;  // as the VOLUME fact says
        std::int64_t own_lots;       // as the orders say; may be ahead of it or behind

        template <class Archive>
        void archive(Archive& a) {
            a(at_ns, market_lots, told_own_lots, own_lots);
        }
    };
    struct Tape {
        std::deque<Mark> marks;  // the first is the latest at or before the window's start
        std::int64_t own_lots = 0;

        void forget_before(std::int64_t start_ns);
        template <class Archive>
        void archive(Archive& a) {
            a(marks, own_lots);
        }
    };
    // What one leg of a running close-out would have.
    struct Claim {
        std::int64_t ratio_ppb;
        std::uint64_t tie, account;  // the first three are its place in the order
        std::uint32_t instrument;
        std::int64_t need, first;  // lots; of which in the first round
        std::int64_t budget;       // as it was given; kUnknown: must be told, if it is news

        bool before(const Claim& other) const;
    };
    static constexpr std::int64_t kUnknown = -1;
    // The claims on one instrument.
    struct Board {
        std::vector<Claim> claims;      // in order
        std::vector<Claim> gone, come;  // since it was last shared out
        std::int64_t left = kUnknown;   // what was to be shared then

        void settle();
    };

    std::vector<Claim> claims_of(const State& state, std::uint64_t account) const;
    void recount(State& state);
    static void share(State& state, Board& board);

    std::map<std::uint32_t, Tape> tapes_;
    std::map<std::uint32_t, Board> boards_;
    std::unordered_map<std::uint64_t, std::vector<Claim>> claims_;  // by account, as on the boards
};

// The account's margin ratio for ranking, from its MARGIN fact: floor(equity / maintenance) in ppb,
// worst is least.
std::int64_t margin_ratio_ppb(const AccountFacts& account);

}  // namespace lpc::runtime
