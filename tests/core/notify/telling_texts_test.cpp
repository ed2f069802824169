// What messages of each kind say: groups, digests, reminders, drills, runbooks, weekly letters, codes, and the link by which a
// mail is answered.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/notify/message.h"
#include "tests/support/fake_clock.h"

namespace connlog {
namespace {

using Kind = Announcement::Kind;

IncidentId incident_id(int n) {
  IncidentId id;
  id.bytes[15] = static_cast<std::uint8_t>(n);
  return id;
}

MessageFacts facts_of(Kind kind) {
  MessageFacts out;
  out.announcement.kind = kind;
  out.announcement.path = "/w/acme/incidents";
  out.message_id = "<019a9e00-0000-7000-8000-000000000001@monitor.example.com>";
  out.workspace.slug = "acme";
  out.workspace.name = "Acme";
  parse_uuid("019a9e00-0000-7000-8000-00000000000a", out.workspace.id);
  out.recipient_name = "Ada";
  out.public_url = "https://monitor.example.com:8443";
  out.now = FakeClock::kStart;
  return out;
}

MessageFacts of_one(Kind kind, const std::string& severity = "critical") {
  MessageFacts out = facts_of(kind);
  Announcement& told = out.announcement;
  parse_uuid("019a9e00-0000-7000-8000-00000000000d", told.subject);
  told.subject_kind = "agent";
  told.subject_name = "db-1";
  told.severity = severity;
  told.headline = "db-1 has been silent for 40 s";
  told.facts = {{std::string(kFactRule), "When an agent falls silent"},
                {std::string(kFactOpenedAt), to_iso8601(FakeClock::kStart - std::chrono::hours(2))}};
  told.incidents = {incident_id(1)};
  out.standing.emplace();
  return out;
}

MessageFacts group(int opened, int ended) {
  MessageFacts out = facts_of(Kind::group);
  Announcement& told = out.announcement;
  told.headline = "a headline";
  told.severity = opened > 0 ? "warning" : "";
  for (int i = 0; i < opened + ended; ++i) {
    told.incidents.push_back(incident_id(i));
    const bool is_over = i >= opened;
    if (is_over) told.recovered.push_back(incident_id(i));
    told.facts.emplace_back(std::string(is_over ? kFactRecovered : kFactIncident), "line " + std::to_string(i));
  }
  return out;
}

void add(MessageFacts& facts, std::string_view word, const std::string& text) {
  facts.announcement.facts.emplace_back(std::string(word), text);
}
bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("each kind of announcement has a title, a text and a webhook's event of its own") {
  std::set<std::string> events;
  for (const Kind kind : values_of<Kind>()) {
    CAPTURE(std::string(to_text(kind)));
    MessageFacts facts = of_one(kind);
    add(facts, kFactCode, "482913");
    const MailText mail = render_mail(facts);
    CHECK_FALSE(mail.headline.empty());
    CHECK(has(mail.text, "https://monitor.example.com:8443/w/acme/incidents"));
    CHECK_FALSE(render_short(facts).title.empty());
    const auto body = nlohmann::json::parse(render_webhook_body(facts));
    CHECK(body["event"] == webhook_event(kind));
    events.insert(std::string(webhook_event(kind)));
  }
  CHECK(events.size() == values_of<Kind>().size());
}

TEST_CASE("a group names what opened and what ended, and says how many there are in all") {
  MessageFacts facts = group(2, 1);
  add(facts, kFactCount, "312");
  facts.over_by_now = 1;
  const MailText mail = render_mail(facts);
  CHECK(mail.headline == "[warning] a headline");
  CHECK(has(mail.text, "\nOpened:    line 0\n"));
  CHECK(has(mail.text, "\nEnded:     line 2\n"));
  CHECK(has(mail.text, "\nIn all:    312\n"));
  CHECK(has(mail.text, "1 of those that opened is over"));
  CHECK(render_short(facts).tone == Tone::warning);
  CHECK(render_short(facts).thread.empty());
  const auto body = nlohmann::json::parse(render_webhook_body(facts));
  CHECK(body["incident"].is_null());
  CHECK(body["group"]["opened"].size() == 2);
  CHECK(body["group"]["ended"].size() == 1);
  CHECK(body["group"]["recovered"].size() == 1);
  CHECK(body["group"]["count"] == 3);
}

TEST_CASE("a group of ends alone looks like a recovery") {
  const ShortMessage message = render_short(group(0, 3));
  CHECK(message.tone == Tone::recovery);
  CHECK(message.colour == "#1a7f4b");
  CHECK(message.title == "a headline");
}

TEST_CASE("a reminder says that it is still open, and for how long") {
  MessageFacts facts = of_one(Kind::reminder);
  add(facts, kFactLasted, "2 h");
  const MailText mail = render_mail(facts);
  CHECK(mail.headline == "[critical, still open] db-1 has been silent for 40 s");
  CHECK(has(mail.text, "State:     still open (critical)\n"));
  CHECK(has(mail.text, ", for 2 h\n"));
  facts.standing->resolved_at = FakeClock::kStart;
  CHECK(render_mail(facts).headline == "[critical, resolved in the meantime] db-1 has been silent for 40 s");
}

TEST_CASE("who was told hears that somebody looks after it, and is offered nothing to acknowledge") {
  MessageFacts facts = of_one(Kind::reminder);
  add(facts, kFactAcknowledgedBy, "the reader of ops@example.com, by mail");
  const MailText mail = render_mail(facts);
  CHECK(mail.headline == "Acknowledged: db-1 has been silent for 40 s");
  CHECK(has(mail.text, "By:        the reader of ops@example.com, by mail\n"));
  CHECK_FALSE(has(mail.text, "Show and acknowledge"));
  CHECK(render_short(facts).tone == Tone::info);
}

TEST_CASE("somebody who looks after several at once is named in the title, and each of them in a line; no line is empty") {
  MessageFacts facts = group(5, 0);
  facts.announcement.kind = Kind::reminder;
  facts.announcement.headline = "5 incidents opened, 3 ended";
  facts.standing.emplace();
  add(facts, kFactAcknowledgedBy, "Ada");
  const MailText mail = render_mail(facts);
  CHECK(mail.headline == "Ada looks after these 5");
  CHECK(has(mail.text, "\nIncident:  line 0\n"));
  CHECK(has(mail.text, "\nIncident:  line 4\n"));
  CHECK_FALSE(has(mail.text, "Rule:"));
  CHECK_FALSE(has(mail.text, "Since:"));
  CHECK_FALSE(has(mail.text, "Subject:"));
}

TEST_CASE("a mail about very many has fifty lines at most, and offers to acknowledge the fifty most severe") {
  MessageFacts facts = group(50, 0);
  for (int n = 50; n < 120; ++n) facts.announcement.incidents.push_back(incident_id(n));
  add(facts, kFactCount, "120");
  facts.ack_url = "https://monitor.example.com:8443/ack#token=ack_0";
  facts.ack_number = "47";
  const std::string text = render_mail(facts).text;
  CHECK(std::ranges::count(text, '\n') <= 50);
  CHECK(has(text, "Acknowledge the 50 most severe of these without signing in"));
  CHECK(has(text, "\nIn all:    120\n"));
  CHECK(has(text, "\nOpened:    line 0\n"));
}

TEST_CASE("a drill is marked in the title, in the text and for programs") {
  MessageFacts facts = of_one(Kind::incident_opened);
  add(facts, kFactDrill, "yes");
  CHECK(render_mail(facts).headline == "[drill, critical] db-1 has been silent for 40 s");
  CHECK(has(render_mail(facts).text, "Nothing is wrong."));
  CHECK(nlohmann::json::parse(render_webhook_body(facts))["incident"]["drill"] == true);
  MessageFacts ended = of_one(Kind::incident_resolved);
  CHECK(render_mail(ended).headline == "Resolved: db-1 has been silent for 40 s");
  add(ended, kFactDrill, "yes");
  CHECK(render_mail(ended).headline == "Drill resolved: db-1 has been silent for 40 s");
}

TEST_CASE("runbooks and notes of rule and subject are in the message, and only an https address becomes a link") {
  MessageFacts facts = of_one(Kind::incident_opened);
  add(facts, kFactRunbook, "https://wiki.example.com/silent?a=1&b=\"2\"");
  add(facts, kFactRunbook, "javascript:alert(1)");
  add(facts, kFactNotes, "Call Bo\n<b>first</b>");
  const MailText mail = render_mail(facts);
  CHECK(has(mail.text, "\nRunbook:   https://wiki.example.com/silent"));
  CHECK(has(mail.html, "<a href=\"https://wiki.example.com/silent?a=1&amp;b=&quot;2&quot;\">"));
  CHECK_FALSE(has(mail.html, "javascript:"));
  CHECK(has(mail.text, "\nNotes:     Call Bo <b>first</b>\n"));
  CHECK_FALSE(has(mail.html, "<b>"));
  CHECK(has(lines_of(render_short(facts)), "Runbook: https://wiki.example.com/silent"));
  const auto body = nlohmann::json::parse(render_webhook_body(facts))["incident"];
  CHECK(body["runbooks"].size() == 2);
  CHECK(body["notes"].size() == 1);
}

TEST_CASE("a mail offers its number and its link, and says how many incidents they are for") {
  MessageFacts one = of_one(Kind::incident_opened);
  CHECK_FALSE(has(render_mail(one).text, "Acknowledge it"));
  one.ack_url = "https://monitor.example.com:8443/ack#token=ack_0";
  one.ack_number = "47";
  const MailText mail = render_mail(one);
  CHECK(has(mail.text, "Acknowledge it without signing in: within 30 minutes, choose the number 47 at:\n" + one.ack_url));
  CHECK(has(mail.html, "choose the number 47"));
  MessageFacts many = group(3, 2);
  many.ack_url = one.ack_url;
  many.ack_number = "47";
  CHECK(has(render_mail(many).text, "Acknowledge these 3 incidents without signing in"));
  CHECK_FALSE(has(lines_of(render_short(many)), "47"));  // in mails alone
}

TEST_CASE("a code says itself, what it is for, and that nobody asks for it") {
  MessageFacts facts = facts_of(Kind::code);
  add(facts, kFactCode, "482913");
  const MailText mail = render_mail(facts);
  CHECK(mail.headline == "Code from connlog: 482913");
  CHECK(has(mail.text, "The code is 482913"));
  CHECK(has(mail.text, "Nobody asks you for this code."));
  CHECK(nlohmann::json::parse(render_webhook_body(facts))["notice"]["code"] == "482913");
}

TEST_CASE("info is blue, a weekly letter too, and neither is urgent") {
  CHECK(render_short(of_one(Kind::incident_opened, "info")).colour == "#2f6fde");
  CHECK(render_short(of_one(Kind::incident_opened, "info")).tone == Tone::info);
  MessageFacts weekly = facts_of(Kind::weekly);
  weekly.announcement.headline = "Your week: 60 messages";
  add(weekly, kFactLine, "41 of 60 messages came from the rule \"Disk\": tune it.");
  CHECK(render_short(weekly).tone == Tone::info);
  CHECK(has(render_mail(weekly).text, "\nNote:      41 of 60 messages came from the rule \"Disk\": tune it.\n"));
}

TEST_CASE("what was said too early about flapping and quiet says since when and until when") {
  MessageFacts flapping = of_one(Kind::flapping);
  add(flapping, kFactSince, "2026-11-18T10:00:00Z");
  CHECK(has(render_mail(flapping).text, "Since:     2026-11-18 10:00:00 UTC\n"));
  CHECK(has(render_mail(flapping).text, "until it is steady"));
  MessageFacts quiet = facts_of(Kind::quiet);
  quiet.announcement.headline = "Bo muted 212 of 240 subjects";
  add(quiet, kFactUntil, "2026-11-19T06:00:00Z");
  CHECK(has(render_mail(quiet).text, "Until:     2026-11-19 06:00:00 UTC\n"));
}

}  // namespace connlog
