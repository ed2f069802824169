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
                .events = {"agent.changed"}},
               {.name = "disabled",
                .method = "PATCH",
                .path = kAgents + "/{agent}",
                .body = R"({"disabled":true})",
                .as = &TestApp::owner,
                .expected = {"\"state\":\"disabled\""},
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
