// What a bench makes of its samples. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace lpc::app {

// The sample below which so many percent of the others lie; there must be one.
template <class T>
T percentile(std::vector<T> samples, std::size_t percent) {
    const std::size_t at = (samples.size() - 1) * percent / 100;
    const auto found = samples.begin() + static_cast<std::ptrdiff_t>(at);
    std::nth_element(samples.begin(), found, samples.end());
    return *found;
}

template <class T>
T median(std::vector<T> samples) {
    return percentile(std::move(samples), 50);
}

}  // namespace lpc::app
