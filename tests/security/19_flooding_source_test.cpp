// Threat 19, and 2: a source that floods, and what its key can do: open and resolve its own events, and nothing else.
// What it says is a quotation.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

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
  // As a sender that keeps to Retry-After, and so waits a minute at most.
  ApiAnswer send_patiently(const std::string& body) {
    ApiAnswer answer = send(body);
    for (int i = 0; answer.status == 429 && i < 3; ++i) {
      app.clock.advance(seconds(std::stoi(answer.header("Retry-After"))));
      answer = send(body);
    }
    return answer;
  }
  std::string add_recipient(const json& recipient) {
    const ApiAnswer added = app.post(kW + "/recipients", recipient.dump(), &app.owner);
    REQUIRE_MESSAGE(added.status == 201, added.body);
    return added.json()["recipient"]["id"];
  }
  // The messages of each recipient, as the log of deliveries has them.
  std::map<std::string, std::vector<json>> messages() {
    std::map<std::string, std::vector<json>> of;
    std::string after;
    do {
      const json page = app.get(kW + "/notifications?limit=200" + after, &app.owner).json();
      for (const json& each : page["items"]) of[each["recipient_id"]].push_back(each);
      after = page["next"].is_string() ? "&after=" + page["next"].get<std::string>() : std::string();
    } while (!after.empty());
    return of;
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
          "rule_sentence, kind, severity, summary, opened_at, acknowledged_at, acknowledged_by, resolved_at, "
          "resolution, version) SELECT CAST(printf('%016d', m.n) AS BLOB), i.workspace_id, "
          "CAST(printf('%016d', m.n) AS BLOB), i.subject_id, i.subject_kind, i.subject_name, 0, '', '', 'event', "
          "'warning', 's', i.opened_at, 0, '', 0, '', 1 FROM m, incident i WHERE i.kind = 'event'; " +
          more +
          "INSERT INTO open_event SELECT e.workspace_id, e.source_id, 'filled' || m.n, "
          "CAST(printf('%016d', m.n) AS BLOB), e.last_at, e.ends_at, 0 FROM m, open_event e "
          "WHERE e.event_key = 'first'");
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
  // Many end: a source may end a thousand at once, and then waits as it is told to.
  for (int from = 1; from < 2'000; from += 900) {
    json ends = json::array();
    for (int i = from; i < from + 900; ++i) ends.push_back({{"key", "filled" + std::to_string(i)}, {"resolved", true}});
    CHECK(flood.send_patiently(json{{"events", ends}}.dump()).status == 200);
  }
  flood.app.services->scheduler.run_once();
  CHECK(told() == 0);
  CHECK(flood.send(R"({"key":"one-more","summary":"s"})").status == 200);
}

