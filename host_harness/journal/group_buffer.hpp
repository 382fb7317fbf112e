// Bytes on their way to a segment: grows at the end without clearing, is emptied from the front.
// Private to the writer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

namespace lpc::journal {

class GroupBuffer {
  public:
    // Room for `bytes` more, uninitialised; valid until the next call.
    std::byte* grow(std::size_t bytes) {
        if (size_ + bytes > capacity_) enlarge(size_ + bytes);
        std::byte* at = bytes_.get() + size_;
        size_ += bytes;
        return at;
    }
    void drop_front(std::size_t bytes) {
        std::memmove(bytes_.get(), bytes_.get() + bytes, size_ - bytes);
        size_ -= bytes;
    }
    [[nodiscard]] std::byte* data() { return bytes_.get(); }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    static constexpr std::size_t kInitialBytes = std::size_t{256} << 10;

    void enlarge(std::size_t least) {
        std::size_t capacity = std::max(capacity_, kInitialBytes);
        while (capacity < least) capacity *= 2;
        std::unique_ptr<std::byte[]> larger(new std::byte[capacity]);
        if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
        bytes_ = std::move(larger);
        capacity_ = capacity;
    }

    std::unique_ptr<std::byte[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace lpc::journal
