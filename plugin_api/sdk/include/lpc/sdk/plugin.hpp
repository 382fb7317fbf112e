// The base class of a plugin in C++. Override the hooks that you want and on_turn;
// LPC_EXPORT_PLUGIN (export.hpp) makes the table, with a NULL entry for each hook that you left
// alone, so the host does not tell you those. Thread role: calls into one instance never overlap.
// Determinism: yours to keep (lpc/plugin.h, the five laws): no clock, no file, no random source, no
// unordered iteration. Whatever you throw is caught at the border, logged, and answered with
// LPC_FAILED: the host destroys the instance.
//
//     class MyPolicy final : public lpc::Plugin {
//       public:
//         static constexpr lpc::Description kDescription{.id = "org.example.mine", .version =
//         "1.0.0", .role = LPC_ROLE_LIQUIDATOR}; void on_price(const lpc_fact& fact) override { ...
//         } void on_turn(const lpc_turn& turn, lpc::CommandWriter& out) override { ... }
//     };
//     LPC_EXPORT_PLUGIN(MyPolicy);
#pragma once

#include <lpc/plugin.h>
#include <lpc/sdk/command.hpp>
#include <lpc/sdk/record.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace lpc {

// What the table says about the plugin. Text must be string literals; spans must point to static
// constexpr arrays.
struct Description {
    const char* id = nullptr;       // "org.example.twap"
    const char* version = nullptr;  // of the plugin
    const char* build = "";         // source revision, for the audit log
    std::uint32_t role = 0;         // LPC_ROLE_RISK or LPC_ROLE_LIQUIDATOR
    bool coupled = false;           // cannot promise locality (law 3)
    std::span<const lpc_param> params{};
    // With save and load only. Most bytes of one account's record, the format that save writes, the
    // formats that load takes.
    std::uint32_t record_max = 0;
    const char* state_id = nullptr;
    std::span<const char* const> state_loads{};
};

class Plugin {
  public:
    Plugin() = default;
    virtual ~Plugin() = default;
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;

    // Hooks: one fact each, in the order of seq. They update the plugin's state and can say
    // nothing.
    virtual void on_param(const lpc_fact&) {}
    virtual void on_asset(const lpc_fact&) {}
    virtual void on_instrument(const lpc_fact&) {}
    virtual void on_tier(const lpc_fact&) {}
    virtual void on_price(const lpc_fact&) {}
    virtual void on_book(const lpc_fact&) {}
    virtual void on_volume(const lpc_fact&) {}
    virtual void on_risk(const lpc_fact&) {}
    virtual void on_account(const lpc_fact&) {}
    virtual void on_balance(const lpc_fact&) {}
    virtual void on_position(const lpc_fact&) {}
    virtual void on_margin(const lpc_fact&) {}
    virtual void on_levels(const lpc_fact&) {}
    virtual void on_closeout(const lpc_fact&) {}
    virtual void on_budget(const lpc_fact&) {}
    virtual void on_grant(const lpc_fact&) {}
    virtual void on_order(const lpc_fact&) {}
    virtual void on_fill(const lpc_fact&) {}
    virtual void on_lot(const lpc_fact&) {}
    virtual void on_lot_terms(const lpc_fact&) {}
    virtual void on_bid(const lpc_fact&) {}
    virtual void on_fund(const lpc_fact&) {}
    virtual void on_timer(const lpc_fact&) {}
    virtual void on_refused(const lpc_fact&) {}
    virtual void on_detach(const lpc_fact&) {}
    virtual void on_resync(const lpc_fact&) {}

    // Called once a turn, however often the host has to come back for the commands.
    virtual void on_turn(const lpc_turn& turn, CommandWriter& out) = 0;

    // One account's decisions in progress (account 0: market-wide private state). Write nothing if
    // there are none. More than record_max bytes are answered with LPC_REFUSED.
    virtual void save(std::uint64_t account, RecordWriter& out) const {
        (void)account;
        (void)out;
    }
    // `format`: index in state_loads; the bytes may be hostile. Read all into locals, then `if
    // (!in.finished()) return false;`, then commit and return true. false is LPC_REFUSED and
    // promises that nothing has changed; true over a reader that is not finished is a broken
    // promise, answered with LPC_FAILED. An empty record: the account has no decisions in progress.
    virtual bool load(std::uint64_t account, std::uint32_t format, RecordReader& in) {
        (void)account;
        (void)format;
        (void)in;
        return false;
    }

    // A line for the operator; level: LPC_LOG_*. Not in the constructor, which has no host yet.
    // Never a decision.
    void log(std::int32_t level, std::string_view text) const {
        constexpr std::size_t kMax = std::numeric_limits<std::uint32_t>::max();
        if (host_ == nullptr) return;
        host_->log(host_->ctx, level, text.data(),
                   static_cast<std::uint32_t>(std::min(text.size(), kMax)));
    }

  private:
    template <class Derived>
    friend class PluginEntry;

    const lpc_host* host_ = nullptr;
    CommandWriter writer_;
    lpc_turn open_turn_{};  // whose commands are still being handed out, while writer_.more()
};

}  // namespace lpc
