#include "desk.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <lpc/sdk/rounding.hpp>

namespace lpc::bidding {
namespace {

std::int64_t magnitude_of(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

std::string named(std::uint64_t account) {
    return "provider " + std::to_string(account);
}

std::int64_t lots_of(const Schedule& schedule) {
    std::int64_t sum = 0;
    for (const Step& step : schedule) sum += step.lots;
    return sum;
}

}  // namespace

Status Desk::enlist(Provider provider) {
    const std::string who = named(provider.account);
    if (provider.account == 0 || providers_.count(provider.account) != 0)
        return fail(who + ": is registered already, or has no account");
    if (provider.capacity_lots < 1 || provider.capacity_lots > LPC_LOTS_MAX)
        return fail(who + ": capacity_lots is " + std::to_string(provider.capacity_lots) +
                    ", expected 1 to " + std::to_string(LPC_LOTS_MAX));
    if (provider.bond < 0 || provider.bond > LPC_MONEY_MAX)
        return fail(who + ": bond is " + std::to_string(provider.bond) + ", expected 0 to " +
                    std::to_string(LPC_MONEY_MAX));
    if (!provider.schedule.empty()) {
        if (const Status sound = validate(provider.schedule); !sound)
            return fail_in(who, sound.error());
    }
    providers_.emplace(provider.account, std::move(provider));
    return {};
}

Status Desk::set_schedule(std::uint64_t account, Schedule schedule, std::int64_t now_ns) {
    if (providers_.count(account) == 0) return fail(named(account) + ": is not registered");
    if (!schedule.empty()) {
        if (const Status sound = validate(schedule); !sound)
            return fail_in(named(account), sound.error());
    }
    changes_.push_back({now_ns + rules_.schedule_delay_ns, account, std::move(schedule)});
    return {};
}

Result<Desk::Lot*> Desk::lot_to_bid_for(std::uint64_t account, std::uint64_t lot, std::uint8_t type,
                                        std::int64_t now_ns) {
    const auto provider = providers_.find(account);
    if (provider == providers_.end()) return fail(named(account) + ": is not registered");
    const std::string where = named(account) + ", lot " + std::to_string(lot) + ": ";
    const auto it = lots_.find(lot);
    if (it == lots_.end()) return fail(where + "no such lot is open");
    Lot& found = it->second;
    if (found.notice.type != type)
        return fail(where + (type == LPC_AUCTION_SEALED ? "it is not sold by sealed bids"
                                                        : "it is sold by sealed bids"));
    if (found.told || now_ns >= found.notice.close_ns) return fail(where + "late, it has closed");
    if (!may_bid(provider->second, found)) return fail(where + "it is not for you");
    return &found;
}

Status Desk::bid(std::uint64_t account, std::uint64_t lot, Schedule schedule, std::int64_t now_ns) {
    const auto found = lot_to_bid_for(account, lot, LPC_AUCTION_SEALED, now_ns);
    if (!found) return tl::unexpected(found.error());
    const std::string where = named(account) + ", lot " + std::to_string(lot);
    if (const Status sound = validate(schedule); !sound) return fail_in(where, sound.error());
    const std::int64_t capacity = providers_.at(account).capacity_lots;
    if (lots_of(schedule) > capacity)
        return fail(where + ": bids for " + std::to_string(lots_of(schedule)) +
                    " lots, expected at most the capacity of " + std::to_string(capacity));
    if (!(*found)->sealed.emplace(account, std::move(schedule)).second)
        return fail(where + ": a bid is there already, and it is firm");
    return {};
}

Status Desk::take(std::uint64_t account, std::uint64_t lot, std::int64_t lots,
                  std::int64_t now_ns) {
    const auto found = lot_to_bid_for(account, lot, LPC_AUCTION_DESCENDING, now_ns);
    if (!found) return tl::unexpected(found.error());
    const Provider& provider = providers_.at(account);
    const std::int64_t price = (*found)->notice.price;
    if (lots < 1 || settleable(provider, **found, lots, price) < lots)
        return fail(named(account) + ", lot " + std::to_string(lot) + ": takes " +
                    std::to_string(lots) + " lots, expected 1 to the " +
                    std::to_string(settleable(provider, **found, provider.capacity_lots, price)) +
                    " that could be settled");
    add_bid(**found, provider, price, lots, LPC_BID_TAKE, taken_);
    return {};
}

void Desk::call(const runtime::LotNotice& notice) {
    const auto [it, is_new] = lots_.try_emplace(notice.lot);
    Lot& lot = it->second;
    closes_.erase({lot.notice.close_ns, notice.lot});
    priced_.erase(notice.lot);
    if (notice.state != LPC_LOT_OPEN) {
        for (Bid& bid : lot.bids) bind(bid, notice.instrument, 0);
        lots_.erase(it);
        return;
    }
    if (is_new) lot.reference = notice.price;
    lot.notice = notice;
    if (notice.type == LPC_AUCTION_DESCENDING) {
        priced_.insert(notice.lot);
    } else if (!lot.told) {
        closes_.insert({notice.close_ns, notice.lot});
    }
}

bool Desk::may_bid(const Provider& provider, const Lot& lot) const {
    if (provider.account == lot.notice.account) return false;
    const std::uint64_t group = accounts_.group(lot.notice.account);
    return group == 0 || (group != provider.group && group != accounts_.group(provider.account));
}

std::int64_t Desk::settleable(const Provider& provider, const Lot& lot, std::int64_t lots,
                              std::int64_t price) const {
    const std::uint32_t instrument = lot.notice.instrument;
    const auto it = bound_.find(provider.account);
    const Bound& bound = it == bound_.end() ? Bound{} : it->second;
    const auto at = bound.lots.find(instrument);
    const std::int64_t here = at == bound.lots.end() ? 0 : at->second;
    const Int128 free = Int128{accounts_.free_margin(provider.account)} - bound.margin;
    const auto fits = [&](std::int64_t count) {
        const Int128 bonded = bound.notional + accounts_.notional(instrument, count, price);
        return accounts_.initial_requirement(instrument, count, price) <= free &&
               div_ceil(bonded * rules_.bond_ppb, LPC_RATE_ONE_PPB) <= provider.bond;
    };
    // The largest count that fits: requirements only rise with it.
    std::int64_t low = 0;
    std::int64_t high = std::max<std::int64_t>(0, std::min(lots, provider.capacity_lots - here));
    while (low < high) {
        const std::int64_t middle = low + (high - low + 1) / 2;
        if (fits(middle)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

void Desk::bind(Bid& bid, std::uint32_t instrument, std::int64_t left) {
    Bound& bound = bound_[bid.provider];
    const std::int64_t margin = accounts_.initial_requirement(instrument, left, bid.price);
    const std::int64_t notional = accounts_.notional(instrument, left, bid.price);
    bound.lots[instrument] += left - bid.left;
    bound.margin += Int128{margin} - bid.margin;
    bound.notional += Int128{notional} - bid.notional;
    bid.left = left;
    bid.margin = margin;
    bid.notional = notional;
}

void Desk::add_bid(Lot& lot, const Provider& provider, std::int64_t price, std::int64_t lots,
                   std::uint8_t code, std::vector<lpc_fact>& facts) {
    Bid bid;
    bid.id = next_bid_++;
    bid.provider = provider.account;
    bid.price = price;
    bid.whole = lots;
    bind(bid, lot.notice.instrument, lots);
    lot.bids.push_back(bid);
    lpc_fact fact{};
    fact.account = lot.notice.account;
    fact.instrument = lot.notice.instrument;
    fact.kind = LPC_FACT_BID;
    fact.code = code;
    fact.u.bid = {lot.notice.lot, bid.id, bid.provider, price, lot.notice.lots < 0 ? lots : -lots};
    facts.push_back(fact);
}

// Each step of a schedule is a bid of its own.
void Desk::close_sealed(Lot& lot, std::vector<lpc_fact>& facts) {
    lot.told = true;
    for (const auto& [account, provider] : providers_) {
        if (!may_bid(provider, lot)) continue;
        const auto sealed = lot.sealed.find(account);
        const bool fresh = sealed != lot.sealed.end();
        for (const Step& step : fresh ? sealed->second : provider.schedule) {
            const std::int64_t price = price_of(lot.reference, lot.notice.lots, step.discount_ppb);
            const std::int64_t lots = settleable(
                provider, lot, std::min(step.lots, magnitude_of(lot.notice.lots)), price);
            if (lots > 0)
                add_bid(lot, provider, price, lots, fresh ? LPC_BID_SEALED : LPC_BID_STANDING,
                        facts);
        }
    }
}

// What a provider's standing schedule takes at the price that the lot has now, beyond what it took
// before.
void Desk::match_descending(Lot& lot, std::vector<lpc_fact>& facts) {
    for (const auto& [account, provider] : providers_) {
        if (!may_bid(provider, lot)) continue;
        std::int64_t before = 0;
        for (const Bid& bid : lot.bids) {
            if (bid.provider == account) before += bid.whole;
        }
        const std::int64_t price = lot.notice.price;
        const std::int64_t wanted =
            std::min(lots_at(provider.schedule, lot.reference, lot.notice.lots, price),
                     magnitude_of(lot.notice.lots)) -
            before;
        const std::int64_t lots = settleable(provider, lot, wanted, price);
        if (lots > 0) add_bid(lot, provider, price, lots, LPC_BID_STANDING, facts);
    }
}

std::vector<lpc_fact> Desk::take_bids(std::int64_t now_ns) {
    std::size_t hold = 0;
    for (; hold < changes_.size() && changes_[hold].at_ns <= now_ns; ++hold)
        providers_.at(changes_[hold].account).schedule = std::move(changes_[hold].schedule);
    changes_.erase(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(hold));
    std::vector<lpc_fact> facts = std::exchange(taken_, {});
    while (!closes_.empty() && closes_.begin()->first <= now_ns) {
        close_sealed(lots_.at(closes_.begin()->second), facts);
        closes_.erase(closes_.begin());
    }
    for (const std::uint64_t id : std::exchange(priced_, {})) match_descending(lots_.at(id), facts);
    return facts;
}

std::optional<std::int64_t> Desk::next_ns() const {
    std::optional<std::int64_t> next;
    const auto consider = [&next](std::int64_t at_ns) {
        if (!next || at_ns < *next) next = at_ns;
    };
    if (!changes_.empty()) consider(changes_.front().at_ns);
    if (!closes_.empty()) consider(closes_.begin()->first);
    return next;
}

Status Desk::settle(const runtime::AwardRequest& award) {
    const std::string where = named(award.bidder) + ", lot " + std::to_string(award.lot) +
                              ", bid " + std::to_string(award.bid);
    const auto lot = lots_.find(award.lot);
    const std::int64_t lots = magnitude_of(award.lots);
    if (lot != lots_.end()) {
        for (Bid& bid : lot->second.bids) {
            if (bid.id == award.bid)
                bind(bid, award.instrument, std::max<std::int64_t>(0, bid.left - lots));
        }
    }
    const std::int64_t needs = accounts_.initial_requirement(award.instrument, lots, award.price);
    const std::int64_t has = accounts_.free_margin(award.bidder);
    if (needs > has)
        return fail(where + ": the margin is gone, found " + std::to_string(has) + ", expected " +
                    std::to_string(needs));
    return {};
}

std::vector<runtime::LotNotice> Desk::open_lots() const {
    std::vector<runtime::LotNotice> notices;
    for (const auto& [id, lot] : lots_) notices.push_back(lot.notice);
    return notices;
}

}  // namespace lpc::bidding
