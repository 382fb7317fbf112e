// Hostile bytes as a journal. Whatever they are: the reader comes to an end, hands out only
// contiguous records, and says nothing it would not say again; and a journal that it accepts can be
// continued. Built with LPC_FUZZ for libFuzzer; otherwise a test that runs the same function over a
// corpus of spoiled journals.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <journal/format.hpp>
#include <support/journal_tape.hpp>

using namespace lpc;
using namespace lpc::journal;
using namespace lpc::test;

namespace {

void require(bool law) {
    if (!law) std::abort();
}

struct Reading {
    std::uint64_t records = 0;
    std::uint64_t hash = 0;
    std::string message;
    std::optional<TornTail> torn;
    End end;
};

Reading read(MemoryDisk& disk) {
    Reading reading;
    auto reader = Reader::open(folder_of(disk));
    if (!reader) {
        reading.message = reader.error().message;
        require(!reading.message.empty());
        return reading;
    }
    Record record;
    while (reader->next(record)) {
        require(record.sequence == ++reading.records);
        reading.hash ^= XXH3_64bits_withSeed(record.payload.data(), record.payload.size(),
                                             record.sequence * 65'536 + record.type);
    }
    require(!reader->next(record));
    reading.torn = reader->torn_tail();
    reading.end = reader->end();
    require(reading.end.last_sequence == reading.records);
    if (!reader->status()) reading.message = reader->status().error().message;
    require(reading.message.empty() || !reading.torn);
    return reading;
}

void continue_journal(MemoryDisk& disk, const Reading& before) {
    auto writer = Writer::open_for_append(folder_of(disk), {.segment_bytes = 512});
    require(writer.has_value());
    require(writer->cut().has_value() == before.torn.has_value());
    const auto sequence = writer->append(5, Bytes(40));
    require(sequence && *sequence == before.records + 1);
    require(writer->close().has_value());
    const Reading after = read(disk);
    require(after.message.empty() && !after.torn && after.end.sealed);
    require(after.records == before.records + 1);
}

// The input is cut into segments: each begins with its size in two bytes, the last takes the rest.
void fuzz_journal(const std::uint8_t* data, std::size_t size) {
    MemoryDisk disk;
    for (std::uint64_t number = 1; size > 2 && number < 9; ++number) {
        std::size_t bytes = data[0] + std::size_t{256} * data[1];
        data += 2;
        size -= 2;
        bytes = std::min(bytes, size);
        const auto* from = reinterpret_cast<const std::byte*>(data);
        disk.file(segment_name(number)).assign(from, from + bytes);
        data += bytes;
        size -= bytes;
    }
    const Reading first = read(disk);
    disk.read_bytes_max = 13;
    const Reading second = read(disk);
    require(first.hash == second.hash && first.message == second.message);
    require(first.records == second.records && first.torn.has_value() == second.torn.has_value());
    if (first.message.empty()) continue_journal(disk, first);
}

}  // namespace

#ifdef LPC_FUZZ

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz_journal(data, size);
    return 0;
}

#else

namespace {

std::vector<std::uint8_t> pack(const std::vector<Bytes>& segments) {
    std::vector<std::uint8_t> input;
    for (const Bytes& segment : segments) {
        input.push_back(static_cast<std::uint8_t>(segment.size() & 255));
        input.push_back(static_cast<std::uint8_t>(segment.size() >> 8));
        for (const std::byte byte : segment) input.push_back(static_cast<std::uint8_t>(byte));
    }
    return input;
}

// Makes the checksums of the segment's headers and records right again, so that what is behind them
// is reached.
void mend_checksums(Bytes& segment) {
    if (segment.size() < sizeof(SegmentHeader)) return;
    auto header = load<SegmentHeader>(segment.data());
    header.checksum = checksum_of(header);
    store(segment.data(), header);
    std::size_t at = sizeof header;
    while (at + sizeof(GroupHeader) <= segment.size()) {
        auto group = load<GroupHeader>(segment.data() + at);
        group.checksum = checksum_of(group, header.checksum);
        store(segment.data() + at, group);
        at += sizeof group;
        const std::size_t end = at + std::min<std::uint64_t>(group.bytes, segment.size() - at);
        while (at + sizeof(RecordHeader) <= end) {
            auto record = load<RecordHeader>(segment.data() + at);
            const std::size_t bytes = record_bytes(record.length);
            if (bytes > end - at) break;
            record.checksum = record_checksum(segment.data() + at, bytes);
            store(segment.data() + at, record);
            at += bytes;
        }
        at = end;
    }
}

// One spoiling of one segment: bits, words, lengths, pieces moved, repeated or lost.
void spoil(Bytes& bytes, venue::Random& random) {
    if (bytes.empty()) return;
    const std::size_t at = random.below(bytes.size());
    const std::size_t span = std::min<std::size_t>(1 + random.below(100), bytes.size() - at);
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto to = from + static_cast<std::ptrdiff_t>(span);
    switch (random.below(7)) {
        case 0:
            bytes[at] ^= static_cast<std::byte>(1U << random.below(8));
            break;
        case 1:
            bytes.resize(at);
            break;
        case 2:
            std::fill(from, to, std::byte{static_cast<std::uint8_t>(random.below(2) * 255)});
            break;
        case 3:
            bytes.erase(from, to);
            break;
        case 4: {
            const Bytes piece(from, to);
            bytes.insert(from, piece.begin(), piece.end());
            break;
        }
        case 5: {
            const std::uint64_t word = random.next() >> random.below(64);
            std::memcpy(&bytes[at & ~std::size_t{7}], &word,
                        std::min(sizeof word, bytes.size() - (at & ~std::size_t{7})));
            break;
        }
        default:
            bytes.insert(bytes.end(), from, to);
            break;
    }
}

std::vector<Bytes> seed_journal(std::uint64_t seed, bool close) {
    MemoryDisk disk;
    const Options options = {.durability = Durability::write, .segment_bytes = 500};
    make_journal(disk, make_tape(seed, 20, 60), 1 + seed % 5, options, close);
    std::vector<Bytes> segments;
    for (const auto& entry : disk.files()) segments.push_back(entry.second);
    return segments;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(journal_corpus)

BOOST_AUTO_TEST_CASE(no_spoiled_journal_breaks_the_reader_or_the_writer) {
    for (std::uint64_t seed = 1; seed <= 60'000; ++seed) {
        venue::Random random(seed);
        std::vector<Bytes> segments = seed_journal(seed % 40, seed % 2 == 0);
        for (std::uint64_t times = 1 + random.below(3); times > 0; --times) {
            Bytes& segment = segments[random.below(segments.size())];
            spoil(segment, random);
            if (random.below(2) == 0) mend_checksums(segment);
        }
        if (random.below(8) == 0) std::swap(segments.front(), segments.back());
        const auto input = pack(segments);
        BOOST_TEST_CONTEXT("seed " << seed) {
            fuzz_journal(input.data(), input.size());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_whole_journal_survives_the_packing_of_the_corpus) {
    const auto input = pack(seed_journal(3, true));
    fuzz_journal(input.data(), input.size());
}

BOOST_AUTO_TEST_SUITE_END()

#endif
