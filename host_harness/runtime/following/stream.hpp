// What a follower is fed: the facts that the active instance hears, in order, and what it said in
// each turn. Records of 64 bytes throughout, so that a queue between threads and a ring between
// processes carry them as they are. Values only; little-endian.
//
//   a fact                kind < LPC_FACT_KINDS, with the tag as the active is told it
//   TIMERS   seq, now_ns  timers due by now are told here
//   TURN     seq, now_ns           it is asked for its commands, as the active was
//   SAID     seq, said, inherited, compared, now_ns     what the active answered to the turn at
//                                  now_ns, in its order: `said` commands about accounts that the
//                                  follower had then, and `inherited` ones about those that came
//                                  since; not compared: the follower was not asked
//   LOAD     account, size, format followed by the saved bytes, filled up to whole records
//   TAG      account, order, tag   an order that comes with loaded state
//   TIMER    account, at_ns, tag   a timer that does
#pragma once

#include <lpc/plugin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "../timers.hpp"

namespace lpc::runtime {

using StreamRecord = lpc_fact;
static_assert(sizeof(StreamRecord) == 64 && sizeof(lpc_command) == 64);

enum StreamKind : std::uint16_t {
    kStreamTimers = 0x8001,
    kStreamTurn = 0x8002,
    kStreamLoad = 0x8003,
    kStreamTag = 0x8004,
    kStreamTimer = 0x8005,
    kStreamSaid = 0x8006,
};

class Stream {
  public:
    void fact(const lpc_fact& fact) { records_.push_back(fact); }

    void timers(std::uint64_t seq, std::int64_t now_ns) {
        StreamRecord& record = mark(kStreamTimers, seq);
        record.u.word[0] = now_ns;
    }

    void turn(const lpc_turn& turn) {
        StreamRecord& record = mark(kStreamTurn, turn.seq);
        record.u.word[0] = turn.now_ns;
    }

    void said(std::uint64_t seq, std::int64_t now_ns, const std::vector<lpc_command>& said,
              const std::vector<lpc_command>& inherited, bool compared) {
        StreamRecord& record = mark(kStreamSaid, seq);
        record.u.word[0] = static_cast<std::int64_t>(said.size());
        record.u.word[1] = static_cast<std::int64_t>(inherited.size());
        record.u.word[2] = compared ? 1 : 0;
        record.u.word[3] = now_ns;
        append(said.data(), said.size() * sizeof(lpc_command));
        append(inherited.data(), inherited.size() * sizeof(lpc_command));
    }

    void load(std::uint64_t account, std::uint32_t format, std::span<const std::uint8_t> saved) {
        StreamRecord& record = mark(kStreamLoad, 0);
        record.account = account;
        record.u.word[0] = static_cast<std::int64_t>(saved.size());
        record.u.word[1] = format;
        append(saved.data(), saved.size());
    }

    void tag(std::uint64_t account, std::uint64_t order, std::uint64_t tag) {
        StreamRecord& record = mark(kStreamTag, 0);
        record.account = account;
        record.u.word[0] = static_cast<std::int64_t>(order);
        record.u.word[1] = static_cast<std::int64_t>(tag);
    }

    void timer(const Timer& timer) {
        StreamRecord& record = mark(kStreamTimer, 0);
        record.account = timer.account;
        record.u.word[0] = timer.at_ns;
        record.u.word[1] = static_cast<std::int64_t>(timer.tag);
    }

    std::span<const StreamRecord> records() const { return records_; }
    bool empty() const { return records_.empty(); }
    void clear() { records_.clear(); }
    // Takes what the other one has; that one is empty then, with room for as much again.
    void take(Stream& other) {
        records_.swap(other.records_);
        other.records_.reserve(records_.size());
    }

  private:
    StreamRecord& mark(std::uint16_t kind, std::uint64_t seq) {
        StreamRecord record{};
        record.kind = kind;
        record.seq = seq;
        return records_.emplace_back(record);
    }
    void append(const void* bytes, std::size_t size) {
        const std::size_t first = records_.size();
        records_.resize(first + (size + sizeof(StreamRecord) - 1) / sizeof(StreamRecord));
        if (size != 0) std::memcpy(&records_[first], bytes, size);
    }

    std::vector<StreamRecord> records_;
};

}  // namespace lpc::runtime
