#include "control_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

namespace lpc::app {
namespace {

using control::Answer;
using control::Order;
using Json = nlohmann::ordered_json;

Json json_of(const control::PluginFile& plugin) {
    return {{"plugin", plugin.id},
            {"version", plugin.version},
            {"sha256", plugin.sha256},
            {"params_sha256", plugin.params_sha256}};
}

Json json_of(const control::Follower::Accounts& accounts) {
    return {{"count", accounts.count}, {"first", accounts.first}};
}

Json json_of(const control::Follower& follower) {
    Json json = json_of(follower.plugin);
    json["purpose"] = name_of(follower.purpose);
    json["accounts_done"] = follower.accounts_done;
    json["accounts_total"] = follower.accounts_total;
    json["lag_inputs"] = follower.lag_inputs;
    json["ready"] = follower.ready;
    json["turns_compared"] = follower.turns_compared;
    json["turns_differed"] = follower.turns_differed;
    json["would_close"] = json_of(follower.would_close);
    json["would_spare"] = json_of(follower.would_spare);
    return json;
}

Json json_of(const control::StageReport& stage) {
    Json arms = Json::array();
    for (const control::ArmReport& arm : stage.arms) {
        Json json{{"arm", arm.name}};
        json.update(json_of(arm.plugin));
        json["share_ppb"] = arm.share_ppb;
        json["accounts"] = arm.accounts;
        json["followers"] = Json::array();
        for (const control::Follower& follower : arm.followers)
            json["followers"].push_back(json_of(follower));
        arms.push_back(std::move(json));
    }
    return {{"name", stage.name}, {"generation", stage.generation}, {"arms", std::move(arms)}};
}

Json json_of(const control::HostReport& host) {
    return {{"state", name_of(host.state)},
            {"version", host.version},
            {"engine_time_ns", host.engine_time_ns},
            {"generation", host.generation},
            {"accounts", host.accounts},
            {"closeouts", host.closeouts},
            {"holds",
             {{"everything", host.holds.everything},
              {"accounts", host.holds.accounts},
              {"instruments", host.holds.instruments}}},
            {"events_endpoint", host.events_endpoint}};
}

std::string text_of(const control::PluginFile& plugin) {
    return fmt::format("{} {} ({})", plugin.id, plugin.version, plugin.sha256.substr(0, 12));
}

// "33.20 %", rounded to the nearest hundredth.
std::string share_text(std::uint64_t ppb) {
    const std::uint64_t hundredths = (ppb + 50'000) / 100'000;
    return fmt::format("{}.{:02} %", hundredths / 100, hundredths % 100);
}

std::string accounts_text(const char* what, const control::Follower::Accounts& accounts) {
    constexpr std::size_t kShownMax = 10;
    if (accounts.count == 0) return {};
    std::vector<std::uint64_t> shown = accounts.first;
    shown.resize(std::min(shown.size(), kShownMax));
    return fmt::format("               {} {} accounts: {}{}\n", what, accounts.count,
                       fmt::join(shown, ", "), accounts.count > shown.size() ? ", ..." : "");
}

std::string text_of(const control::Follower& follower) {
    std::string text =
        fmt::format("    {:<10} {}", name_of(follower.purpose), text_of(follower.plugin));
    if (follower.accounts_total > 0)
        text += fmt::format(", {} of {} accounts", follower.accounts_done, follower.accounts_total);
    text += follower.ready ? ", ready" : fmt::format(", {} inputs behind", follower.lag_inputs);
    if (follower.turns_compared > 0)
        text += fmt::format(", {} of {} turns differed", follower.turns_differed,
                            follower.turns_compared);
    return text + "\n" +
           accounts_text("would have closed out, and the acting plugin did not",
                         follower.would_close) +
           accounts_text("would have spared, and the acting plugin closed out",
                         follower.would_spare);
}

std::string text_of(const control::StageReport& stage) {
    std::string text = fmt::format("{}: stage generation {}\n", stage.name, stage.generation);
    for (const control::ArmReport& arm : stage.arms) {
        const bool only = arm.name.empty();
        text += fmt::format("  {}{}, {} accounts{}\n", only ? "" : "arm " + arm.name + ": ",
                            text_of(arm.plugin), arm.accounts,
                            only ? "" : ", " + share_text(arm.share_ppb) + " of those that come");
        for (const control::Follower& follower : arm.followers) text += text_of(follower);
    }
    return text;
}

std::string text_of(const control::HostReport& host) {
    std::string text = fmt::format(
        "{}, lpc {}, engine time {} ns\nhost generation {}, {} accounts, {} close-outs\n",
        name_of(host.state), host.version, host.engine_time_ns, host.generation, host.accounts,
        host.closeouts);
    if (host.holds.everything) text += "held: everything\n";
    if (!host.holds.accounts.empty())
        text += fmt::format("held accounts: {}\n", fmt::join(host.holds.accounts, ", "));
    if (!host.holds.instruments.empty())
        text += fmt::format("held instruments: {}\n", fmt::join(host.holds.instruments, ", "));
    if (!host.events_endpoint.empty()) text += fmt::format("events at {}\n", host.events_endpoint);
    return text;
}

}  // namespace

std::string json_of(const Order& order, const Answer& answer) {
    Json json{{"command", name_of(order.verb)},
              {"outcome", name_of(answer.outcome)},
              {"why", answer.why},
              {"generation", nullptr},
              {"sequence", answer.sequence},
              {"request_id", text_of(order.request_id)}};
    if (answer.generation) json["generation"] = *answer.generation;
    if (answer.host) json["host"] = json_of(*answer.host);
    if (order.verb == control::Verb::stages) {
        json["stages"] = Json::array();
        for (const control::StageReport& stage : answer.stages)
            json["stages"].push_back(json_of(stage));
    }
    // Why: a path in a sentence may hold any bytes.
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string text_of(const Order& order, const Answer& answer) {
    if (answer.outcome == control::Outcome::refused) return "refused: " + answer.why + "\n";
    std::string text;
    if (answer.host) text += text_of(*answer.host);
    for (const control::StageReport& stage : answer.stages) text += text_of(stage);
    if (changes_something(order.verb)) {
        text += fmt::format("done: {}", name_of(order.verb));
        if (!order.stage.empty()) text += " of stage " + order.stage;
        if (answer.generation)
            text += fmt::format(", {} generation {}", order.stage.empty() ? "host" : "stage",
                                *answer.generation);
        text += fmt::format(", decided by input {}\n", answer.sequence);
    }
    if (!answer.why.empty()) text += answer.why + "\n";
    return text;
}

}  // namespace lpc::app
