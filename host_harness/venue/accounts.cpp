#include "venue/accounts.hpp"

#include <lpc/limits.h>

#include <algorithm>

namespace lpc::venue {

namespace {

constexpr Int128 magnitude(Int128 value) {
    return value < 0 ? -value : value;
}

}  // namespace

Booking Accounts::define_instrument(std::uint32_t instrument, std::int64_t multiplier) {
    if (has_instrument(instrument)) return Booking::already_there;
    if (instrument == 0 || multiplier < 1 || multiplier > LPC_MULTIPLIER_MAX) {
        return Booking::bad_value;
    }
    const auto after = [](const Instrument& known, std::uint32_t id) { return known.id < id; };
    const auto at = std::lower_bound(instruments_.begin(), instruments_.end(), instrument, after);
    instruments_.insert(at, Instrument{instrument, multiplier});
    return Booking::done;
}

Booking Accounts::open_account(std::uint64_t account) {
    if (has_account(account)) return Booking::already_there;
    if (account == 0 || accounts_.size() >= kNone) return Booking::bad_value;
    index_.insert(account, static_cast<std::uint32_t>(accounts_.size()));
    AccountRow& row = accounts_.emplace_back();
    row.id = account;
    ids_sorted_ = ids_sorted_ && (ids_.empty() || ids_.back() < account);
    ids_.push_back(account);
    return Booking::done;
}

void Accounts::reserve(std::size_t accounts) {
    index_.reserve(accounts);
    accounts_.reserve(accounts);
    positions_.reserve(accounts);
    ids_.reserve(accounts);
}

Booking Accounts::deposit(std::uint64_t account, std::int64_t amount) {
    const std::uint32_t at = index_.find(account);
    if (at == kNone) return Booking::unknown_account;
    if (amount < 1 || amount > kDepositMax) return Booking::bad_value;
    if (accounts_[at].deposits > kDepositMax - amount) return Booking::beyond_limit;
    accounts_[at].deposits += amount;
    touch_account(at);
    return Booking::done;
}

Booking Accounts::withdraw(std::uint64_t account, std::int64_t amount) {
    const std::uint32_t at = index_.find(account);
    if (at == kNone) return Booking::unknown_account;
    if (amount < 1 || amount > kDepositMax) return Booking::bad_value;
    if (amount > accounts_[at].balance()) return Booking::beyond_balance;
    if (accounts_[at].deposits < amount - kDepositMax) return Booking::beyond_limit;
    accounts_[at].deposits -= amount;
    touch_account(at);
    return Booking::done;
}

Booking Accounts::check(const WorkingLots& working) const {
    if (!has_account(working.account)) return Booking::unknown_account;
    if (!has_instrument(working.instrument)) return Booking::unknown_instrument;
    const bool lots_fit =
        working.lots != 0 && working.lots >= -LPC_LOTS_MAX && working.lots <= LPC_LOTS_MAX;
    const bool price_fits = working.price >= 1 && working.price <= LPC_PRICE_MAX;
    return lots_fit && price_fits ? Booking::done : Booking::bad_value;
}

Accounts::Planned Accounts::plan(const Fill& fill) const {
    const Booking bad = check({fill.account, fill.instrument, fill.lots, fill.price});
    if (bad != Booking::done) return {bad, {}};
    Outcome out;
    out.account = index_.find(fill.account);
    const AccountRow& account = accounts_[out.account];
    out.row = find_row(account, fill.instrument);
    if (out.row == kNone && account.position_count >= LPC_POSITIONS_MAX) {
        return {Booking::beyond_limit, {}};
    }
    const Position before = held_in(out.row);

    const bool reduces = before.lots != 0 && (before.lots > 0) != (fill.lots > 0);
    const std::int64_t held = before.lots < 0 ? -before.lots : before.lots;
    const std::int64_t filled = fill.lots < 0 ? -fill.lots : fill.lots;
    const std::int64_t closed = reduces ? std::min(held, filled) : 0;
    const std::int64_t closed_signed = fill.lots < 0 ? -closed : closed;
    const std::int64_t share = closed == 0 ? 0 : closed_cost(before.cost, closed, held);
    const std::int64_t multiplier = this->multiplier(fill.instrument);
    const Int128 gain = -money_of(closed_signed, fill.price, multiplier) - share;
    const Int128 opening = money_of(fill.lots - closed_signed, fill.price, multiplier);

    const Int128 lots = Int128{before.lots} + fill.lots;
    const Int128 cost = Int128{before.cost} - share + opening;
    const Int128 cost_gross = account.cost_gross - magnitude(before.cost) + magnitude(cost);
    const Int128 realised = account.realised + gain;
    const Int128 position_realised = before.realised + gain;
    const Int128 fees = Int128{account.fees} + fill.fee;
    const Int128 working = account.resting_money;
    if (lots + before.resting_buy_lots > LPC_LOTS_MAX ||
        before.resting_sell_lots - lots > LPC_LOTS_MAX ||
        magnitude(realised) + cost_gross + working > kAccountMoneyMax ||
        magnitude(fees) + working > kAccountMoneyMax ||
        magnitude(position_realised) > LPC_MONEY_MAX) {
        return {Booking::beyond_limit, {}};
    }
    out.lots = static_cast<std::int64_t>(lots);
    out.cost = static_cast<std::int64_t>(cost);
    out.cost_gross = static_cast<std::int64_t>(cost_gross);
    out.realised = static_cast<std::int64_t>(realised);
    out.position_realised = static_cast<std::int64_t>(position_realised);
    out.fees = static_cast<std::int64_t>(fees);
    return {Booking::done, out};
}

void Accounts::commit(std::uint32_t instrument, const Outcome& out) {
    AccountRow& account = accounts_[out.account];
    if (account.realised != out.realised || account.fees != out.fees) touch_account(out.account);
    account.realised = out.realised;
    account.fees = out.fees;
    account.cost_gross = out.cost_gross;
    const std::uint32_t row = out.row == kNone ? make_row(out.account, instrument) : out.row;
    PositionRow& position = positions_[row];
    position.lots = out.lots;
    position.cost = out.cost;
    position.realised = out.position_realised;
    touch_row(row);
}

Booking Accounts::apply_fill(const Fill& fill) {
    const Planned planned = plan(fill);
    if (planned.booking == Booking::done) commit(fill.instrument, planned.outcome);
    return planned.booking;
}

Booking Accounts::apply_pair(const Fill& one, const Fill& other) {
    const Planned first = plan(one);
    if (first.booking != Booking::done) return first.booking;
    const Planned second = plan(other);
    if (second.booking != Booking::done) return second.booking;
    if (one.account == other.account) return Booking::bad_value;
    commit(one.instrument, first.outcome);
    commit(other.instrument, second.outcome);
    return Booking::done;
}

Booking Accounts::room_for(const WorkingLots& order) const {
    if (const Booking bad = check(order); bad != Booking::done) return bad;
    const AccountRow& account = accounts_[index_.find(order.account)];
    const std::uint32_t row = find_row(account, order.instrument);
    if (row == kNone && account.position_count >= LPC_POSITIONS_MAX) return Booking::beyond_limit;
    const Position held = held_in(row);
    const Int128 lots_after = order.lots > 0
                                  ? Int128{held.lots} + held.resting_buy_lots + order.lots
                                  : Int128{held.resting_sell_lots} - held.lots - order.lots;
    const Int128 working =
        account.resting_money +
        magnitude(money_of(order.lots, order.price, multiplier(order.instrument)));
    const bool fits =
        lots_after <= LPC_LOTS_MAX &&
        magnitude(account.realised) + account.cost_gross + working <= kAccountMoneyMax &&
        magnitude(account.fees) + working <= kAccountMoneyMax;
    return fits ? Booking::done : Booking::beyond_limit;
}

Booking Accounts::rest(const WorkingLots& order) {
    if (const Booking bad = room_for(order); bad != Booking::done) return bad;
    const std::uint32_t at = index_.find(order.account);
    std::uint32_t row = find_row(accounts_[at], order.instrument);
    if (row == kNone) row = make_row(at, order.instrument);
    PositionRow& position = positions_[row];
    (order.lots > 0 ? position.resting_buy_lots : position.resting_sell_lots) +=
        order.lots > 0 ? order.lots : -order.lots;
    accounts_[at].resting_money += static_cast<std::int64_t>(
        magnitude(money_of(order.lots, order.price, multiplier(order.instrument))));
    touch_row(row);
    return Booking::done;
}

Booking Accounts::unrest(const WorkingLots& order) {
    if (const Booking bad = check(order); bad != Booking::done) return bad;
    AccountRow& account = accounts_[index_.find(order.account)];
    const std::uint32_t row = find_row(account, order.instrument);
    if (row == kNone) return Booking::beyond_limit;
    PositionRow& position = positions_[row];
    std::int64_t& resting = order.lots > 0 ? position.resting_buy_lots : position.resting_sell_lots;
    const std::int64_t lots = order.lots > 0 ? order.lots : -order.lots;
    const Int128 money = money_of(lots, order.price, multiplier(order.instrument));
    if (lots > resting || money > account.resting_money) return Booking::beyond_limit;
    resting -= lots;
    account.resting_money -= static_cast<std::int64_t>(money);
    touch_row(row);
    return Booking::done;
}

}  // namespace lpc::venue
