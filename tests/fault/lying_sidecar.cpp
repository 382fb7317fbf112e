// The other process of lying_sidecar_test.cpp: called by the name of a lie, with the words of `lpc
// sidecar`. It starts the true sidecar and stands between it and the engine, honest until the
// plugin has spoken often enough; then it tells its lie, once.
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <placement/channel.hpp>
#include <placement/child_process.hpp>
#include <placement/sidecar_protocol.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>
#include <venue/random.hpp>

namespace {

using namespace std::chrono_literals;
using namespace lpc::placement;
using lpc::venue::Random;

// The answers with commands that are passed on before the lie; a follower's: messages heard.
constexpr int kHonestAnswers = 12, kHonestlyHeard = 40;

[[noreturn]] void hang() {
    for (;;) ::pause();
}

// What the engine has of it, past all that a channel would keep it from.
class Memory {
  public:
    static void scribble() {
        struct stat is {};
        (void)::fstat(ChildProcess::kInherited, &is);
        const auto words = static_cast<std::size_t>(is.st_size) / sizeof(std::uint64_t);
        auto* const at = static_cast<volatile std::uint64_t*>(
            ::mmap(nullptr, static_cast<std::size_t>(is.st_size), PROT_READ | PROT_WRITE,
                   MAP_SHARED, ChildProcess::kInherited, 0));
        Random random(4711);
        for (;;) {
            for (std::size_t i = 0; i < words; ++i) at[i] = random.next();
        }
    }
    // The head as it stands, with the count that it has.
    static void put(const Head& head) {
        auto memory = ChannelMemory::open(ChildProcess::kInherited).value();
        Side& own = memory.side(1);
        const std::uint64_t written = own.written.load();
        const auto ring = memory.ring(1);
        ring[written & (ring.size() - 1)].put(std::bit_cast<lpc_fact>(head));
        own.written.store(written + 1);
    }
};

class Liar {
  public:
    Liar(std::string way, Channel& engine, Channel& plugin)
        : way_(std::move(way)), engine_(engine), plugin_(plugin) {}

    [[noreturn]] void relay() {
        for (Message message;;) {
            bool any = false;
            for (; engine_.receive(message) == Got::message; any = true) from_engine(message);
            for (; plugin_.receive(message) == Got::message; any = true) from_plugin(message);
            if (!any && !engine_.wait(100us)) (void)plugin_.wait(20us);
        }
    }

  private:
    void from_engine(const Message& message) {
        if (message.kind == kAsk) commands_max_ = message.words[4];
        plugin_.send(message, message.records);
    }
    void from_plugin(const Message& message) {
        if (message.kind == kAnswer && !message.records.empty()) ++answers_;
        if (message.kind == kHeard) ++heard_;
        const auto lie = lies().find(way_);
        if (lie == lies().end()) std::_Exit(96);
        const std::uint32_t kind = lie->second.first;
        const bool often_enough = kind == kAnswer  ? answers_ > kHonestAnswers
                                  : kind == kHeard ? heard_ > kHonestlyHeard
                                                   : true;
        const bool is_due = message.kind == kind && often_enough;
        if (told_ || !is_due) return say(message, message.records);
        told_ = way_.find("always") == std::string::npos;
        lie->second.second(*this, message);
    }
    void say(const Head& head, const std::vector<lpc_fact>& records = {}) {
        engine_.send(head, records);
    }
    void say_text(Head head, std::size_t word, std::string_view text) {
        head.words[word] = static_cast<std::int64_t>(text.size());
        say(head, records_of(text.data(), text.size()));
    }
    // Each command with one thing changed.
    void say_spoiled(Message message, const std::function<void(lpc_command&)>& spoil) {
        std::vector<lpc_command> commands = commands_of(message.records);
        for (lpc_command& command : commands) spoil(command);
        say(message, records_of(commands.data(), commands.size() * sizeof(lpc_command)));
    }

    // What it does instead of passing on a message of this kind.
    using Lie = std::pair<std::uint32_t, std::function<void(Liar&, Message)>>;
    using Lies = std::map<std::string, Lie>;
    static Lies wrong_answers();
    static Lies wrong_ways();
    static Lies wrong_words();
    static Lies wrong_following();
    static const Lies& lies();

