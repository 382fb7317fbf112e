// What comes out of any life: that it goes on, and that each turn's output and each command is well
// formed.
#include <lpc/closeout.h>

#include <array>
#include <set>

#include "case.hpp"

namespace lpc::judge {
namespace {

using Watch = std::function<void(const Beat&)>;

Note watched_lives(const Subject& subject, const Watch& watch) {
    std::vector<Life> lives;
    for (const WorldOptions& options : subject.worlds()) {
        lives.push_back(live(subject.table(), options, subject.turns()));
        for (const Beat& beat : lives.back()) watch(beat);
    }
    return note_of(lives);
}

Note lives_a_life(const Subject& subject) {
    (void)subject.table();
    Note note = watched_lives(subject, [](const Beat&) {});
    if (note.detail.starts_with("0 commands")) {
        note.detail += ": it did nothing that could be judged";
        note.warning = true;
    }
    return note;
}

// Instance watches each call; here it is called with little and with much room.
Note output(const Subject& subject) {
    std::vector<Life> lives;
    for (const WorldOptions& options : subject.worlds()) {
        for (const std::uint32_t capacity : {1u, 2u, kRoom, 1024u}) {
            lives.push_back(live(subject.table(), options, subject.turns(), capacity));
            for (const Beat& beat : lives.back()) {
                if (beat.carried > options.accounts)
                    throw Breach(kOutput, "on_turn answered carried " +
                                              std::to_string(beat.carried) + ", but was told of " +
                                              std::to_string(options.accounts) + " accounts");
            }
        }
    }
    return note_of(lives);
}

struct Form {
    std::size_t words;      // used
    std::uint8_t code_max;  // codes are 1 to code_max; 0: the code is unused
};
constexpr std::array<Form, 14> kForms{{{0, 0},
                                       {4, LPC_MARGIN_BANKRUPT},
                                       {3, 0},
                                       {4, 0},
                                       {0, 0},
                                       {3, LPC_ORDER_POST_ONLY},
                                       {1, 0},
                                       {4, LPC_AUCTION_DESCENDING},
                                       {4, 0},
                                       {1, 0},
                                       {3, 0},
                                       {2, 0},
                                       {0, LPC_ESCALATE_BANKRUPT},
                                       {1, 0}}};

void check_clean(const lpc_command& c) {
    const auto soiled = [&](const std::string& what) { throw Breach(kClean, describe(c) + what); };
    if (c.kind == 0 || c.kind >= kForms.size()) soiled(": no such command");
    const Form& form = kForms[c.kind];
    if (c.flags != 0) soiled(": flags is " + std::to_string(c.flags) + ", reserved, expected 0");
    const std::uint8_t code_min = form.code_max == 0 ? 0 : 1;
    if (c.code < code_min || c.code > form.code_max) soiled(": code is not one of this command");
    for (std::size_t i = form.words; i < std::size(c.u.word); ++i) {
        if (c.u.word[i] != 0)
            soiled(": word " + std::to_string(i) + ", which it does not use, is not 0");
    }
    if (c.kind == LPC_CMD_TIMER && (c.u.timer.at_ns < 0 || c.u.timer.at_ns > LPC_TIME_MAX_NS))
        soiled(": at_ns is beyond its limits");
    if (c.kind == LPC_CMD_ORDER &&
        (c.u.order.lots == 0 || size_of(c.u.order.lots) > LPC_LOTS_MAX || c.u.order.price < 1 ||
         c.u.order.price > LPC_PRICE_MAX || c.u.order.expire_ns < 0))
        soiled(": lots, price or expire_ns is beyond its limits");
}

Note clean(const Subject& subject) {
    return watched_lives(subject, [](const Beat& beat) {
        for (const lpc_command& c : beat.commands) check_clean(c);
    });
}

Note role(const Subject& subject) {
    const bool risk = subject.risk();
    return watched_lives(subject, [risk](const Beat& beat) {
        for (const lpc_command& c : beat.commands) {
            const bool of_risk = c.kind >= LPC_CMD_MARGIN && c.kind <= LPC_CMD_RELEASE;
            const bool of_liquidator = c.kind >= LPC_CMD_ORDER && c.kind <= LPC_CMD_ESCALATE;
            if (risk ? of_liquidator : of_risk)
                throw Breach(kRole, describe(c) + ": not a command of a " +
                                        (risk ? "risk plugin" : "liquidator"));
        }
    });
}

Note cause(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    std::vector<Life> lives;
    for (const WorldOptions& options : subject.worlds()) {
        lives.push_back(live(table, options, subject.turns()));
        std::set<std::uint64_t> told;
        for (const Beat& beat : lives.back()) {
            for (const lpc_fact& f : beat.facts) {
                if (hook_of(table, f.kind) != nullptr) told.insert(f.seq);
            }
            for (const lpc_command& c : beat.commands) {
                if (!told.contains(c.cause_seq))
                    throw Breach(kCause, describe(c) + ": no fact of that number was told to it");
            }
        }
    }
    return note_of(lives);
}

}  // namespace

void add_output_cases(std::vector<Case>& cases) {
    cases.push_back({kLives,
                     "protocol: create, hooks and on_turn answer LPC_OK through a life",
                     {kTable},
                     lives_a_life});
    cases.push_back({kOutput,
                     "protocol: nothing is written outside what was lent; count, more and carried "
                     "are sane",
                     {kLives},
                     output});
    cases.push_back({kClean,
                     "protocol: known kinds and codes; what is reserved or unused is 0",
                     {kLives},
                     clean});
    cases.push_back({kRole, "protocol: commands of its own role only", {kLives}, role});
    cases.push_back({kCause, "protocol: cause_seq is a fact that it was told", {kLives}, cause});
}

}  // namespace lpc::judge
