#include "fund_config.hpp"

#include <lpc/auction.h>
#include <lpc/limits.h>

#include <algorithm>
#include <string>
#include <utility>

namespace lpc::scenario {
namespace {

constexpr IntRange kMoney{0, LPC_NOTIONAL_MAX};
constexpr IntRange kTime{0, LPC_TIME_MAX_NS};
constexpr IntRange kShare{0, LPC_RATE_ONE_PPB};
constexpr std::int64_t kTrancheIdMax = 65'535;

// In the order of LPC_FUND_*.
const std::vector<std::string>& kinds() {
    static const std::vector<std::string> names{"backstop", "instrument", "global", "operator"};
    return names;
}

settlement::Caps read_caps(const ConfigTable& table) {
    settlement::Caps caps;
    caps.liquidation_ppb = table.optional_int("liquidation_share_ppb", LPC_RATE_ONE_PPB, kShare);
    if (table.has("maintenance_share_ppb"))
        caps.maintenance_ppb =
            table.required_int("maintenance_share_ppb", {0, 100 * LPC_RATE_ONE_PPB});
    if (table.has("loss_max_quote")) caps.loss_max = table.required_int("loss_max_quote", kMoney);
    caps.window_ns = table.optional_int("window_ns", 0, kTime);
    if (caps.window_ns == 0) return caps;
    caps.stop_ppb = table.required_int("stop_ppb", kShare);
    caps.resume_ppb = table.optional_int("resume_ppb", caps.stop_ppb, {0, caps.stop_ppb});
    return caps;
}

void read_tranches(const ConfigTable& root, FundConfig& fund) {
    for (const ConfigTable& table : root.tables("tranches")) {
        TrancheConfig tranche;
        tranche.terms.id = static_cast<std::uint64_t>(table.required_int("id", {1, kTrancheIdMax}));
        const bool taken = std::any_of(
            fund.tranches.begin(), fund.tranches.end(),
            [&](const TrancheConfig& other) { return other.terms.id == tranche.terms.id; });
        if (taken) table.reject("id", "a number that no other tranche has");
        const std::string kind = table.one_of("kind", kinds());
        const auto place = std::find(kinds().begin(), kinds().end(), kind) - kinds().begin();
        tranche.terms.kind = static_cast<std::uint8_t>(LPC_FUND_BACKSTOP + place);
        tranche.balance = table.required_int("balance_quote", kMoney);
        tranche.terms.caps = read_caps(table);
        fund.tranches.push_back(tranche);
    }
    const std::int64_t all = root.optional_int("fund_quote", 0, kMoney);
    fund.repays = !fund.tranches.empty();
    if (fund.repays) {
        if (root.has("fund_quote"))
            root.reject("fund_quote",
                        "either it or [[tranches]], which have balances of their own");
        return;
    }
    TrancheConfig whole;
    whole.terms.kind = LPC_FUND_GLOBAL;
    whole.balance = all;
    fund.tranches.push_back(whole);
}

constexpr std::int64_t kSecond_ns = 1'000'000'000, kSecondsMax = 86'400 * 366;
constexpr IntRange kSomeShare{1, LPC_RATE_ONE_PPB};

// In the order of time.
template <class Add>
void read_moments(const ConfigTable& root, const char* key, Add&& add) {
    IntRange at{0, kSecondsMax};
    for (const ConfigTable& table : root.tables(key)) {
        at.min = table.required_int("at_s", at);
        add(at.min * kSecond_ns, table);
    }
}

void read_cash_moves(const ConfigTable& root, FundConfig& fund) {
    read_moments(root, "withdrawals", [&](std::int64_t at_ns, const ConfigTable& table) {
        fund.withdrawals.push_back(
            {at_ns, table.required_int("accounts_share_ppb", kSomeShare),
             table.optional_int("amount_share_ppb", LPC_RATE_ONE_PPB, kSomeShare)});
    });
    read_moments(root, "deposits", [&](std::int64_t at_ns, const ConfigTable& table) {
        fund.deposits.push_back(
            {at_ns, table.required_int("accounts_share_ppb", kSomeShare),
             table.required_int("requirement_share_ppb", {1, 100 * LPC_RATE_ONE_PPB})});
    });
}

}  // namespace

FundConfig read_fund(const ConfigTable& root) {
    FundConfig fund;
    read_tranches(root, fund);
    fund.liquidation_fee_ppb =
        root.optional_int("liquidation_fee_ppb", 0, {0, LPC_RATE_ONE_PPB / 10});
    if (const auto table = root.optional_table("unwinding")) {
        UnwindingConfig unwinding;
        unwinding.participation_ppb =
            table->required_int("participation_ppb", {1, LPC_RATE_ONE_PPB});
        unwinding.slippage_max_ppm = table->required_int("slippage_max_ppm", {0, 1'000'000});
        unwinding.quiet_ns = table->required_int("quiet_ns", kTime);
        fund.unwinding = unwinding;
    }
    read_cash_moves(root, fund);
    return fund;
}

}  // namespace lpc::scenario
