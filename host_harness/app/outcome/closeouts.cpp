#include "closeouts.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include <journal/writer.hpp>
#include <scenario/market_path.hpp>
#include <scenario/run.hpp>

#include "../ab/discarding_folder.hpp"
#include "../log.hpp"

namespace lpc::app {
namespace {

struct OneDone {
    std::vector<scenario::Score> scores;  // by arm
    std::vector<std::string> failed_checks;
};

using Attachments = std::vector<std::vector<runtime::Attachment>>;  // by arm

class Runner {
  public:
    Runner(const scenario::Study& study, const market_data::BookRecord& book,
           const Attachments& attachments, runtime::CodeSource code)
        : study_(study), book_(book), attachments_(attachments), code_(std::move(code)) {}

    Result<OneDone> close_out(const scenario::Closeout& closeout) const {
        const scenario::ScenarioConfig first =
            scenario::config_of(study_, study_.arms.front(), closeout);
        const auto market = scenario::market_of_book(first, book_);
        if (!market) return tl::unexpected(market.error());
        OneDone done;
        scenario::Hindsight hindsight;
        for (std::size_t arm = 0; arm < study_.arms.size(); ++arm) {
            const scenario::ScenarioConfig config =
                scenario::config_of(study_, study_.arms[arm], closeout);
            const auto record = run(config, *market, arm, done);
            if (!record) return fail_in("arm " + study_.arms[arm].name, record.error());
            const std::int64_t multiplier = config.instrument.terms.multiplier;
            const std::int64_t lots =
                scenario::lots_of(closeout.notional, record->mark_opened, multiplier);
            if (arm == 0) hindsight = look_back(*market->book, *record, lots);
            const auto score = scenario::score_of(*record, lots, hindsight, multiplier);
            if (!score) return fail_in("arm " + study_.arms[arm].name, score.error());
            done.scores.push_back(*score);
        }
        return done;
    }

  private:
    Result<scenario::CaseRecord> run(const scenario::ScenarioConfig& config,
                                     const scenario::MarketPath& market, std::size_t arm,
                                     OneDone& done) const {
        scenario::RunOptions options;
        options.attachments = attachments_[arm];
        options.code = code_;
        options.log = log_sink();
        options.clock_ns = [] { return std::int64_t{0}; };
        const auto run = scenario::Run::open(config, market, std::move(options));
        if (!run) return tl::unexpected(run.error());
        journal::Options unkept;
        unkept.durability = journal::Durability::none;
        auto writer = journal::Writer::create(std::make_shared<DiscardingFolder>(), unkept);
        if (!writer) return tl::unexpected(writer.error());
        if (const Status s = (*run)->go({*writer}); !s) return tl::unexpected(s.error());
        if (const Status s = writer->close(); !s) return tl::unexpected(s.error());
        for (const scenario::CheckResult& check : (*run)->checks()) {
            if (!check.pass)
                done.failed_checks.push_back("arm " + study_.arms[arm].name + ": " + check.name +
                                             ": " + check.detail);
        }
        const std::vector<scenario::CaseRecord>& cases = (*run)->tally().cases();
        if (cases.size() != 1)
            return fail("found " + std::to_string(cases.size()) + " close-outs, expected one");
        return cases.front();
    }

    scenario::Hindsight look_back(const market_data::BookRecord& book,
                                  const scenario::CaseRecord& done, std::int64_t lots) const {
        scenario::HindsightQuestion question;
        question.opened_ns = done.opened_ns;
        question.horizon_ns = study_.horizon_ns;
        question.slot_ns = study_.slot_ns;
        question.recovery_ns = study_.arms.front().config.prices.book.recovery_ns;
        question.sells = done.side > 0;
        question.lots = lots;
        return scenario::look_back(book, question);
    }

    const scenario::Study& study_;
    const market_data::BookRecord& book_;
    const Attachments& attachments_;
    runtime::CodeSource code_;
};

// Each worker takes the next close-out until there is none, or one of them has failed.
Status run_all(const Runner& runner, const std::vector<scenario::Closeout>& closeouts,
               std::vector<OneDone>& done,
               const std::function<void(std::size_t done, std::size_t all)>& progress) {
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    std::mutex telling;
    std::size_t told = 0;
    const auto work = [&]() -> Status {
        for (std::size_t i = next++; i < closeouts.size() && !failed; i = next++) {
            auto one = runner.close_out(closeouts[i]);
            if (!one) {
                failed = true;
                return fail_in("close-out " + std::to_string(i + 1), one.error());
            }
            done[i] = std::move(*one);
            const std::lock_guard lock(telling);
            progress(++told, closeouts.size());
        }
        return {};
    };
    const std::size_t workers = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 64);
    std::vector<std::future<Status>> working;
    for (std::size_t i = 0; i < workers; ++i)
        working.push_back(std::async(std::launch::async, work));
    Status all;
    for (std::future<Status>& one : working) {
        if (const Status status = one.get(); !status && all) all = status;
    }
    return all;
}

}  // namespace

Result<StudyScores> run_study(
    const scenario::Study& study, Plugins& plugins, const std::string& data,
    const std::function<void(std::size_t done, std::size_t all)>& progress) {
    const auto book = scenario::load_book(study.arms.front().config, data);
    if (!book) return tl::unexpected(book.error());
    auto closeouts =
        scenario::draw_closeouts(study, book->updates.front().time_ns, book->source.last_time_ns);
    if (!closeouts) return tl::unexpected(closeouts.error());
    Attachments attachments;
    for (const scenario::StudyArm& arm : study.arms) {
        auto attached = plugins.attach(arm.config);
        if (!attached) return fail_in("arm " + arm.name, attached.error());
        attachments.push_back(std::move(*attached));
    }
    std::vector<OneDone> done(closeouts->size());
    const Runner runner(study, *book, attachments, plugins.source());
    if (const Status status = run_all(runner, *closeouts, done, progress); !status)
        return tl::unexpected(status.error());
    StudyScores scores;
    scores.closeouts = std::move(*closeouts);
    scores.scores.resize(study.arms.size());
    for (OneDone& one : done) {
        for (std::size_t arm = 0; arm < one.scores.size(); ++arm)
            scores.scores[arm].push_back(one.scores[arm]);
        for (std::string& check : one.failed_checks)
            scores.failed_checks.push_back(std::move(check));
    }
    return scores;
}

}  // namespace lpc::app
