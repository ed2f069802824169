// Messages of other systems as they really come, and as an attacker would write them.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/monitors/sources/event_formats.h"

using namespace connlog;

namespace {

// As Alertmanager 0.27 sends it.
const std::string kAlertmanager = R"({
  "receiver": "connlog", "status": "firing",
  "alerts": [
    {"status": "firing",
     "labels": {"alertname": "InstanceDown", "instance": "db-1:9100", "job": "node", "severity": "critical"},
     "annotations": {"description": "db-1:9100 of job node has been down for more than 5 minutes.",
                     "summary": "Instance db-1:9100 down", "runbook_url": "https://runbooks.example.org/down"},
     "startsAt": "2026-11-30T21:46:33.123456789Z", "endsAt": "0001-01-01T00:00:00Z",
     "generatorURL": "http://prometheus:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1", "fingerprint": "5ef77f1f8a3ecfec"},
    {"status": "resolved",
     "labels": {"alertname": "DiskWillFill", "instance": "web-1:9100", "severity": "warning"},
     "annotations": {},
     "startsAt": "2026-11-30T20:00:00Z", "endsAt": "2026-11-30T21:40:00+01:00",
     "generatorURL": "http://prometheus:9090/graph", "fingerprint": "a1b2c3d4e5f60718"}],
  "groupLabels": {"alertname": "InstanceDown"}, "commonLabels": {"job": "node"}, "commonAnnotations": {},
  "externalURL": "http://alertmanager:9093", "version": "4",
  "groupKey": "{}:{alertname=\"InstanceDown\"}", "truncatedAlerts": 0})";

// As Grafana 11's contact point "webhook" sends it.
const std::string kGrafana = R"({
  "receiver": "connlog", "status": "firing",
  "alerts": [
    {"status": "firing", "labels": {"alertname": "High latency", "grafana_folder": "Shop", "team": "web"},
     "annotations": {"summary": "p99 is 2.4 s"},
     "startsAt": "2026-11-30T21:46:30+01:00", "endsAt": "0001-01-01T00:00:00Z",
     "generatorURL": "https://grafana.example.org/alerting/grafana/d1/view?orgId=1", "fingerprint": "c6eadffa33fcdf37",
     "silenceURL": "https://grafana.example.org/alerting/silence/new?alertmanager=grafana",
     "dashboardURL": "https://grafana.example.org/d/abc?from=1&to=2&orgId=1",
     "panelURL": "https://grafana.example.org/d/abc?orgId=1&viewPanel=7",
     "values": {"A": 2.4, "B": 1}, "valueString": "[ var='A' labels={} value=2.4 ], [ var='B' labels={} value=1 ]"}],
  "groupLabels": {"alertname": "High latency"}, "commonLabels": {}, "commonAnnotations": {},
  "externalURL": "https://grafana.example.org/", "version": "1", "groupKey": "{}:{alertname=\"High latency\"}",
  "truncatedAlerts": 0, "orgId": 1, "title": "[FIRING:1] High latency", "state": "alerting", "message": "**Firing**"})";

// As pdpyras and go-pagerduty send it.
const std::string kPagerDuty = R"pd({
  "routing_key": "rkKEY", "event_action": "trigger", "dedup_key": "samplekeyhere",
  "payload": {"summary": "DISK at 99% on machine prod-datapipe03.example.com", "timestamp": "2015-07-17T08:42:58.315+0000",
              "severity": "critical", "source": "prod-datapipe03.example.com", "component": "mysql", "group": "prod-datapipe",
              "class": "disk", "custom_details": {"free space": "1%", "ping time": "1500ms", "load avg": 0.75}},
  "links": [{"href": "javascript:alert(1)", "text": "no"}, {"href": "https://example.com/runbook", "text": "runbook"}],
  "images": [], "client": "Sample Monitoring Service", "client_url": "https://monitoring.example.com"})pd";

EventMessage read(EventFormat format, const std::string& body) {
  auto message = parse_events(format, body);
  REQUIRE_MESSAGE(message.has_value(), message.error().message);
  return *std::move(message);
}

Error refused(EventFormat format, const std::string& body) {
  const auto message = parse_events(format, body);
  REQUIRE_FALSE(message.has_value());
  return message.error();
}

