// The premises that a host lends to its runtime: a thread for each follower that is to have one,
// and one that destroys what is retired. Lives longer than the runtime. Engine thread only.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <runtime/following/delivery.hpp>

namespace lpc::placement {

class Workers final : public runtime::Premises {
  public:
    Workers();
    ~Workers() override;
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    Result<std::unique_ptr<runtime::Instance>> create(runtime::Placement placement,
                                                      std::uint32_t id, runtime::PluginCode code,
                                                      const runtime::LogSink& log) override;
    std::unique_ptr<runtime::Delivery> place(runtime::Placement placement,
                                             runtime::Following following) override;
    void retire(std::shared_ptr<const void> done) override;

  private:
    void clear_away();

    runtime::OnEngineThread here_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::shared_ptr<const void>> retired_;
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace lpc::placement
