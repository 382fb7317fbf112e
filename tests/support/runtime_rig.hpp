// A runtime on the bench: scripted plugins in its slots, an observer and ports that write
// everything down, words for the facts of a small market, and checks that hold after every input.
// One thread; deterministic.
//
// The market: instrument 1 (and others on request), one money unit a tick and lot, settled in asset
// 1; maintenance 5 %, initial 10 %. An account with 6,000 of collateral that bought 100 lots at
// 1,000 is healthy at 1,000 and sick at 985, where its bankruptcy price is 940.
#pragma once

#include <lpc/testing/fact.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <runtime/facts/judge.hpp>
#include <runtime/runtime.hpp>
#include <runtime/state.hpp>

#include "support/scripted_plugin.hpp"

namespace lpc::test {

using lpc::testing::fact;
using runtime::Config;
using runtime::Input;
using runtime::MoveCause;

inline constexpr std::int64_t kSecond = 1'000'000'000;
inline constexpr std::uint32_t kCoin = 1;   // the instrument
inline constexpr std::uint32_t kMoney = 1;  // the asset

// Integer generator of our own (SplitMix64): the same numbers everywhere.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool one_in(std::int64_t n) { return between(1, n) == 1; }

  private:
    std::uint64_t state_;
};

struct Recorder final : runtime::Observer {
    std::vector<lpc_fact> facts;
    std::vector<runtime::Verdict> verdicts;
    std::vector<runtime::Move> moves;
    std::vector<std::string> failures;
    std::vector<std::pair<runtime::Transition, std::string>> transitions;
    std::string stream;      // everything above as bytes, in order
    int throw_at_fact = -1;  // counts down; the fact at 0 is not survived

    template <class Record>
    void add(char what, const Record& record) {
        stream += what;
        stream.append(reinterpret_cast<const char*>(&record), sizeof record);
    }
    void on_fact(const lpc_fact& fact) override {
        if (throw_at_fact >= 0 && throw_at_fact-- == 0)
            throw std::runtime_error("the observer broke");
        facts.push_back(fact);
        add('f', fact);
    }
    void on_verdict(const runtime::Verdict& verdict) override {
        verdicts.push_back(verdict);
        add('v', verdict);
    }
    void on_move(const runtime::Move& move) override {
        moves.push_back(move);
        add('m', move);
    }
    void on_failure(std::uint32_t stage, const std::string& sentence) override {
        failures.push_back(std::to_string(stage) + ": " + sentence);
        stream += "x" + failures.back();
    }
    void on_transition(const runtime::Transition& transition, const std::string& why) override {
        transitions.push_back({transition, why});
        add('t', transition);
    }
    void on_turn_begin(std::uint32_t) override {}
    void on_turn_end(std::uint32_t) override {}

    std::vector<lpc_fact> facts_of(std::uint16_t kind) const {
        std::vector<lpc_fact> found;
        for (const lpc_fact& f : facts) {
            if (f.kind == kind) found.push_back(f);
        }
        return found;
    }
};

struct Cover {
    std::uint64_t account;
    std::uint32_t asset;
    std::int64_t amount_max;
};

struct Ports final : runtime::Venue, runtime::Settlement, runtime::Providers {
    std::vector<runtime::OrderRequest> placed;
    std::vector<runtime::CancelRequest> cancelled;
    std::vector<std::uint64_t> resting;  // accounts
    std::vector<runtime::TakeoverRequest> takeovers;
    std::vector<runtime::AwardRequest> awards;
    std::vector<runtime::DeleverageRequest> deleveragings;
    std::vector<runtime::LotNotice> notices;
    std::vector<Cover> covers;
    bool breaks = false;

    void check() const {
        if (breaks) throw std::runtime_error("the port broke");
    }
    void place(const runtime::OrderRequest& r) override { check(), placed.push_back(r); }
    void cancel(const runtime::CancelRequest& r) override { check(), cancelled.push_back(r); }
    void cancel_resting(std::uint64_t account) override { check(), resting.push_back(account); }
    void take_over(const runtime::TakeoverRequest& r) override { check(), takeovers.push_back(r); }
    void award(const runtime::AwardRequest& r) override { check(), awards.push_back(r); }
    void deleverage(const runtime::DeleverageRequest& r) override {
        check(), deleveragings.push_back(r);
    }
    void call(const runtime::LotNotice& notice) override { check(), notices.push_back(notice); }
    void cover_deficit(std::uint64_t account, std::uint32_t asset, std::int64_t max) override {
        check(), covers.push_back({account, asset, max});
    }
    std::size_t calls() const {
        return placed.size() + cancelled.size() + resting.size() + takeovers.size() +
               covers.size() + awards.size() + deleveragings.size() + notices.size();
    }
};

inline std::uint32_t permit(std::initializer_list<std::uint16_t> kinds) {
    std::uint32_t bits = 0;
    for (const std::uint16_t kind : kinds) bits |= 1u << kind;
    return bits;
}

