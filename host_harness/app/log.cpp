#include "log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace lpc::app {
namespace {

spdlog::level::level_enum level_of(int level) {
    switch (level) {
        case LPC_LOG_DEBUG:
            return spdlog::level::debug;
        case LPC_LOG_NOTE:
            return spdlog::level::info;
        case LPC_LOG_WARNING:
            return spdlog::level::warn;
        default:
            return spdlog::level::err;
    }
}

}  // namespace

runtime::LogSink log_sink() {
    static const auto logger = spdlog::stderr_color_mt("lpc");
    return [](int level, const std::string& text) { logger->log(level_of(level), "{}", text); };
}

}  // namespace lpc::app
