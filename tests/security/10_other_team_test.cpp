// Threats 10 and 16 inside one workspace: where it is scoped by team, an agent of another team and everything about it
// is not there, at no address, in no list, in no event.
#include <doctest/doctest.h>

#include <algorithm>
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
    REQUIRE(call(app, "PATCH", kW + "/agents/{agent}", {{"team_ids", {team_a}}}, app.owner).status == 200);
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
         {"/agents/{agent}", "/agents/{agent}/readings", "/agents/{agent}/machine-events", "/incidents/{incident}", "/subjects/{agent}", "/subjects/{agent}/record"}) {
      CAPTURE(path);
      const ApiAnswer answer = app.get(kW + path, person);
      CHECK(answer.status == 404);
      CHECK(answer.body.find("db-1") == std::string::npos);
    }
    for (const char* path : {"/agents", "/agents?q=db", "/incidents", "/incidents?subject={agent}", "/notifications",
                             "/notifications?state=queued", "/overview", "/subjects", "/subjects?q=db"}) {
      CAPTURE(path);
      const ApiAnswer answer = app.get(kW + path, person);
      CHECK(answer.status == 200);
      CHECK(answer.body.find("db-1") == std::string::npos);
      CHECK(answer.body.find(app.ids["agent"]) == std::string::npos);
      CHECK(answer.body.find(app.ids["incident"]) == std::string::npos);
    }
    const json about = {
        {"name", "x"}, {"kind", "silence"}, {"target", {{"kind", "subject"}, {"subject_id", app.ids["agent"]}}}};
    CHECK(call(app, "POST", kW + "/rules/preview", about, *person).status == 422);
    const json everything = {{"name", "x"}, {"kind", "silence"}, {"target", {{"kind", "all"}}}};
    CHECK(call(app, "POST", kW + "/rules/preview", everything, *person).json()["targeted_subjects"] == 0);
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
  // Neither to a team that does not grant them, nor out of the last one that does.
  for (const json& teams : {json::array({world.team_b}), json::array({world.team_a, world.team_b})}) {
    CAPTURE(teams.dump());
    CHECK(call(app, "PATCH", agent, {{"team_ids", teams}}, app.operator_).status == 403);
  }
  const ApiAnswer refused = call(app, "PATCH", agent, {{"team_ids", json::array()}}, app.operator_);
  CHECK(refused.status == 422);
  CHECK(refused.body.find("team_ids") != std::string::npos);
  CHECK(call(app, "POST", agent + "/token", json::object(), app.operator_).status == 403);
  CHECK(call(app, "DELETE", agent, nullptr, app.operator_).status == 403);
  // A new one belongs to the team; rules are theirs where they are about one agent of it.
  const ApiAnswer added = call(app, "POST", kW + "/agents", {{"name", "new"}, {"authorised", true}}, app.operator_);
  REQUIRE(added.status == 201);
  CHECK(added.json()["agent"]["team_ids"] == json::array({world.team_a}));
  const json all = {{"name", "x"}, {"kind", "silence"}, {"target", {{"kind", "all"}}}};
  CHECK(call(app, "POST", kW + "/rules", all, app.operator_).status == 403);
  CHECK(call(app, "PATCH", kW + "/rules/{rule}", {{"enabled", false}}, app.operator_).status == 403);
  const json one = {
      {"name", "x"}, {"kind", "silence"}, {"target", {{"kind", "subject"}, {"subject_id", app.ids["agent"]}}}};
  CHECK(call(app, "POST", kW + "/rules", one, app.operator_).status == 201);
  // The member has a grant too, but not the role.
  CHECK(call(app, "POST", kW + "/agents", {{"name", "y"}, {"authorised", true}}, app.member).status == 403);
}

