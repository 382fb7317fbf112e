#include "clerk.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <runtime/loading/plugin_library.hpp>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "plugins.hpp"
#include "stage_params.hpp"

namespace lpc::app {
namespace {

constexpr std::size_t kWaitingMax = 64;

bool needs_a_file(control::Verb verb) {
    return verb == control::Verb::swap || verb == control::Verb::shadow;
}

bool concerns_an_arm(control::Verb verb) {
    return needs_a_file(verb) || verb == control::Verb::rollback || verb == control::Verb::dismiss;
}

template <class Named>
auto find_named(const std::vector<Named>& list, const std::string& name) {
    return std::find_if(list.begin(), list.end(), [&](const Named& n) { return n.name == name; });
}

// What a child writes, up to a bound, until it has closed its end.
std::string read_all(int fd) {
    constexpr std::size_t kBytesMax = 1 << 20;
    std::string text;
    std::array<char, 4096> bytes;
    for (;;) {
        const ssize_t got = ::read(fd, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        if (text.size() < kBytesMax) text.append(bytes.data(), static_cast<std::size_t>(got));
    }
}

// ": case NAME failed: DETAIL", of the first one in what `lpc check --json` says.
std::string first_failed(const std::string& said) {
    const auto report = nlohmann::json::parse(said, nullptr, false);
    if (!report.is_object() || !report.contains("cases")) return {};
    for (const auto& one : report["cases"]) {
        const std::string result = one.value("result", "");
        if (result == "failed" || result == "crashed")
            return ": case " + one.value("name", "") + " " + result + ": " +
                   one.value("detail", "");
    }
    return {};
}

// The quick cases of the judge, in a process of their own: whatever the file does there harms
// nobody.
Status vet(const std::string& file) {
    const std::string whose = "plugin file " + file + ": ";
    const auto cannot = [&](int error) {
        return fail(whose + "cannot be checked (" + std::strerror(error) + ")");
    };
    std::array<std::string, 5> words{"lpc", "check", "--quick", "--json", file};
    std::vector<char*> args;
    for (std::string& word : words) args.push_back(word.data());
    args.push_back(nullptr);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return cannot(errno);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends[1], 1);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failed =
        ::posix_spawn(&child, "/proc/self/exe", &files, nullptr, args.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    const std::string said = failed == 0 ? read_all(ends[0]) : std::string();
    ::close(ends[0]);
    if (failed != 0) return cannot(failed);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return fail(whose + "`lpc check --quick` does not pass it" + first_failed(said));
}

control::Answer refusal(const std::string& why) {
    control::Answer answer;
    answer.why = why;
    return answer;
}

}  // namespace

Clerk::Clerk(const HostConfig& host, control::PluginPolicy policy,
             const scenario::ScenarioConfig& scenario, Prepare prepare_place)
    : host_(host),
      policy_(std::move(policy)),
      scenario_(scenario),
      prepare_place_(std::move(prepare_place)),
      ready_(kWaitingMax) {
    meet_plugins();
    thread_ = std::thread([this] { work(); });
}

void Clerk::meet_plugins() {
    Plugins plugins(host_);
    // What cannot be loaded ends the run before there are orders.
    const auto attachments = plugins.attach(scenario_);
    if (!attachments) return;
    for (const runtime::Attachment& attachment : *attachments) {
        if (attachment.file.empty()) continue;  // built in: has no parameters
        const auto code = plugins.source()(attachment);
        if (code)
            first_ids_[runtime::place_of(attachment.stage, attachment.arm)] = code->identity.id;
    }
}

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
        Status status;
        if (concerns_an_arm(task.order.verb)) status = find_arm(task.order);
        if (status && needs_a_file(task.order.verb)) status = prepare(task);
        if (!status) {
            task.reply(refusal(status.error().message));
            continue;
        }
        const control::Reply reply = task.reply;
        if (!ready_.try_enqueue(std::move(task)))
            reply(refusal("the engine has not taken earlier orders yet, ask again later"));
    }
}

Status Clerk::find_arm(control::Order& order) const {
    const auto stage = find_named(scenario_.stages, order.stage);
    if (stage == scenario_.stages.end()) return fail("no stage is named '" + order.stage + "'");
    if (order.arm.empty() && stage->arms.size() == 1) order.arm = stage->arms.front().name;
    if (find_named(stage->arms, order.arm) != stage->arms.end()) return {};
    std::string names;
    for (const scenario::ArmConfig& arm : stage->arms)
        names += (names.empty() ? "" : ", ") + arm.name;
    return fail("stage " + stage->name +
                (order.arm.empty() ? ": found no arm" : ": found arm '" + order.arm + "'") +
                ", expected " + (stage->arms.size() == 1 ? "" : "one of: ") + names);
}

Status Clerk::prepare(Task& task) {
    Status loaded = load(task);
    if (!loaded || !prepare_place_) return loaded;
    return prepare_place_(task.attachment.sha256);
}

Status Clerk::load(Task& task) {
    const auto stage = find_named(scenario_.stages, task.order.stage);
    const auto arm = find_named(stage->arms, task.order.arm);
    const std::string place = runtime::place_of(stage->name, arm->name);
    const auto judged = control::judge(policy_, task.order.file);
    if (!judged) return tl::unexpected(judged.error());
    {
        const std::lock_guard lock(mutex_);
        if (quarantined_.count(judged->sha256) != 0)
            return fail("plugin file " + judged->path + ": sha256 " + judged->sha256 +
                        " is in quarantine, it has failed in this run");
    }
    if (Status vetted = vet(judged->path); !vetted) return vetted;
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
    scenario::Settings set;
    const auto first = first_ids_.find(place);
    if (first != first_ids_.end() && first->second == (*image)->id) set = arm->params;
    for (const control::Param& param : task.order.params)
        set[param.name] = {param.value, "--param " + param.name};
    auto params = match_params(*(*image)->table, place, set, scenario_.rulebook);
    if (!params) return tl::unexpected(params.error());
    task.attachment = {stage->name, (*image)->sha256, judged->path, std::move(*params), arm->name};
    task.code = runtime::PluginCode{
        (*image)->table, {(*image)->id, (*image)->version, (*image)->sha256}, *image};
    return {};
}

}  // namespace lpc::app
