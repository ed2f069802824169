// From the first released schema to the newest: a database with data (tests/golden/schema-0001.sql) keeps all of it.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "storage/database.h"
#include "storage/storage.h"
#include "tests/support/fake_clock.h"
#include "tests/support/outside.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

struct OldAppliance {
  TemporaryDirectory directory;
  FakeClock clock;
  SeededRandom random;
  Keyring keys = Keyring::from_database_key(Key{1});  // the one that the log in the dump is chained with

  OldAppliance() {
    auto held = storage::DataDirectory::open(directory.path());
    REQUIRE(held);
    const storage::OpenFile file{held->database().string(), keys.database_key()};
    auto first = storage::open_database(*held, file, storage::OpenAs{embedded_migrations().first(1), false, clock});
    REQUIRE(first);
    REQUIRE((*first)->execute(test::read_text(test::source_directory() / "tests/golden/schema-0001.sql")));
  }
  Result<void> execute(const std::string& sql) {
    const storage::OpenFile file{(directory.path() / "connlog.db").string(), keys.database_key()};
    auto connection = TRY(storage::open_beside(file, storage::Connection::Access::read_write));
    return connection->execute(sql);
  }
  std::unique_ptr<storage::Storage> open() {
    auto held = storage::DataDirectory::open(directory.path());
    REQUIRE(held);
    auto opened = storage::Storage::open(std::move(*held), keys, {}, clock, random);
    REQUIRE_MESSAGE(opened, opened.error().message, opened.error().cause);
    return std::move(*opened);
  }
};

}  // namespace

TEST_CASE("a database of the first schema comes to the newest with all that it held, and is copied before") {
  OldAppliance old;
  const auto store = old.open();
  const std::int64_t newest = embedded_migrations().back().number;
  CHECK(store->facts()->schema_version == newest);
  CHECK(fs::exists(old.directory.path() / "backups" / fmt::format("connlog-schema-0001-before-{:04}.db", newest)));
  CHECK(store->stores().read([&](Snapshot& snapshot) -> Result<void> {
    const auto workspaces = TRY(store->workspaces().all(snapshot));
    REQUIRE(workspaces.size() == 1);
    const WorkspaceId workspace = workspaces[0].id;
    CHECK(workspaces[0].name == "Acme");
    const auto ada = TRY(store->users().find_by_mail(snapshot, "ada@example.org"));
    REQUIRE(ada);
    CHECK(ada->appliance_administrator);
    const auto agents = TRY(store->agents().list(snapshot, workspace));
    REQUIRE(agents.size() == 1);
    CHECK(agents[0].tags == std::vector<std::string>{"production"});
    const auto rules = TRY(store->rules().list(snapshot, workspace));
    CHECK(rules.size() == 1);
    const auto recipients = TRY(store->recipients().list(snapshot, workspace));
    CHECK(recipients.size() == 1);
    const auto incidents = TRY(store->incidents().list(snapshot, workspace, {}));
    CHECK(incidents.size() == 1);
    const auto kept = TRY(store->settings().get(snapshot, "audit-test"));
    CHECK(kept == "kept");

    const TrailPage page = TRY(store->trails().page(snapshot, {Trail::workspace, workspace, {}}, {}, "", 10));
    REQUIRE(page.entries.size() == 2);
    CHECK(page.entries[0].act == "agent.added");
    CHECK(page.entries[0].from_first_log);
    const auto of_appliance = TRY(store->trails().page(snapshot, {Trail::appliance, {}, {}}, {}, "", 10));
    CHECK(of_appliance.entries.size() == 1);
    return {};
  }));
  const auto report = store->trails().verify(store->stores(), {});
  REQUIRE(report);
  CHECK(report->sound());
  CHECK(report->rows == 3);
}

TEST_CASE("a first log whose end was cut after the upgrade, or whose row was changed, is found") {
  for (const char* sql :
       {"DROP TRIGGER audit_entry_is_not_removed; DELETE FROM audit_entry WHERE sequence = 3",
        "DROP TRIGGER audit_entry_is_not_changed; UPDATE audit_entry SET act = 'x' WHERE sequence = 3"}) {
    CAPTURE(sql);
    OldAppliance old;
    old.open().reset();
    REQUIRE(old.execute(sql));
    const auto store = old.open();
    const auto report = store->trails().verify(store->stores(), {});
    REQUIRE(report);
    CHECK(!report->sound());
  }
}

TEST_CASE("a page goes on from the trail into the first log, and retention takes that too") {
  OldAppliance old;
  const auto store = old.open();
  WorkspaceId workspace;
  CHECK(store->stores().write([&](Transaction& tx) -> Result<void> {
    const auto workspaces = TRY(store->workspaces().all(tx));
    workspace = workspaces.at(0).id;
    Actor actor;
    actor.workspace = workspace;
    return store->audit().append(tx, actor, "agent.changed", "db-1");
  }));
  CHECK(store->stores().read([&](Snapshot& snapshot) -> Result<void> {
    std::string next, seen;
    do {
      const TrailPage page = TRY(store->trails().page(snapshot, {Trail::workspace, workspace, {}}, {}, next, 1));
      for (const TrailEntry& entry : page.entries) seen += entry.act + " ";
      next = page.next;
    } while (!next.empty());
    CHECK(seen == "agent.changed agent.added workspace.created ");
    return {};
  }));
  std::int64_t removed = 0;
  CHECK(store->stores().write([&](Transaction& tx) -> Result<void> {
    removed = TRY(store->trails().prune_first_log(tx, Instant{INT64_MAX}, 2));
    return {};
  }));
  CHECK(removed == 2);
  const auto report = store->trails().verify(store->stores(), {});
  REQUIRE(report);
  CHECK(report->sound());
  CHECK(report->rows == 2);
}
