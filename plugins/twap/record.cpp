#include "record.hpp"

#include <lpc/closeout.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace lpc::twap {
namespace {

// Of a span of time.
constexpr std::int64_t kTime = kStartMax;
constexpr std::int64_t kPause = 3'600'000'000'000;
constexpr std::int64_t kLots = LPC_LOTS_MAX;
constexpr std::int64_t kCountMax = 100'000'000;  // slices: a day of milliseconds and more

void write(const JobDecisions& d, RecordWriter& out) {
    for (const bool flag : {d.laid, d.behind_at_slice, d.order_works}) out.boolean(flag);
    out.u64(d.order_id);
    out.u64(d.order_tag);
    for (const std::int64_t value :
         {d.plan.start_ns, d.plan.interval_ns, d.plan.end_ns, d.plan.count, d.plan.lots,
          d.base_lots, d.end_lots, d.filled, d.next_slice_ns, d.ask_after_ns, d.timer_ns,
          d.empty_slices, d.order_done, d.plan.shape.decay, d.plan.shape.first_share_ppb,
          d.plan.shape.pause_ns, d.plan.shape.fraction_ppb, d.rests_since_ns}) {
        out.i64(value);
    }
    out.u8(d.verdict);
}

JobDecisions read(RecordReader& in, std::uint8_t version) {
    JobDecisions d;
    d.laid = in.boolean();
    d.behind_at_slice = in.boolean();
    d.order_works = in.boolean();
    d.order_id = in.u64();
    d.order_tag = in.u64();
    d.plan.start_ns = in.i64_within(0, kStartMax);
    d.plan.interval_ns = in.i64_within(1, kTime);
    d.plan.end_ns = in.i64_within(0, kEndMax);
    d.plan.count = in.i64_within(1, kCountMax);
    d.plan.lots = in.i64_within(0, 2 * kLots);
    d.base_lots = in.i64_within(-kLots, kLots);
    d.end_lots = in.i64_within(-kLots, kLots);
    d.filled = in.i64_within(0, 2 * kLots);
    d.next_slice_ns = in.i64_within(0, kEndMax);
    d.ask_after_ns = in.i64_within(0, kEndMax);
    d.timer_ns = in.i64_within(0, kEndMax);
    d.empty_slices = in.i64_within(0, kCountMax);
    d.order_done = in.i64_within(0, kLots);
    if (version >= 2) {
        d.plan.shape.decay = in.i64_within(0, kOne);
        d.plan.shape.first_share_ppb = in.i64_within(0, LPC_RATE_ONE_PPB);
        d.plan.shape.pause_ns = in.i64_within(0, kPause);
        d.plan.shape.fraction_ppb = in.i64_within(0, LPC_RATE_ONE_PPB);
        d.rests_since_ns = in.i64_within(-1, kEndMax);
        d.verdict = in.u8();
        in.check(d.verdict == 0 || d.verdict == LPC_ESCALATE_TOXIC ||
                 d.verdict == LPC_ESCALATE_BANKRUPT);
    }
    // Invariant: the time of every slice fits, and so does the number of slices below two shares.
    in.check(d.plan.interval_ns <= kTime / std::max<std::int64_t>(1, d.plan.count));
    return d;
}

}  // namespace

void save(const Account& account, RecordWriter& out) {
    std::uint32_t count = 0;
    for (const Job& job : account.jobs) {
        if (!job.decisions.idle()) ++count;
    }
    if (count == 0 && account.next_tag == 1) return;
    out.version(kVersion);
    out.u64(account.next_tag);
    out.u32(count);
    for (const Job& job : account.jobs) {
        if (job.decisions.idle()) continue;
        out.u32(job.instrument);
        write(job.decisions, out);
    }
}

bool load(Account& account, std::uint8_t version, RecordReader& in) {
    std::uint64_t next_tag = 1;
    std::vector<std::pair<std::uint32_t, JobDecisions>> read_jobs;
    if (!in.empty()) {
        in.check(in.version(kVersion) == version);
        next_tag = in.u64();
        in.check(next_tag >= 1 && next_tag < std::uint64_t{1} << 62);
        const std::uint32_t count = in.count(version == 1 ? kJobBytes_1 : kJobBytes);
        for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
            const std::uint32_t instrument = in.u32();
            in.check(instrument > (read_jobs.empty() ? 0 : read_jobs.back().first));
            read_jobs.emplace_back(instrument, read(in, version));
            in.check(read_jobs.back().second.order_tag < next_tag);
        }
    }
    if (!in.finished()) return false;
    account.next_tag = next_tag;
    for (Job& job : account.jobs) job.decisions = {};
    for (const auto& [instrument, decisions] : read_jobs)
        account.job(instrument).decisions = decisions;
    return true;
}

void save(const Tapes& tapes, RecordWriter& out) {
    if (tapes.empty()) return;
    out.version(kVersion);
    out.u32(static_cast<std::uint32_t>(tapes.size()));
    for (const auto& [instrument, tape] : tapes) {
        out.u32(instrument);
        for (const std::int64_t value : {tape.older.at_ns, tape.older.lots, tape.newer.at_ns,
                                         tape.newer.lots, tape.last_lots}) {
            out.i64(value);
        }
    }
}

bool load(Tapes& tapes, std::uint8_t version, RecordReader& in) {
    Tapes read;
    if (!in.empty()) {
        in.check(version == kVersion && in.version(kVersion) == version);
        const std::uint32_t count = in.count(kTapeBytes);
        in.check(count <= kTapesMax);
        for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
            const std::uint32_t instrument = in.u32();
            in.check(read.empty() || instrument > read.rbegin()->first);
            VolumeTape& tape = read[instrument];
            tape.begun = true;
            for (VolumeTape::Mark* mark : {&tape.older, &tape.newer}) {
                mark->at_ns = in.i64_within(0, kEndMax);
                mark->lots = in.i64_within(0, LPC_MONEY_MAX);
            }
            tape.last_lots = in.i64_within(0, LPC_MONEY_MAX);
            in.check(tape.older.at_ns <= tape.newer.at_ns);
        }
    }
    if (!in.finished()) return false;
    tapes = std::move(read);
    return true;
}

}  // namespace lpc::twap
