#include "bidding/hatch.hpp"

#include <iterator>
#include <utility>

namespace lpc::bidding {

bool Hatch::push(Arrival arrival) {
    {
        const std::lock_guard lock(mutex_);
        const bool leaves = std::holds_alternative<Goodbye>(arrival.message.what);
        if (stopping_ || (!leaves && arrivals_.size() >= rules_.arrivals_max)) return false;
        // Bounded too: between two of a provider it has said something that was taken.
        const bool again = leaves && !arrivals_.empty() &&
                           arrivals_.back().account == arrival.account &&
                           std::holds_alternative<Goodbye>(arrivals_.back().message.what);
        if (!again) arrivals_.push_back(std::move(arrival));
    }
    arrived_.notify_one();
    return true;
}

std::vector<Outgoing> Hatch::take_outgoing() {
    const std::lock_guard lock(mutex_);
    signal_.clear();
    return std::exchange(outgoing_, {});
}

bool Hatch::stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

bool Hatch::wait(std::chrono::nanoseconds most) {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, most, [this] { return !arrivals_.empty(); });
}

std::vector<Arrival> Hatch::take_arrivals() {
    const std::lock_guard lock(mutex_);
    std::vector<Arrival> taken(std::make_move_iterator(arrivals_.begin()),
                               std::make_move_iterator(arrivals_.end()));
    arrivals_.clear();
    return taken;
}

void Hatch::tell(Outgoing outgoing) {
    const std::lock_guard lock(mutex_);
    const bool decision = std::holds_alternative<Decision>(outgoing);
    if (!decision && outgoing_.size() >= rules_.outgoing_max) return;
    outgoing_.push_back(std::move(outgoing));
    signal_.raise();
}

void Hatch::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    signal_.raise();
}

}  // namespace lpc::bidding
