// An instance whose code runs here: calls of its table, on the thread that has it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "instance.hpp"

namespace lpc::runtime {

class InProcess final : public Instance {
  public:
    // An error says why the plugin's create answered NULL.
    static Result<std::unique_ptr<Instance>> create(std::uint32_t id, PluginCode code,
                                                    const LogSink& log);
    ~InProcess() override;

    Result<TurnOutput> take() override;
    Result<std::span<const std::uint8_t>> save(std::uint64_t account) override;
    Status load(std::uint64_t account, std::uint32_t format,
                std::span<const std::uint8_t> saved) override;

  private:
    InProcess(std::uint32_t id, PluginCode code, const LogSink& log);
    void do_ask(const lpc_turn& turn, const TurnLimits& limits) override;
    Status deliver();
    Status hear_inbox();
    Result<TurnOutput> commands_of(const lpc_turn& turn, const TurnLimits& limits);

    LogSink log_;
    lpc_host host_;
    lpc_instance* self_ = nullptr;
    std::vector<lpc_hook> hooks_;
    std::vector<lpc_command> buffer_;
    std::vector<std::uint8_t> saved_;
    TurnOutput output_;
    Status failed_;
};

}  // namespace lpc::runtime
