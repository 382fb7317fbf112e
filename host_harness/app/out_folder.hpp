// Where a run writes: report.json, ledger.sqlite and journal/ in one folder, made if it is not
// there and locked against other runs until this object goes. An earlier run in the default folder
// (out/NAME) is replaced, one in a folder that the user named is not; what LPC did not write is
// never touched. A run that was cut short can be gone on with.
// One thread; files only here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <foundation/status.hpp>
#include <journal/io.hpp>
#include <journal/past.hpp>
#include <journal/writer.hpp>

namespace lpc::app {

class OutFolder {
  public:
    // `named`: --out, or "" for the default. Writes nothing: locks the folder if it is there, and
    // refuses what would be in the way.
    [[nodiscard]] static Result<OutFolder> look(const std::string& named,
                                                const std::string& scenario);
    // The same for a run that was cut short there and is to go on.
    [[nodiscard]] static Result<OutFolder> look_for_unfinished(const std::string& named,
                                                               const std::string& scenario);

    const std::string& path() const { return path_; }
    std::string ledger() const;  // the file of the ledger of record
    // From here on things are written: the folder is made and locked, an earlier run is removed
    // from the default one.
    [[nodiscard]] Result<journal::Writer> begin_journal(const journal::Options& options);
    // The journal of the unfinished run, a torn tail cut off, and what it holds.
    struct Unfinished {
        journal::Writer writer;
        std::unique_ptr<journal::Past> past;
        std::optional<journal::Snapshot> snapshot;  // the newest that the journal comes to
    };
    [[nodiscard]] Result<Unfinished> continue_journal(const journal::Options& options);
    // Beside the journal, once it was begun or continued.
    [[nodiscard]] Result<journal::SnapshotWriter> snapshots() const;
    // Whole or not at all.
    [[nodiscard]] Status write_report(const std::string& json) const;

  private:
    OutFolder(const std::string& named, const std::string& scenario);
    Status hold(const Result<std::shared_ptr<journal::io::Folder>>& folder);
    Status nothing_in_the_way() const;
    void remove_earlier_run() const;

    bool own_;                                   // the default folder
    std::string path_;                           // as the user would name it
    std::string what_;                           // for messages: "--out PATH"
    std::shared_ptr<journal::io::Folder> held_;  // its lock is ours
};

}  // namespace lpc::app
