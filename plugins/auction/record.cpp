#include "record.hpp"

#include <lpc/closeout.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace lpc::auction {
namespace {

constexpr std::int64_t kEnd = LPC_TIME_MAX_NS - 1;
constexpr std::int64_t kCountMax = 1'000'000'000;

void write(const LegDecisions& d, RecordWriter& out) {
    out.u8(static_cast<std::uint8_t>(d.next));
    out.u8(d.leave);
    out.boolean(d.refused);
    out.u64(d.cleared_lot);
    out.u64(d.accepted_lot);
    out.u64(d.ended_lot);
    for (const std::int64_t value :
         {d.asked_price, d.resets, d.refusals, d.wait_until_ns, d.timer_ns})
        out.i64(value);
}

LegDecisions read(RecordReader& in) {
    LegDecisions d;
    const std::uint8_t next = in.u8();
    in.check(next <= static_cast<std::uint8_t>(Next::kDescending));
    d.next = static_cast<Next>(next);
    d.leave = in.u8();
    in.check(d.leave <= LPC_ESCALATE_BANKRUPT);
    d.refused = in.boolean();
    d.cleared_lot = in.u64();
    d.accepted_lot = in.u64();
    d.ended_lot = in.u64();
    d.asked_price = in.i64_within(0, LPC_PRICE_MAX);
    d.resets = in.i64_within(0, kCountMax);
    d.refusals = in.i64_within(0, kCountMax);
    d.wait_until_ns = in.i64_within(0, kEnd);
    d.timer_ns = in.i64_within(0, kEnd);
    return d;
}

}  // namespace

void save(const Account& account, RecordWriter& out) {
    out.version(1);
    out.u64(account.next_tag);
    out.i64(account.ask_after_ns);
    out.boolean(account.awake);
    out.u32(static_cast<std::uint32_t>(
        std::count_if(account.legs.begin(), account.legs.end(),
                      [](const Leg& leg) { return !leg.decisions.idle(); })));
    for (const Leg& leg : account.legs) {
        if (leg.decisions.idle()) continue;
        out.u32(leg.instrument);
        write(leg.decisions, out);
    }
}

bool load(Account& account, RecordReader& in) {
    Account read_account;
    std::vector<std::pair<std::uint32_t, LegDecisions>> read_legs;
    if (!in.empty()) {
        (void)in.version(1);
        read_account.next_tag = in.u64();
        in.check(read_account.next_tag >= 1 && read_account.next_tag < std::uint64_t{1} << 62);
        read_account.ask_after_ns = in.i64_within(0, kEnd);
        read_account.awake = in.boolean();
        const std::uint32_t count = in.count(kLegBytes);
        for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
            const std::uint32_t instrument = in.u32();
            in.check(instrument > (read_legs.empty() ? 0 : read_legs.back().first));
            read_legs.emplace_back(instrument, read(in));
            in.check(!read_legs.back().second.idle());
        }
    }
    if (!in.finished()) return false;
    account.next_tag = read_account.next_tag;
    account.ask_after_ns = read_account.ask_after_ns;
    account.awake = in.empty() ? account.awake : read_account.awake;
    for (Leg& leg : account.legs) leg.decisions = {};
    for (const auto& [instrument, decisions] : read_legs)
        account.leg(instrument).decisions = decisions;
    return true;
}

}  // namespace lpc::auction
