// A disk in memory behind the journal's io seam, with faults on command: full at any byte, short
// writes, interrupted calls, any errno at any call, and a power failure that keeps an arbitrary
// part of what was not synced. Deterministic; one thread.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <journal/io.hpp>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lpc::test {

using Bytes = std::vector<std::byte>;

struct MemoryDisk {
    struct Content {
        Bytes now;
        Bytes synced;
    };
    std::map<std::string, std::shared_ptr<Content>> names;         // as running processes see them
    std::map<std::string, std::shared_ptr<Content>> synced_names;  // as the folder was last synced

    std::uint64_t calls = 0;
    // Asked before each call; not 0: the call answers this and does nothing.
    std::function<int(std::uint64_t call)> fault = [](std::uint64_t) { return 0; };
    std::uint64_t space_bytes = std::numeric_limits<std::uint64_t>::max();  // left on the disk
    std::size_t write_bytes_max = std::numeric_limits<std::size_t>::max();  // a single call's
    std::size_t read_bytes_max = std::numeric_limits<std::size_t>::max();
    bool locked = false;

    int begin_call() { return fault(calls++); }

    Bytes& file(const std::string& name) {
        auto& content = names[name];
        if (content == nullptr) content = std::make_shared<Content>();
        return content->now;
    }
    std::map<std::string, Bytes> files() const {
        std::map<std::string, Bytes> all;
        for (const auto& [name, content] : names) all[name] = content->now;
        return all;
    }

    // The machine goes down: of names and bytes that were not synced, `keeps(n)` < n decides sector
    // by sector what is there afterwards: the synced state or the later one.
    template <class Keeps>
    void lose_power(Keeps keeps) {
        if (keeps(2) == 0) names = synced_names;
        for (auto& entry : names) {
            Content& content = *entry.second;
            content.now = content.synced = mixed(content, keeps);
        }
        synced_names = names;
        locked = false;
    }

  private:
    template <class Keeps>
    static Bytes mixed(const Content& content, Keeps keeps) {
        constexpr std::size_t kSector = 64;
        const std::size_t grown = std::max(content.now.size(), content.synced.size());
        Bytes left = content.synced;
        left.resize(left.size() + keeps(grown - left.size() + 1));
        const std::size_t shared = std::min(left.size(), content.now.size());
        for (std::size_t at = 0; at < shared; at += kSector) {
            const std::size_t size = std::min(kSector, shared - at);
            if (keeps(2) != 0) std::memcpy(&left[at], &content.now[at], size);
        }
        return left;
    }
};

class MemoryFile final : public journal::io::File {
  public:
    MemoryFile(MemoryDisk& disk, std::shared_ptr<MemoryDisk::Content> content)
        : disk_(disk), content_(std::move(content)) {}

    std::int64_t size() override {
        if (const int error = disk_.begin_call()) return error;
        return static_cast<std::int64_t>(content_->now.size());
    }
    std::int64_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
        if (const int error = disk_.begin_call()) return error;
        const Bytes& bytes = content_->now;
        if (offset >= bytes.size()) return 0;
        const std::size_t count =
            std::min({into.size(), bytes.size() - offset, disk_.read_bytes_max});
        std::memcpy(into.data(), bytes.data() + offset, count);
        return static_cast<std::int64_t>(count);
    }
    std::int64_t write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
        if (const int error = disk_.begin_call()) return error;
        Bytes& now = content_->now;
        const std::size_t wanted = std::min(bytes.size(), disk_.write_bytes_max);
        const std::size_t present = now.size() > offset ? now.size() - offset : 0;
        const std::size_t more = wanted > present ? wanted - present : 0;
        const std::size_t fits = std::min<std::uint64_t>(more, disk_.space_bytes);
        const std::size_t count = wanted - more + fits;
        if (count == 0 && !bytes.empty()) return -ENOSPC;
        disk_.space_bytes -= fits;
        if (now.size() < offset + count) now.resize(offset + count);
        std::memcpy(now.data() + offset, bytes.data(), count);
        return static_cast<std::int64_t>(count);
    }
    int truncate(std::uint64_t bytes) override {
        if (const int error = disk_.begin_call()) return error;
        content_->now.resize(bytes);
        return 0;
    }
    int sync_data() override { return sync_all(); }
    int sync_all() override {
        if (const int error = disk_.begin_call()) return error;
        content_->synced = content_->now;
        return 0;
    }

  private:
    MemoryDisk& disk_;
    std::shared_ptr<MemoryDisk::Content> content_;
};

class MemoryFolder final : public journal::io::Folder {
  public:
    explicit MemoryFolder(MemoryDisk& disk) : disk_(disk) {}

    [[nodiscard]] std::string path() const override { return "memory"; }
    int list(std::vector<std::string>& names) override {
        if (const int error = disk_.begin_call()) return error;
        names.clear();
        for (const auto& entry : disk_.names) names.push_back(entry.first);
        return 0;
    }
    int open(const std::string& name, journal::io::Mode mode,
             std::unique_ptr<journal::io::File>& file) override {
        if (const int error = disk_.begin_call()) return error;
        if (mode == journal::io::Mode::create) {
            disk_.file(name).clear();
        } else if (disk_.names.count(name) == 0) {
            return -ENOENT;
        }
        file = std::make_unique<MemoryFile>(disk_, disk_.names[name]);
        return 0;
    }
    int rename(const std::string& from, const std::string& to) override {
        if (const int error = disk_.begin_call()) return error;
        if (disk_.names.count(from) == 0) return -ENOENT;
        disk_.names[to] = disk_.names[from];
        disk_.names.erase(from);
        return 0;
    }
    int sync() override {
        if (const int error = disk_.begin_call()) return error;
        disk_.synced_names = disk_.names;
        return 0;
    }
    int lock() override {
        if (const int error = disk_.begin_call()) return error;
        if (disk_.locked) return -EWOULDBLOCK;
        disk_.locked = true;
        return 0;
    }
    void unlock() override { disk_.locked = false; }

  private:
    MemoryDisk& disk_;
};

}  // namespace lpc::test
