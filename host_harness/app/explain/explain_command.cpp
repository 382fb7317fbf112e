#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include <journal/reader.hpp>

#include <app/commands.hpp>
#include <app/journal_source.hpp>

#include "case_list.hpp"
#include "case_text.hpp"
#include "changes.hpp"
#include "story.hpp"

namespace lpc::app {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Story& story) {
    Json lines = Json::array();
    for (const StoryLine& line : story.lines()) {
        Json& json = lines.emplace_back(Json{{"sequence", line.sequence},
                                             {"now_ns", line.now_ns},
                                             {"kind", line.kind},
                                             {"text", line.text}});
        if (line.by) json["by"] = json_of(*line.by);
    }
    return lines;
}

// Why: the name of a file may hold any bytes.
std::string text_of(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

// How the journal ends, as `lpc replay --json` says it too.
Json with_end(Json json, const journal::Reader& reader) {
    json["sealed"] = reader.end().sealed;
    json["torn_tail"] = reader.torn_tail() ? journal::describe(*reader.torn_tail()) : "";
    return json;
}

void print_end(const journal::Reader& reader) {
    if (reader.torn_tail()) fmt::print("{}\n", journal::describe(*reader.torn_tail()));
    if (!reader.end().sealed) fmt::print("{}\n", kNoSeal);
}

void print(std::uint64_t account, const Story& story, const CaseList& list) {
    fmt::print("account {}\n{}", account, head_text(list.find(account)));
    fmt::print(
        "money in whole units of its asset; prices in ticks, and in brackets what one lot costs\n");
    std::set<std::uint32_t> met;
    for (const StoryLine& line : story.lines()) {
        const std::string time = line.now_ns == 0 ? "" : time_text(line.now_ns);
        // Who gives commands is told with his first one, and named by his number from then on.
        if (line.by && met.insert(line.by->instance).second)
            fmt::print("{:>23}  {:<8}  #{} is {}, which acts in stage {} now\n", time, "plugin",
                       line.by->instance, text_of(*line.by), line.stage);
        const std::string by = line.by ? fmt::format("#{} ", line.by->instance) : "";
        fmt::print("{:>23}  {:<8}  {}{}\n", time, line.kind, by, line.people);
    }
}

int explain_account(std::uint64_t account, journal::Reader& reader, const ExplainArgs& args) {
    Story story(account);
    CaseList list;
    journal::Record record;
    while (reader.next(record)) {
        story.take(record);
        list.take(record);
    }
    if (!reader.status()) return wrong(reader.status().error());
    if (!story.known())
        return wrong({args.journal + ": found nothing of account " + std::to_string(account) +
                      ", expected an account that the run had (without an account, those that "
                      "were liquidated are listed)"});
    if (args.json) {
        const Json json{{"account", account},
                        {"liquidation", json_of(list.find(account))},
                        {"story", json_of(story)}};
        fmt::print("{}\n", text_of(with_end(json, reader)));
        return 0;
    }
    print(account, story, list);
    print_end(reader);
    return 0;
}

int explain_all(journal::Reader& reader, const ExplainArgs& args) {
    CaseList list;
    Changes changes;
    journal::Record record;
    while (reader.next(record)) {
        list.take(record);
        changes.take(record);
    }
    if (!reader.status()) return wrong(reader.status().error());
    if (args.json) {
        Json json = json_of(list);
        json["changes"] = json_of(changes);
        fmt::print("{}\n", text_of(with_end(std::move(json), reader)));
        return 0;
    }
    fmt::print("{}{}", list_text(list, args.all), text_of(changes));
    print_end(reader);
    return 0;
}

}  // namespace

int explain_command(const ExplainArgs& args) {
    auto reader = open_journal(args.journal);
    if (!reader) return wrong(reader.error());
    return args.account ? explain_account(*args.account, *reader, args)
                        : explain_all(*reader, args);
}

}  // namespace lpc::app
