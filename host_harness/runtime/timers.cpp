#include "timers.hpp"

#include <algorithm>
#include <bit>

namespace lpc::runtime {
namespace {

std::uint64_t bit(std::uint32_t index) {
    return std::uint64_t{1} << (index % 64);
}

}  // namespace

// Fibonacci hashing: neighbouring numbers lie far apart.
std::size_t Timers::bucket_of(std::uint64_t account) const {
    const int bits = std::countr_zero(buckets_.size());
    return (account * 0x9e3779b97f4a7c15ULL) >> (64 - bits);
}

void Timers::grow_buckets() {
    buckets_.assign(std::max<std::size_t>(64, 2 * buckets_.size()), kNone);
    for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
        if (nodes_[node].place == kNone) continue;
        std::uint32_t& bucket = buckets_[bucket_of(nodes_[node].timer.account)];
        nodes_[node].next_in_bucket = bucket;
        bucket = node;
    }
}

std::uint32_t Timers::take_node(const Timer& timer) {
    std::uint32_t node = free_;
    if (node == kNone) {
        node = static_cast<std::uint32_t>(nodes_.size());
        nodes_.emplace_back();
    } else {
        free_ = nodes_[node].next;
    }
    nodes_[node].timer = timer;
    return node;
}

void Timers::drop_node(std::uint32_t node) {
    nodes_[node].place = kNone;
    nodes_[node].next = free_;
    free_ = node;
    --size_;
}

void Timers::leave_bucket(std::uint32_t node) {
    std::uint32_t* link = &buckets_[bucket_of(nodes_[node].timer.account)];
    while (*link != node) link = &nodes_[*link].next_in_bucket;
    *link = nodes_[node].next_in_bucket;
}

// Into the lowest level that reaches so far ahead of the cursor.
void Timers::put(std::uint32_t node) {
    const std::int64_t at_ns = std::max(nodes_[node].timer.at_ns, cursor_ns_);
    std::size_t level = 0;
    while (kLevels[level].slot_of(at_ns) - kLevels[level].slot_of(cursor_ns_) >=
           kLevels[level].slots)
        ++level;
    const std::uint32_t place = kLevels[level].place_of(kLevels[level].slot_of(at_ns));
    const std::uint32_t head = heads_[place];
    nodes_[node].next = head;
    nodes_[node].previous = kNone;
    nodes_[node].place = place;
    heads_[place] = node;
    if (head != kNone) {
        nodes_[head].previous = node;
        return;
    }
    occupied_[place / 64] |= bit(place);
    occupied_words_[place / 4096] |= bit(place / 64);
}

void Timers::mark_empty(std::uint32_t place) {
    occupied_[place / 64] &= ~bit(place);
    if (occupied_[place / 64] == 0) occupied_words_[place / 4096] &= ~bit(place / 64);
}

void Timers::leave_place(std::uint32_t node) {
    const Node& leaving = nodes_[node];
    if (leaving.next != kNone) nodes_[leaving.next].previous = leaving.previous;
    if (leaving.previous != kNone) {
        nodes_[leaving.previous].next = leaving.next;
        return;
    }
    const std::uint32_t place = leaving.place;
    heads_[place] = leaving.next;
    if (leaving.next != kNone) return;
    mark_empty(place);
}

void Timers::add(const Timer& timer) {
    if (heads_.empty()) {
        heads_.assign(kPlaces, kNone);
        occupied_.assign((kPlaces + 63) / 64, 0);
        occupied_words_.assign((occupied_.size() + 63) / 64, 0);
    }
    if (2 * (size_ + 1) > buckets_.size()) grow_buckets();
    std::uint32_t& bucket = buckets_[bucket_of(timer.account)];
    for (std::uint32_t other = bucket; other != kNone; other = nodes_[other].next_in_bucket) {
        if (nodes_[other].timer == timer) return;
    }
    const std::uint32_t node = take_node(timer);
    nodes_[node].next_in_bucket = bucket;
    bucket = node;
    put(node);
    ++size_;
    if (!next_ns_ || timer.at_ns < *next_ns_) next_ns_ = timer.at_ns;
}

void Timers::forget(std::uint64_t account) {
    if (size_ == 0) return;
    bool first_gone = false;
    std::uint32_t* link = &buckets_[bucket_of(account)];
    while (*link != kNone) {
        const std::uint32_t node = *link;
        if (nodes_[node].timer.account != account) {
            link = &nodes_[node].next_in_bucket;
            continue;
        }
        *link = nodes_[node].next_in_bucket;
        first_gone = first_gone || nodes_[node].timer.at_ns == *next_ns_;
        leave_place(node);
        drop_node(node);
    }
    if (first_gone) find_next();
}

