#include "instance.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace lpc::judge {
namespace {

constexpr std::uint8_t kGuard = 0x5a;
constexpr std::size_t kGuardBytes = 256;
constexpr std::size_t kGuardCommands = 4;

// What borrowed memory is filled with afterwards. Another byte each time, so that a plugin that
// reads it later is not the same twice.
std::uint8_t rubbish() {
    static std::uint8_t last = 0;
    return static_cast<std::uint8_t>(++last | 0x80);
}

template <class T>
void spoil(std::vector<T>& lent) {
    if (!lent.empty())
        std::memset(static_cast<void*>(lent.data()), rubbish(), lent.size() * sizeof(T));
}

bool guards_stand(const void* from, std::size_t bytes) {
    const auto* at = static_cast<const std::uint8_t*>(from);
    return std::all_of(at, at + bytes, [](std::uint8_t byte) { return byte == kGuard; });
}

}  // namespace

lpc_hook hook_of(const lpc_plugin& table, std::uint16_t kind) {
    static_assert(sizeof(lpc_hooks) == LPC_FACT_KINDS * sizeof(lpc_hook));
    if (kind >= LPC_FACT_KINDS || (std::size_t{kind} + 1) * sizeof(lpc_hook) > table.hooks_size)
        return nullptr;
    lpc_hook hook = nullptr;
    std::memcpy(&hook, reinterpret_cast<const unsigned char*>(table.hooks) + kind * sizeof hook,
                sizeof hook);
    return hook;
}

Instance::Instance(const lpc_plugin& table) : table_(table) {
    host_ = {sizeof(lpc_host), LPC_ABI_MINOR, this, &write_log};
    std::array<char, 256 + kGuardBytes> err{};
    std::memset(err.data() + 256, kGuard, kGuardBytes);
    self_ = table_.create(&host_, err.data(), 256);
    if (!guards_stand(err.data() + 256, kGuardBytes))
        throw Breach(kLives, "create wrote past the end of err");
    if (self_ != nullptr) return;
    err[255] = '\0';
    throw Breach(kLives, std::string("create answered NULL: ") + err.data());
}

Instance::~Instance() {
    if (self_ != nullptr) table_.destroy(self_);
}

void Instance::write_log(void* ctx, std::int32_t level, const char* utf8, std::uint32_t size) {
    if (level >= LPC_LOG_WARNING)
        static_cast<Instance*>(ctx)->last_log_.assign(utf8, std::min<std::uint32_t>(size, 200));
}

void Instance::failed(std::string_view about, const std::string& what, lpc_status status) const {
    std::string detail = what + " answered " + std::to_string(status) + ", expected LPC_OK (0)";
    if (!last_log_.empty()) detail += "; it logged: " + last_log_;
    throw Breach(about, detail);
}

void Instance::tell_run(std::span<const lpc_fact> run) {
    const lpc_hook hook = run.empty() ? nullptr : hook_of(table_, run.front().kind);
    if (hook == nullptr) return;
    run_.assign(run.begin(), run.end());
    const lpc_status status = hook(self_, run_.data(), static_cast<std::uint32_t>(run_.size()));
    if (status != LPC_OK)
        failed(kLives, "the hook of fact kind " + std::to_string(run.front().kind), status);
    if (std::memcmp(run_.data(), run.data(), run.size_bytes()) != 0)
        throw Breach(kLives, "the hook of fact kind " + std::to_string(run.front().kind) +
                                 " wrote into the facts that it was lent");
    spoil(run_);
}

void Instance::tell(std::span<const lpc_fact> facts, std::size_t run_max) {
    for (std::size_t first = 0; first < facts.size();) {
        std::size_t end = first + 1;
        while (end < facts.size() && end - first < run_max && facts[end].kind == facts[first].kind)
            ++end;
        tell_run(facts.subspan(first, end - first));
        first = end;
    }
}

