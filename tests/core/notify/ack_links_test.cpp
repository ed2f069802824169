// Links with which a mail's reader acknowledges: numbers, time, who may, what a link does and what it cannot do.
#include "core/notify/ack_links.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "core/notify/ack_offer.h"
#include "core/watch/incident_service.h"
#include "tests/core/notify/outbox_fixture.h"

using namespace connlog;
using namespace connlog::test;
using namespace std::chrono_literals;

namespace {

struct AckWorld : OutboxFixture {
  IncidentService incident_service{storage->incidents(), storage->subjects(), storage->audit(),
                                   storage.clock,        storage.random,      bus};
  Notify notify{needs};
  AckLinks links{AckLinks::Parts{storage->ack_links(), storage->outbox(), storage->recipients(), announcements,
                                 incident_service, notify, storage->audit(), storage.keys, storage.clock}};

  // A mail that was sent just now.
  Notification sent(const Recipient& to, Announcement::Kind kind = Announcement::Kind::incident_opened) {
    return mark_sent(queue(to, kind));
  }
  Notification mark_sent(Notification row) {
    row.state = Notification::State::sent;
    row.sent_at = storage.clock.now();
    row.attempts = 1;
    storage.write([&](Transaction& tx) { return storage->outbox().update(tx, row); });
    return row;
  }
  std::string token(const Notification& row) const { return ack_token(storage.keys, row.workspace, row.id); }
  int right(const Notification& row) const {
    const AckNumbers numbers = ack_numbers(storage.keys, row.workspace, row.id);
    return numbers.numbers[numbers.right];
  }
  int wrong(const Notification& row) const {
    const AckNumbers numbers = ack_numbers(storage.keys, row.workspace, row.id);
    return numbers.numbers[(numbers.right + 1) % 3];
  }
  AckAnswered answer(const std::string& with, int number) {
    AckAnswered out;
    storage.write([&](Transaction& tx) -> Result<void> {
      out = TRY(links.answer(tx, with, number, "192.0.2.9"));
      return {};
    });
    return out;
  }
  AckAnswered answer(const Notification& row, int number) { return answer(token(row), number); }
  AckLooked look(const std::string& with) {
    return storage.read<AckLooked>([&](Snapshot& snapshot) { return links.look(snapshot, with); });
  }
  Incident stored(const Incident& which) {
    return *storage.read<std::optional<Incident>>(
        [&](Snapshot& snapshot) { return storage->incidents().find(snapshot, workspace.id, which.id); });
  }
  void change(const Incident& changed) {
    storage.write([&](Transaction& tx) { return storage->incidents().update(tx, changed); });
  }
  bool has_row(const Notification& row) {
    return storage
        .read<std::optional<AckLinkState>>(
            [&](Snapshot& snapshot) { return storage->ack_links().find(snapshot, workspace.id, row.id); })
        .has_value();
  }
  std::vector<TrailEntry> trail() {
    return storage.read<std::vector<TrailEntry>>(
        [&](Snapshot& snapshot) { return storage->trails().after(snapshot, Trail::workspace, 0, 100); });
  }
};

}  // namespace

// ── Tokens and numbers ──

