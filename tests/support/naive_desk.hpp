// The desk of liquidity providers written a second time, the slow and obvious way: every bid ever
// told is kept, and what a provider can still settle is found by adding up all of them and trying
// one lot after the other. One thread.
#pragma once

#include <algorithm>
#include <bidding/desk.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace lpc::tests {

class NaiveDesk {
  public:
    NaiveDesk(const bidding::DeskRules& rules, const bidding::Accounts& accounts,
              std::vector<bidding::Provider> providers)
        : rules_(rules), accounts_(accounts), providers_(std::move(providers)) {
        std::sort(providers_.begin(), providers_.end(),
                  [](const auto& a, const auto& b) { return a.account < b.account; });
    }

    struct Told {
        std::uint64_t provider, lot;
        std::int64_t price, lots;
        std::uint8_t code;
        bool operator==(const Told&) const = default;
    };

    void set_schedule(std::uint64_t account, const bidding::Schedule& schedule, std::int64_t now) {
        changes_.push_back({now + rules_.schedule_delay_ns, account, schedule});
    }
    bool bid(std::uint64_t account, std::uint64_t id, const bidding::Schedule& schedule,
             std::int64_t now) {
        Lot* lot = open(id, LPC_AUCTION_SEALED);
        if (lot == nullptr || lot->told || now >= lot->notice.close_ns) return false;
        std::int64_t lots = 0;
        for (const bidding::Step& step : schedule) lots += step.lots;
        if (!eligible(at(account), *lot) || lots > at(account).capacity_lots) return false;
        return lot->sealed.emplace(account, schedule).second;
    }
    bool take(std::uint64_t account, std::uint64_t id, std::int64_t lots, std::int64_t now) {
        Lot* lot = open(id, LPC_AUCTION_DESCENDING);
        if (lot == nullptr || now >= lot->notice.close_ns || !eligible(at(account), *lot))
            return false;
        if (lots < 1 || can_settle(at(account), *lot, lots, lot->notice.price) < lots) return false;
        tell(at(account), *lot, lot->notice.price, lots, LPC_BID_TAKE, taken_);
        return true;
    }
    void call(const runtime::LotNotice& notice) {
        Lot& lot = lots_[notice.lot];
        if (lot.notice.lot == 0) lot.first_price = notice.price;
        lot.notice = notice;
        lot.news = true;
    }
    void awarded(std::uint64_t lot, std::uint64_t bid, std::int64_t lots) {
        (void)lot;
        bids_.at(bid - 1).left = std::max<std::int64_t>(0, bids_.at(bid - 1).left - lots);
    }
    std::vector<Told> take_bids(std::int64_t now) {
        for (const Change& change : changes_) {
            if (change.at <= now) at(change.account).schedule = change.schedule;
        }
        std::erase_if(changes_, [&](const Change& change) { return change.at <= now; });
        std::vector<Told> told = std::move(taken_);
        taken_.clear();
        std::vector<Lot*> closing;
        for (auto& [id, lot] : lots_) {
            if (is_open(lot) && lot.notice.type == LPC_AUCTION_SEALED && !lot.told &&
                lot.notice.close_ns <= now)
                closing.push_back(&lot);
        }
        std::stable_sort(closing.begin(), closing.end(), [](const Lot* a, const Lot* b) {
            return a->notice.close_ns < b->notice.close_ns;
        });
        for (Lot* lot : closing) close(*lot, told);
        for (auto& [id, lot] : lots_) {
            if (is_open(lot) && lot.notice.type == LPC_AUCTION_DESCENDING && lot.news)
                match(lot, told);
            lot.news = false;
        }
        return told;
    }

  private:
    struct Lot {
        runtime::LotNotice notice;
        std::int64_t first_price = 0;
        bool told = false, news = false;
        std::map<std::uint64_t, bidding::Schedule> sealed;
    };
    struct Bid {
        std::uint64_t provider, lot;
        std::int64_t price, whole, left;
    };
    struct Change {
        std::int64_t at;
        std::uint64_t account;
        bidding::Schedule schedule;
    };

