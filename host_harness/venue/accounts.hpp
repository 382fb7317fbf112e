// The accounts of the reference exchange: cash, positions, lots that rest in the book. Every number
// is an integer and exact: whatever the rounding, realised + unrealised of an account is what its
// fills say. Not thread-safe; owned by the scenario, written by Matching. Deterministic: iteration
// goes by account id, then instrument id. A refused call changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <lpc/sdk/rounding.hpp>
#include <vector>

#include "venue/id_index.hpp"

namespace lpc::venue {

// The most that an account may owe to its history and its working orders (see Accounts::room_for):
// a quarter of LPC_MONEY_MAX, so that deposits (at most half of it), realised profit and fees
// together stay within it.
inline constexpr std::int64_t kAccountMoneyMax = std::int64_t{1} << 60;
inline constexpr std::int64_t kDepositMax = std::int64_t{1} << 61;

// In order of precedence.
enum class [[nodiscard]] Booking{
    done,           unknown_account, unknown_instrument, already_there,
    bad_value,       // a number that is zero, negative or beyond its limit
    beyond_balance,  // a withdrawal of more than there is
    beyond_limit     // the account could pass a limit of limits.h
};

[[nodiscard]] const char* text_of(Booking booking);

// One execution as one account sees it.
struct Fill {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::int64_t lots = 0;   // + bought, - sold
    std::int64_t price = 0;  // [ticks]
    std::int64_t fee = 0;    // + paid, - received
};

// Lots of an account that work in the book, or are about to.
struct WorkingLots {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::int64_t lots = 0;   // + to buy, - to sell
    std::int64_t price = 0;  // [ticks]
};

struct Position {
    std::uint32_t instrument = 0;
    std::int64_t lots = 0;      // + long, - short
    std::int64_t cost = 0;      // signed money paid to open; 0 when lots is 0
    std::int64_t realised = 0;  // in the balance already
    std::int64_t resting_buy_lots = 0;
    std::int64_t resting_sell_lots = 0;
};

struct Cash {
    std::int64_t deposits = 0;  // less withdrawals
    std::int64_t realised = 0;  // over all positions
    std::int64_t fees = 0;      // paid; negative where rebates prevail
    [[nodiscard]] std::int64_t balance() const { return deposits + realised - fees; }
};

// What changed: a position, or the cash where instrument is 0.
struct Touched {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    friend bool operator==(const Touched&, const Touched&) = default;
    friend auto operator<=>(const Touched&, const Touched&) = default;
};

// Money of `lots` at `price`; signed like lots. [money; exact]
constexpr Int128 money_of(std::int64_t lots, std::int64_t price, std::int64_t multiplier) {
    return Int128{lots} * price * multiplier;
}

// The part of a position's cost that leaves with `closed` of its `lots` (magnitudes, 0 < closed <=
// lots). Rounded towards zero: the remainder stays with the position, and a full close takes all of
// it.
constexpr std::int64_t closed_cost(std::int64_t cost, std::int64_t closed, std::int64_t lots) {
    const Int128 share = div_floor(Int128{cost < 0 ? -cost : cost} * closed, lots);
    return static_cast<std::int64_t>(cost < 0 ? -share : share);
}

class Accounts {
  public:
    // Ids are not 0. The multiplier is money a tick and lot.
    Booking define_instrument(std::uint32_t instrument, std::int64_t multiplier);
    Booking open_account(std::uint64_t account);
    void reserve(std::size_t accounts);  // memory only

    Booking deposit(std::uint64_t account, std::int64_t amount);
    // Up to the balance; whether the margin allows it is for the risk engine to say.
    Booking withdraw(std::uint64_t account, std::int64_t amount);

    // Opening adds to the cost; reducing realises the proceeds less closed_cost; through zero is
    // close, then open.
    Booking apply_fill(const Fill& fill);
    // Both sides of one trade or neither. The two accounts differ.
    Booking apply_pair(const Fill& one, const Fill& other);