void Instance::check_call(const lpc_output& out, std::uint32_t capacity, std::size_t so_far) const {
    const std::size_t guard_bytes = kGuardCommands * sizeof(lpc_command);
    if (!guards_stand(room_.data(), guard_bytes))
        throw Breach(kOutput, "on_turn wrote before the command array");
    if (!guards_stand(room_.data() + kGuardCommands + capacity, guard_bytes))
        throw Breach(kOutput, "on_turn wrote past the end of the command array");
    if (out.commands != room_.data() + kGuardCommands || out.capacity != capacity)
        throw Breach(kOutput, "on_turn changed lpc_output.commands or .capacity");
    if (out.count > capacity)
        throw Breach(kOutput, "on_turn answered count " + std::to_string(out.count) +
                                  ", expected at most the capacity " + std::to_string(capacity));
    if (out.more > 1)
        throw Breach(kOutput,
                     "on_turn answered more " + std::to_string(out.more) + ", expected 0 or 1");
    if (out.more == 1 && out.count == 0)
        throw Breach(kOutput, "on_turn answered more, but gave no command");
    if (so_far + out.count > kCommandsMax)
        throw Breach(kOutput, "on_turn gave more than " + std::to_string(kCommandsMax) +
                                  " commands in one turn and has more");
}

Answer Instance::turn(const lpc_turn& turn, std::uint32_t capacity) {
    Answer answer;
    for (bool more = true; more;) {
        room_.resize(capacity + 2 * kGuardCommands);
        std::memset(static_cast<void*>(room_.data()), kGuard, room_.size() * sizeof(lpc_command));
        lpc_command* const commands = room_.data() + kGuardCommands;
        std::memset(static_cast<void*>(commands), 0, capacity * sizeof(lpc_command));
        lpc_output out{commands, capacity, 0, 0, 0};
        lpc_turn lent = turn;
        const lpc_status status = table_.on_turn(self_, &lent, &out);
        check_call(out, capacity, answer.commands.size());
        if (status != LPC_OK) failed(kLives, "on_turn", status);
        if (std::memcmp(&lent, &turn, sizeof turn) != 0)
            throw Breach(kOutput, "on_turn wrote into the lpc_turn that it was lent");
        answer.commands.insert(answer.commands.end(), commands, commands + out.count);
        answer.carried = out.carried;
        more = out.more == 1;
        std::memset(&lent, rubbish(), sizeof lent);
        spoil(room_);
    }
    return answer;
}

std::optional<Bytes> Instance::save(std::uint64_t account, std::uint32_t capacity) {
    if (capacity == 0) capacity = table_.record_max;
    Bytes lent(capacity + 2 * kGuardBytes, kGuard);
    lpc_record record{lent.data() + kGuardBytes, capacity, 0};
    const lpc_status status = table_.save(self_, account, &record);
    if (!guards_stand(lent.data(), kGuardBytes) ||
        !guards_stand(lent.data() + kGuardBytes + capacity, kGuardBytes))
        throw Breach(kRecord, "save wrote outside the record that it was lent");
    if (record.data != lent.data() + kGuardBytes || record.capacity != capacity)
        throw Breach(kRecord, "save changed lpc_record.data or .capacity");
    if (status == LPC_REFUSED) return std::nullopt;
    const std::string what = "save of account " + std::to_string(account);
    if (status != LPC_OK) failed(kRecord, what, status);
    if (record.size > table_.record_max)
        throw Breach(kRecord, what + " has size " + std::to_string(record.size) +
                                  ", expected at most record_max " +
                                  std::to_string(table_.record_max));
    const auto* const begin = lent.data() + kGuardBytes;
    return Bytes(begin, begin + record.size);
}

lpc_status Instance::load(std::uint64_t account, std::uint32_t format,
                          std::span<const std::uint8_t> bytes) {
    // Exactly as large as the record, so that a sanitizer sees the byte behind it.
    Bytes lent(bytes.begin(), bytes.end());
    const auto size = static_cast<std::uint32_t>(lent.size());
    const lpc_record record{lent.data(), size, size};
    const lpc_status status = table_.load(self_, account, format, &record);
    if (!std::equal(lent.begin(), lent.end(), bytes.begin()))
        throw Breach(kHostile, "load wrote into the record that it was lent");
    spoil(lent);
    if (status != LPC_OK && status != LPC_REFUSED)
        failed(kHostile, "load of account " + std::to_string(account), status);
    return status;
}

}  // namespace lpc::judge
