#include <lpc/limits.h>

#include <algorithm>
#include <cstddef>
#include <lpc/sdk/rounding.hpp>
#include <scenario/synthetic_path.hpp>
#include <string>
#include <string_view>
#include <venue/random.hpp>

namespace lpc::scenario {

namespace {

struct Bounds {
    std::int64_t min = 0;
    std::int64_t max = 0;
};

Status judge_number(std::string_view name, std::int64_t found, Bounds bounds) {
    if (found >= bounds.min && found <= bounds.max) return {};
    return fail("synthetic path: " + std::string(name) + ": found " + std::to_string(found) +
                ", expected an integer from " + std::to_string(bounds.min) + " to " +
                std::to_string(bounds.max));
}

Status judge_waypoints(const SyntheticOptions& options) {
    const auto& points = options.waypoints;
    if (points.size() < 2) {
        return fail("synthetic path: waypoints: found " + std::to_string(points.size()) +
                    ", expected at least 2");
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
        const std::string where = "waypoints[" + std::to_string(i) + "].";
        const Bounds times =
            i == 0 ? Bounds{0, 0}
                   : Bounds{points[i - 1].at_ns + 1, LPC_TIME_MAX_NS - options.start_ns};
        if (Status status = judge_number(where + "at_ns", points[i].at_ns, times); !status) {
            return status;
        }
        if (Status status =
                judge_number(where + "price_ticks", points[i].price_ticks, {1, LPC_PRICE_MAX});
            !status) {
            return status;
        }
    }
    if (points.back().at_ns / options.step_ns >= market_data::kPathStepsMax) {
        return fail("synthetic path: step_ns: found " + std::to_string(options.step_ns) +
                    ", expected at most " + std::to_string(market_data::kPathStepsMax) + " steps");
    }
    return {};
}

Status judge(const SyntheticOptions& options) {
    const struct {
        std::string_view name;
        std::int64_t found;
        Bounds bounds;
    } numbers[] = {
        {"start_ns", options.start_ns, {0, LPC_TIME_MAX_NS}},
        {"step_ns", options.step_ns, {1, LPC_TIME_MAX_NS}},
        {"noise_max_ppb", options.noise_max_ppb, {0, kNoiseMaxPpb}},
        {"noise_step_ppb", options.noise_step_ppb, {0, kNoiseMaxPpb}},
        {"reversion_ppb", options.reversion_ppb, {0, LPC_RATE_ONE_PPB}},
        {"volume_lots", options.volume_lots, {0, kPathVolumeMax}},
        {"volume_spread_ppb", options.volume_spread_ppb, {0, LPC_RATE_ONE_PPB}},
    };
    for (const auto& number : numbers) {
        if (Status status = judge_number(number.name, number.found, number.bounds); !status) {
            return status;
        }
    }
    return judge_waypoints(options);
}

// value * ppb / 1e9, halves up.
std::int64_t scaled(std::int64_t value, std::int64_t ppb) {
    const Int128 dividend = 2 * Int128{value} * ppb + LPC_RATE_ONE_PPB;
    return static_cast<std::int64_t>(div_floor(dividend, 2 * Int128{LPC_RATE_ONE_PPB}));
}

// The line between two waypoints, rounded down.
std::int64_t line_price(const Waypoint& from, const Waypoint& to, std::int64_t at_ns) {
    const Int128 travelled = Int128{to.price_ticks - from.price_ticks} * (at_ns - from.at_ns);
    return from.price_ticks +
           static_cast<std::int64_t>(div_floor(travelled, to.at_ns - from.at_ns));
}

std::int64_t next_noise(std::int64_t noise, const SyntheticOptions& options,
                        venue::Random& random) {
    const auto forgotten = static_cast<std::int64_t>(
        div_floor(Int128{noise} * options.reversion_ppb, LPC_RATE_ONE_PPB));
    const std::int64_t drawn = random.between(-options.noise_step_ppb, options.noise_step_ppb);
    return std::clamp(noise - forgotten + drawn, -options.noise_max_ppb, options.noise_max_ppb);
}

}  // namespace

Result<market_data::PricePath> synthetic_path(const SyntheticOptions& options) {
    if (const Status status = judge(options); !status) return tl::make_unexpected(status.error());
    venue::Random root(options.seed);
    venue::Random noise_draws = root.split(1);
    venue::Random volume_draws = root.split(2);
    const auto& points = options.waypoints;
    const std::int64_t steps = points.back().at_ns / options.step_ns + 1;
    market_data::PricePath path;
    path.reserve(static_cast<std::size_t>(steps));
    std::int64_t noise = 0;
    std::size_t leg = 1;
    for (std::int64_t step = 0; step < steps; ++step) {
        const std::int64_t at_ns = step * options.step_ns;
        while (at_ns > points[leg].at_ns) ++leg;
        if (step > 0) noise = next_noise(noise, options, noise_draws);
        const std::int64_t line = line_price(points[leg - 1], points[leg], at_ns);
        const std::int64_t price =
            std::clamp(line + scaled(line, noise), std::int64_t{1}, std::int64_t{LPC_PRICE_MAX});
        const std::int64_t spread =
            volume_draws.between(-options.volume_spread_ppb, options.volume_spread_ppb);
        const Int128 volume = Int128{options.volume_lots} * (LPC_RATE_ONE_PPB + spread);
        path.push_back({options.start_ns + at_ns, price,
                        static_cast<std::int64_t>(div_floor(volume, LPC_RATE_ONE_PPB))});
    }
    return path;
}

}  // namespace lpc::scenario
