#include "core/watch/incident.h"
#include "core/notify/message.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/fake_clock.h"
#include "tests/support/outside.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;

MessageFacts facts(Notification::Kind kind) {
  MessageFacts out;
  out.kind = kind;
  out.message_id = "<019a9e00-0000-7000-8000-000000000001@monitor.example.com>";
  out.workspace.slug = "acme";
  out.workspace.name = "Acme & Söhne";
  parse_uuid("019a9e00-0000-7000-8000-00000000000a", out.workspace.id);
  out.recipient_name = "Ops \"night\"";
  out.public_url = "https://monitor.example.com:8443";
  out.now = FakeClock::kStart;
  if (kind == Notification::Kind::test) return out;
  AnnouncedIncident incident;
  parse_uuid("019a9e00-0000-7000-8000-00000000000b", incident.id);
  parse_uuid("019a9e00-0000-7000-8000-00000000000c", incident.rule);
  parse_uuid("019a9e00-0000-7000-8000-00000000000d", incident.agent);
  incident.agent_name = "db-1";
  incident.rule_sentence = "When disk used on all agents is above 90 % for 5 min";
  incident.kind = "metric";
  incident.severity = "critical";
  incident.summary = "Disk used on db-1 is 93.2 %, above 90 %";
  incident.opened_at = FakeClock::kStart - 47min;
  if (kind == Notification::Kind::incident_resolved) {
    incident.resolved_at = FakeClock::kStart;
    incident.resolution = "recovered";
  }
  out.incident = incident;
  return out;
}

std::string sheet(const MessageFacts& what) {
  const MailText mail = render_mail(what);
  return "Subject: " + mail.headline + "\n\n" + mail.text + "\n=====\n" + mail.html;
}

}  // namespace

TEST_CASE("mails look as agreed") {
  CHECK(test::differs_from_golden("mail/opened.txt", sheet(facts(Notification::Kind::incident_opened))) == "");
  CHECK(test::differs_from_golden("mail/resolved.txt", sheet(facts(Notification::Kind::incident_resolved))) == "");
  CHECK(test::differs_from_golden("mail/test.txt", sheet(facts(Notification::Kind::test))) == "");
}

TEST_CASE("webhook bodies look as agreed") {
  const auto pretty = [](Notification::Kind kind) {
    return nlohmann::ordered_json::parse(render_webhook_body(facts(kind))).dump(2) + "\n";
  };
  CHECK(test::differs_from_golden("webhook/opened.json", pretty(Notification::Kind::incident_opened)) == "");
  CHECK(test::differs_from_golden("webhook/resolved.json", pretty(Notification::Kind::incident_resolved)) == "");
  CHECK(test::differs_from_golden("webhook/test.json", pretty(Notification::Kind::test)) == "");
}

TEST_CASE("mails have words for each reason why an incident ends, and webhooks name it") {
  for (const Resolution resolution : kResolutions) {
    const std::string word(to_text(resolution));
    CAPTURE(word);
    REQUIRE_FALSE(word.empty());
    MessageFacts ended = facts(Notification::Kind::incident_resolved);
    ended.incident->resolution = word;
    const MailText mail = render_mail(ended);
    CHECK(mail.text.find("Reason:    ") != std::string::npos);
    CHECK(mail.text.find("Reason:    " + word) == std::string::npos);  // the bare word, for want of better ones
    CHECK(nlohmann::json::parse(render_webhook_body(ended))["incident"]["resolution"] == word);
  }
}

TEST_CASE("an alert that had to wait says that it is over") {
  MessageFacts late = facts(Notification::Kind::incident_opened);
  late.incident->resolved_at = FakeClock::kStart;
  const MailText mail = render_mail(late);
  CHECK(mail.headline == "[critical, resolved in the meantime] Disk used on db-1 is 93.2 %, above 90 %");
  CHECK(mail.text.find("resolved in the meantime") != std::string::npos);
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
