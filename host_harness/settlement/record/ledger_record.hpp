// Writes every posting of a ledger to a ledger of record, on a thread of its own: the engine's
// thread copies the legs and hands them over, and waits only where the file is so far behind that
// the bound is reached. Everything that is handed over while a transaction runs becomes the next.
// on_posting(), offer() and close() belong to the ledger's thread.
#pragma once

#include <cstddef>
#include <memory>
#include <settlement/ledger.hpp>
#include <string>

namespace lpc::settlement {

class LedgerRecord final : public PostingObserver {
  public:
    LedgerRecord();
    ~LedgerRecord() override;  // what was not handed over is not written

    // Postings may come before: they are kept until there is a file. Once.
    [[nodiscard]] Status open(const std::string& path);
    void on_posting(std::uint64_t number, const Posting& posting) override;
    // Hands over what has gathered if the writer is idle. Never waits.
    void offer();
    // Everything that was posted is on the disk, or the first thing that went wrong.
    [[nodiscard]] Status close();

  private:
    class Writer;

    std::unique_ptr<Writer> writer_;
};

}  // namespace lpc::settlement
