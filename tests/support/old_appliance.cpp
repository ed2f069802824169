#include "tests/support/old_appliance.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "core/base/log.h"
#include "storage/database.h"
#include "tests/support/give_up.h"

namespace connlog {

using test::give_up;
using test::granted;

namespace fs = std::filesystem;

Rows ask(storage::Connection& connection, const std::string& question) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection.handle(), question.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    give_up(question + ": " + sqlite3_errmsg(connection.handle()));
  Rows rows;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    auto& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      row.emplace_back(text == nullptr ? "NULL" : text);
    }
  }
  if (sqlite3_finalize(statement) != SQLITE_OK) give_up(question + ": " + sqlite3_errmsg(connection.handle()));
  return rows;
}

Columns columns_of(storage::Connection& connection) {
  Columns columns;
  const Rows rows = ask(connection,
                        "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c "
                        "WHERE m.type = 'table' AND m.name <> 'schema_migration' ORDER BY m.name, c.cid");
  for (const auto& row : rows) columns[row[0]].push_back(row[1]);
  return columns;
}

Rows rows_of(storage::Connection& connection, const std::string& table, const std::vector<std::string>& columns) {
  std::string list, order;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    list += (i == 0 ? "quote(" : ", quote(") + columns[i] + ")";
    order += (i == 0 ? "" : ", ") + std::to_string(i + 1);
  }
  return ask(connection, "SELECT " + list + " FROM " + table + " ORDER BY " + order);
}

OldAppliance::OldAppliance() {
  make_development_database(directory.path(), keys);
}

storage::OpenFile OldAppliance::open_file(const std::string& vfs) const {
  return {file().string(), keys.database_key(), vfs};
}

storage::MigrationPlan OldAppliance::plan() const {
  return {embedded_migrations(), file(), directory.path() / "backups"};
}

std::unique_ptr<storage::Connection> OldAppliance::connect() const {
  auto connection = storage::open_beside(open_file(), storage::Connection::Access::read_write);
  if (!connection) give_up(connection.error().message);
  return std::move(*connection);
}

void OldAppliance::run(const std::string& sql) const {
  const auto connection = connect();
  granted(connection->execute(sql));
  granted(connection->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
}

Content OldAppliance::content() const {
  return content(columns_of(*connect()));
}

Content OldAppliance::content(const Columns& columns) const {
  Content content{columns, {}};
  const auto connection = connect();
  for (const auto& [table, names] : columns) content.rows[table] = rows_of(*connection, table, names);
  return content;
}

std::int64_t OldAppliance::version() const {
  const auto version = storage::schema_version(*connect());
  if (!version) give_up(version.error().message);
  return *version;
}

std::string OldAppliance::bytes() const {
  std::ifstream in(file(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void OldAppliance::put_back(const std::string& bytes) const {
  for (const char* beside : {"-wal", "-shm"}) fs::remove(file().string() + beside);
  std::ofstream out(file(), std::ios::binary | std::ios::trunc);
  out << bytes;
}

Result<std::unique_ptr<storage::Storage>> OldAppliance::open(const std::string& vfs) const {
  auto held = TRY(storage::DataDirectory::open(directory.path()));
  storage::StorageOptions options;
  options.commit_window = milliseconds(0);
  options.vfs = vfs;
  return storage::Storage::open(std::move(held), keys, options, clock, random);
}

namespace {

int count_down(unsigned, void* left, void*, void*) {
  if (--*static_cast<std::int64_t*>(left) == 0) ::raise(SIGKILL);
  return 0;
}

}  // namespace

bool OldAppliance::start_killed_at(std::int64_t nth) const {
  const pid_t child = ::fork();
  if (child < 0) give_up("no process");
  if (child == 0) {
    set_log_level(LogLevel::error);
    const auto connection = connect();
    sqlite3_trace_v2(connection->handle(), SQLITE_TRACE_STMT, &count_down, &nth);
    const Result<void> done = storage::migrate(*connection, plan(), clock.now());
    ::_exit(done ? 0 : 1);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) give_up("the process is lost");
  const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  if (!killed && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) give_up("the start was refused");
  return killed;
}

}  // namespace connlog
