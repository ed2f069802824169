// What is told, once for all whom it is told to: the queue, its rows, who may see them, and what comes back.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/notify/retry_schedule.h"
#include "tests/core/notify/outbox_fixture.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using Progress = Notification::State;
using Kind = Announcement::Kind;

struct QueueWorld : test::OutboxFixture {
  int woken = 0;
  std::unique_ptr<Notify> notify;

  QueueWorld() {
    needs.on_queued = [this] { ++woken; };
    notify = std::make_unique<Notify>(needs);
  }

  std::int64_t announce(const Announcement& announcement, const std::vector<Recipient>& recipients) {
    std::int64_t queued = -1;
    storage.write([&](Transaction& tx) -> Result<void> {
      queued = TRY(notify->announce(tx, announcement, recipients));
      return {};
    });
    return queued;
  }
  std::vector<std::string> told_of_incident() {
    const auto recipients = storage.read<std::vector<Recipient>>(
        [&](Snapshot& snapshot) { return notify->told_of(snapshot, workspace.id, incident.id); });
    std::vector<std::string> shown;
    for (const Recipient& recipient : recipients) shown.push_back(recipient.shown);
    std::ranges::sort(shown);
    return shown;
  }
  void change(Recipient recipient, const std::function<void(Recipient&)>& edit) {
    edit(recipient);
    storage.write([&](Transaction& tx) { return storage->recipients().update(tx, recipient); });
  }
  std::optional<Announcement> stored(AnnouncementId id, WorkspaceId of) {
    return storage.read<std::optional<Announcement>>(
        [&](Snapshot& snapshot) { return storage->announcements().find(snapshot, of, id); });
  }
};

// The people of some teams, and an incident's subject that belongs to some of them.
struct TeamWorld : test::OutboxFixture {
  TeamId add_team(const std::string& name) {
    Team team;
    team.id = TeamId::make(storage.clock.now(), storage.random);
    team.workspace = workspace.id;
    team.name = name;
    team.created_at = storage.clock.now();
    storage.write([&](Transaction& tx) { return storage->teams().insert(tx, team); });
    return team.id;
  }
  UserId add_person(const std::string& address, const std::vector<TeamId>& teams) {
    const User user = storage.add_user(address);
    storage.write([&](Transaction& tx) -> Result<void> {
      TRY(storage->workspaces().put_membership(tx, {workspace.id, user.id, Role::member, storage.clock.now()}));
      for (const TeamId& team : teams) {
        TRY(storage->teams().put_member(
            tx, {.team = team, .workspace = workspace.id, .user = user.id, .since = storage.clock.now()}));
      }
      return {};
    });
    return user.id;
  }
  void give_subject_to(std::vector<TeamId> teams) {
    Subject subject = storage.subject(workspace.id, incident.subject);
    std::ranges::sort(teams);
    subject.teams = std::move(teams);
    storage.write([&](Transaction& tx) { return storage->subjects().update(tx, subject); });
  }
};

}  // namespace

TEST_CASE("one announcement to three recipients is one row, and three in the outbox; the outbox is woken once") {
  QueueWorld world;
  const Recipient hook = world.add_webhook("https://hooks.example/x");
  const Recipient night = world.storage.add_recipient(world.workspace, "night@example.com");
  CHECK(world.announce(world.told(Kind::incident_opened), {world.mail, hook, night}) == 3);
  CHECK(world.woken == 1);
  const std::vector<LoggedDelivery> log = world.log();
  REQUIRE(log.size() == 3);
  for (const LoggedDelivery& delivery : log) {
    const Notification& row = delivery.notification;
    CHECK(row.announcement == log[0].notification.announcement);
    CHECK(delivery.announcement.id == row.announcement);
    CHECK(row.state == Progress::queued);
    CHECK(row.created_at == world.storage.clock.now());
    CHECK(row.message_id == make_message_id(row.id, "https://monitor.example.com:8443"));
    CHECK(row.message_id.ends_with("@monitor.example.com>"));
    CHECK(row.remote_id.empty());
  }
  const auto to = [&](const Recipient& recipient) {
    return std::ranges::count_if(log, [&](const LoggedDelivery& each) {
      return each.notification.recipient == recipient.id && each.notification.shown == recipient.shown &&
             each.notification.target == recipient.target && each.notification.channel == recipient.channel;
    });
  };
  CHECK(to(world.mail) == 1);
  CHECK(to(hook) == 1);
  CHECK(to(night) == 1);
}

