// The stages by themselves: each reason is reached, the order holds, and a stage that is left out is missed.
#include "core/watch/telling/stage.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/watch/telling/flapping.h"
#include "core/watch/telling/working_hours.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

constexpr Instant kNow{1'795'000'000'000'000};  // 2026-11-18T11:06:40Z, a Wednesday
using Parent = ParentFact::Verdict;

struct Case {
  Incident incident;
  TellingFacts facts{.now = kNow, .incident = incident};
};

QuietFact quiet(const std::string& name, Instant until = kNow + 1h) {
  QuietFact fact;
  fact.name = name;
  fact.by_name = "Bo";
  fact.until = until;
  return fact;
}

ParentFact parent(Parent verdict, Instant until = kNow + 30s) {
  ParentFact fact;
  fact.subject.bytes[0] = 7;
  fact.name = "router-1";
  fact.verdict = verdict;
  fact.since = kNow - 2min;
  fact.awaited_until = until;
  return fact;
}

TellingDecision decided(void (*arrange)(Case&)) {
  Case made;
  made.incident.subject_name = "db-1";
  arrange(made);
  return decide_telling(made.facts);
}

// One line for each reason that a stage gives; the others are given by what happens (telling_test.cpp).
struct Reached {
  TellingReason reason;
  StageName stage;
  StageVerdict verdict;
  void (*arrange)(Case&);
};

const Reached kReached[] = {
    {TellingReason::nothing_against, StageName::recipients, StageVerdict::pass, [](Case&) {}},
    {TellingReason::subject_paused, StageName::paused, StageVerdict::drop, [](Case& c) { c.facts.is_paused = true; }},
    {TellingReason::in_maintenance, StageName::maintenance, StageVerdict::hold,
     [](Case& c) { c.facts.maintenances = {quiet("Kernel update")}; }},
    {TellingReason::asked_by_host, StageName::maintenance, StageVerdict::hold,
     [](Case& c) {
       c.facts.maintenances = {quiet("reboot")};
       c.facts.maintenances[0].by_host = true;
     }},
    {TellingReason::waiting_for_parent, StageName::dependency, StageVerdict::hold,
     [](Case& c) { c.facts.parents = {parent(Parent::awaited)}; }},
    {TellingReason::parent_down, StageName::dependency, StageVerdict::hold,
     [](Case& c) { c.facts.parents = {parent(Parent::up), parent(Parent::down_covered)}; }},
    {TellingReason::parent_maintained, StageName::dependency, StageVerdict::hold,
     [](Case& c) {
       c.facts.parents = {parent(Parent::up)};
       c.facts.parents[0].is_maintained = true;
     }},
    {TellingReason::parent_recovering, StageName::dependency, StageVerdict::hold,
     [](Case& c) { c.facts.parents = {parent(Parent::recovering)}; }},
    {TellingReason::more_severe_open, StageName::superseded, StageVerdict::hold,
     [](Case& c) { c.facts.more_severe = "Disk used on db-1 is 97 %"; }},
    {TellingReason::muted, StageName::mute, StageVerdict::hold, [](Case& c) { c.facts.mutes = {quiet("known")}; }},
    {TellingReason::snoozed, StageName::mute, StageVerdict::hold,
     [](Case& c) {
       c.facts.mutes = {quiet("later")};
       c.facts.mutes[0].is_snooze = true;
     }},
    {TellingReason::flapping, StageName::flapping, StageVerdict::hold,
     [](Case& c) { c.facts.flapping_since = kNow - 5min; }},
    {TellingReason::flapping_down, StageName::flapping, StageVerdict::pass,
     [](Case& c) {
       c.facts.flapping_since = kNow - 1h;
       c.facts.down_since = kNow - kFlapToldDownAfter;
     }},
    {TellingReason::outside_hours, StageName::hours, StageVerdict::hold,
     [](Case& c) { c.facts.hours_begin = kNow + 8h; }},
    {TellingReason::nobody_named, StageName::recipients, StageVerdict::drop, [](Case& c) { c.facts.recipients = 0; }},
};

struct ReachedFor {
  TellingReason reason;
  StageName stage;
  void (*arrange)(RecipientFacts&);
};

const ReachedFor kReachedFor[] = {
    {TellingReason::quiet_hours, StageName::digest, [](RecipientFacts& f) { f.quiet_until = kNow + 6h; }},
    {TellingReason::daily_digest, StageName::digest, [](RecipientFacts& f) { f.digest_at = kNow + 20h; }},
    {TellingReason::grouped, StageName::grouping, [](RecipientFacts& f) { f.group_until = kNow + 30s; }},
    {TellingReason::acknowledged, StageName::repeat,
     [](RecipientFacts& f) {
       f.is_reminder = true;
       f.acknowledged_for_ever = true;
     }},
    {TellingReason::not_due, StageName::repeat,
     [](RecipientFacts& f) {
       f.is_reminder = true;
       f.repeat_at = kNow + 5min;
     }},
};

RecipientFacts a_warning() {
  RecipientFacts facts;
  facts.now = kNow;
  facts.severity = Severity::warning;
  return facts;
}

}  // namespace

