// Threat 19, and 2: a source that floods, and what its key can do: open and resolve its own events, and nothing else. What it says is a
// quotation.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/monitors/sources/event_source.h"
#include "storage/connection.h"
#include "tests/support/push_monitor.h"
#include "web/api/routes.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";

web::WebOptions patient() {
  web::WebOptions settings;
  settings.requests_burst = 1'000'000;
  return settings;
}

struct Flood {
  TestApp app{patient()};
  std::string id, key;

  Flood() {
    const ApiAnswer made = app.post(kW + "/event-sources", R"({"name":"Prometheus","format":"json"})", &app.owner);
    REQUIRE_MESSAGE(made.status == 201, made.body);
    id = made.json()["source"]["id"];
    key = made.json()["key"];
  }
  ApiAnswer send(const std::string& body) {
    return from_program(app, "/api/events/json", "POST", body, {{"Authorization", "Bearer " + key}});
  }
  static std::string events(int from, int count) {
    json all = json::array();
    for (int i = from; i < from + count; ++i) all.push_back({{"key", "e" + std::to_string(i)}, {"summary", "s"}});
    return json{{"events", all}}.dump();
  }
  json source() { return app.get(kW + "/event-sources/" + id, &app.owner).json(); }
  // As many events as a source may have, but for `left`: rows as the door writes them.
  void fill_up_to(int left) {
    REQUIRE(send(R"({"key":"first","summary":"s"})").status == 200);
    const std::string more = "WITH RECURSIVE m (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM m WHERE n < " +
                             std::to_string(kOpenEventsMax - 1 - left) + ") ";
    app.storage.write([&](Transaction& tx) {
      return storage::at(tx).execute(
          more +
          "INSERT INTO incident (id, workspace_id, rule_id, subject_id, subject_kind, subject_name, part, part_text, "
          "rule_sentence, kind, severity, summary, opened_at, acknowledged_at, acknowledged_by, resolved_at, resolution, "
          "version) SELECT CAST(printf('%016d', m.n) AS BLOB), i.workspace_id, CAST(printf('%016d', m.n) AS BLOB), "
          "i.subject_id, i.subject_kind, i.subject_name, 0, '', '', 'event', 'warning', 's', i.opened_at, 0, '', 0, '', 1 "
          "FROM m, incident i WHERE i.kind = 'event'; " +
          more +
          "INSERT INTO open_event SELECT e.workspace_id, e.source_id, 'filled' || m.n, CAST(printf('%016d', m.n) AS BLOB), "
          "e.last_at, e.ends_at, 0 FROM m, open_event e WHERE e.event_key = 'first'");
    });
    app.restart();
  }
};

}  // namespace

TEST_CASE("the event after the ten thousandth is refused, that is an incident, and it ends when there is room again") {
  Flood flood;
  flood.fill_up_to(3);
  CHECK(flood.source()["open_events"] == kOpenEventsMax - 3);
  CHECK(flood.send(Flood::events(0, 3)).status == 200);
  const ApiAnswer refused = flood.send(Flood::events(3, 5));
  CHECK(refused.status == 503);
  CHECK(refused.header("Retry-After") == "300");
  CHECK(flood.send(R"({"key":"first","summary":"s"})").status == 200);  // what is open may come again
  CHECK(flood.send(R"({"key":"one-more","summary":"s"})").status == 503);
  const auto told = [&] {
    return flood.app.storage.read<std::int64_t>([](Snapshot& snapshot) -> Result<std::int64_t> {
      return storage::at(snapshot).number(
          "SELECT COUNT(*) FROM incident WHERE resolved_at = 0 AND summary = "
          "'Prometheus has 10000 open events: further ones are refused'");
    });
  };
  CHECK(told() == 1);
  // Many end at once: a thousand and more in each message.
  for (int from = 1; from < 2'000; from += 900) {
    json ends = json::array();
    for (int i = from; i < from + 900; ++i) ends.push_back({{"key", "filled" + std::to_string(i)}, {"resolved", true}});
    CHECK(flood.send(json{{"events", ends}}.dump()).status == 200);
  }
  flood.app.services->scheduler.run_once();
  CHECK(told() == 0);
  CHECK(flood.send(R"({"key":"one-more","summary":"s"})").status == 200);
}

