// The bytes that save writes and load reads: little-endian integers of fixed width, every access
// checked. Thread role: within one call into the plugin. Deterministic: the same values give the
// same bytes on every machine. Both borrow the host's memory.
//
// Neither throws. A writer that runs out of room and a reader that meets the end, or a value out of
// its range, is in error and stays so: the writer writes nothing more, the reader answers 0. So
// read everything, look at finished() once, then commit.
#pragma once

#include <lpc/record.h>

#include <cstdint>

namespace lpc {

class RecordWriter {
  public:
    RecordWriter(std::uint8_t* data, std::uint32_t capacity) : data_(data), capacity_(capacity) {}

    // The first byte of each record: which layout follows.
    void version(std::uint8_t value) { u8(value); }
    void u8(std::uint8_t value) { put(value, 1); }
    void u16(std::uint16_t value) { put(value, 2); }
    void u32(std::uint32_t value) { put(value, 4); }
    void u64(std::uint64_t value) { put(value, 8); }
    void i64(std::int64_t value) { put(static_cast<std::uint64_t>(value), 8); }
    void boolean(bool value) { u8(value ? 1 : 0); }

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::uint32_t size() const { return size_; }

  private:
    void put(std::uint64_t value, std::uint32_t width) {
        ok_ = ok_ && capacity_ - size_ >= width;
        if (!ok_) return;
        for (std::uint32_t i = 0; i < width; ++i) {
            data_[size_++] = static_cast<std::uint8_t>(value >> (8 * i));
        }
    }

    std::uint8_t* data_;
    std::uint32_t capacity_;
    std::uint32_t size_ = 0;  // Invariant: size_ <= capacity_
    bool ok_ = true;
};

class RecordReader {
  public:
    RecordReader(const std::uint8_t* data, std::uint32_t size) : data_(data), size_(size) {}

    // The layout's number; in error unless it is 1 to `newest`.
    std::uint8_t version(std::uint8_t newest) {
        const std::uint8_t found = u8();
        return check(found >= 1 && found <= newest) ? found : std::uint8_t{0};
    }
    std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(take(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(take(4)); }
    std::uint64_t u64() { return take(8); }
    std::int64_t i64() { return static_cast<std::int64_t>(take(8)); }
    // In error unless the value lies within [min, max].
    std::int64_t i64_within(std::int64_t min, std::int64_t max) {
        const std::int64_t found = i64();
        return check(found >= min && found <= max) ? found : 0;
    }
    // In error unless the byte is 0 or 1.
    bool boolean() {
        const std::uint8_t found = u8();
        return check(found <= 1) && found == 1;
    }
    // How many elements follow: in error unless that many, of at least `element_bytes` each, can
    // still follow. So hostile bytes cannot make a loader reserve more memory than the record's own
    // size.
    std::uint32_t count(std::uint32_t element_bytes) {
        const std::uint32_t found = u32();
        const std::uint64_t bytes = std::uint64_t{found} * element_bytes;
        return check(bytes <= size_ - at_) ? found : 0;
    }
    // A rule of the caller's own: in error for good where it does not hold. Answers ok().
    bool check(bool holds) {
        ok_ = ok_ && holds;
        return ok_;
    }

    // The host hands an empty record over for an account about which its plugin had nothing to say.
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] bool ok() const { return ok_; }
    // Nothing went wrong, and nothing is left over.
    [[nodiscard]] bool finished() const { return ok_ && at_ == size_; }

  private:
    std::uint64_t take(std::uint32_t width) {
        if (!check(size_ - at_ >= width)) return 0;
        std::uint64_t value = 0;
        for (std::uint32_t i = 0; i < width; ++i) value |= std::uint64_t{data_[at_++]} << (8 * i);
        return value;
    }

    const std::uint8_t* data_;
    std::uint32_t size_;
    std::uint32_t at_ = 0;  // Invariant: at_ <= size_
    bool ok_ = true;
};

}  // namespace lpc
