#include "out_folder.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include <journal/format.hpp>
#include <journal/io.hpp>

namespace lpc::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnborn = ".new";  // the end of a name until the file is whole

bool is_segment(const fs::path& file) {
    std::string name = file.filename().string();
    if (name.ends_with(kUnborn)) name.resize(name.size() - kUnborn.size());
    return journal::segment_number(name) != 0 && fs::is_regular_file(file);
}

bool is_report(const fs::path& file) {
    constexpr std::string_view kBeginning = "{\n  \"scenario\": ";
    std::ifstream in(file, std::ios::binary);
    std::string beginning(kBeginning.size(), '\0');
    in.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    return in && beginning == kBeginning && fs::is_regular_file(file);
}

// A file in the way that LPC did not write; empty if there is none.
std::string foreign_file(const fs::path& folder) {
    const fs::path report = folder / "report.json";
    if (fs::exists(fs::symlink_status(report)) && !is_report(report)) return report.string();
    const fs::path journal = folder / "journal";
    if (!fs::exists(fs::symlink_status(journal))) return {};
    if (!fs::is_directory(fs::symlink_status(journal))) return journal.string();
    for (const fs::directory_entry& entry : fs::directory_iterator(journal)) {
        if (!is_segment(entry.path())) return entry.path().string();
    }
    return {};
}

// The first of report.json and journal/ that is there with something in it.
std::string earlier_run(const fs::path& folder) {
    const fs::path journal = folder / "journal";
    if (fs::exists(fs::symlink_status(journal)) &&
        !(fs::is_directory(journal) && fs::is_empty(journal)))
        return "a journal";
    return fs::exists(fs::symlink_status(folder / "report.json")) ? "a report.json" : "";
}

// The nearest folder above that is there must take what is to be made in it.
Status check_place(const fs::path& path, const std::string& what) {
    for (fs::path at = fs::absolute(path); !at.empty(); at = at.parent_path()) {
        if (!fs::exists(fs::symlink_status(at)) && at != at.parent_path()) continue;
        if (!fs::is_directory(at)) {
            std::string found = what + ": found a file";
            if (at != fs::absolute(path)) found += ", " + at.string();
            return fail(found + ", expected a folder, or a name that is not taken");
        }
        if (::access(at.c_str(), W_OK | X_OK) != 0)
            return fail(what + ": found that nothing can be written into " + at.string() +
                        ", expected a folder that may be written to");
        return {};
    }
    return {};
}

}  // namespace

Result<OutFolder> OutFolder::look(const std::string& named, const std::string& scenario) {
    const bool own = named.empty();
    const std::string path = own ? "out/" + scenario : named;
    const std::string what = own ? "the default folder " + path : "--out " + path;
    try {
        if (Status status = check_place(path, what); !status) return tl::unexpected(status.error());
        const std::string run = own ? "" : earlier_run(path);
        if (!run.empty())
            return fail(what + ": the folder already holds " + run +
                        ", expected none: only in the default folder, out/" + scenario +
                        ", an earlier run is replaced");
        const std::string foreign = own ? foreign_file(path) : "";
        if (!foreign.empty())
            return fail(what + ": found " + foreign +
                        ", which is not a run's, expected only a run to replace (report.json, "
                        "journal/NUMBER.lpcj); move it away, or name another folder with --out");
    } catch (const fs::filesystem_error& error) {
        return fail(what + ": cannot be looked at (" + error.code().message() +
                    "), expected a folder");
    }
    return OutFolder(path);
}

// By name, one by one: what has come in between stays, and keeps its folder.
Status OutFolder::remove_earlier_run() const {
    const fs::path folder = path_;
    try {
        if (is_report(folder / "report.json")) fs::remove(folder / "report.json");
        if (!fs::is_directory(fs::symlink_status(folder / "journal"))) return {};
        for (const fs::directory_entry& entry : fs::directory_iterator(folder / "journal")) {
            if (is_segment(entry.path())) fs::remove(entry.path());
        }
    } catch (const fs::filesystem_error& error) {
        return fail(path_ + ": the earlier run in it cannot be replaced (" +
                    error.code().message() + "), expected a folder that may be written to");
    }
    return {};
}

Result<journal::Writer> OutFolder::begin_journal(const journal::Options& options) const {
    if (Status status = remove_earlier_run(); !status) return tl::unexpected(status.error());
    const auto folder = journal::io::create_folder((fs::path(path_) / "journal").string());
    if (!folder) return tl::unexpected(folder.error());
    return journal::Writer::create(*folder, options);
}

Status OutFolder::write_report(const std::string& json) const {
    const fs::path path = fs::path(path_) / "report.json";
    const fs::path temporary = path.string() + std::string(kUnborn);
    std::ofstream file(temporary, std::ios::binary);
    file << json << '\n';
    file.close();
    std::error_code error;
    if (file) fs::rename(temporary, path, error);
    if (!file || error)
        return fail(path.string() + ": cannot be written, expected a writable folder");
    return {};
}

}  // namespace lpc::app
