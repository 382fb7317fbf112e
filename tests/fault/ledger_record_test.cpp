// The ledger of record while the process that writes it is killed with SIGKILL, again and again: no
// posting twice, none missing, and the balances are those of the ledger at the committed number.
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <foundation/temporary_folder.hpp>
#include <fstream>
#include <map>
#include <settlement/record/ledger_record.hpp>
#include <tuple>
#include <venue/random.hpp>

using namespace lpc;
using namespace lpc::settlement;

namespace {

constexpr std::uint64_t kAccounts = 40;
using Balances = std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, std::int64_t>;

// A ledger and what happens to it, the same for the same seed.
struct Tape {
    Ledger ledger;
    venue::Random random;

    explicit Tape(std::uint64_t seed) : random(seed) {
        for (const std::uint32_t asset : {1u, 2u}) BOOST_REQUIRE(ledger.open_asset(asset));
        for (std::uint64_t id = 1; id <= kAccounts; ++id) BOOST_REQUIRE(ledger.open_account(id));
    }
    void step() {
        const std::uint64_t from = 1 + random.below(kAccounts);
        const std::uint64_t to =
            random.below(9) == 0 ? kInsuranceFund : 1 + random.below(kAccounts);
        const auto asset = static_cast<std::uint32_t>(1 + random.below(2));
        const std::int64_t amount = random.between(1, 1'000'000);
        const Status done =
            random.below(3) == 0
                ? ledger.deposit(from, asset, amount)
                : ledger.fill({asset, {to, -amount, amount, 7}, {from, amount, 0, -7}});
        BOOST_REQUIRE(done);
    }
    void go_to(std::uint64_t events) {
        while (ledger.events() < events) step();
    }
    Balances balances() const {
        Balances all;
        const auto add = [&](Book book, std::uint64_t account, std::uint32_t asset) {
            if (const std::int64_t amount = ledger.balance(book, account, asset); amount != 0)
                all[{static_cast<std::int64_t>(book), static_cast<std::int64_t>(account), asset}] =
                    amount;
        };
        for (const std::uint32_t asset : {1u, 2u}) {
            for (const Book book : {Book::fees, Book::external, Book::deficit}) add(book, 0, asset);
            for (std::uint64_t id = 0; id <= kAccounts; ++id) {
                const std::uint64_t account = id == 0 ? kInsuranceFund : id;
                add(Book::cash, account, asset);
                add(Book::open, account, asset);
            }
        }
        return all;
    }
};

// What stands in the file, read by SQLite alone.
struct Found {
    std::int64_t committed = 0, first = 0, last = 0, postings = 0, sum = 0, unlike = 0;
    Balances balances;
};

template <class Row>
void each_row(sqlite3* database, const char* sql, Row&& row) {
    sqlite3_stmt* statement = nullptr;
    BOOST_REQUIRE(sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        row([&](int at) { return std::int64_t{sqlite3_column_int64(statement, at)}; });
    sqlite3_finalize(statement);
}

Found look_into(const std::string& path) {
    Found found;
    sqlite3* database = nullptr;
    BOOST_REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    const auto number = [&](const char* sql, std::int64_t& into) {
        each_row(database, sql, [&](auto&& column) { into = column(0); });
    };
    number("SELECT number FROM committed", found.committed);
    number("SELECT min(number) FROM legs", found.first);
    number("SELECT max(number) FROM legs", found.last);
    number("SELECT count(DISTINCT number) FROM legs", found.postings);
    number("SELECT sum(amount) FROM legs", found.sum);
    number(
        "SELECT count(*) FROM (SELECT book, account, asset, sum(amount) FROM legs GROUP BY 1, 2, 3"
        " EXCEPT SELECT * FROM balances)",
        found.unlike);
    each_row(database, "SELECT * FROM balances WHERE amount <> 0", [&](auto&& column) {
        found.balances[{column(0), column(1), column(2)}] = column(3);
    });
    sqlite3_close(database);
    return found;
}

// All laws of a ledger of record, against the ledger at the number that the file is committed to.
void expect_sound(const std::string& path, std::uint64_t seed) {
    const Found found = look_into(path);
    if (found.committed > 0) BOOST_TEST(found.first == 1);
    BOOST_TEST(found.last == found.committed);
    BOOST_TEST(found.postings == found.committed);
    BOOST_TEST(found.sum == 0);
    BOOST_TEST(found.unlike == 0);
    Tape tape(seed);
    tape.go_to(static_cast<std::uint64_t>(found.committed));
    BOOST_TEST((found.balances == tape.balances()));
}

Status record_all(const std::string& path, std::uint64_t seed, std::uint64_t events) {
    LedgerRecord record;
    Tape tape(seed);
    tape.ledger.observe(&record);
    tape.go_to(10);  // before there is a file
    if (Status opened = record.open(path); !opened) return opened;
    while (tape.ledger.events() < events) {
        tape.step();
        record.offer();
    }
    return record.close();
}

// In a second process, which is killed after so long.
void record_and_die(const std::string& path, std::uint64_t seed, useconds_t after_us) {
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        const Status done = record_all(path, seed, 100'000'000);
        ::_exit(done ? 0 : 1);
    }
    ::usleep(after_us);
    ::kill(child, SIGKILL);
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFSIGNALED(status));
}