TEST_CASE("an announcement comes back as it was written, with its incidents, and to its own workspace alone") {
  QueueWorld world;
  const Rule second_rule = world.storage.add_rule(world.workspace);
  const Incident second = world.storage.open_incident(second_rule, world.workspace.id, world.incident.subject);
  Announcement wanted = world.told(Kind::incident_opened);
  wanted.part = "'; DROP TABLE announcement; --";
  wanted.headline = "\"db-1\" \\ <b>\u00e4</b>\n{}";
  wanted.facts.emplace_back("rule", "\"twice\"");
  wanted.incidents.push_back(second.id);
  REQUIRE(world.announce(wanted, {world.mail}) == 1);
  const AnnouncementId id = world.log().at(0).notification.announcement;
  const auto kept = world.stored(id, world.workspace.id);
  REQUIRE(kept);
  CHECK(kept->kind == Kind::incident_opened);
  CHECK(kept->subject == world.incident.subject);
  CHECK(kept->subject_kind == "agent");
  CHECK(kept->subject_name == world.incident.subject_name);
  CHECK(kept->part == wanted.part);
  CHECK(kept->severity == wanted.severity);
  CHECK(kept->headline == wanted.headline);
  CHECK(kept->facts == wanted.facts);
  CHECK(kept->path == "/w/" + world.workspace.slug + "/incidents/" + world.incident.id.text());
  CHECK(kept->thread == world.incident.id.text());
  REQUIRE(kept->incidents.size() == 2);
  CHECK(std::ranges::count(kept->incidents, world.incident.id) == 1);
  CHECK(std::ranges::count(kept->incidents, second.id) == 1);
  CHECK(kept->at == world.storage.clock.now());
  CHECK_FALSE(world.stored(id, world.storage.add_workspace("other").id));
  // Both incidents have it in what was told of them.
  for (const IncidentId& incident : {world.incident.id, second.id}) {
    const auto told = world.storage.read<std::vector<LoggedDelivery>>([&](Snapshot& snapshot) {
      return world.storage->outbox().of_incident(snapshot, world.workspace.id, incident);
    });
    REQUIRE(told.size() == 1);
    CHECK(told[0].announcement.id == id);
    CHECK(told[0].announcement.incidents == kept->incidents);
  }
}

TEST_CASE("a path with a slash at its beginning is left as it is, and none stays none") {
  QueueWorld world;
  Announcement elsewhere = world.told(Kind::incident_opened);
  elsewhere.path = "/appliance";
  world.announce(elsewhere, {world.mail});
  CHECK(world.log().at(0).announcement.path == "/appliance");
  world.storage.clock.advance(1s);
  world.announce(world.told(Kind::test), {world.mail});
  const LoggedDelivery test = world.log().at(0);
  CHECK(test.announcement.kind == Kind::test);
  CHECK(test.announcement.path.empty());
  CHECK(test.announcement.subject.is_nil());
  CHECK(test.announcement.incidents.empty());
}

TEST_CASE("where nobody is to be told nothing is written, and nothing is woken") {
  QueueWorld world;
  CHECK(world.announce(world.told(Kind::incident_opened), {}) == 0);
  CHECK(world.woken == 0);
  CHECK(world.log().empty());
}

TEST_CASE("what is rolled back is not announced, and wakes nobody") {
  QueueWorld world;
  const auto refused = world.stores.write([&](Transaction& tx) -> Result<void> {
    TRY(world.notify->announce(tx, world.told(Kind::incident_opened), std::span(&world.mail, 1)));
    return Error{ErrorCode::conflict, "Not today."};
  });
  CHECK_FALSE(refused);
  CHECK(world.woken == 0);
  CHECK(world.log().empty());
}

