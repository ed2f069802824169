// The messages of one recipient: what goes at once, what waits for the next message or the reader's hour, and what comes out.
// Over the real stores; engine time is the fake clock's.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "core/notify/notify.h"
#include "core/watch/telling/incident_message.h"
#include "core/watch/telling/pace.h"
#include "core/watch/telling/reader_hours.h"
#include "tests/core/notify/outbox_fixture.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using Kind = Announcement::Kind;

constexpr int kRoundMost = 100;

struct PaceWorld : test::OutboxFixture {
  std::unique_ptr<Notify> notify;
  std::unique_ptr<Pace> pace;

  PaceWorld() {
    needs.on_queued = [] {};
    notify = std::make_unique<Notify>(needs);
    pace = std::make_unique<Pace>(Pace::Parts{.tellings = storage->tellings(),
                                              .settings = storage->telling_settings(),
                                              .incidents = storage->incidents(),
                                              .rules = storage->rules(),
                                              .subjects = storage->subjects(),
                                              .recipients = storage->recipients(),
                                              .announcements = *notify,
                                              .clock = storage.clock,
                                              .random = storage.random});
  }

  Instant now() const { return storage.clock.now(); }

  Incident open(const std::string& name, Severity severity = Severity::critical) {
    Incident made = storage.open_incident(rule, storage.add_agent(workspace, name));
    made.severity = severity;
    save(made);
    return made;
  }
  void save(Incident& made) {
    storage.write([&](Transaction& tx) { return storage->incidents().update(tx, made); });
  }
  void end(Incident& made) {
    made.resolved_at = now();
    made.resolution = to_text(Resolution::recovered);
    save(made);
  }

  std::vector<TellingReason> tell(const Incident& incident_, ToldWhat what, const std::vector<Recipient>& recipients,
                                  bool together = false) {
    storage.clock.advance(1ms);  // so that what is written first has the smaller id
    std::vector<TellingReason> reasons;
    storage.write([&](Transaction& tx) -> Result<void> {
      const auto told = TRY(pace->tell(tx, incident_, what, recipients, now(), together));
      for (const Pace::Told& each : told) reasons.push_back(each.decision.answer.reason);
      return {};
    });
    return reasons;
  }
  TellingReason opened(const Incident& each) { return tell(each, ToldWhat::opened, {mail}).at(0); }
  TellingReason resolved(Incident& each) {
    end(each);
    return tell(each, ToldWhat::resolved, {mail}).at(0);
  }
  int round() {
    int messages = 0;
    storage.write([&](Transaction& tx) -> Result<void> {
      messages = TRY(pace->round(tx, now(), kRoundMost));
      return {};
    });
    return messages;
  }
  int weekly() {
    int messages = 0;
    storage.write([&](Transaction& tx) -> Result<void> {
      messages = TRY(pace->weekly(tx, now()));
      return {};
    });
    return messages;
  }
  // The scheduler comes round each second.
  int pass(seconds span) {
    int messages = 0;
    for (seconds passed{0}; passed < span; passed += 1s) {
      storage.clock.advance(1s);
      if (is_due()) messages += round();
    }
    return messages;
  }
  bool is_due() {
    return !storage
                .read<std::vector<RecipientPace>>([&](Snapshot& snapshot) {
                  return storage->tellings().due_paces(snapshot, now(), now(), 1);
                })
                .empty();
  }
  void at(const std::string& iso) {
    Instant wanted;
    REQUIRE(parse_iso8601(iso, wanted));
    REQUIRE(wanted >= now());
    storage.clock.advance(wanted - now());
  }
  void set(const std::function<void(Recipient&)>& edit) {
    edit(mail);
    storage.write([&](Transaction& tx) { return storage->recipients().update(tx, mail); });
  }
  void set_grouping(std::int64_t wait, std::int64_t every) {
    TellingSettings settings;
    settings.workspace = workspace.id;
    settings.group_wait_seconds = wait;
    settings.group_every_seconds = every;
    storage.write([&](Transaction& tx) { return storage->telling_settings().put(tx, settings); });
  }
  // What was queued, oldest first.
  std::vector<Announcement> messages() {
    std::vector<LoggedDelivery> rows = log();
    std::ranges::reverse(rows);
    std::vector<Announcement> out;
    for (LoggedDelivery& row : rows) out.push_back(std::move(row.announcement));
    return out;
  }
  Announcement last() { return log().at(0).announcement; }
  std::vector<std::string> reasons_of(const Incident& each) {
    const auto entries = storage.read<std::vector<TellingEntry>>([&](Snapshot& snapshot) {
      return storage->tellings().entries(snapshot, workspace.id, each.id);
    });
    std::vector<std::string> reasons;
    for (const TellingEntry& entry : entries) reasons.push_back(entry.reason);
    return reasons;
  }
  std::size_t told_of(const Incident& each) {
    return storage
        .read<std::vector<Recipient>>(
            [&](Snapshot& snapshot) { return notify->told_of(snapshot, workspace.id, each.id); })
        .size();
  }
};

