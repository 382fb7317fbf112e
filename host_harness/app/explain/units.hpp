// Integers of the journal as people read them: ticks and lots by name, money and prices as decimals
// by the scales that ASSET and INSTRUMENT facts tell. `plain`: the integers as they are, for JSON.
// Owns what it was told; one thread.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <string>
#include <unordered_map>

namespace lpc::app {

class Units {
  public:
    enum class Style { plain, people };
    explicit Units(Style style) : style_(style) {}

    // ASSET and INSTRUMENT; others are no news.
    void take(const lpc_fact& fact);

    // "4300", or "4300 ticks (4.3)": in brackets what one lot costs, in whole units of money.
    std::string price(std::uint32_t instrument, std::int64_t ticks) const;
    // The same; 0 says that there is no such price.
    std::string level(std::uint32_t instrument, std::int64_t ticks) const;
    // "-5 lots".
    std::string lots(std::int64_t lots) const;
    // "1234567", or "1.234567".
    std::string money(std::uint32_t asset, std::int64_t units) const;
    // Money of the instrument's settlement asset.
    std::string settled(std::uint32_t instrument, std::int64_t units) const;
    // The asset that an instrument is settled in; 0: not told.
    std::uint32_t settle_asset(std::uint32_t instrument) const;

  private:
    struct Terms {
        std::int64_t multiplier = 0;  // smallest units a tick and lot
        std::uint32_t asset = 0;
    };
    // Decimals of a whole unit; -1: not told, or no power of ten.
    int decimals(std::uint32_t asset) const;

    Style style_;
    std::unordered_map<std::uint32_t, std::int64_t> scales_;  // by asset
    std::unordered_map<std::uint32_t, Terms> terms_;          // by instrument
};

}  // namespace lpc::app