// Two stages: "first" works the market, "last" takes over. A share of 10 % in a window of 60 s.
inline Config plain_config() {
    Config config;
    runtime::Rulebook& book = config.rulebook;
    book.close.full_close_below = {LPC_NOTIONAL_MAX};
    book.close.bankruptcy_adjustment = {LPC_RATE_ONE_PPB};
    book.close.spread_to_maintenance = {LPC_RATE_ONE_PPB};
    book.participation = {LPC_RATE_ONE_PPB / 10};
    book.participation_window_ns = 60 * kSecond;
    book.orders_per_account_max = 100;
    book.rate_window_ns = 10 * kSecond;
    book.grant_per_account_max = {1'000};
    book.strikes_max = 100;
    book.commands_per_turn_max = 1'000;
    book.tie_key = 99;
    config.stages.push_back(
        {"first",
         permit({LPC_CMD_ORDER, LPC_CMD_CANCEL, LPC_CMD_GRANT, LPC_CMD_ESCALATE, LPC_CMD_TIMER}), 0,
         0, 0});
    config.stages.push_back(
        {"last",
         permit({LPC_CMD_TAKEOVER, LPC_CMD_CANCEL, LPC_CMD_ESCALATE, LPC_CMD_TIMER}) |
             runtime::kSocialises,
         0, 0, 0});
    return config;
}

// Every leg's working lots are the sum of what its working orders may still fill; no leg has a
// budget below zero.
inline void check_working_lots(const runtime::State& state) {
    std::map<std::pair<std::uint64_t, std::uint32_t>, std::int64_t> sums;
    for (const auto& entry : state.orders.all()) {
        const runtime::WorkingOrder& order = entry.second;
        BOOST_TEST(runtime::works(order.state));
        sums[{order.account, order.instrument}] += order.left();
    }
    for (const std::uint64_t account : state.cases.accounts()) {
        for (const runtime::Leg& leg : state.cases.find(account)->legs) {
            BOOST_TEST(leg.working_lots == (sums[{account, leg.instrument}]));
            BOOST_TEST(leg.budget_lots >= 0);
            sums.erase({account, leg.instrument});
        }
    }
    for (const auto& orphan : sums) BOOST_TEST(orphan.second == 0);
}

struct RigOptions {
    Config config = plain_config();
    bool with_risk = true;
    bool with_first = true;
    bool with_last = true;
    bool market = true;  // instrument 1 at 1,000 ticks, its volume from 0
    runtime::Premises* premises = nullptr;
};

class Rig {
  public:
    Script risk{LPC_ROLE_RISK, "org.test.risk"};
    Script first{LPC_ROLE_LIQUIDATOR, "org.test.first"};
    Script last{LPC_ROLE_LIQUIDATOR, "org.test.last"};
    Script next{LPC_ROLE_LIQUIDATOR, "org.test.next"};  // for a swap of "first"
    Recorder seen;
    Ports ports;
    std::vector<Input> inputs;  // everything applied, refused ones too
    std::vector<std::string> log;
    runtime::Runtime runtime;
    std::int64_t now_ns = 0;

    explicit Rig(const RigOptions& options = {})
        : runtime([this](const runtime::Attachment& a) { return find(a); }, seen,
                  [this](int, const std::string& line) { log.push_back(line); }, options.premises) {
        must(runtime::encode_configure(options.config));
        if (options.with_risk) attach("risk");
        if (options.with_first) attach("first");
        if (options.with_last) attach("last");
        if (!options.market) return;
        open_market(kCoin, 1'000);
    }

    // A file named by its stage, so that the same inputs find the same scripts in another rig.
    Result<runtime::PluginCode> find(const runtime::Attachment& wanted) {
        if (wanted.sha256 == "risk") return risk.code();
        if (wanted.sha256 == "first") return first.code();
        if (wanted.sha256 == "last") return last.code();
        if (wanted.sha256 == "next") return next.code();
        return lpc::fail("no code for " + wanted.sha256);
    }
    void attach(const std::string& stage) { must(runtime::encode_attach({stage, stage, "", {}})); }

    Status apply(Input input) {
        inputs.push_back(std::move(input));
        return runtime.apply(inputs.back());
    }
    void must(Input input) {
        const Status status = apply(std::move(input));
        BOOST_REQUIRE_MESSAGE(status.has_value(), (status ? "" : status.error().message));
    }
    void tell(const lpc_fact& f) { must(runtime::encode_fact(f)); }
    // The sentence with which a fact is refused; it has changed nothing.
    std::string refusal(const lpc_fact& f) {
        const std::uint64_t before = runtime.state_hash();
        const Status status = apply(runtime::encode_fact(f));
        BOOST_TEST(runtime.state_hash() == before);
        return status ? "" : status.error().message;
    }
    // One second later, unless another moment is given.
    void turn() { turn(now_ns + kSecond); }
    void turn(std::int64_t at_ns) {
        now_ns = at_ns;
        must(runtime::encode_turn(at_ns));
        check_working_lots(state());
    }
    void release() { BOOST_REQUIRE(runtime.release(runtime::ports_of(ports)).has_value()); }
    const runtime::State& state() const { return runtime.state(); }
    const runtime::Case* held(std::uint64_t account) const { return state().cases.find(account); }

    // ---- facts
    void open_market(std::uint32_t instrument, std::int64_t mark) {
        terms(instrument);
        tell(fact({.instrument = instrument, .code = 1},
                  lpc_fact_tier{instrument, 0, 50'000'000, 100'000'000, 0}));
        price(instrument, mark);
        volume(instrument, 0);
    }
    void terms(std::uint32_t instrument, std::uint8_t trading = LPC_TRADING_OPEN) {
        tell(fact({.instrument = instrument, .code = LPC_INSTRUMENT_LINEAR, .reason = trading},
                  lpc_fact_instrument{0, 1, 0, 0, kMoney}));
    }
    void price(std::uint32_t instrument, std::int64_t mark, std::uint8_t code = LPC_PRICE_FIT) {
        tell(fact({.instrument = instrument, .code = code}, lpc_fact_price{mark, mark, 0, 0}));
    }
    void volume(std::uint32_t instrument, std::int64_t market_lots, std::int64_t own_lots = 0) {
        tell(fact({.instrument = instrument}, lpc_fact_volume{market_lots, own_lots}));
    }
    void balance(std::uint64_t account, std::int64_t amount, std::uint32_t asset = kMoney) {
        tell(fact({.account = account, .instrument = asset}, lpc_fact_balance{amount}));
    }
    void position(std::uint64_t account, std::int64_t lots, std::int64_t cost,
                  std::int64_t resting_buy = 0, std::int64_t resting_sell = 0,
                  std::uint32_t instrument = kCoin) {
        tell(fact({.account = account, .instrument = instrument},
                  lpc_fact_position{lots, cost, 0, resting_buy, resting_sell}));
    }
    void fund(std::int64_t grantable) {
        tell(fact({.code = LPC_FUND_GLOBAL}, lpc_fact_fund{0, grantable, grantable, kMoney}));
    }
    // 6,000 of collateral, `lots` bought at 1,000.
    void buyer(std::uint64_t account, std::int64_t collateral = 6'000, std::int64_t lots = 100) {
        balance(account, collateral);
        position(account, lots, lots * 1'000);
    }
    lpc_fact order_fact(std::uint64_t account, std::uint64_t id, std::uint8_t state,
                        std::int64_t done_lots, std::uint32_t instrument = kCoin) const {
        return fact({.account = account, .instrument = instrument, .code = state},
                    lpc_fact_order{id, 0, 0, 0, done_lots});
    }
    lpc_fact fill_fact(std::uint64_t account, std::uint64_t id, std::int64_t lots,
                       std::int64_t done_so_far, std::int64_t at = 980) const {
        return fact({.account = account, .instrument = kCoin},
                    lpc_fact_fill{id, static_cast<std::uint64_t>(done_so_far), at, lots, 0});
    }

    // ---- what an honest risk plugin says of the account as it is now
    runtime::Judgement judged(std::uint64_t account) const {
        const auto now = runtime::judge(state().market, *state().accounts.find(account));
        if (!now) throw std::runtime_error("the account cannot be judged");
        return *now;
    }
    lpc_command margin_of(std::uint64_t account) const {
        const runtime::Judgement now = judged(account);
        lpc_command made = command(LPC_CMD_MARGIN, account, now.numeraire);
        made.code = now.health.equity < Money{}                  ? LPC_MARGIN_BANKRUPT
                    : now.health.equity < now.health.maintenance ? LPC_MARGIN_LIQUIDATING
                                                                 : LPC_MARGIN_HEALTHY;
        made.u.margin = {
            published(now.health.equity), published(now.health.maintenance),
            published(now.health.initial),
            published(target_equity(now.health.maintenance, state().config.rulebook.close))};
        return made;
    }
    lpc_command closeout_of(std::uint64_t account, std::uint32_t instrument = kCoin) const {
        const runtime::Judgement now = judged(account);
        const Exposure& e = *now.position(instrument);
        const CloseRule& rule = state().config.rulebook.close;
        const std::int64_t close = size_to_target(e, now.health, rule).lots;
        lpc_command made = command(LPC_CMD_CLOSEOUT, account, instrument);
        made.u.closeout = {e.position.lots - sign(e.position) * close,
                           bankruptcy_price(e, now.health).ticks,
                           permitted_price(e, now.health, rule).ticks, 0};
        return made;
    }

    // Account 7 buys 100 lots, the price falls to 985, the risk stage closes it out: RUNNING in
    // "first" with 100 lots of budget.
    void run_closeout(std::uint64_t account = 7) {
        buyer(account);
        price(kCoin, 985);
        volume(kCoin, 10'000);
        risk.say({margin_of(account), closeout_of(account)});
        turn();
        BOOST_REQUIRE(held(account) != nullptr);
        BOOST_REQUIRE(held(account)->phase == runtime::Phase::running);
    }
    // The verdict on what it says, without the passing of time: 0 or LPC_REASON_*.
    std::uint32_t verdict_on(Script& who, const lpc_command& said) {
        who.say(said);
        turn(now_ns);
        return seen.verdicts.back().reason;
    }
    std::uint64_t last_order_id() const { return ports.placed.back().order; }
};

}  // namespace lpc::test
