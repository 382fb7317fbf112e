// Where a run writes: report.json and journal/ in one folder, made if it is not there. An earlier
// run in the default folder (out/NAME) is replaced, one in a folder that the user named is not;
// what LPC did not write is never touched. One thread; files only here.
#pragma once

#include <string>

#include <foundation/status.hpp>
#include <journal/writer.hpp>

namespace lpc::app {

class OutFolder {
  public:
    // `named`: --out, or "" for the default. Looks only: refuses what would be in the way.
    [[nodiscard]] static Result<OutFolder> look(const std::string& named,
                                                const std::string& scenario);

    const std::string& path() const { return path_; }
    // From here on things are written: an earlier run is removed, the folder is made.
    [[nodiscard]] Result<journal::Writer> begin_journal(const journal::Options& options) const;
    // Whole or not at all.
    [[nodiscard]] Status write_report(const std::string& json) const;

  private:
    explicit OutFolder(std::string path) : path_(std::move(path)) {}
    Status remove_earlier_run() const;

    std::string path_;
};

}  // namespace lpc::app
