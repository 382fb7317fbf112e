// A runtime under random facts, answers, refusals and plugins that try everything: the inputs alone
// decide what it does, a fact told twice changes nothing, and hostile bytes change nothing.
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <string>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

using lpc::testing::resync;

constexpr std::uint64_t kAccounts = 6;

// Plugins whose commands follow from the turn and from what they can see; right ones and wrong
// ones.
void make_wild(Rig& rig) {
    rig.risk.decide = [&rig](const lpc_turn& turn) {
        Random random(turn.seq);
        for (std::uint64_t account = 1; account <= kAccounts; ++account) {
            const runtime::AccountFacts* facts = rig.state().accounts.find(account);
            if (facts == nullptr || facts->of_kind(LPC_FACT_POSITION).empty()) continue;
            if (!random.one_in(3)) rig.risk.say(rig.margin_of(account));
            const runtime::Judgement now = rig.judged(account);
            for (const std::uint32_t instrument : {1u, 2u}) {
                const Exposure* e = now.position(instrument);
                if (e == nullptr || now.health.maintenance.units == 0 || random.one_in(4)) continue;
                rig.risk.say(rig.closeout_of(account, instrument));
            }
            if (random.one_in(3)) rig.risk.say(command(LPC_CMD_RELEASE, account));
            if (random.one_in(9))
                rig.risk.say(timer(account, rig.now_ns + random.between(0, 9) * kSecond, turn.seq));
        }
    };
    for (Script* script : {&rig.first, &rig.last}) {
        script->decide = [&rig, script](const lpc_turn& turn) {
            Random random(turn.seq + 77);
            for (int i = 0; i < 12; ++i) {
                lpc_command c{};
                c.account = static_cast<std::uint64_t>(random.between(0, kAccounts + 1));
                c.instrument = static_cast<std::uint32_t>(random.between(1, 2));
                c.kind = static_cast<std::uint16_t>(random.between(0, 14));
                c.tag = static_cast<std::uint64_t>(random.between(1, 40));
                if (random.one_in(2)) c.kind = LPC_CMD_ORDER;
                const std::vector<std::uint64_t> sick = rig.state().cases.accounts();
                if (!sick.empty() && !random.one_in(4))
                    c.account = sick[static_cast<std::size_t>(random.next() % sick.size())];
                const lpc_fact* closeout = rig.state().closeout(c.account, c.instrument);
                const std::int64_t bound =
                    closeout == nullptr ? 900 : closeout->u.closeout.permitted_price;
                if (c.kind == LPC_CMD_ORDER) {
                    c.code = static_cast<std::uint8_t>(random.between(1, 3));
                    const bool sells = rig.state().position_lots(c.account, c.instrument) > 0;
                    const std::int64_t lots = random.between(-4, 25);
                    c.u.order = {sells ? -lots : lots, bound + random.between(-2, 2), 0};
                }
                if (c.kind == LPC_CMD_TAKEOVER && closeout != nullptr)
                    c.u.takeover = {random.between(-60, 60), closeout->u.closeout.bankruptcy_price,
                                    0};
                if (c.kind == LPC_CMD_CANCEL)
                    c.u.cancel.order_id = static_cast<std::uint64_t>(random.between(1, 60));
                if (c.kind == LPC_CMD_GRANT) c.u.grant.amount = random.between(-1, 300);
                if (c.kind == LPC_CMD_ESCALATE)
                    c.code = static_cast<std::uint8_t>(random.between(0, 4));
                if (c.kind == LPC_CMD_TIMER) {
                    c.instrument = 0;
                    c.u.timer.at_ns = rig.now_ns + random.between(0, 9) * kSecond;
                }
                script->say(c);
            }
        };
    }
}

RigOptions wild_options() {
    RigOptions options;
    options.config.rulebook.strikes_max = LPC_RATE_ONE_PPB;
    options.config.rulebook.close.full_close_below = {};
    options.config.rulebook.close.target_buffer = {LPC_RATE_ONE_PPB / 10};
    options.config.rulebook.participation = {LPC_RATE_ONE_PPB / 2};
    options.config.stages[0].leave_after_ns = 40 * kSecond;
    return options;
}

// The life of a small engine, by chance. Everything that it applies is in rig.inputs.
class Engine {
  public:
    Engine(Rig& rig, std::uint64_t seed) : rig_(rig), random_(seed) {
        make_wild(rig);
        rig.open_market(2, 500);
        rig.fund(400);
        for (std::uint64_t account = 1; account <= kAccounts; ++account) rig.buyer(account);
    }

