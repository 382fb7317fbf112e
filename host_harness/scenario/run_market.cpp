// The market's part of a run: its mark, its phases, its agents, and what it tells of them.
#include <utility>

#include "run.hpp"

namespace lpc::scenario {

lpc_fact Run::fact_of(std::uint16_t kind, std::uint32_t instrument) {
    lpc_fact fact{};
    fact.kind = kind;
    fact.instrument = instrument;
    return fact;
}

void Run::begin_mark(std::int64_t price) {
    index_price_ = mark_ = price;
    smooth_mark_ = Int128{price} * kSmoothOne;
}

// The mark follows the traded price: smooth += weight * (price - smooth), kept to a millionth of a
// tick (rounded down) so that nothing is left behind; the mark is the nearest tick.
void Run::follow_price(std::int64_t price) {
    index_price_ = price;
    const Int128 pull =
        (Int128{price} * kSmoothOne - smooth_mark_) * config_.prices.mark_smoothing_ppb;
    smooth_mark_ += div_floor(pull, LPC_RATE_ONE_PPB);
    mark_ = static_cast<std::int64_t>(div_floor(smooth_mark_ + kSmoothOne / 2, kSmoothOne));
}

Status Run::enter(VenuePhase phase) {
    const VenuePhase before = std::exchange(phase_, phase);
    if (phase == before) return {};
    // Why: the mark begins anew, from no price that is older than the outage.
    if (before == VenuePhase::halted) begin_mark(index_price_);
    checks_.set_fit(phase == VenuePhase::normal);
    facts_.push_back(instrument_fact());
    if (phase == VenuePhase::settled) {
        begin_mark(final_price(*config_.timetable.delisting, market_.steps));
        if (const Status s =
                exchange_.settle_finally(config_.instrument.id, mark_, kHouseAccount, facts_);
            !s)
            return s;
    }
    const venue::TradingState state = phase == VenuePhase::halted ? venue::TradingState::halted
                                      : !has_quotes(phase)        ? venue::TradingState::cancel_only
                                      : phase == VenuePhase::post_only
                                          ? venue::TradingState::post_only
                                          : venue::TradingState::open;
    return exchange_.set_trading(config_.instrument.id, state);
}

void Run::let_agents_act(const market_data::PriceStep& now) {
    events_.clear();
    if (recorded_) return recorded_->step(now, exchange_.matching(), events_);
    if (phase_ == VenuePhase::halted) return;
    for (venue::MarketMaker& maker : makers_) {
        if (has_quotes(phase_)) {
            maker.step(index_price_, exchange_.matching(), events_);
        } else {
            maker.withdraw(exchange_.matching(), events_);
        }
    }
    const auto volume = static_cast<std::int64_t>(
        div_floor(Int128{now.volume_lots} * config_.noise_share_ppb, LPC_RATE_ONE_PPB));
    const bool trades = phase_ == VenuePhase::normal || phase_ == VenuePhase::grace;
    if (volume > 0 && trades) noise_.step(index_price_, volume, exchange_.matching(), events_);
}

lpc_fact Run::instrument_fact() const {
    const InstrumentConfig& instrument = config_.instrument;
    lpc_fact terms = fact_of(LPC_FACT_INSTRUMENT, instrument.id);
    terms.code = LPC_INSTRUMENT_LINEAR;
    terms.reason = trading_in(phase_);
    terms.u.instrument = {0, instrument.terms.multiplier, 0, 0, instrument.settle_asset};
    return terms;
}

// By time, each once.
template <class Config, class Do>
Status Run::do_due(const std::vector<Config>& all, std::size_t& done, std::int64_t now_ns,
                   Do&& act) {
    const std::int64_t since_ns = now_ns - market_.steps.front().time_ns;
    for (; done < all.size() && all[done].at_ns <= since_ns; ++done) {
        if (const Status s = act(all[done]); !s) return s;
    }
    return {};
}

Status Run::let_members_move_cash(std::int64_t now_ns) {
    const Status taken = do_due(config_.fund.withdrawals, withdrawals_done_, now_ns,
                                [&](const WithdrawalConfig& one) {
                                    return exchange_.let_withdraw(one, withdrawers_, facts_);
                                });
    if (!taken) return taken;
    return do_due(config_.fund.deposits, deposits_done_, now_ns, [&](const DepositConfig& one) {
        return exchange_.let_deposit(one, depositors_, facts_);
    });
}

lpc_fact Run::price_fact() const {
    lpc_fact fact = fact_of(LPC_FACT_PRICE, config_.instrument.id);
    fact.code = price_code_in(phase_);
    const std::int64_t volatility = recorded_         ? recorded_->volatility_ppb()
                                    : makers_.empty() ? 0
                                                      : makers_.front().volatility_ppb();
    fact.u.price = {mark_, index_price_, 0, volatility};
    return fact;
}

void Run::tell_book() {
    const venue::OrderBook& book = *exchange_.matching().book(config_.instrument.id);
    if (recorded_) return recorded_->tell_bands(book, facts_);
    lpc_fact fact = fact_of(LPC_FACT_BOOK, config_.instrument.id);
    fact.code = LPC_BOOK_BEST;
    const auto bid = book.best(venue::Side::buy);
    const auto ask = book.best(venue::Side::sell);
    fact.u.book = {bid ? bid->price : 0, ask ? ask->price : 0, bid ? bid->lots : 0,
                   ask ? ask->lots : 0};
    facts_.push_back(fact);
}

lpc_fact Run::volume_fact() const {
    lpc_fact fact = fact_of(LPC_FACT_VOLUME, config_.instrument.id);
    // Recorded trades are not traded again.
    const std::int64_t recorded = recorded_ ? recorded_->traded_lots() : 0;
    fact.u.volume = {recorded + exchange_.matching().traded_lots(config_.instrument.id),
                     exchange_.own_lots(config_.instrument.id)};
    return fact;
}

}  // namespace lpc::scenario
