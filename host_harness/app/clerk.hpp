// Prepares what an operator asks for, off the engine's thread: judges the plugin file by the
// policy, has it judged by `lpc check --quick` in a child process, loads it, matches its
// parameters: the stage's for the plugin of the scenario, its own initial values for another one.
// Orders come from the control server's thread and leave, in their order, through a bounded queue
// to the engine's. Owns its thread; ends within the time of one check.
#pragma once

#include <readerwriterqueue/readerwriterqueue.h>

#include <condition_variable>
#include <control/operator.hpp>
#include <control/plugin_policy.hpp>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <runtime/runtime.hpp>
#include <scenario/scenario_config.hpp>
#include <set>
#include <string>
#include <thread>

#include "host_config.hpp"

namespace lpc::app {

// An order that can be carried out between two turns.
struct Task {
    control::Order order;
    control::Reply reply;
    runtime::Attachment attachment;           // swap, shadow
    std::optional<runtime::PluginCode> code;  // of it
};

class Clerk {
  public:
    // Starts what a plugin of this sha256 needs to follow.
    using Prepare = std::function<Status(const std::string& sha256)>;

    Clerk(const HostConfig& host, control::PluginPolicy policy,
          const scenario::ScenarioConfig& scenario, Prepare prepare_place = {});
    ~Clerk();
    Clerk(const Clerk&) = delete;
    Clerk& operator=(const Clerk&) = delete;

    // From the server's thread. Never waits.
    void take(control::Order order, control::Reply reply);
    // From the engine's thread: the next task, if there is one.
    bool next(Task& task) { return ready_.try_dequeue(task); }
    // A plugin with this content has failed: it is not taken again.
    void quarantine(const std::string& sha256);
    void stop();

  private:
    struct Wish {
        control::Order order;
        control::Reply reply;
    };
    void work();
    // Names the arm that is meant.
    Status find_arm(control::Order& order) const;
    Status prepare(Task& task);
    Status load(Task& task);
    // Who the stages' plugins were at the start.
    void meet_plugins();

    HostConfig host_;
    control::PluginPolicy policy_;
    const scenario::ScenarioConfig& scenario_;
    Prepare prepare_place_;
    std::map<std::string, std::string> first_ids_;  // by stage, or STAGE/ARM
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Wish> wishes_;
    std::set<std::string> quarantined_;
    bool stopping_ = false;
    moodycamel::ReaderWriterQueue<Task> ready_;
    std::thread thread_;
};

}  // namespace lpc::app
