#include "runtime/loading/import_rules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

// Why weak: only a process that runs under the sanitizer defines them. The names are the
// sanitizers'. NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
[[gnu::weak]] void __asan_init();
[[gnu::weak]] void __tsan_init();
[[gnu::weak]] void __ubsan_handle_builtin_unreachable(void*);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace lpc::runtime {
namespace {

constexpr std::string_view kClock =
    "is a clock: the only time of a plugin is lpc_turn.now_ns, and it waits by LPC_CMD_TIMER";
constexpr std::string_view kRandom =
    "is a source of randomness: the same facts must give the same commands";
constexpr std::string_view kSurroundings =
    "looks at the machine or the environment: what a plugin may know is told to it as facts";
constexpr std::string_view kFiles =
    "reaches files or streams: a plugin has none, its log is lpc_host.log";
constexpr std::string_view kNetwork = "reaches the network: a plugin has none";
constexpr std::string_view kThreads =
    "starts or waits for threads: a plugin runs only inside the host's calls";
constexpr std::string_view kProcess =
    "starts, ends or signals processes: a plugin answers LPC_FAILED instead";
constexpr std::string_view kLoading =
    "loads or looks up code: everything a plugin runs is in its own file";
constexpr std::string_view kMemory =
    "maps memory on its own: a plugin's memory comes from malloc or operator new";
constexpr std::string_view kThreadState =
    "changes or pins state of the calling thread, which is the host's";

struct Rule {
    std::string_view name;
    std::string_view why;
};

// Names of functions and objects, each between two spaces.
struct Group {
    std::string_view why;
    std::string_view names;
};

constexpr auto kGroups = std::to_array<Group>({
    {kClock,
     " clock_gettime __clock_gettime clock_getres clock_settime clock_nanosleep "
     "clock_getcpuclockid gettimeofday settimeofday time times clock ftime timespec_get "
     "timespec_getres localtime localtime_r mktime tzset nanosleep usleep sleep thrd_sleep "
     "alarm setitimer getitimer timer_create timerfd_create getrusage ntp_gettime adjtimex "},
    {kRandom,
     " rand srand rand_r random srandom random_r initstate setstate drand48 erand48 lrand48 "
     "nrand48 mrand48 jrand48 srand48 seed48 lcong48 getrandom getentropy arc4random "
     "arc4random_buf arc4random_uniform "},
    {kSurroundings,
     " getenv secure_getenv __secure_getenv setenv unsetenv putenv clearenv environ "
     "__environ _environ getpid getppid gettid getuid getauxval sysconf uname gethostname "
     "gethostid sysinfo sched_getcpu getcpu get_nprocs get_nprocs_conf getloadavg "
     "setlocale uselocale newlocale program_invocation_name program_invocation_short_name "
     "ioctl "},
    {kFiles,
     " open open64 __open_2 __open64_2 openat openat64 __openat_2 __openat64_2 creat "
     "creat64 fopen fopen64 freopen freopen64 fdopen tmpfile tmpfile64 mkstemp mkstemp64 "
     "mkdtemp opendir fdopendir read __read_chk pread pread64 readv write pwrite pwrite64 "
     "writev close dup dup2 dup3 pipe pipe2 fcntl fcntl64 stat stat64 fstat fstat64 lstat "
     "statx access unlink unlinkat remove rename renameat link symlink mkdir rmdir chmod "
     "chdir getcwd readlink realpath truncate ftruncate ftruncate64 memfd_create stdin "
     "stdout stderr printf __printf_chk vprintf __vprintf_chk dprintf __dprintf_chk "
     "vdprintf puts putchar perror getchar gets scanf __isoc99_scanf getline syslog "
     "openlog popen _ZSt3cin _ZSt4cout _ZSt4cerr _ZSt4clog _ZSt4wcin _ZSt5wcout _ZSt5wcerr "
     "_ZSt5wclog "},
    {kNetwork,
     " socket socketpair connect bind listen accept accept4 send sendto sendmsg recv "
     "recvfrom recvmsg getaddrinfo gethostbyname poll ppoll select pselect epoll_create "
     "epoll_create1 epoll_wait eventfd "},
    {kThreads,
     " pthread_create pthread_join pthread_detach pthread_cancel pthread_exit pthread_kill "
     "pthread_cond_wait pthread_cond_timedwait pthread_cond_clockwait pthread_atfork "
     "pthread_setaffinity_np pthread_setschedparam thrd_create thrd_join thrd_yield "
     "sem_wait sem_timedwait sched_yield sched_setaffinity sched_setscheduler "},
    {kProcess,
     " fork _Fork vfork clone execl execle execlp execv execve execvp execvpe fexecve "
     "posix_spawn posix_spawnp system exit _exit _Exit quick_exit at_quick_exit atexit "
     "on_exit kill killpg raise signal sigaction sigprocmask pthread_sigmask sigaltstack "
     "wait waitpid ptrace prctl setrlimit shmget shmat shm_open mq_open sem_open syscall "},
    {kLoading, " dlopen dlmopen dlsym dlvsym dlclose dladdr dladdr1 dlinfo "},
    {kMemory, " mmap mmap64 mremap munmap mprotect mlock mlockall brk sbrk mallopt userfaultfd "},
    {kThreadState,
     " fesetenv feupdateenv fesetround feenableexcept fedisableexcept feholdexcept "
     "__cxa_thread_atexit __cxa_thread_atexit_impl "},
});

// Whole classes of the C++ library, by the beginning of their mangled names.
constexpr auto kClasses = std::to_array<Rule>({
    {"_ZNSt6chrono", kClock},
    {"_ZNSt13random_device", kRandom},
    {"_ZNSt6thread", kThreads},
    {"_ZNSt11this_thread", kThreads},
    {"_ZNSt18condition_variable", kThreads},
    {"_ZNSt13__future_base", kThreads},
    {"_ZNSt10filesystem", kFiles},
    {"_ZNKSt10filesystem", kFiles},
    {"_ZNSt13basic_filebuf", kFiles},
    {"_ZNSt14basic_ifstream", kFiles},
    {"_ZNSt14basic_ofstream", kFiles},
    {"_ZNSt13basic_fstream", kFiles},
    {"_ZNSt12__basic_file", kFiles},
    {"_ZNSt6locale6global", kSurroundings},
});

constexpr auto kLibraries = std::to_array<std::string_view>({
    "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6",
#if defined(__x86_64__)
        "ld-linux-x86-64.so.2",
#else
        "ld-linux-aarch64.so.1",
#endif
});

constexpr auto kForeign = std::to_array<Rule>({
    {"libprotobuf", "is Protobuf: two images with the same .proto abort the process"},
    {"libzmq", "is ZeroMQ: a plugin has no sockets and no threads"},
    {"libboost", "is Boost: the host's copy and the plugin's would meet in one process"},
    {"libpthread", "is for threads: a plugin runs only inside the host's calls"},
    {"libdl.", "loads code: everything a plugin runs is in its own file"},
});

bool has_name(std::string_view names, std::string_view name) {
    if (name.empty() || name.find(' ') != std::string_view::npos) {
        return false;
    }
    for (std::size_t at = names.find(name); at != std::string_view::npos;
         at = names.find(name, at + 1)) {
        if (names[at - 1] == ' ' && names[at + name.size()] == ' ') {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string_view import_refusal(std::string_view symbol) {
    for (const Group& group : kGroups) {
        if (has_name(group.names, symbol)) {
            return group.why;
        }
    }
    const auto one_class = std::find_if(kClasses.begin(), kClasses.end(), [&](const Rule& rule) {
        return symbol.starts_with(rule.name);
    });
    return one_class != kClasses.end() ? one_class->why : std::string_view{};
}

std::string_view library_refusal(std::string_view soname) {
    if (std::find(kLibraries.begin(), kLibraries.end(), soname) != kLibraries.end()) {
        return {};
    }
    const auto is = [soname](std::string_view gcc, std::string_view clang) {
        return soname.starts_with(gcc) || soname.starts_with(clang);
    };
    if ((__asan_init != nullptr && is("libasan.so.", "libclang_rt.asan")) ||
        (__tsan_init != nullptr && is("libtsan.so.", "libclang_rt.tsan")) ||
        (__ubsan_handle_builtin_unreachable != nullptr &&
         is("libubsan.so.", "libclang_rt.ubsan"))) {
        return {};
    }
    const auto foreign = std::find_if(kForeign.begin(), kForeign.end(), [&](const Rule& rule) {
        return soname.starts_with(rule.name);
    });
    return foreign != kForeign.end() ? foreign->why
                                     : "is not one of the libraries that a plugin may use (libc, "
                                       "libm, libgcc_s, libstdc++)";
}

}  // namespace lpc::runtime
