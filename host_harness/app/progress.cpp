#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace lpc::app {

Progress::Progress(std::string what, bool wanted)
    : what_(std::move(what)), on_(wanted && isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (on_ && shown_per_mille_ >= 0) fmt::print(stderr, "\r{:<78}\r", "");
}

void Progress::show(std::size_t done, std::size_t all) {
    if (!on_ || all == 0) return;
    const int per_mille = static_cast<int>(done * 1000 / all);
    if (per_mille == shown_per_mille_) return;
    shown_per_mille_ = per_mille;
    constexpr std::size_t kWidth = 40;
    const std::size_t filled = done * kWidth / all;
    fmt::print(stderr, "\r{} [{:#<{}}{:.<{}}] {:3}.{} %", what_, "", filled, "", kWidth - filled,
               per_mille / 10, per_mille % 10);
    std::fflush(stderr);
}

}  // namespace lpc::app
