#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include <journal/io.hpp>
#include <journal/reader.hpp>
#include <lpc/sdk/rounding.hpp>

#include <app/commands.hpp>

#include "case_list.hpp"
#include "story.hpp"

namespace lpc::app {
namespace {

// Engine time as UTC with milliseconds; what lies before 1971 is a synthetic run's and shown in
// seconds.
std::string time_text(std::int64_t now_ns) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    const std::int64_t millis = now_ns % kSecond / 1'000'000;
    const std::time_t seconds = now_ns / kSecond;
    if (seconds < 365 * 86'400) return fmt::format("{:>8}.{:03} s", seconds, millis);
    return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}", fmt::gmtime(seconds), millis);
}

constexpr std::size_t kListedMax = 20;  // for people; --json gives all

using Json = nlohmann::ordered_json;

Json json_of(std::uint64_t account, const Story& story) {
    Json lines = Json::array();
    for (const StoryLine& line : story.lines())
        lines.push_back({{"sequence", line.sequence},
                         {"now_ns", line.now_ns},
                         {"kind", line.kind},
                         {"text", line.text}});
    return {{"account", account}, {"story", lines}};
}

Json json_of(const CaseList& list) {
    const auto or_null = [](const std::string& text) {
        return text.empty() ? Json(nullptr) : Json(text);
    };
    Json accounts = Json::array();
    for (const LiquidatedAccount& one : list.accounts()) {
        const bool runs = one.ending == "running";
        accounts.push_back({{"account", one.account},
                            {"closeouts", one.closeouts},
                            {"opened_ns", one.opened_ns},
                            {"ended_ns", runs ? Json(nullptr) : Json(one.ended_ns)},
                            {"ratio_ppb", one.ratio_ppb},
                            {"first_stage", or_null(one.first_stage)},
                            {"last_stage", or_null(one.last_stage)},
                            {"ending", one.ending},
                            {"lots_left", runs ? Json(nullptr) : Json(one.lots_left)}});
    }
    return {{"closeouts", list.closeouts()}, {"accounts", accounts}};
}

// "73.4 %", rounded down.
std::string share_text(std::int64_t ppb) {
    const auto per_mille = static_cast<std::int64_t>(div_floor(ppb, 1'000'000));
    const std::int64_t size = per_mille < 0 ? -per_mille : per_mille;
    return fmt::format("{}{}.{} %", per_mille < 0 ? "-" : "", size / 10, size % 10);
}

void print(const CaseList& list) {
    const std::vector<LiquidatedAccount>& accounts = list.accounts();
    if (accounts.empty()) {
        fmt::print("no account was liquidated\n");
        return;
    }
    fmt::print("{} accounts were liquidated, in {} close-outs; in the order of the first:\n",
               accounts.size(), list.closeouts());
    fmt::print("{:>20} {:>23} {:>10} {:>11}  {:<16} {}\n", "account", "first close-out",
               "close-outs", "equity (1)", "stages", "ended");
    for (std::size_t i = 0; i < std::min(accounts.size(), kListedMax); ++i) {
        const LiquidatedAccount& one = accounts[i];
        std::string stages = one.first_stage.empty() ? "-" : one.first_stage;
        if (one.last_stage != one.first_stage) stages += " ... " + one.last_stage;
        std::string ended =
            one.ending == "running" ? "still running" : time_text(one.ended_ns) + "  " + one.ending;
        if (one.lots_left != 0 && one.ending == "restored")
            ended += fmt::format(", {} lots left", one.lots_left);
        fmt::print("{:>20} {:>23} {:>10} {:>11}  {:<16} {}\n", one.account,
                   time_text(one.opened_ns), one.closeouts, share_text(one.ratio_ppb), stages,
                   ended);
    }
    if (accounts.size() > kListedMax)
        fmt::print("and {} more; --json lists all\n", accounts.size() - kListedMax);
    fmt::print("(1) of the maintenance requirement, when the first close-out was accepted\n");
}

void print(std::uint64_t account, const Story& story) {
    fmt::print(
        "account {}\nmoney in whole units of its asset; prices in ticks, and in brackets "
        "what one lot costs\n",
        account);
    for (const StoryLine& line : story.lines())
        fmt::print("{:>23}  {:<8}  {}\n", line.now_ns == 0 ? "" : time_text(line.now_ns), line.kind,
                   line.people);
}

// Gives every record to `into`.
template <class Into>
Status read_all(journal::Reader& reader, Into& into) {
    journal::Record record;
    while (reader.next(record)) into.take(record);
    return reader.status();
}

}  // namespace

int explain_command(const ExplainArgs& args) {
    const auto folder = journal::io::open_folder(args.journal);
    if (!folder) return wrong(folder.error());
    auto reader = journal::Reader::open(*folder);
    if (!reader) return wrong(reader.error());
    if (args.account) {
        Story story(*args.account);
        if (const Status status = read_all(*reader, story); !status) return wrong(status.error());
        if (!story.known())
            return wrong({args.journal + ": found nothing of account " +
                          std::to_string(*args.account) +
                          ", expected an account that the run had (without an account, those that "
                          "were liquidated are listed)"});
        if (args.json) {
            fmt::print("{}\n", json_of(*args.account, story).dump(2));
            return 0;
        }
        print(*args.account, story);
    } else {
        CaseList list;
        if (const Status status = read_all(*reader, list); !status) return wrong(status.error());
        if (args.json) {
            fmt::print("{}\n", json_of(list).dump(2));
            return 0;
        }
        print(list);
    }
    if (reader->torn_tail()) fmt::print("{}\n", journal::describe(*reader->torn_tail()));
    return 0;
}

}  // namespace lpc::app
