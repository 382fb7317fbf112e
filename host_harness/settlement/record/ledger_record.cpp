#include <readerwriterqueue/readerwritercircularbuffer.h>

#include <optional>
#include <settlement/record/ledger_file.hpp>
#include <settlement/record/ledger_record.hpp>
#include <thread>
#include <utility>
#include <vector>

namespace lpc::settlement {

// The hand-over to the thread and the thread. An empty batch ends it.
class LedgerRecord::Writer {
  public:
    using Batch = std::vector<PostedLeg>;

    ~Writer() { (void)end(); }

    [[nodiscard]] Status open(const std::string& path) {
        auto file = LedgerFile::open(path);
        if (!file) return tl::unexpected(file.error());
        file_.emplace(std::move(*file));
        thread_ = std::thread([this] { write_all(); });
        return {};
    }
    void gather(std::uint64_t number, const Posting& posting) {
        for (const Leg& leg : posting.legs) batch_.push_back({number, posting.event, leg});
        // Before there is a file nothing bounds it: so much as a run needs to begin.
        if (batch_.size() >= kLegsMax && thread_.joinable()) hand_over();
    }
    void offer() {
        if (batch_.empty() || !thread_.joinable()) return;
        if (waiting_.try_enqueue(std::move(batch_))) batch_ = {};
    }
    [[nodiscard]] Status close() {
        if (!thread_.joinable()) return {};
        if (!batch_.empty()) hand_over();
        Status status = end();
        if (status) status = file_->finish();
        file_.reset();
        return status;
    }

  private:
    // About a tenth of a second of the writer's work.
    static constexpr std::size_t kLegsMax = 1 << 16;

    void hand_over() {
        waiting_.wait_enqueue(std::move(batch_));
        batch_ = {};
    }
    [[nodiscard]] Status end() {
        if (!thread_.joinable()) return {};
        waiting_.wait_enqueue({});
        thread_.join();
        return status_;
    }
    // After a failure it goes on taking what comes, so that nobody waits for it.
    void write_all() {
        Batch batch;
        for (;;) {
            waiting_.wait_dequeue(batch);
            if (batch.empty()) return;
            if (status_) status_ = file_->write(batch);
        }
    }

    Batch batch_;
    moodycamel::BlockingReaderWriterCircularBuffer<Batch> waiting_{1};
    std::optional<LedgerFile> file_;  // the thread's, once it runs
    Status status_;                   // the thread's
    std::thread thread_;
};

LedgerRecord::LedgerRecord() : writer_(std::make_unique<Writer>()) {}
LedgerRecord::~LedgerRecord() = default;

Status LedgerRecord::open(const std::string& path) {
    return writer_->open(path);
}

void LedgerRecord::on_posting(std::uint64_t number, const Posting& posting) {
    writer_->gather(number, posting);
}

void LedgerRecord::offer() {
    writer_->offer();
}

Status LedgerRecord::close() {
    return writer_->close();
}

}  // namespace lpc::settlement
