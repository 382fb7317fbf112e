#include "following.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace lpc::runtime {
namespace {

std::string bytes_of(const lpc_command& command) {
    return {reinterpret_cast<const char*>(&command), sizeof command};
}

}  // namespace

Status Following::take(std::span<const StreamRecord> records) {
    std::size_t at = 0;
    while (at < records.size()) {
        const StreamRecord& record = records[at++];
        switch (record.kind) {
            case kStreamTimers:
                hear_timers(record.seq, record.u.word[0]);
                break;
            case kStreamTurn: {
                const auto count = static_cast<std::size_t>(record.u.word[1]);
                std::vector<lpc_command> said(count);
                if (count != 0) std::memcpy(said.data(), &records[at], count * sizeof(lpc_command));
                at += count;
                if (const Status status = turn(record, said); !status) return status;
                break;
            }
            case kStreamLoad: {
                const auto size = static_cast<std::size_t>(record.u.word[0]);
                const auto* bytes = reinterpret_cast<const std::uint8_t*>(records.data() + at);
                at += (size + sizeof(StreamRecord) - 1) / sizeof(StreamRecord);
                const Status status = instance_->load(
                    record.account, static_cast<std::uint32_t>(record.u.word[1]), {bytes, size});
                if (!status) return status;
                break;
            }
            default:
                hear(record);
        }
    }
    return {};
}

void Following::hear(lpc_fact fact) {
    switch (fact.kind) {
        case LPC_FACT_ORDER:
            hear_order(fact);
            break;
        case LPC_FACT_FILL: {
            const auto own = orders_.find(fact.u.fill.order_id);
            fact.u.fill.tag = own == orders_.end() ? 0 : own->second.tag;
            break;
        }
        case LPC_FACT_REFUSED:
            if (!is_answer(fact)) return;
            break;
        case LPC_FACT_DETACH:
            forget(fact.account);
            break;
        default:
            break;
    }
    instance_->tell(fact);
}

// The first ORDER after a command said alike makes it ours too.
void Following::hear_order(lpc_fact& fact) {
    const lpc_fact_order& order = fact.u.order;
    auto own = orders_.find(order.id);
    if (own == orders_.end() && fact.code == LPC_ORDER_PENDING) {
        for (const std::uint16_t kind : {LPC_CMD_ORDER, LPC_CMD_TAKEOVER}) {
            const auto asked = waiting_.find({fact.account, order.tag, kind});
            if (asked == waiting_.end()) continue;
            waiting_.erase(asked);
            own = orders_.emplace(order.id, Working{fact.account, order.tag}).first;
            break;
        }
    }
    fact.u.order.tag = own == orders_.end() ? 0 : own->second.tag;
}

// Does the active's refusal answer something that we said too?
bool Following::is_answer(const lpc_fact& fact) {
    const lpc_fact_refused& refused = fact.u.refused;
    if (fact.reason == LPC_REASON_VENUE) {
        return std::any_of(orders_.begin(), orders_.end(), [&](const auto& order) {
            return order.second.account == fact.account && order.second.tag == refused.tag;
        });
    }
    const auto asked =
        waiting_.find({fact.account, refused.tag, static_cast<std::uint16_t>(refused.kind)});
    if (asked == waiting_.end()) return false;
    waiting_.erase(asked);
    return true;
}

void Following::hear_timers(std::uint64_t seq, std::int64_t now_ns) {
    for (const Timer& timer : timers_.due(now_ns)) {
        lpc_fact fact{};
        fact.seq = seq;
        fact.account = timer.account;
        fact.kind = LPC_FACT_TIMER;
        fact.u.timer.tag = timer.tag;
        instance_->tell(fact);
    }
}

void Following::forget(std::uint64_t account) {
    timers_.forget(account);
    std::erase_if(orders_, [&](const auto& order) { return order.second.account == account; });
}

Status Following::turn(const StreamRecord& mark, const std::vector<lpc_command>& said) {
    waiting_.clear();  // every command is answered before the next turn
    const std::int64_t now_ns = mark.u.word[0];
    const Result<TurnOutput> output = instance_->turn({mark.seq, now_ns, 0, 0}, limits_);
    if (!output) return tl::unexpected(output.error());
    ++comparison_.turns;
    const std::uint64_t differences = comparison_.missing + comparison_.extra;
    std::unordered_map<std::string, std::uint32_t> open;
    const bool alike = said.size() == output->commands.size() &&
                       (said.empty() || std::memcmp(said.data(), output->commands.data(),
                                                    said.size() * sizeof(lpc_command)) == 0);
    if (!alike) {
        for (const lpc_command& command : said) ++open[bytes_of(command)];
    }
    for (const lpc_command& command : output->commands) {
        if (command.kind == LPC_CMD_CLOSEOUT)
            comparison_.closed_by_follower.insert(command.account);
        const auto same = alike ? open.end() : open.find(bytes_of(command));
        if (alike || (same != open.end() && same->second > 0)) {
            if (!alike) --same->second;
            said_alike(command, now_ns);
        } else {
            note(true, command, now_ns);
            refuse(command, mark.seq - 1, now_ns);
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
    return {};
}

void Following::said_alike(const lpc_command& command, std::int64_t now_ns) {
    ++comparison_.same;
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
    instance_->tell(fact);
}

void Following::keep_timer(const lpc_command& command) {
    timers_.add({command.u.timer.at_ns, command.account, command.tag, instance_->id(), 0});
}

void Following::note(bool extra, const lpc_command& command, std::int64_t now_ns) {
    if (!comparison_.differs()) {
        comparison_.first = command;
        comparison_.first_is_extra = extra;
        comparison_.first_ns = now_ns;
    }
    ++(extra ? comparison_.extra : comparison_.missing);
}

void Following::take_over_tag(std::uint64_t account, std::uint64_t order, std::uint64_t tag) {
    orders_[order] = {account, tag};
}

Following::Luggage Following::take_over() {
    Luggage luggage{std::move(instance_), {}, std::move(timers_)};
    for (const auto& [order, working] : orders_) luggage.tags[order] = working.tag;
    return luggage;
}

}  // namespace lpc::runtime
