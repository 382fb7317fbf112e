// The reference exchange as the runtime meets it: venue and settlement behind the runtime's ports.
// A request reaches the book after a latency, its answer comes back after another, and faults can
// delay, lose or double answers. Every trade is posted to the ledger. Engine time only; engine
// thread only; deterministic.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <bidding/desk.hpp>
#include <runtime/ports.hpp>
#include <settlement/deleveraging.hpp>
#include <settlement/fund_book.hpp>
#include <settlement/fund_figures.hpp>
#include <settlement/ledger.hpp>
#include <venue/accounts.hpp>
#include <venue/matching.hpp>
#include <venue/random.hpp>

#include "fund_config.hpp"
#include "ledger_keeper.hpp"
#include "margins.hpp"

namespace lpc::scenario {

struct ExchangeFaults {
    std::int64_t order_latency_ns = 5'000'000;   // from the port to the book
    std::int64_t answer_latency_ns = 5'000'000;  // from the book to the runtime
    std::int64_t answer_delay_max_ns = 0;        // an extra delay, uniform up to this
    std::int64_t lost_ppb = 0;                   // of answers
    std::int64_t doubled_ppb = 0;
    std::int64_t reconcile_after_ns =
        5'000'000'000;  // a lost answer is noticed and the account retold
    std::uint64_t seed = 1;
};

// What reports and checks want to know, besides the facts.
class ExchangeObserver {
  public:
    virtual ~ExchangeObserver() = default;
    // An order of the runtime's traded: lots signed, of the account.
    virtual void on_liquidation_fill(std::uint64_t order, std::uint64_t account,
                                     std::uint32_t instrument, std::int64_t lots,
                                     std::int64_t price, std::int64_t fee) = 0;
    virtual void on_take_over(const runtime::TakeoverRequest& request) = 0;
    virtual void on_award(const runtime::AwardRequest& request) = 0;
    // A lot is new, or something of it is.
    virtual void on_call(const runtime::LotNotice& notice, std::int64_t now_ns) = 0;
    // With the lots that were found.
    virtual void on_deleverage(const runtime::DeleverageRequest& done) = 0;
    // An instrument was settled for good: the member's lots, signed, and the final price.
    virtual void on_final_settlement(std::uint64_t account, std::uint32_t instrument,
                                     std::int64_t lots, std::int64_t price) = 0;
    // Who paid for what the account owed.
    virtual void on_cover(std::uint64_t account, const settlement::Poured& poured) = 0;
};

// What members took out, or would have.
struct WithdrawalFigures {
    std::int64_t count = 0;
    Int128 asked = 0, paid = 0;  // the rest was held back for a socialised loss
    Int128 gated = 0;  // free but for winnings that are not realised, while a loss was open
};

// What a booking that was refused is as a status.
Status booked(venue::Booking booking, const char* what);

class Exchange final : public runtime::Venue,
                       public runtime::Settlement,
                       public runtime::Providers {
  public:
    Exchange(std::uint32_t asset, const ExchangeFaults& faults, const venue::BookOptions& books,
             const bidding::DeskRules& desk, ExchangeObserver& observer);

    Status add_instrument(const venue::InstrumentTerms& terms, std::vector<TierRow> tiers);
    // A member's account: its facts are told. House accounts (agents, the fund) are not.
    Status open_member(std::uint64_t account, std::int64_t deposit);
    Status open_house(std::uint64_t account, std::int64_t deposit);
    Status open_fund(const FundConfig& config, std::uint32_t instrument);
    // A member who bids for lots.
    Status enlist(const bidding::Provider& provider, std::int64_t deposit);

    venue::Matching& matching() { return matching_; }
    const venue::Matching& matching() const { return matching_; }
    venue::Accounts& accounts() { return accounts_; }
    const venue::Accounts& accounts() const { return accounts_; }
    const settlement::Ledger& ledger() const { return ledger_; }
    const settlement::FundBook& fund() const { return fund_; }
    settlement::FundFigures fund_figures() const;  // of all tranches
    const WithdrawalFigures& withdrawals() const { return withdrawals_; }
    std::int64_t deposits() const { return deposits_; }    // during liquidations
    Int128 fees_charged() const { return fees_charged_; }  // for liquidations
    // What those who were deleveraged gave up against the mark.
    Int128 given_up() const { return given_up_; }
    std::int64_t unwound_lots() const { return unwound_lots_; }
    bidding::Desk& desk() { return desk_; }
    void observe(settlement::PostingObserver* postings) { ledger_.observe(postings); }
    std::uint32_t asset() const { return asset_; }
    const std::set<std::uint64_t>& members() const { return members_; }
    std::int64_t own_lots(std::uint32_t instrument) const;  // traded by the runtime's orders

    // The agents' trading: posts the events to the ledger and appends the facts of members that
    // changed.
    Status settle(std::vector<venue::Event>& events, std::vector<lpc_fact>& facts);
    // Everything that is so now, to tell a runtime that knows nothing: the account facts of all
    // members and FUND.
    void tell_all(std::vector<lpc_fact>& facts);
    void tell_fund(std::vector<lpc_fact>& facts) const;  // moves with the mark
    lpc_fact account_fact(std::uint64_t account) const;

    // What the runtime publishes of liquidations: who is in one, and that one is over.
    void closeout(const lpc_fact& closeout);
    Status liquidation_over(std::uint64_t account);
    // Tranches trade out of what they took over; the events are to be settled like agents'.
    void unwind(const UnwindingConfig& config, std::uint32_t instrument,
                std::vector<venue::Event>& events);
    // Members who want to, by chance.
    Status let_withdraw(const WithdrawalConfig& config, venue::Random& random,
                        std::vector<lpc_fact>& facts);

    // Members in a liquidation, by chance. A deposit that would pass the venue's limits is none.
    Status let_deposit(const DepositConfig& config, venue::Random& random,
                       std::vector<lpc_fact>& facts);

    // When the next request reaches the book or the next answer the runtime.
    std::optional<std::int64_t> next_ns() const;
    // Lets everything due by now happen; appends what the runtime is told.
    Status advance(std::int64_t now_ns, std::vector<lpc_fact>& facts);
    void set_now(std::int64_t now_ns) { now_ns_ = now_ns; }
    // How trading goes from now on. While it is halted requests wait; once it no longer is those
    // that waited are answered first, when nothing but cancels are allowed yet.
    Status set_trading(std::uint32_t instrument, venue::TradingState state);
    // Every order ends and every position is closed against `house`, which is nobody's and ends
    // flat like all. Whoever owes something then and is in no liquidation is covered for as one
    // would be.
    Status settle_finally(std::uint32_t instrument, std::int64_t price, std::uint64_t house,
                          std::vector<lpc_fact>& facts);
    // By which margins are reckoned.
    void set_mark(std::uint32_t instrument, std::int64_t mark) {
        margins_.set_mark(instrument, mark);
    }

    void place(const runtime::OrderRequest& request) override;
    void cancel(const runtime::CancelRequest& request) override;
    void cancel_resting(std::uint64_t account) override;
    void take_over(const runtime::TakeoverRequest& request) override;
    void award(const runtime::AwardRequest& request) override;
    void deleverage(const runtime::DeleverageRequest& request) override;
    void cover_deficit(std::uint64_t account, std::uint32_t asset,
                       std::int64_t amount_max) override;
    void call(const runtime::LotNotice& notice) override;

  private:
    struct CancelResting {
        std::uint64_t account;
    };
    struct CoverDeficit {
        std::uint64_t account;
        std::int64_t amount_max;
        std::uint32_t instrument = 0;  // in which it was lost, where no liquidation tells
    };
    struct Look {};  // at the desk, for bids
    using Request = std::variant<runtime::OrderRequest, runtime::CancelRequest, CancelResting,
                                 runtime::TakeoverRequest, runtime::AwardRequest,
                                 runtime::DeleverageRequest, CoverDeficit, Look>;
    // What caps and fees count for one liquidation.
    struct Liquidation {
        std::uint64_t number = 0;
        std::int64_t maintenance = 0;  // when it was opened
        std::int64_t fees = 0;         // charged, and still in the book of fees
        std::map<std::uint32_t, std::int64_t> bankruptcy_price;
    };
    // What one tranche takes over.
    struct Part {
        std::uint64_t tranche, account;
        std::int64_t lots;  // unsigned
        std::int64_t cost;  // against the mark
    };
    // A fill of a liquidation, for which a fee is due.
    struct Charge {
        std::uint64_t account;
        std::uint32_t instrument;
        std::int64_t lots, price;
        std::int64_t paid;  // to the venue already
    };
    using Answer = std::vector<lpc_fact>;
    // An answer was lost: the account is retold, with the orders and fills that the answer spoke
    // of.
    struct Reconcile {
        std::uint64_t account;
        Answer lost;
    };
    // An order of the runtime's, from its arrival until it is over.
    struct Live {
        std::uint64_t account = 0;
        std::uint32_t instrument = 0;
        std::int64_t lots = 0;  // signed
        std::int64_t price = 0;
        std::int64_t done_lots = 0;  // unsigned
        venue::OrderId resting = 0;  // in the book
    };

    void later(Request request);
    Status act_on_due();
    bool is_open(std::uint32_t instrument) const;
    void answer(std::uint64_t account, Answer facts);
    Status act(const Request& request);
    Status act_order(const runtime::OrderRequest& request);
    Status act_cancel(const runtime::CancelRequest& request);
    void tell_done(std::uint64_t order, std::int64_t lots, Answer& facts);
    bool reduces(std::uint64_t account, std::uint32_t instrument, std::int64_t lots) const;
    std::vector<Part> parts_of(const runtime::TakeoverRequest& request) const;
    Status act_take_over(const runtime::TakeoverRequest& request);
    Status act_award(const runtime::AwardRequest& request);
    Status act_deleverage(const runtime::DeleverageRequest& request);
    Result<settlement::Deleveraged> share_out(const runtime::DeleverageRequest& request) const;
    Status act_cover(const CoverDeficit& request);
    // Posts events, charges fees, appends ORDER and FILL facts of the runtime's orders and then the
    // touched members' facts.
    Status digest(std::vector<venue::Event>& events, Answer& facts);
    void on_execution(const venue::Execution& execution, Answer& facts);
    void fill_own(std::uint64_t order, const venue::Execution& e, bool maker, Answer& facts);
    void end_own(std::uint64_t order, std::uint8_t state, Answer& facts);
    // exchange_fund.cpp
    std::int64_t grantable(const settlement::Tranche& tranche) const;
    std::int64_t room(const settlement::Tranche& tranche, const Liquidation& liquidation) const;
    void tell_room(std::uint64_t account, Answer& facts) const;
    Status mirror(const std::vector<settlement::Leg>& legs);
    Status charge_fees();
    Status settle_fund(std::uint32_t instrument, Answer& facts);
    // The instrument in which a tranche has traded; 0: none has.
    std::uint32_t tell_touched(Answer& facts);
    void tell_account(std::uint64_t account, Answer& facts) const;
    void retell(const Reconcile& reconcile, Answer& facts) const;
    lpc_fact balance_fact(std::uint64_t account) const;
    lpc_fact position_fact(std::uint64_t account, std::uint32_t instrument) const;
    lpc_fact order_fact(std::uint64_t id, const Live& live, std::uint8_t state) const;

    std::uint32_t asset_;
    ExchangeFaults faults_;
    ExchangeObserver& observer_;
    venue::Random random_;
    venue::Accounts accounts_;
    venue::Matching matching_;
    Margins margins_;
    bidding::Desk desk_;
    settlement::Ledger ledger_;
    settlement::FundBook fund_;
    LedgerKeeper keeper_;
    settlement::DeleveragingRule deleveraging_;
    // Of an account's profit in an instrument, by deleveragings so far.
    std::map<std::pair<std::uint64_t, std::uint32_t>, std::int64_t> taken_profit_;
    std::map<std::uint64_t, Liquidation> liquidations_;  // by account
    std::uint64_t liquidations_opened_ = 0;
    std::int64_t fee_ppb_ = 0;
    Int128 fees_charged_ = 0, given_up_ = 0;
    std::optional<std::int64_t> closeout_traded_ns_;  // when one last asked the book for anything
    std::map<std::uint32_t, std::int64_t> others_traded_;
    std::int64_t unwound_lots_ = 0;
    WithdrawalFigures withdrawals_;
    std::int64_t deposits_ = 0;
    std::int64_t now_ns_ = 0;
    bool halted_ = false;
    std::set<std::uint64_t> members_;
    std::map<std::uint64_t, Live> live_;
    std::map<std::uint32_t, std::int64_t> own_lots_;
    std::multimap<std::int64_t, Request> requests_;  // by arrival; equal times keep their order
    std::multimap<std::int64_t, std::variant<Answer, Reconcile>> answers_;
    std::vector<venue::Event> events_;
    std::vector<Charge> charges_;
    std::vector<venue::Touched> touched_;
};

}  // namespace lpc::scenario
