// The plugin class of the SDK: its table, the exception barrier, the hand-out of commands, save and
// load; and the judge of the laws that is shipped to authors, which must see each law broken.
#include <lpc/sdk/export.hpp>
#include <lpc/testing/lifecycle.hpp>
#include <lpc/testing/plugin_file.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <stdexcept>

namespace {

using lpc::testing::fact;
using lpc::testing::FakeHost;
using lpc::testing::Instance;
using lpc::testing::Script;

constexpr lpc::Description kLiquidator{
    .id = "test.plugin", .version = "1", .role = LPC_ROLE_LIQUIDATOR};

template <class Plugin>
const lpc_plugin& table_of() {
    static constexpr lpc_hooks hooks = lpc::PluginEntry<Plugin>::hooks();
    static constexpr auto loads = lpc::PluginEntry<Plugin>::state_loads();
    static constexpr lpc_plugin table = lpc::PluginEntry<Plugin>::table(&hooks, loads.data());
    return table;
}

lpc_fact price(std::int64_t mark) {
    return fact({.instrument = 1, .code = LPC_PRICE_FIT}, lpc_fact_price{mark, mark, 0, 0});
}

// Says in its next turn, as an order of the kind's size, which hooks were called.
class EveryHook final : public lpc::Plugin {
  public:
    static constexpr lpc::Description kDescription = kLiquidator;
    void on_param(const lpc_fact& f) override { heard(LPC_FACT_PARAM, f); }
    void on_asset(const lpc_fact& f) override { heard(LPC_FACT_ASSET, f); }
    void on_instrument(const lpc_fact& f) override { heard(LPC_FACT_INSTRUMENT, f); }
    void on_tier(const lpc_fact& f) override { heard(LPC_FACT_TIER, f); }
    void on_price(const lpc_fact& f) override { heard(LPC_FACT_PRICE, f); }
    void on_book(const lpc_fact& f) override { heard(LPC_FACT_BOOK, f); }
    void on_volume(const lpc_fact& f) override { heard(LPC_FACT_VOLUME, f); }
    void on_risk(const lpc_fact& f) override { heard(LPC_FACT_RISK, f); }
    void on_account(const lpc_fact& f) override { heard(LPC_FACT_ACCOUNT, f); }
    void on_balance(const lpc_fact& f) override { heard(LPC_FACT_BALANCE, f); }
    void on_position(const lpc_fact& f) override { heard(LPC_FACT_POSITION, f); }
    void on_margin(const lpc_fact& f) override { heard(LPC_FACT_MARGIN, f); }
    void on_levels(const lpc_fact& f) override { heard(LPC_FACT_LEVELS, f); }
    void on_closeout(const lpc_fact& f) override { heard(LPC_FACT_CLOSEOUT, f); }
    void on_budget(const lpc_fact& f) override { heard(LPC_FACT_BUDGET, f); }
    void on_grant(const lpc_fact& f) override { heard(LPC_FACT_GRANT, f); }
    void on_order(const lpc_fact& f) override { heard(LPC_FACT_ORDER, f); }
    void on_fill(const lpc_fact& f) override { heard(LPC_FACT_FILL, f); }
    void on_lot(const lpc_fact& f) override { heard(LPC_FACT_LOT, f); }
    void on_lot_terms(const lpc_fact& f) override { heard(LPC_FACT_LOT_TERMS, f); }
    void on_bid(const lpc_fact& f) override { heard(LPC_FACT_BID, f); }
    void on_fund(const lpc_fact& f) override { heard(LPC_FACT_FUND, f); }
    void on_timer(const lpc_fact& f) override { heard(LPC_FACT_TIMER, f); }
    void on_refused(const lpc_fact& f) override { heard(LPC_FACT_REFUSED, f); }
    void on_detach(const lpc_fact& f) override { heard(LPC_FACT_DETACH, f); }
    void on_resync(const lpc_fact& f) override { heard(LPC_FACT_RESYNC, f); }
    void on_turn(const lpc_turn&, lpc::CommandWriter& out) override {
        for (const auto kind : heard_) out.order({.account = 1, .lots = kind});
        heard_.clear();
    }

