// A process beside the engine's: what it says comes over the channel, how it ends is told, it never
// outlives the host, and in the cage it can do nothing but compute and speak. placement_child.cpp
// is that process.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <foundation/sanitized.hpp>
#include <fstream>
#include <iterator>
#include <placement/channel.hpp>
#include <placement/child_process.hpp>
#include <sstream>

namespace lpc::placement {
namespace {

using namespace std::chrono_literals;

const std::string kChild = LPC_BINARY_DIR "/bin/placement_child";

struct Sidecar {
    std::unique_ptr<Channel> channel = Channel::create(32).value();
    std::unique_ptr<ChildProcess> process;

    explicit Sidecar(const std::string& way)
        : process(ChildProcess::start(kChild, {way, std::to_string(::getpid())}, channel->fd())
                      .value()) {}

    // The next message; kind 0 if none comes and the process has ended, or only time passes.
    Message hear() const {
        Message heard;
        for (int rounds = 0; rounds < 12'000; ++rounds) {
            const bool has_ended = process->ended().has_value();
            const Got got = channel->receive(heard);
            BOOST_REQUIRE(got != Got::garbage);
            if (got == Got::message || has_ended) return heard;
            (void)channel->wait(10ms);
        }
        return heard;
    }
    std::string end() const {
        for (int rounds = 0; rounds < 12'000; ++rounds) {
            if (const auto how = process->ended()) return *how;
            ::usleep(10'000);
        }
        return "runs";
    }
};

std::size_t open_descriptors() {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                      std::filesystem::directory_iterator{}));
}

// The messages of both ways many times as large as the ring, too.
void speaks(const Sidecar& sidecar) {
    for (std::uint64_t number = 1; number <= 300; ++number) {
        std::vector<lpc_fact> records(number % 7 == 0 ? 1'000 : number % 5);
        for (std::size_t i = 0; i < records.size(); ++i) records[i].seq = number + i;
        sidecar.channel->send({.kind = 1, .number = number}, records);
        const Message answer = sidecar.hear();
        BOOST_REQUIRE(answer.kind == 1u);
        BOOST_REQUIRE(answer.number == number);
        BOOST_REQUIRE(answer.records.size() == records.size());
        for (std::size_t i = 0; i < records.size(); ++i)
            BOOST_REQUIRE(answer.records[records.size() - 1 - i].seq == number + i);
    }
    sidecar.channel->send({.kind = 0, .number = 1});
    BOOST_TEST(sidecar.end() == "exited with code 0");
}

BOOST_AUTO_TEST_SUITE(sidecar_process)

BOOST_AUTO_TEST_CASE(what_is_sent_to_a_process_comes_back_from_it) {
    speaks(Sidecar("echo"));
}

BOOST_AUTO_TEST_CASE(how_a_process_ends_is_told) {
    BOOST_TEST(Sidecar("free_crash").end() == "was ended by signal 11 (Segmentation fault)");
    BOOST_TEST(Sidecar("free_exit").end() == "exited with code 3");
    BOOST_TEST(Sidecar("free_abort").end() == "was ended by signal 6 (Aborted)");
    const Sidecar hangs("tell_and_hang");
    BOOST_TEST(hangs.hear().kind == 1u);
    BOOST_TEST(!hangs.process->ended().has_value());
    hangs.process->kill();
    BOOST_TEST(hangs.end() == "was ended by signal 9 (Killed)");
    hangs.process->kill();
    BOOST_TEST(hangs.end() == "was ended by signal 9 (Killed)");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_started_and_the_sentence_says_so) {
    const auto channel = Channel::create(1).value();
    const auto child = ChildProcess::start("/nowhere/lpc", {}, channel->fd());
    BOOST_REQUIRE(!child.has_value());
    BOOST_TEST(child.error().message == "starting /nowhere/lpc: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_process_inherits_one_descriptor_and_leaves_none_behind) {
    const std::size_t before = open_descriptors();
    const int inheritable = ::fcntl(STDERR_FILENO, F_DUPFD, 100);
    BOOST_REQUIRE(inheritable >= 100);
    {
        const Sidecar sidecar("descriptors");
        const Message told = sidecar.hear();
        BOOST_TEST(told.words[0] == 4);  // 0, 1, 2 and the channel
        BOOST_TEST(told.words[1] == 1);  // a process group of its own
    }
    ::close(inheritable);
    (void)Channel::open(0);
    (void)ChildProcess::start("/nowhere/lpc", {}, 0);
    BOOST_TEST(open_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(who_lets_go_of_a_process_has_killed_and_reaped_it) {
    pid_t id = 0;
    {
        const Sidecar sidecar("tell_and_hang");
        BOOST_TEST(sidecar.hear().words[0] == sidecar.process->id());
        id = sidecar.process->id();
    }
    BOOST_TEST(::kill(id, 0) == -1);
    BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1);
}

// The child has a child of its own, which becomes ours when it is orphaned.
BOOST_AUTO_TEST_CASE(a_process_is_killed_when_its_parent_is) {
    BOOST_REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    const Sidecar sidecar("keep_a_child");
    const auto grandchild = static_cast<pid_t>(sidecar.hear().words[0]);
    BOOST_REQUIRE(grandchild > 0);
    BOOST_REQUIRE(grandchild != sidecar.process->id());
    sidecar.process->kill();
    BOOST_TEST(sidecar.end() == "was ended by signal 9 (Killed)");
    int state = 0;
    pid_t reaped = 0;
    for (int rounds = 0; rounds < 12'000 && reaped == 0; ++rounds) {
        reaped = ::waitpid(grandchild, &state, WNOHANG);
        ::usleep(10'000);
    }
    if (reaped == 0) (void)::kill(grandchild, SIGKILL);
    BOOST_TEST(reaped == grandchild);
    BOOST_TEST((WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL));
    (void)::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

BOOST_AUTO_TEST_CASE(who_is_orphaned_before_it_can_say_so_is_refused) {
    const Sidecar another("free_exit");
    const auto child =
        ChildProcess::start(kChild, {"free_exit", "1"}, another.channel->fd()).value();
    while (!child->ended()) ::usleep(1'000);
    BOOST_TEST(*child->ended() == "exited with code 97");
}

BOOST_AUTO_TEST_CASE(in_the_cage_memory_exceptions_sleep_and_the_channel_work) {
    for (const char* deed : {"use_memory", "use_exceptions", "sleep"}) {
        BOOST_TEST_CONTEXT(deed) {
            const Sidecar sidecar(std::string("caged_") + deed);
            BOOST_TEST(sidecar.hear().kind == 1u);
            BOOST_TEST(sidecar.hear().kind == 2u);
            BOOST_TEST(sidecar.end() == "exited with code 0");
        }
    }
    const Sidecar echo("caged_echo");
    BOOST_TEST(echo.hear().kind == 1u);
    speaks(echo);
}

// As the system tells it of the process.
BOOST_AUTO_TEST_CASE(in_the_cage_there_are_no_core_files_no_new_descriptors_and_no_privileges) {
    const Sidecar sidecar("caged_echo");
    BOOST_REQUIRE(sidecar.hear().kind == 1u);
    const auto line_of = [&](const char* file, const std::string& beginning) {
        std::ifstream in("/proc/" + std::to_string(sidecar.process->id()) + "/" + file);
        for (std::string line; std::getline(in, line);)
            if (line.starts_with(beginning)) return line;
        return std::string();
    };
    const auto none_of = [&](const std::string& limit) {
        const std::string line = line_of("limits", limit);
        std::istringstream words(line.substr(std::min(limit.size(), line.size())));
        std::string soft, hard;
        words >> soft >> hard;
        return soft == "0" && hard == "0";
    };
    BOOST_TEST(none_of("Max core file size"));
    if (!kSanitized) BOOST_TEST(none_of("Max open files"));
    BOOST_TEST(line_of("status", "NoNewPrivs:") == "NoNewPrivs:\t1");
}

BOOST_AUTO_TEST_CASE(in_the_cage_an_abort_is_told_as_what_it_is) {
    for (const char* deed : {"abort", "throw", "terminate"})
        BOOST_TEST(Sidecar(std::string("caged_") + deed).end() == "was ended by signal 6 (Aborted)",
                   deed);
    BOOST_TEST(Sidecar("caged_crash").end() == "was ended by signal 11 (Segmentation fault)");
    BOOST_TEST(Sidecar("caged_exit").end() == "exited with code 3");
}

// What follows needs the bounds that a sanitizer's build does not have (placement/cage.hpp).
BOOST_AUTO_TEST_CASE(in_the_cage_what_goes_beyond_the_memory_is_refused_and_nothing_else_happens,
                     *boost::unit_test::enable_if<!kSanitized>()) {
    const Sidecar sidecar("caged_eat_memory");
    BOOST_TEST(sidecar.hear().kind == 1u);
    BOOST_TEST(sidecar.hear().kind == 2u);
    BOOST_TEST(sidecar.end() == "exited with code 0");
}

BOOST_AUTO_TEST_CASE(in_the_cage_every_other_system_call_ends_the_process_at_once,
                     *boost::unit_test::enable_if<!kSanitized>()) {
    for (const char* deed :
         {"open", "read", "write", "socket", "fork", "clone3", "thread", "execve", "mmap_exec",
          "mprotect_exec", "madvise_remove", "kill_parent", "tgkill_another", "raise_limit",
          "ptrace", "outlive", "memfd", "futex_requeue"}) {
        BOOST_TEST_CONTEXT(deed) {
            const Sidecar sidecar(std::string("caged_") + deed);
            BOOST_TEST(sidecar.hear().kind == 1u);
            BOOST_TEST(sidecar.hear().kind == 0u);
            BOOST_TEST(sidecar.end() == "was ended by signal 31 (Bad system call)");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lpc::placement
