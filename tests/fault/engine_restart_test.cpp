// An engine that is killed at any moment and starts again from snapshot and journal, while its
// venue lives on: no order is placed twice, none is lost, and the journal ends as that of the
// engine that was never disturbed.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <foundation/temporary_folder.hpp>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <journal/recorder.hpp>
#include <lpc/sdk/fact.hpp>
#include <runtime/loading/plugin_library.hpp>
#include <runtime/runtime.hpp>
#include <runtime/state.hpp>
#include <venue/random.hpp>

#include "support/memory_disk.hpp"
#include "support/runtime_rig.hpp"

namespace {

using lpc::fact;
using lpc::runtime::OrderRequest;
using lpc::test::kSecond;
using lpc::test::MemoryDisk;
using lpc::test::MemoryFolder;
using lpc::venue::Random;

constexpr std::uint32_t kPerpetual = 1, kMoney = 1;
constexpr std::uint64_t kAccounts = 3;
constexpr std::int64_t kLastSecond = 60;

struct Killed {};

// Lives on when the engine dies. It knows orders by their ids and takes none twice; what it has to
// say of an order is due some seconds after it came, and it says so whenever it is asked.
struct Venue final : lpc::runtime::Venue, lpc::runtime::NoAuctions {
    struct Filled {
        OrderRequest order;
        std::int64_t second = 0;
    };
    std::map<std::uint64_t, Filled> orders;  // by id
    std::int64_t now = 0;
    int calls_to_death = -1;  // of the engine; counts down
    std::uint64_t repeated = 0;

    void call() {
        if (calls_to_death >= 0 && calls_to_death-- == 0) throw Killed{};
    }
    void place(const OrderRequest& request) override {
        call();
        repeated += orders.count(request.order);
        orders.try_emplace(request.order, Filled{request, now});
    }
    void cancel(const lpc::runtime::CancelRequest&) override { call(); }
    void cancel_resting(std::uint64_t) override { call(); }
    void take_over(const lpc::runtime::TakeoverRequest&) override { call(); }
    void cover_deficit(std::uint64_t, std::uint32_t, std::int64_t) override { call(); }

    // Every order is filled whole, as soon as it comes.
    std::int64_t position(std::uint64_t account, std::int64_t told_by) const {
        std::int64_t lots = 100 * static_cast<std::int64_t>(account);
        for (const auto& [id, filled] : orders) {
            if (filled.order.account == account && filled.second + delay <= told_by)
                lots += filled.order.lots;
        }
        return lots;
    }
    std::int64_t delay = 0;
};

// One stage, for a liquidator; the engine closes out by itself.
lpc::runtime::Config rules() {
    lpc::runtime::Config config = lpc::test::plain_config();
    config.stages.resize(1);
    return config;
}

struct Code {
    Code() {
        cache.emplace(*lpc::runtime::PluginCache::open(folder.path()));
        image = *lpc::runtime::PluginLibrary::load(LPC_BINARY_DIR "/plugins/twap.so", *cache);
    }
    lpc::TemporaryFolder folder = lpc::TemporaryFolder::make().value();
    std::optional<lpc::runtime::PluginCache> cache;
    std::shared_ptr<const lpc::runtime::PluginImage> image;
};

// One life of the engine's process.
class Engine {
  public:
    Engine(const Code& code, MemoryDisk& disk, Venue& venue)
        : folder_(std::make_shared<MemoryFolder>(disk)), venue_(venue), code_(code) {
        const lpc::journal::Options options{.durability = lpc::journal::Durability::write};
        const bool born = disk.files().empty();
        writer_.emplace(
            std::move(*(born ? lpc::journal::Writer::create(folder_, options)
                             : lpc::journal::Writer::open_for_append(folder_, options))));
        snapshots_.emplace(std::move(*lpc::journal::SnapshotWriter::open(folder_)));
        if (!born) look_back();
        recorder_.emplace(*writer_, past_.get());
        runtime_.emplace([this](const auto&) { return code_of(); }, *recorder_,
                         [](int, const std::string&) {});
        if (snapshot_) must(runtime_->restore(snapshot_->state));
        must(recorder_->go_through_past(*runtime_));
        if (!runtime_->configured()) {
            open();
        } else {
            must(recorder_->release(*runtime_, lpc::runtime::ports_of(venue_)));
        }
    }

