// The runtime as bytes: when there can be a snapshot, what comes of one, and what of bytes that are
// none.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <span>

#include "support/runtime_picture.hpp"
#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

using Snapshot = std::vector<std::byte>;

// A close-out is running, an order of it works, a timer is set, an account is held.
struct InTheMiddle : Rig {
    InTheMiddle() {
        run_closeout();
        lpc_command timer = command(LPC_CMD_TIMER, 7);
        timer.tag = 5;
        timer.u.timer.at_ns = now_ns + 60 * kSecond;
        first.say({order(7, kCoin, -30, 981, 1), timer});
        turn();
        must(runtime::encode_hold({runtime::HoldScope::account, 1, 8}));
        release();
    }
    Snapshot taken() {
        auto snapshot = runtime.snapshot();
        BOOST_REQUIRE_MESSAGE(snapshot, (snapshot ? "" : snapshot.error().message));
        return std::move(*snapshot);
    }
    // Why there is none now.
    std::string reason() {
        const std::uint64_t before = runtime.state_hash();
        const auto snapshot = runtime.snapshot();
        BOOST_TEST(runtime.state_hash() == before);
        return snapshot ? "" : snapshot.error().message;
    }
};

// Another process: its own scripts, its own observer, a runtime without any input.
struct Fresh {
    Rig code{{.market = false}};  // its scripts are found by name
    Recorder seen;
    runtime::Runtime runtime{[this](const runtime::Attachment& a) {
                                 return code.find({a.stage, a.stage, "", {}});
                             },
                             seen, [](int, const std::string&) {}};
};

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_snapshot)

BOOST_AUTO_TEST_CASE(a_restored_runtime_is_the_one_that_was_saved) {
    InTheMiddle rig;
    const Snapshot snapshot = rig.taken();
    BOOST_TEST((rig.taken() == snapshot));  // and taking it changes nothing
    Fresh fresh;
    const Status restored = fresh.runtime.restore(snapshot);
    BOOST_REQUIRE_MESSAGE(restored, restored.error().message);
    BOOST_TEST(fresh.runtime.state_hash() == rig.runtime.state_hash());
    BOOST_TEST(fresh.runtime.last_seq() == rig.runtime.last_seq());
    BOOST_TEST((fresh.runtime.next_timer_ns() == rig.runtime.next_timer_ns()));
    BOOST_TEST((*fresh.runtime.snapshot() == snapshot));
    check_working_lots(fresh.runtime.state());
}

BOOST_AUTO_TEST_CASE(both_go_on_alike) {
    InTheMiddle rig;
    Fresh fresh;
    BOOST_REQUIRE(fresh.runtime.restore(rig.taken()));
    const std::size_t before = rig.seen.stream.size();
    const std::size_t inputs = rig.inputs.size();
    const std::uint64_t id = rig.last_order_id();
    rig.tell(rig.fill_fact(7, id, -30, 30));
    rig.tell(rig.order_fact(7, id, LPC_ORDER_DONE, -30));
    rig.position(7, 70, 70'000);
    const lpc_command next = order(7, kCoin, -20, 981, 2);
    rig.first.say(next);
    fresh.code.first.say(next);
    for (int i = 0; i < 61; ++i) rig.turn();
    for (std::size_t i = inputs; i < rig.inputs.size(); ++i)
        BOOST_REQUIRE(fresh.runtime.apply(rig.inputs[i]));
    BOOST_TEST(fresh.seen.stream == rig.seen.stream.substr(before));
    BOOST_TEST(fresh.runtime.state_hash() == rig.runtime.state_hash());
    BOOST_TEST(fresh.code.first.heard_of(LPC_FACT_TIMER).size() == 1u);
    BOOST_TEST(fresh.code.first.heard_of(LPC_FACT_FILL).back().u.fill.tag == 1u);
}

BOOST_AUTO_TEST_CASE(there_is_none_while_something_is_on_its_way) {
    InTheMiddle rig;
    BOOST_TEST(rig.reason() == "");
    rig.first.say(order(7, kCoin, -1, 981, 9));
    rig.turn();
    BOOST_TEST(says(rig.reason(), "port calls wait to be released"));
    rig.release();
    rig.tell(lpc::testing::resync(7, LPC_RESYNC_BEGIN));
    BOOST_TEST(says(rig.reason(), "the RESYNC of account 7 is open"));
    rig.balance(7, 6'000);
    rig.position(7, 100, 100'000);
    rig.tell(lpc::testing::resync(7, LPC_RESYNC_END));
    rig.release();
    runtime::Follow follow;
    follow.plugin = {"first", "next", "", {}};
    follow.facts_only = true;
    rig.must(runtime::encode_follow(follow));
    BOOST_TEST(says(rig.reason(), "plugin org.test.next follows in stage first"));
    Fresh fresh;
    BOOST_TEST(!fresh.runtime.snapshot());
}

BOOST_AUTO_TEST_CASE(only_a_runtime_without_inputs_takes_one) {
    InTheMiddle rig, other;
    const std::uint64_t before = other.runtime.state_hash();
    BOOST_TEST(!other.runtime.restore(rig.taken()));
    BOOST_TEST(other.runtime.state_hash() == before);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_cut_or_changed_or_whose_plugins_are_gone_leave_it_as_new) {
    InTheMiddle rig;
    const Snapshot snapshot = rig.taken();
    Fresh fresh;
    for (std::size_t size = 0; size < snapshot.size(); size += 1 + size / 64) {
        const Status restored = fresh.runtime.restore({snapshot.data(), size});
        BOOST_REQUIRE(!restored);
        BOOST_TEST(restored.error().message.starts_with("snapshot: "));
        BOOST_REQUIRE(!fresh.runtime.configured());
    }
    Snapshot longer = snapshot;
    longer.push_back(std::byte{0});
    BOOST_TEST(!fresh.runtime.restore(longer));
    fresh.code.first.refuses_to_live = true;
    const Status refused = fresh.runtime.restore(snapshot);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(says(refused.error().message, "stage first: plugin org.test.first: create failed"));
    fresh.code.first.refuses_to_live = false;
    BOOST_TEST(fresh.runtime.restore(snapshot).has_value());
    // A fact of a kind that there is not, wherever it stands among the bytes.
    const lpc_fact& told = *rig.state().accounts.find(7)->find(LPC_FACT_POSITION, kCoin);
    const auto at =
        std::search(snapshot.begin(), snapshot.end(), std::as_bytes(std::span(&told, 1)).begin(),
                    std::as_bytes(std::span(&told, 1)).end());
    BOOST_REQUIRE((at != snapshot.end()));
    Snapshot strange = snapshot;
    lpc_fact unknown = told;
    unknown.kind = LPC_FACT_KINDS;
    std::memcpy(&strange[static_cast<std::size_t>(at - snapshot.begin())], &unknown,
                sizeof unknown);
    Fresh stranger;
    BOOST_TEST(!stranger.runtime.restore(strange));
    // Whatever is changed: an error, or some other state, but never a crash.
    Random random(1);
    for (int i = 0; i < 400; ++i) {
        Snapshot changed = snapshot;
        for (std::int64_t n = random.between(1, 4); n > 0; --n)
            changed[static_cast<std::size_t>(random.next() % changed.size())] ^=
                static_cast<std::byte>(random.between(1, 255));
        Fresh victim;
        (void)victim.runtime.restore(changed);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
