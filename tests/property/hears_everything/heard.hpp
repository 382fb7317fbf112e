// What an account, or the market, has been told: the facts that are so now, and one number into
// which every word of every fact of every kind has gone, in the order in which they came. A fact
// told again goes into it once; tags of orders do not, since they are an instance's own. For the
// two test plugins beside this file; single-threaded, deterministic.
#pragma once

#include <lpc/sdk/fact.hpp>
#include <lpc/sdk/record.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <tuple>

namespace lpc::everything {

// A bijection of 64 bits (Stafford's mix 13).
inline std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

inline bool works(const lpc_fact& order) {
    return order.code >= LPC_ORDER_PENDING && order.code <= LPC_ORDER_UNKNOWN;
}

// Of one position: the newest ORDER, which is not told again once it is over, and what was refused.
struct Leg {
    std::uint64_t ordered = 0, refused = 0, cancel_refused = 0;  // seq
};

class Heard {
  public:
    // Everything but PARAM and DETACH.
    void tell(const lpc_fact& fact) {
        if (fact.kind == LPC_FACT_RESYNC) return resync(fact.code);
        if (fact.kind == LPC_FACT_REFUSED && fact.reason == LPC_REASON_FOLLOWING) return;
        if (!happens_once(fact.kind)) {
            const Key key = key_of(fact);
            doubtful_.erase(key);
            const auto [it, is_new] = now_.try_emplace(key, fact);
            if (!is_new && fact.seq <= it->second.seq) return;
            it->second = fact;
        }
        fold(fact);
        note(fact);
    }

    // nullptr: never told, or gone.
    const lpc_fact* find(std::uint16_t kind, std::uint32_t instrument,
                         std::uint64_t part = 0) const {
        const auto it = now_.find({kind, instrument, part});
        return it == now_.end() ? nullptr : &it->second;
    }
    template <class Visit>
    void for_each(std::uint16_t kind, Visit&& visit) const {
        const auto end = now_.upper_bound({kind, UINT32_MAX, UINT64_MAX});
        for (auto it = now_.lower_bound({kind, 0, 0}); it != end; ++it) visit(it->second);
    }
    Leg leg(std::uint32_t instrument) const {
        const auto it = legs_.find(instrument);
        return it == legs_.end() ? Leg{} : it->second;
    }
    std::uint64_t digest() const { return digest_; }
    // The newest fact that is no answer to a risk plugin's own command.
    std::uint64_t outside_seq() const { return outside_seq_; }
    std::uint64_t woken_seq() const { return woken_seq_; }  // the newest TIMER

    std::int64_t timer_ns = 0;  // asked for; 0: none

    static constexpr std::uint32_t kSavedMax = 4 * 8 + 4 + LPC_POSITIONS_MAX * (4 + 3 * 8);
    void save(RecordWriter& out) const {
        out.u64(digest_);
        out.u64(outside_seq_);
        out.u64(woken_seq_);
        out.i64(timer_ns);
        out.u32(static_cast<std::uint32_t>(legs_.size()));
        for (const auto& [instrument, leg] : legs_) {
            out.u32(instrument);
            out.u64(leg.ordered);
            out.u64(leg.refused);
            out.u64(leg.cancel_refused);
        }
    }
    // False: nothing has changed. The facts that are so now are the host's to tell.
    bool load(RecordReader& in) {
        Heard next;
        next.digest_ = in.u64();
        next.outside_seq_ = in.u64();
        next.woken_seq_ = in.u64();
        next.timer_ns = in.i64_within(0, LPC_TIME_MAX_NS);
        const std::uint32_t count = in.count(4 + 3 * 8);
        in.check(count <= LPC_POSITIONS_MAX);
        for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
            Leg& leg = next.legs_[in.u32()];
            leg.ordered = in.u64();
            leg.refused = in.u64();
            leg.cancel_refused = in.u64();
        }
        if (!in.finished()) return false;
        next.now_.swap(now_);
        next.doubtful_.swap(doubtful_);
        *this = std::move(next);
        return true;
    }

  private:
    using Key = std::tuple<std::uint16_t, std::uint32_t, std::uint64_t>;  // kind, instrument, part
    static Key key_of(const lpc_fact& fact) { return {fact.kind, fact.instrument, part_of(fact)}; }

    // What is not told between begin and end is gone; an order that is over stays over.
    void resync(std::uint8_t code) {
        if (code == LPC_RESYNC_BEGIN) {
            for (const auto& [key, fact] : now_) {
                if (fact.kind != LPC_FACT_ORDER || works(fact)) doubtful_.insert(key);
            }
            return;
        }
        for (const Key& key : doubtful_) now_.erase(key);
        doubtful_.clear();
    }
    void fold(lpc_fact fact) {
        if (fact.kind == LPC_FACT_ORDER) fact.u.order.tag = 0;
        if (fact.kind == LPC_FACT_FILL) fact.u.fill.tag = 0;
        std::array<std::uint64_t, sizeof(lpc_fact) / 8> words;
        std::memcpy(words.data(), &fact, sizeof fact);
        for (const std::uint64_t word : words) digest_ = mixed(digest_ ^ word) + 1;
    }
    void note(const lpc_fact& fact) {
        switch (fact.kind) {
            case LPC_FACT_TIMER:
                woken_seq_ = std::max(woken_seq_, fact.seq);
                timer_ns = 0;
                return;
            case LPC_FACT_REFUSED:
                return note_refused(fact);
            case LPC_FACT_MARGIN:
            case LPC_FACT_LEVELS:
            case LPC_FACT_CLOSEOUT:
                return;
            case LPC_FACT_ORDER: {
                std::uint64_t& ordered = legs_[fact.instrument].ordered;
                ordered = std::max(ordered, fact.seq);
                break;
            }
            default:
                break;
        }
        outside_seq_ = std::max(outside_seq_, fact.seq);
    }
    void note_refused(const lpc_fact& fact) {
        if (fact.u.refused.kind == LPC_CMD_TIMER) timer_ns = 0;
        if (fact.instrument == 0) return;
        Leg& leg = legs_[fact.instrument];
        std::uint64_t& seq =
            fact.u.refused.kind == LPC_CMD_CANCEL ? leg.cancel_refused : leg.refused;
        seq = std::max(seq, fact.seq);
    }

    std::map<Key, lpc_fact> now_;
    std::set<Key> doubtful_;  // within a RESYNC: not told yet
    std::uint64_t digest_ = 0, outside_seq_ = 0, woken_seq_ = 0;
    std::map<std::uint32_t, Leg> legs_;
};

}  // namespace lpc::everything
