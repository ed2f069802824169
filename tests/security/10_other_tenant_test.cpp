// Threat 10: another workspace's object by its id. That every route answers 404 is shown in
// tests/web/api/routes_test.cpp; here, that nothing of it changes, that lists and references do not leak, and that live
// events stay inside.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("a stranger's attempts on foreign ids change nothing and tell nobody") {
  TestApp app;
  app.populate();
  app.ids["o"] = app.other_workspace.id.text();
  const std::string before = app.get("/api/v1/workspaces/{w}/agents/{agent}", &app.owner).body;
  const std::string own = "/api/v1/workspaces/{o}";
  run(app, {
               {.name = "rename",
                .method = "PATCH",
                .path = own + "/agents/{agent}",
                .body = R"({"name":"taken"})",
                .as = &TestApp::stranger,
                .status = 404},
               {.name = "token",
                .method = "POST",
                .path = own + "/agents/{agent}/token",
                .as = &TestApp::stranger,
                .status = 404,
                .forbidden = {"agent_"}},
               {.name = "remove",
                .method = "DELETE",
                .path = own + "/agents/{agent}",
                .as = &TestApp::stranger,
                .status = 404},
               {.name = "rule",
                .method = "PATCH",
                .path = own + "/rules/{rule}",
                .body = R"({"enabled":false})",
                .as = &TestApp::stranger,
                .status = 404},
               {.name = "rule away",
                .method = "DELETE",
                .path = own + "/rules/{rule}",
                .as = &TestApp::stranger,
                .status = 404},
               {.name = "acknowledge",
                .method = "POST",
                .path = own + "/incidents/{incident}/acknowledge",
                .body = "{}",
                .as = &TestApp::stranger,
                .status = 404},
               {.name = "recipient",
                .method = "PATCH",
                .path = own + "/recipients/{recipient}",
                .body = R"({"fields":{"address":"evil@example.com"}})",
                .as = &TestApp::stranger,
                .status = 404},
               {.name = "recipient's test",
                .method = "POST",
                .path = own + "/recipients/{recipient}/test",
                .as = &TestApp::stranger,
                .status = 404},
               {.name = "retry",
                .method = "POST",
                .path = own + "/notifications/{notification}/retry",
                .as = &TestApp::stranger,
                .status = 404},
           });
  CHECK(app.get("/api/v1/workspaces/{w}/agents/{agent}", &app.owner).body == before);
  CHECK(app.get("/api/v1/workspaces/{w}/recipients", &app.owner).body.find("evil") == std::string::npos);
}

TEST_CASE("lists of one workspace hold nothing of another, and filters do not reach across") {
  TestApp app;
  app.populate();
  app.ids["o"] = app.other_workspace.id.text();
  const std::string own = "/api/v1/workspaces/{o}";
  for (const char* path : {"/agents", "/subjects", "/incidents", "/incidents?subject={agent}", "/incidents?rule={rule}",
                           "/notifications", "/audit", "/overview"}) {
    CAPTURE(path);
    const ApiAnswer answer = app.get(own + path, &app.stranger);
    CHECK(answer.status == 200);
    for (const char* name : {"agent", "incident", "notification"})
      CHECK(answer.body.find(app.ids[name]) == std::string::npos);
    CHECK(answer.body.find("db-1") == std::string::npos);
  }
}

TEST_CASE("a rule cannot name another workspace's agent or recipient") {
  TestApp app;
  app.populate();
  app.ids["o"] = app.other_workspace.id.text();
  const std::string rules = "/api/v1/workspaces/{o}/rules";
  const json about = {
      {"name", "x"}, {"kind", "silence"}, {"target", {{"kind", "subject"}, {"subject_id", app.ids["agent"]}}}};
  const json tells = {{"name", "x"}, {"kind", "silence"}, {"recipient_ids", {app.ids["recipient"]}}};
  for (const json& body : {about, tells}) {
    const int status = app.post(rules, body.dump(), &app.stranger).status;
    CAPTURE(body.dump());
    CHECK((status == 404 || status == 422));
    const ApiAnswer preview = app.post(rules + "/preview", body.dump(), &app.stranger);
    CHECK(preview.body.find("db-1") == std::string::npos);
    if (preview.status == 200) CHECK(preview.json()["targeted_subjects"] != 1);
  }
}

