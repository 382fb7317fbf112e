// A case is one account's liquidation from the first accepted CLOSEOUT to the DETACH after the
// last. It says where in the procedure the account is; what it is (positions, margin, close-outs)
// is in the facts. Only a case that is awake is looked at in a turn, so a turn costs what has
// changed, not what is in flight. Engine thread only.
#pragma once

#include <cstdint>
#include <lpc/sdk/rounding.hpp>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lpc::runtime {

// One instrument of a case.
struct Leg {
    std::uint32_t instrument = 0;
    std::int64_t working_lots = 0;  // signed sum of what the working orders may still fill
    std::int64_t budget_lots = 0;   // unsigned; what may still be ordered in this turn
    // Fund money [settlement asset]: used beyond the bankruptcy price, and with what is granted and
    // unspent.
    std::int64_t spent_grant = 0;
    std::int64_t reserved_grant = 0;

    template <class Archive>
    void archive(Archive& a) {
        a(instrument, working_lots, budget_lots, spent_grant, reserved_grant);
    }
};

enum class Phase : std::uint8_t {
    accepted,  // resting orders are being cancelled
    running,   // with a liquidator
    ending     // no new orders; waiting for what works and for settlement
};

struct Case {
    std::uint64_t account = 0;
    Phase phase = Phase::accepted;
    std::uint32_t stage = 0;  // liquidator stage, from 1; 0: none yet
    std::uint8_t route = 0;   // of the stage, fixed when it entered
    bool attached = false;    // somebody acts there and has been told of it
    // Into the stage; what it rests there is added, so that the stage's time is time to act.
    std::int64_t entered_ns = 0;
    std::int64_t rests_since_ns = -1;  // for unfit prices or a pause of trading; -1: it does not
    // Of the first close-out: when it was accepted, and in what.
    std::int64_t opened_ns = 0;
    std::uint32_t opened_instrument = 0;
    std::int64_t refusals = 0;  // in the stage
    std::int64_t rate_start_ns = 0;
    std::int64_t rate_count = 0;
    std::uint8_t escalate = 0;  // LPC_ESCALATE_* asked for in this turn
    bool resting_cancelled = false;
    std::uint32_t deficit_asset = 0;  // what the fund was last asked to cover; 0: nothing yet
    std::int64_t deficit_amount = 0;
    std::vector<Leg> legs;  // by instrument, rising
    // Bookkeeping of Cases.
    std::uint64_t number = 0;  // in the order of opening, never given twice
    bool awake = false, recount = false;

    Leg* leg(std::uint32_t instrument);
    const Leg* leg(std::uint32_t instrument) const;
    Leg& open_leg(std::uint32_t instrument);

    template <class Archive>
    void archive(Archive& a) {
        a(account, phase, opened_ns, opened_instrument, stage, route, attached, entered_ns,
          rests_since_ns, refusals, rate_start_ns, rate_count);
        a(escalate, resting_cancelled, deficit_asset, deficit_amount, legs);
    }
};

class Cases {
  public:
    Case* find(std::uint64_t account);
    const Case* find(std::uint64_t account) const;
    Case* numbered(std::uint64_t number);
    Case& open(std::uint64_t account);  // it is awake
    void close(std::uint64_t account);

    // Something that the procedure or the participation depends on has changed: a fact of the
    // account, an order, a refusal, its phase or stage. Once too often changes nothing.
    void wake(Case& changed);
    void wake_all();
    // The passing of time may change what becomes of it.
    void wake_at(const Case& waiting, std::int64_t at_ns) {
        clock_.insert({at_ns, waiting.number});
    }
    // The fund reserves so much for this leg, instead of what it did.
    void reserve_grant(Leg& leg, std::int64_t amount);
    // For all legs together.
    Int128 reserved_grants() const { return reserved_grants_; }

    // Numbers of the cases that are awake or due by now, rising; they sleep from now on.
    std::vector<std::uint64_t> take_awake(std::int64_t now_ns);
    // Accounts whose share of the market must be counted anew, each once; the case may be closed.
    std::vector<std::uint64_t> take_recounts();

    // Accounts in liquidation, in the order in which their cases were opened.
    std::vector<std::uint64_t> accounts() const;
    // The case that was opened next after number `after`, and its number; nullptr: none.
    const Case* next(std::uint64_t& after) const;
    std::size_t size() const { return by_account_.size(); }

    template <class Archive>
    void archive(Archive& a) {
        a(next_, cases_);
        if constexpr (Archive::loads) {
            by_account_.clear();
            reserved_grants_ = 0;
            for (auto& [number, held] : cases_) {
                by_account_[held.account] = held.number = number;
                for (const Leg& leg : held.legs) reserved_grants_ += leg.reserved_grant;
                wake(held);
            }
        }
    }

  private:
    std::uint64_t next_ = 1;
    std::map<std::uint64_t, Case> cases_;  // by number
    std::unordered_map<std::uint64_t, std::uint64_t> by_account_;
    Int128 reserved_grants_ = 0;
    std::vector<std::uint64_t> awake_;                        // numbers
    std::vector<std::uint64_t> recounts_;                     // accounts
    std::set<std::pair<std::int64_t, std::uint64_t>> clock_;  // (time, number)
};

}  // namespace lpc::runtime
