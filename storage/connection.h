// One connection to the database file, opened with its key. It keeps its prepared statements, and turns SQLite's codes
// into errors for people and causes for the log. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "storage/statement.h"

struct sqlite3;

namespace connlog::storage {

struct OpenFile {
  std::string path;
  Key key{};
  std::string vfs = {};  // empty: the system's default
};

class Connection : public SnapshotInside {
 public:
  enum class Access { read_only, read_write, file_alone };  // none creates the file

  // `file_alone` reads the file as it is, without its write-ahead log: it may lack what was written last.
  //
  // Opens and sets the key. Nothing is read yet: whether the key is right shows at the first statement.
  static Result<std::unique_ptr<Connection>> open(const OpenFile& file, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // A statement from the cache, or prepared now. SQL is a literal, so that no text from outside can become SQL.
  template <std::size_t N>
  Result<Statement> prepare(const char (&sql)[N]) {
    return prepare_literal(sql, N - 1);
  }
  // Runs a script of our own that takes no values (pragmas, migrations).
  Result<void> execute(std::string_view script);
  // The first column of the answer to a question of our own that takes no values, as a number.
  Result<std::int64_t> number(const std::string& question);
  // One SELECT of our own that takes no values; `each` reads its columns.
  Result<void> each_row(const std::string& sql, const std::function<void(sqlite3_stmt*)>& each);
  Result<std::int64_t> pragma(std::string_view name);  // the first column of its answer, as a number

  // How an act is refused that asked for one row which was left out for an unknown word. The writer forgets it before
  // each act and gives it in place of "there is no such thing".
  void note_left_out(Error refusal) { left_out_ = std::move(refusal); }
  const std::optional<Error>& left_out() const { return left_out_; }
  void forget_left_out() { left_out_.reset(); }

  bool in_transaction() const;
  std::int64_t changes() const;
  // Finalizes all cached statements, e.g. after the schema changed. None may be in use.
  void forget_statements();

  // After `deadline` statements are interrupted and answer `unavailable`. `clock` nullptr: no limit.
  void set_deadline(const Clock* clock, Monotonic deadline);

  // The error of the last call that failed. `code` is SQLite's, `statement` the one that failed, where it was one.
  //
  // A damaged page makes every later statement of the transaction fail. They all get the error of the first, which
  // names the table, until forget_damage(); called before each transaction.
  Error error(int code, sqlite3_stmt* statement = nullptr) const;
  void forget_damage() { damage_.reset(); }
  // Why the disk refused since the last call of this: "the file system is read-only". Empty: it did not.
  std::string take_trouble() { return std::exchange(trouble_, {}); }
  sqlite3* handle() const { return database_; }

 private:
  friend class Statement;
  Connection() = default;
  Result<Statement> prepare_literal(const char* sql, std::size_t length);
  static int on_progress(void* self);

  struct Cached {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };
  sqlite3* database_ = nullptr;
  std::unordered_map<const char*, Cached> statements_;  // by the literal's address
  const Clock* clock_ = nullptr;
  Monotonic deadline_{};
  std::optional<Error> left_out_;
  mutable std::string trouble_;
  mutable std::optional<Error> damage_;
};

// The connection inside the Snapshot or Transaction that core hands to a store.
Connection& at(const Snapshot& snapshot);

}  // namespace connlog::storage
