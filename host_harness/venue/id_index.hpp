// From a 64-bit id to the place of its row: open addressing, at most half full, no node per entry,
// nothing is ever removed. Deterministic; never iterated. Not thread-safe; a part of its owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lpc::venue {

class IdIndex {
  public:
    static constexpr std::uint32_t kNone = 0xffffffff;

    [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
        if (slots_.empty()) return kNone;
        for (std::size_t at = home(id);; at = (at + 1) & (slots_.size() - 1)) {
            if (slots_[at].row == kNone || slots_[at].id == id) return slots_[at].row;
        }
    }

    // The id must not be there yet.
    void insert(std::uint64_t id, std::uint32_t row) {
        if (2 * (count_ + 1) > slots_.size()) grow(slots_.empty() ? 64 : 2 * slots_.size());
        put(id, row);
        ++count_;
    }

    void reserve(std::size_t ids) {
        std::size_t size = slots_.empty() ? 64 : slots_.size();
        while (size < 2 * ids) size *= 2;
        if (size > slots_.size()) grow(size);
    }

  private:
    struct Slot {
        std::uint64_t id = 0;
        std::uint32_t row = kNone;
    };

    // The upper bits of a product with 2^64 / golden ratio; slots_.size() is a power of two of at
    // least 64.
    [[nodiscard]] std::size_t home(std::uint64_t id) const {
        return static_cast<std::size_t>((id * 0x9e3779b97f4a7c15ULL) >> shift_);
    }

    void put(std::uint64_t id, std::uint32_t row) {
        std::size_t at = home(id);
        while (slots_[at].row != kNone) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = {id, row};
    }

    void grow(std::size_t size) {
        const std::vector<Slot> old = std::move(slots_);
        slots_.assign(size, Slot{});
        shift_ = 64;
        for (std::size_t rest = size; rest > 1; rest /= 2) --shift_;
        for (const Slot& slot : old) {
            if (slot.row != kNone) put(slot.id, slot.row);
        }
    }

    std::vector<Slot> slots_;
    std::size_t count_ = 0;
    int shift_ = 64;
};

}  // namespace lpc::venue
