#include "volume.hpp"

#include <algorithm>

namespace lpc::twap {

void VolumeTape::observe(std::int64_t now_ns, std::int64_t others_lots, std::int64_t window_ns) {
    if (!begun) {
        begun = true;
        older = newer = {now_ns, others_lots};
    }
    if (others_lots == last_lots) return;
    if (now_ns - newer.at_ns >= window_ns) {
        older = newer;
        newer = {now_ns, others_lots};
    }
    last_lots = others_lots;
}

std::optional<VolumeRate> VolumeTape::rate(std::int64_t now_ns) const {
    if (!begun || now_ns <= older.at_ns) return std::nullopt;
    return VolumeRate{std::max<std::int64_t>(0, last_lots - older.lots), now_ns - older.at_ns};
}

}  // namespace lpc::twap
