// The timers that an instance asked for; they are due in the order (time, account, tag), each once.
// A timing wheel of four levels over a pool of nodes: to add one, to take one out that is due and
// to forget an account's costs the same however many there are. What it answers, and the bytes of
// its archive, are those of an ordered set. Owned by whoever has the instance; one thread at a
// time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace lpc::runtime {

struct Timer {
    std::int64_t at_ns;
    std::uint64_t account;
    std::uint64_t tag;

    bool operator<(const Timer& other) const {
        return std::tie(at_ns, account, tag) < std::tie(other.at_ns, other.account, other.tag);
    }
    bool operator==(const Timer& other) const {
        return at_ns == other.at_ns && account == other.account && tag == other.tag;
    }
    template <class Archive>
    void archive(Archive& a) {
        a(at_ns, account, tag);
    }
};

class Timers {
  public:
    // One that is there already stays the only one.
    void add(const Timer& timer);
    void forget(std::uint64_t account);

    // Takes out what is due at `now_ns`, in order.
    std::vector<Timer> due(std::int64_t now_ns);

    // In order.
    std::vector<Timer> of_account(std::uint64_t account) const;
    std::optional<std::int64_t> next_ns() const { return next_ns_; }
    std::size_t size() const { return size_; }

    template <class Archive>
    void archive(Archive& a) {
        if constexpr (Archive::loads) {
            std::set<Timer> rising;
            a(rising);
            *this = Timers{};
            for (const Timer& timer : rising) add(timer);
        } else {
            a(in_order());
        }
    }

  private:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    // The slots of a level are so many ns wide, and as many as make one slot of the next; together
    // they reach to the end of 64 bits. Why so fine a first level: two timers seldom share a slot,
    // so there is little to sort, and with slices a second apart nothing ever moves down.
    struct Level {
        int shift;
        std::uint32_t slots, first;  // of all slots
        std::uint64_t slot_of(std::int64_t ns) const {
            return static_cast<std::uint64_t>(ns) >> shift;
        }
        std::uint32_t place_of(std::uint64_t slot) const {
            return first + (static_cast<std::uint32_t>(slot) & (slots - 1));
        }
    };
    static constexpr std::array<Level, 4> kLevels{{{14, 1u << 16, 0},
                                                   {30, 1u << 12, 1u << 16},
                                                   {42, 1u << 12, (1u << 16) + (1u << 12)},
                                                   {54, 1u << 9, (1u << 16) + (1u << 13)}}};
    static constexpr std::uint32_t kPlaces = kLevels.back().first + kLevels.back().slots;

    struct Node {
        Timer timer;
        std::uint32_t next, previous;  // in its place; next: also of free nodes
        std::uint32_t place;
        std::uint32_t next_in_bucket;  // of accounts
    };
    // The earliest occupied place of a level.
    struct Front {
        std::uint32_t place = kNone;
        std::int64_t starts_ns = 0;
    };

    std::size_t bucket_of(std::uint64_t account) const;
    void grow_buckets();
    std::uint32_t take_node(const Timer& timer);
    void drop_node(std::uint32_t node);
    void leave_bucket(std::uint32_t node);
    void put(std::uint32_t node);
    void leave_place(std::uint32_t node);
    void mark_empty(std::uint32_t place);
    std::uint32_t occupied_from(std::uint32_t begin, std::uint32_t end) const;
    Front front_of(const Level& level) const;
    void spread(std::uint32_t place);
    void take_due(std::uint32_t place, std::int64_t until_ns, std::vector<Timer>& taken);
    void take_until(std::int64_t until_ns, std::vector<Timer>& taken);
    void find_next();
    std::vector<Timer> in_order() const;

    std::vector<Node> nodes_;
    std::uint32_t free_ = kNone;
    std::size_t size_ = 0;
    std::optional<std::int64_t> next_ns_;
    // Invariant: no place before this time's is occupied, and on a level but the first neither is
    // its own. What is due earlier lies in its place of the first level.
    std::int64_t cursor_ns_ = 0;
    std::vector<std::uint32_t> heads_;           // of each place; empty until the first timer
    std::vector<std::uint64_t> occupied_;        // a bit for each place
    std::vector<std::uint64_t> occupied_words_;  // a bit for each word of these
    std::vector<std::uint32_t> buckets_;         // by hash of the account; a power of two of them
};

}  // namespace lpc::runtime
