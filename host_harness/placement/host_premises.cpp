#include "host_premises.hpp"

#include <utility>

#include "sidecar_delivery.hpp"
#include "worker.hpp"

namespace lpc::placement {

HostPremises::HostPremises(std::optional<SidecarTerms> sidecars)
    : terms_(std::move(sidecars)), thread_([this] { clear_away(); }) {}

HostPremises::~HostPremises() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ends_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

Result<std::unique_ptr<runtime::Instance>> HostPremises::create(runtime::Placement placement,
                                                                std::uint32_t id,
                                                                runtime::PluginCode code,
                                                                const runtime::LogSink& log) {
    if (placement != runtime::Placement::sidecar)
        return here_.create(placement, id, std::move(code), log);
    auto sidecar = sidecar_of(code.identity.sha256, log);
    if (!sidecar) return tl::unexpected(sidecar.error());
    return std::make_unique<SidecarInstance>(id, std::move(code), std::move(*sidecar));
}

Result<std::unique_ptr<Sidecar>> HostPremises::sidecar_of(const std::string& sha256,
                                                          const runtime::LogSink& log) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto it = ready_.find(sha256);
        if (it != ready_.end()) {
            std::unique_ptr<Sidecar> sidecar = std::move(it->second);
            ready_.erase(it);
            return sidecar;
        }
    }
    if (!terms_) return fail("a sidecar is wanted, and this host starts none");
    return Sidecar::start(*terms_, sha256, log);
}

Status HostPremises::prepare(const std::string& sha256, const runtime::LogSink& log) {
    if (!terms_) return fail("a sidecar is wanted, and this host starts none");
    auto sidecar = Sidecar::start(*terms_, sha256, log);
    if (!sidecar) return tl::unexpected(sidecar.error());
    const std::lock_guard<std::mutex> lock(mutex_);
    ready_.emplace(sha256, std::move(*sidecar));
    return {};
}

std::unique_ptr<runtime::Delivery> HostPremises::place(runtime::Placement placement,
                                                       runtime::Following following) {
    if (placement == runtime::Placement::engine)
        return here_.place(placement, std::move(following));
    if (placement == runtime::Placement::sidecar)
        return std::make_unique<SidecarDelivery>(following.exchange({}).actor, following.limits());
    return std::make_unique<Worker>(std::move(following));
}

void HostPremises::retire(std::shared_ptr<const void> done) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        retired_.push_back(std::move(done));
    }
    changed_.notify_one();
}

void HostPremises::clear_away() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ends_ || !retired_.empty(); });
        if (retired_.empty()) return;
        std::vector<std::shared_ptr<const void>> done = std::exchange(retired_, {});
        lock.unlock();
        done.clear();
        lock.lock();
    }
}

}  // namespace lpc::placement
