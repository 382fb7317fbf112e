#include "control_room.hpp"

#include <fmt/format.h>
#include <lpc/host.h>

#include "clock.hpp"
#include "log.hpp"

namespace lpc::app {
namespace {

std::string audit_line(const control::AuditRecord& record) {
    const control::Order& order = record.order;
    const std::string& who = order.caller.name.empty() ? record.address : order.caller.name;
    std::string line = fmt::format(
        "control: {} {}", who, record.readable ? control::name_of(order.verb) : "sent no request");
    if (!order.stage.empty()) line += fmt::format(" {}", order.stage);
    if (!order.file.empty()) line += fmt::format(" {}", order.file);
    line += fmt::format(": {}", control::name_of(record.answer.outcome));
    if (!record.answer.why.empty()) line += fmt::format(", {}", record.answer.why);
    line += fmt::format(" (request {}, sequence {})", control::text_of(order.request_id),
                        record.sequence);
    if (record.repeats > 0) line += fmt::format(", and {} more like it", record.repeats);
    return line;
}

// Who is to follow in a process of his own gets one before the engine asks for it.
Clerk::Prepare processes_for(const ControlConfig& config, placement::HostPremises& premises) {
    if (config.followers_place != runtime::Placement::sidecar) return {};
    return [&premises](const std::string& sha256) { return premises.prepare(sha256, log_sink()); };
}

}  // namespace

ControlRoom::ControlRoom(const ControlConfig& config, const HostConfig& host,
                         const scenario::ScenarioConfig& scenario,
                         placement::HostPremises& premises)
    : clerk_(host, config.plugins, scenario, processes_for(config, premises)),
      conductor_(clerk_, {config.slice_budget_ns, config.probation_ns, config.followers_place,
                          config.follower_lag_max, monotonic_ns,
                          [this](control::Event event) { server_->publish(std::move(event)); }}) {}

ControlRoom::~ControlRoom() {
    close();
}

Result<std::unique_ptr<ControlRoom>> ControlRoom::open(const std::string& endpoint,
                                                       const std::string& config_file,
                                                       const HostConfig& host,
                                                       const scenario::ScenarioConfig& scenario,
                                                       placement::HostPremises& premises) {
    const std::string file =
        config_file.empty() ? beside_scenarios(scenario.file, "control.toml") : config_file;
    auto config = load_control_config(file, host.plugin_folders);
    if (!config) return tl::unexpected(config.error());
    config->server.endpoint = endpoint;
    std::unique_ptr<ControlRoom> room(new ControlRoom(*config, host, scenario, premises));
    control::ServerSinks sinks;
    sinks.audit = [](const control::AuditRecord& record) {
        log_sink()(LPC_LOG_NOTE, audit_line(record));
    };
    sinks.log = [](const std::string& sentence) {
        log_sink()(LPC_LOG_NOTE, "control: " + sentence);
    };
    auto server = control::Server::start(config->server, room->conductor_, std::move(sinks));
    if (!server) return tl::unexpected(server.error());
    room->server_ = std::move(*server);
    return room;
}

void ControlRoom::take_charge(scenario::RunOptions& options) {
    options.code = conductor_.source(std::move(options.code));
    options.steer = [this](scenario::Steering& steering) { conductor_.steer(steering); };
    options.watchers.push_back(&conductor_);
}

void ControlRoom::close() {
    if (!server_) return;
    server_->refuse_from_now();
    conductor_.finish();
    server_->stop();
}

}  // namespace lpc::app
