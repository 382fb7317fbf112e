// An instance whose code runs in a sidecar. It is asked and answers by messages; whoever has it
// waits in fetch_answer() and fetch_saved() alone, and take() and save() have what came. Without
// that they wait themselves, and throw if it is lost: then the runtime is poisoned.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <runtime/instance.hpp>

#include "sidecar.hpp"

namespace lpc::placement {

class SidecarInstance final : public runtime::Instance {
  public:
    SidecarInstance(std::uint32_t id, runtime::PluginCode code, std::unique_ptr<Sidecar> sidecar)
        : Instance(id, std::move(code)), sidecar_(std::move(sidecar)) {}

    Result<runtime::TurnOutput> take() override;
    Result<std::span<const std::uint8_t>> save(std::uint64_t account) override;
    Status load(std::uint64_t account, std::uint32_t format,
                std::span<const std::uint8_t> saved) override;

    runtime::Placement placement() const override { return runtime::Placement::sidecar; }
    std::optional<runtime::Lost> fetch_answer() override;
    std::optional<runtime::Lost> fetch_saved(std::span<const std::uint64_t> accounts) override;

    Sidecar& sidecar() { return *sidecar_; }
    // Tells it what is in the inbox.
    void flush();

  private:
    using Saved = Result<std::vector<std::uint8_t>>;

    void do_ask(const lpc_turn& turn, const runtime::TurnLimits& limits) override;
    std::optional<runtime::Lost> await_saved(std::uint64_t account, std::uint64_t number);

    std::unique_ptr<Sidecar> sidecar_;
    std::uint64_t question_ = 0;  // number; 0: none is open
    std::int64_t commands_max_ = 0;
    std::optional<Result<runtime::TurnOutput>> answer_;
    std::map<std::uint64_t, Saved> saved_;  // by account
    std::vector<std::uint8_t> shown_;       // what save() has given out
};

// Why the runtime is poisoned: it was lost where nothing may depend on it.
[[noreturn]] void lost_within(const std::string& id, const runtime::Lost& lost);

}  // namespace lpc::placement
