// A double-entry ledger in integers [smallest units of each asset]. Every event is one posting
// whose legs sum to zero in each asset, or it is refused whole and nothing has changed. The sum
// over all stored balances is kept as they change, and must be zero after every event, in release
// too. One thread. Deterministic: the same calls give the same state hash.
#pragma once

#include <array>
#include <cstdint>
#include <foundation/status.hpp>
#include <lpc/sdk/rounding.hpp>
#include <settlement/account_index.hpp>
#include <span>
#include <vector>

namespace lpc::settlement {

// Each tranche of the insurance fund holds cash and open like any account, under an id of its own:
// the last ones that there are, tranche 0 the very last.
inline constexpr std::uint64_t kInsuranceFund = ~std::uint64_t{0};
inline constexpr std::uint64_t kTranchesMax = 65'536;
constexpr std::uint64_t account_of_tranche(std::uint64_t tranche) {
    return kInsuranceFund - tranche;
}
constexpr bool is_fund(std::uint64_t account) {
    return account > kInsuranceFund - kTranchesMax;
}

enum class Book : std::uint8_t {
    cash,      // of an account: what it owns; below zero: what it owes
    open,      // of an account: minus the signed cost of its positions
    fees,      // of the house, as all that follow (account 0)
    external,  // the world outside: minus what was deposited and not withdrawn
    deficit,   // minus the bad debt that was booked
};
inline constexpr std::size_t kBooks = 5;

enum class Event : std::uint8_t {
    deposit,
    withdrawal,
    fill,
    fee,
    transfer,
    cover,        // the fund pays what an account owes
    take_over,    // the fund takes a position
    settle_fund,  // what a tranche owes is paid by others, or becomes a deficit
    repay,        // income of the fund to those who bore a socialised loss
};
inline constexpr std::size_t kEvents = 9;
[[nodiscard]] const char* name_of(Event event);

struct Leg {
    Book book = Book::cash;
    std::uint64_t account = 0;
    std::uint32_t asset = 0;
    std::int64_t amount = 0;
};

struct Posting {
    Event event = Event::transfer;
    std::span<const Leg> legs;
};

// One side of a trade. cost: + paid to buy, - received for what is sold. realised: profit (+) or
// loss (-) of the part that was closed, which moves from open to cash. fee: + paid, - rebate.
struct Side {
    std::uint64_t account = 0;
    std::int64_t cost = 0;
    std::int64_t realised = 0;
    std::int64_t fee = 0;
};

// Each side is computed by itself; the ledger refuses the trade if the two costs do not cancel out.
struct Trade {
    std::uint32_t asset = 0;
    Side maker;
    Side taker;
};

// What an event brought into and took out of the cash of a tranche, in all.
struct Flow {
    Int128 in = 0;
    Int128 out = 0;
};

// Hears of every event that was posted, with its number: the first is 1. On the ledger's thread,
// after the event.
class PostingObserver {
  public:
    virtual ~PostingObserver() = default;
    virtual void on_posting(std::uint64_t number, const Posting& posting) = 0;
};

class Ledger {
  public:
    Ledger();

    // nullptr: nobody. It must outlive the ledger, or be taken off.
    void observe(PostingObserver* observer) { observer_ = observer; }

    // Once for each, before anything is posted to it; opening what is open changes nothing.
    [[nodiscard]] Status open_asset(std::uint32_t asset);
    [[nodiscard]] Status open_account(std::uint64_t account);

    // All legs or none. Refused: an unknown account or asset, a leg or a balance beyond
    // LPC_MONEY_MAX (the legs are applied in their order, and no balance may pass the limit on the
    // way), legs that do not sum to zero in each asset.
    [[nodiscard]] Status post(const Posting& posting);

    [[nodiscard]] Status deposit(std::uint64_t account, std::uint32_t asset, std::int64_t amount);
    // Refused beyond the account's cash. Whether its margin allows it is asked elsewhere.
    [[nodiscard]] Status withdraw(std::uint64_t account, std::uint32_t asset, std::int64_t amount);
    [[nodiscard]] Status fill(const Trade& trade);
    [[nodiscard]] Status take_over(
        const Trade& trade);  // a fill off the book; one side is the fund, the other is not
    [[nodiscard]] Status fee(std::uint64_t account, std::uint32_t asset, std::int64_t amount);
    // Cash to cash; funding payments too, so it may leave the payer with less than nothing.
    [[nodiscard]] Status transfer(std::uint64_t from, std::uint64_t to, std::uint32_t asset,
                                  std::int64_t amount);

    // 0 for what was never opened.
    [[nodiscard]] std::int64_t balance(Book book, std::uint64_t account, std::uint32_t asset) const;
    [[nodiscard]] std::int64_t cash(std::uint64_t account, std::uint32_t asset) const {
        return balance(Book::cash, account, asset);
    }
    [[nodiscard]] bool has_account(std::uint64_t account) const;
    [[nodiscard]] std::uint64_t events() const { return events_; }  // posted, not refused
    // Of the account of a tranche.
    [[nodiscard]] Flow fund_flow(std::uint64_t account, Event event, std::uint32_t asset) const;

    // The sum over all balances as it was kept, and counted anew; zero, both.
    [[nodiscard]] Int128 residual(std::uint32_t asset) const;
    [[nodiscard]] Int128 recompute_residual(std::uint32_t asset) const;
    // Of all accounts, assets and balances. XXH3-64.
    [[nodiscard]] std::uint64_t state_hash() const;

  private:
    static constexpr std::size_t kNowhere = ~std::size_t{0};

    struct Column {
        std::uint32_t asset = 0;
        Int128 residual = 0;                 // Invariant: the sum over the balances
        std::vector<std::int64_t> balances;  // the house by Book, then cash and open by row
        std::vector<std::array<Flow, kEvents>> fund_flows;  // as funds_, by Event
    };

    [[nodiscard]] std::size_t column_of(std::uint32_t asset) const;  // in columns_, or kNowhere
    [[nodiscard]] std::size_t place_of(Book book, std::uint64_t account) const;  // in a column
    [[nodiscard]] std::size_t fund_of(std::uint64_t account) const;  // in funds_, or kNowhere
    [[nodiscard]] Status apply(Event event, const Leg& leg);
    void change(Column& column, std::size_t place, Event event, const Leg& leg,
                std::int64_t amount);
    void undo(const Posting& posting, std::size_t applied);
    [[nodiscard]] Status check_sums(const Posting& posting) const;
    [[nodiscard]] Status post_trade(Event event, const Trade& trade);

    AccountIndex accounts_;
    std::vector<std::uint64_t> funds_;  // the accounts of tranches
    std::vector<Column> columns_;
    std::uint64_t events_ = 0;
    PostingObserver* observer_ = nullptr;
};

}  // namespace lpc::settlement
