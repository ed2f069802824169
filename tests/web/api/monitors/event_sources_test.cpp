// Event sources as people set them: the key is shown once, everything else is a subject's.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/push_monitor.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";
const std::string kSources = kW + "/event-sources";

json must(const ApiAnswer& answer) {
  REQUIRE_MESSAGE((answer.status >= 200 && answer.status <= 299), answer.body);
  return answer.body.empty() ? json() : answer.json();
}

int sent(TestApp& app, const std::string& key, const std::string& body = R"({"key":"a","summary":"s"})") {
  return from_program(app, "/api/events/json", "POST", body, {{"Authorization", "Bearer " + key}}).status;
}

}  // namespace

TEST_CASE("a source is added with its key, listed without it, changed, and renewed") {
  TestApp app;
  const json made = must(app.post(
      kSources,
      R"({"name":"Nagios","format":"json","addresses":["192.0.2.0/24"],"stale_after_seconds":7200,"tags":["prod"]})",
      &app.owner));
  const std::string key = made["key"], id = made["source"]["id"], path = kSources + "/" + id;
  CHECK(key.size() == 32);
  CHECK(key.starts_with("rk"));
  CHECK(made["source"]["key_start"] == key.substr(0, 6));
  CHECK(made["source"]["state"] == "pending");
  CHECK(sent(app, key) == 200);

  const json listed = must(app.get(kSources, &app.viewer))["items"];
  REQUIRE(listed.size() == 1);
  CHECK(listed[0]["name"] == "Nagios");
  CHECK(listed[0]["addresses"] == json::array({"192.0.2.0/24"}));
  CHECK(listed[0]["stale_after_seconds"] == 7200);
  CHECK(listed[0]["open_events"] == 1);
  CHECK(listed[0]["state"] == "degraded");
  CHECK_FALSE(listed[0]["last_at"].is_null());
  CHECK(listed[0]["tags"] == json::array({"prod"}));

  const json changed = must(app.patch(path, R"({"name":"Icinga","addresses":[],"watchdog_event":"alive"})", &app.owner));
  CHECK(changed["name"] == "Icinga");
  CHECK(changed["addresses"].empty());
  CHECK(changed["watchdog_event"] == "alive");
  CHECK(app.patch(path, R"({"stale_after_seconds":10})", &app.owner).json()["field"] == "stale_after_seconds");
  CHECK(app.patch(path, R"({"addresses":["everywhere"]})", &app.owner).status == 422);

  const std::string renewed = must(app.post(path + "/key", "", &app.owner))["key"];
  CHECK(renewed != key);
  CHECK(sent(app, key) == 401);
  CHECK(sent(app, renewed) == 200);
}

TEST_CASE("a trial opens an event that ends by itself; while paused there is none") {
  TestApp app;
  const json made = must(app.post(kSources, R"({"name":"N","format":"json"})", &app.owner));
  const std::string path = kSources + "/" + made["source"]["id"].get<std::string>();
  const json tried = must(app.post(path + "/test", "", &app.owner));
  CHECK(tried["ok"] == true);
  const json incident = must(app.get(kW + "/incidents/" + tried["incident_id"].get<std::string>(), &app.owner));
  CHECK(incident["severity"] == "info");
  must(app.patch(path, R"({"paused":true})", &app.owner));
  CHECK(app.post(path + "/test", "", &app.owner).status == 409);
  CHECK(must(app.get(path, &app.owner))["state"] == "paused");
  CHECK(must(app.get(path, &app.owner))["open_events"] == 0);
}

TEST_CASE("a removed source refuses its key, and comes back with it") {
  TestApp app;
  const json made = must(app.post(kSources, R"({"name":"N","format":"json","tags":["x"]})", &app.owner));
  const std::string path = kSources + "/" + made["source"]["id"].get<std::string>(), key = made["key"];
  must(app.send(Ask{.method = "DELETE", .path = path}, &app.owner));
  CHECK(app.get(path, &app.owner).status == 404);
  CHECK(sent(app, key) == 401);
  const json removed = must(app.get(kW + "/removed", &app.owner))["items"][0];
  CHECK(removed["kind"] == "source");
  must(app.post(kW + "/removed/" + removed["id"].get<std::string>() + "/restore", "", &app.owner));
  CHECK(must(app.get(path, &app.owner))["tags"] == json::array({"x"}));
  CHECK(sent(app, key) == 200);
}

TEST_CASE("a key that leaked is renewed at once, and stands in the access review") {
  TestApp app;
  const json made = must(app.post(kSources, R"({"name":"Nagios","format":"json"})", &app.owner));
  const std::string key = made["key"];
  const std::string review = app.get(kW + "/access-review", &app.owner).body;
  CHECK(review.find("event_key") != std::string::npos);
  const json answer = must(app.post(kW + "/leaks",
                                    json{{"kind", "event_key"}, {"subject", made["source"]["id"]}}.dump(), &app.owner));
  CHECK(sent(app, key) == 401);
  CHECK(sent(app, answer["secret"]) == 200);
}

TEST_CASE("a source is a subject of its kind, with a route of its own for its removal") {
  TestApp app;
  const json made = must(app.post(kSources, R"({"name":"Nagios","format":"alertmanager"})", &app.owner));
  const std::string id = made["source"]["id"];
  const json subject = must(app.get(kW + "/subjects/" + id, &app.owner));
  CHECK(subject["kind"] == "source");
  const ApiAnswer refused = app.send(Ask{.method = "DELETE", .path = kW + "/subjects/" + id}, &app.owner);
  CHECK(refused.status == 409);
  CHECK(refused.body.find("/event-sources/" + id) != std::string::npos);
  CHECK(app.post(kW + "/subjects", R"({"kind":"source","name":"x"})", &app.owner).status == 422);
  CHECK(app.post(kW + "/rules", R"({"name":"x","kind":"event","target":{"kind":"all"}})", &app.owner).status == 422);
}
