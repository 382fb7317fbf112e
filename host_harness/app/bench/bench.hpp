// The benchmarks behind `lpc bench`: each returns {"params": {...}, "results": {...}}, its baseline
// measured in the same run, interleaved, medians over repeats. Keys are those of the published
// interface.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace lpc::app {

using Json = nlohmann::ordered_json;

struct BenchOptions {
    std::uint64_t accounts = 0;  // 0: the bench's default
    std::uint32_t repeats = 0;   // 0: the bench's default
};

Json bench_abi(const BenchOptions& options);
Json bench_auction(const BenchOptions& options);
Json bench_book(const BenchOptions& options);
Json bench_deleverage(const BenchOptions& options);
Json bench_journal(const BenchOptions& options);
Json bench_sidecar(const BenchOptions& options);
Json bench_slices(const BenchOptions& options);
Json bench_swap(const BenchOptions& options);

}  // namespace lpc::app
