#include "run.hpp"

#include <utility>

#include "metrics.hpp"
#include "report_layers.hpp"

namespace lpc::scenario {
namespace {

// No scenario repeats these by itself.
bool is_operators(runtime::InputKind kind) {
    return kind == runtime::InputKind::follow || kind == runtime::InputKind::step ||
           kind == runtime::InputKind::hold;
}

// Streams of the run's seed: adding draws to one part of the simulation never shifts another.
enum Stream : std::uint64_t {
    kOwners = 1,
    kNoise = 2,
    kWithdrawers = 3,
    kDepositors = 4,
    kFirstMaker = 16
};

venue::Random stream(std::uint64_t seed, std::uint64_t number) {
    return venue::Random(seed).split(number);
}

}  // namespace

Run::Run(const ScenarioConfig& config, const MarketPath& market, RunOptions options)
    : config_(config),
      market_(market),
      options_(std::move(options)),
      exchange_(config.instrument.settle_asset, config.faults, venue::BookOptions{}, config.desk,
                crowd_),
      liquidations_(exchange_),
      checks_(config, exchange_),
      tally_(config, exchange_, options_.clock_ns),
      noise_(config.noise, stream(config.seed, kNoise)),
      withdrawers_(stream(config.seed, kWithdrawers)),
      depositors_(stream(config.seed, kDepositors)) {
    runtime_ = new_runtime();
    exchange_.observe(options_.postings);
    std::uint64_t number = kFirstMaker;
    for (const venue::MarketMakerConfig& maker : config.market_makers)
        makers_.emplace_back(maker, stream(config.seed, number++));
    if (market.book)
        recorded_.emplace(*market.book, config.prices.book, kRecordAccount, config.instrument.id);
}

std::vector<CheckResult> Run::checks() {
    const LiquidationFigures f = figures_of(tally_.cases());
    const settlement::FundFigures fund = exchange_.fund_figures();
    std::map<std::string, Int128> figures = layer_figures(*this);
    figures.insert({{"liquidated", static_cast<std::int64_t>(tally_.liquidated())},
                    {"still_running", f.running},
                    {"auction_quote", f.auction_notional},
                    {"backstop_quote", f.takeover_notional},
                    {"deleveraged_quote", f.deleveraged_notional},
                    {"settled_quote", f.settled_notional},
                    {"restored", f.restored},
                    {"deposits", exchange_.deposits()},
                    {"open_lots", open_lots()},
                    {"fund_draw_quote", fund.drawn()},
                    {"bad_debt_quote", fund.deficit_booked}});
    return checks_.results(figures);
}

// Of members, longs and shorts.
Int128 Run::open_lots() const {
    Int128 sum = 0;
    for (const std::uint64_t account : exchange_.members()) {
        const std::int64_t lots =
            exchange_.accounts().position(account, config_.instrument.id).lots;
        sum += lots < 0 ? -lots : lots;
    }
    return sum;
}

std::int64_t Run::engine_time_ns() const {
    return market_.steps.back().time_ns - market_.steps.front().time_ns;
}

Result<std::unique_ptr<Run>> Run::open(const ScenarioConfig& config, const MarketPath& market,
                                       RunOptions options) {
    const std::optional<Delisting>& delisting = config.timetable.delisting;
    const std::int64_t lasts_ns = market.steps.back().time_ns - market.steps.front().time_ns;
    if (delisting && delisting->settled_ns() > lasts_ns)
        return fail(config.file + ": the delisting settles " +
                    std::to_string(delisting->settled_ns() / 1'000'000'000) +
                    " s after the first price, expected at most " +
                    std::to_string(lasts_ns / 1'000'000'000) + " s: there the prices end");
    std::unique_ptr<Run> run(new Run(config, market, std::move(options)));
    run->begin_mark(market.steps.front().price_ticks);
    if (const Status status = run->open_market(); !status) return tl::unexpected(status.error());
    if (const Status status = run->open_providers(); !status) return tl::unexpected(status.error());
    if (config.enter_after_ns == 0) {
        if (const Status s = run->open_owners(); !s) return tl::unexpected(s.error());
    }
    run->gather_opening_inputs();
    if (const Status status = run->rehearse(); !status) return fail_in(config.file, status.error());
    return run;
}

void Run::gather_opening_inputs() {
    opening_.push_back(runtime::encode_configure(config_.runtime));
    for (const runtime::Attachment& attachment : options_.attachments)
        opening_.push_back(runtime::encode_attach(attachment));
    for (const lpc_fact& fact : opening_facts()) opening_.push_back(runtime::encode_fact(fact));
}

// Why: a plugin that cannot be created, or a fact that is refused, is found while nothing is
// written yet.
Status Run::rehearse() const {
    Crowd nobody;
    runtime::Runtime rehearsal(options_.code, nobody, [](int, const std::string&) {});
    for (const runtime::Input& input : opening_) {
        if (const Status status = rehearsal.apply(input); !status) return status;
    }
    return {};
}

Status Run::go(const RunJournal& journal) {
    recorder_.emplace(journal.writer, journal.past);
    from_ = journal.from;
    crowd_.add(static_cast<runtime::Observer*>(&*recorder_));
    crowd_.add(static_cast<Watcher*>(&liquidations_));
    crowd_.add(static_cast<Watcher*>(&checks_));
    crowd_.add(static_cast<Watcher*>(&tally_));
    for (Watcher* watcher : options_.watchers) crowd_.add(watcher);
    for (std::uint32_t i = 0; i < options_.attachments.size(); ++i)
        tally_.attached(i + 1, options_.attachments[i].sha256);
    tally_.count_told(opening_.size() - 1 - options_.attachments.size());
    for (runtime::Input& input : opening_) {
        if (const Status status = recorder_->submit(*runtime_, std::move(input)); !status)
            return status;
    }
    opening_.clear();
    for (std::size_t i = 0; i < market_.steps.size(); ++i) {
        if (const Status status = catch_up(market_.steps[i].time_ns); !status) return status;
        if (const Status status = step(i); !status) return status;
        keep_snapshots(journal);
        if (options_.progress) options_.progress(i + 1, market_.steps.size());
        if (i + 1 < market_.steps.size()) {
            if (const Status status = pause(market_.steps[i + 1].time_ns); !status) return status;
        }
        // Why after the pause: whoever hears on another thread has had it too.
        steer(journal.past);
    }
    checks_.after_step(true);
    for (const runtime::Slot& slot : runtime_->state().slots) {
        for (const runtime::Route& route : slot.routes) {
            // Why wait: a report says what all of the run was to them.
            for (const auto& follower : route.followers) (void)follower->settle();
        }
    }
    return {};
}

void Run::steer(const journal::Past* past) {
    Steering steering(*runtime_, *recorder_, tally_);
    while (past != nullptr && recorder_->sound()) {
        auto input = past->next_input();
        if (!input || !is_operators(input->kind)) break;
        (void)steering.submit(*input);  // what was refused then is refused again
    }
    const bool here = past == nullptr || past->over();
    if (here && options_.steer) options_.steer(steering);
}

std::unique_ptr<runtime::Runtime> Run::new_runtime() {
    return std::make_unique<runtime::Runtime>(options_.code, crowd_, options_.log,
                                              options_.premises);
}

// In the past the one to go on from; behind it new ones.
void Run::keep_snapshots(const RunJournal& journal) {
    const bool in_the_past = journal.past != nullptr && !journal.past->over();
    if (journal.past != nullptr && from_ != nullptr &&
        journal.past->sequence() == from_->sequence &&
        journal.past->fingerprint() == from_->fingerprint)
        go_on_from(*std::exchange(from_, nullptr));
    const std::uint64_t inputs = recorder_->inputs() - inputs_at_snapshot_;
    if (journal.snapshots == nullptr || inputs < journal.snapshot_every_inputs) return;
    inputs_at_snapshot_ = recorder_->inputs();
    if (in_the_past) return;
    const Status taken = recorder_->snapshot(*runtime_, *journal.snapshots);
    // The run can do without: its journal is enough.
    if (!taken) options_.log(LPC_LOG_NOTE, taken.error().message);
}

// What comes of the inputs after it is compared with the journal: so it is put to the proof.
void Run::go_on_from(const journal::Snapshot& snapshot) {
    auto restored = new_runtime();
    if (const Status status = restored->restore(snapshot.state); !status)
        return options_.log(LPC_LOG_NOTE, "resume: without the snapshot after sequence " +
                                              std::to_string(snapshot.sequence) + ": " +
                                              status.error().message);
    runtime_ = std::move(restored);
}

Status Run::open_market() {
    if (const Status s =
            exchange_.add_instrument(config_.instrument.terms, config_.instrument.tiers);
        !s)
        return s;
    if (const Status s = exchange_.open_fund(config_.fund, config_.instrument.id); !s) return s;
    // Why so much: agents are the rest of the world; they must never run out.
    constexpr std::int64_t kPlenty = std::int64_t{1} << 58;
    if (const Status s = exchange_.open_house(kHouseAccount, kPlenty); !s) return s;
    if (const Status s = exchange_.open_house(kNoiseAccount, kPlenty); !s) return s;
    for (const venue::MarketMakerConfig& maker : config_.market_makers) {
        if (const Status s = exchange_.open_house(maker.account, kPlenty); !s) return s;
    }
    if (!recorded_) return {};
    return exchange_.open_house(kRecordAccount, kPlenty);
}

Status Run::open_providers() {
    set_mark(market_.steps.front().time_ns);
    for (const ProviderConfig& provider : config_.providers) {
        if (const Status s = exchange_.enlist(provider.provider, provider.deposit); !s)
            return fail_in(config_.file, s.error());
    }
    return {};
}

// At the price of the moment; what they are told to be is in `facts_` then.
Status Run::open_owners() {
    entered_ = true;
    facts_.clear();
    venue::AccountOwnersConfig owners_config = config_.owners;
    owners_config.entry_price_ticks = index_price_;
    venue::Random random = stream(config_.seed, kOwners);
    const auto owners = venue::draw_owners(owners_config, random);
    if (!owners) return fail_in(config_.file, owners.error());
    for (const venue::Owner& owner : *owners) {
        if (const Status s = exchange_.open_member(owner.account, owner.deposit); !s) return s;
        const venue::Transfer opening{owner.account, kHouseAccount, config_.instrument.id,
                                      owner.lots, owner.entry_price};
        events_.clear();
        if (const auto refusal = exchange_.matching().transfer(opening, events_);
            refusal != venue::Refusal::none)
            return fail(config_.file + ": opening the position of account " +
                        std::to_string(owner.account) + ": " + venue::text_of(refusal));
        facts_.push_back(exchange_.account_fact(owner.account));
        if (const Status s = exchange_.settle(events_, facts_); !s) return s;
    }
    return {};
}

// The terms of the market, then what the venue holds.
std::vector<lpc_fact> Run::opening_facts() {
    const InstrumentConfig& instrument = config_.instrument;
    std::vector<lpc_fact> facts;
    lpc_fact asset = fact_of(LPC_FACT_ASSET, instrument.settle_asset);
    asset.code = LPC_PRICE_FIT;
    asset.u.asset = {instrument.asset_scale, 0, 1};
    facts.push_back(asset);
    facts.push_back(instrument_fact());
    std::uint8_t row = 1;
    for (const TierRow& tier : instrument.tiers) {
        lpc_fact fact = fact_of(LPC_FACT_TIER, instrument.id);
        fact.code = row++;
        fact.u.tier = {instrument.id, published(tier.floor), tier.maintenance.ppb, tier.initial.ppb,
                       published(tier.deduction)};
        facts.push_back(fact);
    }
    exchange_.tell_all(facts);
    return facts;
}

}  // namespace lpc::scenario
