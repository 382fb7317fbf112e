#include "child_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <future>

namespace lpc::placement {
namespace {

// What posix_spawn is to do in the child, in this order.
class Preparation {
  public:
    explicit Preparation(int inherited_fd) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_adddup2(&files_, inherited_fd, ChildProcess::kInherited);
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&files_, ChildProcess::kInherited + 1);
        ::posix_spawnattr_init(&process_);
        ::posix_spawnattr_setflags(
            &process_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
        sigset_t signals;
        ::sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&process_, &signals);
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&process_, &signals);
        ::posix_spawnattr_setpgroup(&process_, 0);
    }
    ~Preparation() {
        ::posix_spawnattr_destroy(&process_);
        ::posix_spawn_file_actions_destroy(&files_);
    }
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;

    const posix_spawn_file_actions_t& files() const { return files_; }
    const posix_spawnattr_t& process() const { return process_; }

  private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t process_{};
};

std::string told(int state) {
    if (!WIFSIGNALED(state)) return "exited with code " + std::to_string(WEXITSTATUS(state));
    const int signal = WTERMSIG(state);
    const char* const name = ::sigdescr_np(signal);
    return "was ended by signal " + std::to_string(signal) + " (" +
           (name == nullptr ? "unknown" : name) + ")";
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const std::string& executable,
                                                          const std::vector<std::string>& arguments,
                                                          int inherited_fd) {
    std::unique_ptr<ChildProcess> child(new ChildProcess);
    std::promise<Status> spawned;
    child->thread_ = std::thread([&, process = child.get()] {
        const Status done = process->spawn(executable, arguments, inherited_fd);
        const bool runs = done.has_value();
        spawned.set_value(done);
        if (runs) process->watch();
    });
    if (const Status done = spawned.get_future().get(); !done)
        return fail_in("starting " + executable, done.error());
    return child;
}

Status ChildProcess::spawn(const std::string& executable, const std::vector<std::string>& arguments,
                           int inherited_fd) {
    std::vector<char*> words{const_cast<char*>(executable.c_str())};
    for (const std::string& argument : arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    const Preparation preparation(inherited_fd);
    const int error = ::posix_spawn(&id_, executable.c_str(), &preparation.files(),
                                    &preparation.process(), words.data(), environ);
    if (error != 0) return fail(std::strerror(error));
    handle_ = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));
    if (handle_ >= 0) return {};
    const std::string why = std::strerror(errno);
    (void)::kill(id_, SIGKILL);
    watch();
    return fail("a handle of the process: " + why);
}

void ChildProcess::watch() {
    int state = 0;
    pid_t reaped = 0;
    do {
        reaped = ::waitpid(id_, &state, 0);
    } while (reaped < 0 && errno == EINTR);
    // Why: a process that ignores SIGCHLD is not told how its children end.
    end_ = reaped < 0 ? "has ended in a way that the system did not tell" : told(state);
    ended_.store(true, std::memory_order_release);
}

ChildProcess::~ChildProcess() {
    kill();
    thread_.join();
    if (handle_ >= 0) (void)::close(handle_);
}

std::optional<std::string> ChildProcess::ended() const {
    if (!ended_.load(std::memory_order_acquire)) return std::nullopt;
    return end_;
}

void ChildProcess::kill() const {
    if (handle_ >= 0) (void)::syscall(SYS_pidfd_send_signal, handle_, SIGKILL, nullptr, 0);
}

Status die_with_parent(pid_t parent) {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return fail(std::string("a process that would not die with its parent: ") +
                    std::strerror(errno));
    const pid_t now = ::getppid();
    if (now == parent) return {};
    return fail("the parent of this process is process " + std::to_string(now) + ", expected " +
                std::to_string(parent));
}

}  // namespace lpc::placement
