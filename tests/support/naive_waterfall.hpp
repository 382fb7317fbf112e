// The loss waterfall told a second time, as naively as can be: each tranche keeps all of its past,
// and every cap is counted anew from it. The reference of settlement/waterfall.hpp. One thread.
#pragma once

#include <lpc/auction.h>

#include <algorithm>
#include <cstdint>
#include <settlement/waterfall.hpp>
#include <vector>

namespace lpc::settlement::naive {

struct Moment {
    std::int64_t time_ns;
    Int128 balance;
    Int128 earned;
    bool stopped;
};

struct Paid {
    std::uint64_t liquidation;
    Int128 amount;
};

struct Pot {
    TrancheTerms terms;
    std::vector<Moment> past;  // after each change
    std::vector<Paid> paid;

    Int128 balance() const { return past.back().balance; }

    // The most within the window: the part of it that runs at `now_ns` and the 32 before. What a
    // moment left behind lasted until the next one.
    template <class Value>
    Int128 most(std::int64_t now_ns, Value value) const {
        const Int128 part = Int128{now_ns} * 32 / terms.caps.window_ns - 32;
        Int128 most = value(past.back());
        for (std::size_t i = 0; i < past.size(); ++i) {
            const bool lasted = i + 1 == past.size() ||
                                Int128{past[i + 1].time_ns} * 32 / terms.caps.window_ns >= part;
            if (lasted) most = std::max(most, value(past[i]));
        }
        return most;
    }

    Int128 window_room(std::int64_t now_ns) const {
        const Caps& caps = terms.caps;
        if (caps.window_ns == 0) return balance();
        const Int128 held = most(now_ns, [](const Moment& m) { return m.balance; });
        const Int128 lost =
            most(now_ns, [](const Moment& m) { return m.earned; }) - past.back().earned;
        if (past.back().stopped && lost > held * caps.resume_ppb / 1'000'000'000) return 0;
        return held * caps.stop_ppb / 1'000'000'000 - lost;
    }

    Int128 grantable(std::int64_t now_ns) const {
        Int128 room = std::min(balance(), window_room(now_ns));
        if (terms.caps.loss_max != Caps::kNone)
            room = std::min(room, terms.caps.loss_max + past.back().earned);
        return std::max<Int128>(room, 0);
    }

    Int128 drawn(std::uint64_t liquidation) const {
        Int128 sum = 0;
        for (const Paid& each : paid) sum += each.liquidation == liquidation ? each.amount : 0;
        return sum;
    }

    Int128 grantable_to(const Ask& ask, std::int64_t now_ns) const {
        const Int128 drew = drawn(ask.liquidation);
        Int128 room = grantable(now_ns);
        room =
            std::min(room, (balance() + drew) * terms.caps.liquidation_ppb / 1'000'000'000 - drew);
        if (terms.caps.maintenance_ppb != Caps::kNone)
            room = std::min(
                room, Int128{ask.maintenance} * terms.caps.maintenance_ppb / 1'000'000'000 - drew);
        return std::max<Int128>(room, 0);
    }

    void change(std::int64_t now_ns, Int128 balance, Int128 earned) {
        const bool stopped_until_now = window_room(now_ns) <= 0;
        Moment before = past.back();
        before.time_ns = now_ns;
        before.stopped = stopped_until_now;
        past.push_back(before);
        past.push_back(
            {now_ns, before.balance + balance, before.earned + earned, stopped_until_now});
        past.back().stopped = window_room(now_ns) <= 0;
    }
};

struct World {
    std::vector<Pot> pots;  // in any order

    void open(const TrancheTerms& terms, std::int64_t balance, std::int64_t now_ns) {
        pots.push_back({terms, {{now_ns, balance, 0, false}}, {}});
        pots.back().past.back().stopped = pots.back().window_room(now_ns) <= 0;
    }

    static bool may_ask(const Pot& pot, const Ask& ask) {
        const TrancheTerms& t = pot.terms;
        return t.asset == ask.asset && (t.kind != LPC_FUND_BACKSTOP || t.id == ask.backstop) &&
               (t.kind != LPC_FUND_INSTRUMENT || t.instrument == ask.instrument);
    }

    // Unit after unit of the loss goes to the first who can still pay: here whole layers at a time,
    // each found anew. What it answers is who paid what; it pays at once.
    Poured pour_and_pay(const Ask& ask, std::int64_t now_ns) {
        Poured poured;
        Int128 left = ask.loss;
        const std::int64_t own[] = {ask.equity, ask.fees, ask.discount};
        for (std::size_t layer = 0; layer < 3; ++layer) {
            const Int128 amount = std::min<Int128>(left, own[layer]);
            poured.paid[layer] = static_cast<std::int64_t>(amount);
            left -= amount;
        }
        for (std::uint8_t kind = LPC_FUND_BACKSTOP; kind <= LPC_FUND_OPERATOR; ++kind) {
            std::vector<Pot*> layer;
            for (Pot& pot : pots) {
                if (pot.terms.kind == kind && may_ask(pot, ask)) layer.push_back(&pot);
            }
            std::sort(layer.begin(), layer.end(),
                      [](const Pot* a, const Pot* b) { return a->terms.id < b->terms.id; });
            for (Pot* pot : layer) {
                const Int128 amount = std::min(left, pot->grantable_to(ask, now_ns));
                if (amount == 0) continue;
                poured.paid[kind + 2u] += static_cast<std::int64_t>(amount);
                pot->paid.push_back({ask.liquidation, amount});
                pot->change(now_ns, -amount, -amount);
                left -= amount;
            }
        }
        poured.uncovered = static_cast<std::int64_t>(left);
        return poured;
    }
};

}  // namespace lpc::settlement::naive
