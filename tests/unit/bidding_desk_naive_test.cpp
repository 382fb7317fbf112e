// The desk beside a naive one: random lots, bids, takes, schedules, awards and ends of lots, and
// both tell the same bids, take and refuse the same.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>
#include <venue/random.hpp>

#include "support/desk_world.hpp"
#include "support/naive_desk.hpp"

using lpc::bidding::Desk;
using lpc::bidding::DeskRules;
using lpc::bidding::Provider;
using lpc::bidding::Schedule;
using lpc::tests::FlatAccounts;
using lpc::tests::lot_of;
using lpc::tests::NaiveDesk;
using lpc::venue::Random;

namespace {

constexpr std::int64_t kPercent = 10'000'000;
constexpr std::uint64_t kProviders = 4;

Schedule any_schedule(Random& random) {
    Schedule steps;
    std::int64_t discount = random.between(-3, 10) * kPercent;
    for (std::int64_t count = random.between(1, 3); count > 0; --count) {
        steps.push_back({random.between(1, 15), discount});
        discount += random.between(1, 5) * kPercent;
    }
    return steps;
}

// Small bonds and margins, so that each bound is met.
std::vector<Provider> any_providers(Random& random, FlatAccounts& accounts) {
    std::vector<Provider> providers;
    for (std::uint64_t account = 1; account <= kProviders; ++account) {
        accounts.free[account] = random.between(0, 6'000);
        accounts.groups[account] = random.below(3);
        providers.push_back({account, 0, random.between(5, 60), random.between(0, 1'200),
                             random.chance(700'000'000) ? any_schedule(random) : Schedule{}});
    }
    return providers;
}

class Pair {
  public:
    Pair(std::uint64_t seed, const DeskRules& rules)
        : random_(seed),
          providers_(any_providers(random_, accounts_)),
          desk_(rules, accounts_),
          naive_(rules, accounts_, providers_) {
        for (const Provider& provider : providers_)
            BOOST_REQUIRE(desk_.enlist(provider).has_value());
    }

    // What differs; empty: nothing.
    std::string live(int steps) {
        for (int i = 0; i < steps; ++i) {
            now_ += random_.between(0, 30);
            if (!act()) return "step " + std::to_string(i) + ": one takes what the other refuses";
            if (!same_bids()) return "step " + std::to_string(i) + ": other bids";
        }
        return {};
    }
    std::size_t told() const { return told_; }

  private:
    std::uint64_t any_provider() { return 1 + random_.below(kProviders); }
    std::uint64_t any_lot() { return 1 + random_.below(next_lot_ + 1); }

    bool act() {
        const std::uint64_t account = any_provider();
        switch (random_.below(8)) {
            case 0:
            case 1:
                open_lot();
                return true;
            case 2: {
                const Schedule steps = any_schedule(random_);
                naive_.set_schedule(account, steps, now_);
                return desk_.set_schedule(account, steps, now_).has_value();
            }
            case 3: {
                const std::uint64_t lot = any_lot();
                const Schedule steps = any_schedule(random_);
                return desk_.bid(account, lot, steps, now_).has_value() ==
                       naive_.bid(account, lot, steps, now_);
            }
            case 4: {
                const std::uint64_t lot = any_lot();
                const std::int64_t lots = random_.between(0, 10);
                return desk_.take(account, lot, lots, now_).has_value() ==
                       naive_.take(account, lot, lots, now_);
            }
            case 5:
                award();
                return true;
            case 6:
                change_lot();
                return true;
            default:
                accounts_.free[account] = random_.between(-500, 6'000);
                return true;
        }
    }
    void open_lot() {
        const bool sealed = random_.chance(600'000'000);
        const std::int64_t lots = random_.between(1, 40) * (random_.chance(500'000'000) ? 1 : -1);
        auto notice = lot_of(++next_lot_, sealed ? LPC_AUCTION_SEALED : LPC_AUCTION_DESCENDING,
                             lots, random_.between(90, 110), now_ + random_.between(1, 200));
        if (random_.chance(300'000'000)) notice.account = any_provider();
        accounts_.groups[notice.account] = random_.below(3);
        call(notice);
    }
    // Ends, or has a new price (descending) or a later close (sealed).
    void change_lot() {
        if (notices_.empty()) return;
        auto notice =
            std::next(notices_.begin(), static_cast<std::ptrdiff_t>(random_.below(notices_.size())))
                ->second;
        if (random_.chance(400'000'000)) {
            notice.state = LPC_LOT_WITHDRAWN;
        } else if (notice.type == LPC_AUCTION_DESCENDING) {
            notice.price += notice.lots < 0 ? -random_.between(0, 4) : random_.between(0, 4);
        } else {
            notice.close_ns += random_.between(0, 50);
        }
        call(notice);
    }
    void call(const lpc::runtime::LotNotice& notice) {
        desk_.call(notice);
        naive_.call(notice);
        if (notice.state == LPC_LOT_OPEN) {
            notices_[notice.lot] = notice;
        } else {
            notices_.erase(notice.lot);
        }
    }
    void award() {
        if (bids_.empty()) return;
        const lpc_fact& bid = bids_[random_.below(bids_.size())];
        const std::int64_t lots = random_.between(1, std::abs(bid.u.bid.lots));
        (void)desk_.settle({1, bid.account, bid.instrument, bid.u.bid.lots < 0 ? lots : -lots,
                            bid.u.bid.price, bid.u.bid.lot_id, bid.u.bid.id, bid.u.bid.bidder});
        if (notices_.count(bid.u.bid.lot_id) != 0)
            naive_.awarded(bid.u.bid.lot_id, bid.u.bid.id, lots);
    }
    bool same_bids() {
        std::vector<NaiveDesk::Told> told;
        for (const lpc_fact& fact : desk_.take_bids(now_)) {
            bids_.push_back(fact);
            told.push_back({fact.u.bid.bidder, fact.u.bid.lot_id, fact.u.bid.price,
                            std::abs(fact.u.bid.lots), fact.code});
            if (fact.u.bid.id != bids_.size()) return false;  // numbered as they come
        }
        told_ += told.size();
        return told == naive_.take_bids(now_);
    }

    Random random_;
    FlatAccounts accounts_;
    std::vector<Provider> providers_;
    Desk desk_;
    NaiveDesk naive_;
    std::int64_t now_ = 0;
    std::uint64_t next_lot_ = 0;
    std::map<std::uint64_t, lpc::runtime::LotNotice> notices_;  // open
    std::vector<lpc_fact> bids_;
    std::size_t told_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bidding_desk_naive)

BOOST_AUTO_TEST_CASE(a_thousand_random_lives_tell_the_same_bids_as_the_naive_desk) {
    const char* own = std::getenv("LPC_SEED");
    const std::uint64_t first = own == nullptr ? 1 : std::strtoull(own, nullptr, 10);
    std::size_t told = 0;
    for (std::uint64_t seed = first; seed < first + (own == nullptr ? 1'000 : 1); ++seed) {
        Pair pair(seed, DeskRules{50, 100'000'000});
        const std::string differs = pair.live(150);
        if (!differs.empty()) BOOST_FAIL("LPC_SEED=" << seed << ": " << differs);
        told += pair.told();
    }
    BOOST_TEST(told > (own == nullptr ? 10'000u : 0u));
}

BOOST_AUTO_TEST_SUITE_END()
