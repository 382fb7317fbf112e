#include <cerrno>
#include <journal/transfer.hpp>
#include <system_error>

namespace lpc::journal::io {
namespace {

template <class Call>
auto uninterrupted(Call call) -> decltype(call()) {
    auto answer = call();
    while (answer == -EINTR) answer = call();
    return answer;
}

Status outcome(std::int64_t answer, const std::string& what) {
    if (answer < 0) return fail(what + ": " + error_text(answer));
    return {};
}

std::string at(const std::string& name, std::uint64_t offset) {
    return name + " offset " + std::to_string(offset);
}

}  // namespace

std::string error_text(std::int64_t negative_errno) {
    const int number = static_cast<int>(-negative_errno);
    return std::generic_category().message(number) + " (errno " + std::to_string(number) + ")";
}

Result<std::unique_ptr<File>> open_file(Folder& folder, const std::string& name, Mode mode) {
    std::unique_ptr<File> file;
    const int answer = uninterrupted([&] { return folder.open(name, mode, file); });
    if (answer < 0) return fail(name + ": cannot be opened: " + error_text(answer));
    return file;
}

Result<std::uint64_t> size_of(File& file, const std::string& name) {
    const std::int64_t answer = uninterrupted([&] { return file.size(); });
    if (answer < 0) return fail(name + ": size unknown: " + error_text(answer));
    return static_cast<std::uint64_t>(answer);
}

Status read_all(File& file, const std::string& name, std::uint64_t offset,
                std::span<std::byte> into) {
    while (!into.empty()) {
        const std::int64_t count = uninterrupted([&] { return file.read_at(offset, into); });
        if (count < 0) return fail(at(name, offset) + ": not readable: " + error_text(count));
        if (count == 0) return fail(at(name, offset) + ": the file became shorter while read");
        offset += static_cast<std::uint64_t>(count);
        into = into.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Status write_all(File& file, const std::string& name, std::uint64_t offset,
                 std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const std::int64_t count = uninterrupted([&] { return file.write_at(offset, bytes); });
        if (count <= 0) {
            return fail(at(name, offset) + ": " + std::to_string(bytes.size()) +
                        " bytes not written: " + error_text(count < 0 ? count : -EIO));
        }
        offset += static_cast<std::uint64_t>(count);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Status truncate(File& file, const std::string& name, std::uint64_t bytes) {
    return outcome(uninterrupted([&] { return file.truncate(bytes); }),
                   at(name, bytes) + ": not cut");
}

Status sync_data(File& file, const std::string& name, std::uint64_t offset) {
    return outcome(uninterrupted([&] { return file.sync_data(); }),
                   at(name, offset) + ": not synced");
}

Status sync_all(File& file, const std::string& name) {
    return outcome(uninterrupted([&] { return file.sync_all(); }), name + ": not synced");
}

Status sync(Folder& folder) {
    return outcome(uninterrupted([&] { return folder.sync(); }), "the folder: not synced");
}

Status rename(Folder& folder, const std::string& from, const std::string& to) {
    return outcome(uninterrupted([&] { return folder.rename(from, to); }),
                   from + ": not renamed to " + to);
}

Result<std::vector<std::string>> list(Folder& folder) {
    std::vector<std::string> names;
    const int answer = uninterrupted([&] { return folder.list(names); });
    if (answer < 0) return fail("the folder cannot be listed: " + error_text(answer));
    return names;
}

Status lock(Folder& folder) {
    const int answer = uninterrupted([&] { return folder.lock(); });
    if (answer == -EWOULDBLOCK) return fail("another writer holds this journal");
    return outcome(answer, "the folder cannot be locked");
}

}  // namespace lpc::journal::io
