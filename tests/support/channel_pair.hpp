// Both ends of a channel in one process, messages drawn at random, and somebody who writes into the
// memory between the two as he likes. Owned by the test.
#pragma once

#include <sys/mman.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <judge/draw.hpp>
#include <memory>
#include <placement/channel.hpp>

namespace lpc::tests {

using judge::Draw;
using placement::Channel;
using placement::ChannelLimits;
using placement::Message;

struct ChannelPair {
    std::unique_ptr<Channel> engine, sidecar;

    explicit ChannelPair(std::uint32_t ring_records, const ChannelLimits& limits = {}) {
        engine = Channel::create(ring_records, limits).value();
        sidecar = Channel::open(engine->fd(), limits).value();
    }
};

// The memory of a channel, once more, as somebody sees it who keeps to no rule.
class ChannelIntruder {
  public:
    explicit ChannelIntruder(int fd) {
        struct stat is {};
        BOOST_REQUIRE(::fstat(fd, &is) == 0);
        bytes_ = static_cast<std::size_t>(is.st_size);
        at_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        BOOST_REQUIRE(at_ != MAP_FAILED);
    }
    ~ChannelIntruder() { ::munmap(at_, bytes_); }
    ChannelIntruder(const ChannelIntruder&) = delete;
    ChannelIntruder& operator=(const ChannelIntruder&) = delete;

    std::size_t words() const { return bytes_ / sizeof(std::uint64_t); }
    std::uint64_t read(std::size_t i) const { return word(i).load(std::memory_order_relaxed); }
    void write(std::size_t i, std::uint64_t value) const {
        word(i).store(value, std::memory_order_relaxed);
    }
    // Nonsense, small numbers, and what is nearly right.
    void scribble(Draw& draw) const {
        const std::size_t i = draw.below(words());
        const std::uint64_t way = draw.below(4);
        write(i, way == 0   ? draw.next()
                 : way == 1 ? draw.below(100)
                 : way == 2 ? read(i) + draw.below(40)
                            : read(i) - draw.below(40));
    }

  private:
    std::atomic_ref<std::uint64_t> word(std::size_t i) const {
        return std::atomic_ref(static_cast<std::uint64_t*>(at_)[i]);
    }
    std::size_t bytes_ = 0;
    void* at_ = nullptr;
};

inline Message draw_message(Draw& draw, std::uint64_t records_max) {
    Message message;
    message.kind = static_cast<std::uint32_t>(draw.next());
    message.number = draw.next();
    for (std::int64_t& word : message.words) word = static_cast<std::int64_t>(draw.next());
    message.records.resize(draw.below(records_max + 1));
    for (lpc_fact& record : message.records) {
        std::array<std::uint64_t, 8> words;
        for (std::uint64_t& word : words) word = draw.next();
        record = std::bit_cast<lpc_fact>(words);
    }
    message.count = static_cast<std::uint32_t>(message.records.size());
    return message;
}

}  // namespace lpc::tests
