#include "model.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace lpc::model {
namespace {

constexpr std::uint64_t kTimerTag = std::uint64_t{1} << 60;

bool works(std::uint8_t state) {
    return state >= LPC_ORDER_PENDING && state <= LPC_ORDER_UNKNOWN;
}

// An address that is the same in every instance of one process.
[[maybe_unused]] int somewhere = 0;

std::uint64_t thread_number() {
    std::uint64_t found = 0;
#if defined(__x86_64__)
    __asm__("mov %%fs:0, %0" : "=r"(found));
#elif defined(__aarch64__)
    __asm__("mrs %0, tpidr_el0" : "=r"(found));
#endif
    return found >> 6;
}

}  // namespace

Model::Model() {
    static std::uint64_t lives = 0;
    if (broken("counts_instances")) lives_ = lives++;
    for (const lpc_param& p : kParameters) (p.id == kSlice ? slice_lots_ : wait_ns_) = p.initial;
}

void Model::on_param(const lpc_fact& f) {
    if (f.u.param.id == kSlice) slice_lots_ = f.u.param.value;
    if (f.u.param.id == kWait) wait_ns_ = f.u.param.value;
    if (broken("divides_by_a_parameter")) wait_ns_ += 1'000 / (kWaitMax - wait_ns_);
}

void Model::on_price(const lpc_fact& f) {
    market_[{f.kind, f.instrument, 0}] = f;
    std::int64_t& lowest = lowest_[f.instrument];
    lowest = lowest == 0 ? f.u.price.mark : std::min(lowest, f.u.price.mark);
}

void Model::on_position(const lpc_fact& f) {
    Leg& of = leg(f);
    ++of.heard;
    if (broken("deaf_while_it_follows")) {
        if (!was_active_ && of.position.kind == LPC_FACT_POSITION) return;
    }
    of.position = f;
}

void Model::on_order(const lpc_fact& f) {
    Account& account = accounts_[f.account];
    Leg& of = account.legs[f.instrument];
    const lpc_fact_order& order = f.u.order;
    if (!works(f.code)) {
        account.own.erase(order.id);
    } else if (order.tag != 0) {
        account.own.insert(order.id);
    }
    if (order.tag != 0) {
        account.next_tag = std::max(account.next_tag, order.tag + 1);
        last_tag_ = std::max(last_tag_, order.tag);
    }
    of.asked = std::max(of.asked, f.seq);
    of.believes = false;
    if (works(f.code)) {
        of.orders[order.id] = f;
    } else {
        of.orders.erase(order.id);
        if (!broken("forgets_what_waited_long") || of.turns_waited < 1000) of.turns_waited = 0;
    }
}

void Model::on_lot(const lpc_fact& f) {
    Leg& of = leg(f);
    of.lot = f;
    if (f.code != LPC_LOT_OPEN) of.bid = {};
}

void Model::on_timer(const lpc_fact& f) {
    const auto it = accounts_.find(f.account);
    if (it != accounts_.end()) it->second.timer_ns = 0;
}

void Model::on_refused(const lpc_fact& f) {
    const auto it = accounts_.find(f.account);
    if (it == accounts_.end()) return;
    if (f.u.refused.kind == LPC_CMD_TIMER) it->second.timer_ns = 0;
    if (f.reason != LPC_REASON_FOLLOWING) it->second.legs[f.instrument].believes = false;
}

void Model::on_detach(const lpc_fact& f) {
    if (broken("ignores_detach")) return;
    if (broken("keeps_tags_after_detach")) {
        const auto it = accounts_.find(f.account);
        if (it != accounts_.end()) it->second.legs.clear();
        return;
    }
    accounts_.erase(f.account);
}

void Model::on_resync(const lpc_fact& f) {
    if (f.code != LPC_RESYNC_BEGIN) return;
    if (f.account == 0) {
        market_.clear();
        return;
    }
    const auto it = accounts_.find(f.account);
    if (it == accounts_.end()) return;
    for (auto& [instrument, leg] : it->second.legs) {
        Leg kept;
        if (!broken("forgets_decisions_at_resync")) kept.asked = leg.asked;
        kept.turns_waited = leg.turns_waited;
        kept.believes = leg.believes;
        leg = kept;
    }
}

