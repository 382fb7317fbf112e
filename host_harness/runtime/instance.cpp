#include "instance.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

namespace lpc::runtime {
namespace {

void forward_log(void* ctx, std::int32_t level, const char* utf8, std::uint32_t size) {
    const LogSink& sink = *static_cast<const LogSink*>(ctx);
    constexpr std::uint32_t kLongest = 4096;
    if (sink) sink(level, std::string(utf8, std::min(size, kLongest)));
}

// The ABI forbids it, but a plugin that lets an exception out must not take the host with it.
template <class Call>
lpc_status guarded(Call&& call) noexcept {
    try {
        return call();
    } catch (...) {
        return LPC_FAILED;
    }
}

// Behind each buffer that a plugin writes into: whoever writes beyond it is found out.
constexpr std::array<std::uint8_t, 16> kCanary{0xC5, 0x3A, 0x96, 0x69, 0x5A, 0xA5, 0x0F, 0xF0,
                                               0x12, 0xED, 0x77, 0x88, 0xB4, 0x4B, 0x2D, 0xD2};

std::string run_of(const lpc_fact& fact) {
    return "hook of fact kind " + std::to_string(fact.kind);
}

}  // namespace

Instance::Instance(std::uint32_t id, PluginCode code, const LogSink& log)
    : id_(id), code_(std::move(code)), log_(log) {
    host_ = {sizeof(lpc_host), LPC_ABI_MINOR, &log_, &forward_log};
    // Why memcpy: a plugin built against a shorter hook table has fewer entries than this host
    // knows.
    hooks_.assign(LPC_FACT_KINDS, nullptr);
    const std::size_t known = std::min<std::size_t>(code_.table->hooks_size, sizeof(lpc_hooks));
    std::memcpy(hooks_.data(), code_.table->hooks, known / sizeof(lpc_hook) * sizeof(lpc_hook));
    for (std::uint16_t kind = 0; kind < LPC_FACT_KINDS; ++kind) {
        if (hooks_[kind] != nullptr) interest_ |= 1u << kind;
    }
}

Result<std::unique_ptr<Instance>> Instance::create(std::uint32_t id, PluginCode code,
                                                   const LogSink& log) {
    std::unique_ptr<Instance> instance(new Instance(id, std::move(code), log));
    char why[256] = "";
    instance->self_ = instance->table().create(&instance->host_, why, sizeof why);
    if (instance->self_ == nullptr) {
        why[sizeof why - 1] = '\0';
        return fail("plugin " + instance->identity().id +
                    ": create failed: " + (why[0] == '\0' ? "no reason given" : why));
    }
    return instance;
}

Instance::~Instance() {
    if (self_ != nullptr) table().destroy(self_);
}

void Instance::begin_with(std::vector<lpc_fact> params, std::uint64_t seq) {
    params_ = std::move(params);
    for (lpc_fact& fact : params_) {
        fact.seq = seq;
        tell(fact);
    }
}

Result<TurnOutput> Instance::turn(lpc_turn turn, const TurnLimits& limits) {
    if (fresh_) turn.flags |= LPC_TURN_ACTIVE;
    fresh_ = false;
    if (const Status status = deliver(); !status) return tl::unexpected(status.error());
    Result<TurnOutput> output = ask(turn, limits);
    if (!output) failed_ = tl::unexpected(output.error());
    return output;
}

Status Instance::deliver() {
    if (failed_) failed_ = hear_inbox();
    return failed_;
}

Status Instance::hear_inbox() {
    std::size_t first = 0;
    while (first < inbox_.size()) {
        std::size_t last = first + 1;
        while (last < inbox_.size() && inbox_[last].kind == inbox_[first].kind) ++last;
        const lpc_hook hook = hooks_[inbox_[first].kind];
        const lpc_status status = guarded(
            [&] { return hook(self_, &inbox_[first], static_cast<std::uint32_t>(last - first)); });
        if (status != LPC_OK)
            return fail("plugin " + identity().id + ": " + run_of(inbox_[first]) + " answered " +
                        std::to_string(status));
        first = last;
    }
    inbox_.clear();
    return {};
}

Result<TurnOutput> Instance::ask(const lpc_turn& turn, const TurnLimits& limits) {
    TurnOutput output;
    const auto failed = [this](const std::string& how) {
        return fail("plugin " + identity().id + ": on_turn " + how);
    };
    for (;;) {
        // Why all of it: a plugin may have written beyond the count that it gave.
        buffer_.assign(limits.output_capacity + 1, lpc_command{});
        std::memcpy(&buffer_.back(), kCanary.data(), kCanary.size());
        lpc_output out{buffer_.data(), limits.output_capacity, 0, 0, 0};
        const lpc_status status = guarded([&] { return table().on_turn(self_, &turn, &out); });
        if (status != LPC_OK) return failed("answered " + std::to_string(status));
        if (std::memcmp(&buffer_.back(), kCanary.data(), kCanary.size()) != 0)
            return failed("wrote beyond its buffer");
        if (out.commands != buffer_.data() || out.count > limits.output_capacity || out.more > 1)
            return failed("wrote " + std::to_string(out.count) + " commands into " +
                          std::to_string(limits.output_capacity) + ", or a malformed output");
        const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(out.count);
        output.commands.insert(output.commands.end(), buffer_.begin(), end);
        output.carried = out.carried;
        if (static_cast<std::int64_t>(output.commands.size()) > limits.commands_max)
            return failed("gave more than " + std::to_string(limits.commands_max) +
                          " commands in one turn");
        if (out.more == 0) return output;
        // Invariant: a plugin that has more must make progress, or the turn would never end.
        if (out.count == 0) return failed("says it has more but wrote nothing");
    }
}

Result<std::span<const std::uint8_t>> Instance::save(std::uint64_t account) {
    if (const Status status = deliver(); !status) return tl::unexpected(status.error());
    if (table().save == nullptr) return std::span<const std::uint8_t>{};
    const std::uint32_t most = table().record_max;
    saved_.resize(most + kCanary.size());
    const auto canary = saved_.begin() + most;
    std::copy(kCanary.begin(), kCanary.end(), canary);
    lpc_record record{saved_.data(), most, 0};
    const lpc_status status = guarded([&] { return table().save(self_, account, &record); });
    const auto failed = [&](const std::string& how) {
        return fail("plugin " + identity().id + ": save of account " + std::to_string(account) +
                    " " + how);
    };
    if (status != LPC_OK) return failed("answered " + std::to_string(status));
    if (!std::equal(kCanary.begin(), kCanary.end(), canary))
        return failed("wrote beyond its record");
    if (record.data != saved_.data() || record.size > most)
        return failed("gave " + std::to_string(record.size) + " bytes, expected at most " +
                      std::to_string(most));
    return std::span<const std::uint8_t>(saved_.data(), record.size);
}

Status Instance::load(std::uint64_t account, std::uint32_t format,
                      std::span<const std::uint8_t> saved) {
    if (const Status status = deliver(); !status) return status;
    saved_.assign(saved.begin(), saved.end());  // the plugin's to write into
    const lpc_record record{saved_.data(), static_cast<std::uint32_t>(saved.size()),
                            static_cast<std::uint32_t>(saved.size())};
    const lpc_status status =
        guarded([&] { return table().load(self_, account, format, &record); });
    if (status == LPC_OK) return {};
    return fail("plugin " + identity().id + ": load of account " + std::to_string(account) +
                " answered " + std::to_string(status));
}

}  // namespace lpc::runtime
