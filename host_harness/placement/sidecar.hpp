// A process with one instance of a plugin, as the engine has it: started, asked, waited for within
// its patience, killed. What comes from it is checked; once it is lost it stays lost. One thread
// at a time; start() may be called on any.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "channel.hpp"
#include "child_process.hpp"
#include "sidecar_protocol.hpp"

namespace lpc::placement {

struct SidecarTerms {
    std::string executable;    // it is called with `sidecar` and the options of sidecar_main.hpp
    std::string cache_folder;  // of PluginCache, where the plugin's copy lies
    std::chrono::nanoseconds patience{
        1'000'000'000};  // for any answer; starting may take ten times as long
    std::uint64_t memory_bytes = std::uint64_t{1} << 30;
    std::uint32_t ring_records = 1u << 15;
};

class Sidecar {
  public:
    // Returns when the instance is there. An error says why it is not.
    static Result<std::unique_ptr<Sidecar>> start(const SidecarTerms& terms,
                                                  const std::string& sha256,
                                                  const runtime::LogSink& log);

    // Without an answer, or with one that await() gives. Never waits.
    void tell(Head head, std::span<const lpc_fact> records = {});
    std::uint64_t ask(Head head, std::span<const lpc_fact> records = {});
    std::optional<runtime::Lost> await(std::uint64_t number, std::uint32_t kind, Message& reply);
    // Takes in what has come, without waiting.
    void look();
    const std::optional<runtime::Lost>& lost() const { return lost_; }
    // What comes back of a kHeard, which nobody awaits.
    std::function<bool(const Message&)> on_heard;
    // The answer was none: it is not asked again.
    runtime::Lost give_up(runtime::Loss how, const std::string& why);

    std::uint64_t backlog() const { return channel_->backlog(); }
    pid_t process() const { return child_->id(); }

  private:
    Sidecar() = default;
    void take_in(Message& message);

    std::unique_ptr<Channel> channel_;
    std::unique_ptr<ChildProcess> child_;
    runtime::LogSink log_;
    std::uint64_t log_lines_ = 0;
    std::chrono::nanoseconds patience_{};
    std::uint64_t number_ = 0;
    std::set<std::uint64_t> asked_;
    std::map<std::uint64_t, Message> replies_;
    std::optional<runtime::Lost> lost_;
};

}  // namespace lpc::placement