void Model::begin_turn(const lpc_turn& turn) {
    ++turns_;
    if (broken("fails")) {
        if (turns_ == 20) throw std::runtime_error("had enough");
    }
    if (broken("crashes")) {
        if (turns_ == 20) *static_cast<volatile int*>(nullptr) = 1;
    }
    if (broken("hangs")) {
        for (volatile bool on = turns_ == 20; on;) {
        }
    }
    if (broken("eats_memory") && turns_ == 1) {
        for (int i = 0; i < 64; ++i) {
            auto* const bytes = static_cast<volatile char*>(std::malloc(64u << 20));
            if (bytes == nullptr) throw std::runtime_error("no memory left");
            bytes[0] = 1;
        }
    }
    if (turn.flags & LPC_TURN_ACTIVE) was_active_ = true;
}

void Model::on_turn(const lpc_turn& turn, CommandWriter& out) {
    begin_turn(turn);
    for (auto& [id, account] : accounts_) act(id, account, turn, out);
}

void Model::act(std::uint64_t id, Account& account, const lpc_turn& turn, CommandWriter& out) {
    const Leg* running = nullptr;
    for (auto& [instrument, leg] : account.legs) {
        if (leg.closeout.code != LPC_CLOSEOUT_RUNNING) continue;
        running = &leg;
        act_on(id, account, instrument, leg, turn, out);
    }
    if (running == nullptr) return;
    const bool again = broken("speaks_at_active") && turns_ > 1 && (turn.flags & LPC_TURN_ACTIVE);
    if (account.timer_ns != 0 && !again) return;
    account.timer_ns = std::min(LPC_TIME_MAX_NS, turn.now_ns + wait_ns_);
    out.timer({.account = id,
               .tag = kTimerTag,
               .cause_seq = running->closeout.seq,
               .at_ns = account.timer_ns});
}

// Withdraws what others left, waits for what works, goes on with what is open.
void Model::act_on(std::uint64_t id, Account& account, std::uint32_t instrument, Leg& leg,
                   const lpc_turn& turn, CommandWriter& out) {
    if (broken("misses_a_price")) (void)market_.at({LPC_FACT_PRICE, instrument, 0}).u.price.mark;
    for (const auto& [order, fact] : leg.orders) {
        if (!account.own.contains(order) && fact.code == LPC_ORDER_OPEN)
            out.cancel({.account = id,
                        .instrument = instrument,
                        .cause_seq = fact.seq,
                        .order_id = order});
    }
    if (!leg.orders.empty()) ++leg.turns_waited;
    const bool repeats = broken("repeats_what_waits_long") && leg.turns_waited == 1000;
    const bool forgets = broken("forgets_what_waited_long") && leg.turns_waited >= 1000;
    if ((!leg.orders.empty() && !repeats) || leg.believes || forgets) return;
    if (conduct_lot(id, account, instrument, leg, turn, out)) return;
    const std::int64_t position = leg.position.u.position.lots;
    const std::int64_t end =
        std::clamp(leg.closeout.u.closeout.end_lots, std::min<std::int64_t>(position, 0),
                   std::max<std::int64_t>(position, 0));
    const std::int64_t deadline = leg.closeout.u.closeout.deadline_ns;
    if (deadline != 0 && turn.now_ns >= deadline && end != position)
        return out.escalate({.account = id,
                             .instrument = instrument,
                             .cause_seq = leg.closeout.seq,
                             .why = LPC_ESCALATE_DEADLINE});
    const bool news = std::max(leg.budget.seq, leg.closeout.seq) > leg.asked;
    const bool lapsed =
        leg.budget.u.budget.until_ns != 0 && leg.budget.u.budget.until_ns <= turn.now_ns;
    std::int64_t most = std::min(lapsed ? 0 : leg.budget.u.budget.lots, slice_lots_);
    if (repeats) most = 1;
    if (!news && !repeats) return;
    if (const std::int64_t lots = std::clamp(end - position, -most, most); lots != 0)
        ask(id, account, instrument, leg, lots, turn, out);
}