    const std::string way_;
    Channel& engine_;
    Channel& plugin_;
    std::int64_t commands_max_ = 0;
    int answers_ = 0, heard_ = 0;
    bool told_ = false;
};

constexpr std::string_view kNoText("\xff\xfe \x1b[2J\n\0{\"", 11);

// Of one that acts, and is asked: other answers than were asked for.
Liar::Lies Liar::wrong_answers() {
    return {
        {"answers_unasked",
         {kAnswer,
          [](Liar& l, Message m) {
              l.say({.kind = kAnswer, .number = m.number + 1'000});
              l.say(m, m.records);
          }}},
        {"answers_twice",
         {kAnswer,
          [](Liar& l, Message m) {
              l.say(m, m.records);
              l.say(m, m.records);
          }}},
        {"answers_the_previous_question",
         {kAnswer,
          [](Liar& l, Message m) {
              --m.number;
              l.say(m, m.records);
          }}},
        {"answers_another_kind_of_question",
         {kAnswer,
          [](Liar& l, Message m) {
              m.kind = kSaved;
              l.say(m, m.records);
          }}},
        {"answers_too_much",
         {kAnswer,
          [](Liar& l, Message m) {
              m.records.resize(static_cast<std::size_t>(l.commands_max_) + 1, m.records.front());
              l.say(m, m.records);
          }}},
        {"carries_less_than_nothing",
         {kAnswer,
          [](Liar& l, Message m) {
              m.words[1] = INT64_MIN;
              l.say(m, m.records);
          }}},
    };
}

// What makes the channel itself unfit, or silent.
Liar::Lies Liar::wrong_ways() {
    return {
        {"counts_beyond_all_limits",
         {kAnswer,
          [](Liar&, Message m) {
              m.count = UINT32_MAX;
              Memory::put(m);
          }}},
        {"hears_what_it_was_not_told",
         {kAnswer,
          [](Liar& l, Message m) {
              l.say({.kind = kHeard, .number = m.number, .words = {0, 1}});
              l.say(m, m.records);
          }}},
        {"is_ready_again", {kAnswer, [](Liar& l, Message) { l.say({.kind = kReady}); }}},
        {"logs_without_end",
         {kAnswer,
          [](Liar& l, Message) {
              for (;;) l.say_text({.kind = kLog, .words = {LPC_LOG_NOTE}}, 1, kNoText);
          }}},
        {"logs_no_text",
         {kAnswer,
          [](Liar& l, Message) {
              l.say({.kind = kLog, .words = {LPC_LOG_NOTE, INT64_MAX}});
          }}},
        {"goes_away", {kAnswer, [](Liar&, Message) { std::_Exit(0); }}},
        {"scribbles", {kAnswer, [](Liar&, Message) { Memory::scribble(); }}},
        {"answers_late",
         {kAnswer,
          [](Liar& l, Message m) {
              std::this_thread::sleep_for(3s);
              l.say(m, m.records);
          }}},
        {"never_answers", {kAnswer, [](Liar&, Message) { hang(); }}},
    };
}

// In the name of its plugin.
Liar::Lies Liar::wrong_words() {
    return {
        {"says_that_it_failed",
         {kAnswer,
          [](Liar& l, Message m) {
              m.words[0] = kFailed;
              l.say_text(m, 1, kNoText);
          }}},
        {"fails_without_a_sentence",
         {kAnswer,
          [](Liar& l, Message m) {
              m.words = {kFailed, INT64_MAX};
              l.say(m);
          }}},
        {"always_gives_strange_kinds",
         {kAnswer,
          [](Liar& l, Message m) { l.say_spoiled(m, [](lpc_command& c) { c.kind = 65'535; }); }}},
        {"always_writes_beyond_the_fields",
         {kAnswer,
          [](Liar& l, Message m) {
              l.say_spoiled(m, [](lpc_command& c) { c.u.word[3] = c.flags = 255; });
          }}},
    };
}

// Of one that follows.
Liar::Lies Liar::wrong_following() {
    return {
        {"follower_hears_twice",
         {kHeard,
          [](Liar& l, Message m) {
              m.words[1] = INT64_MAX;
              l.say(m, m.records);
          }}},
        {"follower_hears_nothing",
         {kHeard,
          [](Liar& l, Message m) {
              m.words[1] = 0;
              for (;;) l.say(m, m.records);
          }}},
        {"follower_compares_garbage",
         {kHeard,
          [](Liar& l, Message m) {
              m.records.front().kind = 99;
              l.say(m, m.records);
          }}},
        {"follower_says_that_it_failed",
         {kHeard,
          [](Liar& l, Message m) {
              m.words[0] = kFailed;
              l.say_text(m, 2, kNoText);
          }}},
        {"follower_has_no_belongings",
         {kBelongings,
          [](Liar& l, Message m) {
              m.words[0] = 24;
              l.say(m, std::vector<lpc_fact>(1, lpc_fact{UINT64_MAX, UINT64_MAX, 0, 0, 0, 0, {}}));
          }}},
        {"follower_shows_its_belongings_twice",
         {kBelongings,
          [](Liar& l, Message m) {
              l.say(m, m.records);
              l.say(m, m.records);
          }}},
        {"follower_goes_away", {kHeard, [](Liar&, Message) { std::_Exit(0); }}},
        {"follower_never_answers", {kBelongings, [](Liar&, Message) { hang(); }}},
    };
}

const Liar::Lies& Liar::lies() {
    static const Lies all = [] {
        Lies lies;
        for (Lies some : {wrong_answers(), wrong_ways(), wrong_words(), wrong_following()})
            lies.merge(some);
        return lies;
    }();
    return all;
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> said(words + 1, words + count);
    if (count != 10 || said[1] != "--parent") return 99;
    if (!die_with_parent(std::stoi(said[2]))) return 97;
    const auto engine = Channel::open(ChildProcess::kInherited, {.looks = 10});
    const auto plugin = Channel::create(1u << 15, {.looks = 10});
    if (!engine || !plugin) return 95;
    std::vector<std::string> passed_on = said;
    passed_on[2] = std::to_string(::getpid());
    const auto sidecar = ChildProcess::start(LPC_BINARY_DIR "/bin/lpc", passed_on, (*plugin)->fd());
    if (!sidecar) return 94;
    const std::string_view path = words[0];
    Liar(std::string(path.substr(path.rfind('/') + 1)), **engine, **plugin).relay();
}
