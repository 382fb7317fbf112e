#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include <journal/io.hpp>
#include <journal/reader.hpp>

#include "commands.hpp"
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

nlohmann::ordered_json json_of(const ExplainArgs& args, const Story& story) {
    auto lines = nlohmann::ordered_json::array();
    for (const StoryLine& line : story.lines())
        lines.push_back({{"sequence", line.sequence},
                         {"now_ns", line.now_ns},
                         {"kind", line.kind},
                         {"text", line.text}});
    return {{"account", args.account}, {"story", lines}};
}

}  // namespace

int explain_command(const ExplainArgs& args) {
    const auto folder = journal::io::open_folder(args.journal);
    if (!folder) return wrong(folder.error());
    auto reader = journal::Reader::open(*folder);
    if (!reader) return wrong(reader.error());
    Story story(args.account);
    journal::Record record;
    while (reader->next(record)) story.take(record);
    if (!reader->status()) return wrong(reader->status().error());
    if (!story.known())
        return wrong({args.journal + ": found nothing of account " + std::to_string(args.account) +
                      ", expected an account that the run had"});
    if (args.json) {
        fmt::print("{}\n", json_of(args, story).dump(2));
        return 0;
    }
    fmt::print("account {}\n", args.account);
    for (const StoryLine& line : story.lines())
        fmt::print("{:>23}  {:<8}  {}\n", line.now_ns == 0 ? "" : time_text(line.now_ns), line.kind,
                   line.text);
    if (reader->torn_tail()) fmt::print("{}\n", journal::describe(*reader->torn_tail()));
    return 0;
}

}  // namespace lpc::app
