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

}  // namespace

Result<journal::Reader> open_journal(const std::string& named) {
    const auto folder = journal::io::open_folder(named);
    if (!folder) return tl::unexpected(folder.error());
    if (!holds_segments(**folder)) {
        const auto below =
            journal::io::open_folder((std::filesystem::path(named) / "journal").string());
        if (below && holds_segments(**below)) return journal::Reader::open(*below);
    }
    return journal::Reader::open(*folder);
}

}  // namespace lpc::app
