// Random tapes of events against a naive model that counts everything anew: the ledger agrees with
// it on every answer and every balance, its sums are zero after each event, and a refused event
// changes nothing.
#include <lpc/limits.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <tuple>
#include <venue/random.hpp>

#include "support/one_fund.hpp"

using namespace lpc;
using namespace lpc::settlement;

namespace {

constexpr std::uint32_t kAssets[] = {1, 2, 7};
constexpr std::uint64_t kAccounts = 24;  // ids 1 to 24; 25 and 26 are not opened

using Key = std::tuple<Book, std::uint64_t, std::uint32_t>;

// Balances as a map of 128-bit sums; a posting is tried on a copy of what it touches.
struct Model {
    std::map<Key, Int128> balances;

    static bool known(const Leg& leg) {
        bool asset = false;
        for (const std::uint32_t id : kAssets) asset = asset || id == leg.asset;
        const bool house = leg.book != Book::cash && leg.book != Book::open;
        const bool account =
            leg.account == kInsuranceFund || (leg.account >= 1 && leg.account <= kAccounts);
        return asset && (house ? leg.account == 0 : account);
    }

    bool post(std::span<const Leg> legs) {
        std::map<Key, Int128> touched;
        std::map<std::uint32_t, Int128> sums;
        for (const Leg& leg : legs) {
            if (!known(leg) || leg.amount > LPC_MONEY_MAX || leg.amount < -LPC_MONEY_MAX)
                return false;
            const Key key{leg.book, leg.account, leg.asset};
            Int128& balance = touched.emplace(key, balances[key]).first->second;
            balance += leg.amount;
            if (balance > LPC_MONEY_MAX || balance < -LPC_MONEY_MAX) return false;
            sums[leg.asset] += leg.amount;
        }
        for (const auto& sum : sums) {
            if (sum.second != 0) return false;
        }
        for (const auto& [key, balance] : touched) balances[key] = balance;
        return true;
    }
};

// Amounts of all sizes, with the edges of the limit among them if wanted.
std::int64_t draw_amount(venue::Random& random, bool edges) {
    switch (edges ? random.below(40) : 4) {
        case 0:
            return LPC_MONEY_MAX - random.between(-1, 1);
        case 1:
            return -LPC_MONEY_MAX + random.between(-1, 1);
        case 2:
            return 0;
        case 3:
            return static_cast<std::int64_t>(random.next());
        default:
            return random.between(-1'000'000, 1'000'000) >> random.below(20);
    }
}

std::uint64_t draw_account(venue::Random& random) {
    const std::uint64_t drawn = random.below(400);
    if (drawn == 0) return 0;
    if (drawn < 20) return kInsuranceFund;
    if (drawn < 24) return kAccounts + 1 + drawn % 2;
    return 1 + drawn % kAccounts;
}

std::uint32_t draw_asset(venue::Random& random) {
    return random.below(200) == 0 ? 3 : kAssets[random.below(3)];
}

Side draw_side(venue::Random& random, bool edges) {
    return {draw_account(random), draw_amount(random, edges), draw_amount(random, edges),
            draw_amount(random, edges)};
}

// One event on both; true if both refused it or both did it.
class Tape {
  public:
    explicit Tape(std::uint64_t seed) : random_(seed), edges_(seed % 2 == 0) {
        for (const std::uint32_t asset : kAssets) BOOST_REQUIRE(ledger_.open_asset(asset));
        for (std::uint64_t id = 1; id <= kAccounts; ++id) BOOST_REQUIRE(ledger_.open_account(id));
    }

    void step() {
        const std::uint64_t hash = ledger_.state_hash();
        const std::uint64_t kind = random_.below(9);
        const bool done = kind == 0   ? deposit_or_withdraw()
                          : kind == 1 ? transfer_or_fee()
                          : kind < 6  ? trade()
                          : kind == 6 ? raw_posting()
                          : kind == 7 ? cover()
                                      : take_over();
        refused_ += done ? 0 : 1;
        if (!done) BOOST_REQUIRE_EQUAL(ledger_.state_hash(), hash);
        for (const std::uint32_t asset : kAssets) BOOST_REQUIRE(ledger_.residual(asset) == 0);
    }

    void compare() const {
        for (const auto& [key, balance] : model_.balances) {
            const auto& [book, account, asset] = key;
            BOOST_REQUIRE(ledger_.balance(book, account, asset) == balance);
        }
        for (const std::uint32_t asset : kAssets) {
            BOOST_REQUIRE(ledger_.recompute_residual(asset) == 0);
            const FundFigures figures = fund_.figures(asset);
            BOOST_REQUIRE(figures.balance() + transferred(asset) == fund_.balance(asset));
        }
    }