TEST_CASE("three different numbers of two digits, the same each time, and the right one stands anywhere") {
  AckWorld world;
  std::array<int, 3> places{};
  for (int n = 0; n < 3'000; ++n) {
    const auto id = NotificationId::make(world.storage.clock.now(), world.storage.random);
    const AckNumbers numbers = ack_numbers(world.storage.keys, world.workspace.id, id);
    const AckNumbers again = ack_numbers(world.storage.keys, world.workspace.id, id);
    REQUIRE(numbers.numbers == again.numbers);
    REQUIRE(numbers.right == again.right);
    REQUIRE(numbers.right < 3);
    REQUIRE(std::set<int>(numbers.numbers.begin(), numbers.numbers.end()).size() == 3);
    for (const int number : numbers.numbers) {
      REQUIRE(number >= 10);
      REQUIRE(number <= 99);
    }
    ++places[numbers.right];
  }
  for (const int times : places) {
    CHECK(times > 850);
    CHECK(times < 1'150);
  }
}

TEST_CASE("a token names its notification, and nobody makes one without the key") {
  AckWorld world;
  const Notification row = world.sent(world.mail);
  const std::string token = world.token(row);
  const auto name = parse_ack_token(world.storage.keys, token);
  REQUIRE(name);
  CHECK(name->notification == row.id);
  CHECK(name->workspace == row.workspace);
  for (const std::size_t at : {std::size_t{4}, std::size_t{40}, token.size() - 1}) {
    std::string changed = token;
    changed[at] = changed[at] == 'a' ? 'b' : 'a';
    CHECK_FALSE(parse_ack_token(world.storage.keys, changed));
  }
  CHECK_FALSE(parse_ack_token(world.storage.keys, ""));
  CHECK_FALSE(parse_ack_token(world.storage.keys, token + "0"));
  Key other{};
  other[0] = 7;
  CHECK_FALSE(parse_ack_token(Keyring::from_database_key(other), token));
}

TEST_CASE("a mail of an opening offers a link, and nothing else does") {
  AckWorld world;
  const Notification row = world.queue(world.mail);
  const Announcement opened = world.told(Announcement::Kind::incident_opened);
  const auto offer = ack_offer(world.storage.keys, row, opened, "https://monitor.example.com");
  REQUIRE(offer);
  CHECK(offer->url == "https://monitor.example.com/ack#token=" + world.token(row));
  CHECK(offer->number == std::to_string(world.right(row)));
  CHECK_FALSE(ack_offer(world.storage.keys, row, world.told(Announcement::Kind::incident_resolved), "https://m"));
  CHECK_FALSE(ack_offer(world.storage.keys, row, world.told(Announcement::Kind::test), "https://m"));
  Announcement news = world.told(Announcement::Kind::reminder);
  CHECK(ack_offer(world.storage.keys, row, news, "https://m"));
  news.facts.emplace_back(kFactAcknowledgedBy, "Ada");
  CHECK_FALSE(ack_offer(world.storage.keys, row, news, "https://m"));
  Announcement over = world.told(Announcement::Kind::group);
  over.recovered = over.incidents;
  CHECK_FALSE(ack_offer(world.storage.keys, row, over, "https://m"));
  Notification hook = row;
  hook.channel = "webhook";
  CHECK_FALSE(ack_offer(world.storage.keys, hook, opened, "https://m"));
}

// ── What a link does ──

TEST_CASE("the right number acknowledges, once, for a time, in the name of its reader") {
  AckWorld world;
  const Notification row = world.sent(world.mail);
  const AckAnswered done = world.answer(row, world.right(row));
  CHECK_FALSE(done.refusal);
  CHECK(done.acknowledged == 1);
  CHECK(done.already == 0);
  CHECK(done.until == world.storage.clock.now() + 8h);
  const Incident incident = world.stored(world.incident);
  CHECK(incident.acknowledged_by == "the reader of " + world.mail.name + ", by mail");
  CHECK(incident.acknowledged_until == done.until);
  CHECK(world.timeline_count("acknowledged") == 1);
  const auto trail = world.trail();
  REQUIRE(trail.size() >= 2);
  CHECK(trail[trail.size() - 2].act == "incident.link_used");
  CHECK(trail.back().act == "incident.acknowledged");
  CHECK(trail.back().address == "192.0.2.9");
  CHECK(world.answer(row, world.right(row)).refusal == AckRefusal::ack_over);
  CHECK(world.look(world.token(row)).refusal == AckRefusal::ack_over);
}

TEST_CASE("a wrong number acknowledges nothing and ends the link, which is said in the trail") {
  AckWorld world;
  const Notification row = world.sent(world.mail);
  CHECK(world.answer(row, world.wrong(row)).refusal == AckRefusal::ack_wrong);
  CHECK(world.trail().back().act == "incident.link_ended");
  CHECK(world.answer(row, world.right(row)).refusal == AckRefusal::ack_over);
  CHECK_FALSE(world.stored(world.incident).acknowledged_at.is_set());
  CHECK(world.timeline_count("acknowledged") == 0);
}

TEST_CASE("looking changes nothing, however often, and says what the mail said") {
  AckWorld world;
  const Notification row = world.sent(world.mail);
  for (int n = 0; n < 50; ++n) {
    const AckLooked looked = world.look(world.token(row));
    REQUIRE_FALSE(looked.refusal);
    CHECK(looked.view.headline == world.incident.summary);
    CHECK(looked.view.recipient_shown == "ops@example.com");
    CHECK(looked.view.incidents == 1);
    CHECK(std::ranges::count(looked.view.numbers, world.right(row)) == 1);
  }
  CHECK_FALSE(world.has_row(row));
  CHECK(world.answer(row, world.right(row)).acknowledged == 1);
}

TEST_CASE("everybody who was told is told who looks after it") {
  AckWorld world;
  const Recipient other = world.storage.add_recipient(world.workspace, "grace@example.com");
  world.sent(other);
  const Notification row = world.sent(world.mail);
  const Recipient stranger = world.storage.add_recipient(world.workspace, "later@example.com");
  REQUIRE(world.answer(row, world.right(row)).acknowledged == 1);
  std::set<std::string> told;
  for (const LoggedDelivery& delivery : world.log()) {
    if (delivery.announcement.fact(kFactAcknowledgedBy).empty()) continue;
    CHECK(delivery.announcement.kind == Announcement::Kind::reminder);
    CHECK_FALSE(delivery.announcement.fact(kFactUntil).empty());
    told.insert(delivery.notification.shown);
  }
  CHECK(told == std::set<std::string>{"ops@example.com", "grace@example.com"});
}

TEST_CASE("a link works for thirty minutes after its mail was sent, and while the mail is on its way") {
  AckWorld world;
  const Notification waiting = world.queue(world.mail);
  world.storage.clock.advance(2h);
  CHECK_FALSE(world.look(world.token(waiting)).refusal);
  const Notification row = world.mark_sent(waiting);
  world.storage.clock.advance(30min - 1s);
  CHECK_FALSE(world.look(world.token(row)).refusal);
  world.storage.clock.advance(1s);
  CHECK(world.look(world.token(row)).refusal == AckRefusal::ack_over);
  CHECK(world.answer(row, world.right(row)).refusal == AckRefusal::ack_over);
  CHECK_FALSE(world.stored(world.incident).acknowledged_at.is_set());
}

TEST_CASE("a link is void when its recipient is gone, switched off, unsubscribed, or has another address") {
  AckWorld world;
  const Notification row = world.sent(world.mail);
  const auto expect_void = [&] {
    CHECK(world.look(world.token(row)).refusal == AckRefusal::ack_void);
    CHECK(world.answer(row, world.right(row)).refusal == AckRefusal::ack_void);
    CHECK_FALSE(world.has_row(row));
  };
  const auto update = [&](const Recipient& changed) {
    world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, changed); });
  };
  Recipient changed = world.mail;
  changed.enabled = false;
  update(changed);
  expect_void();
  changed = world.mail;
  changed.consent = Recipient::Consent::unsubscribed;
  update(changed);
  expect_void();
  changed = world.mail;
  changed.shown = "new@example.com";
  update(changed);
  expect_void();
  world.storage.write(
      [&](Transaction& tx) { return world.storage->recipients().remove(tx, world.workspace.id, world.mail.id); });
  expect_void();
}

