// Law 5, and hostile bytes: load takes them or refuses them, survives them, and a refusal changes
// nothing.
#include <algorithm>
#include <memory>
#include <optional>

#include "../heir.hpp"
#include "case.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kSpoil = 1800, kMoments = 1801 };

// An honest record, spoiled in one of many ways.
Bytes spoiled(const Bytes& honest, Draw& d) {
    Bytes bytes = honest;
    switch (d.below(7)) {
        case 0:
            bytes.resize(d.below(bytes.size() + 1));
            return bytes;
        case 1: {
            const std::uint64_t bit = d.below(bytes.size() * 8);
            bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << (bit % 8)));
            return bytes;
        }
        case 2:
            for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(d.next());
            return bytes;
        case 3:
            bytes.resize(bytes.size() + 1 + d.below(64), static_cast<std::uint8_t>(d.next()));
            return bytes;
        case 4:
            std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(d.below(bytes.size())),
                      bytes.end(), d.permille(500) ? std::uint8_t{0xff} : std::uint8_t{0});
            return bytes;
        case 5: {  // a word of all ones, or with the highest bit only, where a number may stand
            const std::size_t at = d.below(bytes.size());
            const std::uint8_t low = d.permille(500) ? 0xff : 0;
            for (std::size_t i = at; i < std::min(at + 8, bytes.size()); ++i) bytes[i] = low;
            if (at + 8 <= bytes.size()) bytes[at + 7] = d.permille(500) ? 0x7f : 0x80;
            return bytes;
        }
        default: {
            const std::size_t from = d.below(bytes.size());
            std::rotate(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(from),
                        bytes.end());
            return bytes;
        }
    }
}

// Every shorter record and every flipped bit, where there are not too many.
std::vector<Bytes> all_spoiled(const Bytes& honest, std::size_t most, Draw& d) {
    std::vector<Bytes> all;
    const std::size_t bits = honest.size() * 8;
    for (std::size_t size = 0; size < honest.size() && all.size() < most / 3; ++size)
        all.emplace_back(honest.begin(), honest.begin() + static_cast<std::ptrdiff_t>(size));
    for (std::size_t i = 0; i < std::min(bits, most / 3); ++i) {
        const std::size_t bit = bits <= most / 3 ? i : d.below(bits);
        Bytes bytes = honest;
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << (bit % 8)));
        all.push_back(std::move(bytes));
    }
    while (all.size() < most) all.push_back(spoiled(honest, d));
    return all;
}

// An instance in the middle of a life, with the facts that it knows.
struct Moment {
    Known known;
    Instance instance;
    lpc_turn turn{};
    explicit Moment(const lpc_plugin& table) : instance(table) {}
    void hear(const Beat& beat) {
        (void)relive(instance, beat);
        for (const lpc_fact& f : beat.facts) known.tell(f);
        turn = beat.turn;
    }
    std::set<std::uint64_t> accounts() const {
        std::set<std::uint64_t> all = known.accounts();
        all.insert(0);
        return all;
    }
};

std::unique_ptr<Instance> knowing(const lpc_plugin& table, const Known& known) {
    auto made = std::make_unique<Instance>(table);
    made->tell(known.all());
    return made;
}

// Whatever state it took, it goes on.
void go_on(Instance& instance, const Moment& moment) {
    lpc_turn turn = moment.turn;
    turn.flags = LPC_TURN_ACTIVE;
    for (int i = 0; i < 3; ++i) {
        turn.now_ns += 1'000'000'000;
        (void)instance.turn(turn);
        turn.flags = 0;
    }
    for (const std::uint64_t account : moment.accounts()) {
        if (instance.table().save != nullptr) (void)instance.save(account);
    }
}

// Formats beyond those that it names are refused whatever the bytes are.
void wrong_formats(Instance& instance, std::uint64_t account, const Bytes& bytes) {
    std::uint32_t count = 0;
    while (instance.table().state_loads[count] != nullptr) ++count;
    for (const std::uint32_t format : {count, count + 1, UINT32_MAX}) {
        if (instance.load(account, format, bytes) != LPC_REFUSED)
            throw Breach(kHostile, "load took format index " + std::to_string(format) +
                                       ", expected LPC_REFUSED: it names " + std::to_string(count));
    }
}

struct Counts {
    std::uint64_t taken = 0, refused = 0;
};

