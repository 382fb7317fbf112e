// How far a price moves from one look to the next, on average: the mean of |move|, exponentially
// weighted over 2^shift looks. Integers only; deterministic; owned by whoever looks.
#pragma once

#include <lpc/limits.h>
#include <algorithm>
#include <cstdint>
#include <lpc/sdk/rounding.hpp>

namespace lpc::venue {

class MeanMove {
  public:
    // `shift`: 0 to 30; what is beyond counts as the nearest.
    explicit MeanMove(std::int32_t shift) : shift_(std::clamp(shift, 0, 30)) {}

    // sum += |move| - sum / 2^shift, so that sum / 2^shift is the mean; rounded down.
    void observe(std::int64_t price) {
        if (last_price_ != 0) {
            const Int128 move = Int128{price} - last_price_;
            const Int128 move_ppb =
                div_floor((move < 0 ? -move : move) * LPC_RATE_ONE_PPB, last_price_);
            sum_ += clamp_to(move_ppb, 0, LPC_RATE_ONE_PPB) - ppb();
        }
        last_price_ = price;
    }
    [[nodiscard]] std::int64_t ppb() const { return sum_ >> shift_; }

  private:
    int shift_;
    std::int64_t sum_ = 0;  // [ppb]
    std::int64_t last_price_ = 0;
};

}  // namespace lpc::venue
