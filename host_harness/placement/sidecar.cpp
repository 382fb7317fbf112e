#include "sidecar.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace lpc::placement {
namespace {

using Clock = std::chrono::steady_clock;
using runtime::Loss;
using runtime::Lost;

// How often it is looked whether the process is still there while one waits for it.
constexpr std::chrono::milliseconds kLook{1};
constexpr int kStartsSlower = 10;

}  // namespace

Result<std::unique_ptr<Sidecar>> Sidecar::start(const SidecarTerms& terms,
                                                const std::string& sha256,
                                                const runtime::LogSink& log) {
    std::unique_ptr<Sidecar> sidecar(new Sidecar);
    auto channel = Channel::create(terms.ring_records);
    if (!channel) return fail_in("sidecar", channel.error());
    sidecar->channel_ = std::move(*channel);
    sidecar->log_ = log;
    auto child = ChildProcess::start(
        terms.executable,
        {"sidecar", "--parent", std::to_string(::getpid()), "--cache", terms.cache_folder,
         "--sha256", sha256, "--memory", std::to_string(terms.memory_bytes)},
        sidecar->channel_->fd());
    if (!child) return fail_in("sidecar", child.error());
    sidecar->child_ = std::move(*child);
    sidecar->patience_ = terms.patience * kStartsSlower;
    sidecar->asked_.insert(0);
    Message ready;
    if (const auto lost = sidecar->await(0, kReady, ready))
        return fail("sidecar of plugin " + sha256 + ": " + lost->why);
    sidecar->patience_ = terms.patience;
    if (ready.words[0] != kDone) {
        const auto why = bytes_of(ready.records, ready.words[1]);
        return fail("sidecar: " + (why ? text_of(*why) : "no reason given"));
    }
    return sidecar;
}

void Sidecar::tell(Head head, std::span<const lpc_fact> records) {
    if (!lost_) channel_->send(head, records);
}

std::uint64_t Sidecar::ask(Head head, std::span<const lpc_fact> records) {
    head.number = ++number_;
    if (head.kind != kFeed) asked_.insert(head.number);
    tell(head, records);
    return head.number;
}

Lost Sidecar::give_up(Loss how, const std::string& why) {
    if (!lost_) {
        lost_ = Lost{how, why};
        child_->kill();
    }
    return *lost_;
}

// Each answer once, and only to what was asked.
void Sidecar::take_in(Message& message) {
    if (message.kind == kLog) {
        const auto text = bytes_of(message.records, message.words[1]);
        if (!text || ++log_lines_ > kLogLines)
            (void)give_up(Loss::garbage, text ? "it logs without end" : "it logs what is no text");
        else if (log_)
            log_(static_cast<int>(message.words[0]), text_of(*text));
    } else if (message.kind == kHeard) {
        if (!on_heard || !on_heard(message))
            (void)give_up(Loss::garbage, "it says that it heard what it was not told, or nothing");
    } else if (asked_.erase(message.number) == 1) {
        replies_[message.number] = std::move(message);
    } else {
        (void)give_up(Loss::garbage, "it answers what it was not asked, or twice");
    }
}

void Sidecar::look() {
    if (lost_) return;
    (void)channel_->pump();
    Message message;
    Got got = channel_->receive(message);
    for (; got == Got::message && !lost_; got = channel_->receive(message)) take_in(message);
    if (got == Got::garbage) (void)give_up(Loss::garbage, channel_->fault());
}

std::optional<Lost> Sidecar::await(std::uint64_t number, std::uint32_t kind, Message& reply) {
    const auto until = Clock::now() + patience_;
    for (;;) {
        const auto ended = child_->ended();  // before the last look: what it said before counts
        look();
        if (lost_) return lost_;
        const auto there = replies_.find(number);
        if (there != replies_.end()) {
            reply = std::move(there->second);
            replies_.erase(there);
            if (reply.kind == kind) return std::nullopt;
            return give_up(Loss::garbage, "its answer is of kind " + std::to_string(reply.kind) +
                                              ", expected " + std::to_string(kind));
        }
        if (ended) return give_up(Loss::ended, "its process " + *ended);
        const auto left = until - Clock::now();
        if (left <= Clock::duration::zero())
            return give_up(
                Loss::silent,
                "it gave no answer within " +
                    std::to_string(
                        std::chrono::duration_cast<std::chrono::milliseconds>(patience_).count()) +
                    " ms");
        (void)channel_->wait(std::min<std::chrono::nanoseconds>(left, kLook));
    }
}

}  // namespace lpc::placement
