#include "block_book.hpp"

namespace lpc::scenario {

market_data::BookRecord block_book(const BlockBookOptions& options) {
    market_data::BookRecord record;
    for (std::int64_t level = 0; level < options.levels_count; ++level) {
        record.changes.push_back({options.price_ticks - level, options.lots_per_level, true});
        record.changes.push_back({options.price_ticks + 1 + level, options.lots_per_level, false});
    }
    record.updates.push_back({options.start_ns, 0, record.changes.size()});
    const std::int64_t end_ns = options.start_ns + options.duration_ns;
    for (std::int64_t at_ns = options.start_ns; at_ns < end_ns; at_ns += options.step_ns)
        record.trades.push_back({at_ns, options.volume_lots_per_step});
    record.source.first_time_ns = options.start_ns;
    record.source.last_time_ns = end_ns;
    return record;
}

}  // namespace lpc::scenario
