#include "core/watch/incident.h"
#include "core/notify/message.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/fake_clock.h"
#include "tests/support/outside.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;

using Kind = Announcement::Kind;

Announcement told(Kind kind) {
  Announcement out;
  out.kind = kind;
  if (kind == Kind::test) return out;
  IncidentId incident;
  parse_uuid("019a9e00-0000-7000-8000-00000000000b", incident);
  parse_uuid("019a9e00-0000-7000-8000-00000000000d", out.subject);
  out.subject_kind = "agent";
  out.subject_name = "db-1";
  out.severity = "critical";
  out.headline = "Disk used on db-1 is 93.2 %, above 90 %";
  out.facts = {{std::string(kFactRule), "When disk used on all agents is above 90 % for 5 min"},
               {std::string(kFactRuleId), "019a9e00-0000-7000-8000-00000000000c"},
               {std::string(kFactRuleKind), "metric"},
               {std::string(kFactOpenedAt), to_iso8601(FakeClock::kStart - 47min)}};
  if (kind == Kind::incident_resolved) {
    out.facts.emplace_back(kFactResolvedAt, to_iso8601(FakeClock::kStart));
    out.facts.emplace_back(kFactLasted, "47 min");
    out.facts.emplace_back(kFactResolution, "recovered");
  }
  out.path = "/w/acme/incidents/" + incident.text();
  out.thread = incident.text();
  out.incidents = {incident};
  return out;
}

MessageFacts facts(Kind kind) {
  MessageFacts out;
  out.announcement = told(kind);
  out.message_id = "<019a9e00-0000-7000-8000-000000000001@monitor.example.com>";
  out.workspace.slug = "acme";
  out.workspace.name = "Acme & Söhne";
  parse_uuid("019a9e00-0000-7000-8000-00000000000a", out.workspace.id);
  out.recipient_name = "Ops \"night\"";
  out.public_url = "https://monitor.example.com:8443";
  out.now = FakeClock::kStart;
  if (kind == Kind::test) return out;
  out.standing.emplace();
  if (kind == Kind::incident_resolved) {
    out.standing->resolved_at = FakeClock::kStart;
    out.standing->resolution = "recovered";
  }
  return out;
}

// Puts another text in place of the fact's.
void set_fact(MessageFacts& facts, std::string_view word, const std::string& text) {
  for (auto& [name, value] : facts.announcement.facts) {
    if (name == word) value = text;
  }
}

std::string sheet(const MessageFacts& what) {
  const MailText mail = render_mail(what);
  return "Subject: " + mail.headline + "\n\n" + mail.text + "\n=====\n" + mail.html;
}

}  // namespace

TEST_CASE("mails look as agreed") {
  CHECK(test::differs_from_golden("mail/opened.txt", sheet(facts(Kind::incident_opened))) == "");
  CHECK(test::differs_from_golden("mail/resolved.txt", sheet(facts(Kind::incident_resolved))) == "");
  CHECK(test::differs_from_golden("mail/test.txt", sheet(facts(Kind::test))) == "");
}

TEST_CASE("webhook bodies look as agreed") {
  const auto pretty = [](Kind kind) {
    return nlohmann::ordered_json::parse(render_webhook_body(facts(kind))).dump(2) + "\n";
  };
  CHECK(test::differs_from_golden("webhook/opened.json", pretty(Kind::incident_opened)) == "");
  CHECK(test::differs_from_golden("webhook/resolved.json", pretty(Kind::incident_resolved)) == "");
  CHECK(test::differs_from_golden("webhook/test.json", pretty(Kind::test)) == "");
}

TEST_CASE("a summary names what is open, in a mail and in a webhook, and says nothing of one incident") {
  MessageFacts summary = facts(Kind::incident_opened);
  summary.standing.reset();
  summary.announcement.kind = Kind::summary;
  summary.announcement.headline = "connlog was restored from a backup: 2 incidents are open";
  summary.announcement.facts = {{std::string(kFactIncident), "critical: db-1 has been silent for 40 s"},
                                {std::string(kFactIncident), "warning: <b>disk</b>"},
                                {std::string(kFactCount), "2"}};
  summary.announcement.path = "/w/acme/incidents";
  const MailText mail = render_mail(summary);
  CHECK(mail.headline.find("connlog was restored from a backup") != std::string::npos);
  CHECK(mail.text.find("db-1 has been silent for 40 s") != std::string::npos);
  CHECK(mail.text.find("https://monitor.example.com:8443/w/acme/incidents") != std::string::npos);
  CHECK(mail.html.find("&lt;b&gt;disk") != std::string::npos);
  const auto body = nlohmann::json::parse(render_webhook_body(summary));
  CHECK(body["event"] == "summary");
  CHECK(body["incident"].is_null());
  CHECK(body["summary"]["incidents"].size() == 1);
  CHECK(body["summary"]["text"] == summary.announcement.headline);
}

