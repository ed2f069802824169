// Hosts that make agents of themselves: what a key lets them do, how often, from where, and what a refusal leaves
// behind.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kKeys = "/api/v1/workspaces/{w}/enrolment-keys";

json make_key(TestApp& app, json more = json::object()) {
  json body = {{"name", "web servers"}, {"authorised", true}};
  body.update(more);
  const ApiAnswer made = app.post(kKeys, body.dump(), &app.owner);
  INFO(made.body);
  REQUIRE(made.status == 201);
  return made.json();
}

std::string request_id(int n) {
  std::string text = std::to_string(n);
  return std::string(64 - text.size(), '0') + text;
}

ApiAnswer enrol(TestApp& app, const std::string& key, int request, const std::string& address = "192.0.2.10",
                const std::string& machine = std::string(64, 'a')) {
  Ask ask{.method = "POST",
          .path = "/api/agents/enrol",
          .body = json{{"request_id", request_id(request)}, {"name", "web-" + std::to_string(request)}}.dump(),
          .headers = {{"Authorization", "Bearer " + key}, {"X-Machine-Id", machine}},
          .host = "anything"};
  ask.as_browser = false;
  ask.address = address;
  return app.send(ask);
}

json key_of(TestApp& app, const json& made) {
  const json list = app.get(kKeys, &app.owner).json();
  for (const json& key : list["items"]) {
    if (key["id"] == made["key"]["id"]) return key;
  }
  return {};
}

int acts(TestApp& app, const std::string& act) {
  const auto all = app.audit_acts();
  return static_cast<int>(std::count(all.begin(), all.end(), act));
}

}  // namespace

TEST_CASE("a host with a key becomes an agent with a token of its own, tags and all") {
  TestApp app;
  const json made = make_key(app, {{"uses", 2}, {"tags", {"web", "berlin"}}});
  const std::string key = made["token"];
  CHECK(key.size() == 70);
  CHECK(made["install_command"].get<std::string>().find("CONNLOG_ENROLMENT_KEY=" + key) != std::string::npos);
  const ApiAnswer answer = enrol(app, key, 1);
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  const std::string token = answer.json()["token"];
  CHECK(token.substr(0, 6) == "agent_");
  CHECK(app.heartbeat(token).status == 200);

  const json agent =
      app.get("/api/v1/workspaces/{w}/agents/" + answer.json()["agent_id"].get<std::string>(), &app.owner).json();
  CHECK(agent["name"] == "web-1");
  CHECK(agent["tags"] == json{"berlin", "web"});
  const json shown = key_of(app, made);
  CHECK(shown["uses"] == 1);
  CHECK(shown["live"] == true);
  CHECK(shown["last_used_address"] == "192.0.2.10");
  CHECK(shown["agents"][0]["name"] == "web-1");
  CHECK(app.get(kKeys, &app.owner).body.find(key) == std::string::npos);
  CHECK(acts(app, "enrolment_key.added") == 1);
  CHECK(acts(app, "agent.added") == 1);
}

TEST_CASE("asking again after a lost answer gives the same agent and uses the key once") {
  TestApp app;
  const json made = make_key(app);
  const std::string key = made["token"];
  const ApiAnswer first = enrol(app, key, 1);
  REQUIRE(first.status == 201);
  for (int i = 0; i < 30; ++i) {
    const ApiAnswer again = enrol(app, key, 1);
    REQUIRE_MESSAGE(again.status == 200, again.body);
    CHECK(again.json()["token"] == first.json()["token"]);
    CHECK(again.json()["agent_id"] == first.json()["agent_id"]);
  }
  CHECK(key_of(app, made)["uses"] == 1);
  CHECK(acts(app, "agent.added") == 1);
  // Another machine with the same leftovers is another host, and the key has no second use.
  CHECK(enrol(app, key, 1, "192.0.2.10", std::string(64, 'b')).json()["error"] == "ENROLMENT_KEY_USED_UP");
  // Once the agent reported, the answer cannot have been lost.
  REQUIRE(app.heartbeat(first.json()["token"]).status == 200);
  const ApiAnswer late = enrol(app, key, 1);
  CHECK(late.status == 409);
  CHECK(late.body.find("agent_") == std::string::npos);
}

TEST_CASE("an answer is repeated for a day and not beyond") {
  TestApp app;
  const std::string key = make_key(app, {{"uses", 5}})["token"];
  const ApiAnswer first = enrol(app, key, 1);
  REQUIRE(first.status == 201);
  app.clock.advance(EnrolmentKeys::kRepeatFor - seconds(1));
  CHECK(enrol(app, key, 1).json()["token"] == first.json()["token"]);
  app.clock.advance(seconds(2));
  CHECK(enrol(app, key, 1).status == 409);
}

TEST_CASE("an answer is not repeated once the agent's token was rotated") {
  TestApp app;
  const std::string key = make_key(app, {{"uses", 5}})["token"];
  const ApiAnswer first = enrol(app, key, 1);
  REQUIRE(first.status == 201);
  const std::string agent = "/api/v1/workspaces/{w}/agents/" + first.json()["agent_id"].get<std::string>();
  REQUIRE(app.post(agent + "/token", "{}", &app.owner).status == 200);
  CHECK(enrol(app, key, 1).status == 409);
}

