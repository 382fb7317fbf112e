// A plugin made in the test: it writes down every fact that it hears and gives the commands that
// the test puts into it, one list a turn. It can also misbehave on command. One thread; the Script
// outlives the instance made of it.
#pragma once

#include <lpc/plugin.h>
#include <runtime/instance.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lpc::test {

class Script {
  public:
    explicit Script(std::uint32_t role, std::string id = "org.test.script") : id_(std::move(id)) {
        hooks_ =
            lpc_hooks{hear, hear, hear, hear, hear, hear, hear, hear, hear, hear, hear, hear, hear,
                      hear, hear, hear, hear, hear, hear, hear, hear, hear, hear, hear, hear, hear};
        table_.struct_size = sizeof(lpc_plugin);
        table_.abi_major = LPC_ABI_MAJOR;
        table_.abi_minor = LPC_ABI_MINOR;
        table_.flags = role;
        table_.id = id_.c_str();
        table_.version = "1";
        table_.build = "test";
        table_.create = create;
        table_.destroy = destroy;
        table_.on_turn = on_turn;
        table_.hooks = &hooks_;
        table_.hooks_size = sizeof hooks_;
    }
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    // What it says at the next turn without anything left to say from earlier ones.
    void say(lpc_command command) { next_.push_back(command); }
    void say(const std::vector<lpc_command>& commands) {
        next_.insert(next_.end(), commands.begin(), commands.end());
    }
    // Asked at each turn before anything is said; may call say().
    std::function<void(const lpc_turn&)> decide;

    // Misbehaviour. `distort` may spoil the output after the commands have been written.
    lpc_status hook_answer = LPC_OK;
    lpc_status turn_answer = LPC_OK;
    bool refuses_to_live = false;
    bool throws_in_hook = false;
    bool throws_in_turn = false;
    std::function<void(lpc_output&)> distort;

    // What it heard, in order, and how it was called.
    std::vector<lpc_fact> heard;
    std::vector<std::uint32_t> runs;  // facts in each call of a hook
    std::vector<lpc_turn> turns;
    bool output_was_zeroed = true;
    std::uint32_t calls = 0;  // of on_turn
    int alive = 0;

    lpc_hooks& hooks() { return hooks_; }
    lpc_plugin& table() { return table_; }
    void declare(std::vector<lpc_param> params) {
        params_ = std::move(params);
        table_.params = params_.data();
        table_.param_count = params_.size();
    }

    // The instance that is created next is this script's.
    runtime::PluginCode code() {
        born_next() = this;
        return {&table_, {id_, "1", "test"}, nullptr};
    }

    std::vector<lpc_fact> heard_of(std::uint16_t kind) const {
        std::vector<lpc_fact> found;
        for (const lpc_fact& fact : heard) {
            if (fact.kind == kind) found.push_back(fact);
        }
        return found;
    }

  private:
    static Script*& born_next() {
        static Script* script = nullptr;
        return script;
    }
    static Script& of(lpc_instance* self) { return *reinterpret_cast<Script*>(self); }

    static lpc_instance* create(const lpc_host*, char* err, std::size_t) {
        Script& script = *born_next();
        if (script.refuses_to_live) {
            err[0] = 'n';
            err[1] = 'o';
            err[2] = '\0';
            return nullptr;
        }
        ++script.alive;
        return reinterpret_cast<lpc_instance*>(&script);
    }
    static void destroy(lpc_instance* self) { --of(self).alive; }

    static lpc_status hear(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
        Script& script = of(self);
        script.heard.insert(script.heard.end(), facts, facts + count);
        script.runs.push_back(count);
        if (script.throws_in_hook) throw 7;
        return script.hook_answer;
    }

    static lpc_status on_turn(lpc_instance* self, const lpc_turn* turn, lpc_output* out) {
        Script& script = of(self);
        ++script.calls;
        const bool first_call = script.turns.empty() || script.turns.back().seq != turn->seq ||
                                script.turns.back().now_ns != turn->now_ns || !script.more_;
        if (first_call) {
            script.turns.push_back(*turn);
            if (script.decide) script.decide(*turn);
        }
        for (std::uint32_t i = 0; i < out->capacity; ++i) {
            const lpc_command& c = out->commands[i];
            if ((c.tag | c.account | c.instrument | c.kind | c.code) != 0)
                script.output_was_zeroed = false;
        }
        while (!script.next_.empty() && out->count < out->capacity) {
            out->commands[out->count++] = script.next_.front();
            script.next_.pop_front();
        }
        out->more = script.next_.empty() ? 0 : 1;
        script.more_ = out->more == 1;
        if (script.distort) script.distort(*out);
        if (script.throws_in_turn) throw std::string("out");
        return script.turn_answer;
    }

    std::string id_;
    lpc_hooks hooks_{};
    lpc_plugin table_{};
    std::vector<lpc_param> params_;
    std::deque<lpc_command> next_;
    bool more_ = false;
};

// Commands as a plugin would write them; what is left out is 0.
inline lpc_command command(std::uint16_t kind, std::uint64_t account, std::uint32_t instrument = 0,
                           std::uint64_t tag = 0) {
    lpc_command made{};
    made.kind = kind;
    made.account = account;
    made.instrument = instrument;
    made.tag = tag;
    return made;
}
inline lpc_command order(std::uint64_t account, std::uint32_t instrument, std::int64_t lots,
                         std::int64_t price, std::uint64_t tag) {
    lpc_command made = command(LPC_CMD_ORDER, account, instrument, tag);
    made.code = LPC_ORDER_IOC;
    made.u.order = {lots, price, 0};
    return made;
}
inline lpc_command cancel(std::uint64_t account, std::uint32_t instrument, std::uint64_t id) {
    lpc_command made = command(LPC_CMD_CANCEL, account, instrument);
    made.u.cancel.order_id = id;
    return made;
}
inline lpc_command grant(std::uint64_t account, std::uint32_t instrument, std::int64_t amount) {
    lpc_command made = command(LPC_CMD_GRANT, account, instrument);
    made.u.grant.amount = amount;
    return made;
}
inline lpc_command takeover(std::uint64_t account, std::uint32_t instrument, std::int64_t lots,
                            std::int64_t price, std::uint64_t tag) {
    lpc_command made = command(LPC_CMD_TAKEOVER, account, instrument, tag);
    made.u.takeover = {lots, price, 0};
    return made;
}
inline lpc_command escalate(std::uint64_t account, std::uint8_t why) {
    lpc_command made = command(LPC_CMD_ESCALATE, account);
    made.code = why;
    return made;
}
inline lpc_command timer(std::uint64_t account, std::int64_t at_ns, std::uint64_t tag) {
    lpc_command made = command(LPC_CMD_TIMER, account, 0, tag);
    made.u.timer.at_ns = at_ns;
    return made;
}

}  // namespace lpc::test
