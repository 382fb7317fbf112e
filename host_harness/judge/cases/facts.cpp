// Law 2: a fact states what is; told twice it changes nothing, and what is never told is not
// missed.
#include <algorithm>

#include "case.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kAgain = 1200, kKind = 1201, kChange = 1202 };

// What was just told, each fact in a call of its own, but for what happens once and brackets.
void tell_again(Instance& instance, const Known& known, std::span<const lpc_fact> facts) {
    for (const lpc_fact& f : facts) {
        const bool over = f.kind == LPC_FACT_ORDER && !works(f.code);
        if (over || f.kind == LPC_FACT_DETACH || known.holds(f))
            instance.tell_run(std::span(&f, 1));
    }
}

// DETACH told twice, but not of an account that is back.
bool is_back(const Known& known, const lpc_fact& f) {
    return f.kind == LPC_FACT_DETACH && known.accounts().contains(f.account);
}

// A second instance hears what a first one heard, and `more` after each turn's facts: it must say
// the same. `how` names it in the sentence.
template <class More>
Note told_otherwise(const Subject& subject, const std::vector<WorldOptions>& worlds,
                    std::string_view about, const std::string& how, More more) {
    std::vector<Life> lives;
    for (const WorldOptions& options : worlds) {
        lives.push_back(live(subject.table(), options, subject.turns()));
        Instance instance(subject.table());
        Known known;
        Draw draw{subject.seed(kAgain)};
        const std::string found = first_difference(lives.back(), [&](auto, const Beat& told) {
            instance.tell(told.facts);
            for (const lpc_fact& f : told.facts) known.tell(f);
            more(instance, known, draw, told);
            return instance.turn(told.turn);
        });
        if (!found.empty()) throw Breach(about, how + ": " + found);
    }
    return note_of(lives);
}

Note retold(const Subject& subject) {
    const auto twice = [](Instance& instance, const Known& known, Draw& draw, const Beat& told) {
        std::vector<lpc_fact> again = told.facts;
        std::erase_if(again, [&](const lpc_fact& f) { return is_back(known, f); });
        tell_again(instance, known, again);
        if (draw.permille(200)) instance.tell(known.all());
    };
    return told_otherwise(subject, subject.worlds(), kRetold, "facts told twice", twice);
}

void tell_resync(Instance& instance, const Known& known, std::uint64_t account, std::uint64_t seq) {
    std::vector<lpc_fact> facts = known.of_account(account);
    lpc_fact bracket = resync(account, LPC_RESYNC_BEGIN);
    bracket.seq = seq;
    facts.insert(facts.begin(), bracket);
    bracket.code = LPC_RESYNC_END;
    facts.push_back(bracket);
    instance.tell(facts);
}

Note resynced(const Subject& subject) {
    const auto anew = [](Instance& instance, const Known& known, Draw& draw, const Beat& told) {
        for (const std::uint64_t account : known.accounts()) {
            if (draw.permille(100)) tell_resync(instance, known, account, told.turn.seq - 1);
        }
        if (draw.permille(100)) tell_resync(instance, known, 0, told.turn.seq - 1);
    };
    return told_otherwise(subject, subject.worlds(false), kResync,
                          "after a RESYNC that tells all that is", anew);
}

// That a life ended under such circumstances is this case's to tell; any other breach is not.
[[noreturn]] void rethrow(const Breach& breach, std::string_view about, const std::string& where) {
    throw Breach(breach.case_name() == kLives ? about : breach.case_name(),
                 where + ": " + breach.what());
}

// A life without one kind of fact, as a venue that has none of it.
void live_without(const lpc_plugin& table, const WorldOptions& options, std::uint32_t turns,
                  std::uint16_t kind) {
    World world(table, options);
    Instance instance(table);
    for (std::uint32_t i = 0; i < turns; ++i) {
        Step step = world.next();
        std::erase_if(step.facts, [kind](const lpc_fact& f) { return f.kind == kind; });
        instance.tell(step.facts);
        world.answer(instance.turn(step.turn).commands);
    }
}

Note missing_kinds(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    std::uint32_t heard = 0;
    for (std::uint16_t kind = LPC_FACT_PARAM + 1; kind < LPC_FACT_KINDS; ++kind) {
        if (hook_of(table, kind) == nullptr) continue;
        ++heard;
        try {
            live_without(table, subject.worlds().front(), subject.pick(120u, 30u), kind);
        } catch (const Breach& breach) {
            rethrow(breach, kKinds, "without facts of kind " + std::to_string(kind));
        }
    }
    return {std::to_string(heard) + " kinds, each left out once"};
}

// Lives with these parameters; if `changing`, one of them changes every few turns.
void live_with(const lpc_plugin& table, const WorldOptions& options, std::uint32_t turns,
               bool changing) {
    World world(table, options);
    Instance instance(table);
    for (std::uint32_t i = 0; i < turns; ++i) {
        const Step step = world.next();
        instance.tell(step.facts);
        Draw draw{options.seed, kChange, i};
        if (changing && draw.permille(150)) {
            const lpc_param& p = table.params[draw.below(table.param_count)];
            lpc_fact changed = fact({}, lpc_fact_param{p.id, p.initial});
            if (draw.permille(700)) changed.u.param.value = draw.permille(500) ? p.min : p.max;
            changed.seq = step.turn.seq - 1;
            instance.tell_run(std::span(&changed, 1));
        }
        world.answer(instance.turn(step.turn).commands);
    }
}

Note parameters(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    WorldOptions options = subject.worlds().front();
    const auto turns = subject.pick(90u, 25u);
    const auto attempt = [&](const std::string& where, bool changing) {
        try {
            live_with(table, options, turns, changing);
        } catch (const Breach& breach) {
            rethrow(breach, kParameters, where);
        }
    };
    if (table.param_count == 0) throw NotJudged("it has no parameters");
    for (const bool most : {false, true}) {
        options.params.clear();
        for (std::uint64_t i = 0; i < table.param_count; ++i)
            options.params.emplace_back(table.params[i].id,
                                        most ? table.params[i].max : table.params[i].min);
        attempt(most ? "all at their max" : "all at their min", false);
    }
    for (std::uint64_t i = 0; i < table.param_count; ++i) {
        const lpc_param& p = table.params[i];
        for (const std::int64_t value : {p.min, p.max}) {
            options.params = {{p.id, value}};
            attempt(std::string(p.name) + " at " + std::to_string(value), false);
        }
    }
    options.params.clear();
    attempt("changing from turn to turn", true);
    return {std::to_string(table.param_count) + " parameters at min, max and changing"};
}

}  // namespace

void add_fact_cases(std::vector<Case>& cases) {
    cases.push_back({kRetold, "law 2: a fact told twice changes nothing", {kRuns}, retold});
    cases.push_back({kResync,
                     "law 2: a RESYNC that tells all that is changes nothing",
                     {kRetold, kDetach},
                     resynced});
    cases.push_back(
        {kKinds, "law 2: facts that are never told are not missed", {kLives}, missing_kinds});
    cases.push_back({kParameters,
                     "law 2: parameters at min, max and changing are survived",
                     {kLives},
                     parameters});
}

}  // namespace lpc::judge
