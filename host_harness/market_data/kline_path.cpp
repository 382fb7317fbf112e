#include <algorithm>
#include <lpc/sdk/rounding.hpp>
#include <market_data/price_path.hpp>
#include <market_data/utc_time.hpp>
#include <string>

namespace lpc::market_data {

namespace {

constexpr std::int64_t kStepsPerMinuteMin = 4;

// A price that the path touches exactly, at this step.
struct Anchor {
    std::int64_t step = 0;
    std::int64_t price = 0;
};

std::int64_t distance(std::int64_t a, std::int64_t b) {
    return a < b ? b - a : a - b;
}

// The step nearest to the point where `travelled` of `whole` is done; halves up.
std::int64_t step_at(std::int64_t travelled, std::int64_t whole, std::int64_t last_step) {
    const Int128 dividend = 2 * Int128{travelled} * last_step + whole;
    return static_cast<std::int64_t>(div_floor(dividend, 2 * Int128{whole}));
}

struct Anchors {
    Anchor at[4];
};

Anchors anchors_of(const Kline& kline, std::int64_t last_step) {
    const bool high_first =
        kline.high_ticks - kline.open_ticks < kline.open_ticks - kline.low_ticks;
    const std::int64_t nearer = high_first ? kline.high_ticks : kline.low_ticks;
    const std::int64_t other = high_first ? kline.low_ticks : kline.high_ticks;
    const std::int64_t first_leg = distance(kline.open_ticks, nearer);
    const std::int64_t second_leg = kline.high_ticks - kline.low_ticks;
    const std::int64_t third_leg = distance(other, kline.close_ticks);
    const std::int64_t whole = first_leg + second_leg + third_leg;
    std::int64_t nearer_step = 0;
    std::int64_t other_step = last_step;
    if (whole > 0) {
        // Invariant: the second leg has length, so every clamp below has room (last_step >= 3).
        const std::int64_t first_min = first_leg > 0 ? 1 : 0;
        const std::int64_t third_min = third_leg > 0 ? 1 : 0;
        nearer_step =
            std::clamp(step_at(first_leg, whole, last_step), first_min, last_step - 1 - third_min);
        other_step = std::clamp(step_at(first_leg + second_leg, whole, last_step), nearer_step + 1,
                                last_step - third_min);
    }
    return {{{0, kline.open_ticks},
             {nearer_step, nearer},
             {other_step, other},
             {last_step, kline.close_ticks}}};
}

// Invariant: from.step <= step <= to.step.
std::int64_t between(const Anchor& from, const Anchor& to, std::int64_t step) {
    if (step == to.step) return to.price;
    const Int128 travelled = Int128{to.price - from.price} * (step - from.step);
    return from.price + static_cast<std::int64_t>(div_floor(travelled, to.step - from.step));
}

// Of `whole`, what the steps before `step` of `count` have.
std::int64_t share(std::int64_t whole, std::int64_t step, std::int64_t count) {
    return static_cast<std::int64_t>(div_floor(Int128{whole} * step, count));
}

void append_steps(PricePath& path, const Kline& kline, std::int64_t interval_ns, std::int64_t count,
                  const TimeWindow& window) {
    const Anchors anchors = anchors_of(kline, count - 1);
    int leg = 0;
    for (std::int64_t step = 0; step < count; ++step) {
        while (leg < 2 && step > anchors.at[leg + 1].step) ++leg;
        const std::int64_t time_ns = kline.open_time_ns + share(interval_ns, step, count);
        if (time_ns < window.from_ns || time_ns >= window.to_ns) continue;
        path.push_back(
            {time_ns, between(anchors.at[leg], anchors.at[leg + 1], step),
             share(kline.volume_lots, step + 1, count) - share(kline.volume_lots, step, count)});
    }
}

Status judge_window(const Klines& klines, const TimeWindow& window) {
    const std::string where = "price path from " + klines.source.path + ": ";
    const TimeWindow whole = covered(klines);
    if (window.from_ns < whole.from_ns || window.from_ns >= whole.to_ns) {
        return fail(where + "from: found " + utc_text(window.from_ns) + ", expected a time from " +
                    utc_text(whole.from_ns) + " to before " + utc_text(whole.to_ns) +
                    ", which the data cover");
    }
    if (window.to_ns <= window.from_ns || window.to_ns > whole.to_ns) {
        return fail(where + "to: found " + utc_text(window.to_ns) + ", expected a time after " +
                    utc_text(window.from_ns) + " up to " + utc_text(whole.to_ns) +
                    ", where the data end");
    }
    return {};
}

// Steps in one kline; nothing of a step may be left over.
Result<std::int64_t> steps_per_kline(const Klines& klines, std::int64_t steps_per_minute) {
    const std::string where = "price path from " + klines.source.path + ": steps_per_minute: ";
    if (steps_per_minute < kStepsPerMinuteMin || steps_per_minute > kStepsPerMinuteMax) {
        return fail(where + "found " + std::to_string(steps_per_minute) +
                    ", expected an integer from " + std::to_string(kStepsPerMinuteMin) + " to " +
                    std::to_string(kStepsPerMinuteMax));
    }
    const Int128 minutes = Int128{steps_per_minute} * klines.interval_ns;
    const auto steps = static_cast<std::int64_t>(div_floor(minutes, kMinuteNs));
    if (minutes % kMinuteNs != 0 || steps < kStepsPerMinuteMin) {
        return fail(where + "found " + std::to_string(steps_per_minute) +
                    ", expected a number that makes at least 4 whole steps of a kline of " +
                    std::to_string(klines.interval_ns) + " ns");
    }
    const TimeWindow whole = covered(klines);
    if (Int128{steps} * (whole.to_ns - whole.from_ns) >
        Int128{kPathStepsMax} * klines.interval_ns) {
        return fail(where + "found " + std::to_string(steps_per_minute) +
                    ", expected fewer than make " + std::to_string(kPathStepsMax) +
                    " steps of the data");
    }
    return steps;
}

}  // namespace

TimeWindow covered(const Klines& klines) {
    return {klines.source.first_time_ns, klines.source.last_time_ns + klines.interval_ns};
}

Result<PricePath> price_path(const Klines& klines, const KlinePathOptions& options) {
    if (const Status status = judge_window(klines, options.window); !status) {
        return tl::make_unexpected(status.error());
    }
    const auto steps = steps_per_kline(klines, options.steps_per_minute);
    if (!steps) return tl::make_unexpected(steps.error());
    PricePath path;
    for (const Kline& kline : klines.rows) {
        if (kline.open_time_ns >= options.window.to_ns) break;
        if (kline.open_time_ns + klines.interval_ns <= options.window.from_ns) continue;
        append_steps(path, kline, klines.interval_ns, *steps, options.window);
    }
    return path;
}

}  // namespace lpc::market_data