    static bool is_open(const Lot& lot) { return lot.notice.state == LPC_LOT_OPEN; }
    Lot* open(std::uint64_t id, std::uint8_t type) {
        const auto it = lots_.find(id);
        return it == lots_.end() || !is_open(it->second) || it->second.notice.type != type
                   ? nullptr
                   : &it->second;
    }
    bidding::Provider& at(std::uint64_t account) {
        return *std::find_if(providers_.begin(), providers_.end(),
                             [&](const auto& one) { return one.account == account; });
    }
    bool eligible(const bidding::Provider& provider, const Lot& lot) const {
        if (provider.account == lot.notice.account) return false;
        const std::uint64_t seller = accounts_.group(lot.notice.account);
        return seller == 0 ||
               (seller != provider.group && seller != accounts_.group(provider.account));
    }
    std::int64_t can_settle(const bidding::Provider& provider, const Lot& lot, std::int64_t most,
                            std::int64_t price) const {
        std::int64_t lots = 0, margin = 0, notional = 0;
        for (const Bid& bid : bids_) {
            if (bid.provider != provider.account || !is_open(lots_.at(bid.lot))) continue;
            lots += bid.left;
            margin += accounts_.initial_requirement(1, bid.left, bid.price);
            notional += accounts_.notional(1, bid.left, bid.price);
        }
        std::int64_t fits = 0;
        for (std::int64_t more = 1; more <= most; ++more) {
            const std::int64_t worth = notional + accounts_.notional(1, more, price);
            const std::int64_t bond =
                (worth * rules_.bond_ppb + LPC_RATE_ONE_PPB - 1) / LPC_RATE_ONE_PPB;
            if (lots + more > provider.capacity_lots || bond > provider.bond ||
                margin + accounts_.initial_requirement(1, more, price) >
                    accounts_.free_margin(provider.account))
                break;
            fits = more;
        }
        (void)lot;
        return fits;
    }
    void tell(const bidding::Provider& provider, const Lot& lot, std::int64_t price,
              std::int64_t lots, std::uint8_t code, std::vector<Told>& told) {
        if (lots < 1) return;
        bids_.push_back({provider.account, lot.notice.lot, price, lots, lots});
        told.push_back({provider.account, lot.notice.lot, price, lots, code});
    }
    static std::int64_t size_of(const Lot& lot) {
        return lot.notice.lots < 0 ? -lot.notice.lots : lot.notice.lots;
    }
    void close(Lot& lot, std::vector<Told>& told) {
        lot.told = true;
        for (const bidding::Provider& provider : providers_) {
            if (!eligible(provider, lot)) continue;
            const bool fresh = lot.sealed.count(provider.account) != 0;
            for (const bidding::Step& step :
                 fresh ? lot.sealed.at(provider.account) : provider.schedule) {
                const std::int64_t price =
                    bidding::price_of(lot.first_price, lot.notice.lots, step.discount_ppb);
                tell(provider, lot, price,
                     can_settle(provider, lot, std::min(step.lots, size_of(lot)), price),
                     fresh ? LPC_BID_SEALED : LPC_BID_STANDING, told);
            }
        }
    }
    void match(Lot& lot, std::vector<Told>& told) {
        for (const bidding::Provider& provider : providers_) {
            if (!eligible(provider, lot)) continue;
            std::int64_t wanted = 0;
            for (const bidding::Step& step : provider.schedule) {
                const std::int64_t worst =
                    bidding::price_of(lot.first_price, lot.notice.lots, step.discount_ppb);
                const bool good =
                    lot.notice.lots < 0 ? lot.notice.price <= worst : lot.notice.price >= worst;
                if (good) wanted += step.lots;
            }
            wanted = std::min(wanted, size_of(lot));
            for (const Bid& bid : bids_) {
                if (bid.provider == provider.account && bid.lot == lot.notice.lot)
                    wanted -= bid.whole;
            }
            tell(provider, lot, lot.notice.price,
                 can_settle(provider, lot, wanted, lot.notice.price), LPC_BID_STANDING, told);
        }
    }

    bidding::DeskRules rules_;
    const bidding::Accounts& accounts_;
    std::vector<bidding::Provider> providers_;
    std::vector<Change> changes_;
    std::map<std::uint64_t, Lot> lots_;
    std::vector<Bid> bids_;
    std::vector<Told> taken_;
};

}  // namespace lpc::tests
