// A data directory with a database of the nine development steps, and what tests of carrying it over ask of it: its
// content as text, its bytes, starts that succeed, fail or are killed. One thread; start_killed_at() forks, so no other
// thread may run.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/connection.h"
#include "storage/migrations.h"
#include "storage/storage.h"
#include "tests/support/development_database.h"
#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_directory.h"

namespace connlog {

using Rows = std::vector<std::vector<std::string>>;               // values as text, "NULL" where there is none
using Columns = std::map<std::string, std::vector<std::string>>;  // by table

// The answer to a question. Ends the program if the database refuses it.
Rows ask(storage::Connection& connection, const std::string& question);
Columns columns_of(storage::Connection& connection);  // of every table but the runner's record of the steps
// As SQL literals, sorted.
Rows rows_of(storage::Connection& connection, const std::string& table, const std::vector<std::string>& columns);

struct Content {
  Columns columns;
  std::map<std::string, Rows> rows;  // by table
  bool operator==(const Content&) const = default;
};

struct OldAppliance {
  OldAppliance();

  std::filesystem::path file() const { return directory.path() / "connlog.db"; }
  storage::OpenFile open_file(const std::string& vfs = {}) const;
  storage::MigrationPlan plan() const;

  // Beside a start: nothing is carried over. Ends the program if the file does not open.
  std::unique_ptr<storage::Connection> connect() const;
  void run(const std::string& sql) const;  // and leaves an empty log
  Content content() const;
  Content content(const Columns& columns) const;  // of these columns
  std::int64_t version() const;
  std::string bytes() const;
  void put_back(const std::string& bytes) const;  // the file as it was, without a log

  Result<std::unique_ptr<storage::Storage>> open(const std::string& vfs = {}) const;
  // A start as far as the schema, in a process of its own that is killed as it comes to its n-th statement. False: it
  // came to its end.
  bool start_killed_at(std::int64_t nth) const;

  TemporaryDirectory directory;
  FakeClock clock;
  mutable SeededRandom random;
  Keyring keys = development_keys();
};

}  // namespace connlog
