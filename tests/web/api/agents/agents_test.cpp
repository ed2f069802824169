// Agents as a resource: adding, listing, readings, and the script that installs them.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kAgents = "/api/v1/workspaces/{w}/agents";

}  // namespace

TEST_CASE("agents are added with one command to copy, and the token is shown that once") {
  TestApp app;
  const ApiAnswer added = app.post(kAgents, R"({"name":"web-1","tags":["edge"],"authorised":true})", &app.owner);
  REQUIRE(added.status == 201);
  const json made = added.json();
  const std::string token = made["token"];
  CHECK(token.size() == 70);
  CHECK(made["install_command"].get<std::string>().find(token) != std::string::npos);
  CHECK(made["install_command"].get<std::string>().find("https://monitor.example.org:8443/install.sh") !=
        std::string::npos);
  CHECK(made["run_command"].get<std::string>().find("CONNLOG_TOKEN=" + token) != std::string::npos);
  CHECK(made["agent"]["state"] == "pending");
  app.ids["agent"] = made["agent"]["id"];
  run(app, {
               {.name = "shown without its token",
                .path = kAgents + "/{agent}",
                .as = &TestApp::owner,
                .expected = {"web-1", "edge", "\"pending\""},
                .forbidden = {token}},
               {.name = "without consent",
                .method = "POST",
                .path = kAgents,
                .body = R"({"name":"web-2"})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"authorised"}},
               {.name = "an interval below the agent's least",
                .method = "POST",
                .path = kAgents,
                .body = R"({"name":"web-2","interval_seconds":5,"authorised":true})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"interval_seconds\"", "from 10 to 86400"}},
               {.name = "renamed",
                .method = "PATCH",
                .path = kAgents + "/{agent}",
                .body = R"({"name":"web-one"})",
                .as = &TestApp::owner,
                .expected = {"web-one"},
                .audit = {"agent.changed"},
                .events = {"subject.changed"}},
               {.name = "disabled",
                .method = "PATCH",
                .path = kAgents + "/{agent}",
                .body = R"({"disabled":true})",
                .as = &TestApp::owner,
                .expected = {"\"state\":\"paused\"", "\"disabled\":true"},
                .audit = {"agent.changed"}},
           });
  CHECK(app.heartbeat(token).status == 423);
  const ApiAnswer rotated = app.post(kAgents + "/{agent}/token", "", &app.owner);
  REQUIRE(rotated.status == 200);
  CHECK(rotated.json()["token"] != token);
  CHECK(app.heartbeat(token).status == 401);
  const std::string second = rotated.json()["token"];
  CHECK(app.send(Ask{.method = "DELETE", .path = kAgents + "/{agent}"}, &app.owner).status == 204);
  CHECK(app.heartbeat(second).status == 410);
  CHECK(app.get(kAgents + "/{agent}", &app.owner).status == 404);
}

TEST_CASE("a list is filtered, sorted and read page by page") {
  TestApp app;
  for (const char* name : {"alpha", "bravo", "charlie", "delta"}) {
    const json body = {{"name", name}, {"tags", {std::string(name) == "bravo" ? "odd" : "even"}}, {"authorised", true}};
    REQUIRE(app.post(kAgents, body.dump(), &app.owner).status == 201);
  }
  const auto names = [&](const std::string& query, std::string* next = nullptr) {
    const json page = app.get(kAgents + query, &app.viewer).json();
    std::string out;
    for (const json& agent : page["items"]) out += agent["name"].get<std::string>() + " ";
    if (next != nullptr) *next = page["next"].is_null() ? "" : page["next"].get<std::string>();
    return out;
  };
  std::string next;
  CHECK(names("?limit=3", &next) == "alpha bravo charlie ");
  CHECK(names("?limit=3&after=" + next, &next) == "delta ");
  CHECK(next.empty());
  CHECK(names("?q=AL") == "alpha ");
  CHECK(names("?tag=odd") == "bravo ");
  CHECK(names("?state=up") == "");
  CHECK(app.get(kAgents + "?limit=0", &app.viewer).status == 422);
  CHECK(app.get(kAgents + "?limit=1e9", &app.viewer).status == 422);
  CHECK(app.get(kAgents + "?after=x", &app.viewer).status == 422);
}

TEST_CASE("an agent has what every subject has: key, notes, labels, several teams, a pause") {
  TestApp app;
  const std::string w = "/api/v1/workspaces/{w}";
  const json first = app.post(w + "/teams", R"({"name":"Network"})", &app.owner).json()["id"];
  const json second = app.post(w + "/teams", R"({"name":"Databases"})", &app.owner).json()["id"];
  json wanted = {{"name", "db-1"},
                 {"authorised", true},
                 {"key", "db-1"},
                 {"notes", "Rack 4\nAsk Ann first"},
                 {"labels", {{"env", "prod"}, {"site", ""}}},
                 {"team_ids", {first, second}}};
  const ApiAnswer added = app.post(kAgents, wanted.dump(), &app.owner);
  REQUIRE_MESSAGE(added.status == 201, added.body);
  const json agent = added.json()["agent"];
  app.ids["agent"] = agent["id"];
  CHECK(agent["kind"] == "agent");
  CHECK(agent["key"] == "db-1");
  CHECK(agent["notes"] == "Rack 4\nAsk Ann first");
  CHECK(agent["labels"] == json{{"env", "prod"}, {"site", ""}});
  CHECK(agent["team_ids"].size() == 2);
  CHECK(agent["paused_at"].is_null());
  wanted["name"] = "db-2";
  CHECK(app.post(kAgents, wanted.dump(), &app.owner).status == 422);  // the key is another agent's

  const auto found = [&](const std::string& query) {
    return app.get(kAgents + query, &app.viewer).json()["items"].size();
  };
  CHECK(found("?label=env%3Dprod") == 1);
  CHECK(found("?label=env%3Dtest") == 0);
  CHECK(found("?label=site") == 1);
  CHECK(found("?team=" + first.get<std::string>()) == 1);
  CHECK(found("?q=PROD") == 1);

  const std::string path = kAgents + "/{agent}";
  const std::string etag = app.get(path, &app.owner).header("ETag");
  const json paused = app.patch(path, R"({"paused":true,"labels":{"env":"test"},"key":null})", &app.owner).json();
  CHECK(paused["state"] == "paused");
  CHECK(paused["paused_at"].is_string());
  CHECK(paused["key"].is_null());
  CHECK(paused["labels"] == json{{"env", "test"}});
  CHECK(paused["version"] == agent["version"].get<int>() + 1);
  CHECK(app.heartbeat(added.json()["token"]).status == 200);  // stored, and not judged
  const json still = app.get(path, &app.owner).json();
  CHECK(still["state"] == "paused");
  CHECK(still["latest"].is_object());
  CHECK(still["version"] == paused["version"]);
  Ask late{.method = "PATCH", .path = path, .body = R"({"name":"late"})", .headers = {{"If-Match", etag}}};
  CHECK(app.send(late, &app.owner).status == 412);
  CHECK(app.patch(path, R"({"paused":false})", &app.owner).json()["state"] == "pending");
}

