// The other process of sidecar_process_test.cpp: placement_child WAY PARENT does one thing, over
// the channel that it inherits, or within the cage.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <placement/cage.hpp>
#include <placement/channel.hpp>
#include <placement/child_process.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using lpc::placement::Channel;
using lpc::placement::ChildProcess;
using lpc::placement::Got;
using lpc::placement::Message;

constexpr std::uint64_t kMemory = 512u << 20;

[[noreturn]] void hang() {
    for (;;) ::pause();
}

// Gives back what it hears, until it hears a message of kind 0.
void echo(Channel& channel) {
    for (Message heard;;) {
        const Got got = channel.receive(heard);
        if (got == Got::garbage) std::_Exit(94);
        if (got == Got::nothing) {
            (void)channel.wait(1h);
            continue;
        }
        if (heard.kind == 0) return;
        std::reverse(heard.records.begin(), heard.records.end());
        channel.send({.kind = 1, .number = heard.number}, heard.records);
    }
}

void tell_descriptors(Channel& channel) {
    std::int64_t open = 0;
    for (int fd = 0; fd < 1024; ++fd) open += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    channel.send({.kind = 1, .words = {open, ::getpgrp() == ::getpid()}});
}

void keep_a_child(const std::string& executable) {
    const auto child = ChildProcess::start(
        executable, {"tell_and_hang", std::to_string(::getpid())}, ChildProcess::kInherited);
    if (!child) std::_Exit(98);
    hang();
}

// Allocations of all sizes, many at a time: from the heap, mapped, grown, given back.
void use_memory() {
    std::vector<std::string> held(1'000);
    for (std::size_t round = 0; round < 20'000; ++round)
        held[round * 7 % held.size()].assign(round * round % 50'000, 'x');
    std::vector<std::uint64_t> grows;
    while (grows.size() < (8u << 20)) grows.push_back(grows.size());
    if (grows[4711] != 4711) std::abort();
}

[[noreturn]] void throw_deep(int depth) {
    if (depth == 0) throw std::runtime_error("from the depth");
    const std::string unwound(100, 'x');
    throw_deep(depth - 1);
}

void use_exceptions() {
    for (int i = 0; i < 1'000; ++i) {
        try {
            throw_deep(20);
        } catch (const std::runtime_error&) {
        }
    }
}

// Until there is no more; then everything is as before.
void eat_memory() {
    constexpr std::size_t kPiece = 1u << 20;
    std::vector<std::unique_ptr<std::array<char, kPiece>>> eaten;
    try {
        while (eaten.size() * kPiece < kMemory)
            eaten.push_back(std::make_unique<std::array<char, kPiece>>());
        std::abort();
    } catch (const std::bad_alloc&) {
        if (eaten.size() < 100) std::abort();
    }
    eaten.clear();
    use_memory();
}

void map_code() {
    (void)::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
void make_code() {
    static std::array<char, 8192> page;
    const auto at = (reinterpret_cast<std::uintptr_t>(page.data()) + 4095) & ~std::uintptr_t{4095};
    (void)::mprotect(reinterpret_cast<void*>(at), 4096, PROT_READ | PROT_EXEC);
}
void execute() {
    const std::array<char*, 1> none{nullptr};
    (void)::execve("/bin/true", none.data(), none.data());
}
void raise_limit() {
    const rlimit more{RLIM_INFINITY, RLIM_INFINITY};
    (void)::setrlimit(RLIMIT_AS, &more);
}

using Deed = void (*)();
const std::map<std::string, Deed> kDeeds{
    // What plugins may do.
    {"use_memory", use_memory},
    {"use_exceptions", use_exceptions},
    {"eat_memory", eat_memory},
    {"sleep", [] { std::this_thread::sleep_for(2ms); }},
    // How they come to an end.
    {"abort", [] { std::abort(); }},
    {"throw", [] { throw_deep(3); }},
    {"terminate", [] { std::terminate(); }},
    {"crash", [] { (void)::raise(SIGSEGV); }},
    {"exit", [] { std::_Exit(3); }},
    // What they may not do.
    {"open", [] { (void)::open("/dev/null", O_RDONLY | O_CLOEXEC); }},
    {"read",
     [] {
         char byte;
         (void)!::read(STDIN_FILENO, &byte, 1);
     }},
    {"write", [] { (void)!::write(STDOUT_FILENO, "x", 1); }},
    {"socket", [] { (void)::socket(AF_INET, SOCK_STREAM, 0); }},
    {"fork", [] { (void)::fork(); }},
    {"clone3", [] { (void)::syscall(SYS_clone3, nullptr, 0); }},
    {"thread", [] { std::thread([] {}).join(); }},
    {"execve", execute},
    {"mmap_exec", map_code},
    {"mprotect_exec", make_code},
    {"madvise_remove", [] { (void)::madvise(nullptr, 4096, MADV_REMOVE); }},
    {"kill_parent", [] { (void)::kill(::getppid(), 0); }},
    {"tgkill_another", [] { (void)::syscall(SYS_tgkill, 1, 1, 0); }},
    {"raise_limit", raise_limit},
    {"ptrace", [] { (void)::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }},
    {"outlive", [] { (void)::prctl(PR_SET_PDEATHSIG, 0); }},
    {"memfd", [] { (void)::memfd_create("x", MFD_CLOEXEC); }},
    {"futex_requeue", [] { (void)::syscall(SYS_futex, nullptr, 3, 0, nullptr, nullptr, 0); }},
};

void do_it(Channel& channel, const std::string& way, const char* executable) {
    if (way == "echo") return echo(channel);
    if (way == "descriptors") return tell_descriptors(channel);
    if (way == "keep_a_child") return keep_a_child(executable);
    if (way == "tell_and_hang") {
        channel.send({.kind = 1, .words = {::getpid()}});
        hang();
    }
    // caged_DEED or free_DEED: says 1 before and 2 afterwards, if it comes to that.
    const bool caged = way.starts_with("caged_");
    const std::string deed = way.substr(way.find('_') + 1);
    if (caged && !lpc::placement::enter_cage(kMemory)) std::_Exit(96);
    channel.send({.kind = 1});
    if (deed == "echo") return echo(channel);
    kDeeds.at(deed)();
    channel.send({.kind = 2});
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) return 99;
    // The sanitizers' own handler would tell of it and exit.
    (void)std::signal(SIGSEGV, SIG_DFL);
    if (!lpc::placement::die_with_parent(std::stoi(words[2]))) return 97;
    const auto channel = Channel::open(ChildProcess::kInherited, {.looks = 10});
    if (!channel) return 95;
    do_it(**channel, words[1], words[0]);
    std::_Exit(0);
}
