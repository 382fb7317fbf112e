#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <bit>
#include <cstdio>
#include <map>
#include <settlement/record/ledger_file.hpp>
#include <tuple>
#include <utility>

namespace lpc::settlement {
namespace {

// "LPCL", in the file's header: that it is ours.
constexpr std::int64_t kApplicationId = 0x4c50434c;
constexpr std::int64_t kFormat = 1;

// Accounts are unsigned numbers and columns are signed: the insurance fund is -1.
std::int64_t column_of(std::uint64_t number) {
    return std::bit_cast<std::int64_t>(number);
}

std::string name_rows() {
    std::string sql =
        "INSERT INTO books VALUES (0,'cash'),(1,'open'),(2,'fees'),(3,'external'),"
        "(4,'deficit'); INSERT INTO events VALUES ";
    for (std::size_t event = 0; event < kEvents; ++event) {
        sql += event == 0 ? "(" : ",(";
        sql += std::to_string(event) + ",'" + name_of(static_cast<Event>(event)) + "')";
    }
    return sql + ";";
}

std::string schema() {
    return "BEGIN;"
           "PRAGMA application_id=" +
           std::to_string(kApplicationId) +
           ";"
           "PRAGMA user_version=" +
           std::to_string(kFormat) +
           ";"
           "CREATE TABLE books (book INTEGER PRIMARY KEY, name TEXT NOT NULL);"
           "CREATE TABLE events (event INTEGER PRIMARY KEY, name TEXT NOT NULL);"
           "CREATE TABLE legs (number INTEGER NOT NULL, leg INTEGER NOT NULL,"
           " event INTEGER NOT NULL, book INTEGER NOT NULL, account INTEGER NOT NULL,"
           " asset INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (number, leg))"
           " WITHOUT ROWID;"
           "CREATE TABLE balances (book INTEGER NOT NULL, account INTEGER NOT NULL,"
           " asset INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (book, account, asset))"
           " WITHOUT ROWID;"
           "CREATE TABLE committed (one INTEGER PRIMARY KEY CHECK (one = 1),"
           " number INTEGER NOT NULL, fingerprint INTEGER NOT NULL);"
           "INSERT INTO committed VALUES (1, 0, 0);"
           "CREATE VIEW told AS SELECT number, leg, events.name AS event, books.name AS book,"
           " account, asset, amount FROM legs JOIN events USING (event) JOIN books USING (book);" +
           name_rows() + "COMMIT;";
}

// Under another name until it is whole, so that there never is half a ledger.
Status make(const std::string& path) {
    const std::string unborn = path + ".new";
    std::remove(unborn.c_str());
    {
        auto database = Database::open(unborn);
        if (!database) return tl::unexpected(database.error());
        if (Status made = database->run(schema()); !made) return made;
    }
    if (std::rename(unborn.c_str(), path.c_str()) != 0)
        return fail(path + ": " + unborn + " cannot be given that name");
    return {};
}

bool is_there(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return false;
    std::fclose(file);
    return true;
}

Result<std::int64_t> number_of(Database& database, const char* sql) {
    auto statement = database.prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    if (statement->step() != SQLITE_ROW) return database.failure(sql);
    return statement->column(0);
}

std::uint64_t fingerprint(std::uint64_t before, const PostedLeg& told) {
    const std::array<std::uint64_t, 6> words{
        told.number,      static_cast<std::uint64_t>(told.event),
        told.leg.account, static_cast<std::uint64_t>(told.leg.book),
        told.leg.asset,   std::bit_cast<std::uint64_t>(told.leg.amount)};
    return XXH3_64bits_withSeed(words.data(), sizeof words, before);
}

}  // namespace

Result<LedgerFile> LedgerFile::open(const std::string& path) {
    if (!is_there(path)) {
        if (Status made = make(path); !made) return tl::unexpected(made.error());
    }
    auto database = Database::open(path);
    if (!database) return tl::unexpected(database.error());
    const auto id = number_of(*database, "PRAGMA application_id");
    const auto format = number_of(*database, "PRAGMA user_version");
    if (!id || !format || *id != kApplicationId || *format != kFormat)
        return fail(path + ": found something else, expected a ledger of record of format " +
                    std::to_string(kFormat));
    if (Status set = database->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"); !set)
        return tl::unexpected(set.error());
    LedgerFile file(std::move(*database), path);
    if (Status prepared = file.prepare(); !prepared) return tl::unexpected(prepared.error());
    return file;
}

Status LedgerFile::prepare() {
    const auto number = number_of(database_, "SELECT number FROM committed");
    const auto print = number_of(database_, "SELECT fingerprint FROM committed");
    if (!number || !print) return tl::unexpected(!number ? number.error() : print.error());
    committed_ = std::bit_cast<std::uint64_t>(*number);
    fingerprint_ = std::bit_cast<std::uint64_t>(*print);
    const std::pair<std::optional<Statement>*, const char*> wanted[] = {
        {&insert_leg_, "INSERT INTO legs VALUES (?, ?, ?, ?, ?, ?, ?)"},
        {&change_balance_,
         "INSERT INTO balances VALUES (?, ?, ?, ?) ON CONFLICT (book, account, asset)"
         " DO UPDATE SET amount = amount + excluded.amount"},
        {&commit_to_, "UPDATE committed SET number = ?, fingerprint = ?"}};
    for (const auto& [statement, sql] : wanted) {
        auto prepared = database_.prepare(sql);
        if (!prepared) return tl::unexpected(prepared.error());
        *statement = std::move(*prepared);
    }
    return {};
}

tl::unexpected<Error> LedgerFile::other_run() const {
    return fail(path_ + ": found other postings up to number " + std::to_string(committed_) +
                " than this run has, expected the ledger of the run that is resumed");
}

// Before the first posting behind those which the file holds.
Status LedgerFile::compare_with_the_past(std::uint64_t next) {
    if (next != told_ + 1)
        return fail(path_ + ": posting " + std::to_string(next) + " was told after " +
                    std::to_string(told_) + ", expected the next one");
    if (told_ == committed_ && told_fingerprint_ != fingerprint_) return other_run();
    return {};
}

Status LedgerFile::write(std::span<const PostedLeg> legs) {
    std::size_t first_new = 0;
    for (const PostedLeg& told : legs) {
        if (told.number != told_) {
            if (Status same = compare_with_the_past(told.number); !same) return same;
            told_ = told.number;
        }
        told_fingerprint_ = fingerprint(told_fingerprint_, told);
        first_new += told.number <= committed_ ? 1 : 0;
    }
    if (first_new == legs.size()) return {};
    if (Status begun = database_.run("BEGIN IMMEDIATE"); !begun) return begun;
    Status written = insert(legs.subspan(first_new));
    if (written) written = database_.run("COMMIT");
    if (!written) {
        (void)database_.run("ROLLBACK");
        return written;
    }
    committed_ = told_;
    fingerprint_ = told_fingerprint_;
    return {};
}

Status LedgerFile::insert(std::span<const PostedLeg> legs) {
    std::map<std::tuple<Book, std::uint64_t, std::uint32_t>, std::int64_t> changes;
    std::uint64_t number = 0;
    std::int64_t at = 0;
    for (const auto& [posting, event, leg] : legs) {
        at = posting == number ? at + 1 : 0;
        number = posting;
        if (insert_leg_->run({column_of(number), at, static_cast<std::int64_t>(event),
                              static_cast<std::int64_t>(leg.book), column_of(leg.account),
                              leg.asset, leg.amount}) != SQLITE_DONE)
            return database_.failure("posting " + std::to_string(number));
        changes[{leg.book, leg.account, leg.asset}] += leg.amount;
    }
    for (const auto& [where, amount] : changes) {
        const auto& [book, account, asset] = where;
        if (change_balance_->run({static_cast<std::int64_t>(book), column_of(account), asset,
                                  amount}) != SQLITE_DONE)
            return database_.failure("a balance");
    }
    if (commit_to_->run({column_of(told_), column_of(told_fingerprint_)}) != SQLITE_DONE)
        return database_.failure("the number of the last posting");
    return {};
}

Status LedgerFile::finish() const {
    return told_ == committed_ && told_fingerprint_ != fingerprint_ ? other_run() : Status{};
}

}  // namespace lpc::settlement
