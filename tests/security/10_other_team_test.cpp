// Threats 10 and 16 inside one workspace: where it is scoped by team, an agent of another team and everything about it
// is not there, at no address, in no list, in no event.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";

ApiAnswer call(TestApp& app, const std::string& method, const std::string& path, const json& body, const Person& as) {
  return app.send(Ask{.method = method, .path = path, .body = body.is_null() ? "" : body.dump()}, &as);
}

// db-1 with its incident belongs to team A, in which the operator is; the member is in team B; the viewer in none.
struct World {
  TestApp app;
  std::string team_a, team_b;

  World() {
    app.populate();
    team_a = call(app, "POST", kW + "/teams", {{"name", "A"}}, app.owner).json()["id"];
    team_b = call(app, "POST", kW + "/teams", {{"name", "B"}}, app.owner).json()["id"];
    put(team_a, app.operator_, false);
    put(team_b, app.member, true);
    REQUIRE(call(app, "PATCH", kW + "/agents/{agent}", {{"team_id", team_a}}, app.owner).status == 200);
    REQUIRE(call(app, "PATCH", kW, {{"team_scoped", true}}, app.owner).status == 200);
  }
  void put(const std::string& team, const Person& person, bool may_edit) {
    const std::string path = kW + "/teams/" + team + "/members/" + person.id.text();
    REQUIRE(call(app, "PUT", path, {{"may_edit", may_edit}}, app.owner).status == 200);
  }
};

}  // namespace

TEST_CASE("an agent of another team, and everything about it, is not there") {
  World world;
  TestApp& app = world.app;
  for (const Person* person : {&app.member, &app.viewer}) {
    CAPTURE(person->mail);
    for (const char* path :
         {"/agents/{agent}", "/agents/{agent}/readings", "/agents/{agent}/machine-events", "/incidents/{incident}"}) {
      CAPTURE(path);
      const ApiAnswer answer = app.get(kW + path, person);
      CHECK(answer.status == 404);
      CHECK(answer.body.find("db-1") == std::string::npos);
    }
    for (const char* path : {"/agents", "/agents?q=db", "/incidents", "/incidents?agent={agent}", "/notifications",
                             "/notifications?state=queued", "/overview"}) {
      CAPTURE(path);
      const ApiAnswer answer = app.get(kW + path, person);
      CHECK(answer.status == 200);
      CHECK(answer.body.find("db-1") == std::string::npos);
      CHECK(answer.body.find(app.ids["agent"]) == std::string::npos);
      CHECK(answer.body.find(app.ids["incident"]) == std::string::npos);
    }
    const json about = {
        {"name", "x"}, {"kind", "silence"}, {"target", {{"kind", "agent"}, {"agent_id", app.ids["agent"]}}}};
    CHECK(call(app, "POST", kW + "/rules/preview", about, *person).status == 422);
    const json everything = {{"name", "x"}, {"kind", "silence"}, {"target", {{"kind", "all"}}}};
    CHECK(call(app, "POST", kW + "/rules/preview", everything, *person).json()["targeted_agents"] == 0);
  }
  const ApiAnswer acknowledged =
      call(app, "POST", kW + "/incidents/{incident}/acknowledge", json::object(), app.member);
  CHECK(acknowledged.status == 404);
  CHECK(call(app, "POST", kW + "/incidents/{incident}/comments", {{"text", "x"}}, app.member).status == 404);
  // Who is in its team, and who manages, sees it.
  for (const Person* person : {&app.operator_, &app.owner}) {
    CHECK(app.get(kW + "/agents/{agent}", person).status == 200);
    CHECK(app.get(kW + "/incidents/{incident}", person).status == 200);
    CHECK(app.get(kW + "/overview", person).body.find("db-1") != std::string::npos);
  }
}

TEST_CASE("live events of another team's agents reach nobody who does not see them") {
  World world;
  TestApp& app = world.app;
  TestStream without = app.open_stream(app.viewer);
  TestStream with = app.open_stream(app.operator_);
  without.read();
  with.read();
  REQUIRE(app.heartbeat(app.agent_token).status == 200);
  CHECK(call(app, "POST", kW + "/incidents/{incident}/comments", {{"text", "hello"}}, app.owner).status == 201);
  app.settle();
  CHECK(with.read().find(app.ids["agent"]) != std::string::npos);
  CHECK(without.read().find(app.ids["agent"]) == std::string::npos);
}

TEST_CASE("a stream that showed more ends when its person leaves the team") {
  World world;
  TestApp& app = world.app;
  TestStream stream = app.open_stream(app.operator_);
  REQUIRE(call(app, "DELETE", kW + "/teams/" + world.team_a + "/members/" + app.operator_.id.text(), nullptr, app.owner)
              .status == 204);
  app.clock.advance(seconds(20));
  app.app->tick();
  CHECK_FALSE(stream.is_open());
  CHECK(app.get(kW + "/agents/{agent}", &app.operator_).status == 404);
}

