#include "journal_source.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include <journal/format.hpp>
#include <journal/io.hpp>

namespace lpc::app {
namespace {

bool holds_segments(journal::io::Folder& folder) {
    std::vector<std::string> names;
    if (folder.list(names) != 0) return false;
    return std::any_of(names.begin(), names.end(),
                       [](const std::string& name) { return journal::segment_number(name) != 0; });
}

Result<std::shared_ptr<journal::io::Folder>> folder_of(const std::string& named) {
    auto folder = journal::io::open_folder(named);
    if (!folder || holds_segments(**folder)) return folder;
    auto below = journal::io::open_folder((std::filesystem::path(named) / "journal").string());
    return below && holds_segments(**below) ? below : folder;
}

}  // namespace

Result<journal::Reader> open_journal(const std::string& named) {
    const auto folder = folder_of(named);
    if (!folder) return tl::unexpected(folder.error());
    return journal::Reader::open(*folder);
}

Result<std::vector<journal::Snapshot>> open_snapshots(const std::string& named) {
    const auto folder = folder_of(named);
    if (!folder) return tl::unexpected(folder.error());
    return journal::read_snapshots(**folder);
}

}  // namespace lpc::app