    std::uint64_t refused() const { return refused_; }
    std::uint64_t events() const { return ledger_.events(); }
    std::uint64_t hash() const { return ledger_.state_hash(); }

  private:
    // Both say the same. Then the fund is settled, as its keeper does after each of its trades.
    bool agree(bool ledger_did, std::span<const Leg> legs, bool model_may = true) {
        const bool model_did = model_may && model_.post(legs);
        BOOST_REQUIRE_EQUAL(ledger_did, model_did);
        if (!ledger_did) return false;
        for (const std::uint32_t asset : kAssets) settle(asset);
        return true;
    }

    // Refused only where the deficit would pass the limit; then the fund's debt stays to be seen.
    void settle(std::uint32_t asset) {
        const std::int64_t missing = std::max<std::int64_t>(-fund_.balance(asset), 0);
        const auto settled = fund_.settle_fund(asset);
        const Leg legs[] = {{Book::deficit, 0, asset, -missing},
                            {Book::cash, kInsuranceFund, asset, missing}};
        BOOST_REQUIRE_EQUAL(settled.has_value(), model_.post(legs));
        if (settled) BOOST_REQUIRE_EQUAL(*settled, missing);
        BOOST_REQUIRE_EQUAL(fund_.sound(asset), settled.has_value());
        BOOST_REQUIRE(edges_ || settled);
    }

    bool deposit_or_withdraw() {
        const std::uint64_t account = draw_account(random_);
        const std::uint32_t asset = draw_asset(random_);
        const std::int64_t amount = draw_amount(random_, edges_);
        const bool sound = amount > 0 && amount <= LPC_MONEY_MAX;
        const bool in = random_.below(2) == 0;
        const bool may = sound && (in || model_.balances[{Book::cash, account, asset}] >= amount);
        const bool did = in ? ledger_.deposit(account, asset, amount).has_value()
                            : ledger_.withdraw(account, asset, amount).has_value();
        const std::int64_t moved = !sound ? 0 : in ? amount : -amount;
        const Leg first = {Book::external, 0, asset, -moved};
        const Leg second = {Book::cash, account, asset, moved};
        const Leg legs[] = {in ? first : second, in ? second : first};
        return agree(did, legs, may);
    }

    bool transfer_or_fee() {
        const std::uint64_t from = draw_account(random_);
        const std::uint64_t to = draw_account(random_);
        const std::uint32_t asset = draw_asset(random_);
        const std::int64_t amount = draw_amount(random_, edges_);
        const bool may = amount > 0 && amount <= LPC_MONEY_MAX;
        const bool fee = random_.below(2) == 0;
        const bool did = fee ? ledger_.fee(from, asset, amount).has_value()
                             : ledger_.transfer(from, to, asset, amount).has_value();
        const std::int64_t moved = may ? amount : 0;
        const Leg legs[] = {{Book::cash, from, asset, -moved},
                            {fee ? Book::fees : Book::cash, fee ? 0 : to, asset, moved}};
        if (did && !fee && from == kInsuranceFund) transferred_[asset] -= moved;
        if (did && !fee && to == kInsuranceFund) transferred_[asset] += moved;
        return agree(did, legs, may);
    }

    static bool sound(const Side& side) {
        for (const std::int64_t amount : {side.cost, side.realised, side.fee}) {
            if (amount > LPC_MONEY_MAX || amount < -LPC_MONEY_MAX) return false;
        }
        return side.account == kInsuranceFund || (side.account >= 1 && side.account <= kAccounts);
    }

    static std::vector<Leg> legs_of(const Trade& trade) {
        std::vector<Leg> legs;
        for (const Side& side : {trade.maker, trade.taker}) {
            legs.push_back({Book::open, side.account, trade.asset, -side.cost});
            legs.push_back({Book::open, side.account, trade.asset, -side.realised});
            legs.push_back({Book::cash, side.account, trade.asset, side.realised});
            legs.push_back({Book::cash, side.account, trade.asset, -side.fee});
            legs.push_back({Book::fees, 0, trade.asset, side.fee});
        }
        return legs;
    }

    // The model is asked only where every amount has a negative. A trade of nothing names no asset,
    // so a wrong one is no matter.
    bool agree_trade(bool did, const Trade& trade, bool may = true) {
        if (!may || !sound(trade.maker) || !sound(trade.taker)) return agree(did, {}, false);
        std::vector<Leg> legs = legs_of(trade);
        std::erase_if(legs, [](const Leg& leg) { return leg.amount == 0; });
        return agree(did, legs);
    }

