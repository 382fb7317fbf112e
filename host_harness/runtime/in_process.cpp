#include "in_process.hpp"

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

InProcess::InProcess(std::uint32_t id, PluginCode code, const LogSink& log)
    : Instance(id, std::move(code)), log_(log) {
    host_ = {sizeof(lpc_host), LPC_ABI_MINOR, &log_, &forward_log};
    hooks_ = hooks_of(table());
}

Result<std::unique_ptr<Instance>> InProcess::create(std::uint32_t id, PluginCode code,
                                                    const LogSink& log) {
    std::unique_ptr<InProcess> instance(new InProcess(id, std::move(code), log));
    char why[256] = "";
    instance->self_ = instance->table().create(&instance->host_, why, sizeof why);
    if (instance->self_ == nullptr) {
        why[sizeof why - 1] = '\0';
        return fail("plugin " + instance->identity().id +
                    ": create failed: " + (why[0] == '\0' ? "no reason given" : why));
    }
    return instance;
}

InProcess::~InProcess() {
    if (self_ != nullptr) table().destroy(self_);
}

void InProcess::do_ask(const lpc_turn& turn, const TurnLimits& limits) {
    output_ = {};
    if (!deliver()) return;
    Result<TurnOutput> output = commands_of(turn, limits);
    if (output) {
        output_ = std::move(*output);
    } else {
        failed_ = tl::unexpected(output.error());
    }
}

Result<TurnOutput> InProcess::take() {
    if (!failed_) return tl::unexpected(failed_.error());
    return std::exchange(output_, {});
}

Status InProcess::deliver() {
    if (failed_) failed_ = hear_inbox();
    return failed_;
}

Status InProcess::hear_inbox() {
    std::size_t first = 0;
    while (first < inbox().size()) {
        std::size_t last = first + 1;
        while (last < inbox().size() && inbox()[last].kind == inbox()[first].kind) ++last;
        const lpc_hook hook = hooks_[inbox()[first].kind];
        const lpc_status status = guarded(
            [&] { return hook(self_, &inbox()[first], static_cast<std::uint32_t>(last - first)); });
        if (status != LPC_OK)
            return fail("plugin " + identity().id + ": " + run_of(inbox()[first]) + " answered " +
                        std::to_string(status));
        first = last;
    }
    inbox().clear();
    return {};
}

Result<TurnOutput> InProcess::commands_of(const lpc_turn& turn, const TurnLimits& limits) {
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

Result<std::span<const std::uint8_t>> InProcess::save(std::uint64_t account) {
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

Status InProcess::load(std::uint64_t account, std::uint32_t format,
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
