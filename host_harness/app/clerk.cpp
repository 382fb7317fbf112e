#include "clerk.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <runtime/loading/plugin_library.hpp>
#include <utility>
#include <vector>

#include "stage_params.hpp"

extern char** environ;

namespace lpc::app {
namespace {

constexpr std::size_t kWaitingMax = 64;

bool needs_a_file(control::Verb verb) {
    return verb == control::Verb::swap || verb == control::Verb::shadow;
}

control::Answer refusal(const std::string& why) {
    control::Answer answer;
    answer.why = why;
    return answer;
}

}  // namespace

Clerk::Clerk(const HostConfig& host, control::PluginPolicy policy,
             const scenario::ScenarioConfig& scenario)
    : host_(host),
      policy_(std::move(policy)),
      scenario_(scenario),
      ready_(kWaitingMax),
      thread_([this] { work(); }) {}

Clerk::~Clerk() {
    stop();
}

void Clerk::take(control::Order order, control::Reply reply) {
    std::unique_lock lock(mutex_);
    if (stopping_ || wishes_.size() >= kWaitingMax) {
        const char* why = stopping_ ? "the run is over" : "too many orders wait, ask again later";
        lock.unlock();
        return reply(refusal(why));
    }
    wishes_.push_back({std::move(order), std::move(reply)});
    wake_.notify_one();
}

void Clerk::quarantine(const std::string& sha256) {
    const std::lock_guard lock(mutex_);
    quarantined_.insert(sha256);
}

void Clerk::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Clerk::work() {
    for (;;) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !wishes_.empty(); });
        if (wishes_.empty()) return;
        Wish wish = std::move(wishes_.front());
        wishes_.pop_front();
        const bool over = stopping_;
        lock.unlock();
        Task task{std::move(wish.order), std::move(wish.reply), {}, {}};
        if (over) {
            task.reply(refusal("the run is over"));
            continue;
        }
        if (needs_a_file(task.order.verb)) {
            if (const Status status = prepare(task); !status) {
                task.reply(refusal(status.error().message));
                continue;
            }
        }
        const control::Reply reply = task.reply;
        if (!ready_.try_enqueue(std::move(task)))
            reply(refusal("the engine has not taken earlier orders yet, ask again later"));
    }
}

Status Clerk::prepare(Task& task) {
    const auto stage =
        std::find_if(scenario_.stages.begin(), scenario_.stages.end(),
                     [&](const scenario::StageConfig& s) { return s.name == task.order.stage; });
    if (stage == scenario_.stages.end())
        return fail("no stage is named '" + task.order.stage + "'");
    const auto judged = control::judge(policy_, task.order.file);
    if (!judged) return tl::unexpected(judged.error());
    {
        const std::lock_guard lock(mutex_);
        if (quarantined_.count(judged->sha256) != 0)
            return fail("plugin file " + judged->path + ": sha256 " + judged->sha256 +
                        " is in quarantine, it has failed in this run");
    }
    if (const Status vetted = vet(judged->path); !vetted) return vetted;
    const auto cache = runtime::PluginCache::open(host_.cache_folder);
    if (!cache) return tl::unexpected(cache.error());
    const auto image = runtime::PluginLibrary::load(judged->path, *cache);
    if (!image) return tl::unexpected(image.error());
    if ((*image)->sha256 != judged->sha256)
        return fail("plugin file " + judged->path + ": has changed while it was checked");
    const std::uint32_t role =
        stage == scenario_.stages.begin() ? LPC_ROLE_RISK : LPC_ROLE_LIQUIDATOR;
    if (((*image)->role & role) == 0)
        return fail("plugin file " + judged->path + ": plugin " + (*image)->id +
                    " does not have the role of stage " + stage->name);
    scenario::StageConfig wanted = *stage;
    for (const control::Param& param : task.order.params)
        wanted.params[param.name] = {param.value, "--param " + param.name};
    auto params = match_params(*(*image)->table, wanted, scenario_.rulebook);
    if (!params) return tl::unexpected(params.error());
    task.attachment = {stage->name, (*image)->sha256, judged->path, std::move(*params)};
    task.code = runtime::PluginCode{
        (*image)->table, {(*image)->id, (*image)->version, (*image)->sha256}, *image};
    return {};
}

// The quick cases of the judge, in a process of their own: whatever the file does there harms
// nobody.
Status Clerk::vet(const std::string& file) const {
    std::array<std::string, 4> words{"lpc", "check", "--quick", file};
    std::vector<char*> args;
    for (std::string& word : words) args.push_back(word.data());
    args.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    for (int fd = 0; fd < 3; ++fd)
        posix_spawn_file_actions_addopen(&files, fd, "/dev/null", fd == 0 ? O_RDONLY : O_WRONLY, 0);
    pid_t child = 0;
    const int failed =
        ::posix_spawn(&child, "/proc/self/exe", &files, nullptr, args.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0)
        return fail("plugin file " + file + ": cannot be checked (" + std::strerror(failed) + ")");
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return fail("plugin file " + file + ": `lpc check --quick` does not pass it");
}

}  // namespace lpc::app