    // May the account have these lots at work, filled at no higher price? If so, no sequence of
    // fills of its working orders is ever refused by apply_fill. Why: a fill of notional n takes n
    // off the working money and adds at most n to |realised| + the sum of |cost|, and at most n to
    // |fees| (a fee is at most the notional).
    Booking room_for(const WorkingLots& order) const;
    // Lots that came to rest in the book, or left it (filled or withdrawn).
    Booking rest(const WorkingLots& order);
    Booking unrest(const WorkingLots& order);

    [[nodiscard]] bool has_account(std::uint64_t account) const;
    [[nodiscard]] bool has_instrument(std::uint32_t instrument) const;
    [[nodiscard]] std::int64_t multiplier(std::uint32_t instrument) const;  // 0: unknown
    [[nodiscard]] std::size_t size() const { return accounts_.size(); }
    [[nodiscard]] Cash cash(std::uint64_t account) const;  // zeroes for an unknown account
    [[nodiscard]] Position position(std::uint64_t account, std::uint32_t instrument) const;
    // lots * mark * multiplier - cost. [money; exact]
    [[nodiscard]] Int128 unrealised(std::uint64_t account, std::uint32_t instrument,
                                    std::int64_t mark) const;
    // Longs less shorts over all accounts, counted anew; 0 on a sound exchange.
    [[nodiscard]] Int128 net_lots(std::uint32_t instrument) const;

    // Every account id, rising.
    [[nodiscard]] const std::vector<std::uint64_t>& ids();
    // visit(const Position&) for each position that the account ever had, by instrument id.
    template <class Visit>
    void each_position(std::uint64_t account, Visit&& visit) const {
        const std::uint32_t at = index_.find(account);
        if (at == kNone) return;
        for (std::uint32_t row = accounts_[at].first; row != kNone; row = positions_[row].next) {
            visit(static_cast<const Position&>(positions_[row]));
        }
    }
    // Moves what changed since the last call into `touched`: sorted, each once.
    void take_touched(std::vector<Touched>& touched);

  private:
    static constexpr std::uint32_t kNone = IdIndex::kNone;

    struct AccountRow : Cash {
        std::uint64_t id = 0;
        std::int64_t resting_money = 0;  // sum of lots * price * multiplier of what rests
        std::int64_t cost_gross = 0;     // sum of |cost| over the positions
        std::uint32_t first = kNone;     // its positions, by instrument id
        std::uint32_t position_count = 0;
        bool touched = false;
    };
    struct PositionRow : Position {
        std::uint32_t next = kNone;
        std::uint32_t owner = kNone;
        bool touched = false;
    };
    struct Instrument {
        std::uint32_t id = 0;
        std::int64_t multiplier = 0;
    };
    // What a fill would make of its account and position.
    struct Outcome {
        std::uint32_t account = kNone;
        std::uint32_t row = kNone;  // kNone: a position to be made
        std::int64_t lots = 0, cost = 0, position_realised = 0;
        std::int64_t cost_gross = 0, realised = 0, fees = 0;
    };
    struct Planned {
        Booking booking = Booking::done;
        Outcome outcome;
    };

    [[nodiscard]] Planned plan(const Fill& fill) const;
    void commit(std::uint32_t instrument, const Outcome& outcome);
    Booking check(const WorkingLots& lots) const;
    [[nodiscard]] std::uint32_t find_row(const AccountRow& account, std::uint32_t instrument) const;
    [[nodiscard]] Position held_in(std::uint32_t row) const;  // nothing held in kNone
    std::uint32_t make_row(std::uint32_t account, std::uint32_t instrument);
    void touch_account(std::uint32_t account);
    void touch_row(std::uint32_t row);

    IdIndex index_;
    std::vector<AccountRow> accounts_;
    std::vector<PositionRow> positions_;
    std::vector<Instrument> instruments_;  // by id
    std::vector<std::uint64_t> ids_;
    bool ids_sorted_ = true;
    std::vector<std::uint32_t> touched_accounts_;
    std::vector<std::uint32_t> touched_rows_;
};

}  // namespace lpc::venue
