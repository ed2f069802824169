// The doors for events of other systems, as their clients see them.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/push_monitor.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kSources = "/api/v1/workspaces/{w}/event-sources";
const std::string kFiring =
    R"({"version":"4","status":"firing","receiver":"connlog","alerts":[{"status":"firing","labels":)"
    R"({"alertname":"InstanceDown","instance":"db-1","severity":"critical"},"annotations":{"summary":"db-1 is down"},)"
    R"("startsAt":"2026-11-30T21:46:33Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/","fingerprint":"f1"}]})";

struct Source {
  std::string id, key;
};

Source add(TestApp& app, const std::string& format, json more = json::object()) {
  more.update({{"name", "Prometheus"}, {"format", format}});
  const ApiAnswer made = app.post(kSources, more.dump(), &app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  CHECK(made.header("Cache-Control") == "no-store");
  return {made.json()["source"]["id"], made.json()["key"]};
}

ApiAnswer send(TestApp& app, const std::string& path, const std::string& body, const std::string& key) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (!key.empty()) headers.emplace_back("Authorization", "Bearer " + key);
  return from_program(app, path, "POST", body, headers);
}

std::string trigger(const std::string& key, const std::string& action = "trigger", const std::string& dedup = "d1") {
  return json{{"routing_key", key},
              {"event_action", action},
              {"dedup_key", dedup},
              {"payload", {{"summary", "disk"}, {"source", "db-1"}, {"severity", "error"}}}}
      .dump();
}

json open_incidents(TestApp& app) {
  return app.get("/api/v1/workspaces/{w}/incidents?state=open", &app.owner).json()["items"];
}

}  // namespace

TEST_CASE("Alertmanager's webhook opens and resolves, under any name of this server") {
  TestApp app;
  const Source source = add(app, "alertmanager");
  const std::string door = "/api/events/alertmanager";
  const ApiAnswer opened = send(app, door, kFiring, source.key);
  CHECK(opened.status == 200);
  CHECK(opened.json()["opened"] == 1);
  REQUIRE(open_incidents(app).size() == 1);
  CHECK(open_incidents(app)[0]["summary"] == "Prometheus: “db-1 is down”");
  CHECK(open_incidents(app)[0]["severity"] == "critical");
  CHECK(send(app, door, kFiring, source.key).json()["repeated"] == 1);
  std::string over = kFiring;
  over.replace(over.rfind("\"status\":\"firing\""), 17, "\"status\":\"resolved\"");
  CHECK(send(app, door, over, source.key).json()["resolved"] == 1);
  CHECK(open_incidents(app).empty());
}

TEST_CASE("a key comes as bearer, as the password of Basic, as X-Api-Key, and never in an address") {
  TestApp app;
  const Source source = add(app, "json");
  const std::string body = R"({"key":"a","summary":"s"})", door = "/api/events/json";
  CHECK(send(app, door, body, source.key).status == 200);
  CHECK(from_program(app, door, "POST", body, {{"X-Api-Key", source.key}}).status == 200);
  // "any:<key>" in base64, made here by hand.
  static constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string plain = "any:" + source.key;
  std::string coded;
  for (std::size_t i = 0; i < plain.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (i + j < plain.size() ? static_cast<std::uint8_t>(plain[i + j]) : 0);
    for (int j = 0; j < 4; ++j) coded += kLetters[bits >> (18 - 6 * j) & 63];
  }
  REQUIRE(plain.size() % 3 == 0);  // no padding
  CHECK(from_program(app, door, "POST", body, {{"Authorization", "Basic " + coded}}).status == 200);
  CHECK(from_program(app, door + "?key=" + source.key, "POST", body).status == 400);
  CHECK(from_program(app, door + "?token=" + source.key, "POST", body).json()["code"] == "key_in_address");
  CHECK(send(app, door, body, "").status == 401);
  const ApiAnswer wrong = send(app, door, body, "rk" + std::string(30, 'A'));
  CHECK(wrong.status == 401);
  CHECK(wrong.header("WWW-Authenticate") == "Bearer");
}

