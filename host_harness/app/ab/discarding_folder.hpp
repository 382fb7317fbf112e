// A journal's folder that keeps nothing: for runs of which only the figures are wanted, and which
// their seed gives again. Nothing can be read back. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <journal/io.hpp>

namespace lpc::app {

class DiscardingFile final : public journal::io::File {
  public:
    std::int64_t size() override { return size_; }
    std::int64_t read_at(std::uint64_t, std::span<std::byte>) override { return 0; }
    std::int64_t write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
        const auto end = static_cast<std::int64_t>(offset + bytes.size());
        if (end > size_) size_ = end;
        return static_cast<std::int64_t>(bytes.size());
    }
    int truncate(std::uint64_t bytes) override {
        size_ = static_cast<std::int64_t>(bytes);
        return 0;
    }
    int sync_data() override { return 0; }
    int sync_all() override { return 0; }

  private:
    std::int64_t size_ = 0;
};

class DiscardingFolder final : public journal::io::Folder {
  public:
    [[nodiscard]] std::string path() const override { return "that is not kept"; }
    int list(std::vector<std::string>& names) override {
        names.clear();
        return 0;
    }
    int open(const std::string&, journal::io::Mode,
             std::unique_ptr<journal::io::File>& file) override {
        file = std::make_unique<DiscardingFile>();
        return 0;
    }
    int rename(const std::string&, const std::string&) override { return 0; }
    int sync() override { return 0; }
    int lock() override { return 0; }
    void unlock() override {}
};

}  // namespace lpc::app
