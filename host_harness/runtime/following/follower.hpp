// The engine's side of an instance that follows: which accounts it has, what it is to be told, how
// far its warming is. Engine thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "../instance.hpp"
#include "delivery.hpp"
#include "purpose.hpp"
#include "stream.hpp"

namespace lpc::runtime {

class Follower {
  public:
    Follower(const Instance& instance, Purpose why, Placement where, bool with_state,
             std::unique_ptr<Delivery> delivery)
        : purpose(why), placement(where), transfers(with_state), delivery_(std::move(delivery)) {
        is_now(instance);
    }

    std::uint32_t id() const { return id_; }
    const PluginIdentity& identity() const { return identity_; }
    const Delivery& delivery() const { return *delivery_; }

    // A fact that concerns everybody, or an account that it has.
    void tell(const lpc_fact& fact) {
        // Why some always: they settle whose a tag, a timer or a refusal is.
        const bool always = fact.kind == LPC_FACT_ORDER || fact.kind == LPC_FACT_REFUSED ||
                            fact.kind == LPC_FACT_DETACH;
        if (always || (interest_ >> fact.kind & 1u) != 0) stream.fact(fact);
    }
    void feed() {
        if (!stream.empty()) delivery_->give(stream);
    }
    Status settle() { return delivery_->settle(); }
    std::optional<Lost> fetch() { return delivery_->fetch(); }

    // Once it is warm it has all, and those that come to its route since.
    bool has(std::size_t account_index) const { return warm || has_moved(account_index); }
    // `open`: while the active's answer to what it was asked last is not taken yet.
    void moved(std::size_t account_index, bool open) {
        if (account_index >= moved_.size()) moved_.resize(account_index + 1);
        moved_[account_index] = true;
        if (open && left_since_.count(account_index) == 0) came_since_.insert(account_index);
        ++accounts_moved;
    }
    void left(std::size_t account_index, bool open) {
        if (open && has(account_index) && came_since_.count(account_index) == 0)
            left_since_.insert(account_index);
        if (account_index < moved_.size()) moved_[account_index] = false;
    }
    // It is asked as the active is.
    void ask(const lpc_turn& turn) {
        stream.turn(turn);
        asked_ = true;
        warm_when_asked_ = warm;
        came_since_.clear();
        left_since_.clear();
    }
    bool asked() const { return asked_; }
    // Did it have the account when it was asked?
    bool had(std::size_t account_index) const {
        return asked_ && (left_since_.count(account_index) != 0 ||
                          ((warm_when_asked_ || has_moved(account_index)) &&
                           came_since_.count(account_index) == 0));
    }

    // Warm, fed and settled: it acts from now on, and the old actor stands by in its place until
    // `until_ns`.
    Exchanged trade_places(Actor old, std::int64_t until, Premises& premises,
                           const TurnLimits& limits) {
        is_now(*old.instance);
        purpose = Purpose::standby;
        predecessor = true;
        transfers = true;  // what it said is its own
        asked_ = false;
        came_since_.clear();
        left_since_.clear();
        until_ns = until;
        const bool from_elsewhere = old.instance->placement() == Placement::sidecar;
        if (!from_elsewhere && placement != Placement::sidecar)
            return delivery_->exchange(std::move(old));
        Exchanged next = delivery_->release();
        // Who runs in a process of its own stays there.
        placement = from_elsewhere ? Placement::sidecar : Placement::engine;
        premises.retire(std::shared_ptr<const void>(std::exchange(
            delivery_, premises.place(placement, Following(std::move(old), limits)))));
        return next;
    }

  private:
    bool has_moved(std::size_t account_index) const {
        return account_index < moved_.size() && moved_[account_index];
    }
    void is_now(const Instance& instance) {
        id_ = instance.id();
        identity_ = instance.identity();
        interest_ = instance.interest();
    }

    std::uint32_t id_ = 0;
    PluginIdentity identity_;
    std::uint32_t interest_ = 0;
    std::vector<bool> moved_;  // by index of the account
    // Of what the active was asked last, and of accounts while that is open.
    bool asked_ = false, warm_when_asked_ = false;
    std::unordered_set<std::size_t> came_since_, left_since_;

  public:
    Purpose purpose;
    Placement placement;
    bool transfers;             // private state, tags and timers, not facts alone
    std::uint32_t format = 0;   // of the state, as an index of what it loads
    std::uint64_t cursor = 0;   // of the warming: accounts (risk) or cases (liquidators) before it
    bool warm = false;          // it has everything
    std::int64_t until_ns = 0;  // end of a predecessor's probation; 0: for good
    bool predecessor = false;
    std::uint64_t accounts_moved = 0;
    Stream stream;

  private:
    std::unique_ptr<Delivery> delivery_;
};

}  // namespace lpc::runtime
