#include "participation.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "keyed_hash.hpp"

namespace lpc::runtime {
namespace {

struct Claim {
    std::int64_t ratio_ppb;
    std::uint64_t tie;
    std::uint64_t account;
    std::int64_t need;
    Leg* leg;
};

std::int64_t magnitude_of(std::int64_t value) {
    return value < 0 ? -value : value;
}

void tell_budget(State& state, const Claim& claim) {
    lpc_fact fact{};
    fact.account = claim.account;
    fact.instrument = claim.leg->instrument;
    fact.kind = LPC_FACT_BUDGET;
    fact.u.budget = {claim.leg->budget_lots, 0};
    state.tell_own(fact);
}

}  // namespace

std::int64_t margin_ratio_ppb(const AccountFacts& account) {
    const auto margins = account.of_kind(LPC_FACT_MARGIN);
    if (margins.empty() || margins[0].u.margin.maintenance == 0) return INT64_MAX;
    const lpc_fact_margin& margin = margins[0].u.margin;
    return clamp_to(div_floor(Int128{margin.equity} * LPC_RATE_ONE_PPB, margin.maintenance),
                    INT64_MIN, INT64_MAX);
}

void Participation::Tape::forget_before(std::int64_t start_ns) {
    while (marks.size() > 1 && marks[1].at_ns <= start_ns) marks.pop_front();
}

void Participation::on_volume(std::uint32_t instrument, const Rulebook& rules, std::int64_t now_ns,
                              const lpc_fact_volume& volume) {
    Tape& tape = tapes_[instrument];
    tape.marks.push_back({now_ns, volume.market_lots, volume.own_lots, tape.own_lots});
    tape.forget_before(now_ns - rules.participation_window_ns);
}

void Participation::on_own_fill(std::uint32_t instrument, std::int64_t lots) {
    tapes_[instrument].own_lots += lots;
}

std::int64_t Participation::available(std::uint32_t instrument, const Rulebook& rules,
                                      std::int64_t now_ns) {
    Tape& tape = tapes_[instrument];
    tape.forget_before(now_ns - rules.participation_window_ns);
    if (tape.marks.empty()) return 0;
    const Mark& first = tape.marks.front();
    const Mark& last = tape.marks.back();
    const std::int64_t own = tape.own_lots - first.own_lots;
    // Why the larger: a fill and the volume that contains it are told one after the other;
    // whichever comes first, our own lots never count as the others'.
    const std::int64_t contained = std::max(own, last.told_own_lots - first.told_own_lots);
    const std::int64_t others =
        std::max<std::int64_t>(0, last.market_lots - first.market_lots - contained);
    const Int128 share = div_floor(Int128{others} * rules.participation.ppb, LPC_RATE_ONE_PPB);
    return clamp_to(share - own, 0, LPC_LOTS_MAX);
}

void Participation::share_out(State& state) {
    std::map<std::uint32_t, std::vector<Claim>> claims;
    std::map<std::uint32_t, std::int64_t> working;
    for (const auto& [id, order] : state.orders.all()) {
        if (order.on_book) working[order.instrument] += magnitude_of(order.left());
    }
    for (const std::uint64_t account : state.cases.accounts()) {
        Case& held = *state.cases.find(account);
        if (held.phase != Phase::running) continue;
        const AccountFacts& facts = *state.accounts.find(account);
        const std::int64_t ratio = margin_ratio_ppb(facts);
        const std::uint64_t tie = keyed_hash(state.config.rulebook.tie_key, account);
        for (Leg& leg : held.legs) {
            const lpc_fact* closeout = facts.find(LPC_FACT_CLOSEOUT, leg.instrument);
            if (closeout == nullptr) continue;
            const std::int64_t open =
                closeout->u.closeout.end_lots - state.position_lots(account, leg.instrument);
            const std::int64_t need = magnitude_of(open) - magnitude_of(leg.working_lots);
            claims[leg.instrument].push_back(
                {ratio, tie, account, std::max<std::int64_t>(0, need), &leg});
        }
    }
    for (auto& [instrument, list] : claims) {
        std::sort(list.begin(), list.end(), [](const Claim& a, const Claim& b) {
            return std::tie(a.ratio_ppb, a.tie, a.account) <
                   std::tie(b.ratio_ppb, b.tie, b.account);
        });
        std::int64_t left = std::max<std::int64_t>(
            0, available(instrument, state.config.rulebook, state.now_ns) - working[instrument]);
        // Why two rounds: nobody ties up in one slice's time what a sicker account's plan needs
        // only later.
        for (const Claim& claim : list) {
            const Int128 first = share_ceil({claim.need}, state.config.rulebook.claim_share).units;
            claim.leg->budget_lots = std::min(left, static_cast<std::int64_t>(first));
            left -= claim.leg->budget_lots;
        }
        for (const Claim& claim : list) {
            const std::int64_t more = std::min(left, claim.need - claim.leg->budget_lots);
            claim.leg->budget_lots += more;
            left -= more;
            tell_budget(state, claim);
        }
    }
}

}  // namespace lpc::runtime