TEST_CASE("those who were told of the opening, and can still be reached, are told of the end: each once") {
  QueueWorld world;
  const Recipient off = world.storage.add_recipient(world.workspace, "off@example.com");
  const Recipient left = world.storage.add_recipient(world.workspace, "left@example.com");
  const Recipient strange = world.storage.add_recipient(world.workspace, "strange@example.com");
  const Recipient gone = world.storage.add_recipient(world.workspace, "gone@example.com");
  const Recipient given_up = world.storage.add_recipient(world.workspace, "given-up@example.com");
  const Recipient never = world.storage.add_recipient(world.workspace, "never@example.com");
  const Announcement opened = world.told(Kind::incident_opened);
  world.announce(opened, {world.mail, off, left, strange, gone, given_up});
  world.announce(opened, {world.mail});  // once more
  world.announce(world.told(Kind::test), {never});
  CHECK(world.told_of_incident() ==
        std::vector<std::string>{"given-up@example.com", "gone@example.com", "left@example.com", "off@example.com",
                                 "ops@example.com", "strange@example.com"});

  world.change(off, [](Recipient& recipient) { recipient.enabled = false; });
  world.change(left, [](Recipient& recipient) { recipient.consent = Recipient::Consent::unsubscribed; });
  world.change(strange, [](Recipient& recipient) { recipient.channel = "telepathy"; });
  world.storage.write([&](Transaction& tx) {
    return world.storage->recipients().remove(tx, world.workspace.id, gone.id);
  });
  for (LoggedDelivery& delivery : world.log()) {
    if (delivery.notification.recipient != given_up.id) continue;
    delivery.notification.state = Progress::failed;
    world.storage.write([&](Transaction& tx) { return world.storage->outbox().update(tx, delivery.notification); });
  }
  CHECK(world.told_of_incident() == std::vector<std::string>{"ops@example.com"});
}

TEST_CASE("what was delivered twice makes one entry in the timeline, and another recipient's makes its own") {
  test::OutboxFixture world;
  world.queue(world.mail);
  const Recipient other = world.storage.add_recipient(world.workspace, "other@example.com");
  const Announcement announcement = world.log().at(0).announcement;
  const auto delivered = [&](const Recipient& recipient, bool sent) {
    const Outcome outcome{world.storage.clock.now(), sent, "Mail to " + recipient.shown + ": 250 Ok"};
    world.storage.write(
        [&](Transaction& tx) { return world.announcements.delivered(tx, announcement, recipient.id, outcome); });
  };
  delivered(world.mail, true);
  world.storage.clock.advance(1s);
  delivered(world.mail, true);
  CHECK(world.timeline_count("notified") == 1);
  delivered(other, true);
  CHECK(world.timeline_count("notified") == 2);
  delivered(other, false);
  delivered(other, false);
  CHECK(world.timeline_count("notify_failed") == 1);
}

TEST_CASE("a recovery finds its opening by both its names, once the service has named it") {
  test::OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  const auto opening = [&](const Recipient& recipient) {
    return world.storage.read<std::optional<OpeningMessage>>([&](Snapshot& snapshot) {
      return world.storage->outbox().opening(snapshot, world.workspace.id, world.incident.id, recipient.id);
    });
  };
  REQUIRE(opening(world.mail));
  CHECK(opening(world.mail)->message_id == row.message_id);
  CHECK(opening(world.mail)->remote_id.empty());
  CHECK_FALSE(opening(world.storage.add_recipient(world.workspace, "other@example.com")));
  world.courier.answer = [](const test::FakeCourier::Sent&) {
    DeliveryResult result = test::delivered();
    result.remote_id = "xE73Iyuabi";
    return std::optional(result);
  };
  worker.turn(0ms);
  CHECK(world.now(row).remote_id == "xE73Iyuabi");
  CHECK(opening(world.mail)->remote_id == "xE73Iyuabi");
}