    bool from_snapshot() const { return snapshot_.has_value(); }
    std::uint64_t fingerprint() const { return writer_->fingerprint(); }
    std::int64_t next_second() const { return runtime_->state().now_ns / kSecond + 1; }

    void live_through(std::int64_t second) {
        venue_.now = second;
        for (const auto& [id, filled] : venue_.orders) {
            if (filled.second + venue_.delay == second) tell_fill(filled.order);
        }
        tell(fact({.instrument = kPerpetual}, lpc_fact_volume{second * 150, 0}));
        for (std::uint64_t account = 1; account <= kAccounts; ++account) {
            tell_position(account, second);
            tell(fact({.account = account, .instrument = kPerpetual, .code = LPC_CLOSEOUT_ACCEPTED},
                      lpc_fact_closeout{0, 940, 980, 0}));
        }
        must(recorder_->submit(*runtime_, lpc::runtime::encode_turn(second * kSecond)));
    }
    // The runtime survives a port that throws, but this engine does not.
    void let_go() {
        const lpc::Status done = recorder_->release(*runtime_, lpc::runtime::ports_of(venue_));
        if (!runtime_->poisoned().empty()) throw Killed{};
        must(done);
    }
    void commit() { must(writer_->commit()); }
    void take_snapshot() { must(recorder_->snapshot(*runtime_, *snapshots_)); }