std::size_t count(const Announcement& told, std::string_view word) {
  return static_cast<std::size_t>(
      std::ranges::count_if(told.facts, [&](const auto& fact) { return fact.first == word; }));
}

}  // namespace

// ── Grouping ──

TEST_CASE("the first message goes at once, what follows within 30 s is one message, then one every 5 minutes") {
  PaceWorld world;
  CHECK(world.opened(world.open("a")) == TellingReason::told);
  CHECK(world.messages().size() == 1);
  world.pass(1s);
  CHECK(world.opened(world.open("b")) == TellingReason::grouped);
  CHECK(world.opened(world.open("c")) == TellingReason::grouped);
  CHECK(world.pass(28s) == 0);
  CHECK(world.pass(1s) == 1);
  CHECK(world.last().kind == Kind::group);
  CHECK(world.last().headline == "2 incidents opened");
  CHECK(world.last().incidents.size() == 2);
  CHECK(world.opened(world.open("d")) == TellingReason::grouped);
  CHECK(world.pass(299s) == 0);
  CHECK(world.pass(1s) == 1);
  CHECK(world.last().kind == Kind::incident_opened);  // it was alone
  CHECK(world.last().subject_name == "d");
  CHECK(world.pass(300s) == 0);  // nothing followed: idle again
  CHECK(world.opened(world.open("e")) == TellingReason::told);
}

TEST_CASE("a workspace that set both times to 0 gets every message alone and at once") {
  PaceWorld world;
  world.set_grouping(0, 0);
  for (const char* name : {"a", "b", "c"}) CHECK(world.opened(world.open(name)) == TellingReason::told);
  CHECK(world.messages().size() == 3);
}

TEST_CASE("what a maintenance held is one message for each recipient, sent in the same round") {
  PaceWorld world;
  const Recipient night = world.storage.add_recipient(world.workspace, "night@example.com");
  for (const char* name : {"a", "b", "c"})
    CHECK(world.tell(world.open(name), ToldWhat::opened, {world.mail, night}, true) ==
          std::vector{TellingReason::grouped, TellingReason::grouped});
  CHECK(world.messages().empty());
  CHECK(world.round() == 2);
  const auto rows = world.log();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].announcement.id == rows[1].announcement.id);  // the same waits: one announcement
  CHECK(rows[0].announcement.incidents.size() == 3);
  CHECK(world.opened(world.open("d")) == TellingReason::grouped);  // a window began
}

TEST_CASE("a group names fifty, the most severe first, and tells of all") {
  PaceWorld world;
  world.opened(world.open("first"));
  std::vector<Incident> many;
  for (int i = 0; i < 60; ++i) {
    many.push_back(world.open("host-" + std::to_string(i), i == 59 ? Severity::critical : Severity::warning));
    world.opened(many.back());
  }
  CHECK(world.pass(30s) == 1);
  const Announcement group = world.last();
  CHECK(group.incidents.size() == 60);
  CHECK(count(group, kFactIncident) == kIncidentsNamedMost);
  CHECK(group.fact(kFactIncident) == "critical: host-59 has been silent for 40 s");
  CHECK(group.fact(kFactCount) == "60");
  CHECK(group.severity == "critical");
  CHECK(group.path == "/w/" + world.workspace.slug + "/incidents");
  CHECK(group.subject.is_nil());
  CHECK(group.headline.find("host") == std::string::npos);
  CHECK(world.told_of(many.front()) == 1);
  CHECK(world.told_of(many.back()) == 1);
}

