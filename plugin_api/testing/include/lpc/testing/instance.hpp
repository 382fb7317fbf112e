// One instance of a plugin, called the way a host calls it: facts to the hooks that exist, turns
// through an array of any size whose end is watched, save and load. Single-threaded. It owns the
// instance; the table must outlive it.
#pragma once

#include <lpc/plugin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace lpc::testing {

// The plugin broke the protocol in a way that no host forgives.
class ProtocolError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct LogLine {
    std::int32_t level = 0;
    std::string text;
};

struct TurnResult {
    lpc_status status = LPC_OK;  // LPC_FAILED: commands is empty
    std::vector<lpc_command> commands;
    std::uint32_t carried = 0;
    std::uint32_t calls = 0;  // of on_turn
};

[[nodiscard]] inline lpc_hook hook_of(const lpc_plugin& table, std::uint16_t kind) {
    static_assert(sizeof(lpc_hooks) == LPC_FACT_KINDS * sizeof(lpc_hook));
    if ((std::size_t{kind} + 1) * sizeof(lpc_hook) > table.hooks_size) return nullptr;
    lpc_hook hook = nullptr;
    std::memcpy(&hook, reinterpret_cast<const unsigned char*>(table.hooks) + kind * sizeof hook,
                sizeof hook);
    return hook;
}

class Instance {
  public:
    explicit Instance(const lpc_plugin& table) : table_(table) {
        char err[256] = {};
        self_ = table_.create(&host_, err, sizeof err);
        if (self_ == nullptr) throw ProtocolError(std::string("create: ") + err);
    }
    ~Instance() { table_.destroy(self_); }
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    // Each run of one kind becomes one call, or several of at most `run_max` facts.
    lpc_status tell(std::span<const lpc_fact> facts, std::size_t run_max = 64) {
        for (std::size_t first = 0; first < facts.size();) {
            std::size_t end = first + 1;
            while (end < facts.size() && end - first < run_max &&
                   facts[end].kind == facts[first].kind)
                ++end;
            if (const lpc_hook hook = hook_of(table_, facts[first].kind)) {
                const lpc_status status =
                    hook(self_, &facts[first], static_cast<std::uint32_t>(end - first));
                if (status != LPC_OK) return status;
            }
            first = end;
        }
        return LPC_OK;
    }

    TurnResult turn(const lpc_turn& turn, std::uint32_t capacity = 64) {
        TurnResult result;
        std::vector<lpc_command> room(capacity + 1);
        lpc_output out{};
        do {
            std::memset(room.data(), 0, capacity * sizeof(lpc_command));
            std::memset(&room[capacity], 0x5a, sizeof(lpc_command));
            const lpc_command guard = room[capacity];
            out = lpc_output{room.data(), capacity, 0, 0, 0};
            result.status = table_.on_turn(self_, &turn, &out);
            ++result.calls;
            if (std::memcmp(&guard, &room[capacity], sizeof guard) != 0) {
                throw ProtocolError("on_turn wrote past the end of the command array");
            }
            if (result.status != LPC_OK) {
                result.commands.clear();
                return result;
            }
            if (out.count > capacity) throw ProtocolError("on_turn: count is above capacity");
            if (out.more > 1) throw ProtocolError("on_turn: more is neither 0 nor 1");
            if (out.more == 1 && out.count == 0)
                throw ProtocolError("on_turn: more, but no command given");
            result.commands.insert(result.commands.end(), room.begin(), room.begin() + out.count);
        } while (out.more == 1);
        result.carried = out.carried;
        return result;
    }

    // Nothing if it refused.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> save(std::uint64_t account) {
        std::vector<std::uint8_t> bytes(table_.record_max);
        lpc_record record{bytes.data(), table_.record_max, 0};
        const lpc_status status = table_.save(self_, account, &record);
        if (status == LPC_REFUSED) return std::nullopt;
        if (status != LPC_OK) throw ProtocolError("save failed");
        if (record.size > record.capacity) throw ProtocolError("save: size is above capacity");
        bytes.resize(record.size);
        return bytes;
    }

    lpc_status load(std::uint64_t account, std::uint32_t format,
                    std::span<const std::uint8_t> bytes) {
        std::vector<std::uint8_t> own(bytes.begin(), bytes.end());
        const auto size = static_cast<std::uint32_t>(own.size());
        const lpc_record record{own.data(), size, size};
        return table_.load(self_, account, format, &record);
    }

    [[nodiscard]] const lpc_plugin& table() const { return table_; }
    [[nodiscard]] const std::vector<LogLine>& log() const { return log_; }

  private:
    static void write_log(void* ctx, std::int32_t level, const char* utf8, std::uint32_t size) {
        static_cast<Instance*>(ctx)->log_.push_back({level, std::string(utf8, size)});
    }

    const lpc_plugin& table_;
    lpc_host host_{sizeof(lpc_host), LPC_ABI_MINOR, this, &write_log};
    std::vector<LogLine> log_;
    lpc_instance* self_ = nullptr;
};

}  // namespace lpc::testing