    bool trade() {
        Trade trade = {draw_asset(random_), draw_side(random_, edges_), draw_side(random_, edges_)};
        const bool balanced = random_.below(20) != 0 && sound(trade.maker);
        if (balanced) trade.taker.cost = -trade.maker.cost;
        return agree_trade(ledger_.fill(trade).has_value(), trade);
    }

    bool take_over() {
        TakeOver take = {draw_account(random_), draw_asset(random_), draw_amount(random_, edges_),
                         draw_amount(random_, edges_), draw_amount(random_, edges_)};
        const bool did = fund_.take_over(take).has_value();
        const bool has_negative = take.cost >= -LPC_MONEY_MAX && take.cost <= LPC_MONEY_MAX;
        const std::int64_t cost = has_negative ? take.cost : 0;
        const Trade trade = {take.asset,
                             {kInsuranceFund, -cost, take.fund_realised, 0},
                             {take.account, cost, take.realised, 0}};
        return agree_trade(did, trade, has_negative && take.account != kInsuranceFund);
    }

    bool raw_posting() {
        Leg legs[5];
        const std::size_t count = 1 + random_.below(5);
        const std::uint32_t asset = draw_asset(random_);
        for (Leg& leg : legs) {
            leg = {static_cast<Book>(random_.below(kBooks)), draw_account(random_), asset,
                   draw_amount(random_, edges_)};
            if (leg.book != Book::cash && leg.book != Book::open) leg.account = 0;
            // Why: figures know transfers to the fund only by what this test counts.
            if (leg.account == kInsuranceFund) leg.account = 1;
        }
        if (random_.below(4) != 0 && count > 1) {
            Int128 rest = 0;
            for (std::size_t i = 0; i + 1 < count; ++i) rest -= legs[i].amount;
            legs[count - 1].amount = clamp_to(rest, -LPC_MONEY_MAX, LPC_MONEY_MAX);
        }
        if (random_.below(4) == 0) legs[0].asset = draw_asset(random_);
        const std::span<const Leg> view(legs, count);
        return agree(ledger_.post({Event::transfer, view}).has_value(), view);
    }

    bool cover() {
        const std::uint64_t account = draw_account(random_);
        const std::uint32_t asset = draw_asset(random_);
        const Int128 owes = -model_.balances[{Book::cash, account, asset}];
        std::int64_t owed = draw_amount(random_, edges_);
        if (owes > 0 && random_.below(2) == 0) owed = static_cast<std::int64_t>(owes);
        const bool may = owed > 0 && owed <= owes && account != kInsuranceFund;
        const Int128 cash = model_.balances[{Book::cash, kInsuranceFund, asset}];
        const auto covered = fund_.cover(account, asset, owed);
        const std::int64_t paid =
            may ? static_cast<std::int64_t>(std::clamp<Int128>(cash, 0, owed)) : 0;
        const std::int64_t rest = may ? owed - paid : 0;
        if (covered) {
            BOOST_REQUIRE_EQUAL(covered->paid, paid);
            BOOST_REQUIRE_EQUAL(covered->deficit, rest);
        }
        const Leg legs[] = {{Book::cash, kInsuranceFund, asset, -paid},
                            {Book::deficit, 0, asset, -rest},
                            {Book::cash, account, asset, paid + rest}};
        return agree(covered.has_value(), legs, may);
    }

    Int128 transferred(std::uint32_t asset) const {
        const auto found = transferred_.find(asset);
        return found == transferred_.end() ? 0 : found->second;
    }

    venue::Random random_;
    bool edges_;  // amounts near the limit and beyond it
    Ledger ledger_;
    OneFund fund_{ledger_};
    Model model_;
    std::map<std::uint32_t, Int128> transferred_;  // into the fund, outside its own events
    std::uint64_t refused_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(ledger_tapes)

BOOST_AUTO_TEST_CASE(random_tapes_agree_with_a_naive_model_and_sum_to_zero_after_each_event) {
    constexpr std::uint64_t kSteps = 25'000;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        Tape tape(seed);
        BOOST_TEST_CONTEXT("seed " << seed) {
            for (std::uint64_t i = 0; i < kSteps; ++i) {
                tape.step();
                if (i % 500 == 0) tape.compare();
            }
            tape.compare();
            BOOST_TEST(tape.refused() > kSteps / 20);
            BOOST_TEST(tape.events() > kSteps / 4);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_same_tape_gives_the_same_state_hash) {
    Tape one(77);
    Tape two(77);
    Tape other(78);
    for (int i = 0; i < 2000; ++i) {
        one.step();
        two.step();
        other.step();
        BOOST_REQUIRE_EQUAL(one.hash(), two.hash());
    }
    BOOST_TEST(one.hash() != other.hash());
}

BOOST_AUTO_TEST_SUITE_END()