TEST_CASE("a thousand events of a source are a message or two to each person, not a thousand") {
  Flood flood;
  const std::string chat = flood.add_recipient(
      {{"name", "Night"}, {"kind", "slack"}, {"fields", {{"url", "https://hooks.example.org/services/T/B/x"}}}});
  const std::string own = flood.add_recipient({{"name", "Own"},
                                               {"kind", "webhook"},
                                               {"fields",
                                                {{"url", "https://hooks.example.org/x"},
                                                 {"format", "text"},
                                                 {"content_type", "text/plain"},
                                                 {"body", "{title}"}}}});
  CHECK(flood.send(Flood::events(0, 1'000)).status == 200);
  for (int second = 0; second < 40; ++second) {
    flood.app.clock.advance(seconds(1));
    flood.app.services->scheduler.run_once();
  }
  const auto told = flood.messages();
  CHECK(told.contains(chat));
  CHECK(told.contains(own));
  CHECK(told.size() == 3);  // and the owner, by mail
  for (const auto& [recipient, messages] : told) {
    CAPTURE(recipient);
    CHECK(messages.size() == 2);
    int incidents = 0;
    for (const json& each : messages) incidents += each["incidents"].get<int>();
    CHECK(incidents == 1'000);
  }
}

TEST_CASE("a program gets each incident of a flood once, and never more of them than its source may open") {
  Flood flood;
  const std::string hook = flood.add_recipient(
      {{"name", "Hook"}, {"kind", "webhook"}, {"fields", {{"url", "https://hooks.example.org/x"}}}});
  const auto told = [&] {
    std::set<std::string> incidents;
    const auto all = flood.messages();
    const auto& messages = all.at(hook);
    for (const json& each : messages) incidents.insert(each["incident_id"].get<std::string>());
    CHECK(incidents.size() == messages.size());
    return messages.size();
  };
  CHECK(flood.send(Flood::events(0, 1'000)).status == 200);
  CHECK(told() == 1'000);
  // Who does not wait opens nothing more, whatever they send.
  for (int i = 0; i < 20; ++i) CHECK(flood.send(Flood::events(1'000 + 50 * i, 50)).status == 429);
  CHECK(told() == 1'000);
  // In ten seconds there is room for two hundred.
  flood.app.clock.advance(seconds(10));
  int taken = 0;
  for (int i = 0; i < 40; ++i) {
    if (flood.send(Flood::events(1'000 + 10 * i, 10)).status == 200) ++taken;
  }
  CHECK(taken == 20);
  CHECK(told() == 1'200);
  // What stands and comes again is told to nobody.
  CHECK(flood.send_patiently(Flood::events(0, 1'000)).status == 200);
  flood.app.services->scheduler.run_once();
  CHECK(told() == 1'200);
}

TEST_CASE("a key opens and resolves the events of its source, and nothing else answers to it") {
  Flood flood;
  const ApiAnswer other =
      flood.app.post(kW + "/event-sources", R"({"name":"Other","format":"json"})", &flood.app.owner);
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
    ask.headers = {
        {"Authorization", "Bearer " + flood.key}, {"X-Api-Key", flood.key}, {"Content-Type", "application/json"}};
    CHECK(flood.app.send(ask).status == 401);
  }
}

TEST_CASE("what a source says is quoted, in one line, without controls or secrets") {
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
  const std::string whole =
      flood.app.get(kW + "/incidents/" + incident["id"].get<std::string>(), &flood.app.owner).body;
  for (const std::string& hidden : {secret, std::string("s3cr3t-value-of-it"), std::string("\xE2\x80\xAE")})
    CHECK(whole.find(hidden) == std::string::npos);
}

// The alert counts more than its link: it is taken without it.
TEST_CASE("a dangerous link of a source is left out, and its incident opens all the same") {
  Flood flood;
  const auto path_of = [&](const std::string& name) {
    const json open = flood.app.get(kW + "/incidents?state=open", &flood.app.owner).json()["items"];
    const auto found = std::ranges::find_if(
        open, [&](const json& each) { return each["summary"].get<std::string>().find(name) != std::string::npos; });
    REQUIRE(found != open.end());
    return kW + "/incidents/" + (*found)["id"].get<std::string>();
  };
  int number = 0;
  for (const char* link : {"javascript:alert(1)", "data:text/html,x", "https://ann:pw@example.org/", "//example.org/y",
                           "https://example.org/\r\nz"}) {
    CAPTURE(link);
    const std::string name = "linked " + std::to_string(++number);
    const json linked = {{"key", name}, {"summary", name}, {"link", link}};
    CHECK(flood.send(linked.dump()).status == 200);
    const std::string path = path_of(name);
    for (const std::string& shown : {path, path + "/telling"}) {
      const ApiAnswer answer = flood.app.get(shown, &flood.app.owner);
      REQUIRE(answer.status == 200);
      for (const char* part : {"javascript:", "data:text", "ann:pw", "example.org/"})
        CHECK(answer.body.find(part) == std::string::npos);
    }
  }
  REQUIRE(flood.send(R"({"key":"good","summary":"good","link":"https://example.org/good"})").status == 200);
  const std::string kept = flood.app.get(path_of("good"), &flood.app.owner).body;
  CHECK(kept.find("https://example.org/good") != std::string::npos);
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
