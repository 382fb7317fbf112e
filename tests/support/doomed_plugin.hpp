// A plugin's table behind one that can be told to fail: which instance answers FAILED in its next
// turn is the test's choice. It also tells whose code has been asked on this thread. Instances may
// run on any thread.
#pragma once

#include <lpc/plugin.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <runtime/instance.hpp>
#include <set>
#include <utility>

namespace lpc::test {

// Who was asked for its commands on this thread, first since this was cleared.
struct Asked {
    std::uint32_t instance = 0;  // 0: nobody
    bool active = false;         // with LPC_TURN_ACTIVE
};
inline thread_local Asked asked_here;

// One for each real table: kWhich tells them apart.
template <int kWhich>
class Doomed {
  public:
    // `instance`: the number that the runtime gives to the instance that it creates of this code.
    static runtime::PluginCode wrap(runtime::PluginCode code, std::uint32_t instance) {
        next() = instance;
        // Why once: instances of it may be at work on other threads.
        if (real() != code.table) lead_to(code);
        return {&table(), code.identity, code.keeps_mapped};
    }
    // This instance fails in its next turn.
    static void doom(std::uint32_t instance) {
        const std::lock_guard<std::mutex> lock(mutex());
        doomed().insert(instance);
    }
    static bool any_doomed() {
        const std::lock_guard<std::mutex> lock(mutex());
        return !doomed().empty();
    }
    // Has any instance been told a fact of this kind, since the beginning?
    static bool has_heard(std::uint16_t kind) { return (heard().load() >> kind & 1u) != 0; }
    static void reset() {
        const std::lock_guard<std::mutex> lock(mutex());
        doomed().clear();
    }

  private:
    static void lead_to(const runtime::PluginCode& code) {
        real() = code.table;
        table() = *code.table;
        hooks() = {};
        const auto* from = reinterpret_cast<const lpc_hook*>(code.table->hooks);
        auto* to = reinterpret_cast<lpc_hook*>(&hooks());
        for (std::size_t i = 0; i < code.table->hooks_size / sizeof(lpc_hook); ++i)
            to[i] = from[i] == nullptr ? nullptr : &hear;
        table().hooks = &hooks();
        table().hooks_size = sizeof(lpc_hooks);
        table().create = &create;
        table().destroy = &destroy;
        table().on_turn = &on_turn;
        if (code.table->save != nullptr) table().save = &save;
        if (code.table->load != nullptr) table().load = &load;
    }
    struct Wrapped {
        lpc_instance* real;
        std::uint32_t number;
    };
    static const lpc_plugin*& real() {
        static const lpc_plugin* table = nullptr;
        return table;
    }
    static lpc_plugin& table() {
        static lpc_plugin table{};
        return table;
    }
    static lpc_hooks& hooks() {
        static lpc_hooks hooks{};
        return hooks;
    }
    static std::uint32_t& next() {
        static std::uint32_t instance = 0;
        return instance;
    }
    static std::atomic<std::uint32_t>& heard() {
        static std::atomic<std::uint32_t> kinds{0};
        return kinds;
    }
    static std::mutex& mutex() {
        static std::mutex mutex;
        return mutex;
    }
    static std::set<std::uint32_t>& doomed() {
        static std::set<std::uint32_t> numbers;
        return numbers;
    }
    static Wrapped& of(lpc_instance* self) { return *reinterpret_cast<Wrapped*>(self); }

    static lpc_instance* create(const lpc_host* host, char* err, std::size_t size) {
        lpc_instance* made = real()->create(host, err, size);
        return made == nullptr ? nullptr
                               : reinterpret_cast<lpc_instance*>(new Wrapped{made, next()});
    }
    static void destroy(lpc_instance* self) {
        real()->destroy(of(self).real);
        delete &of(self);
    }
    static lpc_status hear(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
        heard().fetch_or(1u << facts->kind);
        return reinterpret_cast<const lpc_hook*>(real()->hooks)[facts->kind](of(self).real, facts,
                                                                             count);
    }
    static lpc_status on_turn(lpc_instance* self, const lpc_turn* turn, lpc_output* out) {
        if (asked_here.instance == 0)
            asked_here = {of(self).number, (turn->flags & LPC_TURN_ACTIVE) != 0};
        {
            const std::lock_guard<std::mutex> lock(mutex());
            if (doomed().erase(of(self).number) != 0) return LPC_FAILED;
        }
        return real()->on_turn(of(self).real, turn, out);
    }
    static lpc_status save(lpc_instance* self, std::uint64_t account, lpc_record* out) {
        return real()->save(of(self).real, account, out);
    }
    static lpc_status load(lpc_instance* self, std::uint64_t account, std::uint32_t format,
                           const lpc_record* in) {
        return real()->load(of(self).real, account, format, in);
    }
};

}  // namespace lpc::test
