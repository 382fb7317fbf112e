// A plugin that has every hook, keeps what each account and the market were told (heard.hpp), and
// saves of it what the host does not tell again. What its commands say depends on all of it: a
// record or a kind of fact that is lost on the way to another instance changes the next command.
// Two roles derive from it: risk.cpp and liquidator.cpp. For the proof of swaps only.
#pragma once

#include <lpc/sdk/export.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>

#include "heard.hpp"

namespace lpc::everything {

enum ParameterId : std::uint64_t { kWait = 1 };
inline constexpr lpc_param kWaitParameter{
    kWait,     "wait_ns",         "shortest time from a look at an account to the next [ns]",
    1'000'000, 1'000'000'000'000, 3'000'000'000};

class HearsEverything : public Plugin {
  public:
    explicit HearsEverything(std::span<const lpc_param> params) {
        for (const lpc_param& p : params) params_[p.id] = p.initial;
    }

    void on_param(const lpc_fact& f) override { params_[f.u.param.id] = f.u.param.value; }
    void on_asset(const lpc_fact& f) override { hear(f); }
    void on_instrument(const lpc_fact& f) override { hear(f); }
    void on_tier(const lpc_fact& f) override { hear(f); }
    void on_price(const lpc_fact& f) override { hear(f); }
    void on_book(const lpc_fact& f) override { hear(f); }
    void on_volume(const lpc_fact& f) override { hear(f); }
    void on_risk(const lpc_fact& f) override { hear(f); }
    void on_account(const lpc_fact& f) override { hear(f); }
    void on_balance(const lpc_fact& f) override { hear(f); }
    void on_position(const lpc_fact& f) override { hear(f); }
    void on_margin(const lpc_fact& f) override { hear(f); }
    void on_levels(const lpc_fact& f) override { hear(f); }
    void on_closeout(const lpc_fact& f) override { hear(f); }
    void on_budget(const lpc_fact& f) override { hear(f); }
    void on_grant(const lpc_fact& f) override { hear(f); }
    void on_order(const lpc_fact& f) override { hear(f); }
    void on_fill(const lpc_fact& f) override { hear_of_known(f); }
    void on_lot(const lpc_fact& f) override { hear(f); }
    void on_lot_terms(const lpc_fact& f) override { hear(f); }
    void on_bid(const lpc_fact& f) override { hear(f); }
    void on_fund(const lpc_fact& f) override { hear(f); }
    void on_timer(const lpc_fact& f) override { hear_of_known(f); }
    void on_refused(const lpc_fact& f) override { hear_of_known(f); }
    void on_detach(const lpc_fact& f) override { accounts_.erase(f.account); }
    void on_resync(const lpc_fact& f) override { hear_of_known(f); }

    void on_turn(const lpc_turn& turn, CommandWriter& out) override {
        for (auto& [id, account] : accounts_) act(id, account, turn, out);
        const lpc_fact* price = nullptr;
        market_.for_each(LPC_FACT_PRICE, [&](const lpc_fact& f) { price = &f; });
        if (price != nullptr) wake_later(0, market_, price->seq, turn, out);
    }

    void save(std::uint64_t account, RecordWriter& out) const override {
        if (const Heard* heard = find(account)) heard->save(out);
    }
    bool load(std::uint64_t account, std::uint32_t, RecordReader& in) override {
        if (in.empty()) return true;
        if (account == 0) return market_.load(in);
        Heard* known = find(account);
        if (known != nullptr) return known->load(in);
        Heard heard;
        if (!heard.load(in)) return false;
        accounts_.emplace(account, std::move(heard));
        return true;
    }

  protected:
    virtual void act(std::uint64_t id, Heard& account, const lpc_turn& turn,
                     CommandWriter& out) = 0;

    // A number that depends on everything told of the account and of the market.
    std::uint64_t sum_of(std::uint64_t id, const Heard& account) const {
        return mixed(mixed(account.digest() ^ id) + market_.digest());
    }
    // One timer at a time; when it is due depends on everything, too.
    void wake_later(std::uint64_t id, Heard& whom, std::uint64_t cause, const lpc_turn& turn,
                    CommandWriter& out) const {
        if (whom.timer_ns != 0) return;
        const std::uint64_t sum = sum_of(id, whom);
        const std::int64_t wait = params_.at(kWait);
        const auto more = static_cast<std::int64_t>(sum % static_cast<std::uint64_t>(wait));
        whom.timer_ns = std::min(LPC_TIME_MAX_NS, turn.now_ns + wait + more);
        out.timer({.account = id, .tag = sum, .cause_seq = cause, .at_ns = whom.timer_ns});
    }
    const Heard& market() const { return market_; }
    std::int64_t param(std::uint64_t id) const { return params_.at(id); }

  private:
    Heard* find(std::uint64_t account) {
        if (account == 0) return &market_;
        const auto it = accounts_.find(account);
        return it == accounts_.end() ? nullptr : &it->second;
    }
    const Heard* find(std::uint64_t account) const {
        return const_cast<HearsEverything*>(this)->find(account);
    }
    void hear(const lpc_fact& f) { (f.account == 0 ? market_ : accounts_[f.account]).tell(f); }
    // What may still come for an account that has left.
    void hear_of_known(const lpc_fact& f) {
        if (Heard* heard = find(f.account)) heard->tell(f);
    }

    std::map<std::uint64_t, std::int64_t> params_;
    Heard market_;
    std::map<std::uint64_t, Heard> accounts_;  // ordered: commands come in the same order
};

}  // namespace lpc::everything
