// The law of arms: a stage that is split among arms of one account-local plugin with the same
// parameters treats every account as the plugin alone does. What is the same, byte for byte and in
// order, is what each account hears of the runtime, what is commanded for it, and each verdict.
// What may differ is what counts over all accounts: the order of accounts within a turn, and with
// it the numbers of facts and orders; they are compared as the n-th of their account. Two things
// count for each instance, and the law holds where neither is reached: strikes_max and
// commands_per_turn_max, and so does a work limit for which a plugin carries accounts over.
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <journal/io.hpp>
#include <journal/reader.hpp>
#include <journal/records.hpp>
#include <map>
#include <runtime/facts/validate.hpp>
#include <runtime/loading/plugin_library.hpp>
#include <runtime/runtime.hpp>
#include <runtime/state.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>
#include <venue/random.hpp>

#include "scenario/workshop.hpp"

namespace {

using lpc::runtime::Arm;
using lpc::runtime::Attachment;
using lpc::runtime::Config;
using lpc::runtime::Input;
using lpc::runtime::InputKind;
using lpc::tests::small_crash;
using lpc::tests::Workshop;
using lpc::venue::Random;

// An order, as its account counts them.
using Nth = std::pair<std::uint64_t, std::uint64_t>;

// What becomes of each account, in words that do not depend on the others.
class Lives final : public lpc::runtime::Observer {
  public:
    std::map<std::uint64_t, std::vector<std::string>> of;  // by account
    std::map<std::uint64_t, Nth> nth_of;                   // by order id
    std::map<Nth, std::uint64_t> order_of;
    std::map<std::uint32_t, std::set<std::uint64_t>> accounts_of;  // by arm of the first stage
    std::uint64_t commands = 0;

    // The input's fact gets this number.
    void told(std::uint64_t seq, std::size_t input) {
        name_of_[seq] = "input " + std::to_string(input);
    }
    void on_fact(const lpc_fact& fact) override {
        std::vector<std::string>& life = of[fact.account];
        name_of_[fact.seq] = std::to_string(fact.account) + "'s " + std::to_string(life.size());
        lpc_fact plain = fact;
        plain.seq = 0;
        if (fact.kind == LPC_FACT_ORDER) plain.u.order.id = number_of(fact);
        life.push_back(bytes_of('f', plain));
    }
    void on_verdict(const lpc::runtime::Verdict& verdict) override {
        ++commands;
        lpc::runtime::Verdict plain = verdict;
        plain.instance = plain.arm = 0;
        plain.command.cause_seq = 0;
        if (plain.command.kind == LPC_CMD_CANCEL)
            plain.command.u.cancel.order_id = nth_of[plain.command.u.cancel.order_id].second;
        const auto cause = name_of_.find(verdict.command.cause_seq);
        of[verdict.command.account].push_back(bytes_of('v', plain) +
                                              (cause == name_of_.end() ? "?" : cause->second));
    }
    void on_move(const lpc::runtime::Move& move) override {
        if (move.to == 1) accounts_of[move.arm].insert(move.account);
        lpc::runtime::Move plain = move;
        plain.seq = plain.arm = 0;
        of[move.account].push_back(bytes_of('m', plain));
    }
    void on_failure(std::uint32_t, const std::string& sentence) override {
        BOOST_TEST(false, "a plugin failed: " << sentence);
    }
    void on_transition(const lpc::runtime::Transition&, const std::string&) override {}
    void on_turn_begin(std::uint32_t) override {}
    void on_turn_end(std::uint32_t) override {}

  private:
    template <class Record>
    static std::string bytes_of(char what, const Record& record) {
        return what + std::string(reinterpret_cast<const char*>(&record), sizeof record);
    }
    std::uint64_t number_of(const lpc_fact& fact) {
        const std::uint64_t id = fact.u.order.id;
        if (nth_of.count(id) == 0) {
            const Nth nth{fact.account, orders_[fact.account]++};
            nth_of[id] = nth;
            order_of[nth] = id;
        }
        return nth_of[id].second;
    }

    std::map<std::uint64_t, std::string> name_of_;   // by a fact's number
    std::map<std::uint64_t, std::uint64_t> orders_;  // how many an account has had
};

struct Recorded : Workshop {
    std::vector<Input> inputs;
    Lives alone;