    void step() {
        for (std::int64_t i = random_.between(0, 6); i > 0; --i) (void)rig_.apply(something());
        if (random_.one_in(12)) retell(static_cast<std::uint64_t>(random_.between(1, kAccounts)));
        rig_.turn(rig_.now_ns + random_.between(0, 3) * kSecond);
        rig_.release();
        if (random_.one_in(2)) answer();
    }

  private:
    Input something() {
        const auto account = static_cast<std::uint64_t>(random_.between(1, kAccounts));
        const auto instrument = static_cast<std::uint32_t>(random_.between(1, 2));
        const std::int64_t at = instrument == 1 ? 1'000 : 500;
        switch (random_.between(0, 7)) {
            case 0:
                return runtime::encode_fact(fact(
                    {.account = account, .instrument = instrument},
                    lpc_fact_position{random_.between(-120, 120), random_.between(-90'000, 90'000),
                                      0, random_.one_in(5) ? 3 : 0, 0}));
            case 1:
                return runtime::encode_fact(fact({.account = account, .instrument = kMoney},
                                                 lpc_fact_balance{random_.between(-500, 9'000)}));
            case 2:
                market_[instrument] += random_.between(0, 200);
                return runtime::encode_fact(
                    fact({.instrument = instrument},
                         lpc_fact_volume{market_[instrument] - (random_.one_in(9) ? 50 : 0), 0}));
            case 3:
                return answer_to(random_.between(1, 80));
            default: {
                const std::int64_t mark = at + random_.between(-at / 12, at / 30);
                const std::uint8_t code = random_.one_in(15) ? LPC_PRICE_STALE : LPC_PRICE_FIT;
                return runtime::encode_fact(fact({.instrument = instrument, .code = code},
                                                 lpc_fact_price{mark, mark, 0, 0}));
            }
        }
    }
    Input answer_to(std::int64_t id) {
        const runtime::WorkingOrder* order =
            rig_.state().orders.find(static_cast<std::uint64_t>(id));
        const std::uint64_t account = order == nullptr ? 1 : order->account;
        const std::uint32_t instrument = order == nullptr ? kCoin : order->instrument;
        const std::int64_t lots = order == nullptr ? -5 : order->lots;
        const std::int64_t done = lots * random_.between(0, 4) / 4;
        if (random_.one_in(3) && done != 0) {
            const std::int64_t size = done < 0 ? -done : done;
            lpc_fact f = fact({.account = account, .instrument = instrument},
                              lpc_fact_fill{static_cast<std::uint64_t>(id),
                                            static_cast<std::uint64_t>(size), 980, done, 0});
            return runtime::encode_fact(f);
        }
        return runtime::encode_fact(
            rig_.order_fact(account, static_cast<std::uint64_t>(id),
                            static_cast<std::uint8_t>(random_.between(1, 7)), done, instrument));
    }
    void answer() {
        std::vector<std::int64_t> ids;
        for (const auto& entry : rig_.state().orders.all())
            ids.push_back(static_cast<std::int64_t>(entry.first));
        for (const std::int64_t id : ids) (void)rig_.apply(answer_to(id));
    }
    void retell(std::uint64_t account) {
        rig_.tell(resync(account, LPC_RESYNC_BEGIN));
        rig_.balance(account, random_.between(0, 7'000));
        if (random_.one_in(2)) rig_.position(account, random_.between(-80, 80), 0);
        rig_.tell(resync(account, LPC_RESYNC_END));
    }

    Rig& rig_;
    Random random_;
    std::int64_t market_[3] = {0, 0, 0};
};

void expect_lawful(const Rig& rig) {
    for (const runtime::Verdict& v : rig.seen.verdicts) {
        if (v.reason != 0 || v.command.kind != LPC_CMD_ORDER) continue;
        BOOST_TEST(v.command.u.order.lots != 0);
        BOOST_TEST(v.stage == 1u);
    }
    std::uint64_t last = 0;
    for (const runtime::OrderRequest& order : rig.ports.placed) {
        BOOST_TEST(order.order > last);
        last = order.order;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_property)

BOOST_AUTO_TEST_CASE(the_inputs_alone_decide_what_a_runtime_does) {
    std::size_t placed = 0, moves = 0, refused = 0;
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            RigOptions options = wild_options();
            Rig rig(options);
            Engine engine(rig, seed);
            for (int step = 0; step < 120; ++step) engine.step();
            expect_lawful(rig);
            BOOST_TEST(rig.seen.failures.empty());
            placed += rig.ports.placed.size();
            moves += rig.seen.moves.size();
            for (const runtime::Verdict& v : rig.seen.verdicts) refused += v.reason != 0 ? 1u : 0u;

            // A second runtime is fed the recorded bytes; its constructor has applied the same
            // first ones.
            Rig replica(options);
            make_wild(replica);
            const std::size_t begun = replica.inputs.size();
            for (std::size_t i = begun; i < rig.inputs.size(); ++i) {
                if (rig.inputs[i].kind == runtime::InputKind::turn)
                    replica.now_ns = *runtime::decode_turn(rig.inputs[i].bytes);
                (void)replica.runtime.apply(rig.inputs[i]);
                replica.runtime.discard();
            }
            BOOST_TEST((replica.seen.stream == rig.seen.stream));
            BOOST_TEST(replica.runtime.state_hash() == rig.runtime.state_hash());
            BOOST_TEST(replica.ports.calls() == 0u);
            BOOST_TEST((replica.first.heard.size() == rig.first.heard.size()));
        }
    }
    BOOST_TEST(placed > 100u);
    BOOST_TEST(moves > 200u);
    BOOST_TEST(refused > 5'000u);
}

BOOST_AUTO_TEST_CASE(a_replica_that_is_told_every_fact_twice_does_the_same) {
    for (std::uint64_t seed = 101; seed <= 110; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            RigOptions options = wild_options();
            Rig rig(options);
            Engine engine(rig, seed);
            for (int step = 0; step < 80; ++step) engine.step();
            Rig replica(options);
            make_wild(replica);
            for (std::size_t i = replica.inputs.size(); i < rig.inputs.size(); ++i) {
                const Input& input = rig.inputs[i];
                if (input.kind == runtime::InputKind::turn)
                    replica.now_ns = *runtime::decode_turn(input.bytes);
                (void)replica.runtime.apply(input);
                if (input.kind != runtime::InputKind::fact) continue;
                const std::uint64_t once = replica.runtime.state_hash();
                (void)replica.runtime.apply(input);
                BOOST_TEST(replica.runtime.state_hash() == once);
            }
            BOOST_TEST((replica.seen.stream == rig.seen.stream));
            BOOST_TEST(replica.runtime.state_hash() == rig.runtime.state_hash());
        }
    }
}

BOOST_AUTO_TEST_CASE(malformed_bytes_are_refused_and_change_nothing) {
    std::size_t refused = 0;
    for (std::uint64_t seed = 201; seed <= 206; ++seed) {
        Rig rig(wild_options());
        Engine engine(rig, seed);
        Random random(seed);
        for (int step = 0; step < 40; ++step) {
            engine.step();
            for (int i = 0; i < 40; ++i) {
                Input bad = rig.inputs[static_cast<std::size_t>(
                    random.between(0, static_cast<std::int64_t>(rig.inputs.size()) - 1))];
                // An open RESYNC or a leap in time would be lawful, and stop the run.
                const auto whole = runtime::decode_fact(bad.bytes);
                if (whole && whole->kind == LPC_FACT_RESYNC) continue;
                if (bad.kind == runtime::InputKind::turn) bad.bytes.resize(7);
                if (random.one_in(6)) bad.bytes.resize(bad.bytes.size() / 2);
                if (random.one_in(9))
                    bad.kind = static_cast<runtime::InputKind>(random.between(0, 9));
                for (std::int64_t n = random.between(1, 6); n > 0 && !bad.bytes.empty(); --n) {
                    const auto at = static_cast<std::size_t>(
                        random.between(0, static_cast<std::int64_t>(bad.bytes.size()) - 1));
                    bad.bytes[at] ^= static_cast<std::byte>(random.between(1, 255));
                }
                const std::uint64_t before = rig.runtime.state_hash();
                const Status status = rig.runtime.apply(bad);
                BOOST_TEST(rig.runtime.poisoned() == "", "seed " << seed);
                if (status || rig.runtime.state_hash() == before) {
                    refused += status ? 0u : 1u;
                    continue;
                }
                BOOST_ERROR("seed " << seed << ": refused but changed: " << status.error().message);
            }
        }
    }
    BOOST_TEST(refused > 5'000u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