TEST_CASE("a link is void once what it told of is over") {
  AckWorld world;
  const Notification row = world.sent(world.mail);
  Incident over = world.incident;
  over.resolved_at = world.storage.clock.now();
  over.resolution = "recovered";
  world.change(over);
  CHECK(world.look(world.token(row)).refusal == AckRefusal::ack_void);
  CHECK(world.answer(row, world.right(row)).refusal == AckRefusal::ack_void);
}

TEST_CASE("a link of several acknowledges what is open of them, says how many, and leaves the rest alone") {
  AckWorld world;
  const Incident second = world.storage.open_incident(world.rule, world.storage.add_agent(world.workspace, "db-2"));
  const Incident ended = world.storage.open_incident(world.rule, world.storage.add_agent(world.workspace, "db-3"));
  const Incident unlisted = world.storage.open_incident(world.rule, world.storage.add_agent(world.workspace, "db-4"));
  Incident taken = world.incident;
  taken.acknowledged_at = world.storage.clock.now();
  taken.acknowledged_by = "Bo";
  world.change(taken);
  Announcement group = world.told(Announcement::Kind::group);
  group.id = AnnouncementId::make(world.storage.clock.now(), world.storage.random);
  group.at = world.storage.clock.now();
  group.incidents = {world.incident.id, second.id, ended.id};
  group.recovered = {ended.id};
  Notification row = world.queue(world.mail);
  row.id = NotificationId::make(world.storage.clock.now(), world.storage.random);
  row.announcement = group.id;
  row.message_id = make_message_id(row.id, world.needs.public_url);
  world.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(world.storage->announcements().insert(tx, group));
    return world.storage->outbox().insert(tx, row);
  });
  // Who was told of one of them alone is told of that one, without what the mail said of the others.
  const Recipient other = world.storage.add_recipient(world.workspace, "grace@example.com");
  Announcement alone = world.told(Announcement::Kind::incident_opened);
  alone.id = AnnouncementId::make(world.storage.clock.now(), world.storage.random);
  alone.at = world.storage.clock.now();
  alone.incidents = {second.id};
  Notification others = row;
  others.id = NotificationId::make(world.storage.clock.now(), world.storage.random);
  others.announcement = alone.id;
  others.recipient = other.id;
  others.message_id = make_message_id(others.id, world.needs.public_url);
  world.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(world.storage->announcements().insert(tx, alone));
    return world.storage->outbox().insert(tx, others);
  });
  CHECK(world.look(world.token(row)).view.incidents == 2);
  const AckAnswered done = world.answer(row, world.right(row));
  CHECK(done.acknowledged == 1);
  CHECK(done.already == 1);
  CHECK(world.stored(second).acknowledged_at.is_set());
  CHECK(world.stored(world.incident).acknowledged_by == "Bo");
  CHECK_FALSE(world.stored(ended).acknowledged_at.is_set());
  CHECK_FALSE(world.stored(unlisted).acknowledged_at.is_set());
  for (const LoggedDelivery& each : world.log()) {
    if (each.announcement.fact(kFactAcknowledgedBy).empty()) continue;
    CHECK(each.announcement.incidents == std::vector<IncidentId>{second.id});
    CHECK(each.announcement.headline == "An incident is acknowledged");
    CHECK(each.announcement.subject.is_nil());
  }
}