TEST_CASE("an answer names a message only with what may be stored") {
  CHECK(checked_remote_id("xE73Iyuabi") == "xE73Iyuabi");
  CHECK(checked_remote_id("1503435956.000247") == "1503435956.000247");
  CHECK(checked_remote_id(std::string(100, 'x')).size() == 100);
  CHECK(checked_remote_id(std::string(101, 'x')).empty());
  for (const char* odd : {"a b", "a\nb", "\x7f", "\u00e4"}) CHECK(checked_remote_id(odd).empty());
  for (const std::string_view word : {"ntfy", "gotify"}) {
    CAPTURE(std::string(word));
    const ChannelKind* kind = all_channels().find(word);
    REQUIRE(kind != nullptr);
    REQUIRE(kind->remote_id != nullptr);
    for (const char* answer : {"", "ok", "[]", "{}", "null", R"({"id":null})", R"({"id":["a"]})", R"({"id":"a b"})",
                               R"({"id":-1})", R"({"id":"x)"}) {
      CAPTURE(answer);
      CHECK(kind->remote_id(answer).empty());
    }
  }
  CHECK(all_channels().find("ntfy")->remote_id(R"({"id":"xE73Iyuabi","event":"message"})") == "xE73Iyuabi");
  CHECK(all_channels().find("gotify")->remote_id(R"({"id":25,"appid":1})") == "25");
}

TEST_CASE("the delivery log is seen by the people of any team of its subject; what is about nobody, by everybody") {
  TeamWorld world;
  const TeamId a = world.add_team("A"), b = world.add_team("B"), c = world.add_team("C");
  const UserId in_a = world.add_person("a@example.org", {a});
  const UserId in_b = world.add_person("b@example.org", {b});
  const UserId in_b_and_c = world.add_person("bc@example.org", {b, c});
  const UserId in_none = world.add_person("none@example.org", {});
  world.queue(world.mail);
  const auto sees = [&](UserId person) { return world.log(person).size() == 1; };

  world.give_subject_to({});  // nobody's: only who sees all
  for (const UserId& person : {in_a, in_b, in_b_and_c, in_none}) CHECK_FALSE(sees(person));
  CHECK(world.log().size() == 1);
  world.give_subject_to({a, c});
  CHECK(sees(in_a));
  CHECK_FALSE(sees(in_b));
  CHECK(sees(in_b_and_c));
  CHECK_FALSE(sees(in_none));
  world.give_subject_to({b, c});
  CHECK_FALSE(sees(in_a));
  CHECK(sees(in_b));
  CHECK(sees(in_b_and_c));  // once, by both

  world.queue(world.mail, Kind::test);
  CHECK(world.log(in_a).size() == 1);
  CHECK(world.log(in_none).size() == 1);
  CHECK(world.log(in_none).at(0).announcement.kind == Kind::test);
  CHECK(world.log(in_b).size() == 2);
}

TEST_CASE("the log by state is the same log: queued, sent and failed") {
  test::OutboxFixture world;
  Notification sent = world.queue(world.mail), failed = world.queue(world.mail);
  world.storage.clock.advance(1s);
  const Notification queued = world.queue(world.mail);
  sent.state = Progress::sent;
  failed.state = Progress::failed;
  world.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(world.storage->outbox().update(tx, sent));
    return world.storage->outbox().update(tx, failed);
  });
  const auto of = [&](Progress state) {
    const auto rows = world.storage.read<std::vector<LoggedDelivery>>([&](Snapshot& snapshot) {
      return world.storage->outbox().list(snapshot, world.workspace.id, state, 10, {});
    });
    REQUIRE(rows.size() == 1);
    return rows[0].notification.id;
  };
  CHECK(of(Progress::queued) == queued.id);
  CHECK(of(Progress::sent) == sent.id);
  CHECK(of(Progress::failed) == failed.id);
  CHECK(world.log().at(0).notification.id == queued.id);  // newest first
}

}  // namespace connlog
