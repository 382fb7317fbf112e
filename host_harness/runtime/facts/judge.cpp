#include "judge.hpp"

namespace lpc::runtime {
namespace {

Money collateral_in(const Market& market, const AccountFacts& account, std::uint32_t numeraire) {
    Money sum;
    for (const lpc_fact& balance : account.of_kind(LPC_FACT_BALANCE)) {
        const Money amount{balance.u.balance.amount};
        if (balance.instrument == numeraire) {
            sum += amount;
        } else if (const lpc_fact* asset = market.find(LPC_FACT_ASSET, balance.instrument)) {
            const lpc_fact_asset& terms = asset->u.asset;
            sum += collateral_value(amount, terms.scale, {terms.price}, {terms.haircut_ppb});
        }
    }
    return sum;
}

}  // namespace

const Exposure* Judgement::position(std::uint32_t instrument) const {
    for (std::size_t i = 0; i < count; ++i) {
        if (instruments[i] == instrument) return &exposures[i];
    }
    return nullptr;
}

std::optional<Judgement> judge(const Market& market, const AccountFacts& account) {
    Judgement result;
    const auto accounts = account.of_kind(LPC_FACT_ACCOUNT);
    const std::int64_t own_set = accounts.empty() ? 0 : accounts[0].u.account.tier_set;
    for (const lpc_fact& position : account.of_kind(LPC_FACT_POSITION)) {
        if (position.u.position.lots == 0) continue;
        const std::uint32_t instrument = position.instrument;
        const lpc_fact* terms = market.find(LPC_FACT_INSTRUMENT, instrument);
        const lpc_fact* price = market.find(LPC_FACT_PRICE, instrument);
        const TierSet tiers =
            market.tiers(own_set == 0 ? instrument : static_cast<std::uint32_t>(own_set));
        if (terms == nullptr || price == nullptr || tiers.empty()) return std::nullopt;
        if (terms->code != LPC_INSTRUMENT_LINEAR) return std::nullopt;
        const auto settles = static_cast<std::uint32_t>(terms->u.instrument.settle_asset);
        if (result.numeraire != 0 && result.numeraire != settles) return std::nullopt;
        if (result.count == result.exposures.size()) return std::nullopt;
        result.numeraire = settles;
        result.fit = result.fit && market.fit(instrument);
        result.instruments[result.count] = instrument;
        result.exposures[result.count++] = {{position.u.position.lots},
                                            {position.u.position.cost},
                                            {price->u.price.mark},
                                            {terms->u.instrument.multiplier},
                                            tiers};
    }
    if (result.numeraire == 0) {
        const auto balances = account.of_kind(LPC_FACT_BALANCE);
        if (!balances.empty()) result.numeraire = balances[0].instrument;
    }
    const Money collateral = collateral_in(market, account, result.numeraire);
    result.health = health(collateral, result.positions());
    return result;
}

bool notional_within_limits(std::int64_t lots, std::int64_t price, std::int64_t multiplier) {
    return notional({lots}, {price}, {multiplier}).units <= LPC_NOTIONAL_MAX;
}

}  // namespace lpc::runtime
