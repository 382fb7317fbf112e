#include "validate.hpp"

#include <array>
#include <span>

namespace lpc::runtime {
namespace {

enum class Scope : std::uint8_t { market, account, either };
enum class Teller : std::uint8_t { engine, runtime, later };

struct Word {
    const char* name;  // nullptr: unused, must be 0
    std::int64_t min, max;
};

struct Rule {
    const char* name;
    Teller teller;
    Scope scope;
    bool needs_instrument;
    std::uint8_t code_max;    // codes are 1..code_max; 0: the code is unused
    std::uint8_t reason_max;  // likewise for the reason byte
    std::array<Word, 5> words;
};

constexpr Word kUnused{nullptr, 0, 0};
constexpr std::int64_t kAny = INT64_MAX;
constexpr std::int64_t kOne = LPC_RATE_ONE_PPB;
constexpr Word price(const char* name, std::int64_t min = 1) {
    return {name, min, LPC_PRICE_MAX};
}
constexpr Word lots(const char* name) {
    return {name, -LPC_LOTS_MAX, LPC_LOTS_MAX};
}
constexpr Word count(const char* name) {
    return {name, 0, LPC_LOTS_MAX};
}
constexpr Word money(const char* name) {
    return {name, -LPC_MONEY_MAX, LPC_MONEY_MAX};
}
constexpr Word owned(const char* name) {
    return {name, 0, LPC_MONEY_MAX};
}
constexpr Word time(const char* name) {
    return {name, 0, LPC_TIME_MAX_NS};
}
constexpr Word id(const char* name) {
    return {name, INT64_MIN, kAny};
}

constexpr Rule runtime_only(const char* name) {
    return {name, Teller::runtime, Scope::either, false, 255, 255, {}};
}
constexpr Rule not_yet(const char* name) {
    return {name, Teller::later, Scope::either, false, 255, 255, {}};
}

// In the order of LPC_FACT_*.
constexpr std::array<Rule, LPC_FACT_KINDS> kRules{{
    runtime_only("PARAM"),
    {"ASSET",
     Teller::engine,
     Scope::market,
     true,
     4,
     0,
     {{{"scale", 1, LPC_MONEY_MAX},
       {"haircut_ppb", 0, kOne},
       price("price", 0),
       kUnused,
       kUnused}}},
    {"INSTRUMENT",
     Teller::engine,
     Scope::market,
     true,
     5,
     5,
     {{{"underlying", 0, kAny},
       {"multiplier", 1, LPC_MULTIPLIER_MAX},
       time("expiry_ns"),
       price("strike", 0),
       {"settle_asset", 1, UINT32_MAX}}}},
    {"TIER",
     Teller::engine,
     Scope::market,
     true,
     255,
     0,
     {{{"set", 1, UINT32_MAX},
       owned("floor"),
       {"maintenance_ppb", 1, kOne},
       {"initial_ppb", 1, kOne},
       owned("deduction")}}},
    {"PRICE",
     Teller::engine,
     Scope::market,
     true,
     4,
     0,
     {{price("mark"),
       price("index"),
       {"confidence", 0, LPC_PRICE_MAX},
       {"volatility_ppb", 0, LPC_MONEY_MAX},
       kUnused}}},
    {"BOOK",
     Teller::engine,
     Scope::market,
     true,
     255,
     0,
     {{price("bid", 0), price("ask", 0), count("bid_lots"), count("ask_lots"), kUnused}}},
    {"VOLUME",
     Teller::engine,
     Scope::market,
     true,
     0,
     0,
     {{{"market_lots", 0, LPC_MONEY_MAX},
       {"own_lots", 0, LPC_MONEY_MAX},
       kUnused,
       kUnused,
       kUnused}}},
    not_yet("RISK"),
    {"ACCOUNT",
     Teller::engine,
     Scope::account,
     false,
     0,
     0,
     {{{"mode", 1, 3}, {"tier_set", 0, UINT32_MAX}, {"group", 0, kAny}, {"holds", 0, 7}, kUnused}}},
    {"BALANCE",
     Teller::engine,
     Scope::account,
     true,
     0,
     0,
     {{money("amount"), kUnused, kUnused, kUnused, kUnused}}},
    {"POSITION",
     Teller::engine,
     Scope::account,
     true,
     0,
     0,
     {{lots("lots"), money("cost"), money("realised"), count("resting_buy_lots"),
       count("resting_sell_lots")}}},
    {"MARGIN",
     Teller::engine,
     Scope::account,
     true,
     4,
     0,
     {{money("equity"), owned("maintenance"), owned("initial"), owned("target"),
       time("since_ns")}}},
    {"LEVELS",
     Teller::engine,
     Scope::account,
     true,
     0,
     0,
     {{price("liquidation_price", 0), price("bankruptcy_price", 0), price("next_state_price", 0),
       kUnused, kUnused}}},
    {"CLOSEOUT",
     Teller::engine,
     Scope::account,
     true,
     4,
     0,
     {{lots("end_lots"), price("bankruptcy_price"), price("permitted_price"), time("deadline_ns"),
       kUnused}}},
    runtime_only("BUDGET"),
    runtime_only("GRANT"),
    {"ORDER",
     Teller::engine,
     Scope::account,
     true,
     7,
     255,
     {{id("id"), {"tag", 0, 0}, price("price", 0), lots("open_lots"), lots("done_lots")}}},
    {"FILL",
     Teller::engine,
     Scope::account,
     true,
     0,
     0,
     {{id("order_id"),
       {"tag (lots done so far)", 1, LPC_LOTS_MAX},
       price("price"),
       lots("lots"),
       money("fee")}}},
    runtime_only("LOT"),
    runtime_only("LOT_TERMS"),
    {"BID",
     Teller::engine,
     Scope::account,
     true,
     3,
     0,
     {{id("lot_id"), id("id"), id("bidder"), price("price"), lots("lots")}}},
    {"FUND",
     Teller::engine,
     Scope::either,
     false,
     4,
     0,
     {{id("tranche"), money("balance"), owned("grantable"), {"asset", 1, UINT32_MAX}, kUnused}}},
    runtime_only("TIMER"),
    runtime_only("REFUSED"),
    runtime_only("DETACH"),
    {"RESYNC",
     Teller::engine,
     Scope::either,
     false,
     2,
     0,
     {{kUnused, kUnused, kUnused, kUnused, kUnused}}},
}};

constexpr std::array<const char*, 14> kCommands{
    "0",     "MARGIN", "LEVELS", "CLOSEOUT", "RELEASE",    "ORDER",    "CANCEL",
    "OFFER", "AWARD",  "GRANT",  "TAKEOVER", "DELEVERAGE", "ESCALATE", "TIMER"};

constexpr std::array<const char*, 22> kReasons{"none",
                                               "unknown kind",
                                               "not your role",
                                               "following",
                                               "not your account",
                                               "wrong stage",
                                               "bad value",
                                               "duplicate tag",
                                               "rate",
                                               "account not in liquidation",
                                               "price not fit for it",
                                               "not confirmed",
                                               "away from the end position",
                                               "beyond the permitted price",
                                               "no grant",
                                               "above the budget",
                                               "late",
                                               "venue refused",
                                               "held by an operator",
                                               "no such lot or bid",
                                               "against the lot's rules",
                                               "an earlier layer can still pay"};

Status wrong(const lpc_fact& fact, const std::string& what, std::int64_t found,
             const std::string& expected) {
    return fail(describe(fact) + ": " + what + " is " + std::to_string(found) + ", expected " +
                expected);
}

std::string range(std::int64_t low, std::int64_t high) {
    if (low == high) return std::to_string(low);
    return std::to_string(low) + " to " + std::to_string(high);
}

Status validate_head(const lpc_fact& fact, const Rule& rule) {
    if (rule.teller == Teller::runtime)
        return fail(describe(fact) + ": only the runtime tells these facts");
    if (rule.teller == Teller::later)
        return fail(describe(fact) + ": this version of the runtime does not act on these facts");
    if (rule.scope == Scope::market && fact.account != 0)
        return fail(describe(fact) + ": a market-wide fact, expected account 0");
    if (rule.scope == Scope::account && fact.account == 0)
        return fail(describe(fact) + ": expected an account other than 0");
    if (rule.needs_instrument == (fact.instrument == 0) && fact.kind != LPC_FACT_FUND)
        return wrong(fact, "instrument", fact.instrument,
                     rule.needs_instrument ? "1 or more" : "0");
    const std::int64_t code_min = rule.code_max == 0 ? 0 : 1;
    if (fact.code < code_min || fact.code > rule.code_max)
        return wrong(fact, "code", fact.code, range(code_min, rule.code_max));
    const std::int64_t reason_min = fact.kind == LPC_FACT_INSTRUMENT ? 1 : 0;
    if (fact.reason < reason_min || fact.reason > rule.reason_max)
        return wrong(fact, "reason", fact.reason, range(reason_min, rule.reason_max));
    return {};
}

}  // namespace

const char* fact_name(std::uint16_t kind) {
    return kind < LPC_FACT_KINDS ? kRules[kind].name : "unknown fact";
}
const char* command_name(std::uint16_t kind) {
    return kind < kCommands.size() ? kCommands[kind] : "unknown command";
}
const char* reason_name(std::uint8_t reason) {
    return reason < kReasons.size() ? kReasons[reason] : "unknown reason";
}

std::string describe(const lpc_fact& fact) {
    std::string text = fact_name(fact.kind);
    if (fact.account != 0) text += " of account " + std::to_string(fact.account);
    if (fact.instrument != 0) {
        text += fact.kind == LPC_FACT_ASSET || fact.kind == LPC_FACT_BALANCE ? ", asset "
                : fact.kind == LPC_FACT_TIER                                 ? ", set "
                                                                             : ", instrument ";
        text += std::to_string(fact.instrument);
    }
    return text;
}

Status validate_told(const lpc_fact& fact) {
    if (fact.kind >= LPC_FACT_KINDS)
        return fail("fact of kind " + std::to_string(fact.kind) + ": expected 0 to " +
                    std::to_string(LPC_FACT_KINDS - 1));
    const Rule& rule = kRules[fact.kind];
    if (const Status status = validate_head(fact, rule); !status) return status;
    for (std::size_t i = 0; i < rule.words.size(); ++i) {
        const Word& word = rule.words[i];
        const std::int64_t found = fact.u.word[i];
        if (word.name == nullptr) {
            if (found != 0) return wrong(fact, "unused word " + std::to_string(i), found, "0");
        } else if (found < word.min || found > word.max) {
            return wrong(fact, word.name, found, range(word.min, word.max));
        }
    }
    if (fact.kind == LPC_FACT_TIER && fact.u.tier.set != static_cast<std::int64_t>(fact.instrument))
        return wrong(fact, "set", fact.u.tier.set, std::to_string(fact.instrument));
    return {};
}

}  // namespace lpc::runtime
