// How accounts are looked up, read and iterated.
#include <algorithm>

#include "venue/accounts.hpp"

namespace lpc::venue {

const char* text_of(Booking booking) {
    switch (booking) {
        case Booking::done:
            return "done";
        case Booking::unknown_account:
            return "no such account";
        case Booking::unknown_instrument:
            return "no such instrument";
        case Booking::already_there:
            return "already there";
        case Booking::bad_value:
            return "a number that is zero, negative or beyond its limit";
        case Booking::beyond_balance:
            return "more than the balance";
        case Booking::beyond_limit:
            return "the account could pass a limit";
    }
    return "not a booking";
}

bool Accounts::has_account(std::uint64_t account) const {
    return index_.find(account) != kNone;
}

bool Accounts::has_instrument(std::uint32_t instrument) const {
    return multiplier(instrument) != 0;
}

std::int64_t Accounts::multiplier(std::uint32_t instrument) const {
    const auto after = [](const Instrument& known, std::uint32_t id) { return known.id < id; };
    const auto at = std::lower_bound(instruments_.begin(), instruments_.end(), instrument, after);
    return at == instruments_.end() || at->id != instrument ? 0 : at->multiplier;
}

Cash Accounts::cash(std::uint64_t account) const {
    const std::uint32_t at = index_.find(account);
    return at == kNone ? Cash{} : static_cast<const Cash&>(accounts_[at]);
}

Position Accounts::position(std::uint64_t account, std::uint32_t instrument) const {
    const std::uint32_t at = index_.find(account);
    const std::uint32_t row = at == kNone ? kNone : find_row(accounts_[at], instrument);
    Position held = held_in(row);
    held.instrument = instrument;
    return held;
}

Int128 Accounts::unrealised(std::uint64_t account, std::uint32_t instrument,
                            std::int64_t mark) const {
    const Position held = position(account, instrument);
    return money_of(held.lots, mark, multiplier(instrument)) - held.cost;
}

Int128 Accounts::net_lots(std::uint32_t instrument) const {
    Int128 net = 0;
    for (const PositionRow& position : positions_) {
        if (position.instrument == instrument) net += position.lots;
    }
    return net;
}

const std::vector<std::uint64_t>& Accounts::ids() {
    if (!ids_sorted_) std::sort(ids_.begin(), ids_.end());
    ids_sorted_ = true;
    return ids_;
}

void Accounts::take_touched(std::vector<Touched>& touched) {
    touched.clear();
    for (const std::uint32_t at : touched_accounts_) {
        accounts_[at].touched = false;
        touched.push_back({accounts_[at].id, 0});
    }
    for (const std::uint32_t row : touched_rows_) {
        positions_[row].touched = false;
        touched.push_back({accounts_[positions_[row].owner].id, positions_[row].instrument});
    }
    touched_accounts_.clear();
    touched_rows_.clear();
    std::sort(touched.begin(), touched.end());
}

std::uint32_t Accounts::find_row(const AccountRow& account, std::uint32_t instrument) const {
    std::uint32_t row = account.first;
    while (row != kNone && positions_[row].instrument < instrument) row = positions_[row].next;
    return row != kNone && positions_[row].instrument == instrument ? row : kNone;
}

Position Accounts::held_in(std::uint32_t row) const {
    if (row == kNone) return Position{};
    return positions_[row];
}

std::uint32_t Accounts::make_row(std::uint32_t account, std::uint32_t instrument) {
    const auto made = static_cast<std::uint32_t>(positions_.size());
    PositionRow& row = positions_.emplace_back();
    row.instrument = instrument;
    row.owner = account;
    std::uint32_t* link = &accounts_[account].first;
    while (*link != kNone && positions_[*link].instrument < instrument) {
        link = &positions_[*link].next;
    }
    row.next = *link;
    *link = made;
    ++accounts_[account].position_count;
    return made;
}

void Accounts::touch_account(std::uint32_t account) {
    if (accounts_[account].touched) return;
    accounts_[account].touched = true;
    touched_accounts_.push_back(account);
}

void Accounts::touch_row(std::uint32_t row) {
    if (positions_[row].touched) return;
    positions_[row].touched = true;
    touched_rows_.push_back(row);
}

}  // namespace lpc::venue