TEST_CASE("mails have words for each reason why an incident ends, and webhooks name it") {
  for (const Resolution resolution : kResolutions) {
    const std::string word(to_text(resolution));
    CAPTURE(word);
    REQUIRE_FALSE(word.empty());
    MessageFacts ended = facts(Kind::incident_resolved);
    set_fact(ended, kFactResolution, word);
    ended.standing->resolution = word;
    const MailText mail = render_mail(ended);
    CHECK(mail.text.find("Reason:    ") != std::string::npos);
    CHECK(mail.text.find("Reason:    " + word) == std::string::npos);  // the bare word, for want of better ones
    CHECK(nlohmann::json::parse(render_webhook_body(ended))["incident"]["resolution"] == word);
  }
}

TEST_CASE("an alert that had to wait says that it is over") {
  MessageFacts late = facts(Kind::incident_opened);
  late.standing->resolved_at = FakeClock::kStart;
  const MailText mail = render_mail(late);
  CHECK(mail.headline == "[critical, resolved in the meantime] Disk used on db-1 is 93.2 %, above 90 %");
  CHECK(mail.text.find("resolved in the meantime") != std::string::npos);
  CHECK(nlohmann::json::parse(render_webhook_body(late))["incident"]["state"] == "resolved");
}

TEST_CASE("a message names what it is about by its kind, and the part where it is about one") {
  MessageFacts group = facts(Kind::incident_opened);
  group.announcement.subject_kind = "group";
  group.announcement.subject_name = "rack-4";
  CHECK(render_mail(group).text.find("\nGroup:     rack-4\n") != std::string::npos);
  CHECK(render_mail(group).text.find("Part:") == std::string::npos);
  CHECK(lines_of(render_short(group)).find("\nGroup: rack-4\n") != std::string::npos);
  const nlohmann::json body = nlohmann::json::parse(render_webhook_body(group))["incident"];
  CHECK(body["subject"]["kind"] == "group");
  CHECK(body["part"] == "");

  MessageFacts disk = facts(Kind::incident_opened);
  disk.announcement.part = "/var";
  CHECK(render_mail(disk).text.find("\nPart:      /var\n") != std::string::npos);
  CHECK(nlohmann::json::parse(render_webhook_body(disk))["incident"]["part"] == "/var");

  MessageFacts removed = facts(Kind::incident_resolved);
  removed.announcement.subject_kind = "group";
  set_fact(removed, kFactResolution, "subject_removed");
  CHECK(render_mail(removed).text.find("\nReason:    The group was removed\n") != std::string::npos);
}

TEST_CASE("an announcement without a severity, facts or a link is a whole message all the same") {
  MessageFacts bare = facts(Kind::incident_opened);
  bare.announcement.severity.clear();
  bare.announcement.facts.clear();
  bare.announcement.path.clear();
  const MailText mail = render_mail(bare);
  CHECK(mail.headline == "Disk used on db-1 is 93.2 %, above 90 %");
  CHECK(mail.text.find("State:     open\n") != std::string::npos);
  CHECK(render_short(bare).link == "https://monitor.example.com:8443");
  const nlohmann::json body = nlohmann::json::parse(render_webhook_body(bare))["incident"];
  CHECK(body["rule"]["id"].is_null());
  CHECK(body["opened_at"].is_null());
}

TEST_CASE("facts come back as they were stored, whatever they say, and what is no list of facts is none") {
  const std::vector<std::pair<std::string, std::string>> facts = {
      {"rule", "\"quoted\" \\ \n [{}] \u00e4 '; DROP TABLE announcement; --"}, {"", ""}, {"rule", "twice"}};
  CHECK(facts_from_stored(facts_to_stored(facts)) == facts);
  CHECK(facts_from_stored(facts_to_stored({})).empty());
  for (const char* damaged : {"", "null", "{}", "[", "[1, \"a\", {\"word\": 1, \"text\": \"x\"}, {\"word\": \"x\"}]"}) {
    CAPTURE(damaged);
    CHECK(facts_from_stored(damaged).empty());
  }
}

TEST_CASE("a webhook's signature is the HMAC-SHA-256 of timestamp, dot and body") {
  // printf '1795000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test
  CHECK(webhook_signature("whsec_test", "1795000000", "{\"a\":1}") ==
        "v1=14cdf372534acd098c83cbb3a5b7081138ef9e1e2ce9f43221f2a73884581201");
  // RFC 4231, case 2, whose data begins with "what do ya want " and goes on with a text without a dot: with the dot put
  // in by us it differs.
  CHECK(webhook_signature("Jefe", "what do ya want ", "for nothing?") !=
        "v1=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("a message id takes the host of the public address, whatever that is") {
  NotificationId id;
  parse_uuid("019a9e00-0000-7000-8000-000000000001", id);
  const std::string uuid = "<019a9e00-0000-7000-8000-000000000001@";
  CHECK(make_message_id(id, "https://monitor.example.com:8443") == uuid + "monitor.example.com>");
  CHECK(make_message_id(id, "http://127.0.0.1:8080/x") == uuid + "127.0.0.1>");
  CHECK(make_message_id(id, "https://[::1]:8443") == uuid + "1>");
  CHECK(make_message_id(id, "") == uuid + "connlog>");
  CHECK(in_angle_brackets("") == "");
  CHECK(in_angle_brackets("a@b") == "<a@b>");
  CHECK(in_angle_brackets("<a@b>") == "<a@b>");
  CHECK(delivery_id("<a@b>") == "a@b");
  CHECK(delivery_id("a@b") == "a@b");
}

}  // namespace connlog
