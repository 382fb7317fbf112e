// Which of up to 64^3 places are occupied: a bitmap in three levels of 64, so the nearest occupied
// place is a few bit scans away. One thread; deterministic; a value type.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace lpc::venue {

class Occupancy {
  public:
    static constexpr std::uint32_t kCapacityMax = 64 * 64 * 64;
    static constexpr std::uint32_t kNone = 0xffff'ffff;

    explicit Occupancy(std::uint32_t capacity) : words_((capacity + 63) / 64) {}

    void set(std::uint32_t place) {
        words_[place >> 6] |= bit(place);
        groups_[place >> 12] |= bit(place >> 6);
        top_ |= bit(place >> 12);
    }

    void clear(std::uint32_t place) {
        if ((words_[place >> 6] &= ~bit(place)) != 0) return;
        if ((groups_[place >> 12] &= ~bit(place >> 6)) != 0) return;
        top_ &= ~bit(place >> 12);
    }

    // The largest occupied place that is at most `place`, or kNone.
    std::uint32_t at_most(std::uint32_t place) const {
        if (const std::uint64_t word = words_[place >> 6] & up_to(place)) {
            return (place & ~63U) | highest(word);
        }
        const std::uint32_t word_index = place >> 6;
        if (const std::uint64_t group = groups_[place >> 12] & below(word_index)) {
            return last_in_word((word_index & ~63U) | highest(group));
        }
        const std::uint64_t top = top_ & below(place >> 12);
        if (top == 0) return kNone;
        const std::uint32_t group = highest(top);
        return last_in_word((group << 6) | highest(groups_[group]));
    }

    // The smallest occupied place that is at least `place`, or kNone.
    std::uint32_t at_least(std::uint32_t place) const {
        if (const std::uint64_t word = words_[place >> 6] & ~below(place)) {
            return (place & ~63U) | lowest(word);
        }
        const std::uint32_t word_index = place >> 6;
        if (const std::uint64_t group = groups_[place >> 12] & ~up_to(word_index)) {
            return first_in_word((word_index & ~63U) | lowest(group));
        }
        const std::uint64_t top = top_ & ~up_to(place >> 12);
        if (top == 0) return kNone;
        const std::uint32_t group = lowest(top);
        return first_in_word((group << 6) | lowest(groups_[group]));
    }

  private:
    // Masks within one word, by the low six bits of a place.
    static std::uint64_t bit(std::uint32_t place) { return std::uint64_t{1} << (place & 63U); }
    static std::uint64_t below(std::uint32_t place) { return bit(place) - 1; }
    static std::uint64_t up_to(std::uint32_t place) { return bit(place) | below(place); }
    static std::uint32_t highest(std::uint64_t word) {
        return 63U - static_cast<std::uint32_t>(std::countl_zero(word));
    }
    static std::uint32_t lowest(std::uint64_t word) {
        return static_cast<std::uint32_t>(std::countr_zero(word));
    }
    std::uint32_t first_in_word(std::uint32_t word) const {
        return (word << 6) | lowest(words_[word]);
    }
    std::uint32_t last_in_word(std::uint32_t word) const {
        return (word << 6) | highest(words_[word]);
    }

    std::vector<std::uint64_t> words_;        // one bit a place
    std::array<std::uint64_t, 64> groups_{};  // one bit a word
    std::uint64_t top_ = 0;                   // one bit a group
};

}  // namespace lpc::venue
