#include <array>
#include <settlement/ledger.hpp>
#include <settlement/refusal.hpp>

namespace lpc::settlement {
namespace {

// The legs of a trade or of a simple event, gathered without allocation; those of nothing are left
// out.
class Legs {
  public:
    void add(Book book, std::uint64_t account, std::uint32_t asset, std::int64_t amount) {
        if (amount != 0) legs_[count_++] = {book, account, asset, amount};
    }
    [[nodiscard]] std::span<const Leg> view() const { return {legs_.data(), count_}; }

  private:
    std::array<Leg, 10> legs_;
    std::size_t count_ = 0;
};

void add_side(Legs& legs, std::uint32_t asset, const Side& side) {
    legs.add(Book::open, side.account, asset, -side.cost);
    legs.add(Book::open, side.account, asset, -side.realised);
    legs.add(Book::cash, side.account, asset, side.realised);
    legs.add(Book::cash, side.account, asset, -side.fee);
    legs.add(Book::fees, 0, asset, side.fee);
}

// Why: minus the smallest number is no number, so amounts are checked before a leg is made of their
// negative.
bool within_limits(const Side& side) {
    return within_limit(side.cost) && within_limit(side.realised) && within_limit(side.fee);
}

Status check_positive(Event event, std::int64_t amount) {
    if (amount > 0 && within_limit(amount)) return {};
    return refuse(event, "amount " + std::to_string(amount) + ", expected 1 to " +
                             std::to_string(LPC_MONEY_MAX));
}

}  // namespace

Status Ledger::deposit(std::uint64_t account, std::uint32_t asset, std::int64_t amount) {
    if (Status sound = check_positive(Event::deposit, amount); !sound) return sound;
    const Leg legs[] = {{Book::external, 0, asset, -amount}, {Book::cash, account, asset, amount}};
    return post({Event::deposit, legs});
}

Status Ledger::withdraw(std::uint64_t account, std::uint32_t asset, std::int64_t amount) {
    if (Status sound = check_positive(Event::withdrawal, amount); !sound) return sound;
    if (const std::int64_t owned = cash(account, asset); owned < amount) {
        return refuse(Event::withdrawal, who(account) + " owns " + std::to_string(owned) +
                                             " of asset " + std::to_string(asset) + ", not " +
                                             std::to_string(amount));
    }
    const Leg legs[] = {{Book::cash, account, asset, -amount}, {Book::external, 0, asset, amount}};
    return post({Event::withdrawal, legs});
}

Status Ledger::post_trade(Event event, const Trade& trade) {
    if (!within_limits(trade.maker) || !within_limits(trade.taker)) {
        return refuse(event, "a cost, profit or fee beyond " + std::to_string(LPC_MONEY_MAX));
    }
    if (!has_account(trade.maker.account) || !has_account(trade.taker.account)) {
        return refuse(event, "no " + who(has_account(trade.maker.account) ? trade.taker.account
                                                                          : trade.maker.account));
    }
    Legs legs;
    add_side(legs, trade.asset, trade.maker);
    add_side(legs, trade.asset, trade.taker);
    return post({event, legs.view()});
}

Status Ledger::fill(const Trade& trade) {
    return post_trade(Event::fill, trade);
}

Status Ledger::take_over(const Trade& trade) {
    if (is_fund(trade.maker.account) == is_fund(trade.taker.account)) {
        return refuse(Event::take_over, "one side must be the insurance fund");
    }
    return post_trade(Event::take_over, trade);
}

Status Ledger::fee(std::uint64_t account, std::uint32_t asset, std::int64_t amount) {
    if (Status sound = check_positive(Event::fee, amount); !sound) return sound;
    const Leg legs[] = {{Book::cash, account, asset, -amount}, {Book::fees, 0, asset, amount}};
    return post({Event::fee, legs});
}

Status Ledger::transfer(std::uint64_t from, std::uint64_t to, std::uint32_t asset,
                        std::int64_t amount) {
    if (Status sound = check_positive(Event::transfer, amount); !sound) return sound;
    const Leg legs[] = {{Book::cash, from, asset, -amount}, {Book::cash, to, asset, amount}};
    return post({Event::transfer, legs});
}

}  // namespace lpc::settlement
