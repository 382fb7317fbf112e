// The value, or an exception with its sentence: a bench that cannot go on ends. Any thread.
#pragma once

#include <stdexcept>
#include <utility>

#include <foundation/status.hpp>

namespace lpc::app {

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

inline void must(const Status& status) {
    if (!status) throw std::runtime_error(status.error().message);
}

}  // namespace lpc::app