void load_all(const Subject& subject, const Moment& moment, std::uint64_t account,
              const Bytes& honest, Draw& d, Counts& counts) {
    const lpc_plugin& table = subject.table();
    const std::uint32_t format = *own_format(table);
    auto victim = knowing(table, moment.known);
    wrong_formats(*victim, account, honest);
    for (const Bytes& bytes : all_spoiled(honest, subject.pick(600u, 120u), d)) {
        if (victim->load(account, format, bytes) == LPC_REFUSED) {
            ++counts.refused;
            continue;
        }
        ++counts.taken;
        if (counts.taken % 8 != 0) continue;
        go_on(*victim, moment);
        victim = knowing(table, moment.known);
    }
    go_on(*victim, moment);
}

Note hostile(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    if (table.load == nullptr) throw NotJudged("it loads nothing");
    if (!own_format(table)) throw NotJudged("it does not load the format that it saves");
    Counts counts;
    for (const WorldOptions& options : subject.worlds()) {
        const Life life = live(table, options, subject.turns());
        Moment moment(table);
        Draw d{subject.seed(kSpoil), options.seed};
        for (std::size_t i = 0; i < life.size(); ++i) {
            moment.hear(life[i]);
            if (i % 16 != 15) continue;
            std::size_t tried = 0;
            for (const std::uint64_t account : moment.accounts()) {
                const auto honest = moment.instance.save(account);
                if (!honest || honest->empty() || ++tried > 2) continue;
                load_all(subject, moment, account, *honest, d, counts);
            }
        }
    }
    return {std::to_string(counts.refused) + " hostile records refused, " +
            std::to_string(counts.taken) + " taken and survived"};
}

// Bytes that an instance in the same state refuses.
std::optional<Bytes> refused_bytes(const lpc_plugin& table, Moment& moment, std::uint64_t account,
                                   const Bytes& honest, Draw& d) {
    const std::uint32_t format = *own_format(table);
    for (int attempt = 0; attempt < 4; ++attempt) {
        Heir like(table);
        like.take(0, moment.known, moment.instance);
        like.take(account, moment.known, moment.instance);
        Bytes bytes = spoiled(honest, d);
        if (like.instance().load(account, format, bytes) == LPC_REFUSED) return bytes;
    }
    return std::nullopt;
}

// Gives the instance one record that it refuses; what it would save must be the same after it.
bool refuse_one(const lpc_plugin& table, Moment& moment, std::uint64_t account, Draw& d) {
    const auto before = moment.instance.save(account);
    if (!before || before->empty()) return false;
    const auto bytes = refused_bytes(table, moment, account, *before, d);
    if (!bytes) return false;
    if (moment.instance.load(account, *own_format(table), *bytes) != LPC_REFUSED)
        throw NotJudged("load refuses bytes at one time and takes them at another");
    if (moment.instance.save(account) != before)
        throw Breach(kRefused, "load of account " + std::to_string(account) +
                                   " answered LPC_REFUSED to " + std::to_string(bytes->size()) +
                                   " spoiled bytes, but save writes something else after it");
    return true;
}

Note refused(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    if (!own_format(table)) throw NotJudged("it does not load what it saves");
    std::uint64_t count = 0;
    for (const WorldOptions& options : subject.worlds()) {
        const Life life = live(table, options, subject.turns());
        Moment moment(table);
        Draw d{subject.seed(kMoments), options.seed};
        const std::string found = first_difference(life, [&](auto, const Beat& told) {
            moment.instance.tell(told.facts);
            for (const lpc_fact& f : told.facts) moment.known.tell(f);
            for (const std::uint64_t account : moment.accounts()) {
                if (d.permille(120) && refuse_one(table, moment, account, d)) ++count;
            }
            return moment.instance.turn(told.turn);
        });
        if (!found.empty())
            throw Breach(kRefused, "after loads that were answered LPC_REFUSED: " + found);
    }
    return {std::to_string(count) + " refusals"};
}

}  // namespace

void add_refusal_cases(std::vector<Case>& cases) {
    cases.push_back({kHostile,
                     "law 5: load survives truncated, flipped and random bytes and wrong formats",
                     {kLives},
                     hostile});
    cases.push_back({kRefused,
                     "law 5: after a load that was answered LPC_REFUSED nothing has changed",
                     {kTwice, kHostile},
                     refused});
}

}  // namespace lpc::judge
