// Threat 2 (Uptime Kuma GHSA-vffh-c9pq-4crh, CVE-2026-33130; LiquidJS CVE-2026-45618): text of an alert that is taken
// for a template. connlog puts values in and interprets nothing: what looks like a template arrives as it was typed,
// escaped for the place where it stands.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/notify/message.h"
#include "core/net/mail_header.h"
#include "tests/support/fake_clock.h"

namespace connlog {
namespace {

const std::vector<std::string>& hostile() {
  static const std::vector<std::string> texts = {
      "{{ 7*7 }}",
      "{% include '/etc/passwd' %}",
      "{{ '/etc/passwd' | read_file }}",
      "${7*7} #{7*7} <%= 7*7 %> $(id) `id`",
      "%s%n%x {0} {} {incident.summary}",
      "{{constructor.constructor('return process')().exit()}}",
      "<script>alert(1)</script><img src=x onerror=alert(1)>",
      "</td></table><a href=\"javascript:alert(1)\">x</a>",
      "\"><svg/onload=alert(1)>",
      "&lt;b&gt; 'single' \"double\"",
      "{{ url }}/../../{{ secret }}",
  };
  return texts;
}

MessageFacts facts_with(const std::string& text, Announcement::Kind kind) {
  MessageFacts facts;
  facts.message_id = "1@example.com";
  facts.workspace.slug = "main";
  facts.workspace.name = text;
  facts.recipient_name = text;
  facts.public_url = "https://monitor.example.com";
  facts.now = FakeClock::kStart;
  Announcement& told = facts.announcement;
  told.kind = kind;
  told.subject_kind = "agent";
  told.subject_name = text;
  told.part = text;
  told.severity = "critical";
  told.headline = text;
  told.facts = {{std::string(kFactRule), text},
                {std::string(kFactRuleKind), "metric"},
                {std::string(kFactOpenedAt), to_iso8601(FakeClock::kStart)},
                {std::string(kFactAcknowledgedBy), text}};
  facts.standing = IncidentStanding{
      .acknowledged_at = FakeClock::kStart, .acknowledged_by = text, .resolved_at = {}, .resolution = {}};
  if (kind == Announcement::Kind::incident_resolved) {
    told.facts.emplace_back(kFactResolvedAt, to_iso8601(FakeClock::kStart));
    told.facts.emplace_back(kFactResolution, text);
    facts.standing->resolved_at = FakeClock::kStart;
    facts.standing->resolution = text;
  }
  return facts;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace

TEST_CASE("text that looks like a template arrives verbatim in a mail, and escaped in its HTML") {
  for (const Announcement::Kind kind : {Announcement::Kind::incident_opened, Announcement::Kind::incident_resolved}) {
    // The mark-up around the values, to compare with: values add text and no tag.
    const MailText harmless = render_mail(facts_with("harmless", kind));
    for (const std::string& text : hostile()) {
      CAPTURE(text);
      const MailText mail = render_mail(facts_with(text, kind));
      CHECK(mail.headline.ends_with(text));
      CHECK(count(mail.text, text) == count(harmless.text, "harmless"));
      CHECK(count(mail.html, escape_html(text)) == count(harmless.html, "harmless"));
      CHECK(count(mail.html, "<") == count(harmless.html, "<"));
      CHECK(count(mail.html, ">") == count(harmless.html, ">"));
      CHECK(count(mail.html, "\"") == count(harmless.html, "\""));
      CHECK(mail.html.find("49") == std::string::npos);
    }
  }
}

TEST_CASE("text that looks like a template arrives verbatim in a webhook's JSON") {
  for (const std::string& text : hostile()) {
    CAPTURE(text);
    const auto body = nlohmann::json::parse(render_webhook_body(facts_with(text, Announcement::Kind::incident_opened)));
    CHECK(body["workspace"]["name"] == text);
    CHECK(body["incident"]["summary"] == text);
    CHECK(body["incident"]["subject"]["name"] == text);
    CHECK(body["incident"]["rule"]["sentence"] == text);
    CHECK(body["incident"]["acknowledged_by"] == text);
  }
}

}  // namespace connlog
