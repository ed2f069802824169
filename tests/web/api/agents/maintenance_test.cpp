// A host asks for quiet about itself: how far that reaches, how long, who hears of it, and what an intruder gets.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "storage/connection.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::string kMachine = "5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115";
const std::string kQuiet = "/api/v1/workspaces/{w}/quiet";

ApiAnswer ask(TestApp& app, const json& body, const std::string& machine = kMachine) {
  app.clock.advance(11s);  // one request in ten seconds
  Ask request{.method = "POST",
              .path = "/api/agents/maintenance",
              .body = body.dump(),
              .headers = {{"Authorization", "Bearer " + app.agent_token}, {"Content-Type", "application/json"}},
              .host = "anything"};
  if (!machine.empty()) request.headers.emplace_back("X-Machine-Id", machine);
  request.as_browser = false;
  return app.send(request);
}

json quiets(TestApp& app) {
  return app.get(kQuiet, &app.owner).json();
}

int acts(TestApp& app, const std::string& act) {
  const auto all = app.audit_acts();
  return static_cast<int>(std::count(all.begin(), all.end(), act));
}

std::int64_t told_of_quiet(TestApp& app) {
  return app.storage.read<std::int64_t>([](Snapshot& snapshot) -> Result<std::int64_t> {
    return storage::at(snapshot).number(
        "SELECT COUNT(*) FROM notification n JOIN announcement a ON a.id = n.announcement_id WHERE a.kind = 'quiet'");
  });
}

}  // namespace

TEST_CASE("a host's maintenance covers that host alone, is a security event, and its recipients hear of it") {
  TestApp app;
  app.populate();
  const ApiAnswer answer = ask(app, {{"minutes", 30}, {"reason", "kernel update"}});
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  CHECK(answer.json()["ok"] == true);
  CHECK(answer.json()["left_minutes"] == 210);
  const json now = quiets(app);
  REQUIRE(now["items"].size() == 1);
  const json quiet = now["items"][0];
  CHECK(quiet["kind"] == "host");
  CHECK(quiet["reason"] == "kernel update");
  CHECK(quiet["by_host"]["name"] == "db-1");
  CHECK(quiet["matches"] == 1);
  CHECK(quiet["running"]["to"] == answer.json()["until"]);
  CHECK(quiet["is_wide"] == false);
  CHECK(now["now"]["quiet"] == 1);
  CHECK(acts(app, "quiet.asked_by_host") == 2);  // in the workspace's trail, and as a security event
  CHECK(told_of_quiet(app) == 1);
  const json subject = app.get("/api/v1/workspaces/{w}/agents/{agent}", &app.owner).json();
  CHECK(app.get("/api/v1/workspaces/{w}/subjects/{agent}", &app.owner).json()["maintenance"] == true);
  CHECK(subject["name"] == "db-1");

  // A second request replaces the first, and its host ends it.
  REQUIRE(ask(app, {{"minutes", 60}}).status == 200);
  CHECK(quiets(app)["items"].size() == 1);
  CHECK(ask(app, {{"end", true}}).status == 200);
  CHECK(quiets(app)["items"].empty());
  const ApiAnswer again = ask(app, {{"end", true}});
  CHECK(again.status == 409);
  CHECK(again.json()["error"] == "MAINTENANCE_NONE");
  CHECK(app.get("/api/v1/workspaces/{w}/subjects/{agent}", &app.owner).json()["maintenance"] == false);
}

TEST_CASE("a host has four hours within a day, or what its workspace allows") {
  TestApp app;
  app.populate();
  REQUIRE(ask(app, {{"minutes", 200}}).status == 200);
  app.clock.advance(200min);
  const ApiAnswer more = ask(app, {{"minutes", 60}});
  CHECK(more.status == 403);
  CHECK(more.json()["error"] == "MAINTENANCE_USED_UP");
  CHECK(more.json()["message"].get<std::string>().find("40 of them are left") != std::string::npos);
  CHECK(acts(app, "quiet.refused_to_host") == 1);
  CHECK(ask(app, {{"minutes", 60}}).status == 403);
  CHECK(acts(app, "quiet.refused_to_host") == 1);  // one trace an hour
  CHECK(ask(app, {{"minutes", 40}}).status == 200);
  app.clock.advance(25h);
  CHECK(ask(app, {{"minutes", 240}}).status == 200);
  app.owner = app.browser_of(app.owner.mail);  // the session is over

  const ApiAnswer set = app.send(
      Ask{.method = "PUT", .path = "/api/v1/workspaces/{w}/telling-settings", .body = R"({"host_quiet_minutes":0})"},
      &app.owner);
  REQUIRE_MESSAGE(set.status == 200, set.body);
  const ApiAnswer none = ask(app, {{"minutes", 1}});
  CHECK(none.status == 403);
  CHECK(none.json()["error"] == "MAINTENANCE_NOT_ALLOWED");
}

TEST_CASE("another machine with the token gets no quiet, and a security event says so") {
  TestApp app;
  app.populate();
  for (const std::string& machine : {std::string(64, 'a'), std::string()}) {
    const ApiAnswer answer = ask(app, {{"minutes", 30}}, machine);
    CHECK(answer.status == 403);
    CHECK(answer.json()["error"] == "MACHINE_MISMATCH");
  }
  CHECK(quiets(app)["items"].empty());
  CHECK(acts(app, "quiet.refused_to_host") == 1);
  CHECK(told_of_quiet(app) == 0);
}

TEST_CASE("a request that is malformed, too soon or of nobody is refused as the protocol says") {
  TestApp app;
  app.populate();
  for (const json& body : {json{{"minutes", 0}}, json{{"minutes", 241}}, json{{"reason", "x"}}, json::array(),
                           json{{"minutes", 5}, {"reason", std::string(201, 'a')}}}) {
    CAPTURE(body.dump());
    const ApiAnswer answer = ask(app, body);
    CHECK(answer.status == 400);
    CHECK(answer.json()["error"] == "INVALID_REQUEST");
  }
  REQUIRE(ask(app, {{"minutes", 5}}).status == 200);
  Ask soon{.method = "POST",
           .path = "/api/agents/maintenance",
           .body = R"({"minutes":5})",
           .headers = {{"Authorization", "Bearer " + app.agent_token},
                       {"Content-Type", "application/json"},
                       {"X-Machine-Id", kMachine}}};
  soon.as_browser = false;
  const ApiAnswer too_soon = app.send(soon);
  CHECK(too_soon.status == 429);
  CHECK(too_soon.header("Retry-After") == "10");
  soon.headers[0].second = "Bearer agent_" + std::string(64, '0');
  CHECK(app.send(soon).status == 401);
}