TEST_CASE("each reason of the closed table is reached by a stage, or by what happens to an incident") {
  std::set<TellingReason> reached{TellingReason::ended_untold, TellingReason::told, TellingReason::recovery_told,
                                  TellingReason::told_again};
  for (const Reached& each : kReached) {
    CAPTURE(to_text(each.reason));
    const TellingDecision decision = decided(each.arrange);
    CHECK(decision.answer.reason == each.reason);
    CHECK(decision.stage == each.stage);
    CHECK(decision.answer.verdict == each.verdict);
    if (each.reason != TellingReason::nothing_against) CHECK_FALSE(decision.answer.text.empty());
    reached.insert(decision.answer.reason);
  }
  for (const ReachedFor& each : kReachedFor) {
    CAPTURE(to_text(each.reason));
    RecipientFacts facts = a_warning();
    each.arrange(facts);
    const TellingDecision decision = decide_telling(facts);
    CHECK(decision.answer.reason == each.reason);
    CHECK(decision.stage == each.stage);
    CHECK(decision.answer.verdict == StageVerdict::hold);
    reached.insert(decision.answer.reason);
  }
  for (const TellingReason reason : kTellingReasons) {
    CAPTURE(to_text(reason));
    CHECK(reached.contains(reason));
  }
}

TEST_CASE("the stages stand in the order of their names, each decides of one thing, and all say what they do") {
  const auto all = stages();
  REQUIRE(all.size() == values_of<StageName>().size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].name == values_of<StageName>()[i]);
    CHECK((all[i].decide == nullptr) != (all[i].decide_for == nullptr));
    CHECK_FALSE(all[i].title.empty());
    CHECK_FALSE(all[i].sentence.empty());
  }
}

TEST_CASE("the first stage that holds decides, and one that is left out does not") {
  Case c;
  c.facts.maintenances = {quiet("Kernel update")};
  c.facts.mutes = {quiet("known")};
  CHECK(decide_telling(c.facts).stage == StageName::maintenance);
  CHECK(decide_telling(c.facts, StageName::maintenance).stage == StageName::mute);
  c.facts.mutes.clear();
  CHECK(decide_telling(c.facts, StageName::maintenance).answer.verdict == StageVerdict::pass);
}

TEST_CASE("of several maintenances the one that lasts longest says until when; one without an end has none") {
  Case c;
  c.facts.maintenances = {quiet("short", kNow + 1h), quiet("long", kNow + 3h)};
  CHECK(decide_telling(c.facts).answer.until == kNow + 3h);
  c.facts.maintenances.push_back(quiet("for good", Instant{}));
  CHECK_FALSE(decide_telling(c.facts).answer.until.is_set());
}

TEST_CASE("the sentence about a parent names it, since when it is down, and who was told") {
  Case c;
  c.facts.parents = {parent(Parent::down_covered)};
  c.facts.parents[0].told_to = {"Ada", "Bo"};
  const StageAnswer answer = decide_telling(c.facts).answer;
  CHECK(answer.text == "its parent router-1 is down since {2026-11-18T11:04:40Z}, told to Ada, Bo");
  CHECK(answer.held_by == c.facts.parents[0].subject);
}

