#include "worker.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace lpc::placement {
namespace {

// A turn's stream is heard in microseconds: so long it is cheaper to look again than to sleep.
constexpr int kLooks = 2'000;
// How long the worker sleeps when there is nothing to hear: twice as long each time.
constexpr std::chrono::microseconds kNapMin{50}, kNapMax{1'000};

}  // namespace

Worker::Worker(runtime::Following following)
    : following_(std::move(following)), first_(new Batch), last_(first_) {
    thread_ = std::thread([this] { work(); });
}

Worker::~Worker() {
    ends_.store(true, std::memory_order_release);
    bell_.release();
    thread_.join();
    while (first_ != nullptr) delete std::exchange(first_, first_->next.load());
}

void Worker::give(runtime::Stream& stream) {
    auto batch = std::make_unique<Batch>();
    batch->stream.take(stream);
    const std::uint64_t records = batch->stream.records().size();
    Batch* added = batch.release();
    last_->next.store(added, std::memory_order_release);
    last_ = added;
    // Nobody is woken: the engine's thread would pay for it, turn after turn.
    given_.fetch_add(records, std::memory_order_release);
}

void Worker::work() {
    int looks = 0;
    std::chrono::microseconds nap = kNapMin;
    for (;;) {
        Batch* next = first_->next.load(std::memory_order_acquire);
        if (next == nullptr) {
            if (ends_.load(std::memory_order_acquire)) return;
            if (++looks <= kLooks) continue;
            (void)bell_.try_acquire_for(nap);
            nap = std::min(nap * 2, kNapMax);
            continue;
        }
        looks = 0;
        nap = kNapMin;
        delete std::exchange(first_, next);
        const std::uint64_t records = next->stream.records().size();
        // Who is given up need not hear the rest.
        if (!ends_.load(std::memory_order_relaxed)) hear(next->stream);
        heard_.fetch_add(records, std::memory_order_release);
        heard_.notify_one();
    }
}

void Worker::hear(const runtime::Stream& stream) {
    const std::lock_guard<std::mutex> lock(busy_);
    if (failure_) return;
    if (const Status heard = following_.take(stream.records()); !heard) {
        failure_ = heard.error();
        failed_.store(true, std::memory_order_release);
    }
}

Status Worker::settle() {
    const std::uint64_t given = given_.load(std::memory_order_relaxed);
    std::uint64_t heard = heard_.load(std::memory_order_acquire);
    if (heard != given) bell_.release();
    for (int looks = 0; heard != given; heard = heard_.load(std::memory_order_acquire)) {
        if (++looks > kLooks) heard_.wait(heard, std::memory_order_acquire);
    }
    if (failure_) return tl::unexpected(*failure_);
    return {};
}

std::uint64_t Worker::lag() const {
    const std::uint64_t heard = heard_.load(std::memory_order_acquire);
    return given_.load(std::memory_order_relaxed) - heard;
}

std::optional<Error> Worker::failure() const {
    if (!failed_.load(std::memory_order_acquire)) return std::nullopt;
    return failure_;
}

runtime::Comparison Worker::comparison() const {
    const std::unique_lock<std::mutex> lock(busy_, std::try_to_lock);
    if (lock.owns_lock()) seen_ = following_.comparison();
    return seen_;
}

runtime::Exchanged Worker::exchange(runtime::Actor actor) {
    const std::lock_guard<std::mutex> lock(busy_);
    return following_.exchange(std::move(actor));
}

}  // namespace lpc::placement
