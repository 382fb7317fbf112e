#include "channel.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <ctime>
#include <utility>

namespace lpc::placement {
namespace {

using Clock = std::chrono::steady_clock;

// Between two looks. Why the yields: where both sides have come to share a core, the other one
// cannot say anything before this one lets it run.
void let_others(std::uint32_t look) {
    constexpr std::uint32_t kLooksToYield = 64;
    if (look % kLooksToYield == kLooksToYield - 1) {
        (void)::sched_yield();
        return;
    }
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// The word is in memory that two processes share, so this is no private futex.
long futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value,
           const timespec* at_most) {
    return ::syscall(SYS_futex, &word, operation, value, at_most, nullptr, 0);
}

}  // namespace

Channel::Channel(ChannelMemory memory, std::size_t side, const ChannelLimits& limits)
    : memory_(std::move(memory)),
      limits_(limits),
      own_(memory_.side(side)),
      other_(memory_.side(1 - side)),
      outgoing_(memory_.ring(side)),
      incoming_(memory_.ring(1 - side)) {}

Result<std::unique_ptr<Channel>> Channel::create(std::uint32_t ring_records,
                                                 const ChannelLimits& limits) {
    auto memory = ChannelMemory::create(ring_records);
    if (!memory) return tl::unexpected(memory.error());
    return std::unique_ptr<Channel>(new Channel(std::move(*memory), 0, limits));
}

Result<std::unique_ptr<Channel>> Channel::open(int fd, const ChannelLimits& limits) {
    auto memory = ChannelMemory::open(fd);
    if (!memory) return tl::unexpected(memory.error());
    return std::unique_ptr<Channel>(new Channel(std::move(*memory), 1, limits));
}

void Channel::give_up(std::string fault) {
    fault_ = "the other side " + std::move(fault);
    written_ = published_;
    backlog_ = {};
    backlog_begin_ = 0;
    gathered_ = {};
}

std::uint64_t Channel::room() {
    return outgoing_.size() - (written_ - taken_);
}

// As many as there is room for, from the first on; not yet published.
std::size_t Channel::write(std::span<const lpc_fact> records) {
    if (room() < records.size()) {
        const std::uint64_t taken = other_.read.load(std::memory_order_seq_cst);
        if (taken < taken_ || taken > published_) {
            give_up("says that it has taken " + std::to_string(taken) + " records, expected " +
                    std::to_string(taken_) + " to " + std::to_string(published_));
            return 0;
        }
        taken_ = taken;
    }
    const auto fitting = static_cast<std::size_t>(std::min<std::uint64_t>(room(), records.size()));
    for (std::size_t i = 0; i < fitting; ++i)
        outgoing_[(written_ + i) & (outgoing_.size() - 1)].put(records[i]);
    written_ += fitting;
    return fitting;
}

void Channel::write_backlog() {
    if (backlog() == 0) return;
    backlog_begin_ += write(std::span(backlog_).subspan(backlog_begin_));
    if (backlog_begin_ == backlog_.size()) {
        backlog_.clear();
        backlog_begin_ = 0;
    } else if (backlog_begin_ > backlog_.size() / 2) {
        backlog_.erase(backlog_.begin(),
                       backlog_.begin() + static_cast<std::ptrdiff_t>(backlog_begin_));
        backlog_begin_ = 0;
    }
}

void Channel::write_or_keep(std::span<const lpc_fact> records) {
    const std::size_t done = backlog() == 0 ? write(records) : 0;
    if (!fault_.empty()) return;
    backlog_.insert(backlog_.end(), records.begin() + static_cast<std::ptrdiff_t>(done),
                    records.end());
}

void Channel::publish() {
    if (published_ == written_) return;
    published_ = written_;
    own_.written.store(written_, std::memory_order_seq_cst);
    wake_other();
}

void Channel::send(Head head, std::span<const lpc_fact> records) {
    if (!fault_.empty()) return;
    head.count = static_cast<std::uint32_t>(records.size());
    const auto first = std::bit_cast<lpc_fact>(head);
    write_backlog();
    write_or_keep({&first, 1});
    write_or_keep(records);
    publish();
}

bool Channel::pump() {
    write_backlog();
    publish();
    return backlog() == 0;
}

// Records that are there to be read. Whoever says that there are more than a ring holds, or fewer
// than before, says nothing sensible any more.
std::uint64_t Channel::readable() {
    const std::uint64_t written = other_.written.load(std::memory_order_seq_cst);
    if (written >= read_ && written - read_ <= incoming_.size()) return written - read_;
    give_up("says that it has written " + std::to_string(written) + " records, expected " +
            std::to_string(read_) + " to " + std::to_string(read_ + incoming_.size()));
    return 0;
}

Got Channel::receive(Message& into) {
    std::uint64_t there = fault_.empty() ? readable() : 0;
    if (!fault_.empty()) return Got::garbage;
    if (there == 0) return Got::nothing;
    const auto next = [this] { return incoming_[read_++ & (incoming_.size() - 1)].get(); };
    if (!gathering_) {
        static_cast<Head&>(gathered_) = std::bit_cast<Head>(next());
        --there;
        if (gathered_.count > limits_.message_records) {
            give_up("begins a message of " + std::to_string(gathered_.count) +
                    " records, expected at most " + std::to_string(limits_.message_records));
            return Got::garbage;
        }
        gathered_.records.clear();
        gathering_ = true;
    }
    const std::size_t missing = gathered_.count - gathered_.records.size();
    for (std::size_t left = std::min<std::size_t>(there, missing); left > 0; --left)
        gathered_.records.push_back(next());
    own_.read.store(read_, std::memory_order_seq_cst);
    wake_other();
    if (gathered_.records.size() < gathered_.count) return Got::nothing;
    gathering_ = false;
    std::swap(into, gathered_);
    return Got::message;
}

// Why all of these are seq_cst: one side stores a count and then loads the other's `sleeps`; the
// other stores `sleeps` and then loads the count. One of the two must see what the other did.
void Channel::wake_other() {
    if (other_.sleeps.load(std::memory_order_seq_cst) == 0) return;
    if (other_.sleeps.exchange(0, std::memory_order_seq_cst) != 0)
        (void)futex(other_.sleeps, FUTEX_WAKE, 1, nullptr);
}

bool Channel::has_news() {
    (void)pump();
    return !fault_.empty() || other_.written.load(std::memory_order_seq_cst) != read_;
}

// Woken, or not, for whatever reason; true: there is news.
bool Channel::sleep(std::chrono::nanoseconds at_most) {
    own_.sleeps.store(1, std::memory_order_seq_cst);
    bool news = has_news();
    if (!news) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at_most);
        const timespec span{seconds.count(), (at_most - seconds).count()};
        (void)futex(own_.sleeps, FUTEX_WAIT, 1, &span);
        news = has_news();
    }
    own_.sleeps.store(0, std::memory_order_relaxed);
    return news;
}

bool Channel::wait(std::chrono::nanoseconds at_most) {
    for (std::uint32_t look = 0; look < limits_.looks; ++look) {
        if (has_news()) return true;
        let_others(look);
    }
    const auto begin = Clock::now();
    for (std::chrono::nanoseconds left = at_most; left.count() > 0;
         left = at_most - (Clock::now() - begin)) {
        if (sleep(left)) return true;
    }
    return has_news();
}

}  // namespace lpc::placement
