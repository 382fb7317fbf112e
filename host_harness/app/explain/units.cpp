#include "units.hpp"

#include <fmt/format.h>

#include <lpc/sdk/rounding.hpp>

namespace lpc::app {
namespace {

// 1234500 with six decimals is 1.2345; at least one digit on either side of the point.
std::string decimal_text(Int128 units, int decimals) {
    const bool negative = units < 0;
    if (negative) units = -units;
    std::string digits;
    for (; units > 0; units /= 10)
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(units % 10)));
    const auto after = static_cast<std::size_t>(decimals);
    if (digits.size() <= after) digits.insert(0, after + 1 - digits.size(), '0');
    std::string text = digits.substr(0, digits.size() - after);
    std::string fraction = digits.substr(digits.size() - after);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    if (!fraction.empty()) text += "." + fraction;
    return negative ? "-" + text : text;
}

}  // namespace

void Units::take(const lpc_fact& fact) {
    if (fact.kind == LPC_FACT_ASSET) scales_[fact.instrument] = fact.u.asset.scale;
    if (fact.kind == LPC_FACT_INSTRUMENT)
        terms_[fact.instrument] = {fact.u.instrument.multiplier,
                                   static_cast<std::uint32_t>(fact.u.instrument.settle_asset)};
}

int Units::decimals(std::uint32_t asset) const {
    const auto scale = scales_.find(asset);
    if (scale == scales_.end() || scale->second <= 0) return -1;
    int count = 0;
    std::int64_t left = scale->second;
    for (; left % 10 == 0; left /= 10) ++count;
    return left == 1 ? count : -1;
}

std::uint32_t Units::settle_asset(std::uint32_t instrument) const {
    const auto terms = terms_.find(instrument);
    return terms == terms_.end() ? 0 : terms->second.asset;
}

std::string Units::price(std::uint32_t instrument, std::int64_t ticks) const {
    if (style_ == Style::plain) return std::to_string(ticks);
    const std::string text = fmt::format("{} ticks", ticks);
    const int after = decimals(settle_asset(instrument));
    if (after < 0) return text;
    const Int128 a_lot = Int128{ticks} * terms_.at(instrument).multiplier;
    return text + " (" + decimal_text(a_lot, after) + ")";
}

std::string Units::level(std::uint32_t instrument, std::int64_t ticks) const {
    return ticks == 0 && style_ == Style::people ? "none" : price(instrument, ticks);
}

std::string Units::lots(std::int64_t lots) const {
    return fmt::format("{} lots", lots);
}

std::string Units::money(std::uint32_t asset, std::int64_t units) const {
    if (style_ == Style::plain) return std::to_string(units);
    const int after = decimals(asset);
    return after < 0 ? fmt::format("{} units", units) : decimal_text(units, after);
}

std::string Units::settled(std::uint32_t instrument, std::int64_t units) const {
    return money(settle_asset(instrument), units);
}

}  // namespace lpc::app
