// LPC_EXPORT_PLUGIN(MyPolicy): the table that a plugin file exports, made at compile time from the
// class and its kDescription, and the exception barrier around every entry. What the host would
// refuse in a table (a parameter twice, an initial value outside its range, save without a
// state_id) does not compile. Nothing here allocates but create; the table is constant data.
#pragma once

#include <lpc/sdk/plugin.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>

namespace lpc {

// The entries of the table for one class of plugin.
template <class Derived>
class PluginEntry {
  public:
    static_assert(std::is_base_of_v<Plugin, Derived>, "a plugin derives from lpc::Plugin");

    // A hook that the author overrode belongs to another class than Plugin; the call below names
    // the class, so it is direct.
#define LPC_SDK_HOOK(name)                                                                        \
    if constexpr (!std::is_same_v<decltype(&Derived::name), void (Plugin::*)(const lpc_fact&)>) { \
        table.name = [](lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {         \
            return guarded(self, #name, [&](Derived& plugin) {                                    \
                for (std::uint32_t i = 0; i < count; ++i) plugin.Derived::name(facts[i]);         \
                return lpc_status{LPC_OK};                                                        \
            });                                                                                   \
        };                                                                                        \
    }
    static constexpr lpc_hooks hooks() {
        lpc_hooks table{};
        LPC_SDK_HOOK(on_param)
        LPC_SDK_HOOK(on_asset)
        LPC_SDK_HOOK(on_instrument)
        LPC_SDK_HOOK(on_tier)
        LPC_SDK_HOOK(on_price)
        LPC_SDK_HOOK(on_book)
        LPC_SDK_HOOK(on_volume)
        LPC_SDK_HOOK(on_risk)
        LPC_SDK_HOOK(on_account)
        LPC_SDK_HOOK(on_balance)
        LPC_SDK_HOOK(on_position)
        LPC_SDK_HOOK(on_margin)
        LPC_SDK_HOOK(on_levels)
        LPC_SDK_HOOK(on_closeout)
        LPC_SDK_HOOK(on_budget)
        LPC_SDK_HOOK(on_grant)
        LPC_SDK_HOOK(on_order)
        LPC_SDK_HOOK(on_fill)
        LPC_SDK_HOOK(on_lot)
        LPC_SDK_HOOK(on_lot_terms)
        LPC_SDK_HOOK(on_bid)
        LPC_SDK_HOOK(on_fund)
        LPC_SDK_HOOK(on_timer)
        LPC_SDK_HOOK(on_refused)
        LPC_SDK_HOOK(on_detach)
        LPC_SDK_HOOK(on_resync)
        return table;
    }
#undef LPC_SDK_HOOK

    // The formats that load takes, ended by NULL as the ABI wants them.
    static constexpr auto state_loads() {
        std::array<const char*, Derived::kDescription.state_loads.size() + 1> ended{};
        for (std::size_t i = 0; i + 1 < ended.size(); ++i)
            ended[i] = Derived::kDescription.state_loads[i];
        return ended;
    }

    static constexpr lpc_plugin table(const lpc_hooks* hooks, const char* const* state_loads) {
        check();
        constexpr const Description& d = Derived::kDescription;
        lpc_plugin t{};
        t.struct_size = sizeof(lpc_plugin);
        t.abi_major = LPC_ABI_MAJOR;
        t.abi_minor = LPC_ABI_MINOR;
        t.flags = d.role | (d.coupled ? static_cast<std::uint32_t>(LPC_COUPLED) : 0);
        t.record_max = d.record_max;
        t.id = d.id;
        t.version = d.version;
        t.build = d.build;
        t.state_id = d.state_id;
        t.params = d.params.empty() ? nullptr : d.params.data();
        t.param_count = d.params.size();
        t.create = create;
        t.destroy = destroy;
        t.on_turn = on_turn;
        if constexpr (kSaves) t.save = save;
        if constexpr (kLoads) {
            t.load = load;
            t.state_loads = state_loads;
        }
        t.hooks = hooks;
        t.hooks_size = sizeof(lpc_hooks);
        return t;
    }

  private:
    static constexpr bool kSaves =
        !std::is_same_v<decltype(&Derived::save),
                        void (Plugin::*)(std::uint64_t, RecordWriter&) const>;
    static constexpr bool kLoads =
        !std::is_same_v<decltype(&Derived::load),
                        bool (Plugin::*)(std::uint64_t, std::uint32_t, RecordReader&)>;

    static constexpr bool given(const char* text) {
        return text != nullptr && *text != '\0';
    }

    // Each parameter has an id, a name and an initial value of its own range; no id and no name
    // comes twice.
    static constexpr bool params_sound() {
        const auto params = Derived::kDescription.params;
        for (std::size_t i = 0; i < params.size(); ++i) {
            const lpc_param& p = params[i];
            if (p.id == 0 || !given(p.name) || !given(p.help)) return false;
            if (p.min > p.initial || p.initial > p.max) return false;
            for (std::size_t j = 0; j < i; ++j) {
                if (params[j].id == p.id || std::string_view(params[j].name) == p.name)
                    return false;
            }
        }
        return true;
    }

