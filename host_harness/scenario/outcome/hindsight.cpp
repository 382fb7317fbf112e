#include "hindsight.hpp"

#include <lpc/limits.h>

#include <algorithm>

namespace lpc::scenario {
namespace {

using market_data::BookLevels;
using market_data::BookRecord;

constexpr std::int64_t kGridMax = 4096;     // portions in which a side's value is tabled
constexpr std::int64_t kPortionMin = 1024;  // the smallest move is such a part of all

constexpr int kKeptShift = 20;  // shares of what is missing count in 2^-20

// The value of a side's first lots, tabled at multiples of a power of two; straight between two.
class Value {
  public:
    explicit Value(int grid_shift) : shift_(grid_shift) {}
    template <class Side>
    void fill(const Side& side, std::int64_t lots) {
        const std::int64_t grid = std::int64_t{1} << shift_;
        std::int64_t value = 0, last = 0;
        auto it = side.begin();
        std::int64_t left = it == side.end() ? 0 : it->second;
        table_.push_back(0);
        // One point more than is asked for, since values are taken between two.
        for (std::int64_t gone = -grid; gone < lots; gone += grid) {
            for (std::int64_t wanted = grid; wanted > 0;) {
                if (it != side.end()) last = it->first;
                const std::int64_t taken = it == side.end() ? wanted : std::min(wanted, left);
                value += taken * last;
                wanted -= taken;
                left -= taken;
                if (it != side.end() && left == 0 && ++it != side.end()) left = it->second;
            }
            table_.push_back(value);
        }
    }
    std::int64_t of(std::int64_t lots) const {
        const auto at = static_cast<std::size_t>(lots >> shift_);
        const std::int64_t rest = lots & ((std::int64_t{1} << shift_) - 1);
        const Int128 between = Int128{table_[at + 1] - table_[at]} * rest;
        return table_[at] + static_cast<std::int64_t>(between >> shift_);
    }

  private:
    int shift_;
    std::vector<std::int64_t> table_;
};

class Search {
  public:
    Search(const BookRecord& record, const HindsightQuestion& question)
        : sign_(question.sells ? 1 : -1), lots_(question.lots) {
        // What is missing keeps this share from slot to slot, as in steps of a hundredth of the
        // mean life or less, of which the market's are.
        const std::int64_t parts = std::max<std::int64_t>(
            1, static_cast<std::int64_t>(div_ceil(question.slot_ns * 100, question.recovery_ns)));
        const Int128 part_ns = Int128{question.recovery_ns} * parts;
        Int128 kept = LPC_RATE_ONE_PPB;
        for (std::int64_t i = 0; i < parts && question.slot_ns < part_ns; ++i)
            kept = div_floor(kept * (part_ns - question.slot_ns), part_ns);
        kept_ = question.slot_ns < part_ns
                    ? static_cast<std::int64_t>(div_floor(kept << kKeptShift, LPC_RATE_ONE_PPB))
                    : 0;
        int grid_shift = 0;
        while ((lots_ >> grid_shift) > kGridMax) ++grid_shift;
        BookLevels levels;
        std::size_t next = 0;
        for (std::int64_t passed = 0; passed < question.horizon_ns; passed += question.slot_ns) {
            const std::int64_t now_ns = question.opened_ns + passed;
            for (; next < record.updates.size() && record.updates[next].time_ns <= now_ns; ++next)
                levels.apply(record, record.updates[next]);
            Value value(grid_shift);
            if (question.sells) {
                value.fill(levels.bids, lots_);
            } else {
                value.fill(levels.asks, lots_);
            }
            values_.push_back(std::move(value));
        }
    }

    std::int64_t at_once() const { return values_.front().of(lots_); }

    // + good: what is received, or less what is paid.
    std::int64_t gain(const std::vector<std::int64_t>& schedule) const {
        std::int64_t missing = 0, value = 0;
        for (std::size_t i = 0; i < schedule.size(); ++i) {
            if (schedule[i] > 0) {
                value += values_[i].of(missing + schedule[i]) - values_[i].of(missing);
                missing += schedule[i];
            }
            missing = (missing * kept_) >> kKeptShift;  // at most LPC_LOTS_MAX, so it fits
        }
        return sign_ * value;
    }

    std::vector<std::int64_t> even() const {
        const auto slots = static_cast<std::int64_t>(values_.size());
        std::vector<std::int64_t> schedule;
        for (std::int64_t i = 0; i < slots; ++i)
            schedule.push_back(static_cast<std::int64_t>(div_floor(Int128{lots_} * (i + 1), slots) -
                                                         div_floor(Int128{lots_} * i, slots)));
        return schedule;
    }

    std::vector<std::int64_t> improved(std::vector<std::int64_t> schedule) const {
        std::int64_t best = gain(schedule);
        const auto last = static_cast<std::int64_t>(div_ceil(lots_, kPortionMin));
        for (std::int64_t portion = static_cast<std::int64_t>(div_ceil(lots_, 4));;
             portion = std::max(last, portion / 2)) {
            while (sweep(schedule, portion, best)) {
            }
            if (portion == last) return schedule;
        }
    }

  private:
    // Tries each pair of slots once; true: something was gained.
    bool sweep(std::vector<std::int64_t>& schedule, std::int64_t portion,
               std::int64_t& best) const {
        bool gained = false;
        for (std::size_t from = 0; from < schedule.size(); ++from) {
            for (std::size_t to = 0; to < schedule.size() && schedule[from] > 0; ++to) {
                if (from == to) continue;
                const std::int64_t moved = std::min(portion, schedule[from]);
                schedule[from] -= moved;
                schedule[to] += moved;
                const std::int64_t now = gain(schedule);
                if (now > best) {
                    best = now;
                    gained = true;
                } else {
                    schedule[from] += moved;
                    schedule[to] -= moved;
                }
            }
        }
        return gained;
    }

    std::int64_t sign_;
    std::int64_t lots_;
    std::int64_t kept_ = 0;
    std::vector<Value> values_;  // of each slot
};

}  // namespace

Hindsight look_back(const BookRecord& record, const HindsightQuestion& question) {
    const Search search(record, question);
    Hindsight hindsight;
    hindsight.at_once = search.at_once();
    hindsight.schedule = search.improved(search.even());
    const std::int64_t gain = search.gain(hindsight.schedule);
    hindsight.best = question.sells ? gain : -gain;
    return hindsight;
}

}  // namespace lpc::scenario
