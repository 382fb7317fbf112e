#include "case_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <vector>

#include <lpc/sdk/rounding.hpp>

namespace lpc::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kListedMax = 20;  // for people, unless they want all; --json gives all
constexpr const char* kEndings[] = {"restored", "closed", "taken over", "running"};

// "73.4 %", rounded down.
std::string share_text(std::int64_t ppb) {
    const auto per_mille = static_cast<std::int64_t>(div_floor(ppb, 1'000'000));
    const std::int64_t size = per_mille < 0 ? -per_mille : per_mille;
    return fmt::format("{}{}.{} %", per_mille < 0 ? "-" : "", size / 10, size % 10);
}

std::string ending_text(const LiquidatedAccount& one) {
    if (one.ending == "running") return "still running";
    std::string text = time_text(one.ended_ns) + "  " + one.ending;
    if (one.ending == "restored") text += fmt::format(", {} lots left", one.lots_left);
    return text;
}

// Without the blanks that align it in a column.
std::string line_text(const std::string& aligned) {
    return aligned.substr(std::min(aligned.size(), aligned.find_first_not_of(' ')));
}

std::int64_t count_of(const CaseList& list, const char* ending) {
    const auto& accounts = list.accounts();
    return std::count_if(accounts.begin(), accounts.end(),
                         [&](const LiquidatedAccount& one) { return one.ending == ending; });
}

std::string endings_text(const CaseList& list) {
    std::string text;
    for (const char* ending : kEndings)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count_of(list, ending), ending);
    return text;
}

}  // namespace

std::string time_text(std::int64_t now_ns) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    const std::int64_t millis = now_ns % kSecond / 1'000'000;
    const std::time_t seconds = now_ns / kSecond;
    if (seconds < 365 * 86'400) return fmt::format("{:>8}.{:03} s", seconds, millis);
    return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}", fmt::gmtime(seconds), millis);
}

Json json_of(const LiquidatedAccount* account) {
    if (account == nullptr) return nullptr;
    const LiquidatedAccount& one = *account;
    const auto or_null = [](const std::string& text) {
        return text.empty() ? Json(nullptr) : Json(text);
    };
    const bool runs = one.ending == "running";
    return {{"account", one.account},
            {"closeouts", one.closeouts},
            {"opened_ns", one.opened_ns},
            {"ended_ns", runs ? Json(nullptr) : Json(one.ended_ns)},
            {"ratio_ppb", one.ratio_ppb},
            {"first_stage", or_null(one.first_stage)},
            {"last_stage", or_null(one.last_stage)},
            {"stages", one.stages},
            {"book_lots", one.book_lots},
            {"fund_lots", one.fund_lots},
            {"bidder_lots", one.bidder_lots},
            {"opponent_lots", one.opponent_lots},
            {"ending", one.ending},
            {"lots_left", runs ? Json(nullptr) : Json(one.lots_left)}};
}

Json json_of(const CaseList& list) {
    Json accounts = Json::array();
    for (const LiquidatedAccount& one : list.accounts()) accounts.push_back(json_of(&one));
    return {{"closeouts", list.closeouts()}, {"accounts", accounts}};
}

std::string list_text(const CaseList& list, bool all) {
    const std::vector<LiquidatedAccount>& accounts = list.accounts();
    if (accounts.empty()) return "no account was liquidated\n";
    std::string text = fmt::format("{} accounts were liquidated, in {} close-outs: {} (1)\n",
                                   accounts.size(), list.closeouts(), endings_text(list));
    text += fmt::format("{:>20} {:>23} {:>10} {:>11}  {:<16} {}\n", "account", "first close-out",
                        "close-outs", "equity (2)", "stages", "ended");
    const std::size_t shown = all ? accounts.size() : std::min(accounts.size(), kListedMax);
    for (std::size_t i = 0; i < shown; ++i) {
        const LiquidatedAccount& one = accounts[i];
        std::string stages = one.first_stage.empty() ? "-" : one.first_stage;
        if (one.last_stage != one.first_stage) stages += " ... " + one.last_stage;
        text += fmt::format("{:>20} {:>23} {:>10} {:>11}  {:<16} {}\n", one.account,
                            time_text(one.opened_ns), one.closeouts, share_text(one.ratio_ppb),
                            stages, ending_text(one));
    }
    if (shown < accounts.size())
        text += fmt::format("and {} more; --all lists them too\n", accounts.size() - shown);
    text +=
        "(1) how each account's last close-out ended; the report counts as bankrupt those for "
        "which the fund paid: taken over beyond the mark, or a deficit covered after all was "
        "closed\n"
        "(2) of the maintenance requirement, when the first close-out was accepted\n";
    return text;
}

std::string head_text(const LiquidatedAccount* account) {
    if (account == nullptr) return "never liquidated\n";
    const LiquidatedAccount& one = *account;
    std::string stages;
    for (const std::string& stage : one.stages) stages += (stages.empty() ? "" : ", ") + stage;
    std::string text =
        fmt::format("first closed out  {}, with equity of {} of the maintenance requirement\n",
                    line_text(time_text(one.opened_ns)), share_text(one.ratio_ppb));
    text += fmt::format("close-outs        {}, through the stages: {}\n", one.closeouts,
                        stages.empty() ? "none" : stages);
    text += fmt::format("lots              {} closed on the book, {} taken over by the fund",
                        one.book_lots, one.fund_lots);
    if (one.bidder_lots != 0) text += fmt::format(", {} sold to bidders", one.bidder_lots);
    if (one.opponent_lots != 0) text += fmt::format(", {} deleveraged", one.opponent_lots);
    text += "\n";
    text += fmt::format("ended             {}\n", line_text(ending_text(one)));
    return text;
}

}  // namespace lpc::app
