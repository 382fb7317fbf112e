// How operating failures travel inside the host: a value or one clear sentence (what, where, found,
// expected). Each frame may put its context in front. Nothing here throws; no global state.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace lpc {

struct Error {
    std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(std::string message) {
    return tl::unexpected<Error>(Error{std::move(message)});
}

// The same failure seen from one frame further out: "reading a.csv: row 3 ...".
[[nodiscard]] inline tl::unexpected<Error> fail_in(const std::string& where, const Error& inner) {
    return fail(where + ": " + inner.message);
}

}  // namespace lpc
