#include "sidecar_comparison.hpp"

#include <cstring>

namespace lpc::placement {
namespace {

// kinds of the records
enum Piece : std::uint16_t { kCounts = 1, kFirst, kClosedByActive, kClosedByFollower };

constexpr std::size_t kAccountsMax = 1u << 24;

lpc_fact piece(Piece kind, std::uint64_t account = 0) {
    lpc_fact record{};
    record.kind = kind;
    record.account = account;
    return record;
}

void pack_new(const std::set<std::uint64_t>& now, std::set<std::uint64_t>& told, Piece kind,
              std::vector<lpc_fact>& records) {
    if (now.size() == told.size()) return;
    for (const std::uint64_t account : now) {
        if (told.insert(account).second) records.push_back(piece(kind, account));
    }
}

}  // namespace

void pack(const runtime::Comparison& now, runtime::Comparison& told, Head& head,
          std::vector<lpc_fact>& records) {
    head.words[2] = static_cast<std::int64_t>(now.turns);
    head.words[3] = static_cast<std::int64_t>(now.turns_differed);
    head.words[4] = now.first_ns;
    head.words[5] = now.first_is_extra ? 1 : 0;
    lpc_fact counts = piece(kCounts);
    counts.u.word[0] = static_cast<std::int64_t>(now.same);
    counts.u.word[1] = static_cast<std::int64_t>(now.missing);
    counts.u.word[2] = static_cast<std::int64_t>(now.extra);
    records.push_back(counts);
    if (now.first && !told.first) {
        told.first = now.first;
        records.push_back(piece(kFirst));
        std::memcpy(&records.emplace_back(), &*now.first, sizeof(lpc_fact));
    }
    pack_new(now.closed_by_active, told.closed_by_active, kClosedByActive, records);
    pack_new(now.closed_by_follower, told.closed_by_follower, kClosedByFollower, records);
}

bool add_to(runtime::Comparison& told, const Message& message) {
    told.turns = static_cast<std::uint64_t>(message.words[2]);
    told.turns_differed = static_cast<std::uint64_t>(message.words[3]);
    told.first_ns = message.words[4];
    told.first_is_extra = message.words[5] != 0;
    for (std::size_t i = 0; i < message.records.size(); ++i) {
        const lpc_fact& record = message.records[i];
        switch (record.kind) {
            case kCounts:
                told.same = static_cast<std::uint64_t>(record.u.word[0]);
                told.missing = static_cast<std::uint64_t>(record.u.word[1]);
                told.extra = static_cast<std::uint64_t>(record.u.word[2]);
                break;
            case kFirst:
                if (++i == message.records.size()) return false;
                told.first.emplace();
                std::memcpy(&*told.first, &message.records[i], sizeof(lpc_command));
                break;
            case kClosedByActive:
                if (told.closed_by_active.size() >= kAccountsMax) return false;
                told.closed_by_active.insert(record.account);
                break;
            case kClosedByFollower:
                if (told.closed_by_follower.size() >= kAccountsMax) return false;
                told.closed_by_follower.insert(record.account);
                break;
            default:
                return false;
        }
    }
    return true;
}

}  // namespace lpc::placement