TEST_CASE("programs get each incident by itself, at once, whatever window runs") {
  PaceWorld world;
  const Recipient hook = world.add_webhook("https://hooks.example/x");
  for (const char* name : {"a", "b", "c"})
    CHECK(world.tell(world.open(name, Severity::info), ToldWhat::opened, {hook}).at(0) == TellingReason::told);
  CHECK(world.messages().size() == 3);
}

TEST_CASE("what ended while it waited is left out, and its page says so") {
  PaceWorld world;
  world.opened(world.open("a"));
  Incident b = world.open("b");
  const Incident c = world.open("c");
  world.opened(b);
  world.opened(c);
  world.end(b);
  CHECK(world.pass(30s) == 1);
  CHECK(world.last().subject_name == "c");
  CHECK(world.told_of(b) == 0);
  CHECK(world.reasons_of(b) == std::vector<std::string>{"ended_untold"});
  Incident d = world.open("d");
  world.opened(d);
  world.end(d);
  CHECK(world.pass(300s) == 0);  // nothing is left to say
}

TEST_CASE("who cannot be told any more gets nothing of what waited") {
  PaceWorld world;
  world.opened(world.open("a"));
  world.opened(world.open("b"));
  world.set([](Recipient& recipient) { recipient.consent = Recipient::Consent::unsubscribed; });
  CHECK(world.pass(400s) == 0);
}

TEST_CASE("a clock that was ahead by a day holds nothing up") {
  PaceWorld world;
  RecipientPace ahead;
  ahead.workspace = world.workspace.id;
  ahead.recipient = world.mail.id;
  ahead.window_until = world.now() + 24h;
  ahead.step = 2;
  world.storage.write([&](Transaction& tx) { return world.storage->tellings().put_pace(tx, ahead); });
  CHECK(world.opened(world.open("a")) == TellingReason::told);
}

// ── Recoveries ──

TEST_CASE("while at most three are open a recovery goes at once, whatever window runs") {
  PaceWorld world;
  Incident a = world.open("a");
  world.opened(a);
  CHECK(world.resolved(a) == TellingReason::recovery_told);
  CHECK(world.last().kind == Kind::incident_resolved);
  CHECK(world.last().recovered == std::vector{a.id});
}

TEST_CASE("while more are open recoveries are collected for 20 s, and an opening does not wait for them") {
  PaceWorld world;
  std::vector<Incident> down;
  for (int i = 0; i < 8; ++i) {
    down.push_back(world.open("host-" + std::to_string(i)));
    world.opened(down.back());
  }
  CHECK(world.pass(30s) == 1);
  world.pass(400s);  // idle again
  for (int i = 0; i < 3; ++i) CHECK(world.resolved(down[static_cast<std::size_t>(i)]) == TellingReason::grouped);
  CHECK(world.pass(10s) == 0);
  CHECK(world.opened(world.open("new")) == TellingReason::told);
  CHECK(world.pass(10s) == 1);
  CHECK(world.last().kind == Kind::group);
  CHECK(world.last().headline == "3 incidents ended");
  CHECK(world.last().severity.empty());
  CHECK(world.last().recovered.size() == 3);
}

TEST_CASE("when all that somebody was told of is over, one message says so within 30 s") {
  PaceWorld world;
  std::vector<Incident> down;
  for (int i = 0; i < 40; ++i) {
    down.push_back(world.open("host-" + std::to_string(i)));
    world.opened(down.back());
  }
  CHECK(world.pass(30s) == 1);
  CHECK(world.pass(10s) == 0);  // a window of five minutes runs
  for (Incident& each : down) world.resolved(each);
  CHECK(world.pass(19s) == 0);
  CHECK(world.pass(1s) == 1);
  CHECK(world.last().recovered.size() == 40);
  CHECK(world.pass(400s) == 0);
  CHECK(world.opened(world.open("next")) == TellingReason::told);  // a message of ends begins no window
}

// ── Reminders ──

