#include "exchange.hpp"

#include <algorithm>
#include <utility>

namespace lpc::scenario {

Exchange::Exchange(std::uint32_t asset, const ExchangeFaults& faults,
                   const venue::BookOptions& books, const bidding::DeskRules& desk,
                   ExchangeObserver& observer)
    : asset_(asset),
      faults_(faults),
      observer_(observer),
      random_(faults.seed),
      matching_(accounts_, books),
      margins_(accounts_),
      desk_(desk, margins_),
      fund_(ledger_, asset),
      keeper_(ledger_, asset) {}

namespace {

// What is due at the end of time never comes within a run.
std::int64_t after(std::int64_t at_ns, std::int64_t delay_ns) {
    return at_ns > LPC_TIME_MAX_NS - delay_ns ? LPC_TIME_MAX_NS : at_ns + delay_ns;
}

}  // namespace

Status booked(venue::Booking booking, const char* what) {
    if (booking == venue::Booking::done) return {};
    return fail(std::string(what) + ": " + venue::text_of(booking));
}

Status Exchange::add_instrument(const venue::InstrumentTerms& terms, std::vector<TierRow> tiers) {
    keeper_.define_instrument(terms.id, terms.multiplier);
    margins_.define_instrument(terms.id, std::move(tiers));
    if (const Status status = ledger_.open_asset(asset_); !status) return status;
    return booked(matching_.add_instrument(terms), "adding an instrument");
}

Status Exchange::open_house(std::uint64_t account, std::int64_t deposit) {
    if (const Status status = ledger_.open_account(account); !status) return status;
    if (const Status status = booked(accounts_.open_account(account), "opening an account");
        !status)
        return status;
    if (deposit == 0) return {};
    if (const Status status = booked(accounts_.deposit(account, deposit), "deposit"); !status)
        return status;
    return ledger_.deposit(account, asset_, deposit);
}

Status Exchange::open_member(std::uint64_t account, std::int64_t deposit) {
    members_.insert(account);
    return open_house(account, deposit);
}

Status Exchange::enlist(const bidding::Provider& provider, std::int64_t deposit) {
    if (const Status s = desk_.enlist(provider); !s) return s;
    return open_member(provider.account, deposit);
}

std::int64_t Exchange::own_lots(std::uint32_t instrument) const {
    const auto it = own_lots_.find(instrument);
    return it == own_lots_.end() ? 0 : it->second;
}

Status Exchange::settle(std::vector<venue::Event>& events, std::vector<lpc_fact>& facts) {
    return digest(events, facts);
}

void Exchange::tell_all(std::vector<lpc_fact>& facts) {
    accounts_.take_touched(touched_);
    tell_fund(facts);
    for (const std::uint64_t account : members_) {
        facts.push_back(account_fact(account));
        tell_account(account, facts);
    }
}

std::optional<std::int64_t> Exchange::next_ns() const {
    std::optional<std::int64_t> next;
    if (!requests_.empty() && !halted_) next = requests_.begin()->first;
    if (!answers_.empty() && (!next || answers_.begin()->first < *next))
        next = answers_.begin()->first;
    return next;
}

Status Exchange::act_on_due() {
    while (!requests_.empty() && requests_.begin()->first <= now_ns_) {
        const Request request = std::move(requests_.begin()->second);
        requests_.erase(requests_.begin());
        if (const Status status = act(request); !status) return status;
    }
    return {};
}

Status Exchange::set_trading(std::uint32_t instrument, venue::TradingState state) {
    using venue::TradingState;
    const auto set = [&](TradingState to) {
        return matching_.set_state(instrument, to) == venue::Refusal::none
                   ? Status{}
                   : fail("setting the trading state of an unknown instrument");
    };
    if (std::exchange(halted_, state == TradingState::halted) && !halted_) {
        if (const Status status = set(TradingState::cancel_only); !status) return status;
        if (const Status status = act_on_due(); !status) return status;
    }
    return set(state);
}

bool Exchange::is_open(std::uint32_t instrument) const {
    return matching_.terms(instrument)->state == venue::TradingState::open;
}

Status Exchange::advance(std::int64_t now_ns, std::vector<lpc_fact>& facts) {
    now_ns_ = now_ns;
    if (!halted_) {
        if (const Status status = act_on_due(); !status) return status;
    }
    while (!answers_.empty() && answers_.begin()->first <= now_ns) {
        const auto answer = std::move(answers_.begin()->second);
        answers_.erase(answers_.begin());
        if (const Answer* told = std::get_if<Answer>(&answer)) {
            facts.insert(facts.end(), told->begin(), told->end());
        } else {
            retell(std::get<Reconcile>(answer), facts);
        }
    }
    const std::vector<lpc_fact> bids = desk_.take_bids(now_ns);
    facts.insert(facts.end(), bids.begin(), bids.end());
    return {};
}

void Exchange::later(Request request) {
    requests_.emplace(after(now_ns_, faults_.order_latency_ns), std::move(request));
}

void Exchange::place(const runtime::OrderRequest& request) {
    later(request);
}
void Exchange::cancel(const runtime::CancelRequest& request) {
    later(request);
}
void Exchange::cancel_resting(std::uint64_t account) {
    later(CancelResting{account});
}
void Exchange::take_over(const runtime::TakeoverRequest& request) {
    later(request);
}
void Exchange::award(const runtime::AwardRequest& request) {
    later(request);
}
void Exchange::deleverage(const runtime::DeleverageRequest& request) {
    later(request);
}
void Exchange::call(const runtime::LotNotice& notice) {
    desk_.call(notice);
    observer_.on_call(notice, now_ns_);
    if (notice.state != LPC_LOT_OPEN) return;
    // The desk is looked at again: when a sealed lot closes; soon where the price is the news.
    const bool sealed = notice.type == LPC_AUCTION_SEALED;
    requests_.emplace(sealed ? notice.close_ns : after(now_ns_, faults_.order_latency_ns), Look{});
}
void Exchange::cover_deficit(std::uint64_t account, std::uint32_t, std::int64_t amount_max) {
    later(CoverDeficit{account, amount_max});
}

// The answer goes its way: perhaps late, perhaps twice, perhaps never, and then the account is
// retold once it was noticed.
void Exchange::answer(std::uint64_t account, Answer facts) {
    if (facts.empty()) return;
    std::int64_t at = after(now_ns_, faults_.answer_latency_ns);
    if (faults_.answer_delay_max_ns > 0)
        at = after(at, random_.between(0, faults_.answer_delay_max_ns));
    if (faults_.lost_ppb > 0 && random_.chance(faults_.lost_ppb)) {
        std::erase_if(facts, [](const lpc_fact& fact) {
            return fact.kind != LPC_FACT_ORDER && fact.kind != LPC_FACT_FILL;
        });
        answers_.emplace(after(at, faults_.reconcile_after_ns),
                         Reconcile{account, std::move(facts)});
        return;
    }
    if (faults_.doubled_ppb > 0 && random_.chance(faults_.doubled_ppb)) answers_.emplace(at, facts);
    answers_.emplace(at, std::move(facts));
}

Status Exchange::act(const Request& request) {
    if (const auto* order = std::get_if<runtime::OrderRequest>(&request)) return act_order(*order);
    if (const auto* cancel = std::get_if<runtime::CancelRequest>(&request))
        return act_cancel(*cancel);
    if (const auto* over = std::get_if<runtime::TakeoverRequest>(&request))
        return act_take_over(*over);
    if (const auto* award = std::get_if<runtime::AwardRequest>(&request)) return act_award(*award);
    if (const auto* away = std::get_if<runtime::DeleverageRequest>(&request))
        return act_deleverage(*away);
    if (const auto* cover = std::get_if<CoverDeficit>(&request)) return act_cover(*cover);
    if (std::get_if<Look>(&request) != nullptr) return {};
    const std::uint64_t account = std::get<CancelResting>(request).account;
    events_.clear();
    matching_.cancel_all(account, events_);
    Answer facts;
    const Status status = digest(events_, facts);
    answer(account, std::move(facts));
    return status;
}

Status Exchange::act_order(const runtime::OrderRequest& request) {
    closeout_traded_ns_ = now_ns_;
    venue::OrderTicket ticket;
    ticket.account = request.account;
    ticket.instrument = request.instrument;
    ticket.side = request.lots > 0 ? venue::Side::buy : venue::Side::sell;
    ticket.type = request.type == LPC_ORDER_IOC         ? venue::OrderType::ioc
                  : request.type == LPC_ORDER_POST_ONLY ? venue::OrderType::post_only
                                                        : venue::OrderType::limit;
    ticket.price = request.price;
    ticket.lots = request.lots < 0 ? -request.lots : request.lots;
    ticket.reduce_only = true;
    ticket.client_id = request.order;
    live_[request.order] = {request.account, request.instrument, request.lots, request.price, 0, 0};
    events_.clear();
    const venue::PlaceResult placed = matching_.place(ticket, events_);
    Answer facts;
    Status status = digest(events_, facts);
    if (placed.refusal != venue::Refusal::none) end_own(request.order, LPC_ORDER_REJECTED, facts);
    answer(request.account, std::move(facts));
    return status;
}

Status Exchange::act_cancel(const runtime::CancelRequest& request) {
    const auto live = live_.find(request.order);
    if (live == live_.end()) return {};  // over already: its last answer is on its way
    events_.clear();
    const venue::Refusal refusal =
        matching_.cancel(request.instrument, request.account, live->second.resting, events_);
    if (refusal != venue::Refusal::none) return {};
    Answer facts;
    const Status status = digest(events_, facts);
    answer(request.account, std::move(facts));
    return status;
}

}  // namespace lpc::scenario
