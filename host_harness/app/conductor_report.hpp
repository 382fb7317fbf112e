// What an operator is told of a running engine: values made from the runtime's state. Engine
// thread, between two turns; pure.
#pragma once

#include <control/answer.hpp>
#include <cstdint>
#include <runtime/observer.hpp>
#include <runtime/state.hpp>
#include <string>
#include <vector>

namespace lpc::app {

control::HostReport host_report(const runtime::State& state, bool poisoned);
std::vector<control::StageReport> stage_reports(const runtime::State& state);
// Accounts that a follower in this arm of the stage has to get now.
std::uint64_t accounts_to_move(const runtime::State& state, std::uint32_t stage, std::uint8_t arm);
// One sentence on who acts or follows now.
std::string change_text(const runtime::Transition& transition, const std::string& why);

}  // namespace lpc::app