TEST_CASE("a reminder says how long it has been open; one for what somebody looks after is not sent") {
  PaceWorld world;
  Incident a = world.open("a");
  world.opened(a);
  world.storage.clock.advance(3'600s);
  CHECK(world.tell(a, ToldWhat::reminder, {world.mail}).at(0) == TellingReason::told_again);
  CHECK(world.last().kind == Kind::reminder);
  CHECK(world.last().fact(kFactLasted) == "1 h");
  world.storage.clock.advance(600s);
  a.acknowledged_at = world.now();
  a.acknowledged_by = "Ada";
  world.save(a);
  CHECK(world.tell(a, ToldWhat::reminder, {world.mail}).at(0) == TellingReason::acknowledged);
  CHECK(world.messages().size() == 2);
}

TEST_CASE("a reminder that waits for the next message is left out once somebody looks after it") {
  PaceWorld world;
  Incident a = world.open("a");
  world.opened(a);
  CHECK(world.tell(a, ToldWhat::reminder, {world.mail}).at(0) == TellingReason::grouped);
  a.acknowledged_at = world.now();
  world.save(a);
  CHECK(world.pass(30s) == 0);
}

// ── The reader's hours ──

TEST_CASE("in quiet hours what is less than critical waits for the morning, and so does its recovery") {
  PaceWorld world;
  world.set([](Recipient& recipient) {
    recipient.zone = "Europe/Berlin";
    recipient.quiet_from = 22 * 60;
    recipient.quiet_to = 7 * 60;
  });
  Incident before = world.open("before", Severity::warning);
  CHECK(world.opened(before) == TellingReason::told);
  world.at("2026-11-18T22:00:00Z");  // 23:00 there
  world.round();
  CHECK(world.opened(world.open("small", Severity::warning)) == TellingReason::quiet_hours);
  CHECK(world.opened(world.open("large")) == TellingReason::told);
  CHECK(world.resolved(before) == TellingReason::quiet_hours);
  world.at("2026-11-19T05:59:59Z");
  CHECK(world.round() == 0);
  world.at("2026-11-19T06:00:00Z");  // 07:00 there
  CHECK(world.round() == 1);
  CHECK(world.last().kind == Kind::digest);
  CHECK(world.last().headline == "While it was quiet: 1 incident opened, 1 ended");
  CHECK(world.round() == 0);
}

TEST_CASE("a daily digest has info and warnings of the day, one message at its hour, and none without news") {
  PaceWorld world;
  world.set([](Recipient& recipient) {
    recipient.zone = "Europe/Berlin";
    recipient.digest_at = 7 * 60 + 30;
  });
  CHECK(world.opened(world.open("a", Severity::info)) == TellingReason::daily_digest);
  CHECK(world.opened(world.open("b", Severity::warning)) == TellingReason::daily_digest);
  CHECK(world.opened(world.open("c")) == TellingReason::told);
  world.at("2026-11-19T06:29:59Z");
  CHECK(world.round() == 0);
  world.at("2026-11-19T06:30:00Z");
  CHECK(world.round() == 1);
  CHECK(world.last().incidents.size() == 2);
  CHECK(world.last().severity == "warning");
  world.at("2026-11-20T06:30:00Z");
  CHECK(world.round() == 0);
}

TEST_CASE("what opened and ended before the digest is counted in it, and alone makes none") {
  PaceWorld world;
  world.set([](Recipient& recipient) { recipient.digest_at = 7 * 60 + 30; });
  Incident a = world.open("a", Severity::info);
  world.opened(a);
  world.end(a);
  world.at("2026-11-19T07:30:00Z");
  CHECK(world.round() == 0);
  Incident b = world.open("b", Severity::info);
  world.opened(b);
  world.opened(world.open("c", Severity::info));
  world.end(b);
  world.at("2026-11-20T07:30:00Z");
  CHECK(world.round() == 1);
  CHECK(world.last().headline == "Since yesterday: 1 incident opened, 1 opened and ended since");
}

TEST_CASE("a reader's hours follow the clocks of their zone over the nights that change them") {
  Recipient reader;
  reader.zone = "Europe/Berlin";
  reader.quiet_from = 22 * 60;
  reader.quiet_to = 2 * 60 + 30;  // does not exist on 29 March
  reader.digest_at = 2 * 60 + 30;
  const auto instant = [](const std::string& iso) {
    Instant out;
    REQUIRE(parse_iso8601(iso, out));
    return out;
  };
  CHECK(to_iso8601(quiet_until(reader, instant("2026-03-28T22:00:00Z"))) == "2026-03-29T01:00:00Z");  // 03:00 there
  CHECK_FALSE(quiet_until(reader, instant("2026-03-29T01:00:00Z")).is_set());
  CHECK(to_iso8601(next_digest(reader, instant("2026-03-28T22:00:00Z"))) == "2026-03-29T01:00:00Z");
  CHECK(to_iso8601(next_digest(reader, instant("2026-10-24T22:00:00Z"))) == "2026-10-25T00:30:00Z");  // the first of two
  CHECK(to_iso8601(next_digest(reader, instant("2026-10-25T00:30:00Z"))) == "2026-10-26T01:30:00Z");  // not an hour later
  CHECK(to_iso8601(next_weekly(reader, instant("2026-11-18T11:00:00Z"))) == "2026-11-23T07:00:00Z");
  CHECK(to_iso8601(next_weekly(reader, instant("2026-11-23T07:00:00Z"))) == "2026-11-30T07:00:00Z");
  reader.quiet_to = reader.quiet_from;
  CHECK_FALSE(quiet_until(reader, instant("2026-03-28T22:00:00Z")).is_set());
  reader.zone = "Nowhere/Atlantis";
  CHECK(to_iso8601(next_weekly(reader, instant("2026-11-18T11:00:00Z"))) == "2026-11-23T08:00:00Z");
}

// ── The weekly letter ──

TEST_CASE("the weekly letter comes once on Monday at 08:00 and names the rule that made most of the messages") {
  PaceWorld world;
  world.set_grouping(0, 0);
  world.set([](Recipient& recipient) { recipient.weekly = true; });
  CHECK(world.weekly() == 0);  // planned for Monday
  for (int i = 0; i < 12; ++i) world.opened(world.open("host-" + std::to_string(i)));
  world.at("2026-11-23T07:59:59Z");
  CHECK(world.weekly() == 0);
  world.at("2026-11-23T08:00:00Z");
  CHECK(world.weekly() == 1);
  CHECK(world.weekly() == 0);
  const Announcement letter = world.last();
  CHECK(letter.kind == Kind::weekly);
  CHECK(letter.headline == "Your week: 12 messages");
  // Of the whole workspace there are numbers alone: the reader may see a part of it.
  CHECK(std::ranges::none_of(letter.facts, [](const auto& fact) { return fact.second.find("host-") != std::string::npos; }));
  CHECK(letter.fact(kFactLine) == "12 of 12 messages came from the rule \"Agent is silent\": tune it.");
  CHECK(std::ranges::any_of(letter.facts, [](const auto& fact) { return fact.second == "13 incidents opened."; }));
  CHECK(std::ranges::any_of(letter.facts, [](const auto& fact) {
    return fact.second.starts_with("A rule was not tried in 90 days. A drill");
  }));
  world.set([](Recipient& recipient) { recipient.weekly = false; });
  world.at("2026-11-30T08:00:00Z");
  CHECK(world.weekly() == 0);
  CHECK(world.round() == 0);
}

// ── What is said of one incident ──

TEST_CASE("a message has the runbooks of rule and subject and the notes of both, and marks a drill") {
  PaceWorld world;
  Incident incident;
  incident.summary = "db-1 has been silent for 40 s";
  incident.is_drill = true;
  Rule rule;
  rule.runbook = "https://wiki.example.com/silent";
  rule.notes = "Call Bo.";
  Subject subject;
  subject.runbook = "https://wiki.example.com/db-1";
  subject.notes = "In rack 4.";
  const Announcement opened = announcement_of(incident, Kind::incident_opened, {&rule, &subject});
  CHECK(count(opened, kFactRunbook) == 2);
  CHECK(count(opened, kFactNotes) == 2);
  CHECK(opened.fact(kFactDrill) == "yes");
  subject.runbook = rule.runbook;
  CHECK(count(announcement_of(incident, Kind::incident_opened, {&rule, &subject}), kFactRunbook) == 1);
  CHECK(count(announcement_of(incident, Kind::incident_resolved, {&rule, &subject}), kFactRunbook) == 0);
}

}  // namespace connlog
