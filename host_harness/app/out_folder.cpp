#include "out_folder.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include <foundation/file.hpp>
#include <journal/format.hpp>

namespace lpc::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kReport = "report.json";
constexpr std::string_view kLedger = "ledger.sqlite";
constexpr std::string_view kUnborn = ".new";  // the end of a name until the file is whole

// A regular file of its own, not what a link leads to.
bool is_file(const fs::path& path) {
    return fs::is_regular_file(fs::symlink_status(path));
}

bool begins_with(const fs::path& file, std::string_view beginning) {
    std::ifstream in(file, std::ios::binary);
    std::string found(beginning.size(), '\0');
    in.read(found.data(), static_cast<std::streamsize>(found.size()));
    return in && found == beginning;
}

// By name and by content. Of a run that was killed there may be one without content, but then it
// is unborn.
bool is_segment(const fs::path& file) {
    constexpr std::uint64_t kMagic = journal::kSegmentMagic;
    std::string name = file.filename().string();
    const bool unborn = name.ends_with(kUnborn);
    if (unborn) name.resize(name.size() - kUnborn.size());
    if (journal::segment_number(name) == 0 || !is_file(file)) return false;
    std::string magic(sizeof kMagic, '\0');
    std::memcpy(magic.data(), &kMagic, sizeof kMagic);
    return begins_with(file, magic) || (unborn && fs::file_size(file) == 0);
}

// By name and, if it is whole, by content.
bool is_snapshot(const fs::path& file) {
    return journal::is_snapshot_name(file.filename().string()) && is_file(file);
}

bool is_report(const fs::path& file) {
    return is_file(file) && begins_with(file, "{\n  \"scenario\": ");
}

std::array<fs::path, 2> reports_in(const fs::path& folder) {
    return {folder / kReport, folder / (std::string(kReport) + std::string(kUnborn))};
}

