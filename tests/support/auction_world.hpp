// The auction plugin in a fake host, with markets, a fund and bidders that the test plays. For unit
// and property tests; single-threaded, deterministic. It checks at every command what must hold of
// any: lots towards the end, reserve, curve, uniform price, bids, permitted price, dust, clock.
#pragma once

#include <lpc/sdk/auction.hpp>
#include <lpc/testing/fake_host.hpp>
#include <lpc/testing/plugin_file.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lpc::test {

constexpr std::int64_t kMs = 1'000'000, kSecond = 1'000 * kMs;

inline const lpc_plugin& auction_table() {
    static const lpc_plugin& found = testing::open_plugin(LPC_BINARY_DIR "/plugins/auction.so");
    return found;
}

inline std::int64_t size_of(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

using Params = std::map<std::string, std::int64_t>;

class AuctionWorld {
  public:
    struct Leg {
        std::int64_t position = 0;
        lpc_fact_closeout closeout{};
        lpc_fact_grant grant{};
        bool with_us = false;
        bool lot_open = false;
        std::uint8_t lot_type = 0;
        lpc_fact_lot lot{};
        lpc_fact_lot_terms terms{};
        std::map<std::uint64_t, lpc_fact_bid> bids;
        std::map<std::uint64_t, lpc_command> orders;  // awards that work, by order
        std::int64_t sealed_price = 0;                // of the lot's awards so far
    };
    struct Instrument {
        std::int64_t mark = 0;
        bool fit = true, trades = true;
        lpc_fact_book book{};
    };
    using Key = std::pair<std::uint64_t, std::uint32_t>;  // account, instrument

    explicit AuctionWorld(const Params& params = {}, testing::HostOptions options = {})
        : host(auction_table(), options) {
        for (std::uint64_t i = 0; i < auction_table().param_count; ++i) {
            const lpc_param& p = auction_table().params[i];
            params_[p.name] = p.initial;
        }
        for (const auto& [name, value] : params) set(name, value);
        market(1, 10'000);
    }

    void set(const std::string& name, std::int64_t value) {
        params_[name] = value;
        BOOST_REQUIRE_MESSAGE(host.set_param(name, value), name);
    }
    [[nodiscard]] std::int64_t param(const std::string& name) const { return params_.at(name); }

    // The instrument's price and trading state, as they are from now on.
    void market(std::uint32_t x, std::int64_t mark, bool fit = true, bool trades = true) {
        Instrument& i = instruments[x];
        i.mark = mark;
        i.fit = fit;
        i.trades = trades;
        tell(testing::fact(
            {.instrument = x,
             .code = LPC_INSTRUMENT_LINEAR,
             .reason = trades ? std::uint8_t{LPC_TRADING_OPEN} : std::uint8_t{LPC_TRADING_HALTED}},
            lpc_fact_instrument{0, kMultiplier, 0, 0, 1}));
        tell(testing::fact(
            {.instrument = x,
             .code = fit ? std::uint8_t{LPC_PRICE_FIT} : std::uint8_t{LPC_PRICE_STALE}},
            lpc_fact_price{mark, mark, 0, 0}));
    }
    void book(std::uint32_t x, const lpc_fact_book& best) {
        instruments[x].book = best;
        tell(testing::fact({.instrument = x, .code = LPC_BOOK_BEST}, best));
    }
    void position(Key key, std::int64_t lots) {
        legs[key].position = lots;
        tell(testing::fact(head(key), lpc_fact_position{lots, 0, 0, 0, 0}));
    }
    void closeout(Key key, const lpc_fact_closeout& terms,
                  std::uint8_t code = LPC_CLOSEOUT_RUNNING) {
        legs[key].closeout = terms;
        legs[key].with_us = code == LPC_CLOSEOUT_RUNNING;
        tell(testing::fact(head(key, code), terms));
    }
    // A position of `lots` that must be closed: bankrupt at 5 % from the mark, permitted up to 3 %.
    void start(Key key, std::int64_t lots, std::int64_t deadline_ns = 0) {
        const std::int64_t mark = instruments[key.second].mark, side = lots > 0 ? 1 : -1;
        position(key, lots);
        closeout(key, {0, mark - side * mark / 20, mark - side * mark * 3 / 100, deadline_ns});
    }
    // The time of a lot, and how long its clock has stood still.
    void stand_still(Key key, std::int64_t ns) {
        Leg& leg = legs[key];
        leg.terms.opened_ns += ns;
        leg.lot.close_ns += ns;
        tell(testing::fact(head(key, leg.lot_type), leg.terms));
        say_lot(key, LPC_LOT_OPEN);
    }
    void bid(Key key, std::uint64_t bidder, std::int64_t price, std::int64_t lots) {
        const Leg& leg = legs[key];
        const std::uint8_t code =
            leg.lot_type == LPC_AUCTION_SEALED ? LPC_BID_SEALED : LPC_BID_TAKE;
        say_bid(key, code,
                {leg.lot.id, ++last_bid_, bidder, price, leg.lot.lots_left < 0 ? lots : -lots});
    }
    void expire(Key key) { close_lot(key, LPC_LOT_EXPIRED); }
    void granted(Key key, std::int64_t amount, std::int64_t permitted_price) {
        legs[key].grant = {amount, permitted_price, 0};
        tell(testing::fact(head(key), legs[key].grant));
    }

    // One turn; every command is judged. What `refuse` names is refused, the rest is carried out.
    template <class Refuse>
    std::vector<lpc_command> turn(std::int64_t at_ns, Refuse refuse) {
        now_ns = at_ns;
        const testing::TurnResult result = host.turn(now_ns);
        BOOST_REQUIRE(result.status == LPC_OK);
        taken_.clear();
        for (const lpc_command& c : result.commands) judge(c);
        for (const lpc_command& c : result.commands) {
            const std::uint8_t reason = refuse(c);
            if (reason != 0) {
                BOOST_REQUIRE(host.refuse(c, reason) == LPC_OK);
            } else {
                carry_out(c);
            }
        }
        return result.commands;
    }
    std::vector<lpc_command> turn(std::int64_t at_ns) {
        return turn(at_ns, [](const lpc_command&) { return std::uint8_t{0}; });
    }
    // Turn after turn until `until_ns`, one each step; sealed lots get no bids, awards are filled.
    std::vector<lpc_command> run(std::int64_t until_ns, std::int64_t step_ns = 10 * kMs) {
        std::vector<lpc_command> all;
        while (now_ns < until_ns) {
            const auto commands = turn(now_ns + step_ns);
            all.insert(all.end(), commands.begin(), commands.end());
            fill_all();
            for (auto& [key, leg] : legs) {
                if (leg.lot_open && leg.lot_type == LPC_AUCTION_DESCENDING &&
                    now_ns >= leg.lot.close_ns)
                    expire(key);
            }
        }
        return all;
    }
    void fill_all() {
        for (auto& [key, leg] : legs) {
            while (!leg.orders.empty()) {
                const auto [order, award] = *leg.orders.begin();
                execute(key, order, size_of(award.u.award.lots));
            }
        }
    }
    // What an award comes to: `lots` (unsigned) are done, the rest is not.
    void execute(Key key, std::uint64_t order, std::int64_t lots) {
        Leg& leg = legs[key];
        const lpc_command award = leg.orders.at(order);
        const std::int64_t side = award.u.award.lots < 0 ? -1 : 1;
        leg.orders.erase(order);
        if (lots > 0) {
            leg.position += side * lots;
            BOOST_REQUIRE(host.fill(order, side * lots) == LPC_OK);
        }
        if (lots < size_of(award.u.award.lots))
            BOOST_REQUIRE(host.set_order(order, lots > 0 ? LPC_ORDER_CANCELLED
                                                         : LPC_ORDER_REJECTED) == LPC_OK);
        if (lots == 0 || !leg.lot_open || leg.lot.id != award.u.award.lot_id) return;
        lpc_fact_bid bid = leg.bids.at(award.u.award.bid_id);
        bid.lots += side * lots;
        say_bid(key, LPC_BID_STANDING, bid);
        leg.lot.lots_left -= side * lots;
        if (leg.lot.lots_left == 0) return close_lot(key, LPC_LOT_SOLD);
        say_lot(key, LPC_LOT_OPEN);
    }

    static std::vector<lpc_command> of_kind(const std::vector<lpc_command>& commands,
                                            std::uint16_t kind) {
        std::vector<lpc_command> found;
        std::copy_if(commands.begin(), commands.end(), std::back_inserter(found),
                     [kind](const lpc_command& c) { return c.kind == kind; });
        return found;
    }

    static constexpr std::int64_t kMultiplier = 10;

    testing::FakeHost host;
    std::int64_t now_ns = 0;
    std::map<Key, Leg> legs;
    std::map<std::uint32_t, Instrument> instruments;

  private:
    static testing::Head head(Key key, std::uint8_t code = 0) {
        return {.account = key.first, .instrument = key.second, .code = code};
    }
    void tell(const lpc_fact& f) { BOOST_REQUIRE(host.tell(f) == LPC_OK); }
    void say_lot(Key key, std::uint8_t code) {
        tell(testing::fact(head(key, code), legs[key].lot));
    }
    void say_bid(Key key, std::uint8_t code, const lpc_fact_bid& bid) {
        legs[key].bids[bid.id] = bid;
        tell(testing::fact(head(key, code), bid));
    }
    void close_lot(Key key, std::uint8_t code) {
        legs[key].lot_open = false;
        say_lot(key, code);
    }

    void carry_out(const lpc_command& c) {
        const Key key{c.account, c.instrument};
        if (c.kind == LPC_CMD_ESCALATE) {
            for (auto& [other, leg] : legs) {
                if (other.first == c.account) leg = {};
            }
        }
        if (c.kind == LPC_CMD_GRANT) return;  // the test's to answer
        BOOST_REQUIRE(host.answer({c}) == LPC_OK);
        if (c.kind == LPC_CMD_AWARD) {
            legs[key].orders[host.working_orders().back()] = c;
            legs[key].sealed_price = c.u.award.price;
        }
        if (c.kind == LPC_CMD_OFFER) follow_offer(key, c);
    }
    void follow_offer(Key key, const lpc_command& c) {
        Leg& leg = legs[key];
        for (const lpc_fact& f : host.current_facts()) {
            if (f.account != key.first || f.instrument != key.second) continue;
            if (f.kind == LPC_FACT_LOT_TERMS) leg.terms = f.u.lot_terms;
            if (f.kind == LPC_FACT_LOT) leg.lot = f.u.lot;
        }
        if (!leg.lot_open) {
            leg.lot_type = c.code;
            leg.bids.clear();
            leg.sealed_price = 0;
        }
        leg.lot_open = c.u.offer.lots != 0;
    }

    // What the rules say, said once more.
    static bool worse(bool sold, std::int64_t price, std::int64_t than) {
        return sold ? price < than : price > than;
    }
    [[nodiscard]] std::int64_t permitted(const Leg& leg) const {
        return leg.grant.amount > 0 ? leg.grant.permitted_price : leg.closeout.permitted_price;
    }
    // The best level holds it all at its price; what is beyond costs by half of the impact.
    [[nodiscard]] std::optional<std::int64_t> in_book(std::uint32_t x, bool sold,
                                                      std::int64_t lots) const {
        const Instrument& i = instruments.at(x);
        const std::int64_t price = sold ? i.book.bid : i.book.ask;
        const std::int64_t depth = sold ? i.book.bid_lots : i.book.ask_lots;
        if (price == 0 || depth == 0) return std::nullopt;
        const std::int64_t taken = std::min(lots, depth), beyond = lots - taken;
        const std::int64_t drop =
            i.mark * param("impact_ppb") / LPC_RATE_ONE_PPB * beyond / (2 * depth);
        const std::int64_t value =
            taken * price + beyond * std::max<std::int64_t>(1, sold ? price - drop : price + drop);
        return sold ? (value + lots - 1) / lots : value / lots;
    }
    [[nodiscard]] std::int64_t floor_of(Key key, bool sold, std::int64_t lots) const {
        const std::int64_t bound = permitted(legs.at(key));
        const auto found = in_book(key.second, sold, lots);
        return found && worse(sold, bound, *found) ? *found : bound;
    }

    void judge(const lpc_command& c) {
        const Key key{c.account, c.instrument};
        if (c.kind == LPC_CMD_TIMER) {
            BOOST_TEST(c.u.timer.at_ns > now_ns, "a timer for the past");
            return;
        }
        const Leg& leg = legs[key];
        BOOST_TEST(leg.with_us, "a command where no close-out runs");
        if (c.kind == LPC_CMD_OFFER) judge_offer(key, leg, c);
        if (c.kind == LPC_CMD_AWARD) judge_award(key, leg, c);
        if (c.kind == LPC_CMD_GRANT) {
            BOOST_TEST(c.u.grant.amount > 0);
            BOOST_TEST(leg.orders.empty());
        }
        if (c.kind != LPC_CMD_ESCALATE) return;
        for (const auto& [other, one] : legs) {
            if (other.first != c.account) continue;
            BOOST_TEST(!one.lot_open, "it leaves while a lot is open");
            BOOST_TEST(one.orders.empty(), "it leaves while an award works");
        }
    }

    void judge_offer(Key key, const Leg& leg, const lpc_command& c) {
        const lpc_command_offer& o = c.u.offer;
        const Instrument& i = instruments.at(key.second);
        BOOST_TEST(leg.orders.empty(), "an offer while an award works");
        if (o.lots == 0) {
            BOOST_TEST(leg.lot_open, "nothing to withdraw");
            return;
        }
        const std::int64_t open = leg.closeout.end_lots - leg.position;
        const bool sold = o.lots < 0;
        BOOST_TEST((i.fit && i.trades), "an offer while the clock stands still");
        BOOST_TEST((open < 0) == sold, "away from the end");
        BOOST_TEST(size_of(o.lots) <= std::max(size_of(open), size_of(leg.lot.lots_left)));
        BOOST_TEST(o.close_ns > now_ns);
        const std::int64_t lots = std::min(size_of(o.lots), size_of(open));
        if (c.code == LPC_AUCTION_DESCENDING)
            BOOST_TEST(!worse(sold, o.price, floor_of(key, sold, lots)), "beyond the reserve");
        if (leg.lot_open) {
            const auto rules = unpack_lot_rules(static_cast<std::uint64_t>(leg.terms.rules));
            BOOST_REQUIRE((c.code == LPC_AUCTION_DESCENDING && leg.lot_type == c.code && rules));
            BOOST_TEST(static_cast<std::int64_t>(c.tag) == leg.terms.rules);
            BOOST_TEST(o.lots == leg.lot.lots_left);
            BOOST_TEST(o.close_ns == leg.lot.close_ns);
            const Price due =
                price_at({o.lots}, {leg.terms.start_price}, *rules, now_ns - leg.terms.opened_ns);
            BOOST_TEST(o.price == due.ticks, "off the curve");
            BOOST_TEST(worse(sold, o.price, leg.lot.price), "it rises, or says nothing new");
            return;
        }
        BOOST_TEST(!worse(sold, o.reserve_price, floor_of(key, sold, lots)),
                   "the reserve is worse than the book or the permitted price");
        if (c.code == LPC_AUCTION_SEALED) {
            const std::int64_t window = param("window_ns");
            BOOST_TEST(o.close_ns >= now_ns + window);
            BOOST_TEST(o.close_ns <= now_ns + window + window / 2);
            BOOST_TEST(o.price == i.mark);
        } else {
            BOOST_TEST(unpack_lot_rules(c.tag).has_value());
            BOOST_TEST(o.close_ns == now_ns + param("tail_ns"));
        }
    }

    void judge_award(Key key, const Leg& leg, const lpc_command& c) {
        const lpc_command_award& a = c.u.award;
        const Instrument& i = instruments.at(key.second);
        const bool sold = a.lots < 0, sealed = leg.lot_type == LPC_AUCTION_SEALED;
        BOOST_TEST((i.fit && i.trades), "an award while the clock stands still");
        BOOST_TEST(param("circuit_level") < 3);
        BOOST_TEST((leg.lot_open && a.lot_id == leg.lot.id));
        BOOST_TEST(leg.orders.empty(), "an award while an earlier one works");
        BOOST_TEST((now_ns >= leg.lot.close_ns) == sealed, "not in its time");
        const auto bid = leg.bids.find(a.bid_id);
        BOOST_REQUIRE(bid != leg.bids.end());
        BOOST_TEST((bid->second.lots > 0) == sold);
        BOOST_TEST(size_of(a.lots) <= size_of(bid->second.lots), "more than was bid");
        BOOST_TEST(!worse(sold, bid->second.price, a.price), "worse than the bidder's price");
        BOOST_TEST(!worse(sold, a.price, permitted(leg)), "beyond the permitted price");
        auto& [price, lots, bids] = taken_[key];
        BOOST_TEST((price == 0 || price == a.price), "two prices in one clearing");
        BOOST_TEST(bids.insert(a.bid_id).second, "a bid taken twice");
        if (!sealed) BOOST_TEST(a.price == leg.lot.price);
        if (sealed && leg.sealed_price != 0) BOOST_TEST(a.price == leg.sealed_price);
        price = a.price;
        lots += size_of(a.lots);
        BOOST_TEST(lots <= size_of(leg.lot.lots_left), "more than the lot");
        BOOST_TEST(lots <= size_of(leg.closeout.end_lots - leg.position), "past the end");
        BOOST_TEST((c.tag != 0 && tags_.emplace(c.account, c.tag).second), "a tag twice");
    }

    struct Taken {
        std::int64_t price = 0, lots = 0;
        std::set<std::uint64_t> bids;
    };
    std::map<Key, Taken> taken_;  // in this turn
    Params params_;
    std::uint64_t last_bid_ = 0;
    std::set<std::pair<std::uint64_t, std::uint64_t>> tags_;
};

}  // namespace lpc::test
