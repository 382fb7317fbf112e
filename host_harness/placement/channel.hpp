// Messages between two processes, over one piece of shared memory with a ring of 64-byte records
// each way. One thread on each side; nothing here blocks but wait(). What is said depends on
// nothing but what was sent. The other side is not trusted: whatever it writes into the memory, at
// any time, ends here in a message, in nothing or in `garbage`, and never in more memory than the
// limits say.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <foundation/status.hpp>

#include "channel_memory.hpp"

namespace lpc::placement {

// How a message begins: a record of its own.
struct Head {
    std::uint32_t kind = 0;
    std::uint32_t count = 0;  // of the records that follow; send() fills it in
    std::uint64_t number = 0;
    std::array<std::int64_t, 6> words{};
};
static_assert(sizeof(Head) == sizeof(lpc_fact));

struct Message : Head {
    std::vector<lpc_fact> records;  // `count` of them
};

// What one side puts up with; each side has its own.
struct ChannelLimits {
    std::uint32_t message_records = 1u << 20;  // a message with more of them is garbage
    std::uint32_t looks = 2'000;               // how often wait() looks before it sleeps
};

enum class Got {
    garbage,  // the other side broke the format: final, see fault()
    nothing,  // no whole message yet
    message
};

class Channel {
  public:
    // The engine's side: makes the memory. Each ring holds so many records (1 to 2^20, rounded up
    // to a power of two); a message may be larger than that.
    static Result<std::unique_ptr<Channel>> create(std::uint32_t ring_records,
                                                   const ChannelLimits& limits = {});
    // The sidecar's side. The descriptor stays the caller's, who may close it afterwards.
    static Result<std::unique_ptr<Channel>> open(int fd, const ChannelLimits& limits = {});
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    // The memory, for open() in the other process; owned. -1 on the side that has opened it.
    int fd() const { return memory_.fd(); }

    // Never waits: what does not fit stays in a backlog in this process, in order. Wakes the other
    // side if it sleeps. After garbage nothing is sent and nothing kept.
    void send(Head head, std::span<const lpc_fact> records = {});
    // Sends as much of the backlog as there is room for; send() and wait() do so, too. True:
    // nothing is left behind.
    bool pump();
    std::uint64_t backlog() const { return backlog_.size() - backlog_begin_; }  // records

    // Takes up at most one ring's worth of records, so that no call is long. `into` is touched only
    // if it is a message; its memory is used again for the next.
    Got receive(Message& into);
    const std::string& fault() const { return fault_; }

    // Until there is something to receive: looks, then sleeps. False: time is up.
    bool wait(std::chrono::nanoseconds at_most);

  private:
    Channel(ChannelMemory memory, std::size_t side, const ChannelLimits& limits);

    std::uint64_t room();
    std::size_t write(std::span<const lpc_fact> records);
    void write_or_keep(std::span<const lpc_fact> records);
    void write_backlog();
    void publish();
    std::uint64_t readable();
    void wake_other();
    bool has_news();
    bool sleep(std::chrono::nanoseconds at_most);
    void give_up(std::string fault);

    ChannelMemory memory_;
    const ChannelLimits limits_;
    // Of its own words a side reads none back: what it needs of them is below.
    Side& own_;
    Side& other_;
    const std::span<Slot> outgoing_;
    const std::span<Slot> incoming_;

    std::uint64_t written_ = 0;    // records put into the outgoing ring
    std::uint64_t published_ = 0;  // of which the other side knows so many
    std::uint64_t taken_ = 0;      // which it has taken out, as far as was looked
    std::uint64_t read_ = 0;       // records taken out of the incoming ring
    std::vector<lpc_fact> backlog_;
    std::size_t backlog_begin_ = 0;
    Message gathered_;  // what has come of a message that is not whole
    bool gathering_ = false;
    std::string fault_;
};

}  // namespace lpc::placement