// By what SQLite and we have put into its header. One that is not whole has no number of ours yet.
bool is_ledger(const fs::path& file, bool unborn) {
    constexpr std::string_view kFormat("SQLite format 3\0", 16), kOurs("LPCL");
    constexpr std::size_t kOursAt = 68;
    if (!is_file(file)) return false;
    if (unborn && fs::file_size(file) == 0) return true;
    std::ifstream in(file, std::ios::binary);
    std::string head(kOursAt + kOurs.size(), '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    return in && head.starts_with(kFormat) && (unborn || head.ends_with(kOurs));
}

bool is_there(const fs::path& path) {
    return fs::exists(fs::symlink_status(path));
}

// What SQLite keeps beside a ledger, and the ledger itself, which goes last: as long as it is there
// it says whose they are.
std::array<fs::path, 3> ledger_in(const fs::path& folder) {
    const std::string ledger = (folder / kLedger).string();
    return {ledger + "-wal", ledger + "-shm", ledger};
}

std::array<fs::path, 2> unborn_ledger_in(const fs::path& folder) {
    const std::string unborn = (folder / kLedger).string() + std::string(kUnborn);
    return {unborn + "-journal", unborn};
}

// A file in the way that LPC did not write; empty if there is none.
std::string foreign_file(const fs::path& folder) {
    for (const fs::path& report : reports_in(folder)) {
        if (is_there(report) && !is_report(report)) return report.string();
    }
    for (const fs::path& file : ledger_in(folder)) {
        if (is_there(file) && !is_ledger(folder / kLedger, false)) return file.string();
    }
    for (const fs::path& file : unborn_ledger_in(folder)) {
        if (is_there(file) && !is_ledger(unborn_ledger_in(folder).back(), true))
            return file.string();
    }
    const fs::path journal = folder / "journal";
    if (!is_there(journal)) return {};
    if (!fs::is_directory(fs::symlink_status(journal))) return journal.string();
    for (const fs::directory_entry& entry : fs::directory_iterator(journal)) {
        if (!is_segment(entry.path()) && !is_snapshot(entry.path())) return entry.path().string();
    }
    return {};
}

// The first of journal/ and report.json that is there with something in it.
std::string earlier_run(const fs::path& folder) {
    const fs::path journal = folder / "journal";
    if (is_there(journal) && !(fs::is_directory(journal) && fs::is_empty(journal)))
        return "a journal";
    for (const fs::path& report : reports_in(folder)) {
        if (is_there(report)) return "a " + report.filename().string();
    }
    if (is_there(folder / kLedger)) return "a " + std::string(kLedger);
    return {};
}

// The nearest folder above that is there must take what is to be made in it.
Status check_place(const fs::path& path, const std::string& what) {
    for (fs::path at = fs::absolute(path); !at.empty(); at = at.parent_path()) {
        if (!is_there(at) && at != at.parent_path()) continue;
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

OutFolder::OutFolder(const std::string& named, const std::string& scenario)
    : own_(named.empty()),
      path_(own_ ? "out/" + scenario : named),
      what_((own_ ? "the default folder " : "--out ") + path_) {}

std::string OutFolder::ledger() const {
    return (fs::path(path_) / kLedger).string();
}

Result<OutFolder> OutFolder::look(const std::string& named, const std::string& scenario) {
    OutFolder out(named, scenario);
    try {
        Status status = check_place(out.path_, out.what_);
        if (status && is_there(out.path_)) status = out.hold(journal::io::open_folder(out.path_));
        if (status) status = out.nothing_in_the_way();
        if (!status) return tl::unexpected(status.error());
    } catch (const fs::filesystem_error& error) {
        return fail(out.what_ + ": cannot be looked at (" + error.code().message() +
                    "), expected a folder");
    }
    return out;
}

Result<OutFolder> OutFolder::look_for_unfinished(const std::string& named,
                                                 const std::string& scenario) {
    OutFolder out(named, scenario);
    const std::string expected = ", expected the folder of a run that was cut short";
    try {
        if (!is_there(fs::path(out.path_) / "journal"))
            return fail("--resume: found no journal in " + out.path_ + expected);
        if (const Status held = out.hold(journal::io::open_folder(out.path_)); !held)
            return tl::unexpected(held.error());
        if (is_there(fs::path(out.path_) / kReport))
            return fail("--resume: found a report.json in " + out.path_ +
                        ", that run has come to its end" + expected);
    } catch (const fs::filesystem_error& error) {
        return fail(out.what_ + ": cannot be looked at (" + error.code().message() + ")" +
                    expected);
    }
    return out;
}

Result<OutFolder::Unfinished> OutFolder::continue_journal(const journal::Options& options) {
    const auto folder = journal::io::open_folder((fs::path(path_) / "journal").string());
    if (!folder) return fail_in("--resume", folder.error());
    auto writer = journal::Writer::open_for_append(*folder, options);
    if (!writer) return fail_in("--resume", writer.error());
    auto past = journal::Past::open(*folder, *writer);
    if (!past) return fail_in("--resume", past.error());
    auto snapshots = journal::read_snapshots(**folder);
    if (!snapshots) return fail_in("--resume", snapshots.error());
    std::optional<journal::Snapshot> newest;
    for (journal::Snapshot& snapshot : *snapshots) {
        if (!newest && snapshot.sequence <= writer->last_sequence()) newest = std::move(snapshot);
    }
    return Unfinished{std::move(*writer), std::move(*past), std::move(newest)};
}

Result<journal::SnapshotWriter> OutFolder::snapshots() const {
    const auto folder = journal::io::open_folder((fs::path(path_) / "journal").string());
    if (!folder) return tl::unexpected(folder.error());
    return journal::SnapshotWriter::open(*folder);
}

Status OutFolder::hold(const Result<std::shared_ptr<journal::io::Folder>>& folder) {
    if (!folder) return fail_in(what_, folder.error());
    const int refused = (*folder)->lock();
    if (refused == -EWOULDBLOCK)
        return fail(what_ + ": another run is writing there, expected a folder that no run holds");
    if (refused != 0)
        return fail(what_ + ": cannot be locked (" + std::generic_category().message(-refused) +
                    "), expected a folder of a file system that has locks");
    held_ = *folder;
    return {};
}

Status OutFolder::nothing_in_the_way() const {
    const std::string run = own_ ? "" : earlier_run(path_);
    if (!run.empty())
        return fail(what_ + ": the folder already holds " + run +
                    ", expected none: only in the default folder, out/NAME, an earlier run is "
                    "replaced");
    const std::string foreign = own_ ? foreign_file(path_) : "";
    if (!foreign.empty())
        return fail(
            what_ + ": found " + foreign +
            ", which is not a run's, expected only a run to replace (report.json, "
            "ledger.sqlite, journal/NUMBER.lpcj); move it away, or name another folder with --out");
    return {};
}

// By name, one by one: what has come in between stays, and keeps its folder.
void OutFolder::remove_earlier_run() const {
    const fs::path folder = path_;
    for (const fs::path& report : reports_in(folder)) {
        if (is_report(report)) fs::remove(report);
    }
    for (const fs::path& file : ledger_in(folder)) {
        if (is_ledger(folder / kLedger, false)) fs::remove(file);
    }
    for (const fs::path& file : unborn_ledger_in(folder)) {
        if (is_ledger(unborn_ledger_in(folder).back(), true)) fs::remove(file);
    }
    if (!fs::is_directory(fs::symlink_status(folder / "journal"))) return;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / "journal")) {
        if (is_segment(entry.path()) || is_snapshot(entry.path())) fs::remove(entry.path());
    }
}

Result<journal::Writer> OutFolder::begin_journal(const journal::Options& options) {
    try {
        Status status;
        if (!held_) status = hold(journal::io::create_folder(path_));
        // Once more: what was looked at may have changed, at the latest until the lock was ours.
        if (status) status = nothing_in_the_way();
        if (!status) return tl::unexpected(status.error());
        if (own_) remove_earlier_run();
    } catch (const fs::filesystem_error& error) {
        return fail(what_ + ": cannot be used (" + error.code().message() +
                    "), expected a folder that may be written to");
    }
    const auto folder = journal::io::create_folder((fs::path(path_) / "journal").string());
    if (!folder) return tl::unexpected(folder.error());
    return journal::Writer::create(*folder, options);
}

Status OutFolder::write_report(const std::string& json) const {
    const auto [path, temporary] = reports_in(path_);
    if (const Status made = write_new(temporary.string(), json + '\n', 0666); !made)
        return fail_in(temporary.string(), made.error());
    if (const Status placed = put_in_place(temporary.string(), path.string()); !placed)
        return fail_in(path.string(), placed.error());
    return {};
}

}  // namespace lpc::app
