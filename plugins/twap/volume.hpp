// What others trade in an instrument, measured over a sliding time from VOLUME facts; our own
// close-outs are taken out, or they would feed on themselves in a cascade. One mark each window:
// state of a few numbers. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>

namespace lpc::twap {

struct VolumeRate {
    std::int64_t lots = 0, span_ns = 1;  // so many lots in so much time
};

class VolumeTape {
  public:
    // What others have traded since the start, as it is known in a turn at `now_ns`. Told again it
    // changes nothing.
    void observe(std::int64_t now_ns, std::int64_t others_lots, std::int64_t window_ns);
    // Over the time since the older mark: one to two windows once it has run so long. Nothing if no
    // time has passed since the first fact.
    std::optional<VolumeRate> rate(std::int64_t now_ns) const;

    friend bool operator==(const VolumeTape&, const VolumeTape&) = default;

    struct Mark {
        std::int64_t at_ns = 0, lots = 0;
        friend bool operator==(const Mark&, const Mark&) = default;
    };
    bool begun = false;
    Mark older, newer;
    std::int64_t last_lots = 0;
};

}  // namespace lpc::twap