TEST_CASE("of a parent that waits for its recipients' next message its children do not say that something holds it") {
  Case c;
  c.facts.parents = {parent(Parent::down_covered)};
  c.facts.parents[0].awaited_until = c.facts.now + seconds(30);
  CHECK(decide_telling(c.facts).answer.text ==
        "its parent router-1 is down since {2026-11-18T11:04:40Z}, and that will be told within minutes");
  c.facts.parents[0].awaited_until = {};
  CHECK(decide_telling(c.facts).answer.text ==
        "its parent router-1 is down since {2026-11-18T11:04:40Z}, and that is held for its own parent");
}

TEST_CASE("a parent that is unknown, or down without anybody having been told, holds nothing") {
  for (const Parent verdict : {Parent::unknown, Parent::down_uncovered, Parent::up}) {
    Case c;
    c.facts.parents = {parent(verdict)};
    CHECK(decide_telling(c.facts).answer.verdict == StageVerdict::pass);
  }
}

TEST_CASE("a wait for a parent and its grace end") {
  for (const Parent verdict : {Parent::awaited, Parent::recovering}) {
    Case c;
    c.facts.parents = {parent(verdict, kNow)};
    CHECK(decide_telling(c.facts).answer.verdict == StageVerdict::pass);
    c.facts.parents[0].awaited_until = kNow + 1s;
    CHECK(decide_telling(c.facts).answer.until == kNow + 1s);
  }
}

TEST_CASE("each parent alone can hold") {
  Case c;
  c.facts.parents = {parent(Parent::up), parent(Parent::unknown), parent(Parent::down_covered)};
  CHECK(decide_telling(c.facts).answer.reason == TellingReason::parent_down);
}

TEST_CASE("what is critical knows neither quiet hours nor a digest; groups it joins") {
  RecipientFacts facts = a_warning();
  facts.severity = Severity::critical;
  facts.quiet_until = kNow + 6h;
  facts.digest_at = kNow + 20h;
  CHECK(decide_telling(facts).answer.verdict == StageVerdict::pass);
  facts.group_until = kNow + 10s;
  CHECK(decide_telling(facts).answer.reason == TellingReason::grouped);
  CHECK(decide_telling(facts, StageName::grouping).answer.verdict == StageVerdict::pass);
}

TEST_CASE("a subject that flaps and is down is looked at again when it was down for half an hour") {
  Case c;
  c.facts.flapping_since = kNow - 10min;
  c.facts.down_since = kNow - 4min;
  const StageAnswer answer = decide_telling(c.facts).answer;
  CHECK(answer.reason == TellingReason::flapping);
  CHECK(answer.until == kNow + 26min);
}

// ── Working hours ──

TEST_CASE("working hours: within them nothing waits, outside it waits for their next beginning") {
  WorkingHours hours;
  CHECK_FALSE(hours_begin(hours, TimeZone::utc(), kNow).is_set());  // none
  hours.days = 0b0011111;                                           // Monday to Friday
  hours.from_minute = 8 * 60;
  hours.to_minute = 18 * 60;
  CHECK_FALSE(hours_begin(hours, TimeZone::utc(), kNow).is_set());
  const Instant evening = kNow + 8h;  // 19:06:40
  CHECK(to_iso8601(hours_begin(hours, TimeZone::utc(), evening)) == "2026-11-19T08:00:00Z");
  const Instant saturday = kNow + 72h;
  CHECK(to_iso8601(hours_begin(hours, TimeZone::utc(), saturday)) == "2026-11-23T08:00:00Z");
}

TEST_CASE("working hours over midnight belong to the day on which they begin") {
  WorkingHours hours;
  hours.days = 0b0000100;  // Wednesday
  hours.from_minute = 22 * 60;
  hours.to_minute = 6 * 60;
  CHECK(to_iso8601(hours_begin(hours, TimeZone::utc(), kNow)) == "2026-11-18T22:00:00Z");
  CHECK_FALSE(hours_begin(hours, TimeZone::utc(), kNow + 15h).is_set());  // Thursday 02:06
  CHECK(to_iso8601(hours_begin(hours, TimeZone::utc(), kNow + 20h)) == "2026-11-25T22:00:00Z");
}
