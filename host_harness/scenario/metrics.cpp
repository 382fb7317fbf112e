#include "metrics.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace lpc::scenario {
namespace {

std::optional<std::int64_t> ratio_ppb(Int128 part, Int128 whole) {
    if (whole <= 0) return std::nullopt;
    return clamp_to(div_floor(part * LPC_RATE_ONE_PPB, whole), INT64_MIN, INT64_MAX);
}

// In hundredths of a basis point, rounded down, so that the figure is the same everywhere.
std::optional<double> bps(Int128 part, Int128 whole) {
    if (whole <= 0) return std::nullopt;
    const Int128 hundredths = div_floor(part * 1'000'000, whole);
    return static_cast<double>(clamp_to(hundredths, INT64_MIN, INT64_MAX)) / 100.0;
}

// Of the pairs of cases that were open at the same time before either was acted on: in how many the
// healthier one was acted on first? Equal moments are no inversion.
std::optional<std::int64_t> inversions_ppb(const std::vector<CaseRecord>& cases) {
    std::vector<const CaseRecord*> acted;
    for (const CaseRecord& c : cases) {
        if (c.acted_ns != 0) acted.push_back(&c);
    }
    std::sort(acted.begin(), acted.end(), [](const CaseRecord* a, const CaseRecord* b) {
        return std::tie(a->acted_ns, a->account) < std::tie(b->acted_ns, b->account);
    });
    Int128 pairs = 0, inverted = 0;
    for (std::size_t i = 0; i < acted.size(); ++i) {
        for (std::size_t j = i + 1; j < acted.size(); ++j) {
            if (acted[j]->opened_ns > acted[i]->acted_ns) continue;
            ++pairs;
            if (acted[j]->acted_ns > acted[i]->acted_ns &&
                acted[i]->ratio_ppb > acted[j]->ratio_ppb)
                ++inverted;
        }
    }
    return ratio_ppb(inverted, pairs);
}

// An account that was liquidated several times counts once, as its last liquidation ended.
void count_accounts(const std::vector<CaseRecord>& cases, LiquidationFigures& figures) {
    std::unordered_map<std::uint64_t, Ending> last;
    for (const CaseRecord& c : cases) last[c.account] = c.ending;
    for (const auto& entry : last) {
        switch (entry.second) {
            case Ending::running:
                ++figures.running;
                break;
            case Ending::restored:
                ++figures.restored;
                break;
            case Ending::closed:
                ++figures.closed;
                break;
            case Ending::bankrupt:
                ++figures.bankrupt;
                break;
        }
    }
}

}  // namespace

template <class Value>
std::optional<std::int64_t> percentile(std::vector<Value> values, int per_cent) {
    if (values.empty()) return std::nullopt;
    std::sort(values.begin(), values.end());
    const std::size_t at = (values.size() - 1) * static_cast<std::size_t>(per_cent) / 100;
    return static_cast<std::int64_t>(values[at]);
}
template std::optional<std::int64_t> percentile(std::vector<std::int64_t>, int);
template std::optional<std::int64_t> percentile(std::vector<std::uint32_t>, int);

LiquidationFigures figures_of(const std::vector<CaseRecord>& cases) {
    LiquidationFigures figures;
    Int128 opened = 0, ended = 0, arrival = 0, short_arrival = 0, bankruptcy = 0,
           over_bankruptcy = 0;
    Int128 unnecessary = 0, moved = 0, reverted = 0;
    std::vector<std::int64_t> times_ms;
    count_accounts(cases, figures);
    for (const CaseRecord& c : cases) {
        figures.notional += c.proceeds;
        figures.book_notional += c.book_notional;
        figures.auction_notional += c.auction_notional;
        figures.takeover_notional += c.takeover_notional;
        figures.deleveraged_notional += c.deleveraged_notional;
        figures.settled_notional += c.settled_notional;
        figures.discount += c.discount;
        arrival += c.at_arrival;
        short_arrival += c.side * (c.at_arrival - c.proceeds) + c.fees;
        bankruptcy += c.at_bankruptcy;
        over_bankruptcy += c.side * (c.proceeds - c.at_bankruptcy);
        if (c.returned) unnecessary += c.proceeds;
        if (c.ended_ns == 0) continue;
        opened += c.equity_opened;
        ended += c.equity_ended;
        figures.equity_lost +=
            std::max<std::int64_t>(0, std::max<std::int64_t>(c.equity_opened, 0) -
                                          std::max<std::int64_t>(c.equity_ended, 0));
        times_ms.push_back((c.ended_ns - c.opened_ns) / 1'000'000);
        if (c.mark_later == 0) continue;
        moved += c.side * (c.mark_opened - c.mark_ended);
        reverted += c.side * (c.mark_later - c.mark_ended);
    }
    figures.recovery_rate_ppb = ratio_ppb(ended, opened);
    figures.shortfall_arrival_bps = bps(short_arrival, arrival);
    figures.shortfall_bankruptcy_bps = bps(over_bankruptcy, bankruptcy);
    figures.time_to_safe_ms_p50 = percentile(times_ms, 50);
    figures.time_to_safe_ms_p99 = percentile(times_ms, 99);
    figures.unnecessary_share_ppb = ratio_ppb(unnecessary, figures.notional);
    figures.priority_inversion_ppb = inversions_ppb(cases);
    figures.price_reversion_ppb = ratio_ppb(reverted, moved);
    return figures;
}

}  // namespace lpc::scenario
