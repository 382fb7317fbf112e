// How fast the journal takes events in and gives them back, beside the bare writing of the same
// bytes in the same groups.
#include <algorithm>
#include <app/bench/bench.hpp>
#include <app/bench/must.hpp>
#include <app/bench/samples.hpp>
#include <array>
#include <chrono>
#include <foundation/temporary_folder.hpp>
#include <journal/reader.hpp>
#include <journal/writer.hpp>
#include <stdexcept>
#include <vector>

namespace lpc::app {
namespace {

using Clock = std::chrono::steady_clock;
using Payload = std::array<std::byte, 64>;  // a fact or a command; 88 bytes in the journal

constexpr std::uint64_t kEvents = 1'000'000;
constexpr std::uint64_t kSyncedEvents = 100'000;
constexpr std::uint64_t kGroup = 1000;
constexpr std::size_t kRecordBytes = 88;
constexpr std::size_t kGroupHeaderBytes = 40;
constexpr std::uint32_t kRepeats = 7;

double ns_since(Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

struct Timing {
    double append_ns = 0;  // an event, without commits
    double event_ns = 0;   // an event, with its share of the commits
};

Timing time_writing(const std::string& path, journal::Durability durability, std::uint64_t events) {
    auto writer = must(
        journal::Writer::create(must(journal::io::open_folder(path)), {.durability = durability}));
    Payload payload = {};
    double appending_ns = 0;
    const auto start = Clock::now();
    for (std::uint64_t done = 0; done < events; done += kGroup) {
        const auto group_start = Clock::now();
        for (std::uint64_t i = 0; i < kGroup; ++i) {
            payload[i % payload.size()] ^= static_cast<std::byte>(i);
            if (!writer.append(1, payload)) throw std::runtime_error("append refused");
        }
        appending_ns += ns_since(group_start);
        must(writer.commit());
    }
    const double all_ns = ns_since(start);
    must(writer.close());
    const auto count = static_cast<double>(events);
    return {appending_ns / count, all_ns / count};
}

// The baseline: bytes of the same size, copied into a buffer and written group by group, without
// framing or checksums.
double time_bare_writing(const std::string& path, std::uint64_t events) {
    const auto folder = must(journal::io::open_folder(path));
    std::unique_ptr<journal::io::File> file;
    if (folder->open("bare", journal::io::Mode::create, file) != 0) {
        throw std::runtime_error(path + ": not opened");
    }
    std::vector<std::byte> buffer(kGroup * kRecordBytes + kGroupHeaderBytes);
    std::array<std::byte, kRecordBytes> record = {};
    std::uint64_t offset = 0;
    const auto start = Clock::now();
    for (std::uint64_t done = 0; done < events; done += kGroup) {
        for (std::uint64_t i = 0; i < kGroup; ++i) {
            record[i % record.size()] ^= static_cast<std::byte>(i);
            std::copy(record.begin(), record.end(),
                      buffer.begin() + static_cast<std::ptrdiff_t>(i * kRecordBytes));
        }
        if (file->write_at(offset, buffer) != static_cast<std::int64_t>(buffer.size())) {
            throw std::runtime_error(path + ": not written");
        }
        offset += buffer.size();
    }
    return ns_since(start) / static_cast<double>(events);
}

double time_replay(const std::string& path, std::uint64_t events) {
    const auto folder = must(journal::io::open_folder(path));
    const auto start = Clock::now();
    auto reader = must(journal::Reader::open(folder));
    journal::Record record;
    std::uint64_t count = 0;
    while (reader.next(record)) ++count;
    must(reader.status());
    if (count != events) throw std::runtime_error("events lost on replay");
    return ns_since(start) / static_cast<double>(events);
}

}  // namespace

Json bench_journal(const BenchOptions& options) {
    const std::uint32_t repeats = options.repeats != 0 ? options.repeats : kRepeats;
    std::vector<double> append, grouped, synced, bare, replay;
    for (std::uint32_t i = 0; i < repeats; ++i) {
        const TemporaryFolder written = must(TemporaryFolder::make()),
                              synced_folder = must(TemporaryFolder::make()),
                              bare_folder = must(TemporaryFolder::make());
        bare.push_back(time_bare_writing(bare_folder.path().string(), kEvents));
        const Timing timing =
            time_writing(written.path().string(), journal::Durability::write, kEvents);
        append.push_back(timing.append_ns);
        grouped.push_back(timing.event_ns);
        replay.push_back(time_replay(written.path().string(), kEvents));
        synced.push_back(time_writing(synced_folder.path().string(), journal::Durability::fdatasync,
                                      kSyncedEvents)
                             .event_ns);
    }
    constexpr double kSecond = 1e9;
    Json json;
    json["params"] = {{"events", kEvents},
                      {"events_fdatasync", kSyncedEvents},
                      {"group", kGroup},
                      {"payload_bytes", sizeof(Payload)},
                      {"record_bytes", kRecordBytes},
                      {"repeats", repeats}};
    json["results"] = {{"append_ns", median(append)},
                       {"group_events_per_s", kSecond / median(grouped)},
                       {"replay_events_per_s", kSecond / median(replay)},
                       {"group_fdatasync_events_per_s", kSecond / median(synced)},
                       {"bare_write_events_per_s", kSecond / median(bare)},
                       {"group_ns_to_bare_write_ns", median(grouped) / median(bare)}};
    return json;
}

}  // namespace lpc::app
