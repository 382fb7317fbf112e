// The one log of the process, on standard error. Plugins and runtime reach it through a sink that
// they are given.
#pragma once

#include <runtime/instance.hpp>

namespace lpc::app {

runtime::LogSink log_sink();

}  // namespace lpc::app
