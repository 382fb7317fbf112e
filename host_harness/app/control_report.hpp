// An answer of a running host as people read it, and as one JSON object. Pure.
#pragma once

#include <string>

#include <control/answer.hpp>
#include <control/order.hpp>

namespace lpc::app {

std::string json_of(const control::Order& order, const control::Answer& answer);
std::string text_of(const control::Order& order, const control::Answer& answer);

}  // namespace lpc::app