TEST_CASE("an operator keeps a team that lets them edit the agent, and names only such teams") {
  TestApp app;
  const std::string w = "/api/v1/workspaces/{w}";
  const std::string granting = app.post(w + "/teams", R"({"name":"Network"})", &app.owner).json()["id"];
  const std::string other = app.post(w + "/teams", R"({"name":"Databases"})", &app.owner).json()["id"];
  const Ask grant{.method = "PUT",
                  .path = w + "/teams/" + granting + "/members/" + app.operator_.id.text(),
                  .body = R"({"may_edit":true})"};
  const int granted = app.send(grant, &app.owner).status;
  REQUIRE((granted == 200 || granted == 201 || granted == 204));
  const ApiAnswer added = app.post(kAgents, R"({"name":"sw-1","authorised":true})", &app.operator_);
  REQUIRE_MESSAGE(added.status == 201, added.body);
  CHECK(added.json()["agent"]["team_ids"] == json::array({granting}));  // the one that lets them edit
  const std::string path = kAgents + "/" + added.json()["agent"]["id"].get<std::string>();
  const auto try_teams = [&](const json& teams) {
    return app.patch(path, json{{"team_ids", teams}}.dump(), &app.operator_);
  };
  CHECK(try_teams(json::array()).json()["field"] == "team_ids");
  CHECK(try_teams(json::array({granting, other})).status == 403);
  CHECK(app.patch(path, json{{"team_ids", {granting, other}}}.dump(), &app.owner).status == 200);
  CHECK(app.patch(path, R"({"interval_seconds":30})", &app.operator_).status == 200);
  CHECK(app.patch(path, json{{"team_ids", {other}}}.dump(), &app.owner).status == 200);
  CHECK(app.patch(path, R"({"interval_seconds":60})", &app.operator_).status == 403);
}

TEST_CASE("an agent is found by its host's name, too") {
  TestApp app;
  const ApiAnswer added = app.post(kAgents, R"({"name":"web-1","authorised":true})", &app.owner);
  Ask beat{.method = "POST", .path = "/api/agents/heartbeat", .body = std::string(32, '\0')};
  beat.as_browser = false;
  beat.headers = {{"Authorization", "Bearer " + added.json()["token"].get<std::string>()},
                  {"Content-Type", "application/octet-stream"},
                  {"X-Protocol-Version", "1"},
                  {"X-Hostname", "Frankfurt-7.example.org"}};
  REQUIRE(app.send(beat).status == 200);
  CHECK(app.get(kAgents + "?q=frankfurt", &app.viewer).json()["items"].size() == 1);
  CHECK(app.get(kAgents + "?q=frankfurt&tag=edge", &app.viewer).json()["items"].empty());
}

TEST_CASE("readings come as series with gaps") {
  TestApp app;
  app.populate();
  const json readings = app.get(kAgents + "/{agent}/readings?points=100", &app.viewer).json();
  const std::size_t size = readings["at"].size();
  CHECK(size > 0);
  CHECK(size <= 102);
  int measured = 0;
  for (const json& value : readings["series"]["cpu_percent"]) measured += value.is_null() ? 0 : 1;
  CHECK(readings["series"]["cpu_percent"].size() == size);
  CHECK(measured == 1);
  CHECK(app.get(kAgents + "/{agent}/readings?from=yesterday", &app.viewer).json()["field"] == "from");
  CHECK(app.get(kAgents + "/{agent}/readings?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", &app.viewer).status ==
        422);
  CHECK(app.get(kAgents + "/{agent}/readings?points=100000", &app.viewer).status == 422);
}

TEST_CASE("the install script carries the address and the digests of what can be downloaded") {
  TestApp app;
  const ApiAnswer script = app.get("/install.sh");
  REQUIRE(script.status == 200);
  CHECK(script.body.substr(0, 2) == "#!");
  CHECK(script.body.find("https://monitor.example.org:8443") != std::string::npos);
  const ApiAnswer program = app.get("/download/agent/x86_64");
  REQUIRE(program.status == 200);
  CHECK(program.body.substr(1, 3) == "ELF");
  CHECK(program.header("Content-Length") == std::to_string(program.body.size()));
  const ApiAnswer missing = app.get("/download/agent/armv7");
  CHECK(missing.status == 404);
  CHECK(missing.body.find("armv7") != std::string::npos);
}
