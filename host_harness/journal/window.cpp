#include <algorithm>
#include <journal/window.hpp>

namespace lpc::journal {
namespace {

constexpr std::uint64_t kWindowBytes = std::uint64_t{1} << 20;

}  // namespace

Result<const std::byte*> Window::at(std::uint64_t offset, std::uint64_t bytes) {
    if (offset < start_ || offset + bytes > start_ + filled_) {
        const std::uint64_t wanted = std::min(std::max(bytes, kWindowBytes), file_bytes_ - offset);
        if (buffer_.size() < wanted) buffer_.resize(wanted);
        filled_ = 0;  // Why: what a failed read leaves behind must not be taken for the file's.
        const Status done = io::read_all(*file_, name_, offset, std::span(buffer_).first(wanted));
        if (!done) return tl::unexpected(done.error());
        start_ = offset;
        filled_ = wanted;
    }
    return buffer_.data() + (offset - start_);
}

}  // namespace lpc::journal
