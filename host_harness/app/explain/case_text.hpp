// The liquidated accounts of a journal as people and programs read them: the list of all, and what
// stands above the story of one. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "case_list.hpp"

namespace lpc::app {

// Engine time as UTC with milliseconds; what lies before 1971 is a synthetic run's and shown in
// seconds.
std::string time_text(std::int64_t now_ns);

nlohmann::ordered_json json_of(const CaseList& list);
// null: it was never liquidated.
nlohmann::ordered_json json_of(const LiquidatedAccount* account);

// `all`: every account, else the first few. Lines, each with its end.
std::string list_text(const CaseList& list, bool all);
std::string head_text(const LiquidatedAccount* account);

}  // namespace lpc::app