    static constexpr void check() {
        constexpr const Description& d = Derived::kDescription;
        static_assert(given(d.id) && given(d.version),
                      "kDescription: id and version must be given");
        static_assert(d.build != nullptr, "kDescription: build must not be NULL");
        static_assert(d.role == LPC_ROLE_RISK || d.role == LPC_ROLE_LIQUIDATOR,
                      "kDescription: one role");
        static_assert(params_sound(),
                      "kDescription: a parameter has no id, name or help, comes twice, or starts "
                      "outside its range");
        static_assert(kSaves == given(d.state_id),
                      "kDescription: save is overridden if and only if state_id is given");
        static_assert(kSaves == (d.record_max > 0),
                      "kDescription: save is overridden if and only if record_max is given");
        static_assert(kLoads == !d.state_loads.empty(),
                      "kDescription: load is overridden if and only if state_loads is given");
    }

    static constexpr const char* kNotAnException = "something was thrown that is no std::exception";

    static Derived& plugin(lpc_instance* self) {
        return *reinterpret_cast<Derived*>(self);
    }

    // The barrier: nothing thrown passes it.
    template <class Body>
    static lpc_status guarded(lpc_instance* self, const char* entry, Body body) noexcept {
        try {
            return body(plugin(self));
        } catch (const std::exception& e) {
            return failed(self, entry, e.what());
        } catch (...) {
            return failed(self, entry, kNotAnException);
        }
    }

    // As much of `text` as fits, ended by 0. Answers how many bytes that was.
    static std::size_t put_text(char* to, std::size_t size, std::string_view text) noexcept {
        if (size == 0) return 0;
        const std::size_t fits = std::min(size - 1, text.size());
        std::copy_n(text.data(), fits, to);
        to[fits] = '\0';
        return fits;
    }

    static lpc_status failed(lpc_instance* self, const char* entry, const char* what) noexcept {
        char line[256];
        std::size_t size = put_text(line, sizeof line, entry);
        size += put_text(line + size, sizeof line - size, ": ");
        size += put_text(line + size, sizeof line - size, what);
        plugin(self).log(LPC_LOG_ERROR, std::string_view(line, size));
        return LPC_FAILED;
    }

    static lpc_instance* create(const lpc_host* host, char* err, std::size_t err_size) noexcept {
        try {
            auto made = std::make_unique<Derived>();
            made->Plugin::host_ = host;
            return reinterpret_cast<lpc_instance*>(made.release());
        } catch (const std::exception& e) {
            put_text(err, err_size, e.what());
        } catch (...) {
            put_text(err, err_size, kNotAnException);
        }
        return nullptr;
    }

    static void destroy(lpc_instance* self) noexcept {
        delete &plugin(self);
    }

    static lpc_status on_turn(lpc_instance* self, const lpc_turn* turn, lpc_output* out) noexcept {
        return guarded(self, "on_turn", [&](Derived& derived) {
            Plugin& base = derived;
            if (base.writer_.more()) {
                const lpc_turn& open = base.open_turn_;
                if (turn->seq != open.seq || turn->now_ns != open.now_ns ||
                    turn->flags != open.flags) {
                    return failed(
                        self, "on_turn",
                        "a new turn began before all commands of the last one were taken");
                }
                base.writer_.resume(*out);
            } else {
                base.open_turn_ = *turn;
                base.writer_.begin(*out);
                derived.Derived::on_turn(*turn, base.writer_);
            }
            base.writer_.end(*out);
            return lpc_status{LPC_OK};
        });
    }

    static lpc_status save(lpc_instance* self, std::uint64_t account, lpc_record* out) noexcept {
        return guarded(self, "save", [&](Derived& derived) {
            RecordWriter writer(out->data, out->capacity);
            derived.Derived::save(account, writer);
            if (!writer.ok()) return lpc_status{LPC_REFUSED};
            out->size = writer.size();
            return lpc_status{LPC_OK};
        });
    }

    static lpc_status load(lpc_instance* self, std::uint64_t account, std::uint32_t format,
                           const lpc_record* in) noexcept {
        return guarded(self, "load", [&](Derived& derived) {
            RecordReader reader(in->data, in->size);
            if (format >= Derived::kDescription.state_loads.size()) return lpc_status{LPC_REFUSED};
            if (!derived.Derived::load(account, format, reader)) return lpc_status{LPC_REFUSED};
            if (!reader.finished())
                return failed(self, "load", "bytes were committed that do not hold together");
            return lpc_status{LPC_OK};
        });
    }
};

}  // namespace lpc

// At global namespace, once in a plugin, ended by a semicolon. The plugin's own copies have
// internal linkage: nothing is shared with another version of it in the same process.
#define LPC_EXPORT_PLUGIN(Class)                                              \
    namespace {                                                               \
    constexpr ::lpc_hooks kLpcHooks = ::lpc::PluginEntry<Class>::hooks();     \
    constexpr auto kLpcStateLoads = ::lpc::PluginEntry<Class>::state_loads(); \
    }                                                                         \
    constinit const ::lpc_plugin lpc_plugin_v0 =                              \
        ::lpc::PluginEntry<Class>::table(&kLpcHooks, kLpcStateLoads.data())
