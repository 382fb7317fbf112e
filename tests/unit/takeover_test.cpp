// The built-in end of the line: what it asks for, and when it asks again.
#include <boost/test/unit_test.hpp>
#include <runtime/builtin/builtin.hpp>
#include <runtime/in_process.hpp>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

// A position of 40 lots with a running close-out has just come into the stage.
struct AtTheEnd {
    std::unique_ptr<runtime::Instance> plugin =
        std::move(*runtime::InProcess::create(1, runtime::takeover_code(), {}));

    AtTheEnd() {
        tell(fact({.account = 7, .instrument = kCoin}, lpc_fact_position{40, 0, 0, 0, 0}));
        tell(fact({.account = 7, .instrument = kCoin, .code = LPC_CLOSEOUT_RUNNING},
                  lpc_fact_closeout{0, 940, 960, 0}));
    }
    void tell(const lpc_fact& fact) { plugin->tell(fact); }
    void refused(std::uint8_t reason) {
        tell(fact({.account = 7, .instrument = kCoin, .reason = reason},
                  lpc_fact_refused{1, LPC_CMD_TAKEOVER}));
    }
    void price(std::uint32_t instrument) {
        tell(fact({.instrument = instrument, .code = LPC_PRICE_FIT},
                  lpc_fact_price{950, 950, 0, 0}));
    }
    // The lots that it asks for now.
    std::vector<std::int64_t> asked() {
        const auto output = plugin->turn({1, 1, 0, 0}, {16, 16});
        BOOST_REQUIRE(output);
        std::vector<std::int64_t> lots;
        for (const lpc_command& command : output->commands) {
            BOOST_TEST(command.kind == LPC_CMD_TAKEOVER);
            BOOST_TEST(command.u.takeover.price == 940);
            lots.push_back(command.u.takeover.lots);
        }
        return lots;
    }
};

using Lots = std::vector<std::int64_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(builtin_takeover)

BOOST_AUTO_TEST_CASE(all_of_the_position_is_asked_for_once) {
    AtTheEnd end;
    BOOST_TEST((end.asked() == Lots{-40}));
    for (int turn = 0; turn < 5; ++turn) BOOST_TEST(end.asked().empty());
}

BOOST_AUTO_TEST_CASE(what_the_guard_refused_is_asked_for_in_the_next_turn) {
    AtTheEnd end;
    (void)end.asked();
    end.refused(LPC_REASON_UNFIT_PRICE);
    BOOST_TEST((end.asked() == Lots{-40}));
}

// A venue that refuses at once and is asked again at once would keep engine time standing still.
BOOST_AUTO_TEST_CASE(what_the_venue_refused_is_asked_for_when_the_next_price_is_told) {
    AtTheEnd end;
    (void)end.asked();
    for (int again = 0; again < 3; ++again) {
        end.refused(LPC_REASON_VENUE);
        for (int turn = 0; turn < 5; ++turn) BOOST_TEST(end.asked().empty());
        end.price(kCoin + 1);
        BOOST_TEST(end.asked().empty());
        end.price(kCoin);
        BOOST_TEST((end.asked() == Lots{-40}));
        BOOST_TEST(end.asked().empty());
    }
}

// Whoever loads has been told the facts again, and must not take that for news.
BOOST_AUTO_TEST_CASE(what_another_instance_has_asked_for_is_not_asked_for_again) {
    const auto heir_of = [](AtTheEnd& end) {
        AtTheEnd heir;
        BOOST_REQUIRE(heir.plugin->load(7, 0, *end.plugin->save(7)));
        return heir;
    };
    AtTheEnd end;
    BOOST_TEST((heir_of(end).asked() == Lots{-40}));
    (void)end.asked();
    BOOST_TEST(heir_of(end).asked().empty());
    end.refused(LPC_REASON_VENUE);
    AtTheEnd heir = heir_of(end);
    BOOST_TEST(heir.asked().empty());
    heir.price(kCoin);
    BOOST_TEST((heir.asked() == Lots{-40}));
    const std::vector<std::uint8_t> torn(13, 0);
    BOOST_TEST(!heir.plugin->load(7, 0, torn));
}

BOOST_AUTO_TEST_CASE(a_detached_account_is_asked_for_no_more) {
    AtTheEnd end;
    (void)end.asked();
    end.refused(LPC_REASON_VENUE);
    end.tell(detach(7, LPC_DETACH_ENDED));
    end.price(kCoin);
    BOOST_TEST(end.asked().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
