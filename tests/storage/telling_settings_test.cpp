// What a workspace decides about its messages, and the hours of a recipient's reader, as they are stored.
#include <doctest/doctest.h>

#include "core/watch/telling/telling_settings.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

TellingSettings settings_of(TestStorage& storage, WorkspaceId workspace) {
  return storage.read<TellingSettings>(
      [&](Snapshot& snapshot) { return storage->telling_settings().find(snapshot, workspace); });
}

}  // namespace

TEST_CASE("a workspace that set nothing has the standard, and what it sets is its own") {
  TestStorage storage;
  const Workspace one = storage.add_workspace("one"), two = storage.add_workspace("two");
  CHECK(settings_of(storage, one.id).group_wait_seconds == 30);
  CHECK(settings_of(storage, one.id).group_every_seconds == 300);
  CHECK(settings_of(storage, one.id).workspace == one.id);
  TellingSettings wanted;
  wanted.workspace = one.id;
  wanted.group_wait_seconds = 0;
  wanted.group_every_seconds = 60;
  wanted.host_quiet_minutes = 0;
  wanted.maintenance_counts = true;
  wanted.acknowledge_hours = 24;
  for (std::int64_t version : {2, 3}) {  // inserted, then changed
    wanted.version = version;
    storage.write([&](Transaction& tx) { return storage->telling_settings().put(tx, wanted); });
    const TellingSettings stored = settings_of(storage, one.id);
    CHECK(stored.group_wait_seconds == 0);
    CHECK(stored.group_every_seconds == 60);
    CHECK(stored.host_quiet_minutes == 0);
    CHECK(stored.maintenance_counts);
    CHECK(stored.acknowledge_hours == 24);
    CHECK(stored.version == version);
  }
  CHECK(settings_of(storage, two.id).group_every_seconds == 300);
}

TEST_CASE("a recipient keeps its reader's hours, and those that want the weekly letter are found") {
  TestStorage storage;
  const Workspace workspace = storage.add_workspace();
  Recipient ada = storage.add_recipient(workspace);
  storage.add_recipient(workspace, "bo@example.org");
  const auto stored = [&] {
    return storage
        .read<std::optional<Recipient>>(
            [&](Snapshot& snapshot) { return storage->recipients().find(snapshot, workspace.id, ada.id); })
        .value();
  };
  CHECK(stored().zone == "UTC");
  CHECK(stored().quiet_from == -1);
  CHECK(stored().digest_at == -1);
  ada.zone = "Europe/Berlin";
  ada.quiet_from = 22 * 60;
  ada.quiet_to = 7 * 60;
  ada.digest_at = 7 * 60 + 30;
  ada.weekly = true;
  storage.write([&](Transaction& tx) { return storage->recipients().update(tx, ada); });
  CHECK(stored().zone == "Europe/Berlin");
  CHECK(stored().quiet_from == 22 * 60);
  CHECK(stored().quiet_to == 7 * 60);
  CHECK(stored().digest_at == 7 * 60 + 30);
  const auto weekly = storage.read<std::vector<Recipient>>(
      [&](Snapshot& snapshot) { return storage->recipients().weekly(snapshot); });
  REQUIRE(weekly.size() == 1);
  CHECK(weekly[0].id == ada.id);
}
