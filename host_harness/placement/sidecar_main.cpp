#include "sidecar_main.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <runtime/archive.hpp>
#include <runtime/following/following.hpp>
#include <runtime/in_process.hpp>
#include <runtime/loading/plugin_library.hpp>

#include "cage.hpp"
#include "channel.hpp"
#include "child_process.hpp"
#include "sidecar_comparison.hpp"
#include "sidecar_protocol.hpp"

namespace lpc::placement {
namespace {

using runtime::Following;
using runtime::Instance;

constexpr std::chrono::seconds kNap{1};

void put_text(Head& head, std::size_t word, std::vector<lpc_fact>& records,
              const std::string& text) {
    head.words[word] = static_cast<std::int64_t>(text.size());
    records = records_of(text);
}

// Answers the engine, message by message.
class Desk {
  public:
    Desk(Channel& channel, std::unique_ptr<Instance> instance)
        : channel_(channel), instance_(std::move(instance)) {}

    // False: this is no message of an engine's.
    bool answer(const Message& message);

  private:
    void ask(const Message& message);
    void save(const Message& message);
    void load(const Message& message);
    bool follow(const Message& message);
    void feed(const Message& message);
    void peek(const Message& message);

    Channel& channel_;
    std::unique_ptr<Instance> instance_;  // who acts
    std::optional<Following> following_;  // or who follows
    runtime::Comparison told_;
    Status failed_;
};

bool Desk::answer(const Message& message) {
    const bool follows = message.kind == kFeed || message.kind == kPeek || message.kind == kAct;
    if (follows != following_.has_value()) return false;
    switch (message.kind) {
        case kHear:
            for (const lpc_fact& fact : message.records) instance_->tell(fact);
            return true;
        case kAsk:
            ask(message);
            return true;
        case kSave:
            save(message);
            return true;
        case kLoad:
            load(message);
            return true;
        case kFollow:
            return follow(message);
        case kFeed:
            feed(message);
            return true;
        case kPeek:
            peek(message);
            return true;
        case kAct:
            instance_ = std::move(following_->exchange({}).actor.instance);
            following_.reset();
            return true;
        default:
            return false;
    }
}

void Desk::ask(const Message& message) {
    for (const lpc_fact& fact : message.records) instance_->tell(fact);
    const lpc_turn turn{static_cast<std::uint64_t>(message.words[0]), message.words[1],
                        static_cast<std::uint32_t>(message.words[2]), 0};
    const auto output =
        instance_->turn(turn, {static_cast<std::uint32_t>(message.words[3]), message.words[4]});
    Head head{.kind = kAnswer, .number = message.number};
    std::vector<lpc_fact> records;
    if (output) {
        head.words[1] = output->carried;
        records =
            records_of(output->commands.data(), output->commands.size() * sizeof(lpc_command));
    } else {
        head.words[0] = kFailed;
        put_text(head, 1, records, output.error().message);
    }
    channel_.send(head, records);
}

void Desk::save(const Message& message) {
    const auto saved = instance_->save(static_cast<std::uint64_t>(message.words[0]));
    Head head{.kind = kSaved, .number = message.number};
    std::vector<lpc_fact> records;
    if (saved) {
        head.words[1] = static_cast<std::int64_t>(saved->size());
        records = records_of(saved->data(), saved->size());
    } else {
        head.words[0] = kFailed;
        put_text(head, 1, records, saved.error().message);
    }
    channel_.send(head, records);
}

void Desk::load(const Message& message) {
    const auto bytes = bytes_of(message.records, message.words[2]);
    const Status loaded = instance_->load(
        static_cast<std::uint64_t>(message.words[0]), static_cast<std::uint32_t>(message.words[1]),
        {reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()});
    Head head{.kind = kLoaded, .number = message.number};
    std::vector<lpc_fact> records;
    if (!loaded) {
        head.words[0] = kFailed;
        put_text(head, 1, records, loaded.error().message);
    }
    channel_.send(head, records);
}

bool Desk::follow(const Message& message) {
    const auto bytes = bytes_of(message.records, message.words[2]);
    if (!bytes) return false;
    runtime::Actor actor;
    runtime::Loader loader(*bytes);
    loader(actor.orders, actor.timers);
    if (!loader.ok() || !loader.at_end()) return false;
    actor.instance = std::move(instance_);
    following_.emplace(
        std::move(actor),
        runtime::TurnLimits{static_cast<std::uint32_t>(message.words[0]), message.words[1]});
    told_ = {};
    return true;
}

void Desk::feed(const Message& message) {
    if (failed_) failed_ = following_->take(message.records);
    Head head{.kind = kHeard, .number = message.number};
    head.words[1] = static_cast<std::int64_t>(message.records.size());
    std::vector<lpc_fact> records;
    if (failed_) {
        pack(following_->comparison(), told_, head, records);
    } else {
        head.words[0] = kFailed;
        put_text(head, 2, records, failed_.error().message);
    }
    channel_.send(head, records);
}

void Desk::peek(const Message& message) {
    runtime::Saver own;
    own(following_->actor().orders, following_->actor().timers);
    const std::vector<std::byte> bytes = own.take();
    Head head{.kind = kBelongings, .number = message.number};
    head.words[0] = static_cast<std::int64_t>(bytes.size());
    std::vector<lpc_fact> records = records_of(bytes.data(), bytes.size());
    const std::vector<lpc_command>& answer = following_->answer();
    const std::vector<lpc_fact> more =
        records_of(answer.data(), answer.size() * sizeof(lpc_command));
    records.insert(records.end(), more.begin(), more.end());
    channel_.send(head, records);
}

Result<runtime::PluginCode> load(const SidecarOrder& order) {
    const auto cache = runtime::PluginCache::open(order.cache_folder);
    if (!cache) return tl::unexpected(cache.error());
    auto image = runtime::PluginLibrary::load(cache->folder() / (order.sha256 + ".so"), *cache);
    if (!image) return tl::unexpected(image.error());
    if ((*image)->sha256 != order.sha256)
        return fail("the plugin's copy has sha256 " + (*image)->sha256 + ", expected " +
                    order.sha256);
    return runtime::PluginCode{
        (*image)->table, {(*image)->id, (*image)->version, (*image)->sha256}, *image};
}

// What plugins log goes to the host, as long as it reads and it is not too much.
runtime::LogSink log_to(Channel& channel) {
    return [&channel, lines = std::size_t{0}](int level, const std::string& text) mutable {
        if (channel.backlog() != 0 || ++lines > kLogLines) return;
        Head head{.kind = kLog};
        head.words = {level, static_cast<std::int64_t>(text.size())};
        channel.send(head, records_of(text));
    };
}

Result<std::unique_ptr<Instance>> begin(const SidecarOrder& order, Channel& channel) {
    auto code = load(order);
    if (!code) return tl::unexpected(code.error());
    // The plugin's own code runs from here on.
    if (const Status caged = enter_cage(order.memory_bytes); !caged)
        return tl::unexpected(caged.error());
    auto instance = runtime::InProcess::create(0, std::move(*code), log_to(channel));
    // The engine says which turn is the first in which it acts.
    if (instance) (*instance)->follow();
    return instance;
}

}  // namespace

Status be_sidecar(const SidecarOrder& order) {
    if (const Status bound = die_with_parent(static_cast<pid_t>(order.parent)); !bound)
        return bound;
    auto channel = Channel::open(ChildProcess::kInherited);
    if (!channel) return tl::unexpected(channel.error());
    auto instance = begin(order, **channel);
    Head ready{.kind = kReady};
    std::vector<lpc_fact> why;
    if (!instance) {
        ready.words[0] = kFailed;
        put_text(ready, 1, why, instance.error().message);
    }
    (*channel)->send(ready, why);
    std::optional<Desk> desk;
    if (instance) desk.emplace(**channel, std::move(*instance));
    Message message;
    for (;;) {
        const Got got = (*channel)->receive(message);
        if (got == Got::garbage) return fail("sidecar: " + (*channel)->fault());
        if (got == Got::nothing) {
            (void)(*channel)->wait(kNap);
        } else if (!desk || !desk->answer(message)) {
            return fail("sidecar: found a message of kind " + std::to_string(message.kind) +
                        " that has no place here, expected one of an engine's");
        }
    }
}

}  // namespace lpc::placement
