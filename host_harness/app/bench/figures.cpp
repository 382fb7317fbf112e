#include "figures.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace lpc::app {
namespace {

struct Figure {
    std::string_view bench, key, name, unit;
    // A figure of the same bench that this one is divided by, or "baseline"; empty: neither.
    std::string_view against;
};

constexpr std::string_view kBaseline = "baseline";
constexpr auto kFigures = std::to_array<Figure>({
    {"abi", "virtual_call_ns", "a virtual call for each event", "ns an event", kBaseline},
    {"abi", "hook_run64_event_ns", "a hook called with runs of 64 events", "ns an event",
     "virtual_call_ns"},
    {"abi", "turn_call_ns", "a call of an empty on_turn", "ns a call", "virtual_call_ns"},
    {"abi", "ratio_hook_to_virtual", "hook to virtual call", "times the baseline", ""},
    {"auction", "sort_ns_p50", "sorting the bids of a lot, median", "ns a lot", kBaseline},
    {"auction", "clear_ns_p50", "clearing the lot, median", "ns a lot", "sort_ns_p50"},
    {"auction", "sort_ns_p99", "sorting, 99th percentile", "ns a lot", ""},
    {"auction", "clear_ns_p99", "clearing, 99th percentile", "ns a lot", "sort_ns_p99"},
    {"auction", "conserved", "awards within lot, bids and reserve", "", ""},
    {"book", "dependent_access_ns", "a dependent random access to memory", "ns an access",
     kBaseline},
    {"book", "hot_op_ns", "an operation on one hot book", "ns an operation", "dependent_access_ns"},
    {"book", "wide_op_ns", "an operation over many books", "ns an operation",
     "dependent_access_ns"},
    {"book", "wide_p99_ns", "the same, 99th percentile", "ns an operation", "dependent_access_ns"},
    {"book", "naive_wide_op_ns", "the same on a naive book", "ns an operation",
     "dependent_access_ns"},
    {"deleverage", "accounts", "accounts with profit", "", ""},
    {"deleverage", "queue_ms", "one close-out shared out by a queue", "ms", kBaseline},
    {"deleverage", "total_ms", "the same by risk-weighted pro-rata", "ms", "queue_ms"},
    {"deleverage", "min_max_ms", "the same by min-max", "ms", "queue_ms"},
    {"deleverage", "conserved", "every lot and unit accounted for", "", ""},
    {"deleverage", "inversions", "ranks turned over by pure pro-rata", "", ""},
    {"deleverage", "mass_deleveraged", "accounts deleveraged in one turn", "", ""},
    {"deleverage", "mass_turn_ms", "that turn, with as many losses", "ms", ""},
    {"journal", "bare_write_events_per_s", "bare writing of the same bytes", "events a second",
     kBaseline},
    {"journal", "group_events_per_s", "the journal, written in groups", "events a second",
     "bare_write_events_per_s"},
    {"journal", "group_fdatasync_events_per_s", "the same, each group on the disk",
     "events a second", "bare_write_events_per_s"},
    {"journal", "replay_events_per_s", "reading the journal back", "events a second",
     "bare_write_events_per_s"},
    {"journal", "append_ns", "appending an event, without the writing", "ns an event", ""},
    {"journal", "group_ns_to_bare_write_ns", "time of the journal to bare writing",
     "times the baseline", ""},
    {"sidecar", "in_process_ns_p50", "a question to a plugin in this process, median", "ns",
     kBaseline},
    {"sidecar", "round_trip_ns_p50", "to one in a sidecar, there and back, median", "ns",
     "in_process_ns_p50"},
    {"sidecar", "round_trip_ns_p99", "the same, 99th percentile", "ns", "in_process_ns_p50"},
    {"slices", "in_flight", "slices in flight", "", ""},
    {"slices", "heap_slice_ns", "a slice on a binary heap", "ns a slice", kBaseline},
    {"slices", "slice_ns", "a slice on the timing wheel", "ns a slice", "heap_slice_ns"},
    {"slices", "ratio_heap_to_wheel", "heap to wheel", "times", ""},
    {"slices", "together_heap_slice_ns", "all due at one moment, on a heap", "ns a slice",
     "heap_slice_ns"},
    {"slices", "together_slice_ns", "all due at one moment, on the wheel", "ns a slice",
     "heap_slice_ns"},
    {"slices", "same_order", "both in the same order", "", ""},
    {"swap", "accounts", "accounts", "", ""},
    {"swap", "in_flight", "of them in a close-out", "", ""},
    {"swap", "quiet_turn_ns", "a turn in which nothing happens, median", "ns", ""},
    {"swap", "turn_excess_ns_p99", "its 99th percentile beyond the median", "ns", kBaseline},
    {"swap", "flip_ns_p50", "the flipping turn beyond the median turn", "ns", ""},
    {"swap", "flip_ns_p99", "the same, 99th percentile", "ns", "turn_excess_ns_p99"},
    {"swap", "slice_budget_ns", "budget of a migrating turn", "ns", ""},
    {"swap", "idle_excess_ns_p99", "an idle loop beyond the budget, 99th", "ns", ""},
    {"swap", "slice_excess_ns_p99", "a migrating turn beyond both, 99th", "ns", ""},
    {"swap", "accounts_per_s", "accounts moved (margin)", "a second of budget", ""},
    {"swap", "closeouts_per_s", "close-outs moved (twap)", "a second of budget", ""},
    {"swap", "busy_turn_ns", "a busy turn, median", "ns", ""},
    {"swap", "shadow_worker_cost_ppb", "a shadow on a worker adds to it", "ppb", ""},
    {"swap", "commands_identical", "commands as without any swap", "", ""},
});

std::string with_commas(const std::string& digits) {
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

bool known(const std::string& bench, const std::string& key) {
    for (const Figure& figure : kFigures) {
        if (figure.bench == bench && figure.key == key) return true;
    }
    return false;
}

std::string note(const Figure& figure, const Json& results, double value) {
    if (figure.against == kBaseline) return "(the baseline)";
    if (figure.against.empty()) return "";
    const double baseline = results.at(std::string(figure.against)).get<double>();
    return baseline > 0 ? fmt::format("({} x the baseline)", three_digits(value / baseline)) : "";
}

}  // namespace

std::string three_digits(double value) {
    if (value < 0) return fmt::format("-{}", three_digits(-value));
    if (!(value > 0)) return "0";
    int above = static_cast<int>(std::floor(std::log10(value)));  // 2: hundreds
    const double step = std::pow(10.0, above - 2);
    const double rounded = std::round(value / step) * step;
    if (rounded >= std::pow(10.0, above + 1)) ++above;  // 9.996 is 10.0
    if (above >= 2) return with_commas(fmt::format("{:.0f}", rounded));
    return fmt::format("{:.{}f}", rounded, 2 - above);
}

std::string figures_text(const std::string& bench, const Json& results) {
    std::string text;
    const auto line = [&](std::string_view name, double value, std::string_view unit,
                          const std::string& said) {
        text += fmt::format("  {:<40} {:>12} {:<18}", name, three_digits(value), unit);
        if (!said.empty()) text += " " + said;
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    };
    for (const Figure& figure : kFigures) {
        const std::string key(figure.key);
        if (figure.bench != bench || !results.contains(key)) continue;
        if (results.at(key).is_boolean()) {
            text += fmt::format("  {:<40} {:>12}\n", figure.name,
                                results.at(key).get<bool>() ? "yes" : "no");
            continue;
        }
        const double value = results.at(key).get<double>();
        line(figure.name, value, figure.unit, note(figure, results, value));
    }
    for (const auto& [key, value] : results.items()) {
        if (!known(bench, key)) line(key, value.get<double>(), "", "");
    }
    return text;
}

}  // namespace lpc::app
