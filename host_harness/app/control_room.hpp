// Everything that lets an operator command a run: server, clerk and conductor, wired together. Made
// before the run and ended after it, on the main thread; the run is steered on the engine's.
#pragma once

#include <control/server.hpp>
#include <memory>
#include <placement/host_premises.hpp>
#include <scenario/run.hpp>
#include <string>

#include "conductor.hpp"
#include "control_config.hpp"
#include "host_config.hpp"

namespace lpc::app {

class ControlRoom {
  public:
    // Listens at the endpoint when it returns. `config_file` empty: control.toml beside the
    // scenario's folder. `premises` are those of the run.
    static Result<std::unique_ptr<ControlRoom>> open(const std::string& endpoint,
                                                     const std::string& config_file,
                                                     const HostConfig& host,
                                                     const scenario::ScenarioConfig& scenario,
                                                     placement::HostPremises& premises);
    ~ControlRoom();

    // Lets the run be steered from here; its code is looked for here first.
    void take_charge(scenario::RunOptions& options);
    // The run is over: what is undecided is refused, the server ends.
    void close();

    const std::string& endpoint() const { return server_->endpoint(); }

  private:
    ControlRoom(const ControlConfig& config, const HostConfig& host,
                const scenario::ScenarioConfig& scenario, placement::HostPremises& premises);

    Clerk clerk_;
    Conductor conductor_;
    std::unique_ptr<control::Server> server_;
};

}  // namespace lpc::app