TEST_CASE("PagerDuty's clients are answered as they expect, at both addresses") {
  TestApp app;
  const Source source = add(app, "pagerduty");
  for (const char* door : {"/api/events/pagerduty/v2/enqueue", "/v2/enqueue"}) {
    CAPTURE(door);
    const ApiAnswer taken = send(app, door, trigger(source.key), "");
    CHECK(taken.status == 202);
    CHECK(taken.json() == json{{"status", "success"}, {"message", "Event processed"}, {"dedup_key", "d1"}});
  }
  CHECK(open_incidents(app).size() == 1);
  CHECK(send(app, "/v2/enqueue", trigger(source.key, "acknowledge"), "").status == 202);
  CHECK(open_incidents(app)[0]["acknowledged_at"].is_null());
  CHECK(send(app, "/v2/enqueue", trigger(source.key, "resolve"), "").status == 202);
  CHECK(open_incidents(app).empty());

  json without = json::parse(trigger(source.key));
  without.erase("dedup_key");
  const ApiAnswer made = send(app, "/v2/enqueue", without.dump(), "");
  CHECK(made.status == 202);
  CHECK(made.json()["dedup_key"].get<std::string>().size() == 32);

  const ApiAnswer bad = send(app, "/v2/enqueue", trigger(source.key, "close"), "");
  CHECK(bad.status == 400);
  CHECK(bad.json()["status"] == "invalid event");
  CHECK(bad.json()["errors"].size() == 1);
  const ApiAnswer stranger = send(app, "/v2/enqueue", trigger("rk" + std::string(30, 'B')), "");
  CHECK(stranger.status == 400);
  CHECK(stranger.json()["message"] == "Event object is invalid");
}

TEST_CASE("a refusal names the member, and another format the right door") {
  TestApp app;
  const Source source = add(app, "json");
  const ApiAnswer nameless = send(app, "/api/events/json", R"({"summary":"s"})", source.key);
  CHECK(nameless.status == 422);
  CHECK(nameless.json()["field"] == "key");
  const ApiAnswer elsewhere = send(app, "/api/events/alertmanager", kFiring, source.key);
  CHECK(elsewhere.status == 403);
  CHECK(elsewhere.json()["detail"].get<std::string>().find("/api/events/json") != std::string::npos);
  const ApiAnswer asked = from_program(app, "/api/events/json");
  CHECK(asked.status == 405);
  CHECK(asked.header("Allow") == "POST");
  CHECK(send(app, "/api/events/json", "{", source.key).status == 422);
  CHECK(send(app, "/api/events/json", std::string(300'000, ' '), source.key).status == 413);
}

TEST_CASE("wrong keys wait by address, and the right one does not") {
  TestApp app;
  const Source source = add(app, "json");
  const std::string body = R"({"key":"a","summary":"s"})";
  int limited = 0;
  std::string wait;
  for (int i = 0; i < 40; ++i) {
    const ApiAnswer answer = send(app, "/api/events/json", body, "rk" + std::to_string(100 + i) + std::string(27, 'C'));
    if (answer.status == 429) wait = answer.header("Retry-After");
    limited += answer.status == 429 ? 1 : 0;
  }
  CHECK(limited > 0);
  CHECK_FALSE(wait.empty());
  CHECK(send(app, "/api/events/json", body, source.key).status == 200);
}

TEST_CASE("a source that sends too much is asked to wait") {
  web::WebOptions settings;
  settings.requests_burst = 100'000;
  TestApp app(settings);
  const Source source = add(app, "json");
  ApiAnswer answer;
  int taken = 0;
  for (int i = 0; i < 1'100; ++i) {
    answer = send(app, "/api/events/json", R"({"key":"a","resolved":true})", source.key);
    if (answer.status != 200) break;
    ++taken;
  }
  CHECK(taken == 1'000);
  CHECK(answer.status == 429);
  CHECK(answer.header("Retry-After") == "1");
  app.settle();
  CHECK(app.get("/api/v1/workspaces/{w}/security-events", &app.owner).body.find("source.limited") != std::string::npos);
  app.clock.advance(seconds(1));
  CHECK(send(app, "/api/events/json", R"({"key":"a","resolved":true})", source.key).status == 200);
}
