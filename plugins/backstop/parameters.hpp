// The parameters of the backstop plugin: what config may set, and how the policy sees them. Pure
// data.
#pragma once

#include <lpc/limits.h>
#include <lpc/param.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace lpc::backstop {

enum ParameterId : std::uint64_t { kPartMin = 1, kDeleverages, kRetry, kParameterEnd };

inline constexpr std::array<lpc_param, kParameterEnd - 1> kParameters{{
    {kPartMin, "part_lots_min",
     "a tranche takes all of a position or at least so much of it; what it can pay less for is "
     "left "
     "to the next [lots]",
     1, LPC_LOTS_MAX, 1},
    {kDeleverages, "deleverages",
     "1: opponents are deleveraged for what no tranche can pay; 0: the next stage is asked for "
     "[choice]",
     0, 1, 1},
    {kRetry, "retry_ns", "time until something that was refused is tried again [ns]", 1'000'000,
     3'600'000'000'000, 250'000'000},
}};

// The value of each parameter, by its id.
class Parameters {
  public:
    constexpr Parameters() {
        for (const lpc_param& p : kParameters) set(p.id, p.initial);
    }
    constexpr void set(std::uint64_t id, std::int64_t value) {
        if (id < values_.size()) values_[id] = value;
    }
    constexpr std::int64_t operator[](ParameterId id) const { return values_[id]; }

  private:
    std::array<std::int64_t, kParameterEnd> values_{};
};

}  // namespace lpc::backstop
