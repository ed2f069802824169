// Uptime Kuma's push, as its clients see it.
#include <doctest/doctest.h>

#include "tests/support/push_monitor.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("a push by any method says up or down, with its message and its time") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const std::string path = "/api/push/" + job.token;
  for (const char* method : {"GET", "POST"}) {
    const ApiAnswer answer = from_program(app, path + "?status=up&msg=OK&ping=12.5", method);
    CHECK(answer.status == 200);
    CHECK(answer.json() == json{{"ok", true}});
    CHECK(answer.header("Access-Control-Allow-Origin") == "");
    CHECK(answer.header("Referrer-Policy") == "no-referrer");
  }
  CHECK(monitor_of(app, job)["observed"] == "up");
  CHECK(from_program(app, path + "?status=down&msg=disk%20full&ping=").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "down");
  CHECK(monitor_of(app, job)["detail"] == "it said: disk full");
  CHECK(from_program(app, path).status == 200);  // up where nothing is said
  CHECK(monitor_of(app, job)["observed"] == "up");
}

TEST_CASE("an unknown token, a paused monitor and an impossible time are 404 with the words that clients know") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const json unknown{{"ok", false}, {"msg", "Monitor not found or not active."}};
  CHECK(from_program(app, "/api/push/" + std::string(32, 'a')).json() == unknown);
  CHECK(from_program(app, "/api/push/").status == 404);
  CHECK(from_program(app, "/api/push/" + job.token + "?ping=-1").status == 404);
  CHECK(from_program(app, "/api/push/" + job.token + "?ping=1e12").status == 404);
  CHECK(from_program(app, "/api/push/" + job.token + "?ping=soon").status == 200);
  CHECK(app.patch("/api/v1/workspaces/{w}/monitors/" + job.id, R"({"paused":true})", &app.owner).status == 200);
  const ApiAnswer paused = from_program(app, "/api/push/" + job.token);
  CHECK(paused.status == 404);
  CHECK(paused.json() == unknown);
}

TEST_CASE("failures count up to the monitor's own retries, and an inverted monitor is turned round") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const std::string path = "/api/push/" + job.token;
  CHECK(app.patch("/api/v1/workspaces/{w}/monitors/" + job.id, R"({"own":{"retries":2}})", &app.owner).status == 200);
  CHECK(from_program(app, path).status == 200);
  CHECK(from_program(app, path + "?status=down").status == 200);
  CHECK(from_program(app, path + "?status=down").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "up");
  CHECK(from_program(app, path + "?status=down").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "down");
  CHECK(app.patch("/api/v1/workspaces/{w}/monitors/" + job.id, R"({"invert":true})", &app.owner).status == 200);
  CHECK(from_program(app, path + "?status=down").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "up");
  for (int i = 0; i < 3; ++i) CHECK(from_program(app, path + "?status=up").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "down");
  CHECK(from_program(app, job.path() + "/fail").status == 200);  // every ping, by whichever address
  CHECK(monitor_of(app, job)["observed"] == "up");
}