  private:
    void heard(std::uint16_t hook, const lpc_fact& f) {
        heard_.push_back(hook == f.kind ? std::int64_t{hook} : -1);
    }
    std::vector<std::int64_t> heard_;
};

// Gives as many orders as the last price, and says that price carried over.
class PriceMany final : public lpc::Plugin {
  public:
    static constexpr lpc::Description kDescription = kLiquidator;
    void on_price(const lpc_fact& f) override { mark_ = f.u.price.mark; }
    void on_turn(const lpc_turn&, lpc::CommandWriter& out) override {
        for (std::int64_t i = 0; i < mark_; ++i)
            out.order({.account = 7, .instrument = 1, .lots = i});
        out.carried(static_cast<std::uint32_t>(mark_));
    }

  private:
    std::int64_t mark_ = 0;
};

// Throws wherever the last price says.
enum Throws : std::int64_t { kInHook = 1, kInTurn, kInSave, kInLoad, kNoException };
class Thrower final : public lpc::Plugin {
  public:
    static constexpr const char* kFormats[] = {"test.thrower.1"};
    static constexpr lpc::Description kDescription{.id = "test.thrower",
                                                   .version = "1",
                                                   .role = LPC_ROLE_RISK,
                                                   .record_max = 8,
                                                   .state_id = "test.thrower.1",
                                                   .state_loads = kFormats};
    void on_price(const lpc_fact& f) override {
        where_ = f.u.price.mark;
        if (where_ == kNoException) throw 5;
        raise(kInHook, "a hook");
    }
    void on_turn(const lpc_turn&, lpc::CommandWriter& out) override {
        out.release({.account = 1});
        raise(kInTurn, "a turn");
    }
    void save(std::uint64_t account, lpc::RecordWriter& out) const override {
        raise(kInSave, "a save");
        for (std::uint64_t i = 0; i < account; ++i) out.u8(9);
    }
    bool load(std::uint64_t account, std::uint32_t, lpc::RecordReader& in) override {
        raise(kInLoad, "a load");
        (void)in.u8();
        return account == 1 || in.finished();  // account 1: commits whatever it was given
    }

  private:
    void raise(std::int64_t here, const char* what) const {
        if (where_ == here) throw std::runtime_error(what);
    }
    std::int64_t where_ = 0;
};

class NoBirth final : public lpc::Plugin {
  public:
    static constexpr lpc::Description kDescription = kLiquidator;
    NoBirth() { throw std::runtime_error("no birth today"); }
    void on_turn(const lpc_turn&, lpc::CommandWriter&) override {}
};

// Honest, or breaking the law that its template argument names: how often account 5's price rose is
// its private state.
enum Breaks { kNothing, kDeterminism, kFacts, kTransfer, kRefusal };
std::int64_t instances_made = 0;
template <Breaks Law>
class Counter final : public lpc::Plugin {
  public:
    static constexpr const char* kFormats[] = {"test.counter.1"};
    static constexpr lpc::Description kDescription{.id = "test.counter",
                                                   .version = "1",
                                                   .role = LPC_ROLE_LIQUIDATOR,
                                                   .record_max = 17,
                                                   .state_id = "test.counter.1",
                                                   .state_loads = kFormats};
    Counter() : born_(++instances_made) {}
    void on_price(const lpc_fact& f) override {
        told_ += 1;
        mark_ = f.u.price.mark;
    }
    void on_turn(const lpc_turn&, lpc::CommandWriter& out) override {
        if (mark_ > acted_at_) {
            acted_at_ = mark_;
            ++rises_;
        }
        const std::int64_t lots = Law == kDeterminism ? born_ : Law == kFacts ? told_ : rises_;
        out.order({.account = 5, .instrument = 1, .tag = 1, .lots = lots, .price = mark_});
        out.timer({.account = 5, .tag = 2, .at_ns = 1000 * rises_});
    }
    void save(std::uint64_t account, lpc::RecordWriter& out) const override {
        if (account != 0) return;
        out.version(1);
        out.i64(Law == kTransfer ? 0 : rises_);
        out.i64(acted_at_);
    }
    bool load(std::uint64_t, std::uint32_t, lpc::RecordReader& in) override {
        in.version(1);
        const std::int64_t rises = in.i64_within(0, LPC_PRICE_MAX);
        const std::int64_t acted_at = in.i64_within(0, LPC_PRICE_MAX);
        if (Law == kRefusal && !in.finished()) throw std::runtime_error("bad record");
        if (!in.finished()) return false;
        rises_ = rises;
        acted_at_ = acted_at;
        return true;
    }