std::string detail(const IncomingEvent& event, const std::string& name) {
  for (const auto& [known, value] : event.details) {
    if (known == name) return value;
  }
  return "-";
}

std::string plain(const std::string& members) {
  return R"({"key":"k","summary":"s")" + (members.empty() ? "" : "," + members) + "}";
}

}  // namespace

TEST_CASE("Alertmanager's message is read: what fires, what is over, how bad, and where to look") {
  const EventMessage message = read(EventFormat::alertmanager, kAlertmanager);
  REQUIRE(message.events.size() == 2);
  const IncomingEvent& down = message.events[0];
  CHECK(down.key == "5ef77f1f8a3ecfec");
  CHECK(down.name == "InstanceDown");
  CHECK_FALSE(down.resolved);
  CHECK(down.severity == Severity::critical);
  CHECK(down.summary == "Instance db-1:9100 down");
  CHECK(down.link == "http://prometheus:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1");
  CHECK(detail(down, "instance") == "db-1:9100");
  CHECK(detail(down, "runbook_url") == "https://runbooks.example.org/down");
  CHECK(to_iso8601(down.starts_at) == "2026-11-30T21:46:33Z");
  CHECK_FALSE(down.ends_at.is_set());  // year 1: it is open
  const IncomingEvent& over = message.events[1];
  CHECK(over.resolved);
  CHECK(over.severity == Severity::warning);
  CHECK(over.summary == "DiskWillFill on web-1:9100");  // no annotation says more
}

TEST_CASE("Grafana's message is read as Alertmanager's, with the page of the panel") {
  const EventMessage message = read(EventFormat::alertmanager, kGrafana);
  REQUIRE(message.events.size() == 1);
  const IncomingEvent& event = message.events[0];
  CHECK(event.key == "c6eadffa33fcdf37");
  CHECK(event.summary == "p99 is 2.4 s");
  CHECK(event.severity == Severity::warning);  // it has no label for that
  CHECK(event.link == "https://grafana.example.org/d/abc?orgId=1&viewPanel=7");
  CHECK(detail(event, "grafana_folder") == "Shop");
  CHECK(detail(event, "values").find("value=2.4") != std::string::npos);
  CHECK(to_iso8601(event.starts_at) == "2026-11-30T20:46:30Z");
}

TEST_CASE("PagerDuty's events are read: trigger, acknowledge, resolve") {
  const EventMessage message = read(EventFormat::pagerduty, kPagerDuty);
  CHECK(message.routing_key == "rkKEY");
  REQUIRE(message.events.size() == 1);
  const IncomingEvent& event = message.events[0];
  CHECK(event.key == "samplekeyhere");
  CHECK(event.severity == Severity::critical);
  CHECK(event.summary == "DISK at 99% on machine prod-datapipe03.example.com");
  CHECK(event.link == "https://example.com/runbook");
  CHECK(detail(event, "source") == "prod-datapipe03.example.com");
  CHECK(detail(event, "ping time") == "1500ms");
  CHECK(detail(event, "load avg") == "0.75");

  const auto action = [](const std::string& word) {
    return read(EventFormat::pagerduty, R"({"routing_key":"rk","event_action":")" + word + R"(","dedup_key":"d"})").events[0];
  };
  CHECK(action("resolve").resolved);
  CHECK(action("acknowledge").acknowledged);
  CHECK(refused(EventFormat::pagerduty, R"({"routing_key":"rk","event_action":"resolve"})").field == "dedup_key");
  CHECK(refused(EventFormat::pagerduty, R"({"routing_key":"rk","event_action":"close","dedup_key":"d"})").field ==
        "event_action");
  CHECK(refused(EventFormat::pagerduty, R"({"routing_key":"rk","event_action":"trigger"})").field == "payload");
  CHECK(refused(EventFormat::pagerduty,
                R"({"event_action":"trigger","payload":{"summary":"s","source":"x","severity":"bad"}})")
            .field == "payload.severity");
  // Without a key of the sender's it gets one later.
  CHECK(read(EventFormat::pagerduty,
             R"({"event_action":"trigger","payload":{"summary":"s","source":"x","severity":"info"}})")
            .events[0]
            .key.empty());
}

