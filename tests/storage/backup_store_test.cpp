// What the appliance knows of its backups and of their copies.
#include "storage/appliance/backup_store.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/storage/store_checks.h"

using namespace connlog;

namespace {

Backup some_backup(TestStorage& test) {
  Backup backup;
  backup.id = BackupId::make(test.clock.now(), test.random);
  backup.kind = BackupKind::without_history;
  backup.trigger = BackupTrigger::schedule;
  backup.started_at = test.clock.now();
  backup.by = "connlog";
  return backup;
}

std::vector<std::string> names(TestStorage& test, int limit) {
  std::vector<std::string> out;
  for (const Backup& each :
       test.read<std::vector<Backup>>([&](Snapshot& s) { return test->backups().newest(s, limit); }))
    out.push_back(each.name);
  return out;
}

Backup stored(TestStorage& test, BackupId id) {
  return found<Backup>(test, [&](Snapshot& s) { return test->backups().find(s, id); });
}

}  // namespace

TEST_CASE("a backup comes back as it was stored, and as it was changed") {
  TestStorage test;
  Backup backup = some_backup(test);
  test.write([&](Transaction& tx) { return test->backups().add(tx, backup); });
  CHECK(stored(test, backup.id).state == BackupState::running);
  backup.state = BackupState::complete;
  backup.ended_at = backup.started_at + seconds(3);
  backup.name = "connlog-1a2b3c4d-20260101T020000Z-x.clb";
  backup.bytes = INT64_C(5'000'000'000);
  backup.digest.fill(9);
  backup.sealed_key = "s2:0:backup.key:AAAA";
  backup.verified_at = backup.drilled_at = backup.ended_at;
  backup.trouble = "t";
  backup.verify_trouble = "v";
  backup.drill_trouble = "d";
  test.write([&](Transaction& tx) { return test->backups().update(tx, backup); });
  const Backup read = stored(test, backup.id);
  CHECK(read.kind == BackupKind::without_history);
  CHECK(read.trigger == BackupTrigger::schedule);
  CHECK(read.state == BackupState::complete);
  CHECK(read.started_at == backup.started_at);
  CHECK(read.ended_at == backup.ended_at);
  CHECK(read.name == backup.name);
  CHECK(read.bytes == backup.bytes);
  CHECK(read.digest == backup.digest);
  CHECK(read.by == "connlog");
  CHECK(read.sealed_key == backup.sealed_key);
  CHECK(read.verified_at == backup.verified_at);
  CHECK(read.drilled_at == backup.drilled_at);
  CHECK(read.trouble == "t");
  CHECK(read.verify_trouble == "v");
  CHECK(read.drill_trouble == "d");
  const Backup other = some_backup(test);
  CHECK(refused(test, [&](Transaction& tx) { return test->backups().update(tx, other); }) == ErrorCode::not_found);
}

TEST_CASE("backups come newest first, and those of the same moment in a fixed order") {
  TestStorage test;
  for (const char* name : {"first", "second", "third"}) {
    Backup backup = some_backup(test);
    backup.name = name;
    backup.state = BackupState::complete;
    test.write([&](Transaction& tx) { return test->backups().add(tx, backup); });
    test.clock.advance(seconds(60));
  }
  CHECK(names(test, 10) == std::vector<std::string>{"third", "second", "first"});
  CHECK(names(test, 2) == std::vector<std::string>{"third", "second"});
}

TEST_CASE("a copy is stored once for each destination and goes with its backup") {
  TestStorage test;
  Backup backup = some_backup(test);
  backup.state = BackupState::failed;
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->backups().add(tx, backup));
    TRY(test->backups().put_copy(tx, {backup.id, "/mnt/usb", false, test.clock.now(), "The disk is not there."}));
    TRY(test->backups().put_copy(tx, {backup.id, "/mnt/nas", true, test.clock.now(), ""}));
    return test->backups().put_copy(tx, {backup.id, "/mnt/usb", true, test.clock.now(), ""});
  });
  const auto copies = [&] {
    return test.read<std::vector<BackupCopy>>([&](Snapshot& s) { return test->backups().copies(s, backup.id); });
  };
  REQUIRE(copies().size() == 2);
  CHECK(copies()[0].destination == "/mnt/nas");
  CHECK(copies()[1].destination == "/mnt/usb");
  CHECK(copies()[1].is_there);
  CHECK(copies()[1].trouble.empty());
  test.write([&](Transaction& tx) { return test->backups().forget_before(tx, backup.started_at + seconds(1)); });
  CHECK(copies().empty());
  CHECK(refused(test, [&](Transaction& tx) {
          return test->backups().put_copy(tx, {backup.id, "/mnt/usb", true, test.clock.now(), ""});
        }) == ErrorCode::conflict);
}

TEST_CASE("only what was removed or failed is forgotten, and only what is older") {
  TestStorage test;
  const Instant then = test.clock.now();
  for (const BackupState state :
       {BackupState::running, BackupState::complete, BackupState::failed, BackupState::removed}) {
    Backup backup = some_backup(test);
    backup.state = state;
    backup.name = to_text(state);
    test.write([&](Transaction& tx) { return test->backups().add(tx, backup); });
    test.clock.advance(seconds(1));
  }
  test.write([&](Transaction& tx) { return test->backups().forget_before(tx, then); });
  CHECK(names(test, 10).size() == 4);
  test.write([&](Transaction& tx) { return test->backups().forget_before(tx, then + seconds(3)); });
  CHECK(names(test, 10) == std::vector<std::string>{"removed", "complete", "running"});
  test.write([&](Transaction& tx) { return test->backups().forget_before(tx, then + seconds(9)); });
  CHECK(names(test, 10) == std::vector<std::string>{"complete", "running"});
}
