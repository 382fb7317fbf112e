// Inputs as bytes: configuration, attachments, facts and turns go out and come back the same, and
// bad ones are told with a sentence.
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

std::vector<std::byte> bytes_of(const std::string& text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
}

template <class T>
std::string error_of(const Result<T>& result) {
    return result ? "" : result.error().message;
}

Config random_config(Random& random) {
    Config config = plain_config();
    runtime::Rulebook& book = config.rulebook;
    const std::int64_t one = LPC_RATE_ONE_PPB;
    book.close.target_buffer = {random.between(0, one)};
    book.close.close_cost = {random.between(0, one / 10)};
    book.close.full_close_below = {random.between(0, LPC_NOTIONAL_MAX)};
    book.close.bankruptcy_adjustment = {random.between(0, 100 * one)};
    book.close.spread_to_maintenance = {random.between(0, 10 * one)};
    book.participation = {random.between(0, one)};
    book.claim_share = {random.between(1, one)};
    book.participation_window_ns = random.between(1, LPC_TIME_MAX_NS);
    book.orders_per_account_max = random.between(1, one);
    book.rate_window_ns = random.between(1, LPC_TIME_MAX_NS);
    book.grant_per_account_max = {random.between(0, LPC_MONEY_MAX)};
    book.strikes_max = random.between(1, one);
    book.commands_per_turn_max = random.between(1, 100'000'000);
    book.tie_key = random.next();
    config.output_capacity = static_cast<std::uint32_t>(random.between(1, 1 << 20));
    config.stages.clear();
    for (std::int64_t i = random.between(1, 32); i > 0; --i)
        config.stages.push_back(
            {"s_" + std::to_string(i), static_cast<std::uint32_t>(random.next()),
             random.between(0, INT64_MAX - 1), random.between(0, one), random.between(0, one)});
    for (runtime::Stage& stage : config.stages) {
        if (random.one_in(2)) continue;
        const std::int64_t share = random.between(runtime::kBucketPpb, one - runtime::kBucketPpb);
        stage.arms.all = {{"a-1", share}, {"B_" + stage.name, one - share}};
        if (random.one_in(2)) continue;
        stage.arms.split = runtime::Split::switchback;
        stage.arms.switchback_block_ns = random.between(1, LPC_TIME_MAX_NS);
    }
    return config;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_config)

BOOST_AUTO_TEST_CASE(a_configuration_comes_back_as_it_went_out) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Random random(seed);
        const Config config = random_config(random);
        const Input input = runtime::encode_configure(config);
        const Result<Config> back = runtime::decode_configure(input.bytes);
        BOOST_REQUIRE_MESSAGE(back.has_value(), "seed " << seed << ": " << error_of(back));
        BOOST_TEST(runtime::encode(*back) == runtime::encode(config), "seed " << seed);
        BOOST_TEST(back->rulebook.tie_key == config.rulebook.tie_key);
        BOOST_TEST(published(back->rulebook.grant_per_account_max) ==
                   published(config.rulebook.grant_per_account_max));
        BOOST_TEST(back->stages.back().permits == config.stages.back().permits);
        for (std::size_t i = 0; i < config.stages.size(); ++i)
            BOOST_TEST((back->stages[i].arms == config.stages[i].arms));
    }
}

BOOST_AUTO_TEST_CASE(a_stage_without_arms_has_the_text_that_it_had_before_there_were_any) {
    Config config = plain_config();
    config.stages.pop_back();
    const std::string text = runtime::encode(config);
    const std::string tail =
        "stage first\npermits = 12896\nleave_after_ns = 0\n"
        "leave_below_ppb = 0\nleave_after_refusals = 0\n";
    BOOST_TEST(text.substr(text.find("stage ")) == tail);
    config.stages[0].arms.all = {{"a", 600'000'000}, {"b", 400'000'000}};
    config.stages[0].arms.split = runtime::Split::switchback;
    config.stages[0].arms.switchback_block_ns = 5;
    BOOST_TEST(runtime::encode(config) ==
               text + "arm a = 600000000\narm b = 400000000\nswitchback_block_ns = 5\n");
    const runtime::Attachment plain{"first", "ab12", "x.so", {{1, 2}}};
    const Input input = runtime::encode_attach(plain);
    BOOST_TEST((input.bytes == bytes_of("first\nab12\nx.so\n1 2\n")));
}