TEST_CASE(
    "the use after the last, from elsewhere, too late or of a revoked key is refused clearly and is a security event") {
  TestApp app;
  const json one = make_key(app);
  REQUIRE(enrol(app, one["token"], 1).status == 201);
  CHECK(enrol(app, one["token"], 2).json()["error"] == "ENROLMENT_KEY_USED_UP");

  const json here = make_key(app, {{"addresses", {"10.0.0.0/8"}}});
  CHECK(enrol(app, here["token"], 3, "192.0.2.10").json()["error"] == "ENROLMENT_ADDRESS_REFUSED");
  CHECK(enrol(app, here["token"], 3, "10.1.2.3").status == 201);

  const json late = make_key(app, {{"days", 1}});
  app.clock.advance(seconds(86'401));
  CHECK(enrol(app, late["token"], 4).json()["error"] == "ENROLMENT_KEY_EXPIRED");

  app.owner = app.browser_of(app.owner.mail);
  const json ended = make_key(app);
  Ask revoke{.method = "DELETE", .path = kKeys + "/" + ended["key"]["id"].get<std::string>()};
  CHECK(app.send(revoke, &app.owner).status == 204);
  CHECK(enrol(app, ended["token"], 5).json()["error"] == "ENROLMENT_KEY_REVOKED");
  CHECK(acts(app, "enrolment_key.refused") == 4);
  CHECK(acts(app, "enrolment_key.revoked") == 1);
}

TEST_CASE("wrong keys and refusals wait by address; a right key beside them does not") {
  TestApp app;
  const std::string key = make_key(app, {{"uses", 100}})["token"];
  int unknown = 0, waiting = 0;
  for (int i = 0; i < 60; ++i) {
    const ApiAnswer answer = enrol(app, "enrol_" + request_id(i), 1, "203.0.113.5");
    if (answer.status == 401) ++unknown;
    if (answer.status == 429) {
      ++waiting;
      CHECK_FALSE(answer.header("Retry-After").empty());
    }
  }
  CHECK(unknown == policy_of(Attempt::enrolment).free_by_address);
  CHECK(waiting == 60 - unknown);
  CHECK(enrol(app, key, 7, "203.0.113.5").status == 201);
  app.settle();
  CHECK(acts(app, "token.guessing_noticed") == 1);
}

TEST_CASE("what is no request is refused, and a session opens nothing here") {
  TestApp app;
  const std::string key = make_key(app)["token"];
  const auto send = [&](const std::string& authorization, const std::string& body) {
    Ask ask{.method = "POST", .path = "/api/agents/enrol", .body = body, .headers = {{"Authorization", authorization}}};
    ask.as_browser = false;
    return app.send(ask).status;
  };
  CHECK(send("Bearer " + key, "{}") == 400);
  CHECK(send("Bearer " + key, R"({"request_id":"short","name":"x"})") == 400);
  CHECK(send("Bearer " + key, R"({"request_id":")" + request_id(1) + R"(","name":"a\nb"})") == 400);
  CHECK(send("Bearer " + key, R"({"request_id":")" + request_id(1) + R"(","name":")" + std::string(81, 'x') + "\"}") ==
        400);
  CHECK(send(key, R"({"request_id":")" + request_id(1) + R"(","name":"x"})") == 401);
  CHECK(send("", R"({"request_id":")" + request_id(1) + R"(","name":"x"})") == 401);
  CHECK(key_of(app, {{"key", app.get(kKeys, &app.owner).json()["items"][0]}})["uses"] == 0);
}

TEST_CASE("only who may manage keys sees, makes and revokes them, in their own workspace") {
  TestApp app;
  const json made = make_key(app);
  const std::string one = kKeys + "/" + made["key"]["id"].get<std::string>();
  for (const Person* person : {&app.operator_, &app.member, &app.viewer}) {
    CHECK(app.get(kKeys, person).status == 403);
    CHECK(app.post(kKeys, R"({"name":"x","authorised":true})", person).status == 403);
    CHECK(app.send(Ask{.method = "DELETE", .path = one}, person).status == 403);
  }
  CHECK(app.get(kKeys, &app.stranger).status == 404);
  CHECK(app.send(Ask{.method = "DELETE", .path = one}, &app.stranger).status == 404);
  CHECK(app.post(kKeys, R"({"name":"x"})", &app.owner).status == 422);
  CHECK(app.post(kKeys, R"({"name":"x","authorised":true,"addresses":["10.0.0.1/8"]})", &app.owner).json()["field"] ==
        "addresses");
  CHECK(app.post(kKeys, R"({"name":"x","authorised":true,"uses":0})", &app.owner).status == 422);
}

TEST_CASE("nobody enrols into a workspace that is disabled") {
  TestApp app;
  const std::string key = make_key(app, {{"uses", 2}})["token"];
  REQUIRE(app.post("/api/v1/workspaces/{w}/state", R"({"enabled":false})", &app.owner).status == 200);
  CHECK(enrol(app, key, 1).status == 423);
  REQUIRE(app.post("/api/v1/workspaces/{w}/state", R"({"enabled":true})", &app.owner).status == 200);
  CHECK(enrol(app, key, 1).status == 201);
}
