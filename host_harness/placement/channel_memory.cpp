#include "channel_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace lpc::placement {
namespace {

constexpr std::uint64_t kMagic = 0x316e6168632e6370ULL;  // this layout, version 1
constexpr std::uint32_t kRingRecordsMax = 1u << 20;
constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

}  // namespace

ChannelMemory::Layout* ChannelMemory::map(int fd, std::size_t bytes) {
    void* const at =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    return at == MAP_FAILED ? nullptr : static_cast<Layout*>(at);
}

ChannelMemory::ChannelMemory(ChannelMemory&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      layout_(std::exchange(other.layout_, nullptr)),
      ring_records_(other.ring_records_) {}

ChannelMemory::~ChannelMemory() {
    if (layout_ != nullptr) (void)::munmap(layout_, bytes(ring_records_));
    if (fd_ >= 0) (void)::close(fd_);
}

Result<ChannelMemory> ChannelMemory::create(std::uint32_t ring_records) {
    if (ring_records == 0 || ring_records > kRingRecordsMax)
        return fail("a channel with rings of " + std::to_string(ring_records) +
                    " records: expected 1 to " + std::to_string(kRingRecordsMax));
    ring_records = std::bit_ceil(ring_records);
    const std::size_t size = bytes(ring_records);
    const int fd = ::memfd_create("lpc_channel", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    Layout* layout = nullptr;
    if (fd >= 0 && ::ftruncate(fd, static_cast<off_t>(size)) == 0 &&
        ::fcntl(fd, F_ADD_SEALS, kSeals) == 0)
        layout = map(fd, size);
    if (layout == nullptr) {
        const std::string why = std::strerror(errno);
        if (fd >= 0) (void)::close(fd);
        return fail("making the memory of a channel, " + std::to_string(size) + " bytes: " + why);
    }
    layout->ring_records = ring_records;
    layout->magic = kMagic;
    return ChannelMemory(fd, layout, ring_records);
}

Result<ChannelMemory> ChannelMemory::open(int fd) {
    const std::string which = "opening descriptor " + std::to_string(fd) + " as a channel: ";
    struct stat is {};
    if (::fstat(fd, &is) != 0) return fail(which + std::strerror(errno));
    const int seals = ::fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & kSeals) != kSeals)
        return fail(which + "found no memory of fixed size, expected that of a channel");
    const auto size = static_cast<std::size_t>(is.st_size);
    if (size < sizeof(Layout))
        return fail(which + "found " + std::to_string(size) + " bytes, expected at least " +
                    std::to_string(sizeof(Layout)));
    Layout* const layout = map(fd, size);
    if (layout == nullptr) return fail(which + std::strerror(errno));
    const std::uint64_t magic = layout->magic;
    const std::uint64_t records = layout->ring_records;
    std::string wrong;
    if (magic != kMagic) {
        wrong = "found another beginning than that of a channel of this version";
    } else if (records > kRingRecordsMax || !std::has_single_bit(records) ||
               size != bytes(records)) {
        wrong = "found " + std::to_string(size) + " bytes for rings of " + std::to_string(records) +
                " records, which do not belong together";
    }
    if (!wrong.empty()) {
        (void)::munmap(layout, size);
        return fail(which + wrong);
    }
    return ChannelMemory(-1, layout, records);
}

}  // namespace lpc::placement
