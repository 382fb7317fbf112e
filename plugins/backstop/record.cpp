#include "record.hpp"

#include <utility>
#include <vector>

namespace lpc::backstop {
namespace {

constexpr std::int64_t kEnd = LPC_TIME_MAX_NS - 1;

void write(const LegDecisions& d, RecordWriter& out) {
    out.boolean(d.leave);
    out.boolean(d.refused);
    for (const std::int64_t value : {d.empty, d.wait_until_ns, d.timer_ns}) out.i64(value);
}

LegDecisions read(RecordReader& in) {
    LegDecisions d;
    d.leave = in.boolean();
    d.refused = in.boolean();
    d.empty = in.i64_within(0, 1'000'000'000);
    d.wait_until_ns = in.i64_within(0, kEnd);
    d.timer_ns = in.i64_within(0, kEnd);
    return d;
}

}  // namespace

void save(const Account& account, RecordWriter& out) {
    out.version(1);
    out.u64(account.next_tag);
    out.boolean(account.awake);
    out.u32(static_cast<std::uint32_t>(account.legs.size()));
    for (const Leg& leg : account.legs) {
        out.u32(leg.instrument);
        write(leg.decisions, out);
    }
}

bool load(Account& account, RecordReader& in) {
    std::uint64_t next_tag = 1;
    bool awake = account.awake;
    std::vector<std::pair<std::uint32_t, LegDecisions>> legs;
    if (!in.empty()) {
        (void)in.version(1);
        next_tag = in.u64();
        in.check(next_tag >= 1 && next_tag < std::uint64_t{1} << 62);
        awake = in.boolean();
        const std::uint32_t count = in.count(kLegBytes);
        for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
            const std::uint32_t instrument = in.u32();
            in.check(instrument > (legs.empty() ? 0 : legs.back().first));
            legs.emplace_back(instrument, read(in));
        }
    }
    if (!in.finished()) return false;
    account.next_tag = next_tag;
    account.awake = awake;
    for (Leg& leg : account.legs) leg.decisions = {};
    for (const auto& [instrument, decisions] : legs) account.leg(instrument).decisions = decisions;
    return true;
}

}  // namespace lpc::backstop
