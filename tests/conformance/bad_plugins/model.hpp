// A small liquidator that keeps every law, and uses every kind of fact and of command; and the one
// way in which this file of it is broken (way.cpp). For tests of the judge only.
#pragma once

#include <lpc/sdk/export.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace lpc::model {

// Is this file broken in that way? Defined in way.cpp.
bool broken(std::string_view way);

enum ParameterId : std::uint64_t { kSlice = 1, kWait = 2 };
inline constexpr std::int64_t kWaitMax = 1'000'000'000'000;
inline constexpr std::array<lpc_param, 2> kParameters{{
    {kSlice, "slice_lots", "largest order [lots]", 1, 1'000'000, 200},
    {kWait, "wait_ns", "from a look at an account to the next [ns]", 1'000'000, kWaitMax,
     2'000'000'000},
}};

struct Leg {
    lpc_fact position{}, closeout{}, budget{}, grant{}, lot{}, terms{}, bid{};
    std::map<std::uint64_t, lpc_fact> orders;  // that work
    std::uint64_t asked =
        0;  // seq of the newest ORDER, which the host does not tell again once over
    std::uint64_t turns_waited = 0;
    bool believes = false;    // only where it is broken so: that an order works
    std::uint64_t heard = 0;  // likewise: POSITION facts
};

struct Account {
    std::map<std::uint32_t, Leg> legs;
    lpc_fact terms{}, margin{};
    std::uint64_t next_tag = 1;
    std::set<std::uint64_t> own;  // orders that work: after a swap they are told with tag 0
    std::int64_t timer_ns = 0;    // asked for; 0: none
};

class Model final : public Plugin {
  public:
    static constexpr std::array<const char*, 1> kLoads{"org.test.model.1"};
    static constexpr Description kDescription{.id = "org.test.model",
                                              .version = "1",
                                              .role = LPC_ROLE_LIQUIDATOR,
                                              .coupled = LPC_MODEL_COUPLED,
                                              .params = kParameters,
                                              .record_max = 4096,
                                              .state_id = kLoads[0],
                                              .state_loads = kLoads};

    Model();
    void on_param(const lpc_fact& f) override;
    void on_asset(const lpc_fact& f) override { market_[{f.kind, f.instrument, 0}] = f; }
    void on_instrument(const lpc_fact& f) override { market_[{f.kind, f.instrument, 0}] = f; }
    void on_tier(const lpc_fact& f) override { market_[{f.kind, f.instrument, f.code}] = f; }
    void on_price(const lpc_fact& f) override;
    void on_book(const lpc_fact& f) override { market_[{f.kind, f.instrument, f.code}] = f; }
    void on_volume(const lpc_fact& f) override { market_[{f.kind, f.instrument, 0}] = f; }
    void on_risk(const lpc_fact& f) override { market_[{f.kind, f.instrument, f.code}] = f; }
    void on_account(const lpc_fact& f) override { accounts_[f.account].terms = f; }
    void on_balance(const lpc_fact& f) override { (void)accounts_[f.account]; }
    void on_position(const lpc_fact& f) override;
    void on_margin(const lpc_fact& f) override { accounts_[f.account].margin = f; }
    void on_levels(const lpc_fact& f) override { (void)leg(f); }
    void on_closeout(const lpc_fact& f) override { leg(f).closeout = f; }
    void on_budget(const lpc_fact& f) override { leg(f).budget = f; }
    void on_grant(const lpc_fact& f) override { leg(f).grant = f; }
    void on_order(const lpc_fact& f) override;
    void on_fill(const lpc_fact& f) override { (void)leg(f); }
    void on_lot(const lpc_fact& f) override;
    void on_lot_terms(const lpc_fact& f) override { leg(f).terms = f; }
    void on_bid(const lpc_fact& f) override { leg(f).bid = f; }
    void on_fund(const lpc_fact& f) override { market_[{f.kind, f.instrument, 0}] = f; }
    void on_timer(const lpc_fact& f) override;
    void on_refused(const lpc_fact& f) override;
    void on_detach(const lpc_fact& f) override;
    void on_resync(const lpc_fact& f) override;
    void on_turn(const lpc_turn& turn, CommandWriter& out) override;
    void save(std::uint64_t account, RecordWriter& out) const override;
    bool load(std::uint64_t account, std::uint32_t format, RecordReader& in) override;

    std::uint64_t calls = 0;   // only where it is broken so: of the hook for PRICE
    bool little_room = false;  // likewise: the host's array is small

  private:
    Leg& leg(const lpc_fact& f) { return accounts_[f.account].legs[f.instrument]; }
    void begin_turn(const lpc_turn& turn);
    void act(std::uint64_t id, Account& account, const lpc_turn& turn, CommandWriter& out);
    void act_on(std::uint64_t id, Account& account, std::uint32_t instrument, Leg& leg,
                const lpc_turn& turn, CommandWriter& out);
    void ask(std::uint64_t id, Account& account, std::uint32_t instrument, Leg& leg,
             std::int64_t lots, const lpc_turn& turn, CommandWriter& out);
    bool conduct_lot(std::uint64_t id, Account& account, std::uint32_t instrument, Leg& leg,
                     const lpc_turn& turn, CommandWriter& out);
    std::uint64_t tag_of(const Account& account) const;
    std::int64_t price_of(std::uint32_t instrument, const Leg& leg) const;

    using MarketKey = std::array<std::uint64_t, 3>;
    std::map<MarketKey, lpc_fact> market_;
    std::map<std::uint32_t, std::int64_t> lowest_;  // mark ever seen: private, of the whole market
    std::map<std::uint64_t, Account> accounts_;
    std::int64_t slice_lots_ = 0, wait_ns_ = 0;
    std::uint64_t turns_ = 0, last_tag_ = 0, lives_ = 0;
    bool was_active_ = false;
};

}  // namespace lpc::model
