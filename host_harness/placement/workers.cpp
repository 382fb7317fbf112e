#include "workers.hpp"

#include <utility>

#include "worker.hpp"

namespace lpc::placement {

Workers::Workers() : thread_([this] { clear_away(); }) {}

Workers::~Workers() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ends_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

Result<std::unique_ptr<runtime::Instance>> Workers::create(runtime::Placement placement,
                                                           std::uint32_t id,
                                                           runtime::PluginCode code,
                                                           const runtime::LogSink& log) {
    return here_.create(placement, id, std::move(code), log);
}

std::unique_ptr<runtime::Delivery> Workers::place(runtime::Placement placement,
                                                  runtime::Following following) {
    if (placement == runtime::Placement::engine)
        return here_.place(placement, std::move(following));
    return std::make_unique<Worker>(std::move(following));
}

void Workers::retire(std::shared_ptr<const void> done) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        retired_.push_back(std::move(done));
    }
    changed_.notify_one();
}

void Workers::clear_away() {
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
