#include <lpc/auction.h>

#include <algorithm>
#include <settlement/waterfall.hpp>
#include <string>

namespace lpc::settlement {
namespace {

bool pays_for(const TrancheTerms& tranche, const Ask& ask) {
    if (tranche.asset != ask.asset) return false;
    if (tranche.kind == LPC_FUND_BACKSTOP) return tranche.id == ask.backstop;
    if (tranche.kind == LPC_FUND_INSTRUMENT) return tranche.instrument == ask.instrument;
    return true;
}

bool before(const Tranche& one, const Tranche& other) {
    const TrancheTerms &a = one.terms(), &b = other.terms();
    return std::pair(a.kind, a.id) < std::pair(b.kind, b.id);
}

bool are_shares(const Caps& caps) {
    return caps.liquidation_ppb >= 0 && caps.liquidation_ppb <= LPC_RATE_ONE_PPB &&
           caps.maintenance_ppb >= 0 && caps.window_ns >= 0 && caps.resume_ppb >= 0 &&
           caps.resume_ppb <= caps.stop_ppb && caps.stop_ppb <= LPC_RATE_ONE_PPB &&
           caps.loss_max >= 0;
}

Status check(const Ask& ask) {
    for (const std::int64_t amount :
         {ask.loss, ask.equity, ask.fees, ask.discount, ask.maintenance}) {
        if (amount >= 0 && amount <= LPC_MONEY_MAX) continue;
        return fail("waterfall: liquidation " + std::to_string(ask.liquidation) +
                    " asks with an amount of " + std::to_string(amount) + ", expected 0 to " +
                    std::to_string(LPC_MONEY_MAX));
    }
    return {};
}

}  // namespace

const char* name_of(Layer layer) {
    switch (layer) {
        case Layer::equity:
            return "equity";
        case Layer::fees:
            return "fees";
        case Layer::discount:
            return "discount";
        case Layer::backstop:
            return "backstop";
        case Layer::instrument:
            return "instrument tranche";
        case Layer::global:
            return "global tranche";
        case Layer::operator_:
            return "operator";
    }
    return "layer";
}

Layer layer_of(std::uint8_t kind) {
    return static_cast<Layer>(kind - LPC_FUND_BACKSTOP + static_cast<int>(Layer::backstop));
}

std::vector<Leg> Poured::legs(const Ask& ask) const {
    std::vector<Leg> legs;
    std::int64_t received = of(Layer::fees);
    if (received > 0) legs.push_back({Book::fees, 0, ask.asset, -received});
    for (const Draw& draw : draws) {
        legs.push_back({Book::cash, draw.account, ask.asset, -draw.amount});
        received += draw.amount;
    }
    if (received > 0) legs.push_back({Book::cash, ask.account, ask.asset, received});
    return legs;
}

Status Waterfall::open(const TrancheTerms& terms, std::int64_t balance, std::int64_t now_ns) {
    const std::string who = "waterfall: tranche " + std::to_string(terms.id);
    if (terms.kind < LPC_FUND_BACKSTOP || terms.kind > LPC_FUND_OPERATOR)
        return fail(who + ": kind " + std::to_string(terms.kind) + ", expected 1 to 4");
    // Why: an ask whose backstop is 0 has none.
    if ((terms.id == 0 && terms.kind == LPC_FUND_BACKSTOP) || find(terms.id) != nullptr)
        return fail(who + ": the id is taken, or 0 for a backstop");
    if (!are_shares(terms.caps))
        return fail(who +
                    ": a cap is below 0, a share above 1, or it resumes above where it stops");
    if (balance < 0 || balance > LPC_MONEY_MAX)
        return fail(who + ": balance " + std::to_string(balance) + ", expected 0 to " +
                    std::to_string(LPC_MONEY_MAX));
    Tranche tranche(terms, balance);
    tranche.add(now_ns, 0);
    tranches_.insert(std::upper_bound(tranches_.begin(), tranches_.end(), tranche, before),
                     tranche);
    return {};
}

Tranche* Waterfall::find(std::uint64_t tranche) {
    for (Tranche& each : tranches_) {
        if (each.terms().id == tranche) return &each;
    }
    return nullptr;
}

std::int64_t Waterfall::drawn(std::uint64_t liquidation, std::uint64_t tranche) const {
    const auto found = drawn_.find({liquidation, tranche});
    return found == drawn_.end() ? 0 : found->second;
}

Result<Poured> Waterfall::pour(const Ask& ask, std::int64_t now_ns) const {
    if (Status sound = check(ask); !sound) return tl::unexpected(sound.error());
    Poured poured;
    std::int64_t left = ask.loss;
    const auto take = [&](Layer layer, std::int64_t most) {
        const std::int64_t amount = std::min(left, most);
        poured.paid[static_cast<std::size_t>(layer)] += amount;
        left -= amount;
        return amount;
    };
    take(Layer::equity, ask.equity);
    take(Layer::fees, ask.fees);
    take(Layer::discount, ask.discount);
    for (const Tranche& tranche : tranches_) {
        const TrancheTerms& terms = tranche.terms();
        if (left == 0) break;
        if (!pays_for(terms, ask)) continue;
        const std::int64_t most =
            ask.liquidation == 0
                ? tranche.grantable(now_ns)
                : tranche.grantable(now_ns, drawn(ask.liquidation, terms.id), ask.maintenance);
        const Layer layer = layer_of(terms.kind);
        if (const std::int64_t amount = take(layer, most); amount > 0)
            poured.draws.push_back({layer, terms.id, terms.account, amount});
    }
    poured.uncovered = left;
    return poured;
}

void Waterfall::pay(const Ask& ask, const Poured& poured, std::int64_t now_ns) {
    for (const Poured::Draw& draw : poured.draws) {
        find(draw.tranche)->earn(now_ns, -draw.amount);
        if (ask.liquidation != 0) drawn_[{ask.liquidation, draw.tranche}] += draw.amount;
    }
}

void Waterfall::take(std::uint64_t liquidation, std::uint64_t tranche, std::int64_t cost) {
    if (cost > 0) drawn_[{liquidation, tranche}] += cost;
}

void Waterfall::forget(std::uint64_t liquidation) {
    drawn_.erase(drawn_.lower_bound({liquidation, 0}),
                 drawn_.upper_bound({liquidation, ~std::uint64_t{0}}));
}

}  // namespace lpc::settlement