TEST_CASE("a grant of one team does not even show that another team's agents and rules are there") {
  World world;
  TestApp& app = world.app;
  const json about = {
      {"name", "about db-1"}, {"kind", "silence"}, {"target", {{"kind", "subject"}, {"subject_id", app.ids["agent"]}}}};
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

TEST_CASE("a subject of several teams is seen by the people of each, and by those of one no longer when it leaves it") {
  World world;
  TestApp& app = world.app;
  const std::string agent = kW + "/agents/{agent}";
  REQUIRE(call(app, "PATCH", agent, {{"team_ids", {world.team_a, world.team_b}}}, app.owner).status == 200);
  TestStream stream = app.open_stream(app.member);
  stream.read();
  for (const Person* person : {&app.operator_, &app.member}) {
    CHECK(app.get(agent, person).status == 200);
    CHECK(app.get(kW + "/incidents/{incident}", person).status == 200);
    CHECK(app.get(kW + "/notifications", person).body.find(app.ids["incident"]) != std::string::npos);
  }
  CHECK(app.get(agent, &app.viewer).status == 404);
  REQUIRE(app.heartbeat(app.agent_token).status == 200);
  app.settle();
  CHECK(stream.read().find(app.ids["agent"]) != std::string::npos);

  REQUIRE(call(app, "PATCH", agent, {{"team_ids", {world.team_a}}}, app.owner).status == 200);
  CHECK(app.get(agent, &app.member).status == 404);
  CHECK(app.get(kW + "/notifications", &app.member).body.find(app.ids["incident"]) == std::string::npos);
  stream.read();
  app.clock.advance(seconds(60));
  REQUIRE(app.heartbeat(app.agent_token).status == 200);
  app.settle();
  CHECK(stream.read().find(app.ids["agent"]) == std::string::npos);
}

TEST_CASE("of a group its people see the members in their own sight, and how many there are of the others") {
  World world;
  TestApp& app = world.app;
  const json other = {{"name", "web-9"}, {"authorised", true}, {"team_ids", {world.team_b}}};
  const ApiAnswer added = call(app, "POST", kW + "/agents", other, app.owner);
  REQUIRE_MESSAGE(added.status == 201, added.body);
  const std::string of_b = added.json()["agent"]["id"];
  const json rack = {{"kind", "group"},
                     {"name", "rack-4"},
                     {"team_ids", {world.team_a}},
                     {"member_ids", {app.ids["agent"], of_b}}};
  const ApiAnswer made = call(app, "POST", kW + "/subjects", rack, app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  const std::string group = kW + "/subjects/" + made.json()["id"].get<std::string>();

  const ApiAnswer seen = app.get(group, &app.operator_);
  REQUIRE(seen.status == 200);
  CHECK(seen.json()["group"]["member_ids"] == json::array({app.ids["agent"]}));
  CHECK(seen.json()["group"]["counts"]["down"] == 1);
  CHECK(seen.json()["group"]["counts"]["pending"] == 1);
  CHECK(seen.body.find(of_b) == std::string::npos);
  CHECK(seen.body.find("web-9") == std::string::npos);
  CHECK(app.get(kW + "/subjects", &app.operator_).body.find("web-9") == std::string::npos);
  CHECK(app.get(group, &app.owner).json()["group"]["member_ids"].size() == 2);
  // Being in the team of a member shows nothing of the group.
  CHECK(app.get(group, &app.member).status == 404);
  CHECK(app.get(group + "/record", &app.member).status == 404);
  const ApiAnswer theirs = app.get(kW + "/subjects/" + of_b, &app.member);
  CHECK(theirs.status == 200);
  CHECK(app.get(kW + "/overview", &app.member).body.find("rack-4") == std::string::npos);
  CHECK(app.get(kW + "/subjects?kind=group", &app.member).json()["items"].empty());
}

TEST_CASE("members that somebody does not see are neither put into a group by them nor taken out of it") {
  World world;
  TestApp& app = world.app;
  world.put(world.team_a, app.operator_, true);
  const json other = {{"name", "web-9"}, {"authorised", true}, {"team_ids", {world.team_b}}};
  const std::string of_b = call(app, "POST", kW + "/agents", other, app.owner).json()["agent"]["id"];
  const json rack = {{"kind", "group"}, {"name", "rack-4"}, {"member_ids", {app.ids["agent"], of_b}}};
  CHECK(call(app, "POST", kW + "/subjects", rack, app.operator_).status == 422);
  json shared = rack;
  shared["team_ids"] = json::array({world.team_a});
  const ApiAnswer made = call(app, "POST", kW + "/subjects", shared, app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  const std::string group = kW + "/subjects/" + made.json()["id"].get<std::string>();
  call(app, "PATCH", group, {{"member_ids", {app.ids["agent"]}}}, app.operator_);
  call(app, "PATCH", group, {{"member_ids", json::array()}}, app.operator_);
  const json members = app.get(group, &app.owner).json()["group"]["member_ids"];
  CHECK(std::ranges::find(members, json(of_b)) != members.end());
}

TEST_CASE("a group out of sight is not shown with its members, and no filter tells who they are") {
  World world;
  TestApp& app = world.app;
  world.put(world.team_a, app.operator_, true);
  const json rack = {{"kind", "group"},
                     {"name", "rack-4"},
                     {"team_ids", {world.team_b}},
                     {"member_ids", {app.ids["agent"]}}};
  const std::string group = call(app, "POST", kW + "/subjects", rack, app.owner).json()["id"];
  for (const char* path : {"/subjects/{agent}", "/subjects", "/agents/{agent}", "/agents"}) {
    CAPTURE(path);
    const ApiAnswer seen = app.get(kW + path, &app.operator_);
    CHECK(seen.status == 200);
    CHECK(seen.body.find("db-1") != std::string::npos);
    CHECK(seen.body.find(group) == std::string::npos);
    CHECK(app.get(kW + path, &app.owner).body.find(group) != std::string::npos);
  }
  for (const char* path : {"/subjects?group=", "/agents?group="}) {
    CAPTURE(path);
    CHECK(app.get(kW + path + group, &app.operator_).json()["items"].empty());
    CHECK(app.get(kW + path + group, &app.owner).json()["items"].size() == 1);
  }
  // Who changes the member neither learns of the group nor takes the member out of it.
  for (const char* path : {"/subjects/{agent}", "/agents/{agent}"}) {
    CAPTURE(path);
    const ApiAnswer changed = call(app, "PATCH", kW + path, {{"group_ids", json::array()}}, app.operator_);
    CHECK(changed.status == 200);
    CHECK(changed.body.find(group) == std::string::npos);
  }
  CHECK(app.get(kW + "/subjects/" + group, &app.owner).json()["group"]["member_ids"].size() == 1);
}

TEST_CASE("a key that is held by a subject out of sight says nothing of it") {
  World world;
  TestApp& app = world.app;
  REQUIRE(call(app, "PATCH", kW + "/subjects/{agent}", {{"key", "db"}}, app.owner).status == 200);
  REQUIRE(call(app, "DELETE", kW + "/teams/" + world.team_a + "/members/" + app.operator_.id.text(), nullptr, app.owner)
              .status == 204);
  world.put(world.team_b, app.operator_, true);  // may edit, elsewhere
  const std::string path = kW + "/subjects/by-key/db";
  for (const json& body : {json{{"kind", "group"}, {"name", "x"}}, json{{"kind", "agent"}, {"name", "x"}},
                           json{{"notes", "x"}}}) {
    CAPTURE(body.dump());
    const ApiAnswer answer = call(app, "PUT", path, body, app.operator_);
    CHECK(answer.status == 404);
    CHECK(answer.body.find("agent") == std::string::npos);
    CHECK(answer.body.find("db-1") == std::string::npos);
  }
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
                    {"target", {{"kind", "subject"}, {"subject_id", app.ids["agent"]}}},
                    {"recipient_ids", {added.json()["recipient"]["id"]}}};
  CHECK(call(app, "POST", kW + "/rules", one, app.operator_).status == 201);
  // Where everybody sees everything, the grant is enough.
  REQUIRE(call(app, "PATCH", kW, {{"team_scoped", false}}, app.owner).status == 200);
  CHECK(call(app, "PATCH", kW + "/recipients/{recipient}", {{"name", "y"}}, app.operator_).status == 200);
}
