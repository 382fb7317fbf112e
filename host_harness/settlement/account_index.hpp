// From an account's id to its row in the ledger: open addressing, grows at half full, never
// forgets. One thread. Deterministic: rows are numbered in the order in which the accounts came.
#pragma once

#include <cstdint>
#include <vector>

namespace lpc::settlement {

class AccountIndex {
  public:
    static constexpr std::uint32_t kNone = 0xffffffff;

    AccountIndex() : slots_(kInitialSlots) {}

    [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
        for (std::size_t at = home(id);; at = next(at)) {
            if (slots_[at].row == kNone) return kNone;
            if (slots_[at].id == id) return slots_[at].row;
        }
    }
    // The row of a new id; the caller has looked that it is new.
    std::uint32_t add(std::uint64_t id) {
        if ((ids_.size() + 1) * 2 > slots_.size()) grow();
        const auto row = static_cast<std::uint32_t>(ids_.size());
        ids_.push_back(id);
        place(id, row);
        return row;
    }
    [[nodiscard]] const std::vector<std::uint64_t>& ids() const { return ids_; }  // by row

  private:
    static constexpr std::size_t kInitialSlots = 1024;  // a power of two, as every later size

    struct Slot {
        std::uint64_t id = 0;
        std::uint32_t row = kNone;
    };

    // Why: the finaliser of splitmix64, so that ids in steps of a power of two do not share a home.
    [[nodiscard]] std::size_t home(std::uint64_t id) const {
        id = (id ^ (id >> 30)) * 0xbf58476d1ce4e5b9;
        id = (id ^ (id >> 27)) * 0x94d049bb133111eb;
        return (id ^ (id >> 31)) & (slots_.size() - 1);
    }
    [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

    void place(std::uint64_t id, std::uint32_t row) {
        std::size_t at = home(id);
        while (slots_[at].row != kNone) at = next(at);
        slots_[at] = {id, row};
    }
    void grow() {
        slots_.assign(slots_.size() * 2, {});
        for (std::size_t row = 0; row < ids_.size(); ++row) {
            place(ids_[row], static_cast<std::uint32_t>(row));
        }
    }

    std::vector<std::uint64_t> ids_;
    std::vector<Slot> slots_;
};

}  // namespace lpc::settlement
