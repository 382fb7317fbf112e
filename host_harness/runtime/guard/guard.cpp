#include "guard.hpp"

namespace lpc::runtime {
namespace {

constexpr std::uint32_t kRiskCommands = 1u << LPC_CMD_MARGIN | 1u << LPC_CMD_LEVELS |
                                        1u << LPC_CMD_CLOSEOUT | 1u << LPC_CMD_RELEASE |
                                        1u << LPC_CMD_TIMER;
constexpr std::uint32_t kLiquidatorCommands =
    1u << LPC_CMD_ORDER | 1u << LPC_CMD_CANCEL | 1u << LPC_CMD_OFFER | 1u << LPC_CMD_AWARD |
    1u << LPC_CMD_GRANT | 1u << LPC_CMD_TAKEOVER | 1u << LPC_CMD_DELEVERAGE |
    1u << LPC_CMD_ESCALATE | 1u << LPC_CMD_TIMER;

// Is the account this actor's to speak for?
bool attached(const State& state, std::uint32_t slot, const Route& route,
              const lpc_command& command) {
    if (command.account == 0) return command.kind == LPC_CMD_TIMER;
    if (slot == 0) return state.accounts.find(command.account) != nullptr;
    const Case* held = state.cases.find(command.account);
    return held != nullptr && state.acts_for(route, *held);
}

// How many words of the payload each kind uses; the rest must be 0.
std::size_t words_of(std::uint16_t kind) {
    switch (kind) {
        case LPC_CMD_RELEASE:
        case LPC_CMD_ESCALATE:
            return 0;
        case LPC_CMD_CANCEL:
        case LPC_CMD_GRANT:
        case LPC_CMD_TIMER:
            return 1;
        case LPC_CMD_DELEVERAGE:
            return 2;
        case LPC_CMD_LEVELS:
        case LPC_CMD_ORDER:
        case LPC_CMD_TAKEOVER:
            return 3;
        default:
            return 4;
    }
}

bool clean(const lpc_command& command) {
    if (command.flags != 0) return false;
    for (std::size_t i = words_of(command.kind); i < 4; ++i) {
        if (command.u.word[i] != 0) return false;
    }
    return true;
}

// Later than the turn that it answers: a timer for now would make turns without end.
std::uint8_t judge_timer(const Route& route, const lpc_command& command) {
    const bool good = command.code == 0 && command.instrument == 0 &&
                      command.u.timer.at_ns > route.asked.now_ns &&
                      command.u.timer.at_ns <= LPC_TIME_MAX_NS;
    return good ? 0 : LPC_REASON_BAD_VALUE;
}

}  // namespace

bool is_strike(std::uint8_t reason, std::uint16_t kind) {
    switch (reason) {
        case LPC_REASON_WRONG_STAGE:
            // Nobody tells a plugin whether a stage comes after its own.
            return kind != LPC_CMD_ESCALATE;
        case LPC_REASON_WATERFALL:
            // Nor what others have reserved in the tranches before.
            return kind != LPC_CMD_TAKEOVER;
        case LPC_REASON_FOLLOWING:
        case LPC_REASON_RATE:
        case LPC_REASON_UNFIT_PRICE:
        case LPC_REASON_NO_GRANT:
        case LPC_REASON_OVER_BUDGET:
        case LPC_REASON_LATE:
        case LPC_REASON_VENUE:
        case LPC_REASON_HELD:
            return false;
        default:
            return true;
    }
}

bool can_be_late(std::uint8_t reason) {
    switch (reason) {
        case LPC_REASON_NOT_YOUR_ACCOUNT:
        case LPC_REASON_NOT_IN_LIQUIDATION:
        case LPC_REASON_NOT_CONFIRMED:
        case LPC_REASON_WRONG_DIRECTION:
        case LPC_REASON_BEYOND_PERMITTED_PRICE:
        case LPC_REASON_NO_LOT:
        case LPC_REASON_LOT_RULES:
        case LPC_REASON_WATERFALL:
            return true;
        default:
            return false;
    }
}

namespace {

// Would it change a position? Cancels, timers and the wish to move on are no harm.
constexpr std::uint32_t kHeldCommands = 1u << LPC_CMD_ORDER | 1u << LPC_CMD_OFFER |
                                        1u << LPC_CMD_AWARD | 1u << LPC_CMD_GRANT |
                                        1u << LPC_CMD_TAKEOVER | 1u << LPC_CMD_DELEVERAGE;

std::uint8_t judge_by_kind(const State& state, std::uint32_t slot, const Route& route,
                           const lpc_command& command) {
    switch (command.kind) {
        case LPC_CMD_MARGIN:
            return judge_margin(state, command);
        case LPC_CMD_LEVELS:
            return judge_levels(state, command);
        case LPC_CMD_CLOSEOUT:
            return judge_closeout(state, command);
        case LPC_CMD_RELEASE:
            return judge_release(state, command);
        case LPC_CMD_ORDER:
            return judge_order(state, route, command);
        case LPC_CMD_CANCEL:
            return judge_cancel(state, command);
        case LPC_CMD_GRANT:
            return judge_grant(state, command);
        case LPC_CMD_TAKEOVER:
            return judge_takeover(state, slot, route, command);
        case LPC_CMD_DELEVERAGE:
            return judge_deleverage(state, route, command);
        case LPC_CMD_OFFER:
            return judge_offer(state, route, command);
        case LPC_CMD_AWARD:
            return judge_award(state, route, command);
        case LPC_CMD_ESCALATE:
            return judge_escalate(state, slot, command);
        case LPC_CMD_TIMER:
            return judge_timer(route, command);
        default:
            return LPC_REASON_WRONG_STAGE;
    }
}

}  // namespace

std::uint8_t judge_command(const State& state, std::uint32_t slot, const Route& route,
                           const lpc_command& command) {
    if (command.kind < LPC_CMD_MARGIN || command.kind > LPC_CMD_TIMER)
        return LPC_REASON_UNKNOWN_KIND;
    const std::uint32_t bit = 1u << command.kind;
    if (((slot == 0 ? kRiskCommands : kLiquidatorCommands) & bit) == 0)
        return LPC_REASON_NOT_YOUR_ROLE;
    if (!attached(state, slot, route, command)) return LPC_REASON_NOT_YOUR_ACCOUNT;
    if (slot != 0 && (state.slots[slot].rules.permits & bit) == 0) return LPC_REASON_WRONG_STAGE;
    if (!clean(command)) return LPC_REASON_BAD_VALUE;
    const std::uint8_t reason = judge_by_kind(state, slot, route, command);
    if (reason != 0) return reason;
    const bool held =
        (kHeldCommands & bit) != 0 && state.holds.covers(command.account, command.instrument);
    return held ? LPC_REASON_HELD : 0;
}

}  // namespace lpc::runtime