  private:
    std::int64_t born_ = 0, told_ = 0, mark_ = 0, acted_at_ = 0, rises_ = 0;
};

Script rising_prices() {
    Script script;
    for (std::int64_t step = 1; step <= 6; ++step) {
        script.push_back({{price(100 + step * step % 7), price(100 + step)}, step * 1000});
    }
    return script;
}

template <Breaks Law>
std::string broken_law() {
    const auto broken = lpc::testing::broken_laws(table_of<Counter<Law>>(), rising_prices());
    return broken.empty() ? "" : broken.front().substr(0, broken.front().find(':'));
}

// Two accounts, one of them in two instruments, come into liquidation, get budgets, and one is
// detached.
Script two_closeouts() {
    Script script(8);
    const auto at = [](std::uint64_t account, std::uint32_t instrument, std::uint8_t code = 0) {
        return lpc::testing::Head{.account = account, .instrument = instrument, .code = code};
    };
    const lpc_fact_budget budget{30, 0};
    script[0].facts = {fact(at(9, 2), lpc_fact_position{-40, 0, 0, 0, 0}),
                       fact(at(3, 1), lpc_fact_position{100, 0, 0, 0, 0}),
                       fact(at(3, 2), lpc_fact_position{7, 0, 0, 0, 0})};
    script[1].facts = {fact(at(9, 2, LPC_CLOSEOUT_RUNNING), lpc_fact_closeout{-5, 900, 880, 0}),
                       fact(at(3, 1, LPC_CLOSEOUT_RUNNING), lpc_fact_closeout{20, 90, 95, 0}),
                       fact(at(3, 2, LPC_CLOSEOUT_ACCEPTED), lpc_fact_closeout{0, 90, 95, 0})};
    script[2].facts = {fact(at(9, 2), budget), fact(at(3, 1), budget), fact(at(3, 2), budget)};
    // Told anew at other prices: only then the next order follows one that has ended.
    script[4].facts = {fact(at(9, 2, LPC_CLOSEOUT_RUNNING), lpc_fact_closeout{-5, 900, 881, 0}),
                       fact(at(3, 1, LPC_CLOSEOUT_RUNNING), lpc_fact_closeout{20, 90, 94, 0})};
    script[5].facts = {fact(at(3, 1, LPC_CLOSEOUT_RUNNING), lpc_fact_closeout{20, 90, 93, 0}),
                       fact(at(3, 2, LPC_CLOSEOUT_RUNNING), lpc_fact_closeout{0, 90, 95, 0})};
    script[6].facts = {fact(at(3, 1), lpc_fact_budget{30, 6000})};
    script[7].facts = {lpc::testing::detach(9, LPC_DETACH_ENDED)};
    for (std::size_t i = 0; i < script.size(); ++i)
        script[i].now_ns = static_cast<std::int64_t>(i) * 1000;
    return script;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_plugin)

BOOST_AUTO_TEST_CASE(a_hook_that_is_not_overridden_is_null_so_the_host_does_not_tell_it) {
    const lpc_hooks& hooks = *table_of<PriceMany>().hooks;
    BOOST_TEST((hooks.on_price != nullptr));
    for (std::uint16_t kind = 0; kind < LPC_FACT_KINDS; ++kind) {
        BOOST_TEST((lpc::testing::hook_of(table_of<PriceMany>(), kind) != nullptr) ==
                   (kind == LPC_FACT_PRICE));
    }
}

BOOST_AUTO_TEST_CASE(each_kind_of_fact_reaches_the_hook_of_its_name) {
    Instance instance(table_of<EveryHook>());
    for (std::uint16_t kind = 0; kind < LPC_FACT_KINDS; ++kind) {
        BOOST_TEST(instance.tell(std::vector{lpc::testing::fact_of_kind(kind, {})}) == LPC_OK);
        const auto result = instance.turn({1, 0, 0, 0});
        BOOST_REQUIRE(result.commands.size() == 1u);
        BOOST_TEST(result.commands[0].u.order.lots == kind);
    }
}

BOOST_AUTO_TEST_CASE(the_table_says_what_the_description_says) {
    const lpc_plugin& table = table_of<Thrower>();
    BOOST_TEST(table.struct_size == sizeof(lpc_plugin));
    BOOST_TEST(table.abi_major == LPC_ABI_MAJOR);
    BOOST_TEST(table.flags == static_cast<std::uint32_t>(LPC_ROLE_RISK));
    BOOST_TEST(table.record_max == 8u);
    BOOST_TEST(std::string(table.state_loads[0]) == "test.thrower.1");
    BOOST_TEST((table.state_loads[1] == nullptr));
    BOOST_TEST((table_of<PriceMany>().save == nullptr));
    BOOST_TEST((table_of<PriceMany>().load == nullptr));
    BOOST_TEST((table_of<PriceMany>().state_loads == nullptr));
}

BOOST_AUTO_TEST_CASE(commands_beyond_the_capacity_follow_in_order_on_the_next_calls_of_the_turn) {
    for (const std::int64_t many : {0, 1, 3, 4, 5, 8, 1000}) {
        for (const std::uint32_t capacity : {1u, 2u, 4u, 64u, 2000u}) {
            Instance instance(table_of<PriceMany>());
            BOOST_REQUIRE(instance.tell(std::vector{price(many)}) == LPC_OK);
            for (int repeat = 0; repeat < 2; ++repeat) {
                const auto result = instance.turn({1, repeat, 0, 0}, capacity);
                BOOST_REQUIRE(result.commands.size() == static_cast<std::size_t>(many));
                for (std::int64_t i = 0; i < many; ++i) {
                    BOOST_TEST(result.commands[static_cast<std::size_t>(i)].u.order.lots == i);
                }
                const std::int64_t calls =
                    std::max<std::int64_t>(1, (many + capacity - 1) / capacity);
                BOOST_TEST(result.calls == static_cast<std::uint32_t>(calls));
                BOOST_TEST(result.carried == static_cast<std::uint32_t>(many));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_new_turn_before_the_last_one_was_taken_fails) {
    const lpc_plugin& table = table_of<PriceMany>();
    lpc_host host{sizeof(lpc_host), 0, nullptr,
                  [](void*, std::int32_t, const char*, std::uint32_t) {}};
    lpc_instance* self = table.create(&host, nullptr, 0);
    const lpc_fact three = price(3);
    BOOST_REQUIRE(table.hooks->on_price(self, &three, 1) == LPC_OK);
    lpc_command room[2] = {};
    lpc_output out{room, 2, 0, 0, 0};
    lpc_turn turn{1, 5, 0, 0};
    BOOST_TEST(table.on_turn(self, &turn, &out) == LPC_OK);
    BOOST_TEST(out.more == 1u);
    BOOST_TEST(out.carried == 0u);
    turn.now_ns = 6;
    BOOST_TEST(table.on_turn(self, &turn, &out) == LPC_FAILED);
    table.destroy(self);
}

BOOST_AUTO_TEST_CASE(nothing_thrown_crosses_the_border) {
    const std::map<std::int64_t, std::string> logged = {{kInHook, "on_price: a hook"},
                                                        {kInTurn, "on_turn: a turn"},
                                                        {kInSave, "save: a save"},
                                                        {kInLoad, "load: a load"}};
    for (const auto& [where, line] : logged) {
        Instance instance(table_of<Thrower>());
        const lpc_status told = instance.tell(std::vector{price(where)});
        const auto turned = instance.turn({1, 0, 0, 0});
        BOOST_TEST((told == LPC_FAILED) == (where == kInHook));
        BOOST_TEST((turned.status == LPC_FAILED) == (where == kInTurn));
        if (where == kInSave)
            BOOST_CHECK_THROW((void)instance.save(2), lpc::testing::ProtocolError);
        if (where == kInLoad) BOOST_TEST(instance.load(2, 0, {}) == LPC_FAILED);
        BOOST_REQUIRE(instance.log().size() == 1u);
        BOOST_TEST(instance.log()[0].text == line);
        BOOST_TEST(instance.log()[0].level == static_cast<std::int32_t>(LPC_LOG_ERROR));
    }
    Instance instance(table_of<Thrower>());
    BOOST_TEST(instance.tell(std::vector{price(kNoException)}) == LPC_FAILED);
    BOOST_TEST(instance.log().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_constructor_that_throws_answers_null_and_says_why) {
    char err[8] = {};
    lpc_host host{};
    BOOST_TEST((table_of<NoBirth>().create(&host, err, sizeof err) == nullptr));
    BOOST_TEST(std::string(err) == "no birt");
}

BOOST_AUTO_TEST_CASE(a_record_beyond_its_maximum_is_refused) {
    Instance instance(table_of<Thrower>());
    BOOST_TEST(instance.save(8).value().size() == 8u);
    BOOST_TEST(!instance.save(9).has_value());
}

BOOST_AUTO_TEST_CASE(load_refuses_what_the_author_refuses_and_fails_on_a_broken_promise) {
    Instance instance(table_of<Thrower>());
    BOOST_TEST(instance.load(2, 0, std::vector<std::uint8_t>{1}) == LPC_OK);
    BOOST_TEST(instance.load(2, 0, std::vector<std::uint8_t>{1, 2}) == LPC_REFUSED);
    BOOST_TEST(instance.load(2, 0, {}) == LPC_REFUSED);
    BOOST_TEST(instance.load(2, 1, std::vector<std::uint8_t>{1}) == LPC_REFUSED);
    BOOST_TEST(instance.load(1, 0, std::vector<std::uint8_t>{1, 2}) == LPC_FAILED);
}

BOOST_AUTO_TEST_CASE(the_judge_sees_each_law_broken_and_none_where_all_hold) {
    BOOST_TEST(broken_law<kNothing>() == "");
    BOOST_TEST(broken_law<kDeterminism>() == "determinism");
    BOOST_TEST(broken_law<kFacts>() == "facts");
    BOOST_TEST(broken_law<kTransfer>() == "transfer");
    BOOST_TEST(broken_law<kRefusal>() == "refusal");
}

BOOST_AUTO_TEST_CASE(the_examples_in_c_and_cpp_give_the_same_bytes_and_keep_the_laws) {
    const lpc_plugin& c = lpc::testing::open_plugin(LPC_BINARY_DIR "/examples/minimal_c.so");
    const lpc_plugin& cpp = lpc::testing::open_plugin(LPC_BINARY_DIR "/examples/minimal_cpp.so");
    const auto life = lpc::testing::live(c, two_closeouts());
    BOOST_TEST(life.trouble == "");
    BOOST_TEST(lpc::testing::first_difference(life, lpc::testing::live(cpp, two_closeouts())) ==
               "");
    for (const lpc_plugin* table : {&c, &cpp}) {
        BOOST_TEST(lpc::testing::broken_laws(*table, two_closeouts()).empty());
        for (std::size_t step = 1; step < two_closeouts().size(); ++step) {
            lpc::testing::LifeOptions swapped;
            swapped.swap_before = step;
            const auto other = lpc::testing::live(*table, two_closeouts(), swapped);
            BOOST_TEST(lpc::testing::first_difference(life, other) == "");
        }
    }
    std::vector<std::int64_t> lots;
    for (const auto& turn : life.turns) {
        for (const lpc_command& command : turn.commands) lots.push_back(command.u.order.lots);
    }
    const std::vector<std::int64_t> expected = {-30, 30, -30, 5, -20, -7};
    BOOST_TEST(lots == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
