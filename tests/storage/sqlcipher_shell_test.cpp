// The file is a standard SQLCipher 4 database: the project's own shell, built by somebody else over another crypto
// library, opens it with the raw key.

#include <doctest/doctest.h>
#include <stdio.h>

#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/support/outside.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  char buffer[4'096];
  while (const std::size_t got = ::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
  ::pclose(pipe);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

std::string ask(const std::string& shell, const std::filesystem::path& file, const Key& key, const std::string& sql) {
  return output_of(shell + " -batch " + file.string() + " \"PRAGMA key = \\\"x'" + to_hex(key) + "'\\\"\" \"" + sql +
                   "\" 2>&1");
}

}  // namespace

TEST_CASE("the sqlcipher shell opens the file with the raw key, also while we run, and with no other") {
  const std::string shell = output_of((test::source_directory() / "tests/support/sqlcipher_shell.sh").string());
  REQUIRE_MESSAGE(!shell.empty(), "no sqlcipher shell of version 4 could be had");
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  test.add_agent(workspace, "db-1");
  const auto file = test.directory.path() / "connlog.db";
  CHECK(ask(shell, file, test.keys.database_key(), "SELECT name FROM subject WHERE kind = 'agent'") == "ok\ndb-1");
  test.close();
  CHECK(ask(shell, file, test.keys.database_key(), "SELECT name FROM subject WHERE kind = 'agent'") == "ok\ndb-1");
  CHECK(ask(shell, file, test.keys.database_key(), "PRAGMA cipher_integrity_check") == "ok");
  CHECK(ask(shell, file, test.keys.database_key(), "PRAGMA integrity_check") == "ok\nok");
  CHECK(ask(shell, file, test.keys.database_key(),
            "PRAGMA page_size; PRAGMA auto_vacuum; PRAGMA application_id; PRAGMA journal_mode") ==
        "ok\n4096\n2\n1129204807\nwal");
  Key wrong = test.keys.database_key();
  wrong[31] ^= 1;
  CHECK(ask(shell, file, wrong, "SELECT name FROM subject WHERE kind = 'agent'").find("file is not a database") != std::string::npos);
  // And what the shell writes we read.
  CHECK(ask(shell, file, test.keys.database_key(), "UPDATE subject SET name = 'db-2' WHERE kind = 'agent'") == "ok");
  REQUIRE(test.open());
  const auto subjects =
      test.read<std::vector<Subject>>([&](Snapshot& s) { return test->subjects().list(s, workspace.id); });
  REQUIRE(subjects.size() == 1);
  CHECK(subjects[0].name == "db-2");
}

TEST_CASE("a shell that comes and goes while we run leaves us our log, also after a schema was copied") {
  const std::string shell = output_of((test::source_directory() / "tests/support/sqlcipher_shell.sh").string());
  REQUIRE(!shell.empty());
  std::vector<EmbeddedMigration> migrations(embedded_migrations().begin(), embedded_migrations().end());
  TestStorage test;
  test.add_workspace("first");
  for (const bool migrate : {false, true}) {
    CAPTURE(migrate);
    test.close();
    if (migrate) migrations.push_back({9001, "9001_more", "CREATE TABLE extra (n BIGINT)"});
    storage::StorageOptions settings;
    settings.migrations = migrations;
    auto held = storage::DataDirectory::open(test.directory.path());
    REQUIRE(held);
    auto opened = storage::Storage::open(std::move(*held), test.keys, settings, test.clock, test.random);
    REQUIRE(opened);
    const auto put = [&](const std::string& key) {
      return (*opened)
          ->stores()
          .write([&](Transaction& tx) { return (*opened)->settings().put(tx, key, "v"); })
          .has_value();
    };
    REQUIRE(put("before"));
    const auto log = test.directory.path() / "connlog.db-wal";
    const auto size = std::filesystem::file_size(log);
    // The last one to leave moves the log into the file and deletes it. The shell must see that it is not the last.
    CHECK(ask(shell, test.directory.path() / "connlog.db", test.keys.database_key(), "SELECT COUNT(*) FROM setting") !=
          "");
    REQUIRE(std::filesystem::exists(log));
    CHECK(std::filesystem::file_size(log) == size);
    CHECK(put("after"));
    CHECK(ask(shell, test.directory.path() / "connlog.db", test.keys.database_key(),
              "SELECT key FROM setting WHERE key = 'after'") == "ok\nafter");
  }
}
