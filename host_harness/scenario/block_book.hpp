// A book of one block as a record: the same lots at every tick on both sides, a price that stands
// still and a steady volume. What taking from it costs, and which schedule costs least, is known in
// closed form (Obizhaeva and Wang), so it is the market on which schedules are measured against
// what can be reached. Pure; deterministic.
#pragma once

#include <cstdint>

#include <market_data/book_record.hpp>

namespace lpc::scenario {

struct BlockBookOptions {
    std::int64_t start_ns = 0, step_ns = 0, duration_ns = 0;
    std::int64_t price_ticks = 0;   // the best bid; the best ask is a tick above
    std::int64_t levels_count = 0;  // each side, a tick apart
    std::int64_t lots_per_level = 0;
    std::int64_t volume_lots_per_step = 0;
};

market_data::BookRecord block_book(const BlockBookOptions& options);

}  // namespace lpc::scenario
