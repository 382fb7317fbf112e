// Money that is set aside to pay losses, and the caps on what it may lose. Every cap is cumulative,
// so a loss that is told in pieces gets no more than one that is told at once. Pure values: the
// time is told, nothing is looked up. One thread each. Integers only [smallest units of the asset].
#pragma once

#include <lpc/fact.h>
#include <lpc/limits.h>

#include <array>
#include <cstdint>
#include <lpc/sdk/rounding.hpp>

namespace lpc::settlement {

// What may be lost of a tranche. Whatever is not set does not bind.
struct Caps {
    static constexpr std::int64_t kNone = INT64_MAX;

    // To one liquidation: a share of what the tranche would hold had it paid nothing for it yet,
    // and a share of the account's maintenance requirement; the smaller one binds.
    std::int64_t liquidation_ppb = LPC_RATE_ONE_PPB;
    std::int64_t maintenance_ppb = kNone;
    // Over a window of time, 0: none. A tranche that has lost stop_ppb of the most that it held in
    // the window pays nothing more until what it has lost there is down to resume_ppb.
    std::int64_t window_ns = 0;
    std::int64_t stop_ppb = LPC_RATE_ONE_PPB;
    std::int64_t resume_ppb = LPC_RATE_ONE_PPB;
    // Since it was opened, what it gained taken off: the hard limit of a backstop's account.
    std::int64_t loss_max = kNone;
};

struct TrancheTerms {
    std::uint64_t id = 0;
    std::uint8_t kind = 0;         // LPC_FUND_*, which is the order in which losses reach them
    std::uint32_t instrument = 0;  // LPC_FUND_INSTRUMENT: whose losses it pays
    std::uint32_t asset = 0;
    std::uint64_t account = 0;  // whose cash in the ledger it is
    Caps caps;
};

// The most that a tranche held and had earned in a window of time. The window is cut into 32 parts
// and covers the one that runs and the 32 before it: never less than was said, at most a part more.
class Peaks {
  public:
    struct Peak {
        std::int64_t balance = 0;
        std::int64_t earned = 0;
    };
    // Time never goes back; window_ns > 0.
    void note(std::int64_t now_ns, std::int64_t window_ns, const Peak& value);
    [[nodiscard]] Peak most(std::int64_t now_ns, std::int64_t window_ns, const Peak& now) const;

  private:
    static constexpr std::int64_t kParts = 32;

    struct Part {
        std::int64_t number = -1;
        Peak peak;
    };
    std::array<Part, kParts + 1> parts_;
};

class Tranche {
  public:
    Tranche(const TrancheTerms& terms, std::int64_t balance) : terms_(terms), balance_(balance) {}

    [[nodiscard]] const TrancheTerms& terms() const { return terms_; }
    [[nodiscard]] std::int64_t balance() const { return balance_; }
    [[nodiscard]] std::int64_t earned() const { return earned_; }  // less what it lost

    // What its caps still let it lose now. Shares are rounded down, for the tranche.
    [[nodiscard]] std::int64_t grantable(std::int64_t now_ns) const;
    // The same to one liquidation that has drawn so much of it already.
    [[nodiscard]] std::int64_t grantable(std::int64_t now_ns, std::int64_t drawn,
                                         std::int64_t maintenance) const;
    // The FUND fact that says so, without a number.
    [[nodiscard]] lpc_fact fact(std::int64_t now_ns) const;

    // Capital put in or taken out: neither earned nor lost.
    void add(std::int64_t now_ns, std::int64_t capital);
    // Income (+) or a loss (-).
    void earn(std::int64_t now_ns, std::int64_t amount);

  private:
    [[nodiscard]] Int128 window_room(std::int64_t now_ns) const;
    void note(std::int64_t now_ns);

    TrancheTerms terms_;
    std::int64_t balance_ = 0;
    std::int64_t earned_ = 0;
    bool stopped_ = false;  // when it last changed; by now it may pay again
    Peaks peaks_;
};

}  // namespace lpc::settlement