TEST_CASE("an operator edits by the grant of a team, and nothing of another one's") {
  World world;
  TestApp& app = world.app;
  const std::string agent = kW + "/agents/{agent}";
  CHECK(call(app, "PATCH", agent, {{"name", "x"}}, app.operator_).status == 403);  // in the team, without the grant
  world.put(world.team_a, app.operator_, true);
  CHECK(call(app, "PATCH", agent, {{"name", "db-1b"}}, app.operator_).status == 200);
  CHECK(call(app, "PATCH", agent, {{"team_id", world.team_b}}, app.operator_).status == 403);
  CHECK(call(app, "POST", agent + "/token", json::object(), app.operator_).status == 403);
  CHECK(call(app, "DELETE", agent, nullptr, app.operator_).status == 403);
  // A new one belongs to the team; rules are theirs where they are about one agent of it.
  const ApiAnswer added = call(app, "POST", kW + "/agents", {{"name", "new"}, {"authorised", true}}, app.operator_);
  REQUIRE(added.status == 201);
  CHECK(added.json()["agent"]["team_id"] == world.team_a);
  const json all = {{"name", "x"}, {"kind", "silence"}, {"target", {{"kind", "all"}}}};
  CHECK(call(app, "POST", kW + "/rules", all, app.operator_).status == 403);
  CHECK(call(app, "PATCH", kW + "/rules/{rule}", {{"enabled", false}}, app.operator_).status == 403);
  const json one = {
      {"name", "x"}, {"kind", "silence"}, {"target", {{"kind", "agent"}, {"agent_id", app.ids["agent"]}}}};
  CHECK(call(app, "POST", kW + "/rules", one, app.operator_).status == 201);
  // The member has a grant too, but not the role.
  CHECK(call(app, "POST", kW + "/agents", {{"name", "y"}, {"authorised", true}}, app.member).status == 403);
}

TEST_CASE("a grant of one team does not even show that another team's agents and rules are there") {
  World world;
  TestApp& app = world.app;
  const json about = {
      {"name", "about db-1"}, {"kind", "silence"}, {"target", {{"kind", "agent"}, {"agent_id", app.ids["agent"]}}}};
  const ApiAnswer made = call(app, "POST", kW + "/rules", about, app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  app.ids["their_rule"] = made.json()["id"];
  REQUIRE(call(app, "DELETE", kW + "/teams/" + world.team_a + "/members/" + app.operator_.id.text(), nullptr, app.owner)
              .status == 204);
  world.put(world.team_b, app.operator_, true);  // may edit, elsewhere

  CHECK(app.get(kW + "/rules", &app.operator_).body.find("about db-1") == std::string::npos);
  CHECK(app.get(kW + "/rules", &app.owner).body.find("about db-1") != std::string::npos);
  const std::string agent = kW + "/agents/{agent}", rule = kW + "/rules/{their_rule}";
  CHECK(app.get(rule, &app.operator_).status == 404);
  CHECK(call(app, "PATCH", agent, {{"name", "x"}}, app.operator_).status == 404);
  CHECK(call(app, "PATCH", rule, {{"enabled", false}}, app.operator_).status == 404);
  CHECK(call(app, "DELETE", rule, nullptr, app.operator_).status == 404);
  CHECK(call(app, "POST", rule + "/test", json::object(), app.operator_).status == 404);
  CHECK(call(app, "POST", kW + "/rules", about, app.operator_).status == 422);
}

TEST_CASE("the streams of a workspace end when it is disabled") {
  World world;
  TestApp& app = world.app;
  TestStream stream = app.open_stream(app.member);
  REQUIRE(call(app, "POST", kW + "/state", {{"enabled", false}}, app.owner).status == 200);
  app.clock.advance(seconds(20));
  app.app->tick();
  CHECK_FALSE(stream.is_open());
}

TEST_CASE("where somebody does not see every team's agents, they do not choose who is told about them") {
  World world;
  TestApp& app = world.app;
  world.put(world.team_a, app.operator_, true);
  const json hook = {{"name", "mine"}, {"kind", "webhook"}, {"fields", {{"url", "https://hooks.example.org/x"}}}};
  json by_default = hook;
  by_default["receives_by_default"] = true;
  CHECK(call(app, "POST", kW + "/recipients", by_default, app.operator_).status == 403);
  CHECK(call(app, "PATCH", kW + "/recipients/{recipient}", {{"fields", {{"url", "https://hooks.example.org/x"}}}},
             app.operator_)
            .status == 403);
  CHECK(call(app, "PATCH", kW + "/recipients/{recipient}", {{"enabled", false}}, app.operator_).status == 403);
  CHECK(call(app, "DELETE", kW + "/recipients/{recipient}", nullptr, app.operator_).status == 403);
  // One that gets nothing by itself, for rules about the team's own agents.
  const ApiAnswer added = call(app, "POST", kW + "/recipients", hook, app.operator_);
  REQUIRE(added.status == 201);
  CHECK(added.json()["recipient"]["receives_by_default"] == false);
  const json one = {{"name", "x"},
                    {"kind", "silence"},
                    {"target", {{"kind", "agent"}, {"agent_id", app.ids["agent"]}}},
                    {"recipient_ids", {added.json()["recipient"]["id"]}}};
  CHECK(call(app, "POST", kW + "/rules", one, app.operator_).status == 201);
  // Where everybody sees everything, the grant is enough.
  REQUIRE(call(app, "PATCH", kW, {{"team_scoped", false}}, app.owner).status == 200);
  CHECK(call(app, "PATCH", kW + "/recipients/{recipient}", {{"name", "y"}}, app.operator_).status == 200);
}