    void record(const std::string& name, std::int64_t delay_max_ns) {
        run(small_crash().faults(delay_max_ns, 0, 0), name);
        auto reader =
            lpc::journal::Reader::open(*lpc::journal::io::open_folder(path(name + "/journal")));
        BOOST_REQUIRE(reader);
        inputs.clear();
        lpc::journal::Record one;
        while (reader->next(one)) {
            if (one.type < lpc::journal::kFirstOutcome)
                inputs.push_back(
                    {static_cast<InputKind>(one.type), {one.payload.begin(), one.payload.end()}});
        }
        BOOST_REQUIRE(reader->status());
        alone = Lives();
        live({}, alone);
        BOOST_TEST(alone.commands > 1'000u);
    }

    // The same inputs with these arms in the first liquidator's stage.
    void live(const lpc::runtime::Arms& arms, Lives& lives) {
        const auto cache = lpc::runtime::PluginCache::open(path("images"));
        lpc::runtime::Runtime runtime(
            [&](const Attachment& wanted) -> lpc::Result<lpc::runtime::PluginCode> {
                const auto image = lpc::runtime::PluginLibrary::load(wanted.file, *cache);
                if (!image) return tl::unexpected(image.error());
                return lpc::runtime::PluginCode{
                    (*image)->table, {(*image)->id, (*image)->version, (*image)->sha256}, *image};
            },
            lives, [](int, const std::string&) {});
        Config config = *lpc::runtime::decode_configure(inputs.front().bytes);
        config.stages.front().arms = arms;
        const auto apply = [&](const Input& input) {
            const lpc::Status applied = runtime.apply(input);
            BOOST_REQUIRE_MESSAGE(applied, applied.error().message);
            runtime.discard();
        };
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (inputs[i].kind == InputKind::configure) {
                apply(lpc::runtime::encode_configure(config));
            } else if (inputs[i].kind == InputKind::attach) {
                Attachment attachment = *lpc::runtime::decode_attach(inputs[i].bytes);
                const bool first = attachment.stage == config.stages.front().name;
                for (const Arm& arm : first ? arms.all : lpc::runtime::Arms{}.all) {
                    attachment.arm = arm.name;
                    apply(lpc::runtime::encode_attach(attachment));
                }
            } else {
                if (inputs[i].kind == InputKind::fact) lives.told(runtime.last_seq() + 1, i);
                apply(translated(inputs[i], lives));
            }
        }
    }

    // The venue answers the same order of the same account, whatever its number is here.
    Input translated(const Input& input, const Lives& lives) const {
        if (input.kind != InputKind::fact || &lives == &alone) return input;
        lpc_fact fact = *lpc::runtime::decode_fact(input.bytes);
        if (fact.kind == LPC_FACT_ORDER) fact.u.order.id = here(fact.u.order.id, lives);
        if (fact.kind == LPC_FACT_FILL) fact.u.fill.order_id = here(fact.u.fill.order_id, lives);
        return lpc::runtime::encode_fact(fact);
    }
    std::uint64_t here(std::uint64_t there, const Lives& lives) const {
        const auto order = lives.order_of.find(alone.nth_of.at(there));
        BOOST_REQUIRE_MESSAGE(order != lives.order_of.end(),
                              "order " << there << " was not placed with arms");
        return order->second;
    }
};

lpc::runtime::Arms random_arms(Random& random) {
    lpc::runtime::Arms arms;
    arms.all.clear();
    std::int64_t left = LPC_RATE_ONE_PPB;
    for (std::int64_t i = random.between(1, 4); i > 0; --i) {
        const std::int64_t share = random.between(lpc::runtime::kBucketPpb, left / 2);
        arms.all.push_back({"arm_" + std::to_string(i), share});
        left -= share;
    }
    arms.all.push_back({"rest", left});
    if (random.below(2) == 0) {
        arms.split = lpc::runtime::Split::switchback;
        arms.switchback_block_ns = random.between(1, 20) * 1'000'000'000;
    }
    return arms;
}

// A record of a life, as far as it can be said.
std::string words_of(const std::string& record) {
    if (record.empty()) return "nothing";
    lpc::runtime::Verdict verdict;
    lpc_fact fact;
    if (record[0] == 'm') return "a move";
    if (record[0] == 'f') {
        std::memcpy(&fact, record.data() + 1, sizeof fact);
        return lpc::runtime::describe(fact) + ", words " + std::to_string(fact.u.word[0]) + " " +
               std::to_string(fact.u.word[1]);
    }
    std::memcpy(&verdict, record.data() + 1, sizeof verdict);
    return std::string(lpc::runtime::command_name(verdict.command.kind)) + " of stage " +
           std::to_string(verdict.stage) + ", tag " + std::to_string(verdict.command.tag) +
           ", words " + std::to_string(verdict.command.u.word[0]) + " " +
           std::to_string(verdict.command.u.word[1]) + ", reason " +
           std::to_string(verdict.reason) + ", because of " + record.substr(1 + sizeof verdict);
}

std::string first_difference(const Lives& alone, const Lives& split) {
    for (const auto& [account, life] : alone.of) {
        const auto other = split.of.find(account);
        const std::size_t size = other == split.of.end() ? 0 : other->second.size();
        for (std::size_t i = 0; i < life.size(); ++i) {
            if (i >= size || other->second[i] != life[i])
                return "account " + std::to_string(account) + ", record " + std::to_string(i) +
                       ": found " + words_of(i < size ? other->second[i] : "") + ", expected " +
                       words_of(life[i]);
        }
        if (size > life.size()) return "account " + std::to_string(account) + " has more records";
    }
    return "an account more";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(arms_of_the_same_plugin, Recorded)

// Answers at once; and answers so late that orders work through many turns.
BOOST_AUTO_TEST_CASE(treat_every_account_as_the_plugin_alone_does) {
    for (const std::int64_t delay_max_ns : {std::int64_t{0}, std::int64_t{8'000'000'000}}) {
        record("crash_" + std::to_string(delay_max_ns), delay_max_ns);
        int in_several_arms = 0;
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            BOOST_TEST_CONTEXT("answers within " << delay_max_ns << " ns, seed " << seed) {
                Random random(seed);
                Lives split;
                live(random_arms(random), split);
                in_several_arms += split.accounts_of.size() > 1 ? 1 : 0;
                BOOST_TEST(split.commands == alone.commands);
                BOOST_REQUIRE_MESSAGE(split.of == alone.of, first_difference(alone, split));
            }
        }
        BOOST_TEST(in_several_arms > 30);
    }
}

BOOST_AUTO_TEST_SUITE_END()
