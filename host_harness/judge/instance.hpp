// One instance of a plugin under judgement: called exactly as a host calls it, with watched memory
// around everything that it is lent, which turns to rubbish once the call is over. A broken rule is
// a Breach. Calls never overlap; the table must outlive it.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "names.hpp"

namespace lpc::judge {

using Bytes = std::vector<std::uint8_t>;

inline constexpr std::uint32_t kRoom = 64;  // of the command array, unless a case says else
inline constexpr std::size_t kRunMax = 64;  // facts in one call of a hook
// Far above what any account of the judge's world can need in one turn.
inline constexpr std::size_t kCommandsMax = 20'000;

struct Answer {
    std::vector<lpc_command> commands;
    std::uint32_t carried = 0;
};

// NULL: the plugin does not want to hear this kind, or its table does not know it.
[[nodiscard]] lpc_hook hook_of(const lpc_plugin& table, std::uint16_t kind);

class Instance {
  public:
    explicit Instance(const lpc_plugin& table);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    // One call of the hook for the kind that all of them have, if there is such a hook.
    void tell_run(std::span<const lpc_fact> run);
    // In runs of one kind, at most run_max facts each.
    void tell(std::span<const lpc_fact> facts, std::size_t run_max = kRunMax);

    // All commands of the turn, however often it has to be called for them.
    Answer turn(const lpc_turn& turn, std::uint32_t capacity = kRoom);

    // What save wrote; nothing if it refused. `capacity`: how much it may write, record_max if 0.
    std::optional<Bytes> save(std::uint64_t account, std::uint32_t capacity = 0);
    // LPC_OK or LPC_REFUSED.
    lpc_status load(std::uint64_t account, std::uint32_t format,
                    std::span<const std::uint8_t> bytes);

    [[nodiscard]] const lpc_plugin& table() const { return table_; }

  private:
    static void write_log(void* ctx, std::int32_t level, const char* utf8, std::uint32_t size);
    [[noreturn]] void failed(std::string_view about, const std::string& what,
                             lpc_status status) const;
    void check_call(const lpc_output& out, std::uint32_t capacity, std::size_t so_far) const;

    const lpc_plugin& table_;
    lpc_host host_{};
    std::string last_log_;
    std::vector<lpc_fact> run_;
    std::vector<lpc_command> room_;
    lpc_instance* self_ = nullptr;
};

}  // namespace lpc::judge
