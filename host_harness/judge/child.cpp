#include "child.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>
#include <foundation/sanitized.hpp>

namespace lpc::judge {
namespace {

using Clock = std::chrono::steady_clock;

// The last bytes of what a child says: without them it did not come to its end.
constexpr std::uint64_t kEnd = 0x6c70632e656e642eULL;

void limit(int resource, std::uint64_t value) {
    const rlimit both{value, value};
    (void)::setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

// False if it could not be written whole.
bool write_all(int to, const void* bytes, std::size_t size) {
    const auto* at = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t done = ::write(to, at, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        at += done;
        size -= static_cast<std::size_t>(done);
    }
    return true;
}

[[noreturn]] void be_child(int out, const Limits& limits,
                           const std::function<std::string()>& body) {
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Why: a handler of the process that asks would take a crash for one of its own.
    for (int signal = 1; signal < NSIG; ++signal) (void)std::signal(signal, SIG_DFL);
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO}) (void)::dup2(nowhere, fd);
    if (!kSanitized) (void)::dup2(nowhere, STDERR_FILENO);
    // Large blocks come fresh and zero from the system each time: a plugin may want many megabytes
    // for an instance, and thousands of instances are made.
    (void)::mallopt(M_MMAP_THRESHOLD, 1 << 20);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, limits.cpu_s);
    if (!kSanitized) limit(RLIMIT_AS, limits.memory_bytes);
    const std::string said = body();
    const bool whole =
        write_all(out, said.data(), said.size()) && write_all(out, &kEnd, sizeof kEnd);
    ::_exit(whole ? 0 : 1);
}

std::string signal_text(int signal, const Limits& limits) {
    if (signal == SIGXCPU || signal == SIGKILL)
        return "hangs: it did not end within " + std::to_string(limits.cpu_s) +
               " s of processor time";
    const char* const name = ::sigdescr_np(signal);
    return "crashed by signal " + std::to_string(signal) + " (" +
           (name == nullptr ? "unknown" : name) + ")";
}

// Reads until the child closes its end or time is up. False: time is up.
bool read_all(int from, std::string& said, const Limits& limits) {
    const auto until = Clock::now() + std::chrono::seconds(limits.wall_s);
    std::array<char, 65536> piece;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        if (left <= 0) return false;
        pollfd ready{from, POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(left)) <= 0) continue;
        const ssize_t got = ::read(from, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return true;
        said.append(piece.data(), static_cast<std::size_t>(got));
    }
}

std::string wait_for(pid_t child, const Limits& limits) {
    int state = 0;
    while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(state)) return signal_text(WTERMSIG(state), limits);
    return "ended its process with exit code " + std::to_string(WEXITSTATUS(state));
}

}  // namespace

bool is_sanitized() {
    return kSanitized;
}

ChildEnd in_child(const Limits& limits, const std::function<std::string()>& body) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {{}, "could not be started: no pipe"};
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        be_child(ends[1], limits, body);
    }
    ::close(ends[1]);
    if (child < 0) {
        ::close(ends[0]);
        return {{}, std::string("could not be started: ") + std::strerror(errno)};
    }
    ChildEnd end;
    const bool in_time = read_all(ends[0], end.said, limits);
    ::close(ends[0]);
    if (!in_time) (void)::kill(child, SIGKILL);
    const std::string how = wait_for(child, limits);
    if (!in_time) {
        end.trouble = "hangs: it did not end within " + std::to_string(limits.wall_s) + " s";
        return end;
    }
    std::uint64_t last = 0;
    if (end.said.size() >= sizeof last)
        std::memcpy(&last, end.said.data() + end.said.size() - sizeof last, sizeof last);
    if (last == kEnd) {
        end.said.resize(end.said.size() - sizeof last);
    } else {
        end.trouble = how;
    }
    return end;
}

}  // namespace lpc::judge
