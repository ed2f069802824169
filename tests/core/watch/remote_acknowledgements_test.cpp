// Acknowledgements from where messages are read: what is open and in sight is acknowledged once, and everybody who was
// told is told who looks after it.
#include "core/watch/remote_acknowledgements.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/notify/outbox_fixture.h"

namespace connlog {
namespace {

struct World : test::OutboxFixture {
  Notify notify{needs};
  IncidentService service{storage->incidents(), storage->subjects(), storage->audit(),
                          storage.clock,        storage.random,      bus};
  RemoteAcknowledgements remote{storage->incidents(), service, notify};

  std::int64_t acknowledge(const std::vector<IncidentId>& ids, const Actor& who) {
    std::int64_t done = 0;
    storage.write([&](Transaction& tx) -> Result<void> {
      done = TRY(remote.acknowledge(tx, workspace.id, ids, who));
      return {};
    });
    return done;
  }
  static Actor reader() {
    Actor actor;
    actor.name = "the reader of On call, by Pushover";
    return actor;
  }
};

}  // namespace

TEST_CASE("an acknowledgement from elsewhere counts once, and those who were told are told of it") {
  World world;
  world.queue(world.mail);
  const IncidentId gone = IncidentId::make(world.storage.clock.now(), world.storage.random);
  CHECK(world.acknowledge({world.incident.id, gone}, World::reader()) == 1);
  CHECK(world.acknowledge({world.incident.id}, World::reader()) == 0);
  CHECK(world.timeline_count("acknowledged") == 1);
  const auto log = world.log();
  CHECK(std::ranges::count_if(log, [&](const LoggedDelivery& each) {
          return each.announcement.kind == Announcement::Kind::reminder &&
                 each.notification.recipient == world.mail.id &&
                 each.announcement.fact(kFactAcknowledgedBy) == "the reader of On call, by Pushover";
        }) == 1);
}

TEST_CASE("each is told of what it was told of before, and several are numbers without a subject") {
  World world;
  const Recipient other = world.storage.add_recipient(world.workspace, "grace@example.com");
  world.queue(world.mail);
  const Incident first = world.incident;
  const Incident second = world.storage.open_incident(world.rule, world.storage.add_agent(world.workspace, "db-2"));
  world.incident = second;
  world.queue(world.mail);
  world.queue(other);
  CHECK(world.acknowledge({first.id, second.id}, World::reader()) == 2);
  int seen = 0;
  for (const LoggedDelivery& each : world.log()) {
    if (each.announcement.kind != Announcement::Kind::reminder) continue;
    ++seen;
    if (each.notification.recipient == other.id) {
      CHECK(each.announcement.incidents == std::vector<IncidentId>{second.id});
      CHECK(each.announcement.headline == second.summary);
    } else {
      CHECK(each.announcement.incidents.size() == 2);
      CHECK(each.announcement.subject.is_nil());
      CHECK(each.announcement.headline.find("db-2") == std::string::npos);
    }
  }
  CHECK(seen == 2);
}

TEST_CASE("who does not see the subject acknowledges nothing from elsewhere either") {
  World world;
  world.queue(world.mail);
  Actor stranger = World::reader();
  stranger.kind = Actor::Kind::user;
  stranger.sight = {.all = false, .teams = {}};
  CHECK(world.acknowledge({world.incident.id}, stranger) == 0);
  CHECK(world.timeline_count("acknowledged") == 0);
}

TEST_CASE("what is over is not acknowledged from elsewhere") {
  World world;
  world.queue(world.mail);
  world.incident.resolved_at = world.storage.clock.now();
  world.incident.resolution = "recovered";
  world.storage.write([&](Transaction& tx) { return world.storage->incidents().update(tx, world.incident); });
  CHECK(world.acknowledge({world.incident.id}, World::reader()) == 0);
}

}  // namespace connlog
