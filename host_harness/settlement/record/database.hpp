// An SQLite file and its prepared statements, with failures in a sentence. Private to this room.
// One thread at a time; whoever opens it owns it.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <foundation/status.hpp>
#include <initializer_list>
#include <memory>
#include <string>

namespace lpc::settlement {

class Statement {
  public:
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

    // Binds all parameters, runs to the end, and is ready again. SQLITE_DONE: all is well.
    [[nodiscard]] int run(std::initializer_list<std::int64_t> values);
    // The next row: SQLITE_ROW, or SQLITE_DONE.
    [[nodiscard]] int step() { return sqlite3_step(statement_.get()); }
    [[nodiscard]] std::int64_t column(int at) const {
        return sqlite3_column_int64(statement_.get(), at);
    }

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
  public:
    // Makes the file if it is not there.
    [[nodiscard]] static Result<Database> open(const std::string& path);

    [[nodiscard]] Status run(const std::string& sql);
    [[nodiscard]] Result<Statement> prepare(const char* sql);
    // Of the last call that failed.
    [[nodiscard]] tl::unexpected<Error> failure(const std::string& what) const;

  private:
    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    };
    Database(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}

    std::unique_ptr<sqlite3, Close> database_;
    std::string path_;
};

}  // namespace lpc::settlement
