#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <utility>

#include <control/client.hpp>

#include "commands.hpp"
#include "control_args.hpp"
#include "control_report.hpp"

namespace lpc::app {
namespace {

using control::Order;
using control::Verb;

Result<control::Param> param_of(const std::string& text) {
    const std::size_t at = text.find('=');
    control::Param param{text.substr(0, at), 0};
    if (at != std::string::npos && at > 0) {
        const char* end = text.data() + text.size();
        const auto [read, error] = std::from_chars(text.data() + at + 1, end, param.value);
        if (error == std::errc{} && read == end) return param;
    }
    return fail("--param: found '" + text + "', expected NAME=VALUE with a whole number");
}

// The host may run in another folder: a path is told whole, a bare name is for it to find.
std::string told_path(const std::string& file) {
    const std::filesystem::path path(file);
    std::error_code error;
    if (!path.has_parent_path()) return file;
    const std::filesystem::path whole = std::filesystem::absolute(path, error);
    return error ? file : whole.lexically_normal().string();
}

Result<Order> order_of(const ControlArgs& args) {
    const std::string command(name_of(args.verb));
    Order order;
    order.verb = args.verb;
    order.stage = args.stage;
    order.file = told_path(args.file);
    order.arm = args.arm;
    order.state = args.state == "facts-only" ? control::StateTransfer::facts_only
                                             : control::StateTransfer::transfer;
    for (const std::string& text : args.params) {
        auto param = param_of(text);
        if (!param) return fail_in(command, param.error());
        order.params.push_back(std::move(*param));
    }
    const bool held = args.verb == Verb::hold || args.verb == Verb::unhold;
    if (held && !args.account && !args.instrument && !args.everything)
        return fail(command + ": found nothing to " + command +
                    ", expected --account N, --instrument N or --everything");
    order.account = args.account;
    order.instrument = args.instrument;
    order.expected_generation = args.expect_generation;
    order.request_id = control::new_request_id();
    return order;
}

Result<control::ClientConfig> config_of(const ControlArgs& args) {
    control::ClientConfig config;
    config.endpoint = args.endpoint;
    config.timeout = std::chrono::seconds(args.timeout_s);
    config.connect_timeout =
        std::min<std::chrono::milliseconds>(config.connect_timeout, config.timeout);
    if (args.keys.empty()) return config;
    auto keys = sockets::read_curve_keys(args.keys);
    if (!keys) return tl::unexpected(keys.error());
    config.keys = std::move(*keys);
    if (config.keys->server_key.empty())
        return fail(args.keys + ": found no line 'server KEY', expected the host's public key");
    return config;
}

}  // namespace

int control_command(const ControlArgs& args) {
    const auto order = order_of(args);
    if (!order) return wrong(order.error());
    auto config = config_of(args);
    if (!config) return wrong(config.error());
    auto client = control::Client::open(std::move(*config));
    if (!client) return wrong(client.error());
    const auto answer = client->ask(*order);
    if (!answer) return wrong(answer.error());
    fmt::print("{}", args.json ? json_of(*order, *answer) + "\n" : text_of(*order, *answer));
    return answer->outcome == control::Outcome::done ? 0 : 1;
}

}  // namespace lpc::app
