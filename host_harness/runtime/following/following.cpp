#include "following.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

namespace lpc::runtime {
namespace {

std::string bytes_of(const lpc_command& command) {
    return {reinterpret_cast<const char*>(&command), sizeof command};
}

std::vector<std::uint64_t> only_in(const std::set<std::uint64_t>& these,
                                   const std::set<std::uint64_t>& those) {
    std::vector<std::uint64_t> only;
    std::set_difference(these.begin(), these.end(), those.begin(), those.end(),
                        std::back_inserter(only));
    return only;
}

}  // namespace

std::vector<std::uint64_t> Comparison::would_close() const {
    return only_in(closed_by_follower, closed_by_active);
}

std::vector<std::uint64_t> Comparison::would_spare() const {
    return only_in(closed_by_active, closed_by_follower);
}

Status Following::take(std::span<const StreamRecord> records) {
    std::size_t at = 0;
    while (at < records.size()) {
        const StreamRecord& record = records[at++];
        switch (record.kind) {
            case kStreamTimers:
                hear_timers(record.seq, record.u.word[0]);
                break;
            case kStreamTurn:
                if (const Status status = turn(record); !status) return status;
                break;
            case kStreamSaid: {
                const auto commands = [&](std::int64_t count) {
                    std::vector<lpc_command> taken(static_cast<std::size_t>(count));
                    if (count != 0)
                        std::memcpy(taken.data(), &records[at], taken.size() * sizeof(lpc_command));
                    at += taken.size();
                    return taken;
                };
                const std::vector<lpc_command> said = commands(record.u.word[0]);
                hear_said(record, said, commands(record.u.word[1]));
                break;
            }
            case kStreamLoad: {
                const StreamRecord* bytes = records.data() + at;
                const auto size = static_cast<std::size_t>(record.u.word[0]);
                at += (size + sizeof(StreamRecord) - 1) / sizeof(StreamRecord);
                if (const Status status = load(record, bytes); !status) return status;
                break;
            }
            case kStreamTag:
                actor_.orders.add(record.account, static_cast<std::uint64_t>(record.u.word[0]),
                                  static_cast<std::uint64_t>(record.u.word[1]));
                break;
            case kStreamTimer:
                actor_.timers.add({record.u.word[0], record.account,
                                   static_cast<std::uint64_t>(record.u.word[1])});
                break;
            default:
                hear(record);
        }
    }
    return {};
}

Status Following::load(const StreamRecord& mark, const StreamRecord* bytes) {
    return actor_.instance->load(
        mark.account, static_cast<std::uint32_t>(mark.u.word[1]),
        {reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(mark.u.word[0])});
}

void Following::hear(lpc_fact fact) {
    switch (fact.kind) {
        case LPC_FACT_ORDER:
            hear_order(fact);
            break;
        case LPC_FACT_FILL:
            fact.u.fill.tag = actor_.orders.tag(fact.account, fact.u.fill.order_id);
            break;
        case LPC_FACT_REFUSED:
            if (!is_answer(fact)) return;
            break;
        case LPC_FACT_DETACH:
            actor_.forget(fact.account);
            break;
        default:
            break;
    }
    actor_.instance->tell(fact);
}

// The first ORDER after a command said alike makes it ours too.
void Following::hear_order(lpc_fact& fact) {
    const lpc_fact_order& order = fact.u.order;
    if (fact.code == LPC_ORDER_PENDING && !actor_.orders.has(fact.account, order.id)) {
        for (const std::uint16_t kind : {LPC_CMD_ORDER, LPC_CMD_TAKEOVER}) {
            const auto asked = waiting_.find({fact.account, order.tag, kind});
            if (asked == waiting_.end()) continue;
            waiting_.erase(asked);
            actor_.orders.add(fact.account, order.id, order.tag);
            break;
        }
    }
    fact.u.order.tag = actor_.orders.tag(fact.account, order.id);
}

// Does the active's refusal answer something that we said too?
bool Following::is_answer(const lpc_fact& fact) {
    const lpc_fact_refused& refused = fact.u.refused;
    if (fact.reason == LPC_REASON_VENUE) return actor_.orders.has_tag(fact.account, refused.tag);
    const auto asked =
        waiting_.find({fact.account, refused.tag, static_cast<std::uint16_t>(refused.kind)});
    if (asked == waiting_.end()) return false;
    waiting_.erase(asked);
    return true;
}

void Following::hear_timers(std::uint64_t seq, std::int64_t now_ns) {
    for (const Timer& timer : actor_.timers.due(now_ns)) {
        lpc_fact fact{};
        fact.seq = seq;
        fact.account = timer.account;
        fact.kind = LPC_FACT_TIMER;
        fact.u.timer.tag = timer.tag;
        actor_.instance->tell(fact);
    }
}

Status Following::turn(const StreamRecord& mark) {
    waiting_.clear();  // every command is answered before the next turn
    Result<TurnOutput> output = actor_.instance->turn({mark.seq, mark.u.word[0], 0, 0}, limits_);
    if (!output) return tl::unexpected(output.error());
    answer_ = std::move(output->commands);
    return {};
}

void Following::hear_said(const StreamRecord& mark, const std::vector<lpc_command>& said,
                          const std::vector<lpc_command>& inherited) {
    if (mark.u.word[2] != 0) compare(mark, said);
    answer_.clear();
    for (const lpc_command& command : inherited) said_alike(command, mark.u.word[3]);
}

void Following::compare(const StreamRecord& mark, const std::vector<lpc_command>& said) {
    const std::int64_t now_ns = mark.u.word[3];
    ++comparison_.turns;
    const std::uint64_t differences = comparison_.missing + comparison_.extra;
    std::unordered_map<std::string, std::uint32_t> open;
    const bool alike = said.size() == answer_.size() &&
                       (said.empty() || std::memcmp(said.data(), answer_.data(),
                                                    said.size() * sizeof(lpc_command)) == 0);
    if (!alike) {
        for (const lpc_command& command : said) ++open[bytes_of(command)];
    }
    for (const lpc_command& command : answer_) {
        if (command.kind == LPC_CMD_CLOSEOUT)
            comparison_.closed_by_follower.insert(command.account);
        const auto same = alike ? open.end() : open.find(bytes_of(command));
        if (alike || (same != open.end() && same->second > 0)) {
            if (!alike) --same->second;
            ++comparison_.same;
            said_alike(command, now_ns);
        } else {
            note(true, command, now_ns);
            refuse(command, mark.seq, now_ns);
        }
    }
    for (const lpc_command& command : said) {
        if (command.kind == LPC_CMD_CLOSEOUT) comparison_.closed_by_active.insert(command.account);
        if (alike) continue;
        std::uint32_t& left = open[bytes_of(command)];
        if (left == 0) continue;
        --left;
        note(false, command, now_ns);
    }
    if (comparison_.missing + comparison_.extra != differences) ++comparison_.turns_differed;
}

void Following::said_alike(const lpc_command& command, std::int64_t now_ns) {
    waiting_.insert({command.account, command.tag, command.kind});
    if (command.kind == LPC_CMD_TIMER && command.u.timer.at_ns > now_ns) keep_timer(command);
}

void Following::refuse(const lpc_command& command, std::uint64_t seq, std::int64_t now_ns) {
    if (command.kind == LPC_CMD_TIMER && command.u.timer.at_ns > now_ns) return keep_timer(command);
    lpc_fact fact{};
    fact.seq = seq;
    fact.account = command.account;
    fact.instrument = command.instrument;
    fact.kind = LPC_FACT_REFUSED;
    fact.reason = LPC_REASON_FOLLOWING;
    fact.u.refused = {command.tag, command.kind};
    actor_.instance->tell(fact);
}

void Following::keep_timer(const lpc_command& command) {
    actor_.timers.add({command.u.timer.at_ns, command.account, command.tag});
}

void Following::note(bool extra, const lpc_command& command, std::int64_t now_ns) {
    if (!comparison_.differs()) {
        comparison_.first = command;
        comparison_.first_is_extra = extra;
        comparison_.first_ns = now_ns;
    }
    ++(extra ? comparison_.extra : comparison_.missing);
}

Exchanged Following::exchange(Actor actor) {
    waiting_.clear();
    comparison_ = {};
    return {std::exchange(actor_, std::move(actor)), std::exchange(answer_, {})};
}

}  // namespace lpc::runtime
