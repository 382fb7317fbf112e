#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <settlement/ledger.hpp>
#include <settlement/refusal.hpp>
#include <string>

namespace lpc::settlement {
namespace {

bool is_house(Book book) {
    return book != Book::cash && book != Book::open;
}

}  // namespace

Ledger::Ledger() : funds_{kInsuranceFund} {
    accounts_.add(kInsuranceFund);
}

Status Ledger::open_asset(std::uint32_t asset) {
    if (asset == 0) return fail("asset 0 is no asset");
    if (column_of(asset) != kNowhere) return {};
    columns_.emplace_back();
    columns_.back().asset = asset;
    columns_.back().balances.resize(kBooks + accounts_.ids().size() * 2);
    columns_.back().fund_flows.resize(funds_.size());
    return {};
}

Status Ledger::open_account(std::uint64_t account) {
    if (account == 0) return fail("account 0 is no account");
    if (has_account(account)) return {};
    if (accounts_.ids().size() == AccountIndex::kNone) return fail("the ledger is full");
    accounts_.add(account);
    if (is_fund(account)) funds_.push_back(account);
    for (Column& column : columns_) {
        column.balances.insert(column.balances.end(), 2, 0);
        column.fund_flows.resize(funds_.size());
    }
    return {};
}

bool Ledger::has_account(std::uint64_t account) const {
    return accounts_.find(account) != AccountIndex::kNone;
}

std::size_t Ledger::fund_of(std::uint64_t account) const {
    for (std::size_t i = 0; is_fund(account) && i < funds_.size(); ++i) {
        if (funds_[i] == account) return i;
    }
    return kNowhere;
}

std::size_t Ledger::column_of(std::uint32_t asset) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].asset == asset) return i;
    }
    return kNowhere;
}

std::size_t Ledger::place_of(Book book, std::uint64_t account) const {
    if (is_house(book)) {
        const auto place = static_cast<std::size_t>(book);
        return account == 0 && place < kBooks ? place : kNowhere;
    }
    const std::uint32_t row = accounts_.find(account);
    if (row == AccountIndex::kNone) return kNowhere;
    return kBooks + std::size_t{2} * row + (book == Book::open ? 1 : 0);
}

// The only place where a balance changes; `amount` is the leg's, or its opposite to undo it. The
// running sum takes the difference of what was stored and what is, not the leg.
void Ledger::change(Column& column, std::size_t place, Event event, const Leg& leg,
                    std::int64_t amount) {
    std::int64_t& balance = column.balances[place];
    const Int128 before = balance;
    balance += amount;
    column.residual += balance - before;
    const std::size_t fund = leg.book == Book::cash ? fund_of(leg.account) : kNowhere;
    if (fund == kNowhere) return;
    Flow& flow = column.fund_flows[fund][static_cast<std::size_t>(event)];
    // Why the leg's sign and not the amount's: to undo takes back from the side on which it was
    // counted.
    if (leg.amount > 0) {
        flow.in += amount;
    } else {
        flow.out -= amount;
    }
}

Status Ledger::apply(Event event, const Leg& leg) {
    const std::size_t column = column_of(leg.asset);
    if (column == kNowhere) return refuse(event, "no asset " + std::to_string(leg.asset));
    const std::size_t place = place_of(leg.book, leg.account);
    if (place == kNowhere) return refuse(event, "no " + who(leg.account) + " in that book");
    if (!within_limit(leg.amount)) {
        return refuse(event, "a leg of " + std::to_string(leg.amount) + ", expected at most " +
                                 std::to_string(LPC_MONEY_MAX) + " either way");
    }
    const Int128 after = Int128{columns_[column].balances[place]} + leg.amount;
    if (after < -LPC_MONEY_MAX || after > LPC_MONEY_MAX) {
        return refuse(event, "it would bring a balance of " + who(leg.account) + " in asset " +
                                 std::to_string(leg.asset) + " to " + decimal(after) +
                                 ", expected at most " + std::to_string(LPC_MONEY_MAX) +
                                 " either way");
    }
    change(columns_[column], place, event, leg, leg.amount);
    return {};
}

void Ledger::undo(const Posting& posting, std::size_t applied) {
    while (applied-- > 0) {
        const Leg& leg = posting.legs[applied];
        change(columns_[column_of(leg.asset)], place_of(leg.book, leg.account), posting.event, leg,
               -leg.amount);
    }
}

Status Ledger::check_sums(const Posting& posting) const {
    for (const Leg& leg : posting.legs) {
        const Column& column = columns_[column_of(leg.asset)];
        if (column.residual == 0) continue;
        return refuse(posting.event, "its legs leave a sum of " + decimal(column.residual) +
                                         " in asset " + std::to_string(leg.asset) + ", expected 0");
    }
    return {};
}

Status Ledger::post(const Posting& posting) {
    for (std::size_t i = 0; i < posting.legs.size(); ++i) {
        if (Status done = apply(posting.event, posting.legs[i]); !done) {
            undo(posting, i);
            return done;
        }
    }
    if (Status zero = check_sums(posting); !zero) {
        undo(posting, posting.legs.size());
        return zero;
    }
    ++events_;
    if (observer_ != nullptr) observer_->on_posting(events_, posting);
    return {};
}

std::int64_t Ledger::balance(Book book, std::uint64_t account, std::uint32_t asset) const {
    const std::size_t column = column_of(asset);
    const std::size_t place = place_of(book, account);
    if (column == kNowhere || place == kNowhere) return 0;
    return columns_[column].balances[place];
}

Flow Ledger::fund_flow(std::uint64_t account, Event event, std::uint32_t asset) const {
    const std::size_t column = column_of(asset), fund = fund_of(account);
    return column == kNowhere || fund == kNowhere
               ? Flow{}
               : columns_[column].fund_flows[fund][static_cast<std::size_t>(event)];
}

Int128 Ledger::residual(std::uint32_t asset) const {
    const std::size_t column = column_of(asset);
    return column == kNowhere ? 0 : columns_[column].residual;
}

Int128 Ledger::recompute_residual(std::uint32_t asset) const {
    const std::size_t column = column_of(asset);
    if (column == kNowhere) return 0;
    Int128 sum = 0;
    for (const std::int64_t balance : columns_[column].balances) sum += balance;
    return sum;
}

std::uint64_t Ledger::state_hash() const {
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    const auto add = [&](const auto& numbers) {
        XXH3_64bits_update(&state, numbers.data(), numbers.size() * sizeof numbers[0]);
    };
    add(accounts_.ids());
    for (const Column& column : columns_) {
        add(std::array<std::uint64_t, 1>{column.asset});
        add(column.balances);
        std::vector<Int128> of_fund;
        for (const auto& flows : column.fund_flows) {
            for (const Flow& flow : flows) of_fund.insert(of_fund.end(), {flow.in, flow.out});
        }
        add(of_fund);
    }
    return XXH3_64bits_digest(&state);
}

}  // namespace lpc::settlement
