#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <journal/reader.hpp>

#include <app/commands.hpp>
#include <app/journal_source.hpp>

#include "case_list.hpp"
#include "case_text.hpp"
#include "story.hpp"

namespace lpc::app {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Story& story) {
    Json lines = Json::array();
    for (const StoryLine& line : story.lines())
        lines.push_back({{"sequence", line.sequence},
                         {"now_ns", line.now_ns},
                         {"kind", line.kind},
                         {"text", line.text}});
    return lines;
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
    for (const StoryLine& line : story.lines())
        fmt::print("{:>23}  {:<8}  {}\n", line.now_ns == 0 ? "" : time_text(line.now_ns), line.kind,
                   line.people);
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
        fmt::print("{}\n", with_end(json, reader).dump(2));
        return 0;
    }
    print(account, story, list);
    print_end(reader);
    return 0;
}

int explain_all(journal::Reader& reader, const ExplainArgs& args) {
    CaseList list;
    journal::Record record;
    while (reader.next(record)) list.take(record);
    if (!reader.status()) return wrong(reader.status().error());
    if (args.json) {
        fmt::print("{}\n", with_end(json_of(list), reader).dump(2));
        return 0;
    }
    fmt::print("{}", list_text(list, args.all));
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