struct Folder {
    Result<TemporaryFolder> folder = TemporaryFolder::make();
    std::string path = folder.value().path("ledger.sqlite");
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ledger_of_record, Folder)

BOOST_AUTO_TEST_CASE(holds_every_posting_once_and_the_ledgers_balances) {
    BOOST_REQUIRE(record_all(path, 1, 20'000));
    BOOST_TEST(look_into(path).committed == 20'000);
    expect_sound(path, 1);
}

BOOST_AUTO_TEST_CASE(killed_again_and_again_it_holds_no_posting_twice_and_none_is_missing) {
    const char* own = std::getenv("LPC_SEED");
    const std::uint64_t seed = own == nullptr ? 3 : std::strtoull(own, nullptr, 10);
    BOOST_TEST_CONTEXT("LPC_SEED=" << seed) {
        venue::Random random(seed);
        std::int64_t committed = 0;
        for (int i = 0; i < 12; ++i) {
            record_and_die(path, seed, static_cast<useconds_t>(random.between(1'000, 200'000)));
            if (!std::filesystem::exists(path)) continue;  // not even begun
            expect_sound(path, seed);
            BOOST_TEST(look_into(path).committed >= committed);
            committed = look_into(path).committed;
        }
        BOOST_TEST(committed > 0);
        const auto events = static_cast<std::uint64_t>(committed) + 5'000;
        BOOST_REQUIRE(record_all(path, seed, events));
        BOOST_TEST(look_into(path).committed == static_cast<std::int64_t>(events));
        expect_sound(path, seed);
    }
}

BOOST_AUTO_TEST_CASE(what_it_holds_comes_again_as_it_stands_or_nothing_is_written) {
    BOOST_REQUIRE(record_all(path, 1, 5'000));
    const Status other = record_all(path, 2, 6'000);
    BOOST_REQUIRE(!other);
    BOOST_TEST(other.error().message ==
               path +
                   ": found other postings up to number 5000 than this run has, expected the "
                   "ledger of the run that is resumed");
    BOOST_REQUIRE(record_all(path, 1, 4'000));  // stopped before it had come so far again
    BOOST_TEST(look_into(path).committed == 5'000);
    expect_sound(path, 1);
    BOOST_REQUIRE(record_all(path, 1, 5'000));
    BOOST_REQUIRE(record_all(path, 1, 6'000));
    expect_sound(path, 1);
}

BOOST_AUTO_TEST_CASE(another_file_in_its_place_is_refused) {
    std::ofstream(path) << "somebody's notes, long enough to be looked at as a file of SQLite";
    const Status refused = record_all(path, 1, 100);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message ==
               path + ": found something else, expected a ledger of record of format 1");
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_is_said) {
    const Status refused = record_all(folder->path("none/ledger.sqlite"), 1, 100);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message.find("unable to open database file") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
