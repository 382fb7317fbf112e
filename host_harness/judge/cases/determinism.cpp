// Law 1: the same facts and turns give the same bytes of commands, wherever and however they are
// told.
#include <malloc.h>
#include <sys/mman.h>

#include <future>

#include "../child.hpp"
#include "case.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kCut = 1100 };

void expect_same(std::string_view about, const std::string& where, const std::string& difference) {
    if (!difference.empty()) throw Breach(about, where + ": " + difference);
}

Note twice(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    std::vector<Life> lives;
    for (const WorldOptions& options : subject.worlds()) {
        lives.push_back(live(table, options, subject.turns()));
        // Alive at once, so at two addresses; one of them may have that of the first, which is
        // gone.
        Instance second(table), third(table);
        for (Instance* instance : {&second, &third})
            expect_same(kTwice, "another instance",
                        first_difference(lives.back(), [&](auto, const Beat& told) {
                            return relive(*instance, told);
                        }));
    }
    return note_of(lives);
}

// The commands of one world as text, for another process to compare.
std::string commands_of(const Life& life) {
    std::string bytes;
    for (const Beat& beat : life) {
        const auto count = static_cast<std::uint32_t>(beat.commands.size());
        bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
        bytes.append(reinterpret_cast<const char*>(beat.commands.data()),
                     count * sizeof(lpc_command));
    }
    return bytes;
}

// Code, heap and fresh memory lie elsewhere and hold something else than in an untouched process.
void shift_memory() {
    constexpr std::size_t kPage = 4096;
    // First all the small holes between what is mapped, where code might lie as before.
    for (int i = 0; i < 4096; ++i)
        (void)::mmap(nullptr, 4 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)::mmap(nullptr, 371 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)::mallopt(M_PERTURB, 0x5a);
    static void* volatile kept = std::malloc(100'000 + 48);
    (void)kept;
}

Note another_process(const Subject& subject) {
    // Nothing of the file is mapped in this process: both children map it for themselves.
    const auto told = [&](bool shifted) {
        const ChildEnd end = in_child(subject.limits(), [&] {
            if (shifted) shift_memory();
            return commands_of(live(subject.table(), subject.worlds().front(), subject.turns()));
        });
        if (!end.trouble.empty()) throw Breach(kLives, "in another process it " + end.trouble);
        return end.said;
    };
    const std::string here = told(false), there = told(true);
    const std::size_t shared = std::min(here.size(), there.size());
    std::size_t at = 0;
    while (at < shared && here[at] == there[at]) ++at;
    if (here != there)
        throw Breach(kProcess,
                     "in a process whose memory lies elsewhere and is filled with other "
                     "bytes the commands differ from byte " +
                         std::to_string(at) + " of " + std::to_string(here.size()));
    return {std::to_string(here.size()) + " bytes of commands"};
}

Note another_thread(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    std::vector<Life> lives;
    for (const WorldOptions& options : subject.worlds()) {
        lives.push_back(live(table, options, subject.turns()));
        Instance elsewhere(table);
        expect_same(kThread, "each turn on a thread of its own",
                    first_difference(lives.back(), [&](auto beat, const Beat& told) {
                        if (beat % 5 == 4) return relive(elsewhere, told);
                        return std::async(std::launch::async,
                                          [&] { return relive(elsewhere, told); })
                            .get();
                    }));
    }
    return note_of(lives);
}

// Each run of one kind in pieces as long as is drawn.
void tell_in_pieces(Instance& instance, std::span<const lpc_fact> facts, Draw& draw) {
    for (std::size_t first = 0; first < facts.size();) {
        std::size_t end = first + 1;
        while (end < facts.size() && facts[end].kind == facts[first].kind && draw.permille(600))
            ++end;
        instance.tell_run(facts.subspan(first, end - first));
        first = end;
    }
}

Note runs(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    std::vector<Life> lives;
    for (const WorldOptions& options : subject.worlds()) {
        lives.push_back(live(table, options, subject.turns()));
        Instance one_by_one(table), at_random(table);
        expect_same(kRuns, "facts told one by one",
                    first_difference(lives.back(), [&](auto, const Beat& told) {
                        one_by_one.tell(told.facts, 1);
                        return one_by_one.turn(told.turn);
                    }));
        Draw draw{subject.seed(kCut)};
        expect_same(kRuns, "facts told in random runs",
                    first_difference(lives.back(), [&](auto, const Beat& told) {
                        tell_in_pieces(at_random, told.facts, draw);
                        return at_random.turn(told.turn);
                    }));
    }
    return note_of(lives);
}

Note capacity(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    std::vector<Life> lives;
    for (const WorldOptions& options : subject.worlds()) {
        lives.push_back(live(table, options, subject.turns()));
        for (const std::uint32_t room : {1u, 2u, 7u, 1024u}) {
            Instance instance(table);
            expect_same(kCapacity, "room for " + std::to_string(room) + " commands",
                        first_difference(lives.back(), [&](auto, const Beat& told) {
                            instance.tell(told.facts);
                            return instance.turn(told.turn, room);
                        }));
        }
    }
    return note_of(lives);
}

}  // namespace

void add_determinism_cases(std::vector<Case>& cases) {
    cases.push_back(
        {kTwice, "law 1: the same facts give another instance the same commands", {kLives}, twice});
    cases.push_back({kProcess,
                     "law 1: the same facts give the same commands in another process",
                     {kTwice},
                     another_process});
    cases.push_back({kThread,
                     "law 1: the same facts give the same commands on another thread",
                     {kTwice},
                     another_thread});
    cases.push_back(
        {kRuns, "law 1: how facts are cut into hook calls is invisible", {kTwice}, runs});
    cases.push_back({kCapacity,
                     "law 1: the room for commands is invisible; more hands out the same",
                     {kTwice, kOutput},
                     capacity});
}

}  // namespace lpc::judge
