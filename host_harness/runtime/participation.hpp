// How much of the market close-outs may take, and who of them: a share of what others traded within
// a sliding window, less what close-outs traded in it and what still works; handed out as BUDGET
// facts, worst margin ratio first, ties by keyed hash: in a first round each gets at most
// claim_share of what it has left to close, in a second what it still needs. Splitting an order or
// an account gains nothing: the cap is on the sum. Engine thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <map>

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

    // Tells every running leg its budget.
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
    std::map<std::uint32_t, Tape> tapes_;
};

// The account's margin ratio for ranking, from its MARGIN fact: floor(equity / maintenance) in ppb,
// worst is least.
std::int64_t margin_ratio_ppb(const AccountFacts& account);

}  // namespace lpc::runtime
