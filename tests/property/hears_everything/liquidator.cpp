// Closes out what is running in slices, by orders of two types, cancels what rests too long, asks
// for grants, and now and then asks for the next stage: which of it, when and how much depends on
// every fact that it was ever told.
#include "hears_everything.hpp"

#include <array>

namespace lpc::everything {
namespace {

enum LiquidatorParameterId : std::uint64_t { kResting = kWait + 1 };
constexpr std::array<lpc_param, 2> kParameters{{
    kWaitParameter,
    {kResting, "resting_eighths", "share of the orders that may rest in the book [eighths]", 0, 8,
     3},
}};
constexpr std::array<const char*, 1> kLoads{"org.test.hears_everything.liquidator.1"};

class Liquidator final : public HearsEverything {
  public:
    static constexpr Description kDescription{.id = "org.test.hears_everything.liquidator",
                                              .version = "1",
                                              .role = LPC_ROLE_LIQUIDATOR,
                                              .params = kParameters,
                                              .record_max = Heard::kSavedMax,
                                              .state_id = kLoads[0],
                                              .state_loads = kLoads};
    Liquidator() : HearsEverything(kParameters) {}

  private:
    void act(std::uint64_t id, Heard& account, const lpc_turn& turn, CommandWriter& out) override {
        std::uint64_t cause = 0;
        account.for_each(LPC_FACT_CLOSEOUT, [&](const lpc_fact& closeout) {
            if (closeout.code != LPC_CLOSEOUT_RUNNING) return;
            cause = closeout.seq;
            act_on(id, account, closeout, turn, out);
        });
        if (cause != 0) wake_later(id, account, cause, turn, out);
    }

    void act_on(std::uint64_t id, const Heard& account, const lpc_fact& closeout,
                const lpc_turn& turn, CommandWriter& out) const {
        bool busy = false;
        const Leg leg = account.leg(closeout.instrument);
        account.for_each(LPC_FACT_ORDER, [&](const lpc_fact& order) {
            if (order.instrument != closeout.instrument || !works(order)) return;
            busy = true;
            const bool too_long = order.code == LPC_ORDER_OPEN && order.seq <= account.woken_seq();
            if (too_long && leg.cancel_refused < account.woken_seq())
                out.cancel({.account = id,
                            .instrument = closeout.instrument,
                            .tag = sum_of(id, account),
                            .cause_seq = order.seq,
                            .order_id = order.u.order.id});
        });
        if (!busy) ask(id, account, closeout, turn, out);
    }

    // Lots that may be ordered now, signed.
    static std::int64_t open_lots(const Heard& account, const lpc_fact& closeout,
                                  std::int64_t now_ns) {
        const lpc_fact* position = account.find(LPC_FACT_POSITION, closeout.instrument);
        const lpc_fact* budget = account.find(LPC_FACT_BUDGET, closeout.instrument);
        if (position == nullptr || budget == nullptr) return 0;
        const lpc_fact_budget& b = budget->u.budget;
        const std::int64_t most = b.until_ns != 0 && b.until_ns <= now_ns ? 0 : b.lots;
        return std::clamp(closeout.u.closeout.end_lots - position->u.position.lots, -most, most);
    }

    // Once for each piece of news.
    void ask(std::uint64_t id, const Heard& account, const lpc_fact& closeout, const lpc_turn& turn,
             CommandWriter& out) const {
        const std::uint32_t instrument = closeout.instrument;
        const lpc_fact* budget = account.find(LPC_FACT_BUDGET, instrument);
        const lpc_fact* grant = account.find(LPC_FACT_GRANT, instrument);
        const Leg leg = account.leg(instrument);
        const std::uint64_t cause = std::max(closeout.seq, budget == nullptr ? 0 : budget->seq);
        const std::int64_t open = open_lots(account, closeout, turn.now_ns);
        if (open == 0 || cause <= std::max(leg.ordered, leg.refused)) return;
        const std::uint64_t sum = sum_of(id, account);
        const std::int64_t deadline_ns = closeout.u.closeout.deadline_ns;
        if (sum % 128 == 0 || (deadline_ns != 0 && deadline_ns <= turn.now_ns))
            return out.escalate({.account = id,
                                 .instrument = instrument,
                                 .cause_seq = cause,
                                 .why = LPC_ESCALATE_DEADLINE});
        if (grant == nullptr && sum % 4 == 1)
            out.grant({.account = id,
                       .instrument = instrument,
                       .tag = sum,
                       .cause_seq = cause,
                       .amount = 1 + static_cast<std::int64_t>(sum % 1'000'000)});
        // Between half and all of it.
        const auto spare = static_cast<std::int64_t>(
            sum % static_cast<std::uint64_t>((open < 0 ? -open : open) / 2 + 1));
        const bool widened = grant != nullptr && grant->u.grant.amount > 0;
        const bool rests = sum % 8 < static_cast<std::uint64_t>(param(kResting));
        out.order({.account = id,
                   .instrument = instrument,
                   .tag = sum | 1,
                   .cause_seq = cause,
                   .type = rests ? std::uint8_t{LPC_ORDER_LIMIT} : std::uint8_t{LPC_ORDER_IOC},
                   .lots = open < 0 ? open + spare : open - spare,
                   .price = widened ? grant->u.grant.permitted_price
                                    : closeout.u.closeout.permitted_price});
    }
};

}  // namespace
}  // namespace lpc::everything

using lpc::everything::Liquidator;
LPC_EXPORT_PLUGIN(Liquidator);
