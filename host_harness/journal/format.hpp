// The bytes of a journal as FORMAT.md has them, with their checksums. Private to this room. Pure,
// any thread.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace lpc::journal {

static_assert(std::endian::native == std::endian::little,
              "the journal is little-endian and is written as it lies in memory");

inline constexpr std::uint64_t kSegmentMagic = 0x0a4c4e524a43504c;   // "LPCJRNL\n"
inline constexpr std::uint64_t kSnapshotMagic = 0x0a50414e5343504c;  // "LPCSNAP\n"
inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::uint32_t kGroupMagic = 0x5052474c;  // "LGRP"
inline constexpr std::size_t kAlignment = 8;

struct SegmentHeader {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t header_bytes;
    std::uint64_t journal_id;
    std::uint64_t segment;         // 1, 2, ...
    std::uint64_t first_sequence;  // of its first record
    std::uint64_t previous_bytes;  // size of the segment before, 0 for the first
    std::uint64_t fingerprint;     // of every record of the segments before
    std::uint64_t checksum;        // of all the above; seed of this segment's group checksums
};
static_assert(sizeof(SegmentHeader) == 64);

// Before the records of one commit. count 0 is the seal of a journal that was closed.
struct GroupHeader {
    std::uint32_t magic;
    std::uint32_t count;
    std::uint64_t bytes;  // of the records
    std::uint64_t first_sequence;
    std::uint64_t fingerprint;  // of every record up to the end of this group
    std::uint64_t checksum;     // of all the above
};
static_assert(sizeof(GroupHeader) == 40);

struct RecordHeader {
    std::uint64_t checksum;  // of all that follows: rest of the header, payload, padding
    std::uint64_t sequence;
    std::uint32_t length;  // of the payload, without padding
    std::uint16_t type;
    std::uint16_t reserved;  // 0
};
static_assert(sizeof(RecordHeader) == 24);

// Before the state of a snapshot, which fills the rest of its file.
struct SnapshotHeader {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t header_bytes;
    std::uint64_t sequence;     // of the journal's last record that is in it
    std::uint64_t fingerprint;  // of every record up to there
    std::uint64_t bytes;        // of the state
    std::uint64_t checksum;     // of the state, with that of all the above as seed
};
static_assert(sizeof(SnapshotHeader) == 48);

template <class Header>
Header load(const std::byte* from) {
    Header header;
    std::memcpy(&header, from, sizeof header);
    return header;
}

template <class Header>
void store(std::byte* to, const Header& header) {
    std::memcpy(to, &header, sizeof header);
}

inline std::uint64_t checksum_of(const SegmentHeader& header) {
    return XXH3_64bits(&header, offsetof(SegmentHeader, checksum));
}

inline std::uint64_t checksum_of(const GroupHeader& header, std::uint64_t seed) {
    return XXH3_64bits_withSeed(&header, offsetof(GroupHeader, checksum), seed);
}

// Of a whole record of `bytes` bytes, padding included.
inline std::uint64_t record_checksum(const std::byte* record, std::size_t bytes) {
    constexpr std::size_t kFrom = offsetof(RecordHeader, sequence);
    return XXH3_64bits(record + kFrom, bytes - kFrom);
}

constexpr std::size_t padded(std::size_t bytes) {
    return (bytes + kAlignment - 1) & ~(kAlignment - 1);
}

constexpr std::size_t record_bytes(std::size_t payload_bytes) {
    return sizeof(RecordHeader) + padded(payload_bytes);
}

// One more record in the fingerprint of all. Each step is one-to-one, so a single record that
// differs always shows.
constexpr std::uint64_t extend_fingerprint(std::uint64_t fingerprint, std::uint64_t checksum) {
    return (std::rotl(fingerprint, 23) ^ checksum) * 0x9e3779b97f4a7c15;
}

// "000001.lpcj"; of more than six digits from a million on.
inline std::string segment_name(std::uint64_t number) {
    std::string digits = std::to_string(number);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return digits + ".lpcj";
}

// The number in a segment's name, 0 if it is not exactly such a name.
inline std::uint64_t segment_number(const std::string& name) {
    constexpr std::size_t kDigitsMax = 18;
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos || dot == 0 || dot > kDigitsMax) return 0;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < dot; ++i) {
        if (name[i] < '0' || name[i] > '9') return 0;
        number = number * 10 + static_cast<std::uint64_t>(name[i] - '0');
    }
    return segment_name(number) == name ? number : 0;
}

}  // namespace lpc::journal
