#include "snapshots.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "format.hpp"
#include "transfer.hpp"

namespace lpc::journal {
namespace {

constexpr std::array<const char*, 2> kNames{"0.lpcs", "1.lpcs"};
constexpr const char* kUnborn = "lpcs.new";

std::uint64_t checksum_of(const SnapshotHeader& header, std::span<const std::byte> state) {
    const std::uint64_t seed = XXH3_64bits(&header, offsetof(SnapshotHeader, checksum));
    return XXH3_64bits_withSeed(state.data(), state.size(), seed);
}

// Nothing: there is none, or it is not whole.
std::optional<Snapshot> read_one(io::Folder& folder, const std::string& name) {
    auto file = io::open_file(folder, name, io::Mode::read);
    if (!file) return std::nullopt;
    const auto size = io::size_of(**file, name);
    if (!size || *size < sizeof(SnapshotHeader)) return std::nullopt;
    std::vector<std::byte> bytes(*size);
    if (!io::read_all(**file, name, 0, bytes)) return std::nullopt;
    const auto header = load<SnapshotHeader>(bytes.data());
    bytes.erase(bytes.begin(), bytes.begin() + sizeof header);
    if (header.magic != kSnapshotMagic || header.version != kFormatVersion ||
        header.header_bytes != sizeof header || header.bytes != bytes.size() ||
        header.checksum != checksum_of(header, bytes))
        return std::nullopt;
    return Snapshot{header.sequence, header.fingerprint, std::move(bytes)};
}

}  // namespace

bool is_snapshot_name(const std::string& name) {
    return name == kNames[0] || name == kNames[1] || name == kUnborn;
}

Result<std::vector<Snapshot>> read_snapshots(io::Folder& folder) {
    const auto names = io::list(folder);
    if (!names) return tl::unexpected(names.error());
    std::vector<Snapshot> found;
    for (const char* name : kNames) {
        if (std::find(names->begin(), names->end(), name) == names->end()) continue;
        if (auto one = read_one(folder, name)) found.push_back(std::move(*one));
    }
    std::sort(found.begin(), found.end(),
              [](const Snapshot& a, const Snapshot& b) { return a.sequence > b.sequence; });
    return found;
}

Result<SnapshotWriter> SnapshotWriter::open(std::shared_ptr<io::Folder> folder) {
    SnapshotWriter writer(folder);
    const auto first = read_one(*folder, kNames[0]), second = read_one(*folder, kNames[1]);
    const bool first_is_newer = first && (!second || first->sequence > second->sequence);
    writer.next_ = first_is_newer ? 1 : 0;
    return writer;
}

Status SnapshotWriter::write(const Writer& journal, std::span<const std::byte> state) {
    SnapshotHeader header = {.magic = kSnapshotMagic,
                             .version = kFormatVersion,
                             .header_bytes = sizeof(SnapshotHeader),
                             .sequence = journal.last_sequence(),
                             .fingerprint = journal.fingerprint(),
                             .bytes = state.size(),
                             .checksum = 0};
    header.checksum = checksum_of(header, state);
    auto file = io::open_file(*folder_, kUnborn, io::Mode::create);
    if (!file) return tl::unexpected(file.error());
    const auto head = std::as_bytes(std::span(&header, 1));
    Status done = io::write_all(**file, kUnborn, 0, head);
    if (done) done = io::write_all(**file, kUnborn, head.size(), state);
    if (done) done = io::sync_all(**file, kUnborn);
    if (done) done = io::rename(*folder_, kUnborn, kNames[next_]);
    if (done) done = io::sync(*folder_);
    if (done) next_ = 1 - next_;
    return done;
}

}  // namespace lpc::journal
