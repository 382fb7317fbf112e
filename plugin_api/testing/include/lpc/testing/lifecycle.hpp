// Drives a plugin through its life along a script and judges the laws of lpc/plugin.h: create,
// parameters, facts, turns, answers, save, load, destroy. In the driver every order is accepted,
// and filled in full before the next step. Single-threaded, deterministic.
//
//     const auto broken = lpc::testing::broken_laws(lpc_plugin_v0, script);   // empty: all laws
//     hold
#pragma once

#include <lpc/testing/fake_host.hpp>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace lpc::testing {

struct Step {
    std::vector<lpc_fact> facts;
    std::int64_t now_ns = 0;
};
using Script = std::vector<Step>;

struct LifeOptions {
    HostOptions host{};
    std::vector<std::pair<std::string, std::int64_t>> params{};
    bool tell_twice = false;  // each fact but FILL, TIMER and REFUSED is told again at once
    std::size_t swap_before = SIZE_MAX;  // this step, the instance is replaced
};

// The commands of each turn. A status other than LPC_OK ends the life: it is the last entry's.
struct Life {
    std::vector<TurnResult> turns;
    std::string trouble;  // empty if nothing failed
};

[[nodiscard]] inline Life live(const lpc_plugin& table, const Script& script,
                               const LifeOptions& options = {}) {
    Life life;
    FakeHost host(table, options.host);
    for (const auto& [name, value] : options.params) {
        if (!host.set_param(name, value)) life.trouble = "no parameter " + name;
    }
    for (std::size_t i = 0; i < script.size() && life.trouble.empty(); ++i) {
        const std::string where = "step " + std::to_string(i) + ": ";
        const bool swapped = i == options.swap_before;
        if (swapped && host.swap() != LPC_OK)
            life.trouble = where + "the saved state was not loaded";
        std::vector<lpc_fact> facts = script[i].facts;
        if (host.tell(facts) != LPC_OK) life.trouble = where + "a hook failed";
        if (options.tell_twice && host.instance().tell(host.current_facts()) != LPC_OK) {
            life.trouble = where + "a hook failed when told twice";
        }
        if (!life.trouble.empty()) break;
        life.turns.push_back(
            host.turn(script[i].now_ns, i == 0 || swapped ? std::uint32_t{LPC_TURN_ACTIVE} : 0));
        if (life.turns.back().status != LPC_OK) {
            life.trouble = where + "on_turn failed";
        } else if (host.answer(life.turns.back().commands) != LPC_OK) {
            life.trouble = where + "a hook failed on an answer";
        }
        for (const std::uint64_t order : host.working_orders()) {
            for (const lpc_fact& f : host.current_facts()) {
                if (f.kind == LPC_FACT_ORDER && f.u.order.id == order)
                    (void)host.fill(order, f.u.order.open_lots);
            }
        }
    }
    return life;
}

// Where two lives first differ; empty if their commands are equal byte by byte.
[[nodiscard]] inline std::string first_difference(const Life& a, const Life& b) {
    if (a.trouble != b.trouble) return a.trouble.empty() ? b.trouble : a.trouble;
    for (std::size_t i = 0; i < a.turns.size(); ++i) {
        const auto& left = a.turns[i].commands;
        const auto& right = b.turns[i].commands;
        const std::string where = "step " + std::to_string(i) + ": ";
        if (left.size() != right.size()) {
            return where + std::to_string(left.size()) + " commands against " +
                   std::to_string(right.size());
        }
        for (std::size_t k = 0; k < left.size(); ++k) {
            if (std::memcmp(&left[k], &right[k], sizeof left[k]) != 0) {
                return where + "command " + std::to_string(k) + " differs";
            }
        }
    }
    return {};
}

// Law 5: whatever bytes it is given, load takes them or refuses them; a refusal is no failure.
// `record`: an honest one to spoil.
[[nodiscard]] inline std::string spoiled_records_fail(const lpc_plugin& table,
                                                      std::uint64_t account,
                                                      const std::vector<std::uint8_t>& record) {
    Instance instance(table);
    const auto failed = [&](const std::vector<std::uint8_t>& bytes) {
        const lpc_status status = instance.load(account, 0, bytes);
        return status != LPC_OK && status != LPC_REFUSED;
    };
    for (std::size_t size = 0; size < record.size(); ++size) {
        if (failed({record.begin(), record.begin() + static_cast<std::ptrdiff_t>(size)})) {
            return "load failed on a record cut to " + std::to_string(size) + " bytes";
        }
    }
    for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
        std::vector<std::uint8_t> bytes = record;
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << (bit % 8)));
        if (failed(bytes))
            return "load failed on a record with bit " + std::to_string(bit) + " flipped";
    }
    return {};
}

// The laws that the plugin breaks along this script, each with what was seen. Transfer and refusal
// are judged where it saves.
[[nodiscard]] inline std::vector<std::string> broken_laws(const lpc_plugin& table,
                                                          const Script& script,
                                                          const LifeOptions& options = {}) {
    std::vector<std::string> broken;
    const Life life = live(table, script, options);
    if (!life.trouble.empty()) return {"life: " + life.trouble};
    const auto compare = [&](const std::string& law, const LifeOptions& other) {
        const std::string difference = first_difference(life, live(table, script, other));
        if (!difference.empty()) broken.push_back(law + ": " + difference);
    };
    compare("determinism: another instance", options);
    LifeOptions cut = options;
    cut.host.run_max = 1;
    compare("determinism: facts one by one", cut);
    LifeOptions narrow = options;
    narrow.host.capacity = 1;
    compare("determinism: room for one command", narrow);
    LifeOptions twice = options;
    twice.tell_twice = true;
    compare("facts: told twice", twice);
    if (table.save == nullptr || table.load == nullptr) return broken;
    for (std::size_t step = 1; step < script.size(); ++step) {
        LifeOptions swapped = options;
        swapped.swap_before = step;
        compare("transfer: swapped before step " + std::to_string(step), swapped);
    }
    FakeHost host(table, options.host);
    for (const Step& step : script) {
        (void)host.tell(step.facts);
        (void)host.answer(host.turn(step.now_ns).commands);
        for (const std::uint64_t account : host.accounts()) {
            const auto record = host.instance().save(account);
            const std::string spoiled = record ? spoiled_records_fail(table, account, *record) : "";
            if (!spoiled.empty()) broken.push_back("refusal: " + spoiled);
        }
    }
    return broken;
}

}  // namespace lpc::testing
