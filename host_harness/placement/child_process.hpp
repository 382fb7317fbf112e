// A process that the host starts, watches and kills. Each has a thread of the host that waits for
// its end, so asking costs the engine's thread no system call, and the child, which dies with the
// thread that has started it, lives as long as it is wanted. The destructor kills and reaps.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <foundation/status.hpp>

namespace lpc::placement {

class ChildProcess {
  public:
    // Where the child finds the one descriptor that it inherits.
    static constexpr int kInherited = 3;

    // Of the host's descriptors the child has that one and standard error; its standard input and
    // output are empty, its signals as at the start of any process. It is in a process group of its
    // own: what a terminal sends to the host (Ctrl-C) is the host's to answer. Takes a millisecond.
    static Result<std::unique_ptr<ChildProcess>> start(const std::string& executable,
                                                       const std::vector<std::string>& arguments,
                                                       int inherited_fd);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t id() const { return id_; }
    // Half a sentence, "was ended by signal 11 (Segmentation fault)"; nothing while it runs.
    std::optional<std::string> ended() const;
    // Does not wait: ended() says when it has come to pass.
    void kill() const;

  private:
    ChildProcess() = default;
    Status spawn(const std::string& executable, const std::vector<std::string>& arguments,
                 int inherited_fd);
    void watch();

    pid_t id_ = -1;
    int handle_ = -1;  // a pidfd: never another process, even if the number is used again
    std::string end_;  // written once, before ended_
    std::atomic<bool> ended_{false};
    std::thread thread_;
};

// In the child, as early as possible: from now on it is killed when the thread ends that has
// started it, which a process takes along however it ends. Refused if `parent` is gone already.
[[nodiscard]] Status die_with_parent(pid_t parent);

}  // namespace lpc::placement
