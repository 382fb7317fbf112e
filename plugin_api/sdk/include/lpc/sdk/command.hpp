// Commands with named arguments, and the writer that takes them. Thread role: within on_turn.
// Deterministic: commands leave in the order in which they were given, however small the host's
// array is. The writer belongs to the plugin base class.
//
//     out.order({.account = a, .instrument = i, .tag = t, .cause_seq = s, .lots = -5, .price =
//     990});
#pragma once

#include <lpc/command.h>
#include <lpc/order.h>
#include <lpc/turn.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lpc {

// The arguments of each command; units and meaning as in lpc/command.h. What is left out is 0.
namespace command {

struct Margin {
    std::uint64_t account = 0;
    std::uint32_t asset = 0;  // the numeraire
    std::uint64_t cause_seq = 0;
    std::uint8_t state = 0;  // LPC_MARGIN_*
    std::int64_t equity = 0, maintenance = 0, initial = 0, target = 0;
};
struct Levels {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t cause_seq = 0;
    std::int64_t liquidation_price = 0, bankruptcy_price = 0, next_state_price = 0;
};
struct Closeout {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t cause_seq = 0;
    std::int64_t end_lots = 0, bankruptcy_price = 0, permitted_price = 0, deadline_ns = 0;
};
struct Release {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t cause_seq = 0;
};
struct Order {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t tag = 0, cause_seq = 0;
    std::uint8_t type = LPC_ORDER_IOC;
    std::int64_t lots = 0, price = 0, expire_ns = 0;
};
struct Cancel {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t tag = 0, cause_seq = 0;
    std::uint64_t order_id = 0;
};
struct Offer {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t tag = 0, cause_seq = 0;
    std::uint8_t type = 0;  // LPC_AUCTION_*
    std::int64_t lots = 0, price = 0, reserve_price = 0, close_ns = 0;
};
struct Award {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t tag = 0, cause_seq = 0;
    std::uint64_t lot_id = 0, bid_id = 0;
    std::int64_t lots = 0, price = 0;
};
struct Grant {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t tag = 0, cause_seq = 0;
    std::int64_t amount = 0;
};
struct Takeover {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t tag = 0, cause_seq = 0;
    std::int64_t lots = 0, price = 0;
    std::uint64_t tranche = 0;
};
struct Deleverage {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t tag = 0, cause_seq = 0;
    std::int64_t lots = 0, price = 0;
};
struct Escalate {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint64_t cause_seq = 0;
    std::uint8_t why = 0;  // LPC_ESCALATE_*
};
struct Timer {
    std::uint64_t account = 0;
    std::uint64_t tag = 0, cause_seq = 0;
    std::int64_t at_ns = 0;
};

}  // namespace command

// Takes a turn's commands. Those that the host's array cannot hold wait here and are handed out
// when the host calls again for the same turn, in the same order; the author need not know.
class CommandWriter {
  public:
    void margin(const command::Margin& c) {
        lpc_command out = head(LPC_CMD_MARGIN, c);
        out.u.margin = {c.equity, c.maintenance, c.initial, c.target};
        put(out);
    }
    void levels(const command::Levels& c) {
        lpc_command out = head(LPC_CMD_LEVELS, c);
        out.u.levels = {c.liquidation_price, c.bankruptcy_price, c.next_state_price};
        put(out);
    }
    void closeout(const command::Closeout& c) {
        lpc_command out = head(LPC_CMD_CLOSEOUT, c);
        out.u.closeout = {c.end_lots, c.bankruptcy_price, c.permitted_price, c.deadline_ns};
        put(out);
    }
    void release(const command::Release& c) { put(head(LPC_CMD_RELEASE, c)); }
    void order(const command::Order& c) {
        lpc_command out = head(LPC_CMD_ORDER, c);
        out.u.order = {c.lots, c.price, c.expire_ns};
        put(out);
    }
    void cancel(const command::Cancel& c) {
        lpc_command out = head(LPC_CMD_CANCEL, c);
        out.u.cancel = {c.order_id};
        put(out);
    }
    void offer(const command::Offer& c) {
        lpc_command out = head(LPC_CMD_OFFER, c);
        out.u.offer = {c.lots, c.price, c.reserve_price, c.close_ns};
        put(out);
    }
    void award(const command::Award& c) {
        lpc_command out = head(LPC_CMD_AWARD, c);
        out.u.award = {c.lot_id, c.bid_id, c.lots, c.price};
        put(out);
    }
    void grant(const command::Grant& c) {
        lpc_command out = head(LPC_CMD_GRANT, c);
        out.u.grant = {c.amount};
        put(out);
    }
    void takeover(const command::Takeover& c) {
        lpc_command out = head(LPC_CMD_TAKEOVER, c);
        out.u.takeover = {c.lots, c.price, c.tranche};
        put(out);
    }
    void deleverage(const command::Deleverage& c) {
        lpc_command out = head(LPC_CMD_DELEVERAGE, c);
        out.u.deleverage = {c.lots, c.price};
        put(out);
    }
    void escalate(const command::Escalate& c) { put(head(LPC_CMD_ESCALATE, c)); }
    void timer(const command::Timer& c) {
        lpc_command out = head(LPC_CMD_TIMER, c);
        out.u.timer = {c.at_ns};
        put(out);
    }

    // A command that was built by hand.
    void put(const lpc_command& command) {
        if (out_->count < out_->capacity) {
            out_->commands[out_->count++] = command;
        } else {
            waiting_.push_back(command);
        }
    }

    // Accounts that a work limit puts off to the next turn; the host then turns again without
    // waiting for a fact.
    void carried(std::uint32_t accounts) { carried_ = accounts; }

    // For the base class: the turn's first call, each further call, and the end of a call.
    void begin(lpc_output& out) {
        out_ = &out;
        waiting_.clear();
        handed_out_ = 0;
        carried_ = 0;
    }
    void resume(lpc_output& out) {
        const std::size_t take = std::min<std::size_t>(out.capacity, waiting_.size() - handed_out_);
        std::copy_n(waiting_.begin() + static_cast<std::ptrdiff_t>(handed_out_), take,
                    out.commands);
        out.count = static_cast<std::uint32_t>(take);
        handed_out_ += take;
    }
    void end(lpc_output& out) {
        out.more = more() ? 1 : 0;
        out.carried = more() ? 0 : carried_;  // said once, in the turn's last call
        out_ = nullptr;
    }
    [[nodiscard]] bool more() const { return handed_out_ < waiting_.size(); }

  private:
    template <class Arguments>
    static lpc_command head(std::uint16_t kind, const Arguments& c) {
        lpc_command out{};
        out.kind = kind;
        out.account = c.account;
        out.cause_seq = c.cause_seq;
        if constexpr (requires { c.instrument; }) out.instrument = c.instrument;
        if constexpr (requires { c.asset; }) out.instrument = c.asset;
        if constexpr (requires { c.tag; }) out.tag = c.tag;
        if constexpr (requires { c.state; }) out.code = c.state;
        if constexpr (requires { c.type; }) out.code = c.type;
        if constexpr (requires { c.why; }) out.code = c.why;
        return out;
    }

    lpc_output* out_ = nullptr;
    std::vector<lpc_command> waiting_;
    std::size_t handed_out_ = 0;  // Invariant: handed_out_ <= waiting_.size()
    std::uint32_t carried_ = 0;
};

}  // namespace lpc
