// Opening, closing and reopening the appliance's database.

#include <doctest/doctest.h>

#include <vector>

#include "tests/support/test_storage.h"

using namespace connlog;

TEST_CASE("a new directory becomes a database with the newest schema") {
  TestStorage storage;
  const auto facts = storage->facts();
  REQUIRE(facts);
  CHECK(facts->schema_version == embedded_migrations().back().number);
  CHECK(std::filesystem::status(storage->directory().database()).permissions() == std::filesystem::perms(0600));
}

TEST_CASE("what was written is there after a restart") {
  TestStorage storage;
  const Workspace workspace = storage.add_workspace();
  const Agent agent = storage.add_agent(workspace, "db-1");
  storage.restart();
  const auto found = storage.read<std::optional<Agent>>(
      [&](Snapshot& s) { return storage->agents().find(s, workspace.id, agent.id); });
  REQUIRE(found);
  CHECK(storage.subject(workspace.id, agent.id).name == "db-1");
  CHECK(found->token_digest == agent.token_digest);
}

TEST_CASE("a closed database is one file without a log") {
  TestStorage storage;
  storage.add_workspace();
  const auto file = storage->directory().database();
  storage.close();
  CHECK(std::filesystem::file_size(file) > 4096);
  const std::filesystem::path log = file.string() + "-wal";
  CHECK((!std::filesystem::exists(log) || std::filesystem::file_size(log) == 0));
}

TEST_CASE("a second process is refused the same directory, in one clear line") {
  TestStorage storage;
  const auto second = connlog::storage::DataDirectory::open(storage.directory.path());
  REQUIRE(!second);
  CHECK(second.error().code == ErrorCode::conflict);
  CHECK(second.error().message.find("in use by another connlog") != std::string::npos);
  storage.close();
  CHECK(connlog::storage::DataDirectory::open(storage.directory.path()));
}