TEST_CASE("a thousand events of a source are a message or two to each recipient, not a thousand") {
  Flood flood;
  const json recipient = {{"name", "Hook"}, {"kind", "webhook"}, {"fields", {{"url", "https://hooks.example.org/x"}}}};
  REQUIRE(flood.app.post(kW + "/recipients", recipient.dump(), &flood.app.owner).status == 201);
  CHECK(flood.send(Flood::events(0, 1'000)).status == 200);
  for (int second = 0; second < 40; ++second) {
    flood.app.clock.advance(seconds(1));
    flood.app.services->scheduler.run_once();
  }
  const json told = flood.app.get(kW + "/notifications?limit=200", &flood.app.owner).json()["items"];
  std::set<std::string> messages;
  for (const json& each : told) {
    if (each.dump().find("hooks.example.org") != std::string::npos)
      messages.insert(each["id"].get<std::string>());
  }
  CHECK(messages.size() >= 1);
  CHECK(messages.size() <= 2);
}

TEST_CASE("a key opens and resolves the events of its source, and nothing else answers to it") {
  Flood flood;
  const ApiAnswer other = flood.app.post(kW + "/event-sources", R"({"name":"Other","format":"json"})", &flood.app.owner);
  const std::string other_key = other.json()["key"];
  CHECK(flood.send(R"({"key":"a","summary":"s"})").status == 200);
  // Another source's key does not end it.
  CHECK(from_program(flood.app, "/api/events/json", "POST", R"({"key":"a","resolved":true})",
                     {{"Authorization", "Bearer " + other_key}})
            .json()["resolved"] == 0);
  CHECK(flood.source()["open_events"] == 1);
  for (const web::Route& route : web::routes()) {
    if (route.catches_the_rest() || route.permission.kind() == web::Permission::Kind::anyone ||
        route.permission.kind() == web::Permission::Kind::machine)
      continue;
    std::string path = flood.app.resolve(std::string(route.path));
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1, flood.id);
    CAPTURE(route.method);
    CAPTURE(path);
    Ask ask{.method = std::string(route.method), .path = path, .body = route.method == "GET" ? "" : "{}"};
    ask.as_browser = false;
    ask.headers = {{"Authorization", "Bearer " + flood.key}, {"X-Api-Key", flood.key}, {"Content-Type", "application/json"}};
    CHECK(flood.app.send(ask).status == 401);
  }
}

TEST_CASE("what a source says is quoted, in one line, without controls, secrets or dangerous links") {
  Flood flood;
  const std::string secret = "ghp_" + std::string(36, 'b');
  const json event = {{"key", "a"},
                      {"summary", "<img src=x onerror=alert(1)>\r\nBcc: eve@example.org \xE2\x80\xAE" + secret},
                      {"details", {{"note", "{{7*7}} ${jndi:ldap://x} " + secret}, {"token", "s3cr3t-value-of-it"}}}};
  REQUIRE(flood.send(event.dump()).status == 200);
  const json incident = flood.app.get(kW + "/incidents?state=open", &flood.app.owner).json()["items"][0];
  const std::string summary = incident["summary"];
  CHECK(summary.starts_with("Prometheus: “"));
  CHECK(summary.ends_with("”"));
  CHECK(summary.find_first_of("\r\n") == std::string::npos);
  const std::string whole = flood.app.get(kW + "/incidents/" + incident["id"].get<std::string>(), &flood.app.owner).body;
  for (const std::string& hidden : {secret, std::string("s3cr3t-value-of-it"), std::string("\xE2\x80\xAE")})
    CHECK(whole.find(hidden) == std::string::npos);
  for (const char* link : {"javascript:alert(1)", "data:text/html,x", "https://ann:pw@example.org/"}) {
    const json linked = {{"key", "b"}, {"summary", "s"}, {"link", link}};
    CHECK(flood.send(linked.dump()).status == 400);
  }
}

TEST_CASE("the key of a source is shown once and comes back from nowhere") {
  Flood flood;
  for (const std::string& path :
       {kW + "/event-sources", kW + "/event-sources/" + flood.id, kW + "/audit", kW + "/access-review",
        kW + "/subjects/" + flood.id, kW + "/removed", std::string("/metrics")}) {
    CAPTURE(path);
    Ask ask{.path = path};
    ask.address = "127.0.0.1";
    const ApiAnswer answer = flood.app.send(ask, &flood.app.owner);
    CHECK(answer.status == 200);
    CHECK(answer.body.find(flood.key) == std::string::npos);
  }
  const ApiAnswer refused = flood.send("{\"key\":\"" + flood.key + "\",\"summary\":\"\"}");
  CHECK(refused.body.find(flood.key) == std::string::npos);
  REQUIRE(flood.send(json{{"key", "a"}, {"summary", "my key is " + flood.key}}.dump()).status == 200);
  CHECK(flood.app.get(kW + "/incidents?state=open", &flood.app.owner).body.find(flood.key) == std::string::npos);
}
