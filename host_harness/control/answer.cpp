#include "control/answer.hpp"

#include <array>
#include <cstddef>

namespace lpc::control {

std::string_view name_of(Outcome outcome) {
    return outcome == Outcome::done ? "done" : "refused";
}

std::string_view name_of(Purpose purpose) {
    constexpr std::array<std::string_view, 3> kNames{"shadow", "warming", "probation"};
    return kNames.at(static_cast<std::size_t>(purpose));
}

std::string_view name_of(HostState state) {
    constexpr std::array<std::string_view, 4> kNames{"running", "paused", "ending", "poisoned"};
    return kNames.at(static_cast<std::size_t>(state));
}

}  // namespace lpc::control