// One way after the other; which comes next is saved with the account.
void Model::ask(std::uint64_t id, Account& account, std::uint32_t instrument, Leg& leg,
                std::int64_t lots, const lpc_turn& turn, CommandWriter& out) {
    const std::uint64_t cause =
        broken("invents_causes") ? turn.seq + 7 : std::max(leg.budget.seq, leg.closeout.seq);
    const std::uint64_t tag = tag_of(account);
    const std::int64_t price = price_of(instrument, leg);
    switch (tag % 8) {
        case 3:
            return out.takeover({.account = id,
                                 .instrument = instrument,
                                 .tag = tag,
                                 .cause_seq = cause,
                                 .lots = lots,
                                 .price = price,
                                 .tranche = 1});
        case 5:
            return out.deleverage({.account = id,
                                   .instrument = instrument,
                                   .tag = tag,
                                   .cause_seq = cause,
                                   .lots = lots,
                                   .price = price});
        default:
            break;
    }
    if (tag % 4 == 2 && leg.grant.kind == 0 && account.margin.code == LPC_MARGIN_LIQUIDATING)
        out.grant({.account = id,
                   .instrument = instrument,
                   .tag = tag,
                   .cause_seq = cause,
                   .amount = 1'000});
    if (tag % 8 == 7 && leg.terms.kind == 0)
        return out.offer({.account = id,
                          .instrument = instrument,
                          .tag = tag,
                          .cause_seq = cause,
                          .type = LPC_AUCTION_SEALED,
                          .lots = lots,
                          .price = price,
                          .reserve_price = price,
                          .close_ns = turn.now_ns + 3'000'000'000});
    if (broken("believes_its_orders")) leg.believes = true;
    out.order({.account = id,
               .instrument = instrument,
               .tag = tag,
               .cause_seq = cause,
               .type = tag % 2 == 0 ? std::uint8_t{LPC_ORDER_IOC} : std::uint8_t{LPC_ORDER_LIMIT},
               .lots = lots,
               .price = price,
               .expire_ns = tag % 2 == 0 ? 0 : turn.now_ns + 5'000'000'000});
}

// True while a lot is open: then nothing else is asked for.
bool Model::conduct_lot(std::uint64_t id, Account& account, std::uint32_t instrument, Leg& leg,
                        const lpc_turn& turn, CommandWriter& out) {
    if (leg.lot.code != LPC_LOT_OPEN || leg.lot.u.lot.lots_left == 0) return false;
    const lpc_fact_lot& lot = leg.lot.u.lot;
    if (leg.bid.kind == LPC_FACT_BID && leg.bid.u.bid.lot_id == lot.id && leg.bid.seq > leg.asked) {
        out.award({.account = id,
                   .instrument = instrument,
                   .tag = tag_of(account),
                   .cause_seq = leg.bid.seq,
                   .lot_id = lot.id,
                   .bid_id = leg.bid.u.bid.id,
                   .lots = -leg.bid.u.bid.lots,
                   .price = std::max<std::int64_t>(1, leg.bid.u.bid.price)});
    } else if (lot.close_ns != 0 && turn.now_ns >= lot.close_ns) {
        out.offer({.account = id,
                   .instrument = instrument,
                   .tag = tag_of(account),
                   .cause_seq = leg.lot.seq,
                   .type = LPC_AUCTION_SEALED,
                   .lots = 0,
                   .price = lot.price,
                   .reserve_price = lot.reserve_price,
                   .close_ns = lot.close_ns});
    }
    return true;
}

std::uint64_t Model::tag_of(const Account& account) const {
    std::uint64_t tag = account.next_tag;
    if (broken("counts_instances")) tag += lives_;
    if (broken("uses_its_address")) tag += reinterpret_cast<std::uintptr_t>(this) >> 4 & 0xfff;
    if (broken("uses_an_address_of_its_code"))
        tag += reinterpret_cast<std::uintptr_t>(&somewhere) >> 12 & 0xfff;
    if (broken("depends_on_the_thread")) tag += thread_number() & 0xfff;
    if (broken("depends_on_the_cut")) tag += calls & 0xff;
    if (broken("depends_on_the_room")) tag += little_room ? 1 : 0;
    if (broken("mixes_accounts")) tag = last_tag_ + 1;
    return tag;
}

// The permitted price, or a tick away from it where the market was low once.
std::int64_t Model::price_of(std::uint32_t instrument, const Leg& leg) const {
    const auto lowest = lowest_.find(instrument);
    std::int64_t price = leg.closeout.u.closeout.permitted_price;
    if (lowest != lowest_.end()) price += lowest->second % 2;
    if (broken("counts_facts_twice")) price += static_cast<std::int64_t>(leg.heard);
    return std::max<std::int64_t>(1, price);
}

void Model::save(std::uint64_t account, RecordWriter& out) const {
    if (account == 0) {
        if (broken("forgets_account_0") || lowest_.empty()) return;
        out.version(1);
        out.u64(broken("mixes_accounts") ? last_tag_ : 0);
        out.u32(static_cast<std::uint32_t>(lowest_.size()));
        for (const auto& [instrument, mark] : lowest_) {
            out.u32(instrument);
            out.i64(mark);
        }
        return;
    }
    const auto it = accounts_.find(account);
    if (it == accounts_.end()) return;
    const Account& of = it->second;
    out.version(1);
    out.u64(of.next_tag);
    out.i64(broken("forgets_a_field") ? 0 : of.timer_ns);
    out.u32(static_cast<std::uint32_t>(of.own.size()));
    for (const std::uint64_t order : of.own) out.u64(order);
    out.u32(static_cast<std::uint32_t>(of.legs.size()));
    for (const auto& [instrument, leg] : of.legs) {
        out.u32(instrument);
        out.u64(leg.asked);
        out.u64(leg.heard);
    }
}

bool Model::load(std::uint64_t account, std::uint32_t, RecordReader& in) {
    (void)in.version(1);
    if (account == 0) {
        const std::uint64_t last_tag = in.u64();
        std::map<std::uint32_t, std::int64_t> lowest;
        const std::uint32_t count = in.count(12);
        for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
            const std::uint32_t instrument = in.u32();
            lowest[instrument] = in.i64_within(1, LPC_PRICE_MAX);
        }
        if (!in.finished()) return false;
        lowest_ = lowest;
        last_tag_ = last_tag;
        return true;
    }
    const std::uint64_t next_tag = in.u64();
    in.check(next_tag >= 1 && next_tag < kTimerTag);
    if (broken("changes_and_refuses")) accounts_[account].next_tag = next_tag;
    const std::int64_t timer_ns = in.i64_within(0, LPC_TIME_MAX_NS);
    std::set<std::uint64_t> own;
    const std::uint32_t orders = in.count(8);
    for (std::uint32_t i = 0; i < orders && in.ok(); ++i) own.insert(in.u64());
    std::map<std::uint32_t, std::array<std::uint64_t, 2>> legs;
    const std::uint32_t count = in.count(20);
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
        const std::uint32_t instrument = in.u32();
        in.check(!legs.contains(instrument));
        const std::uint64_t asked = in.u64();
        legs[instrument] = {asked, in.u64()};
    }
    if (!in.finished()) return false;
    Account& of = accounts_[account];
    of.next_tag = next_tag;
    of.timer_ns = timer_ns;
    of.own = own;
    for (const auto& [instrument, words] : legs) {
        of.legs[instrument].asked = words[0];
        of.legs[instrument].heard = words[1];
    }
    return true;
}

}  // namespace lpc::model