  private:
    static void must(const lpc::Status& status) {
        BOOST_REQUIRE_MESSAGE(status, status.error().message);
    }
    lpc::Result<lpc::runtime::PluginCode> code_of() const {
        const auto& image = code_.image;
        return lpc::runtime::PluginCode{
            image->table, {image->id, image->version, image->sha256}, image};
    }
    void look_back() {
        auto found = lpc::journal::read_snapshots(*folder_);
        BOOST_REQUIRE(found);
        if (!found->empty()) snapshot_ = std::move(found->front());
        auto past = lpc::journal::Past::open(folder_, *writer_, snapshot_ ? &*snapshot_ : nullptr);
        BOOST_REQUIRE_MESSAGE(past, past.error().message);
        past_ = std::move(*past);
    }
    void open() {
        must(recorder_->submit(*runtime_, lpc::runtime::encode_configure(rules())));
        must(recorder_->submit(
            *runtime_, lpc::runtime::encode_attach({"first", code_.image->sha256, "twap.so", {}})));
        tell(fact(
            {.instrument = kPerpetual, .code = LPC_INSTRUMENT_LINEAR, .reason = LPC_TRADING_OPEN},
            lpc_fact_instrument{0, 1, 0, 0, kMoney}));
        tell(fact({.instrument = kPerpetual, .code = LPC_PRICE_FIT},
                  lpc_fact_price{985, 985, 0, 0}));
        for (std::uint64_t account = 1; account <= kAccounts; ++account) {
            tell(fact({.account = account, .instrument = kMoney}, lpc_fact_balance{6'000}));
            tell_position(account, 0);
        }
    }
    void tell(const lpc_fact& said) {
        must(recorder_->submit(*runtime_, lpc::runtime::encode_fact(said)));
    }
    void tell_position(std::uint64_t account, std::int64_t second) {
        const std::int64_t lots = venue_.position(account, second);
        tell(fact({.account = account, .instrument = kPerpetual},
                  lpc_fact_position{lots, lots * 1'000, 0, 0, 0}));
    }
    void tell_fill(const OrderRequest& order) {
        const auto done = static_cast<std::uint64_t>(std::llabs(order.lots));
        tell(fact({.account = order.account, .instrument = kPerpetual},
                  lpc_fact_fill{order.order, done, order.price, order.lots, 0}));
        tell(fact({.account = order.account, .instrument = kPerpetual, .code = LPC_ORDER_DONE},
                  lpc_fact_order{order.order, 0, order.price, 0, order.lots}));
    }

    std::shared_ptr<MemoryFolder> folder_;
    Venue& venue_;
    const Code& code_;
    std::optional<lpc::journal::Writer> writer_;
    std::optional<lpc::journal::SnapshotWriter> snapshots_;
    std::optional<lpc::journal::Snapshot> snapshot_;
    std::unique_ptr<lpc::journal::Past> past_;
    std::optional<lpc::journal::Recorder> recorder_;
    std::optional<lpc::runtime::Runtime> runtime_;
};

struct Course {
    std::uint64_t fingerprint = 0, lives = 0, repeated = 0, from_snapshot = 0;
    std::map<std::uint64_t, Venue::Filled> orders;
};

// Where a life of the engine ends. The venue's calls may kill it too, in the middle of a release.
enum class Death { while_told, before_commit, before_release, after_release, never };

Course live(const Code& code, std::int64_t delay, Random* trouble) {
    MemoryDisk disk;
    Venue venue;
    venue.delay = delay;
    Course course;
    for (bool over = false; !over;) {
        ++course.lives;
        venue.calls_to_death = -1;
        try {
            Engine engine(code, disk, venue);
            course.from_snapshot += engine.from_snapshot() ? 1u : 0u;
            for (std::int64_t s = engine.next_second(); s <= kLastSecond; ++s) {
                const auto death = trouble == nullptr || trouble->below(4) != 0
                                       ? Death::never
                                       : static_cast<Death>(trouble->below(5));
                engine.live_through(s);
                if (death == Death::while_told || death == Death::before_commit) throw Killed{};
                if (death == Death::before_release) engine.commit();
                if (death == Death::before_release) throw Killed{};
                if (trouble != nullptr && trouble->below(8) == 0)
                    venue.calls_to_death = static_cast<int>(trouble->below(3));
                engine.let_go();
                venue.calls_to_death = -1;
                if (death == Death::after_release) throw Killed{};
                if (trouble != nullptr && trouble->below(5) == 0) engine.take_snapshot();
            }
            course.fingerprint = engine.fingerprint();
            over = true;
        } catch (const Killed&) {
        }
        disk.locked = false;
    }
    course.orders = venue.orders;
    course.repeated = venue.repeated;
    return course;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(an_engine_that_is_killed_at_any_moment)

BOOST_AUTO_TEST_CASE(goes_on_from_snapshot_and_journal_as_if_nothing_had_happened) {
    const Code code;
    std::uint64_t lives = 0, repeated = 0, from_snapshot = 0;
    for (const std::int64_t delay : {1, 2, 7}) {
        const Course undisturbed = live(code, delay, nullptr);
        BOOST_TEST(undisturbed.orders.size() > 10u);
        BOOST_TEST(undisturbed.repeated == 0u);
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            BOOST_TEST_CONTEXT("answers after " << delay << " s, seed " << seed) {
                Random trouble(seed);
                const Course course = live(code, delay, &trouble);
                BOOST_TEST(course.fingerprint == undisturbed.fingerprint);
                BOOST_TEST(course.orders.size() == undisturbed.orders.size());
                for (const auto& [id, filled] : undisturbed.orders) {
                    const auto found = course.orders.find(id);
                    BOOST_REQUIRE(found != course.orders.end());
                    BOOST_TEST(found->second.order.lots == filled.order.lots);
                    BOOST_TEST(found->second.second == filled.second);
                }
                lives += course.lives;
                repeated += course.repeated;
                from_snapshot += course.from_snapshot;
            }
        }
    }
    BOOST_TEST(lives > 1'000u);
    BOOST_TEST(repeated > 20u);  // the last commit's calls come again, and nobody minds
    BOOST_TEST(from_snapshot > 200u);
}

BOOST_AUTO_TEST_SUITE_END()