BOOST_AUTO_TEST_CASE(arms_that_make_no_sense_are_told_with_what_was_found_and_expected) {
    using runtime::Arm;
    using runtime::Arms;
    const std::string names =
        "', expected a unique name of 1 to 32 letters, digits, _ and - other than 'main' and "
        "'shadow'";
    const auto named = [](const std::string& name) {
        return Arms{{{"a", 500'000'000}, {name, 500'000'000}}};
    };
    const auto shared = [](std::int64_t a, std::int64_t b) { return Arms{{{"a", a}, {"b", b}}}; };
    Arms timed = shared(500'000'000, 500'000'000), untimed = timed, endless = timed, lone = timed;
    timed.switchback_block_ns = 1;
    untimed.split = endless.split = runtime::Split::switchback;
    endless.switchback_block_ns = LPC_TIME_MAX_NS + 1;
    lone.all.pop_back();
    Arms many;
    many.all.assign(257, {"", runtime::kBucketPpb});
    for (std::size_t i = 0; i < many.all.size(); ++i) many.all[i].name = std::to_string(i);
    const std::string block = "switchback_block_ns is ";
    const std::vector<std::pair<Arms, std::string>> wrong{
        {lone, "found 1 arms, expected several, or one plugin without arms"},
        {Arms{{}}, "found 0 arms, expected several, or one plugin without arms"},
        {named("a"), "arm name 'a" + names},
        {named("main"), "arm name 'main" + names},
        {named("shadow"), "arm name 'shadow" + names},
        {named(""), "arm name '" + names},
        {named("a.b"), "arm name 'a.b" + names},
        {named("a/b"), "arm name 'a/b" + names},
        {named(std::string(33, 'x')), "arm name '" + std::string(33, 'x') + names},
        {shared(0, 1'000'000'000),
         "arm a has a share of 0 ppb, expected 3906250 (one bucket of 256) to 1000000000"},
        {shared(-1, 1'000'000'001),
         "arm a has a share of -1 ppb, expected 3906250 (one bucket of 256) to 1000000000"},
        {shared(996'093'751, 3'906'249),
         "arm b has a share of 3906249 ppb, expected 3906250 (one bucket of 256) to 1000000000"},
        {shared(500'000'000, 499'999'999),
         "the shares of the arms add up to 999999999 ppb, expected 1000000000"},
        {shared(500'000'000, 500'000'001),
         "the shares of the arms add up to 1000000001 ppb or more, expected 1000000000"},
        {many, "the shares of the arms add up to 1003906250 ppb or more, expected 1000000000"},
        {timed, block + "1, expected 0, as the split is by hash"},
        {untimed, block + "0, expected 1 to 4611686018427387904"},
        {endless, block + "4611686018427387905, expected 1 to 4611686018427387904"},
    };
    for (const auto& [arms, sentence] : wrong) {
        Config config = plain_config();
        config.stages[0].arms = arms;
        BOOST_TEST(error_of(runtime::validate(config)) == "procedure: stage 'first': " + sentence);
        BOOST_TEST(!runtime::validate(config).has_value());
    }
    many.all.pop_back();
    BOOST_TEST(runtime::validate(many).has_value());
    const std::string text = runtime::encode(plain_config());
    for (const char* more : {"arm a\n", "arm a = x\n", "arm  = 5\n", "switchback_block_ns = 5\n",
                             "arm a = 500000000\narm b = 500000000\nswitchback_block_ns = \n"})
        BOOST_TEST(!runtime::decode_configure(bytes_of(text + more)).has_value(), more);
}

BOOST_AUTO_TEST_CASE(an_attachment_a_fact_and_a_turn_come_back_as_they_went_out) {
    const runtime::Attachment there{
        "first", "ab12", "/opt/a b.so", {{1, -5}, {UINT64_MAX, INT64_MIN}}};
    const auto back = runtime::decode_attach(runtime::encode_attach(there).bytes);
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST(back->stage == there.stage);
    BOOST_TEST(back->sha256 == there.sha256);
    BOOST_TEST(back->file == there.file);
    BOOST_TEST((back->params == there.params));
    BOOST_TEST(back->arm == "main");
    runtime::Follow follow;
    follow.plugin = there;
    follow.plugin.arm = "b-1";
    const auto in_arm = runtime::decode_attach(runtime::encode_attach(follow.plugin).bytes);
    BOOST_REQUIRE(in_arm.has_value());
    BOOST_TEST(in_arm->stage == there.stage);
    BOOST_TEST(in_arm->arm == "b-1");
    const auto followed = runtime::decode_follow(runtime::encode_follow(follow).bytes);
    BOOST_REQUIRE(followed.has_value());
    BOOST_TEST(followed->plugin.stage == there.stage);
    BOOST_TEST(followed->plugin.arm == "b-1");
    Random random(5);
    for (int i = 0; i < 100; ++i) {
        lpc_fact f{};
        for (std::int64_t& word : f.u.word) word = static_cast<std::int64_t>(random.next());
        f.seq = random.next();
        f.kind = static_cast<std::uint16_t>(random.next());
        const auto again = runtime::decode_fact(runtime::encode_fact(f).bytes);
        BOOST_REQUIRE(again.has_value());
        BOOST_TEST(std::memcmp(&*again, &f, sizeof f) == 0);
    }
    for (const std::int64_t at : {INT64_MIN, std::int64_t{0}, INT64_MAX})
        BOOST_TEST(*runtime::decode_turn(runtime::encode_turn(at).bytes) == at);
}

BOOST_AUTO_TEST_CASE(a_rulebook_number_out_of_range_is_named_with_its_range) {
    using Change = std::function<void(Config&)>;
    const std::vector<std::pair<Change, std::string>> wrong{
        {[](Config& c) { c.rulebook.close.target_buffer = {-1}; },
         "rulebook: target_buffer_ppb is -1, expected 0 to 1000000000"},
        {[](Config& c) { c.rulebook.close.close_cost = {100'000'001}; },
         "rulebook: close_cost_ppb is 100000001, expected 0 to 100000000"},
        {[](Config& c) { c.rulebook.close.full_close_below = {-1}; },
         "rulebook: full_close_below_quote is -1, expected 0 to 72057594037927936"},
        {[](Config& c) { c.rulebook.close.bankruptcy_adjustment = {-1}; },
         "rulebook: bankruptcy_adjustment_ppb is -1, expected 0 to 100000000000"},
        {[](Config& c) { c.rulebook.close.spread_to_maintenance = {10'000'000'001}; },
         "rulebook: spread_to_maintenance_ppb is 10000000001, expected 0 to 10000000000"},
        {[](Config& c) { c.rulebook.participation = {1'000'000'001}; },
         "rulebook: participation_ppb is 1000000001, expected 0 to 1000000000"},
        {[](Config& c) { c.rulebook.participation_window_ns = 0; },
         "rulebook: participation_window_ns is 0, expected 1 to 4611686018427387904"},
        {[](Config& c) { c.rulebook.claim_share = {0}; },
         "rulebook: claim_share_ppb is 0, expected 1 to 1000000000"},
        {[](Config& c) { c.rulebook.orders_per_account_max = 0; },
         "rulebook: orders_per_account_max is 0, expected 1 to 1000000000"},
        {[](Config& c) { c.rulebook.rate_window_ns = 0; },
         "rulebook: rate_window_ns is 0, expected 1 to 4611686018427387904"},
        {[](Config& c) { c.rulebook.grant_per_account_max = {-1}; },
         "rulebook: grant_per_account_max_quote is -1, expected 0 to 4611686018427387904"},
        {[](Config& c) { c.rulebook.strikes_max = 0; },
         "rulebook: strikes_max is 0, expected 1 to 1000000000"},
        {[](Config& c) { c.rulebook.commands_per_turn_max = 0; },
         "rulebook: commands_per_turn_max is 0, expected 1 to 100000000"},
        {[](Config& c) { c.output_capacity = 0; }, "output_capacity is 0, expected 1 to 1048576"},
        {[](Config& c) { c.stages.clear(); }, "procedure: found 0 stages, expected 1 to 32"},
        {[](Config& c) { c.stages[0].leave_after_ns = -1; },
         "procedure: stage 'first' has a negative condition, expected 0 or more"},
    };
    for (const auto& [change, sentence] : wrong) {
        Config config = plain_config();
        change(config);
        BOOST_TEST(error_of(runtime::validate(config)) == sentence);
        BOOST_TEST(error_of(runtime::decode_configure(runtime::encode_configure(config).bytes)) ==
                   sentence);
    }
    for (const char* name : {"", "risk", "last", "Twap", "a-b", "a b"}) {
        Config config = plain_config();
        config.stages[0].name = name;
        BOOST_TEST(error_of(runtime::validate(config)) ==
                   "procedure: stage name '" + std::string(name) +
                       "', expected a unique name of a-z, 0-9 and _ other than 'risk'");
    }
}

BOOST_AUTO_TEST_CASE(a_garbled_configuration_is_refused_at_the_line_where_it_breaks) {
    const auto said = [](const std::string& text) {
        return error_of(runtime::decode_configure(bytes_of(text)));
    };
    BOOST_TEST(said("") == "configuration record: found '', expected 'lpc-config 2'");
    BOOST_TEST(said("lpc-config 3\n") ==
               "configuration record: found 'lpc-config 3', expected 'lpc-config 2'");
    BOOST_TEST(said("lpc-config 2\nbuffer = 1\n") ==
               "configuration record, line 2: found 'buffer = 1', expected 'target_buffer_ppb = '");
    BOOST_TEST(said("lpc-config 2\ntarget_buffer_ppb = 1x\n") ==
               "configuration record, line 2: found 'target_buffer_ppb = 1x', expected "
               "'target_buffer_ppb = a number'");
    BOOST_TEST(said(runtime::encode(plain_config()) + "stge x\n") ==
               "configuration record: found 'stge x', expected 'stage NAME'");
}

BOOST_AUTO_TEST_CASE(the_words_for_permits_are_known) {
    BOOST_TEST(*runtime::permit_of("order") == 1u << LPC_CMD_ORDER);
    BOOST_TEST(*runtime::permit_of("takeover") == 1u << LPC_CMD_TAKEOVER);
    BOOST_TEST(
        error_of(runtime::permit_of("fly")) ==
        "found 'fly', expected order, cancel, offer, award, grant, takeover, deleverage, escalate, "
        "timer or socialise");
}

BOOST_AUTO_TEST_CASE(inputs_come_in_their_order) {
    Recorder seen;
    runtime::Runtime fresh([](const runtime::Attachment&) { return lpc::fail("none"); }, seen, {});
    const auto said = [&](const Input& input) { return error_of(fresh.apply(input)); };
    BOOST_TEST(said(runtime::encode_turn(1)) ==
               "input before the configuration, expected that first");
    BOOST_TEST(said(runtime::encode_configure(plain_config())) == "");
    BOOST_TEST(said(runtime::encode_configure(plain_config())) ==
               "a second configuration, expected one");
    BOOST_TEST(said({static_cast<runtime::InputKind>(9), {}}) ==
               "input of kind 9, expected 1 to 7");
    BOOST_TEST(said({runtime::InputKind::turn, std::vector<std::byte>(7)}) ==
               "turn input: found 7 bytes, expected 8");
    BOOST_TEST(said({runtime::InputKind::fact, std::vector<std::byte>(65)}) ==
               "fact input: found 65 bytes, expected 64");
    BOOST_TEST(said({runtime::InputKind::attach, bytes_of("first\nx\ny\n1 2\n3\n")}) ==
               "attach input: found '3', expected 'ID VALUE'");
    BOOST_TEST(said(runtime::encode_attach({"first", "x", "", {}})) == "none");
}

BOOST_AUTO_TEST_CASE(an_attachment_that_does_not_fit_is_refused_and_changes_nothing) {
    RigOptions options;
    options.with_first = false;
    Rig rig(options);
    rig.first.declare({{4, "pace_lots", "lots a slice [lots]", 1, 100, 10}});
    const std::uint64_t before = rig.runtime.state_hash();
    const auto said = [&](const runtime::Attachment& a) {
        return error_of(rig.apply(runtime::encode_attach(a)));
    };
    BOOST_TEST(said({"second", "first", "", {}}) == "attach: no stage is named 'second'");
    BOOST_TEST(said({"risk", "risk", "", {}}) == "attach: stage risk has a plugin already");
    BOOST_TEST(said({"first", "nowhere", "", {}}) == "no code for nowhere");
    BOOST_TEST(said({"first", "risk", "", {}}) ==
               "attach: plugin org.test.risk does not have the role of stage first");
    BOOST_TEST(said({"first", "first", "", {{4, 101}}}) ==
               "stage first: parameter pace_lots is 101, expected 1 to 100");
    BOOST_TEST(said({"first", "first", "", {{5, 1}}}) ==
               "stage first: plugin org.test.first has no parameter with id 5");
    rig.first.refuses_to_live = true;
    BOOST_TEST(said({"first", "first", "", {}}) == "plugin org.test.first: create failed: no");
    rig.first.refuses_to_live = false;
    BOOST_TEST(rig.runtime.state_hash() == before);
    BOOST_TEST(rig.first.alive == 0);
    BOOST_TEST(said({"first", "first", "", {{4, 7}}}) == "");
    rig.turn();
    const lpc_fact param = rig.first.heard.at(0);
    BOOST_TEST(param.kind == LPC_FACT_PARAM);
    BOOST_TEST(param.u.param.id == 4u);
    BOOST_TEST(param.u.param.value == 7);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