TEST_CASE("plain JSON is one event or several, and each wrong member is named") {
  const EventMessage one = read(EventFormat::json, plain(R"("severity":"info","details":{"a":{"b":1}},"ends_at":"2026-12-01T00:00:00Z")"));
  REQUIRE(one.events.size() == 1);
  CHECK(one.events[0].severity == Severity::info);
  CHECK(detail(one.events[0], "a.b") == "1");
  CHECK(to_iso8601(one.events[0].ends_at) == "2026-12-01T00:00:00Z");
  const EventMessage two = read(EventFormat::json, R"({"events":[{"key":"a","summary":"x"},{"key":"b","resolved":true}]})");
  REQUIRE(two.events.size() == 2);
  CHECK(two.events[1].resolved);
  CHECK(read(EventFormat::json, R"({"key":"a","status":"resolved"})").events[0].resolved);

  CHECK(refused(EventFormat::json, R"({"summary":"x"})").field == "key");
  CHECK(refused(EventFormat::json, R"({"events":[{"key":"a","summary":"x"},{"summary":"b"}]})").field == "events.1.key");
  // What would cost the alert is mended: without a summary its key is shown, and a link that is none is left out.
  CHECK(read(EventFormat::json, R"({"events":[{"key":"a","summary":"x"},{"key":"b"}]})").events[1].summary == "b");
  const EventMessage linked = read(EventFormat::json, plain(R"x("link":"javascript:alert(1)")x"));
  REQUIRE(linked.events.size() == 1);
  CHECK(linked.events[0].link.empty());
  CHECK(refused(EventFormat::json, plain(R"("severity":"awful")")).field == "severity");
  CHECK(refused(EventFormat::json, plain(R"("resolved":"yes")")).field == "resolved");
  CHECK(refused(EventFormat::json, plain(R"("ends_at":"tomorrow")")).field == "ends_at");
  CHECK(refused(EventFormat::json, R"({"events":[]})").field == "events");
  CHECK(refused(EventFormat::json, "[1]").field.empty());
  CHECK(refused(EventFormat::json, "").code == ErrorCode::invalid_input);
}

