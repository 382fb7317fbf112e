// The client commands of lpc as an operator meets them, against a server of the test's own: exit
// codes, one JSON object, one sentence.
#include <app/control_config.hpp>
#include <boost/test/unit_test.hpp>
#include <control/server.hpp>
#include <control/signing.hpp>
#include <mutex>
#include <nlohmann/json.hpp>
#include <support/control_rig.hpp>

#include "scenario/workshop.hpp"

using namespace lpc::control;
using lpc::sockets::read_curve_keys;
using lpc::test::TestHost;
using Ran = lpc::tests::Outcome;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool is_one_sentence(const std::string& text) {
    return text.starts_with("lpc: ") && text.find('\n') == text.size() - 1;
}

// Answers with a report, and refuses what expects another generation than 7.
class ReportingHost : public TestHost {
  public:
    void submit(Order order, Reply reply) override {
        Answer answer = done();
        if (order.expected_generation.value_or(7) != 7) {
            answer.outcome = lpc::control::Outcome::refused;
            answer.why = "stage work is at generation 7, expected 6";
        }
        if (order.verb == Verb::status) {
            answer.host.emplace().version = "9.9";
            answer.host->holds.accounts = {5, 8};
        }
        if (order.verb == Verb::stages) {
            StageReport& stage = answer.stages.emplace_back();
            stage.name = "work";
            stage.generation = 7;
            ArmReport& arm = stage.arms.emplace_back();
            arm.plugin = {"org.lpc.twap", "2", std::string(64, 'a')};
            Follower& follower = arm.followers.emplace_back();
            follower.plugin = {"org.lpc.auction", "1", std::string(64, 'b')};
            follower.accounts_done = 3;
            follower.accounts_total = 4;
        }
        {
            const std::lock_guard lock(mutex_);
            last_ = std::move(order);
        }
        reply(std::move(answer));
    }
    Order last() const {
        const std::lock_guard lock(mutex_);
        return last_;
    }

  private:
    mutable std::mutex mutex_;
    Order last_;
};

struct Operations {
    Operations() {
        ServerConfig config;
        config.endpoint = "ipc://" + shop.path("control");
        config.entrance.allow_plaintext_ipc = true;
        config.plaintext_role = Role::approver;
        config.rules.rate = {10'000, 10'000};
        server = std::move(*Server::start(config, host, {}));
    }
    Ran lpc(std::vector<std::string> args) {
        args.insert(args.end(), {"--control", server->endpoint(), "--timeout-s", "20"});
        return shop.lpc(args);
    }

