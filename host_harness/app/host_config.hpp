// config/host.toml: where plugins are found, where checked copies of them are kept, how durable the
// journal is, how often the runtime's state is put beside it, whether a ledger of record is kept,
// and what a sidecar may cost. Read at start-up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <foundation/status.hpp>
#include <journal/writer.hpp>
#include <placement/sidecar.hpp>

namespace lpc::app {

struct HostConfig {
    std::vector<std::string> plugin_folders;  // looked through in order
    std::string cache_folder;
    journal::Options journal;
    std::uint64_t snapshot_every_inputs = 200'000;  // 0: none is taken
    bool ledger_of_record = false;                  // a run writes ledger.sqlite
    std::int64_t sidecar_patience_ns = 1'000'000'000;
    std::uint64_t sidecar_memory_bytes = std::uint64_t{1} << 30;
};

// How this binary starts its sidecars.
placement::SidecarTerms sidecar_terms(const HostConfig& host);

// config/NAME of the scenario config/scenarios/FILE.toml, however the scenario is named.
std::string beside_scenarios(const std::string& scenario, const std::string& name);

// `file` empty: the host.toml beside the scenario's folder (config/host.toml), or the defaults
// where there is none or `scenario` is empty. The folder of shipped plugins beside the binary is
// always looked through last.
Result<HostConfig> load_host_config(const std::string& file, const std::string& scenario);

}  // namespace lpc::app