TEST_CASE("of many incidents a link acknowledges the fifty most severe, which its mail named") {
  AckWorld world;
  Announcement group = world.told(Announcement::Kind::group);
  group.id = AnnouncementId::make(world.storage.clock.now(), world.storage.random);
  group.at = world.storage.clock.now();
  std::vector<Incident> all;
  for (int n = 0; n < 60; ++n) {
    Incident incident =
        world.storage.open_incident(world.rule, world.storage.add_agent(world.workspace, "h-" + std::to_string(n)));
    incident.severity = n < 20 ? Severity::info : Severity::warning;
    world.change(incident);
    group.incidents.push_back(incident.id);
    all.push_back(incident);
    world.storage.clock.advance(1s);
  }
  std::erase(group.incidents, world.incident.id);
  Notification row = world.queue(world.mail);
  row.id = NotificationId::make(world.storage.clock.now(), world.storage.random);
  row.announcement = group.id;
  row.message_id = make_message_id(row.id, world.needs.public_url);
  world.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(world.storage->announcements().insert(tx, group));
    return world.storage->outbox().insert(tx, row);
  });
  CHECK(world.look(world.token(row)).view.incidents == kAckListedMax);
  CHECK(world.answer(row, world.right(row)).acknowledged == 50);
  int severe = 0, less = 0;
  for (std::size_t n = 0; n < all.size(); ++n)
    (n < 20 ? less : severe) += world.stored(all[n]).acknowledged_at.is_set();
  CHECK(severe == 40);
  CHECK(less == 10);
}
