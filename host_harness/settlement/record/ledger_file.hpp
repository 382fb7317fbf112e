// The ledger of record on disk: postings, each under its number, and the balances that they make,
// in one SQLite file (WAL, synchronous=FULL). A transaction holds whole postings and the balances
// after them, so the two agree whenever the file is looked at, and after any crash. What it holds
// already comes again when a run is resumed: it is compared and not written twice. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <settlement/ledger.hpp>
#include <settlement/record/database.hpp>
#include <span>
#include <string>

namespace lpc::settlement {

// One leg of a posting. Rows of one number stand together and whole.
struct PostedLeg {
    std::uint64_t number = 0;  // of the posting, from 1 on, without gaps
    Event event = Event::transfer;
    Leg leg;
};

class LedgerFile {
  public:
    // Makes the file if it is not there; one that is not a ledger of record is refused.
    [[nodiscard]] static Result<LedgerFile> open(const std::string& path);

    // One transaction, on the disk when it returns. Refused, and nothing is written: postings that
    // are not those which the file holds under their numbers.
    [[nodiscard]] Status write(std::span<const PostedLeg> legs);
    // Nothing more is told. Refused if it ended where the file does, and was not the same.
    [[nodiscard]] Status finish() const;
    [[nodiscard]] std::uint64_t committed() const { return committed_; }  // the last number

  private:
    LedgerFile(Database database, std::string path)
        : database_(std::move(database)), path_(std::move(path)) {}
    [[nodiscard]] Status prepare();
    [[nodiscard]] Status compare_with_the_past(std::uint64_t next);
    [[nodiscard]] Status insert(std::span<const PostedLeg> legs);
    [[nodiscard]] tl::unexpected<Error> other_run() const;

    Database database_;
    std::string path_;
    std::optional<Statement> insert_leg_, change_balance_, commit_to_;
    std::uint64_t committed_ = 0;
    std::uint64_t fingerprint_ = 0;  // of all postings up to committed_, as the file says
    std::uint64_t told_ = 0;         // the last number that was told
    std::uint64_t told_fingerprint_ = 0;
};

}  // namespace lpc::settlement
