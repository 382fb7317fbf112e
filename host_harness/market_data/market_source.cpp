#include <lpc/limits.h>

#include <market_data/found_text.hpp>
#include <market_data/market_source.hpp>

namespace lpc::market_data {

Result<ParsedUnits> parse_units(const MarketUnits& units) {
    const auto tick = parse_decimal(units.tick_size);
    if (!tick || tick->digits <= 0) {
        return fail("tick_size: found " + quoted(units.tick_size) +
                    ", expected a decimal number above zero");
    }
    const auto lot = parse_decimal(units.lot_size);
    if (!lot || lot->digits <= 0) {
        return fail("lot_size: found " + quoted(units.lot_size) +
                    ", expected a decimal number above zero");
    }
    return ParsedUnits{{"tick", units.tick_size, *tick, units.price_rounding, 1, LPC_PRICE_MAX},
                       {"lot", units.lot_size, *lot, units.volume_rounding, 0, LPC_LOTS_MAX}};
}

}  // namespace lpc::market_data
