// What the appliance finds about its own parts: incidents of its own, letters to administrators, nothing twice.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/alert_world.h"

using namespace connlog;

namespace {

const PartFinding kExpired{AppliancePart::certificate, State::down, "The certificate expired. Renew it."};
const PartFinding kShortOfRoom{AppliancePart::disk, State::degraded, "90 MiB are left."};

struct OwnHealth {
  AlertWorld world;

  OwnHealth() {
    REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
      world.owner.appliance_administrator = true;
      return world.storage->users().update(tx, world.owner);
    }));
  }

  void look(std::vector<PartFinding> findings) { REQUIRE(world.services->health.look(std::move(findings))); }

  std::vector<Incident> incidents(IncidentStore::Filter::State state) {
    std::vector<Incident> found;
    IncidentStore::Filter filter;
    filter.state = state;
    REQUIRE(world.storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
      found = TRY(world.storage->incidents().list(snapshot, appliance_workspace(), filter));
      return {};
    }));
    return found;
  }
  std::vector<Incident> open() { return incidents(IncidentStore::Filter::State::open); }

  std::vector<std::string> letters() {
    std::vector<std::string> headlines;
    REQUIRE(world.storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
      const auto posted = TRY(world.storage->letters().list(snapshot, 100));
      for (const PostedLetter& letter : posted) {
        if (letter.kind == "appliance_health") headlines.push_back(letter.headline);
      }
      return {};
    }));
    std::reverse(headlines.begin(), headlines.end());  // oldest first
    return headlines;
  }

  std::size_t readings() {
    std::size_t count = 0;
    REQUIRE(world.storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
      const auto all = TRY(world.storage->readings().range(snapshot, appliance_workspace(), appliance_subject(),
                                                           Instant{1}, world.clock.now() + seconds(1)));
      count = all.size();
      return {};
    }));
    return count;
  }
};

}  // namespace

TEST_CASE("a part of the appliance that is down opens an incident, and its recovery ends it") {
  OwnHealth health;
  health.look({});
  CHECK(health.open().empty());
  health.world.pass(seconds(10));
  health.look({kExpired});
  const auto open = health.open();
  REQUIRE(open.size() == 1);
  CHECK(open[0].part_text == "certificate");
  CHECK(open[0].severity == Severity::critical);
  CHECK(open[0].summary.find("Renew it.") != std::string::npos);
  CHECK(health.letters() == std::vector<std::string>{"connlog needs you: certificate"});
  health.world.pass(seconds(10));
  health.look({});
  CHECK(health.open().empty());
  CHECK(health.letters() ==
        std::vector<std::string>{"connlog needs you: certificate", "connlog is well again: certificate"});
}

TEST_CASE("each part of the appliance has an incident of its own") {
  OwnHealth health;
  health.look({kExpired, kShortOfRoom});
  CHECK(health.open().size() == 2);
  health.world.pass(seconds(10));
  health.look({kShortOfRoom});
  const auto open = health.open();
  REQUIRE(open.size() == 1);
  CHECK(open[0].part_text == "disk");
  CHECK(open[0].severity == Severity::warning);
}

TEST_CASE("a part that gets worse is told of as one trouble, and ends once") {
  OwnHealth health;
  health.look({kShortOfRoom});
  health.world.pass(seconds(10));
  health.look({{AppliancePart::disk, State::down, "10 MiB are left."}});
  REQUIRE(health.open().size() == 1);
  CHECK(health.open()[0].severity == Severity::critical);
  health.world.pass(seconds(10));
  health.look({});
  CHECK(health.letters() == std::vector<std::string>{"connlog needs you: disk", "connlog is well again: disk"});
}

TEST_CASE("while nothing changes about the appliance, nothing is written") {
  OwnHealth health;
  health.look({kExpired});
  const std::size_t before = health.readings();
  for (int round = 0; round < 5; ++round) {
    health.world.pass(seconds(10));
    health.look({kExpired});
  }
  CHECK(health.readings() == before);

  health.look({kShortOfRoom});
  const std::size_t with_disk = health.readings();
  for (int free = 5; free > 0; --free) {
    health.world.pass(seconds(10));
    health.look({{AppliancePart::disk, State::degraded, std::to_string(free) + "00 MiB are left."}});
  }
  CHECK(health.readings() == with_disk);
}

TEST_CASE("a restart of the appliance opens no second incident and sends no second letter") {
  OwnHealth health;
  health.look({kExpired});
  health.world.restart(seconds(60));
  health.look({kExpired});
  CHECK(health.open().size() == 1);
  CHECK(health.letters().size() == 1);
  health.world.pass(seconds(10));
  health.look({});
  CHECK(health.open().empty());
}

TEST_CASE("the appliance's subject is in no workspace of people") {
  OwnHealth health;
  health.look({kExpired});
  CHECK(health.world.incidents().empty());
  CHECK(health.world.services->subject_directory.list(health.world.workspace.id).empty());
  REQUIRE(health.world.storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
    const auto workspaces = TRY(health.world.storage->workspaces().all(snapshot));
    for (const Workspace& workspace : workspaces) CHECK(workspace.id != appliance_workspace());
    return {};
  }));
}

TEST_CASE("a part that comes and goes is told of once a day, and its end once") {
  OwnHealth health;
  for (int round = 0; round < 5; ++round) {
    health.look({kExpired});
    health.world.pass(seconds(10));
    health.look({});
    health.world.pass(seconds(10));
  }
  CHECK(health.letters() ==
        std::vector<std::string>{"connlog needs you: certificate", "connlog is well again: certificate"});
}

TEST_CASE("what the appliance says of itself passes the stages and reaches the administrators, whatever is muted") {
  OwnHealth health;
  Quiet mute;
  mute.id = QuietId::make(health.world.clock.now(), health.world.storage.random);
  mute.workspace = appliance_workspace();
  mute.kind = QuietKind::mute;
  mute.name = mute.reason = "everything";
  mute.matchers = {QuietMatcher{}};
  mute.starts_at = health.world.clock.now() - seconds(60);
  mute.ends_at = health.world.clock.now() + seconds(86'400);
  health.world.services->quiet_book.put(mute);
  health.look({kExpired});
  const auto open = health.open();
  REQUIRE(open.size() == 1);
  CHECK(health.letters() == std::vector<std::string>{"connlog needs you: certificate"});
  const auto row = health.world.storage.read<std::optional<TellingRow>>([&](Snapshot& snapshot) {
    return health.world.storage->tellings().find(snapshot, appliance_workspace(), open[0].id);
  });
  REQUIRE(row.has_value());
  CHECK(row->phase == TellingPhase::told);
  CHECK(row->text.find("the administrators, by letter") != std::string::npos);
  CHECK(row->told_at.is_set());
}
