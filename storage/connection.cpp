#include "storage/connection.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sqlite3.h>

#include "core/base/assert.h"
#include "core/base/secret.h"
#include "storage/damage.h"
#include "storage/disk_trouble.h"

namespace connlog::storage {
namespace {

constexpr int kBusyTimeoutMs = 5'000;   // how long to wait while another program, such as a shell, holds the file
constexpr int kProgressSteps = 20'000;  // instructions of SQLite's virtual machine between two checks of the deadline

// "x'<64 hex digits>'": SQLCipher's form of a raw key, which it uses without deriving another from it.
Secret raw_key(const Key& key) {
  std::string text(2 * key.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), key.data(), key.size());
  text.pop_back();
  Secret hex(std::move(text));
  return Secret(fmt::format("x'{}'", hex.reveal()));
}

// The name by which SQLite reads the file and no log beside it (https://sqlite.org/uri.html).
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const OpenFile& file, Access access) {
  std::unique_ptr<Connection> connection(new Connection);
  const bool alone = access == Access::file_alone;
  const int flags = (access == Access::read_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                    (alone ? SQLITE_OPEN_URI : 0) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const std::string name = alone ? immutable_uri(file.path) : file.path;
  const int code =
      sqlite3_open_v2(name.c_str(), &connection->database_, flags, file.vfs.empty() ? nullptr : file.vfs.c_str());
  if (code != SQLITE_OK) return connection->error(code);
  const Secret key = raw_key(file.key);
  const int keyed = sqlite3_key(connection->database_, key.reveal().data(), static_cast<int>(key.reveal().size()));
  if (keyed != SQLITE_OK) return connection->error(keyed);
  sqlite3_busy_timeout(connection->database_, kBusyTimeoutMs);
  sqlite3_db_config(connection->database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // Otherwise closing the last connection would write to the file, even if the key is wrong.
  sqlite3_db_config(connection->database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_wal_autocheckpoint(connection->database_, 0);
  return connection;
}

Connection::~Connection() {
  forget_statements();
  sqlite3_close_v2(database_);
}

void Connection::forget_statements() {
  for (auto& [literal, cached] : statements_) {
    CONNLOG_ASSERT(!cached.in_use);
    sqlite3_finalize(cached.statement);
  }
  statements_.clear();
}

Result<Statement> Connection::prepare_literal(const char* sql, std::size_t length) {
  Cached& cached = statements_[sql];  // references of an unordered_map stay valid
  const bool nested = cached.in_use;  // the same statement further up the stack
  if (cached.statement == nullptr || nested) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(database_, sql, static_cast<int>(length),
                                        nested ? 0 : SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    if (code != SQLITE_OK) return error(code);
    if (nested) return Statement(*this, prepared, nullptr);
    cached.statement = prepared;
  }
  cached.in_use = true;
  return Statement(*this, cached.statement, &cached.in_use);
}

Result<void> Connection::execute(std::string_view script) {
  const char* rest = script.data();
  const char* const end = script.data() + script.size();
  while (rest < end) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v2(database_, rest, static_cast<int>(end - rest), &prepared, &rest);
    if (code != SQLITE_OK) return error(code);
    if (prepared == nullptr) continue;  // a comment or white space
    int stepped = SQLITE_ROW;
    while (stepped == SQLITE_ROW) stepped = sqlite3_step(prepared);
    if (stepped != SQLITE_DONE) {
      Error trouble = error(stepped, prepared);
      sqlite3_finalize(prepared);
      return trouble;
    }
    sqlite3_finalize(prepared);
  }
  return {};
}

Result<void> Connection::each_row(const std::string& sql, const std::function<void(sqlite3_stmt*)>& each) {
  sqlite3_stmt* prepared = nullptr;
  int code = sqlite3_prepare_v2(database_, sql.c_str(), -1, &prepared, nullptr);
  if (code != SQLITE_OK) return error(code);
  while ((code = sqlite3_step(prepared)) == SQLITE_ROW) each(prepared);
  if (code != SQLITE_DONE) {
    Error trouble = error(code, prepared);
    sqlite3_finalize(prepared);
    return trouble;
  }
  sqlite3_finalize(prepared);
  return {};
}

Result<std::int64_t> Connection::pragma(std::string_view name) {
  return number(fmt::format("PRAGMA {}", name));
}

Result<std::int64_t> Connection::number(const std::string& question) {
  sqlite3_stmt* prepared = nullptr;
  int code = sqlite3_prepare_v2(database_, question.c_str(), -1, &prepared, nullptr);
  if (code != SQLITE_OK) return error(code);
  code = sqlite3_step(prepared);
  if (code != SQLITE_ROW) {
    Error trouble = error(code, prepared);
    sqlite3_finalize(prepared);
    return trouble;
  }
  const std::int64_t value = sqlite3_column_int64(prepared, 0);
  sqlite3_finalize(prepared);
  return value;
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}
std::int64_t Connection::changes() const {
  return sqlite3_changes64(database_);
}

void Connection::set_deadline(const Clock* clock, Monotonic deadline) {
  clock_ = clock;
  deadline_ = deadline;
  if (clock != nullptr) {
    sqlite3_progress_handler(database_, kProgressSteps, &Connection::on_progress, this);
  } else {
    sqlite3_progress_handler(database_, 0, nullptr, nullptr);
  }
}

int Connection::on_progress(void* self) {
  const auto* connection = static_cast<const Connection*>(self);
  return connection->clock_->monotonic() >= connection->deadline_ ? 1 : 0;
}

Error Connection::error(int code, sqlite3_stmt* statement) const {
  const int system_error = database_ == nullptr ? 0 : sqlite3_system_errno(database_);
  const DiskTrouble trouble = disk_trouble(code, system_error);
  std::string cause =
      fmt::format("sqlite {}: {}", code, database_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database_));
  if (code == SQLITE_CONSTRAINT_TRIGGER) {
    std::string_view raised = sqlite3_errmsg(database_);
    if (const std::size_t dot = raised.find('.'); raised.starts_with(kUnknownWordRaised) && dot != raised.npos) {
      const std::string_view table = raised.substr(kUnknownWordRaised.size(), dot - kUnknownWordRaised.size());
      return unknown_word_error(table, raised.substr(dot + 1), {});
    }
  }
  const bool is_damage = (code & 0xff) == SQLITE_CORRUPT;
  if (damage_ && (is_damage || (code & 0xff) == SQLITE_ERROR)) return *damage_;
  if (is_damage && statement != nullptr) {
    const std::vector<std::string> tables = tables_in(sqlite3_sql(statement));
    if (!tables.empty()) {
      Error found = damage_error(tables, cause);
      if (in_transaction()) damage_ = found;
      return found;
    }
  }
  if (trouble.is_set()) {
    trouble_ = trouble.cause;
    cause = fmt::format("{}; {}", trouble.cause, cause);
    const bool is_busy = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
    return Error{ErrorCode::unavailable, trouble.sentence(), {}, cause, is_busy ? 5 : 30};
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return Error{ErrorCode::conflict, "This exists already, or something that it refers to does not.", {}, cause};
    case SQLITE_INTERRUPT:
      return Error{ErrorCode::unavailable, "The question took too long. Ask for less, or try again.", {}, cause, 5};
    case SQLITE_TOOBIG:
      return Error{ErrorCode::too_large, "This is too large for the database.", {}, cause};
    default:
      return Error{ErrorCode::internal, "Something is wrong inside the server. See its log.", {}, cause};
  }
}

Connection& at(const Snapshot& snapshot) {
  CONNLOG_ASSERT(snapshot.inside() != nullptr);
  return static_cast<Connection&>(*snapshot.inside());  // only storage/transaction.h makes them
}

}  // namespace connlog::storage
