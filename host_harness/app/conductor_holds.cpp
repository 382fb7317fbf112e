// What an operator holds by hand and lets go again.
#include <runtime/input.hpp>

#include "conductor.hpp"

namespace lpc::app {
namespace {

using control::Verb;
using runtime::State;

// Why holding this, or letting it go, would change nothing or nobody; empty: it does.
std::string pointless(const State& state, Verb verb, const runtime::Hold& wanted) {
    const bool begins = wanted.on != 0;
    const runtime::Holds& holds = state.holds;
    std::string what = "everything";
    bool held = holds.everything;
    if (wanted.scope == runtime::HoldScope::account) {
        what = "account " + std::to_string(wanted.id);
        held = holds.accounts.count(wanted.id) != 0;
        if (begins && state.accounts.find(wanted.id) == nullptr)
            return "found " + what + ", expected an account that the host has";
    } else if (wanted.scope == runtime::HoldScope::instrument) {
        const auto instrument = static_cast<std::uint32_t>(wanted.id);
        what = "instrument " + std::to_string(wanted.id);
        held = holds.instruments.count(instrument) != 0;
        if (begins && state.market.find(LPC_FACT_INSTRUMENT, instrument) == nullptr)
            return "found " + what + ", expected an instrument that the host has";
    }
    if (begins != held) return {};
    if (verb == Verb::pause) return "the host is paused already";
    if (verb == Verb::resume) return "the host is not paused";
    return what + (held ? " is held already" : " is not held");
}

}  // namespace

control::Answer Conductor::hold(scenario::Steering& steering, const control::Order& order) {
    const State& state = steering.state();
    if (auto answer = stale(order, state.holds.generation, state, "host")) return *answer;
    runtime::Hold wanted{runtime::HoldScope::everything,
                         order.verb == Verb::pause || order.verb == Verb::hold ? 1u : 0u, 0};
    if (order.account) {
        wanted.scope = runtime::HoldScope::account;
        wanted.id = *order.account;
    } else if (order.instrument) {
        wanted.scope = runtime::HoldScope::instrument;
        wanted.id = *order.instrument;
    }
    if (const std::string why = pointless(state, order.verb, wanted); !why.empty())
        return outcome(fail(std::string(name_of(order.verb)) + ": " + why), state,
                       state.holds.generation);
    const Status done = steering.submit(runtime::encode_hold(wanted));
    return outcome(done, state, state.holds.generation);
}

}  // namespace lpc::app
