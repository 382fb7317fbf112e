// Whoever watches a run: what the runtime does and what the exchange does, in order. Crowd hands
// both on to several watchers.
#pragma once

#include <vector>

#include <runtime/observer.hpp>

#include "exchange.hpp"

namespace lpc::scenario {

class Watcher : public runtime::Observer, public ExchangeObserver {
  public:
    void on_fact(const lpc_fact&) override {}
    void on_verdict(const runtime::Verdict&) override {}
    void on_move(const runtime::Move&) override {}
    void on_failure(std::uint32_t, const std::string&) override {}
    void on_transition(const runtime::Transition&, const std::string&) override {}
    void on_turn_begin(std::uint32_t) override {}
    void on_turn_end(std::uint32_t) override {}
    void on_liquidation_fill(std::uint64_t, std::uint64_t, std::uint32_t, std::int64_t,
                             std::int64_t, std::int64_t) override {}
    void on_take_over(const runtime::TakeoverRequest&) override {}
    void on_award(const runtime::AwardRequest&) override {}
    void on_call(const runtime::LotNotice&, std::int64_t) override {}
    void on_deleverage(const runtime::DeleverageRequest&) override {}
    void on_final_settlement(std::uint64_t, std::uint32_t, std::int64_t, std::int64_t) override {}
    void on_cover(std::uint64_t, const settlement::Poured&) override {}
};

class Crowd final : public Watcher {
  public:
    // The observer first of all others: a journal.
    void add(runtime::Observer* observer) { observers_.push_back(observer); }
    void add(Watcher* watcher) {
        observers_.push_back(watcher);
        exchange_observers_.push_back(watcher);
    }
    void on_fact(const lpc_fact& fact) override {
        for (auto* o : observers_) o->on_fact(fact);
    }
    void on_verdict(const runtime::Verdict& verdict) override {
        for (auto* o : observers_) o->on_verdict(verdict);
    }
    void on_move(const runtime::Move& move) override {
        for (auto* o : observers_) o->on_move(move);
    }
    void on_failure(std::uint32_t stage, const std::string& sentence) override {
        for (auto* o : observers_) o->on_failure(stage, sentence);
    }
    void on_transition(const runtime::Transition& transition, const std::string& why) override {
        for (auto* o : observers_) o->on_transition(transition, why);
    }
    void on_turn_begin(std::uint32_t stage) override {
        for (auto* o : observers_) o->on_turn_begin(stage);
    }
    void on_turn_end(std::uint32_t stage) override {
        for (auto* o : observers_) o->on_turn_end(stage);
    }
    void on_feed_begin(std::uint32_t stage) override {
        for (auto* o : observers_) o->on_feed_begin(stage);
    }
    void on_feed_end(std::uint32_t stage) override {
        for (auto* o : observers_) o->on_feed_end(stage);
    }
    void on_liquidation_fill(std::uint64_t order, std::uint64_t account, std::uint32_t instrument,
                             std::int64_t lots, std::int64_t price, std::int64_t fee) override {
        for (auto* o : exchange_observers_)
            o->on_liquidation_fill(order, account, instrument, lots, price, fee);
    }
    void on_take_over(const runtime::TakeoverRequest& request) override {
        for (auto* o : exchange_observers_) o->on_take_over(request);
    }
    void on_award(const runtime::AwardRequest& request) override {
        for (auto* o : exchange_observers_) o->on_award(request);
    }
    void on_call(const runtime::LotNotice& notice, std::int64_t now_ns) override {
        for (auto* o : exchange_observers_) o->on_call(notice, now_ns);
    }
    void on_deleverage(const runtime::DeleverageRequest& done) override {
        for (auto* o : exchange_observers_) o->on_deleverage(done);
    }
    void on_final_settlement(std::uint64_t account, std::uint32_t instrument, std::int64_t lots,
                             std::int64_t price) override {
        for (auto* o : exchange_observers_)
            o->on_final_settlement(account, instrument, lots, price);
    }
    void on_cover(std::uint64_t account, const settlement::Poured& poured) override {
        for (auto* o : exchange_observers_) o->on_cover(account, poured);
    }

  private:
    std::vector<runtime::Observer*> observers_;
    std::vector<ExchangeObserver*> exchange_observers_;
};

}  // namespace lpc::scenario