TEST_CASE("texts of others are one harmless line, without secrets, and no longer than they may be") {
  const std::string token = "ghp_" + std::string(36, 'a');
  nlohmann::json event = {{"key", "k"},
                          {"summary", "line one\nline two\xE2\x80\xAE\x07 " + token},
                          {"details", {{"password", "sw0rdfish-long"}, {"long", std::string(5'000, 'x')}}}};
  const IncomingEvent read_one = read(EventFormat::json, event.dump()).events[0];
  CHECK(read_one.summary.find('\n') == std::string::npos);
  CHECK_FALSE(has_control_character(read_one.summary));
  CHECK(read_one.summary.find(token) == std::string::npos);
  CHECK(detail(read_one, "password").find("sw0rdfish-long") == std::string::npos);
  CHECK(detail(read_one, "long").size() <= event_formats::kValueBytesMax + 8);
  event["summary"] = std::string(4'000, 'y');
  CHECK(read(EventFormat::json, event.dump()).events[0].summary.size() <= kEventSummaryBytesMax);
  for (const std::string& key : {std::string(), std::string(256, 'k'), std::string("a\nb"), std::string("\x01") + "full"}) {
    CAPTURE(key);
    event["key"] = key;
    CHECK(refused(EventFormat::json, event.dump()).field == "key");
  }
}

TEST_CASE("only addresses of http and https without a user's name become links") {
  using event_formats::safe_link;
  CHECK(safe_link("https://grafana.example.org/d/abc?orgId=1&viewPanel=7#x") ==
        "https://grafana.example.org/d/abc?orgId=1&viewPanel=7#x");
  CHECK(safe_link("http://prometheus:9090/graph") == "http://prometheus:9090/graph");
  for (const char* bad : {"", "javascript:alert(1)", "data:text/html,x", "ftp://a.example.org/", "//example.org/", "/relative",
                          "https://ann:pw@example.org/", "https://example.org/\"onmouseover=x", "https://example.org/<b>",
                          "https://exa mple.org/", "https://example.org/\n"}) {
    CAPTURE(bad);
    CHECK(safe_link(bad).empty());
  }
  CHECK(safe_link("https://example.org/" + std::string(600, 'a')).empty());
}

TEST_CASE("a message that is deep, wide or huge is refused before anything is built of it") {
  CHECK(refused(EventFormat::json, std::string(100'000, '[')).code == ErrorCode::invalid_input);
  CHECK(refused(EventFormat::json, R"({"a":)" + std::string(13, '[') + std::string(13, ']') + "}").code ==
        ErrorCode::invalid_input);
  std::string wide = R"({"key":"k","summary":"s","details":{"a":[0)";
  for (int i = 0; i < 61'000; ++i) wide += ",0";
  CHECK(refused(EventFormat::json, wide + "]}}").code == ErrorCode::invalid_input);
  CHECK(refused(EventFormat::json, std::string(300'000, ' ')).code == ErrorCode::too_large);
  nlohmann::json many = nlohmann::json::array();
  for (int i = 0; i < 1'001; ++i) many.push_back({{"key", std::to_string(i)}, {"summary", "s"}});
  CHECK(refused(EventFormat::json, nlohmann::json{{"events", many}}.dump()).code == ErrorCode::too_large);
  nlohmann::json details = nlohmann::json::object();
  for (int i = 0; i < 500; ++i) details["d" + std::to_string(i)] = i;
  CHECK(read(EventFormat::json, nlohmann::json{{"key", "k"}, {"summary", "s"}, {"details", details}}.dump())
            .events[0]
            .details.size() == kEventDetailsMax);
}

TEST_CASE("every cut of a real message is refused or read, and never more than that") {
  for (const std::string* whole : {&kAlertmanager, &kGrafana, &kPagerDuty}) {
    const EventFormat format = whole == &kPagerDuty ? EventFormat::pagerduty : EventFormat::alertmanager;
    for (std::size_t length = 0; length < whole->size(); length += 7)
      CHECK_FALSE(parse_events(format, whole->substr(0, length)).has_value());
  }
}

TEST_CASE("a real message with a byte changed is refused or read, and what is read keeps its bounds") {
  int read_ones = 0;
  for (const std::string* whole : {&kAlertmanager, &kGrafana, &kPagerDuty}) {
    const EventFormat format = whole == &kPagerDuty ? EventFormat::pagerduty : EventFormat::alertmanager;
    for (std::size_t at = 0; at < whole->size(); ++at) {
      std::string changed = *whole;
      changed[at] = std::string_view("\"{}[]\\,:\xff\x01 9")[at % 12];
      const auto message = parse_events(format, changed);
      if (!message) continue;
      ++read_ones;
      for (const IncomingEvent& event : message->events) {
        CHECK(event.key.size() <= kEventKeyBytesMax);
        CHECK(event.summary.size() <= kEventSummaryBytesMax);
        CHECK(is_utf8(event.summary));
        CHECK_FALSE(has_control_character(event.summary));
        CHECK(event.details.size() <= kEventDetailsMax);
        CHECK((event.link.empty() || event.link.starts_with("http")));
      }
    }
  }
  CHECK(read_ones > 100);  // bytes within texts
}

TEST_CASE("words for how bad it is mean the same whoever says them") {
  using event_formats::severity_of;
  for (const char* word : {"critical", "CRITICAL", "page", "error", "emergency", "disaster"})
    CHECK(severity_of(word, Severity::warning) == Severity::critical);
  for (const char* word : {"info", "notice", "none", "low"}) CHECK(severity_of(word, Severity::warning) == Severity::info);
  CHECK(severity_of("warning", Severity::info) == Severity::warning);
  CHECK(severity_of("purple", Severity::info) == Severity::info);
}

TEST_CASE("times with fractions and offsets are read, and year 1 is none") {
  using event_formats::time_of;
  CHECK(to_iso8601(time_of("2018-08-03T09:52:26.739266876+02:00").value(), true) == "2018-08-03T07:52:26.739266Z");
  CHECK(to_iso8601(time_of("2026-11-30T21:46:33Z").value()) == "2026-11-30T21:46:33Z");
  for (const char* none : {"0001-01-01T00:00:00Z", "", "soon", "2026-11-30", "2026-11-30T21:46:33", "2026-11-30T21:46:33+2",
                           "2026-13-30T21:46:33Z", "2026-11-30T21:46:33+99:00"}) {
    CAPTURE(none);
    CHECK_FALSE(time_of(none).has_value());
  }
}
