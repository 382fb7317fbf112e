// A follower on a thread of its own. The engine's thread hands batches over without a lock and
// without waiting or waking; it does both in settle() only. What the follower says is a function of
// the stream, so the thread's speed decides nothing. Owns the thread; the destructor joins it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <thread>

#include <runtime/following/delivery.hpp>

namespace lpc::placement {

class Worker final : public runtime::Delivery {
  public:
    explicit Worker(runtime::Following following);
    ~Worker() override;

    void give(runtime::Stream& stream) override;
    Status settle() override;
    std::uint64_t lag() const override;
    std::optional<Error> failure() const override;
    runtime::Comparison comparison() const override;
    runtime::Exchanged exchange(runtime::Actor actor) override;
    runtime::Exchanged release() override { return exchange({}); }

  private:
    // A link of the queue; the first one has been heard.
    struct Batch {
        runtime::Stream stream;
        std::atomic<Batch*> next{nullptr};
    };

    void work();
    void hear(const runtime::Stream& stream);

    mutable std::mutex busy_;  // held while a batch is heard; the engine only tries it
    runtime::Following following_;
    mutable runtime::Comparison seen_;  // the engine's copy
    std::optional<Error> failure_;      // set once, before failed_
    std::atomic<bool> failed_{false};
    Batch* first_;                         // the worker's end of the queue
    Batch* last_;                          // the engine's end
    std::atomic<std::uint64_t> given_{0};  // records
    std::atomic<std::uint64_t> heard_{0};
    std::atomic<bool> ends_{false};
    std::counting_semaphore<> bell_{0};  // wakes it before its nap is over
    std::thread thread_;
};

}  // namespace lpc::placement
