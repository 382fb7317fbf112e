#include "cage.hpp"

#include <linux/futex.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <foundation/sanitized.hpp>

namespace lpc::placement {
namespace {

// One argument of a system call, as far as the kernel looks at it: these bits are so.
scmp_arg_cmp bits_are(unsigned argument, std::uint64_t mask, std::uint64_t bits) {
    return {argument, SCMP_CMP_MASKED_EQ, mask, bits};
}
scmp_arg_cmp is(unsigned argument, int value) {
    return bits_are(argument, UINT32_MAX, static_cast<std::uint32_t>(value));
}

// Whatever it does not allow ends the process.
class Filter {
  public:
    Filter() : context_(::seccomp_init(SCMP_ACT_KILL_PROCESS)) {
        if (context_ == nullptr) error_ = ENOMEM;
        keep(::seccomp_attr_set(context_, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
        keep(::seccomp_attr_set(context_, SCMP_FLTATR_CTL_TSYNC, 1));  // all threads
    }
    ~Filter() { ::seccomp_release(context_); }
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;

    void allow(int call) {
        keep(::seccomp_rule_add_array(context_, SCMP_ACT_ALLOW, call, 0, nullptr));
    }
    void allow(int call, const scmp_arg_cmp& where) { add(SCMP_ACT_ALLOW, call, where); }
    void refuse(int call, const scmp_arg_cmp& where) { add(SCMP_ACT_ERRNO(EBADF), call, where); }
    void load() { keep(::seccomp_load(context_)); }
    int error() const { return error_; }  // the first one, as errno

  private:
    void add(std::uint32_t action, int call, const scmp_arg_cmp& where) {
        keep(::seccomp_rule_add_array(context_, action, call, 1, &where));
    }
    void keep(int result) {
        if (error_ == 0) error_ = -result;
    }

    scmp_filter_ctx context_;
    int error_ = 0;
};

void allow_what_computing_needs(Filter& filter) {
    for (const int call :
         {SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(sched_yield),
          SCMP_SYS(clock_gettime), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(exit),
          SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
          SCMP_SYS(rt_sigprocmask), SCMP_SYS(gettid), SCMP_SYS(getpid)})
        filter.allow(call);
    // Why: malloc maps memory without rights and gives it some later.
    filter.allow(SCMP_SYS(mmap), bits_are(2, PROT_EXEC, 0));
    filter.allow(SCMP_SYS(mprotect), bits_are(2, PROT_EXEC, 0));
    filter.allow(SCMP_SYS(madvise), is(2, MADV_DONTNEED));
    constexpr std::uint32_t kWays = FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME;
    for (const int operation : {FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET})
        filter.allow(SCMP_SYS(futex),
                     bits_are(1, UINT32_MAX & ~kWays, static_cast<std::uint32_t>(operation)));
    filter.allow(SCMP_SYS(tgkill), is(0, ::getpid()));
    for (const int call : {SCMP_SYS(write), SCMP_SYS(writev)})
        filter.refuse(call, is(0, STDERR_FILENO));
}

Status limit(__rlimit_resource resource, std::uint64_t value, const std::string& what) {
    const rlimit both{value, value};
    if (::setrlimit(resource, &both) == 0) return {};
    return fail("entering the cage: " + what + " of " + std::to_string(value) + ": " +
                std::strerror(errno));
}

}  // namespace

Status enter_cage(std::uint64_t memory_bytes) {
    Filter filter;
    allow_what_computing_needs(filter);
    if (Status done = limit(RLIMIT_CORE, 0, "a core file"); !done) return done;
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(std::string("entering the cage: no new privileges: ") + std::strerror(errno));
    if (kSanitized) return {};
    if (Status done = limit(RLIMIT_NOFILE, 0, "a number of further descriptors"); !done)
        return done;
    if (Status done = limit(RLIMIT_AS, memory_bytes, "address space"); !done) return done;
    filter.load();
    if (filter.error() == 0) return {};
    return fail(std::string("entering the cage: the filter of system calls: ") +
                std::strerror(filter.error()));
}

}  // namespace lpc::placement
