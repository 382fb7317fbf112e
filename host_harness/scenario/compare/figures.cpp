#include "figures.hpp"

#include <fmt/format.h>

namespace lpc::scenario {
namespace {

std::string decimal(Int128 numerator, Int128 divisor, int places) {
    Int128 one = 1;
    for (int i = 0; i < places; ++i) one *= 10;
    const Int128 value = divided(numerator * one, divisor, Round::nearest);
    const Int128 size = value < 0 ? -value : value;
    const std::int64_t whole = clamp_to(div_floor(size, one), 0, INT64_MAX);
    const std::int64_t rest = clamp_to(size - div_floor(size, one) * one, 0, INT64_MAX);
    return fmt::format("{}{}.{:0{}}", value < 0 ? "-" : "", whole, rest, places);
}

}  // namespace

Int128 divided(Int128 numerator, Int128 divisor, Round round) {
    if (round == Round::down) return div_floor(numerator, divisor);
    if (round == Round::up) return div_ceil(numerator, divisor);
    const Int128 size =
        div_floor((numerator < 0 ? -numerator : numerator) * 2 + divisor, divisor * 2);
    return numerator < 0 ? -size : size;
}

std::string shown(Unit unit, Int128 numerator, std::int64_t count, std::int64_t asset_scale) {
    if (count == 0) return "-";
    constexpr std::int64_t kPerCentPpb = 10'000'000;
    switch (unit) {
        case Unit::money:
            return decimal(numerator, Int128{count} * asset_scale, 2);
        case Unit::ppb:
            return decimal(numerator, Int128{count} * kPerCentPpb, 4) + " %";
        case Unit::bps_hundredths:
            return decimal(numerator, Int128{count} * 100, 2) + " bps";
        case Unit::ms:
            return decimal(numerator, count, 2) + " ms";
        case Unit::count:
            break;
    }
    return decimal(numerator, count, 2);
}

bool in_hundredths(Unit unit) {
    return unit == Unit::bps_hundredths || unit == Unit::count;
}

std::int64_t for_json(Unit unit, Int128 numerator, std::int64_t count, Round round) {
    const std::int64_t times = unit == Unit::count ? 100 : 1;
    return clamp_to(divided(numerator * times, count, round), INT64_MIN, INT64_MAX);
}

}  // namespace lpc::scenario
