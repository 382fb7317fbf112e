#include "participation.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "keyed_hash.hpp"

namespace lpc::runtime {
namespace {

std::int64_t magnitude_of(std::int64_t value) {
    return value < 0 ? -value : value;
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

bool Participation::Claim::before(const Claim& other) const {
    return std::tie(ratio_ppb, tie, account) < std::tie(other.ratio_ppb, other.tie, other.account);
}

// Takes out what has gone and puts in what has come: one pass, however much it is.
void Participation::Board::settle() {
    const auto by_place = [](const Claim& a, const Claim& b) { return a.before(b); };
    std::sort(gone.begin(), gone.end(), by_place);
    std::sort(come.begin(), come.end(), by_place);
    std::vector<Claim> settled;
    settled.reserve(claims.size() + come.size());
    auto leaving = gone.begin();
    auto arriving = come.begin();
    for (const Claim& claim : claims) {
        if (leaving != gone.end() && !claim.before(*leaving)) {
            ++leaving;  // Invariant: what goes is there, once
            continue;
        }
        while (arriving != come.end() && arriving->before(claim)) settled.push_back(*arriving++);
        settled.push_back(claim);
    }
    settled.insert(settled.end(), arriving, come.end());
    claims.swap(settled);
    gone.clear();
    come.clear();
}

std::vector<Participation::Claim> Participation::claims_of(const State& state,
                                                           std::uint64_t account) const {
    std::vector<Claim> claims;
    const Case* held = state.cases.find(account);
    if (held == nullptr || held->phase != Phase::running) return claims;
    const AccountFacts& facts = *state.accounts.find(account);
    const Rulebook& rules = state.config.rulebook;
    Claim claim{};
    claim.ratio_ppb = margin_ratio_ppb(facts);
    claim.tie = keyed_hash(rules.tie_key, account);
    claim.account = account;
    claim.budget = kUnknown;
    for (const Leg& leg : held->legs) {
        const lpc_fact* closeout = facts.find(LPC_FACT_CLOSEOUT, leg.instrument);
        if (closeout == nullptr) continue;
        const std::int64_t open =
            closeout->u.closeout.end_lots - state.position_lots(account, leg.instrument);
        claim.instrument = leg.instrument;
        claim.need = std::max<std::int64_t>(0, magnitude_of(open) - magnitude_of(leg.working_lots));
        claim.first = static_cast<std::int64_t>(share_ceil({claim.need}, rules.claim_share).units);
        claims.push_back(claim);
    }
    return claims;
}

// Brings the boards up to what has changed since the last time.
void Participation::recount(State& state) {
    for (const std::uint64_t account : state.cases.take_recounts()) {
        std::vector<Claim> now = claims_of(state, account);
        std::vector<Claim>& known = claims_[account];
        for (const Claim& claim : known) boards_[claim.instrument].gone.push_back(claim);
        for (const Claim& claim : now) boards_[claim.instrument].come.push_back(claim);
        if (now.empty()) {
            claims_.erase(account);
        } else {
            known = std::move(now);
        }
    }
}

void Participation::share(State& state, Board& board) {
    std::int64_t left = board.left;
    // Why two rounds: nobody ties up in one slice's time what a sicker account's plan needs only
    // later.
    for (const Claim& claim : board.claims) left -= std::min(left, claim.first);
    std::int64_t first_left = board.left;
    for (Claim& claim : board.claims) {
        const std::int64_t first = std::min(first_left, claim.first);
        const std::int64_t more = std::min(left, claim.need - first);
        first_left -= first;
        left -= more;
        if (claim.budget == first + more) continue;
        claim.budget = first + more;
        state.cases.find(claim.account)->leg(claim.instrument)->budget_lots = claim.budget;
        lpc_fact fact{};
        fact.account = claim.account;
        fact.instrument = claim.instrument;
        fact.kind = LPC_FACT_BUDGET;
        fact.u.budget = {claim.budget, 0};
        state.tell_own(fact);
    }
}

void Participation::share_out(State& state) {
    recount(state);
    for (auto& [instrument, board] : boards_) {
        const std::int64_t left =
            std::max<std::int64_t>(0, available(instrument, state.config.rulebook, state.now_ns) -
                                          state.orders.working_lots(instrument));
        const bool changed = !board.gone.empty() || !board.come.empty();
        if (!changed && left == board.left) continue;
        if (changed) board.settle();
        board.left = left;
        share(state, board);
    }
}

}  // namespace lpc::runtime