std::vector<Timer> Timers::of_account(std::uint64_t account) const {
    std::vector<Timer> found;
    if (size_ == 0) return found;
    for (std::uint32_t node = buckets_[bucket_of(account)]; node != kNone;
         node = nodes_[node].next_in_bucket) {
        if (nodes_[node].timer.account == account) found.push_back(nodes_[node].timer);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<Timer> Timers::in_order() const {
    std::vector<Timer> all;
    all.reserve(size_);
    for (const Node& node : nodes_) {
        if (node.place != kNone) all.push_back(node.timer);
    }
    std::sort(all.begin(), all.end());
    return all;
}

// The first occupied place in [begin, end), or kNone.
std::uint32_t Timers::occupied_from(std::uint32_t begin, std::uint32_t end) const {
    if (begin >= end) return kNone;
    std::uint32_t word = begin / 64;
    std::uint64_t bits = occupied_[word] & ~(bit(begin) - 1);
    if (bits == 0) {
        std::uint32_t above = ++word / 64;
        if (above >= occupied_words_.size()) return kNone;
        std::uint64_t words = occupied_words_[above] & ~(bit(word) - 1);
        while (words == 0) {
            if (++above == occupied_words_.size()) return kNone;
            words = occupied_words_[above];
        }
        word = 64 * above + static_cast<std::uint32_t>(std::countr_zero(words));
        bits = occupied_[word];
    }
    const std::uint32_t found = 64 * word + static_cast<std::uint32_t>(std::countr_zero(bits));
    return found < end ? found : kNone;
}

Timers::Front Timers::front_of(const Level& level) const {
    const std::uint64_t slot = level.slot_of(cursor_ns_);
    const std::uint32_t here = level.place_of(slot);
    std::uint32_t place = occupied_from(here, level.first + level.slots);
    if (place == kNone) place = occupied_from(level.first, here);
    if (place == kNone) return {};
    const std::uint64_t ahead = (place - here) & (level.slots - 1);
    return {place, static_cast<std::int64_t>((slot + ahead) << level.shift)};
}

// All of a place whose time has come go to lower levels.
void Timers::spread(std::uint32_t place) {
    std::uint32_t node = heads_[place];
    heads_[place] = kNone;
    mark_empty(place);
    while (node != kNone) {
        const std::uint32_t next = nodes_[node].next;
        put(node);
        node = next;
    }
}

void Timers::take_due(std::uint32_t place, std::int64_t until_ns, std::vector<Timer>& taken) {
    const auto first = static_cast<std::ptrdiff_t>(taken.size());
    for (std::uint32_t node = heads_[place]; node != kNone;) {
        const std::uint32_t next = nodes_[node].next;
        if (nodes_[node].timer.at_ns <= until_ns) {
            taken.push_back(nodes_[node].timer);
            leave_place(node);
            leave_bucket(node);
            drop_node(node);
        }
        node = next;
    }
    if (static_cast<std::ptrdiff_t>(taken.size()) - first > 1)
        std::sort(taken.begin() + first, taken.end());
}

// What is due by then of the lowest level, place by place in order. Why in batches: what each place
// leads to lies anywhere in memory, and is fetched for many of them at once.
void Timers::take_until(std::int64_t until_ns, std::vector<Timer>& taken) {
    const Level& lowest = kLevels[0];
    std::array<std::uint32_t, 32> batch;
    for (bool done = false; !done;) {
        const Front front = front_of(lowest);
        if (front.place == kNone || front.starts_ns > until_ns) return;
        // The places from here to the end of the ring or to the last that begins by then.
        const std::uint64_t slots = lowest.slot_of(until_ns) - lowest.slot_of(front.starts_ns) + 1;
        const std::uint32_t room = lowest.first + lowest.slots - front.place;
        done = slots <= room;
        const std::uint32_t end = front.place + (done ? static_cast<std::uint32_t>(slots) : room);
        std::uint32_t place = front.place;
        while (place != kNone) {
            std::size_t count = 0;
            for (; place != kNone && count < batch.size(); place = occupied_from(place + 1, end)) {
                batch[count++] = place;
                __builtin_prefetch(&nodes_[heads_[place]]);
            }
            for (std::size_t i = 0; i < count; ++i)
                __builtin_prefetch(&buckets_[bucket_of(nodes_[heads_[batch[i]]].timer.account)]);
            for (std::size_t i = 0; i < count; ++i) take_due(batch[i], until_ns, taken);
        }
        cursor_ns_ = std::max(cursor_ns_, front.starts_ns);
    }
}

std::vector<Timer> Timers::due(std::int64_t now_ns) {
    std::vector<Timer> taken;
    if (!next_ns_ || *next_ns_ > now_ns) return taken;
    for (;;) {
        // What begins first on the higher levels bounds what may be taken on the lowest.
        Front higher;
        for (std::size_t i = 1; i < kLevels.size(); ++i) {
            const Front front = front_of(kLevels[i]);
            // Invariant: of places that begin together the highest comes first, so that nothing is
            // left behind above.
            if (front.place == kNone ||
                (higher.place != kNone && front.starts_ns > higher.starts_ns))
                continue;
            higher = front;
        }
        const bool spreads = higher.place != kNone && higher.starts_ns <= now_ns;
        const std::int64_t until_ns = spreads ? higher.starts_ns - 1 : now_ns;
        take_until(until_ns, taken);
        if (!spreads) break;
        cursor_ns_ = higher.starts_ns;
        spread(higher.place);
    }
    cursor_ns_ = std::max(cursor_ns_, now_ns);
    find_next();
    return taken;
}

// A place's earliest timer, unless an earlier one is known before the place begins.
void Timers::find_next() {
    next_ns_.reset();
    for (const Level& level : kLevels) {
        const Front front = front_of(level);
        if (front.place == kNone || (next_ns_ && *next_ns_ < front.starts_ns)) continue;
        for (std::uint32_t node = heads_[front.place]; node != kNone; node = nodes_[node].next) {
            const std::int64_t at_ns = nodes_[node].timer.at_ns;
            if (!next_ns_ || at_ns < *next_ns_) next_ns_ = at_ns;
        }
    }
}

}  // namespace lpc::runtime
