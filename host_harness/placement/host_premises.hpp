// The premises that a host lends to its runtime: a thread for each follower that is to have one, a
// process for each instance that is to have one, and a thread that destroys what is retired. Lives
// longer than the runtime. Engine thread only, but for prepare().
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <runtime/following/delivery.hpp>

#include "sidecar.hpp"

namespace lpc::placement {

class HostPremises final : public runtime::Premises {
  public:
    // Without terms there are no sidecars.
    explicit HostPremises(std::optional<SidecarTerms> sidecars = {});
    ~HostPremises() override;
    HostPremises(const HostPremises&) = delete;
    HostPremises& operator=(const HostPremises&) = delete;

    Result<std::unique_ptr<runtime::Instance>> create(runtime::Placement placement,
                                                      std::uint32_t id, runtime::PluginCode code,
                                                      const runtime::LogSink& log) override;
    std::unique_ptr<runtime::Delivery> place(runtime::Placement placement,
                                             runtime::Following following) override;
    void retire(std::shared_ptr<const void> done) override;

    // Starts a process for an instance of this plugin, so that create() need not wait for that. Any
    // thread.
    Status prepare(const std::string& sha256, const runtime::LogSink& log);

  private:
    void clear_away();
    Result<std::unique_ptr<Sidecar>> sidecar_of(const std::string& sha256,
                                                const runtime::LogSink& log);

    const std::optional<SidecarTerms> terms_;

    runtime::OnEngineThread here_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::shared_ptr<const void>> retired_;
    std::multimap<std::string, std::unique_ptr<Sidecar>> ready_;  // by sha256
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace lpc::placement
