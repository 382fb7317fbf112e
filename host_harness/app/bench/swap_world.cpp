#include "swap_world.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include <lpc/sdk/fact.hpp>
#include <runtime/loading/plugin_library.hpp>

#include "must.hpp"

namespace lpc::app {
namespace {

namespace fs = std::filesystem;
using runtime::InputKind;
using runtime::Placement;
using runtime::Purpose;

constexpr const char* kStageNames[] = {"risk", "twap"};
constexpr const char* kFiles[] = {"margin.so", "twap.so"};

constexpr std::uint32_t kMoney = 1;        // the asset
constexpr std::uint32_t kInstruments = 8;  // 1 to 8, one money unit a tick and lot
constexpr std::int64_t kPrice = 100'000, kFallen = 99'900;
constexpr std::int64_t kLots = 10'000;
// Of a notional of 1e9 the maintenance requirement is 1 %: 1e7.
constexpr std::int64_t kHealthy = 500'000'000, kSick = 5'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kSlice_ns = 10 * kSecond;  // twap: one order in so long
constexpr std::int64_t kAnswer_ns = 9 * kSecond;  // of which it is out so long
constexpr std::uint64_t kBalancesPerTurn = 16;    // of accounts at random

// By the names that plugins and rulebook share.
const std::map<std::string, std::int64_t> kParameters{
    {"target_buffer_ppb", 150'000'000},
    {"close_cost_ppb", 1'500'000},
    {"full_close_below_quote", 0},
    {"bankruptcy_adjustment_ppb", 4'000'000'000},
    {"spread_to_maintenance_ppb", 1'500'000'000},
    {"interval_ns", kSlice_ns},
    {"horizon_ns", 1'000 * kSlice_ns},
    {"deadline_ns", 100'000 * kSlice_ns},
};

runtime::Config rules() {
    runtime::Config config;
    runtime::Rulebook& book = config.rulebook;
    book.close.target_buffer.ppb = kParameters.at("target_buffer_ppb");
    book.close.close_cost.ppb = kParameters.at("close_cost_ppb");
    book.close.bankruptcy_adjustment.ppb = kParameters.at("bankruptcy_adjustment_ppb");
    book.close.spread_to_maintenance.ppb = kParameters.at("spread_to_maintenance_ppb");
    book.participation = {LPC_RATE_ONE_PPB};
    book.participation_window_ns = 100'000 * kSlice_ns;
    book.orders_per_account_max = 1'000;
    book.rate_window_ns = kSlice_ns;
    book.strikes_max = 1;
    book.commands_per_turn_max = 10'000'000;
    const std::uint32_t permits =
        1u << LPC_CMD_ORDER | 1u << LPC_CMD_CANCEL | 1u << LPC_CMD_ESCALATE | 1u << LPC_CMD_TIMER;
    config.stages = {{kStageNames[1], permits, 0, 0, 0}};
    return config;
}

fs::path find(const std::vector<std::string>& folders, const char* file) {
    for (const std::string& folder : folders) {
        if (fs::exists(fs::path(folder) / file)) return fs::path(folder) / file;
    }
    throw std::runtime_error(std::string(file) +
                             ": not found in the plugin folders, expected it "
                             "beside the binary");
}

// Another build of the same source, as far as the loader can see: one byte more at the end.
fs::path another_build(const fs::path& file, const fs::path& folder) {
    const fs::path made = folder / ("other_" + file.filename().string());
    fs::copy_file(file, made);
    std::ofstream(made, std::ios::binary | std::ios::app).put('\0');
    return made;
}

runtime::PluginCode load(const fs::path& file, const runtime::PluginCache& cache) {
    auto image = must(runtime::PluginLibrary::load(file, cache));
    return {image->table, {image->id, image->version, image->sha256}, image};
}

}  // namespace

SwapImages SwapImages::load(const std::vector<std::string>& plugin_folders,
                            const fs::path& folder) {
    const auto cache = must(runtime::PluginCache::open(folder / "images"));
    SwapImages images;
    for (std::uint32_t stage = 0; stage < kStages; ++stage) {
        const fs::path file = find(plugin_folders, kFiles[stage]);
        images.image[stage][0] = app::load(file, cache);
        images.image[stage][1] = app::load(another_build(file, folder), cache);
    }
    return images;
}

SwapWorld::SwapWorld(const SwapImages& images, const SwapWorldOptions& options,
                     runtime::Premises& premises)
    : images_(images),
      options_(options),
      random_(options.seed),
      runtime_(
          [this](const runtime::Attachment& wanted) -> Result<runtime::PluginCode> {
              for (const auto& stage : images_.image) {
                  for (const runtime::PluginCode& code : stage) {
                      if (code.identity.sha256 == wanted.sha256) return code;
                  }
              }
              return fail("bench swap: no image " + wanted.sha256);
          },
          *this, [](int, const std::string&) {}, &premises),
      turn_ns_(kSlice_ns / static_cast<std::int64_t>(options.in_flight)),
      mark_(kPrice) {}

// Ids as exchanges have them: not one after the other.
std::uint64_t SwapWorld::id(std::uint64_t number) const {
    return (number + 1) * 1'000'003;
}

void SwapWorld::apply(InputKind kind, std::span<const std::byte> bytes) {
    must(runtime_.apply(kind, bytes));
}

void SwapWorld::tell(const lpc_fact& fact) {
    apply(InputKind::fact, std::as_bytes(std::span(&fact, 1)));
}

void SwapWorld::open() {
    apply(InputKind::configure, runtime::encode_configure(rules()).bytes);
    for (std::uint32_t stage = 0; stage < SwapImages::kStages; ++stage)
        apply(InputKind::attach, runtime::encode_attach(attachment(stage, 0)).bytes);
    tell_terms();
    for (std::uint64_t i = 0; i < options_.accounts; ++i) tell_account(id(i));
    run_turn();
    // Close-outs begin one after the other, or all slices would be due at once.
    const std::uint64_t stride = options_.accounts / options_.in_flight;
    for (std::uint64_t i = 0; i < options_.in_flight; ++i) {
        tell(fact({.account = id(i * stride), .instrument = kMoney}, lpc_fact_balance{kSick}));
        now_ns_ += turn_ns_;
        happen();
        run_turn();
    }
}

void SwapWorld::tell_terms() {
    tell(fact({.instrument = kMoney, .code = LPC_PRICE_FIT}, lpc_fact_asset{1'000'000, 0, 1}));
    for (std::uint32_t x = 1; x <= kInstruments; ++x) {
        tell(fact({.instrument = x, .code = 1},
                  lpc_fact_tier{x, 0, LPC_RATE_ONE_PPB / 100, LPC_RATE_ONE_PPB / 50, 0}));
        tell(fact({.instrument = x, .code = LPC_INSTRUMENT_LINEAR, .reason = LPC_TRADING_OPEN},
                  lpc_fact_instrument{0, 1, 0, 0, kMoney}));
        tell(fact({.instrument = x, .code = LPC_PRICE_FIT}, lpc_fact_price{mark_, mark_, 0, 0}));
        tell(fact({.instrument = x}, lpc_fact_volume{0, 0}));
        tell(fact({.instrument = x}, lpc_fact_volume{LPC_LOTS_MAX, 0}));
    }
}

void SwapWorld::tell_account(std::uint64_t account) {
    const auto x = static_cast<std::uint32_t>(random_.between(1, kInstruments));
    tell(fact({.account = account}, lpc_fact_account{LPC_MODE_CROSS, 0, 0, 0}));
    tell(fact({.account = account, .instrument = kMoney}, lpc_fact_balance{kHealthy}));
    tell(fact({.account = account, .instrument = x},
              lpc_fact_position{kLots, kLots * kPrice, 0, 0, 0}));
    const std::uint64_t stride = options_.accounts / options_.in_flight;
    const std::uint64_t number = account / id(0) - 1;
    if (number % stride == 0 && number / stride < options_.in_flight)
        closing_[account] = {x, kLots};
}

void SwapWorld::turn(TurnKind kind) {
    turns_.push_back(kind);
    if (kind != TurnKind::quiet) now_ns_ += turn_ns_;
    if (kind == TurnKind::busy) happen();
    if (kind == TurnKind::swing) {
        mark_ = mark_ == kPrice ? kFallen : kPrice;
        for (std::uint32_t x = 1; x <= kInstruments; ++x)
            tell(
                fact({.instrument = x, .code = LPC_PRICE_FIT}, lpc_fact_price{mark_, mark_, 0, 0}));
    }
    run_turn();
}

void SwapWorld::happen() {
    while (!waiting_.empty() && waiting_.front().due_ns <= now_ns_) {
        fill(waiting_.front().order);
        waiting_.pop_front();
    }
    for (std::uint64_t i = 0; i < kBalancesPerTurn; ++i) {
        const std::uint64_t account = id(random_.below(options_.accounts));
        if (closing_.count(account) != 0) continue;
        const std::int64_t paid = random_.between(1, kSick);
        tell(fact({.account = account, .instrument = kMoney}, lpc_fact_balance{kHealthy - paid}));
    }
}

// Whole, at the mark at which the position was bought: nothing is won or lost.
void SwapWorld::fill(const runtime::OrderRequest& order) {
    Closing& closing = closing_.at(order.account);
    closing.lots += order.lots;
    const auto done = static_cast<std::uint64_t>(order.lots < 0 ? -order.lots : order.lots);
    tell(fact({.account = order.account, .instrument = order.instrument},
              lpc_fact_fill{order.order, done, kPrice, order.lots, 0}));
    tell(fact({.account = order.account, .instrument = order.instrument, .code = LPC_ORDER_DONE},
              lpc_fact_order{order.order, 0, order.price, 0, order.lots}));
    tell(fact({.account = order.account, .instrument = order.instrument},
              lpc_fact_position{closing.lots, closing.lots * kPrice, 0, 0, 0}));
}

void SwapWorld::run_turn() {
    do {
        apply(InputKind::turn, std::as_bytes(std::span(&now_ns_, 1)));
        must(runtime_.release({*this, *this, *this}));
    } while (runtime_.carried() != 0);
}

runtime::Attachment SwapWorld::attachment(std::uint32_t stage, std::uint32_t image) const {
    const runtime::PluginCode& code = images_.image[stage][image];
    runtime::Attachment made{kStageNames[stage], code.identity.sha256, kFiles[stage], {}};
    for (std::uint64_t i = 0; i < code.table->param_count; ++i) {
        const auto known = kParameters.find(code.table->params[i].name);
        if (known != kParameters.end())
            made.params.emplace_back(code.table->params[i].id, known->second);
    }
    return made;
}

std::uint32_t SwapWorld::follow(std::uint32_t stage, Purpose purpose, Placement placement) {
    const std::uint32_t number = runtime_.state().next_instance;
    runtime::Follow wanted;
    wanted.plugin = attachment(stage, 1 - acting_[stage]);
    wanted.purpose = purpose;
    wanted.placement = placement;
    apply(InputKind::follow, runtime::encode_follow(wanted).bytes);
    return number;
}

void SwapWorld::step(runtime::StepKind kind, std::uint32_t stage, std::uint32_t instance,
                     std::int64_t value) {
    const runtime::Step wanted{kind, stage, instance, 0, value};
    apply(InputKind::step, std::as_bytes(std::span(&wanted, 1)));
    if (kind == runtime::StepKind::flip || kind == runtime::StepKind::roll_back)
        acting_[stage] = 1 - acting_[stage];
}

const runtime::Follower& SwapWorld::follower(std::uint32_t stage) const {
    return *runtime_.state().slots[stage].routes.front().followers.front();
}

void SwapWorld::on_verdict(const runtime::Verdict& verdict) {
    said_.push_back(verdict);
    said_.back().instance = 0;
}

void SwapWorld::on_failure(std::uint32_t stage, const std::string& sentence) {
    throw std::runtime_error(std::string("stage ") + kStageNames[stage] + ": " + sentence);
}

void SwapWorld::place(const runtime::OrderRequest& request) {
    waiting_.push_back({now_ns_ + kAnswer_ns, request});
}

// None of these belongs to the procedure that this world has.
void SwapWorld::cancel(const runtime::CancelRequest&) {
    throw std::logic_error("bench swap: an order was cancelled, expected none");
}
void SwapWorld::cancel_resting(std::uint64_t) {
    throw std::logic_error("bench swap: resting orders were cancelled, expected none");
}
void SwapWorld::take_over(const runtime::TakeoverRequest&) {
    throw std::logic_error("bench swap: a position was taken over, expected none");
}
void SwapWorld::cover_deficit(std::uint64_t, std::uint32_t, std::int64_t) {
    throw std::logic_error("bench swap: a deficit was to be covered, expected none");
}

}  // namespace lpc::app
