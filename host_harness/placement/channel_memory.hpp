// The memory that the two sides of a channel share: for each side what it says of itself, and a
// ring of 64-byte records. All of it is atomic words, so that a write of a hostile other side is no
// data race but a wrong value. Owns descriptor and mapping; any thread.
#pragma once

#include <lpc/fact.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include <foundation/status.hpp>

namespace lpc::placement {

inline constexpr std::size_t kCacheLine = 64;

static_assert(std::atomic<std::uint64_t>::is_always_lock_free &&
              sizeof(std::atomic<std::uint64_t>) == 8);
static_assert(std::atomic<std::uint32_t>::is_always_lock_free &&
              sizeof(std::atomic<std::uint32_t>) == 4);

// A record of a ring; each word is read once.
class Slot {
  public:
    void put(const lpc_fact& record) {
        const auto from = std::bit_cast<Plain>(record);
        for (std::size_t i = 0; i < from.size(); ++i)
            words_[i].store(from[i], std::memory_order_relaxed);
    }
    lpc_fact get() const {
        Plain to;
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] = words_[i].load(std::memory_order_relaxed);
        return std::bit_cast<lpc_fact>(to);
    }

  private:
    using Plain = std::array<std::uint64_t, 8>;
    std::array<std::atomic<std::uint64_t>, 8> words_;
};
static_assert(sizeof(Slot) == sizeof(lpc_fact));

// What one side says of itself. The counts never go back and never wrap.
struct Side {
    alignas(kCacheLine) std::atomic<std::uint64_t> written;  // records, to its outgoing ring
    alignas(kCacheLine) std::atomic<std::uint64_t> read;     // records, from its incoming ring
    alignas(kCacheLine) std::atomic<std::uint32_t> sleeps;   // 1; whoever wakes it makes it 0
};

class ChannelMemory {
  public:
    // 1 to 2^20 records a ring, rounded up to a power of two. Sealed: whoever has the memory cannot
    // take it away from under the other's feet.
    static Result<ChannelMemory> create(std::uint32_t ring_records);
    // Of a descriptor that create() made; it stays the caller's.
    static Result<ChannelMemory> open(int fd);
    ~ChannelMemory();
    ChannelMemory(ChannelMemory&& other) noexcept;
    ChannelMemory& operator=(ChannelMemory&&) = delete;

    int fd() const { return fd_; }  // -1 where it was opened
    Side& side(std::size_t i) { return layout_->sides[i]; }
    // What side i writes to.
    std::span<Slot> ring(std::size_t i) {
        return {reinterpret_cast<Slot*>(layout_ + 1) + i * ring_records_, ring_records_};
    }

  private:
    struct Layout {
        std::uint64_t magic;
        std::uint64_t ring_records;
        std::array<Side, 2> sides;
        // and the two rings
    };

    ChannelMemory(int fd, Layout* layout, std::size_t ring_records)
        : fd_(fd), layout_(layout), ring_records_(ring_records) {}
    static std::size_t bytes(std::uint64_t ring_records) {
        return sizeof(Layout) + 2 * ring_records * sizeof(Slot);
    }
    static Layout* map(int fd, std::size_t bytes);

    int fd_;
    Layout* layout_;
    std::size_t ring_records_;
};

}  // namespace lpc::placement
