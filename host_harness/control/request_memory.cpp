#include "control/request_memory.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace lpc::control {

Fingerprint fingerprint_of(std::string_view request) {
    Fingerprint sum{};
    crypto_generichash(sum.data(), sum.size(),
                       reinterpret_cast<const unsigned char*>(request.data()), request.size(),
                       nullptr, 0);
    return sum;
}

const RequestMemory::Remembered* RequestMemory::find(const RequestId& id) const {
    const auto found = remembered_.find(id);
    return found == remembered_.end() ? nullptr : &found->second;
}

void RequestMemory::begin(const RequestId& id, const Fingerprint& request, std::uint64_t ticket) {
    remembered_[id] = {request, ticket, std::nullopt};
}

void RequestMemory::settle(const RequestId& id, std::string answer) {
    const auto settled = remembered_.find(id);
    if (settled == remembered_.end()) return;
    settled->second.answer = std::move(answer);
    while (remembered_.size() > remembered_max_) {
        const auto oldest =
            std::find_if(remembered_.begin(), remembered_.end(),
                         [](const auto& entry) { return entry.second.answer.has_value(); });
        if (oldest == remembered_.end()) return;
        floor_ = std::max(floor_, oldest->first);
        remembered_.erase(oldest);
    }
}

}  // namespace lpc::control