    Workshop shop;
    ReportingHost host;
    std::unique_ptr<Server> server;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(control_command)

BOOST_AUTO_TEST_CASE(each_command_reaches_the_host_as_it_was_typed) {
    Operations at;
    BOOST_TEST(at.lpc({"swap", "work", "folder/twap.so", "--arm", "b", "--state", "facts-only",
                       "--param", "slices_count=-3", "--param", "a=1", "--expect-generation", "7"})
                   .code == 0);
    BOOST_TEST(at.host.last().stage == "work");
    BOOST_TEST(at.host.last().file.starts_with('/'));
    BOOST_TEST(at.host.last().file.ends_with("/folder/twap.so"));
    BOOST_TEST(at.host.last().arm == "b");
    BOOST_TEST((at.host.last().state == StateTransfer::facts_only));
    BOOST_TEST((at.host.last().params == std::vector<Param>{{"slices_count", -3}, {"a", 1}}));
    BOOST_TEST(*at.host.last().expected_generation == 7u);
    BOOST_TEST(at.lpc({"shadow", "work", "twap.so"}).code == 0);
    BOOST_TEST(at.host.last().file == "twap.so");
    BOOST_TEST(at.lpc({"promote", "work", "b"}).code == 0);
    BOOST_TEST(at.host.last().arm == "b");
    BOOST_TEST(at.lpc({"rollback", "work"}).code == 0);
    BOOST_TEST((at.host.last().verb == Verb::rollback));
    BOOST_TEST(at.lpc({"pause"}).code == 0);
    BOOST_TEST(at.lpc({"resume"}).code == 0);
    BOOST_TEST((at.host.last().verb == Verb::resume));
    BOOST_TEST(at.lpc({"hold", "--account", "77"}).code == 0);
    BOOST_TEST(*at.host.last().account == 77u);
    BOOST_TEST(at.lpc({"unhold", "--instrument", "0"}).code == 0);
    BOOST_TEST(*at.host.last().instrument == 0u);
    BOOST_TEST(at.lpc({"hold", "--everything"}).code == 0);
    BOOST_TEST(!at.host.last().account.has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_is_readable_and_one_json_object) {
    Operations at;
    const Ran status = at.lpc({"status"});
    BOOST_TEST(has(status.out, "held accounts: 5, 8"));
    const Json host = Json::parse(at.lpc({"status", "--json"}).out);
    BOOST_TEST(host["outcome"] == "done");
    BOOST_TEST(host["host"]["version"] == "9.9");
    const Ran stages = at.lpc({"stages"});
    BOOST_TEST(has(stages.out, "work: stage generation 7"));
    BOOST_TEST(has(stages.out, "3 of 4 accounts"));
    const Json json = Json::parse(at.lpc({"stages", "--json"}).out);
    BOOST_TEST(json["stages"][0]["arms"][0]["followers"][0]["accounts_done"] == 3);
    BOOST_TEST(json["stages"][0]["arms"][0]["sha256"] == std::string(64, 'a'));
    BOOST_TEST(json["generation"] == 7);
}

BOOST_AUTO_TEST_CASE(what_the_host_refuses_is_exit_1_with_its_reason) {
    Operations at;
    const Ran refused = at.lpc({"rollback", "work", "--expect-generation", "6"});
    BOOST_TEST(refused.code == 1);
    BOOST_TEST(refused.out == "refused: stage work is at generation 7, expected 6\n");
    const Ran json = at.lpc({"rollback", "work", "--expect-generation", "6", "--json"});
    BOOST_TEST(json.code == 1);
    BOOST_TEST(Json::parse(json.out)["outcome"] == "refused");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_here_is_exit_2_with_one_sentence) {
    Operations at;
    const std::vector<std::vector<std::string>> wrong{{"hold"},
                                                      {"hold", "--account", "0"},
                                                      {"hold", "--account", "1", "--everything"},
                                                      {"swap", "work"},
                                                      {"swap", "work", "a.so", "--param", "x"},
                                                      {"swap", "work", "a.so", "--param", "x=1.5"},
                                                      {"swap", "work", "a.so", "--state", "half"},
                                                      {"status", "--expect-generation", "1"},
                                                      {"status", "--keys", at.shop.path("none")},
                                                      {"pause", "--timeout-s", "0"}};
    for (const std::vector<std::string>& args : wrong) {
        const Ran outcome = at.lpc(args);
        BOOST_TEST(outcome.code == 2, args.front());
        BOOST_TEST(is_one_sentence(outcome.err), outcome.err);
        BOOST_TEST(outcome.out.empty());
    }
    const Ran nobody =
        at.shop.lpc({"status", "--control", "ipc://" + at.shop.path("nobody"), "--timeout-s", "1"});
    BOOST_TEST(nobody.code == 2);
    BOOST_TEST(has(nobody.err, "nobody listens there"));
    BOOST_TEST(at.shop.lpc({"status"}).code == 2);
}

BOOST_AUTO_TEST_CASE(keys_made_by_keygen_let_a_client_in_and_a_signature_passes_the_policy) {
    const Workshop shop;
    const auto line = [](const Ran& outcome) {
        BOOST_REQUIRE(outcome.code == 0);
        return outcome.out.substr(0, outcome.out.size() - 1);
    };
    const std::string host_key = line(shop.lpc({"keygen", "--out", shop.path("host.keys")}));
    const std::string key =
        line(shop.lpc({"keygen", "--out", shop.path("ann.keys"), "--server", host_key}));
    TestHost host;
    ServerConfig config;
    config.endpoint = "tcp://127.0.0.1:*";
    config.entrance.keys = *read_curve_keys(shop.path("host.keys"));
    config.clients_file = shop.write("clients", "viewer ann " + key + "\n");
    auto server = Server::start(config, host, {});
    BOOST_REQUIRE(server.has_value());
    const std::vector<std::string> there{"--control", (*server)->endpoint(), "--keys"};
    const auto ask = [&](std::vector<std::string> args, const std::string& keys) {
        args.insert(args.end(), there.begin(), there.end());
        args.push_back(shop.path(keys));
        return shop.lpc(args);
    };
    BOOST_TEST(ask({"status"}, "ann.keys").code == 0);
    BOOST_TEST(has(ask({"pause"}, "ann.keys").out, "'ann' is viewer, expected operator"));
    BOOST_TEST(has(ask({"status"}, "host.keys").err, "no line 'server KEY'"));
    line(shop.lpc({"keygen", "--out", shop.path("eve.keys"), "--server", host_key}));
    BOOST_TEST(has(ask({"status"}, "eve.keys").err, "not on its list of clients"));
    BOOST_TEST(shop.lpc({"keygen", "--out", shop.path("eve.keys")}).code == 2);
    BOOST_TEST(shop.lpc({"keygen", "--out", shop.path("x"), "--server", "short"}).code == 2);

    const std::string signer =
        line(shop.lpc({"keygen", "--signing", "--out", shop.path("sign.keys")}));
    const std::string file = shop.write("twap.so", "a plugin");
    BOOST_TEST(shop.lpc({"sign", file, "--key", shop.path("sign.keys")}).code == 0);
    BOOST_TEST(verify_signature(file, *sha256_of_file(file), {signer}).has_value());
    BOOST_TEST(shop.lpc({"sign", file, "--key", shop.path("ann.keys")}).code == 2);
    BOOST_TEST(shop.lpc({"sign", shop.path("none.so"), "--key", shop.path("sign.keys")}).code == 2);
}

BOOST_AUTO_TEST_CASE(the_shipped_configuration_starts_a_server_and_a_wrong_one_names_its_key) {
    const Workshop shop;
    auto config = lpc::app::load_control_config(LPC_SOURCE_DIR "/config/control.toml", {"plugins"});
    if (!config) BOOST_FAIL(config.error().message);
    BOOST_TEST((config->server.plaintext_role == Role::operating));
    BOOST_TEST(config->plugins.folders.size() == 1u);
    BOOST_TEST(config->server.rules.ids_from_ns > 0u);
    config->server.endpoint = "ipc://" + shop.path("control");
    TestHost host;
    BOOST_TEST(Server::start(config->server, host, {}).has_value());
    const auto wrong = [&](const std::string& text) {
        const auto read = lpc::app::load_control_config(shop.write("control.toml", text), {});
        return read ? std::string() : read.error().message;
    };
    BOOST_TEST(has(wrong("need_approval = [\"dance\"]"), "line 1, key need_approval"));
    BOOST_TEST(has(wrong("require_signature = true"), "expected signing_keys"));
    BOOST_TEST(has(wrong("signing_keys = [\"ab\"]"), "64 hexadecimal digits"));
    BOOST_TEST(has(wrong("plaintext_role = \"king\""), "key plaintext_role"));
    BOOST_TEST(has(wrong("requests_per_s_max = 0"), "key requests_per_s_max"));
    BOOST_TEST(has(wrong("colour = 1"), "colour"));
    BOOST_TEST(has(wrong("server_keys_file = \"none\""), "none"));
    const std::string keys = shop.path("host.keys");
    BOOST_REQUIRE(shop.lpc({"keygen", "--out", keys}).code == 0);
    BOOST_TEST(has(wrong("server_keys_file = \"host.keys\""), "expected a clients_file"));
    shop.write("clients", "");
    BOOST_TEST(wrong("server_keys_file = \"host.keys\"\nclients_file = \"clients\"").empty());
}

BOOST_AUTO_TEST_SUITE_END()
