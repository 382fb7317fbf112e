// The least engine that embeds the runtime: it has a risk engine of its own (a plain CLOSEOUT
// fact), one account, a journal, and a venue that fills whatever arrives. minimal_engine PLUGIN.so
// FOLDER runs a liquidator's file over it, and keeps the journal and the cache of plugin files in
// FOLDER.
#include <lpc/sdk/fact.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <journal/recorder.hpp>
#include <runtime/loading/plugin_library.hpp>
#include <runtime/runtime.hpp>

namespace {

using lpc::fact;
using lpc::runtime::Runtime;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kAccount = 7;
constexpr std::uint32_t kPerpetual = 1, kMoney = 1;

// The value, or the end with its sentence.
template <class T>
T must(lpc::Result<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "minimal_engine: %s\n", result.error().message.c_str());
    std::exit(2);
}
void must(const lpc::Status& status) {
    if (status) return;
    std::fprintf(stderr, "minimal_engine: %s\n", status.error().message.c_str());
    std::exit(2);
}

// All ports. A call only takes note: answers are facts, told before the next turn.
struct Engine final : lpc::runtime::Venue, lpc::runtime::NoAuctions {
    std::vector<lpc::runtime::OrderRequest> orders;
    void place(const lpc::runtime::OrderRequest& request) override { orders.push_back(request); }
    void cancel(const lpc::runtime::CancelRequest&) override {}
    void cancel_resting(std::uint64_t) override {}
    void take_over(const lpc::runtime::TakeoverRequest&) override {}
    void cover_deficit(std::uint64_t, std::uint32_t, std::int64_t) override {}
};

lpc::runtime::Config rules() {
    lpc::runtime::Config config;
    lpc::runtime::Rulebook& book = config.rulebook;
    book.close.full_close_below = {LPC_NOTIONAL_MAX};
    book.close.bankruptcy_adjustment = {LPC_RATE_ONE_PPB};
    book.close.spread_to_maintenance = {LPC_RATE_ONE_PPB};
    book.participation = {LPC_RATE_ONE_PPB / 10};
    book.participation_window_ns = 60 * kSecond;
    book.orders_per_account_max = 10;
    book.rate_window_ns = kSecond;
    book.strikes_max = 3;
    book.commands_per_turn_max = 1'000;
    const std::uint32_t permits = 1u << LPC_CMD_ORDER | 1u << LPC_CMD_CANCEL | 1u << LPC_CMD_TIMER;
    config.stages = {{"close", permits, 0, 0, 0}};
    return config;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::fprintf(stderr, "usage: minimal_engine PLUGIN.so FOLDER\n"), 2;
    const std::string folder = argv[2];
    // Off the engine's thread in a real one: this reads the disk and runs the file's constructors.
    const auto cache = must(lpc::runtime::PluginCache::open(folder + "/plugins"));
    const auto image = must(lpc::runtime::PluginLibrary::load(argv[1], cache));
    const auto code = [&](const lpc::runtime::Attachment&) {
        return lpc::Result<lpc::runtime::PluginCode>(lpc::runtime::PluginCode{
            image->table, {image->id, image->version, image->sha256}, image});
    };

    auto files = must(lpc::journal::io::create_folder(folder + "/journal"));
    auto writer = must(lpc::journal::Writer::create(files, {}));
    lpc::journal::Recorder recorder(writer);
    Runtime runtime(code, recorder, [](int, const std::string&) {});
    const auto tell = [&](const lpc_fact& said) {
        must(recorder.submit(runtime, lpc::runtime::encode_fact(said)));
    };

    must(recorder.submit(runtime, lpc::runtime::encode_configure(rules())));
    must(recorder.submit(runtime,
                         lpc::runtime::encode_attach({"close", image->sha256, argv[1], {}})));
    tell(fact({.instrument = kPerpetual, .code = LPC_INSTRUMENT_LINEAR, .reason = LPC_TRADING_OPEN},
              lpc_fact_instrument{0, 1, 0, 0, kMoney}));
    tell(fact({.instrument = kPerpetual, .code = LPC_PRICE_FIT}, lpc_fact_price{985, 985, 0, 0}));
    tell(fact({.instrument = kPerpetual}, lpc_fact_volume{0, 0}));
    tell(fact({.account = kAccount, .instrument = kMoney}, lpc_fact_balance{6'000}));
    std::int64_t lots = 100, market_lots = 0;
    const auto tell_position = [&] {
        tell(fact({.account = kAccount, .instrument = kPerpetual},
                  lpc_fact_position{lots, lots * 1'000, 0, 0, 0}));
    };
    tell_position();

    Engine engine;
    for (std::int64_t second = 1; second <= 60 && lots != 0; ++second) {
        tell(fact({.instrument = kPerpetual}, lpc_fact_volume{market_lots += 150, 100 - lots}));
        // Our own risk engine wants the account flat, at 980 or better; it is bankrupt at 940.
        tell(fact({.account = kAccount, .instrument = kPerpetual, .code = LPC_CLOSEOUT_ACCEPTED},
                  lpc_fact_closeout{0, 940, 980, 0}));
        must(recorder.submit(runtime, lpc::runtime::encode_turn(second * kSecond)));
        must(recorder.release(runtime, lpc::runtime::ports_of(engine)));  // durable first, then out
        for (const lpc::runtime::OrderRequest& order : engine.orders) {
            std::printf("%llds: %lld lots at %lld\n", static_cast<long long>(second),
                        static_cast<long long>(order.lots), static_cast<long long>(order.price));
            const auto done = static_cast<std::uint64_t>(std::llabs(order.lots));
            tell(fact({.account = kAccount, .instrument = kPerpetual},
                      lpc_fact_fill{order.order, done, order.price, order.lots, 0}));
            tell(fact({.account = kAccount, .instrument = kPerpetual, .code = LPC_ORDER_DONE},
                      lpc_fact_order{order.order, 0, order.price, 0, order.lots}));
            lots += order.lots;
            tell_position();
        }
        engine.orders.clear();
    }
    must(writer.close());
    std::printf("left: %lld lots\n", static_cast<long long>(lots));
    return lots == 0 ? 0 : 1;
}
