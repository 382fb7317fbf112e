#include "sidecar_instance.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace lpc::placement {

using runtime::Loss;
using runtime::Lost;
using runtime::TurnOutput;

void lost_within(const std::string& id, const Lost& lost) {
    throw std::runtime_error("plugin " + id + " was lost while an input was applied (" + lost.why +
                             "), expected prepare() before");
}

void SidecarInstance::flush() {
    if (inbox().empty()) return;
    sidecar_->tell({.kind = kHear}, inbox());
    inbox().clear();
}

void SidecarInstance::do_ask(const lpc_turn& turn, const runtime::TurnLimits& limits) {
    saved_.clear();
    answer_.reset();
    commands_max_ = limits.commands_max;
    Head head{.kind = kAsk};
    head.words = {static_cast<std::int64_t>(turn.seq), turn.now_ns,
                  static_cast<std::int64_t>(turn.flags), limits.output_capacity,
                  limits.commands_max};
    question_ = sidecar_->ask(head, inbox());
    inbox().clear();
}

std::optional<Lost> SidecarInstance::fetch_answer() {
    if (question_ == 0) return sidecar_->lost();
    Message reply;
    if (auto lost = sidecar_->await(question_, kAnswer, reply)) return lost;
    question_ = 0;
    if (reply.words[0] == kFailed) {
        const auto why = bytes_of(reply.records, reply.words[1]);
        if (!why) return sidecar_->give_up(Loss::garbage, "it failed without a sentence");
        // Why a loss: nobody else can tell whether the plugin failed or its process lies, and a
        // loss is an input, which a replay need not find out for itself.
        return sidecar_->give_up(Loss::failed, text_of(*why));
    }
    const bool fits = static_cast<std::int64_t>(reply.records.size()) <= commands_max_ &&
                      reply.words[1] >= 0 && reply.words[1] <= UINT32_MAX;
    if (!fits) return sidecar_->give_up(Loss::garbage, "its answer is beyond every limit");
    answer_ = TurnOutput{commands_of(reply.records), static_cast<std::uint32_t>(reply.words[1])};
    return std::nullopt;
}

Result<TurnOutput> SidecarInstance::take() {
    if (!answer_) {
        if (const auto lost = fetch_answer()) lost_within(identity().id, *lost);
    }
    if (!answer_) return TurnOutput{};
    return *std::exchange(answer_, std::nullopt);
}

std::optional<Lost> SidecarInstance::await_saved(std::uint64_t account, std::uint64_t number) {
    Message reply;
    if (auto lost = sidecar_->await(number, kSaved, reply)) return lost;
    const auto bytes = bytes_of(reply.records, reply.words[1]);
    const bool failed = reply.words[0] == kFailed;
    if (!bytes || (!failed && bytes->size() > table().record_max))
        return sidecar_->give_up(Loss::garbage, "what it saved is beyond every limit");
    if (failed) {
        saved_.emplace(account, fail(text_of(*bytes)));
    } else {
        const auto* first = reinterpret_cast<const std::uint8_t*>(bytes->data());
        saved_.emplace(account, std::vector<std::uint8_t>(first, first + bytes->size()));
    }
    return std::nullopt;
}

std::optional<Lost> SidecarInstance::fetch_saved(std::span<const std::uint64_t> accounts) {
    flush();
    saved_.clear();
    std::vector<std::uint64_t> numbers;
    for (const std::uint64_t account : accounts) {
        Head head{.kind = kSave};
        head.words[0] = static_cast<std::int64_t>(account);
        numbers.push_back(sidecar_->ask(head));
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (auto lost = await_saved(accounts[i], numbers[i])) return lost;
    }
    return sidecar_->lost();
}

Result<std::span<const std::uint8_t>> SidecarInstance::save(std::uint64_t account) {
    if (saved_.count(account) == 0) {
        if (const auto lost = fetch_saved({&account, 1})) lost_within(identity().id, *lost);
    }
    const auto it = saved_.find(account);
    Saved saved = std::move(it->second);
    saved_.erase(it);
    if (!saved) return tl::unexpected(saved.error());
    shown_ = std::move(*saved);
    return std::span<const std::uint8_t>(shown_);
}

Status SidecarInstance::load(std::uint64_t account, std::uint32_t format,
                             std::span<const std::uint8_t> saved) {
    flush();
    Head head{.kind = kLoad};
    head.words = {static_cast<std::int64_t>(account), format,
                  static_cast<std::int64_t>(saved.size())};
    Message reply;
    const std::uint64_t number = sidecar_->ask(head, records_of(saved.data(), saved.size()));
    if (const auto lost = sidecar_->await(number, kLoaded, reply))
        lost_within(identity().id, *lost);
    if (reply.words[0] == kDone) return {};
    const auto why = bytes_of(reply.records, reply.words[1]);
    return fail(why ? text_of(*why) : "plugin " + identity().id + ": load failed");
}

}  // namespace lpc::placement
