#include <settlement/record/database.hpp>
#include <utility>

namespace lpc::settlement {

int Statement::run(std::initializer_list<std::int64_t> values) {
    int at = 0;
    for (const std::int64_t value : values) sqlite3_bind_int64(statement_.get(), ++at, value);
    const int result = sqlite3_step(statement_.get());
    sqlite3_reset(statement_.get());
    return result;
}

Result<Database> Database::open(const std::string& path) {
    sqlite3* opened = nullptr;
    const int result = sqlite3_open(path.c_str(), &opened);
    Database database(opened, path);
    if (result != SQLITE_OK) return database.failure("opening it");
    return database;
}

Status Database::run(const std::string& sql) {
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return failure(sql.substr(0, sql.find_first_of("(;")));
    return {};
}

Result<Statement> Database::prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) != SQLITE_OK)
        return failure(sql);
    return Statement(statement);
}

tl::unexpected<Error> Database::failure(const std::string& what) const {
    return fail(path_ + ": " + what + ": " + sqlite3_errmsg(database_.get()));
}

}  // namespace lpc::settlement