TEST_CASE("what a request names in its body is looked for in its own workspace alone: teams, groups and people too") {
  TestApp app;
  app.populate();
  const std::string theirs = "/api/v1/workspaces/" + app.other_workspace.id.text();
  const auto made = [&](const std::string& path, const Person& as, const json& body = {{"name", "T"}}) {
    const ApiAnswer answer = app.post(path, body.dump(), &as);
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return std::string(answer.json()["id"]);
  };
  const std::string team = made(theirs + "/teams", app.stranger);
  const std::string group = made(theirs + "/subjects", app.stranger, {{"kind", "group"}, {"name", "G"}});
  const std::string ours = made("/api/v1/workspaces/{w}/teams", app.owner);
  const auto status = [&](const std::string& method, const std::string& path, const json& body) {
    return app.send(Ask{.method = method, .path = "/api/v1/workspaces/{w}" + path, .body = body.dump()}, &app.owner)
        .status;
  };
  CHECK(status("POST", "/enrolment-keys", {{"name", "k"}, {"authorised", true}, {"team_id", team}}) == 422);
  CHECK(status("POST", "/agents", {{"name", "a"}, {"authorised", true}, {"team_ids", {team}}}) == 422);
  CHECK(status("PATCH", "/agents/{agent}", {{"team_ids", {team}}}) == 422);
  CHECK(status("PATCH", "/agents/{agent}", {{"group_ids", {group}}}) == 422);
  const json rack = {{"kind", "group"}, {"name", "Rack 4"}, {"member_ids", {group}}};
  CHECK(status("POST", "/subjects", rack) == 422);
  CHECK(status("PUT", "/subjects/by-key/rack-4", rack) == 422);
  CHECK(status("PATCH", "/subjects/{agent}", {{"group_ids", {group}}}) == 422);
  CHECK(status("PATCH", "/subjects/{agent}", {{"team_ids", {team}}}) == 422);
  CHECK(status("POST", "/rules",
               {{"name", "r"}, {"kind", "state"}, {"target", {{"kind", "subject"}, {"subject_id", group}}}}) == 422);
  CHECK(status("POST", "/invitations", {{"mail", "n@example.net"}, {"role", "member"}, {"team_id", team}}) == 422);
  CHECK(status("POST", "/rules",
               {{"name", "r"}, {"kind", "silence"}, {"target", {{"kind", "group"}, {"group_id", group}}}}) == 422);
  CHECK(status("PUT", "/teams/" + ours + "/members/" + app.stranger.id.text(), {{"may_edit", true}}) == 404);
  CHECK(status("PUT", "/teams/" + team + "/members/" + app.member.id.text(), {{"may_edit", true}}) == 404);
  CHECK(app.get(theirs + "/teams", &app.stranger).json()["items"][0]["members"].empty());
}

TEST_CASE("an Idempotency-Key belongs to one person and one workspace") {
  TestApp app;
  Ask ask{.method = "POST",
          .path = "/api/v1/workspaces/{w}/agents",
          .body = R"({"name":"mine","authorised":true})",
          .headers = {{"Idempotency-Key", "same"}}};
  const ApiAnswer mine = app.send(ask, &app.owner);
  REQUIRE(mine.status == 201);
  ask.path = "/api/v1/workspaces/" + app.other_workspace.id.text() + "/agents";
  const ApiAnswer theirs = app.send(ask, &app.stranger);
  REQUIRE(theirs.status == 201);
  CHECK(theirs.json()["token"] != mine.json()["token"]);
}
