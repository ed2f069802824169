// Healthchecks' ping endpoint as its clients see it: addresses, statuses, bodies, limits, and what is stored of each ping.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/support/push_monitor.h"
#include "web/api/routes.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("a ping by any method is answered OK after the commit, and stays after a restart") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    CAPTURE(method);
    const ApiAnswer answer = from_program(app, job.path(), method);
    CHECK(answer.status == 200);
    CHECK(answer.body == (std::string(method) == "HEAD" ? "" : "OK"));
    CHECK(answer.header("Ping-Body-Limit") == "10000");
    CHECK(answer.header("Access-Control-Allow-Origin") == "*");
    CHECK(answer.header("Referrer-Policy") == "no-referrer");
    CHECK(answer.header("Cache-Control") == "no-store");
  }
  CHECK(monitor_of(app, job)["observed"] == "up");
  app.restart();
  CHECK(pings_of(app, job).size() == 7);
  CHECK(monitor_of(app, job)["ping"]["pings"] == 7);
}

TEST_CASE("a ping has the duration of its own run, also where another ping came in between") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const std::string rid = "?rid=0b7f2c44-91d3-4a57-8c1e-5f6a7b8c9d0e";
  CHECK(from_program(app, job.path() + "/start" + rid).status == 200);
  CHECK(from_program(app, job.path()).status == 200);
  app.clock.advance(seconds(30));
  CHECK(from_program(app, job.path() + rid).status == 200);
  CHECK(from_program(app, job.path() + rid).status == 200);
  const json items = pings_of(app, job);
  CHECK(items[0]["duration_seconds"].is_null());  // its run had ended
  CHECK(items[1]["duration_seconds"] == 30);
  CHECK(items[2]["duration_seconds"].is_null());
  CHECK(monitor_of(app, job)["ping"]["last_duration_seconds"].is_null());
}

TEST_CASE("a first run that does not end is down, not new") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup", {{"grace_seconds", 60}});
  CHECK(monitor_of(app, job)["ping"]["status"] == "new");
  CHECK(from_program(app, job.path() + "/start").status == 200);
  app.clock.advance(seconds(61));
  CHECK(monitor_of(app, job)["ping"]["status"] == "down");
}

TEST_CASE("the report of a probe may be long, other requests of agents may not") {
  TestApp app;
  CHECK(from_program(app, "/api/agents/probe", "POST", std::string(100'000, 'x')).status == 401);
  CHECK(from_program(app, "/api/agents/heartbeat", "POST", std::string(100'000, 'x')).status == 413);
}

TEST_CASE("an old client without a Host, with HTTP/1.0 and a form for a body is taken as it is") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const std::string body = "rid=nonsense&create=1&text=" + std::string(20'000, 'x');
  const ApiAnswer answer =
      app.send_bytes("POST " + job.path() +
                         " HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Encoding: "
                         "gzip\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body,
                     {.address = "192.0.2.50"});
  CHECK(answer.status == 200);
  const json kept = pings_of(app, job)[0];
  CHECK(kept["kind"] == "success");
  CHECK(kept["rid"].is_null());
  CHECK(kept["body_bytes"] == 10'000);
  CHECK(app.get("/api/v1/workspaces/{w}/monitors/" + job.id + "/pings/1/body", &app.owner).body ==
        body.substr(0, 10'000));
}

TEST_CASE("what stands behind the address says what happened") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const std::string rid = "0B7F2C44-91D3-4A57-8C1E-5F6A7B8C9D0E";
  CHECK(from_program(app, job.path() + "/start?rid=" + rid).status == 200);
  app.clock.advance(seconds(90));
  CHECK(from_program(app, job.path() + "/?rid=" + rid).status == 200);
  CHECK(from_program(app, job.path() + "/log", "POST", "a line").status == 200);
  CHECK(from_program(app, job.path() + "/0").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "up");
  CHECK(from_program(app, job.path() + "/3").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "down");
  CHECK(monitor_of(app, job)["detail"] == "it failed with exit status 3");
  CHECK(from_program(app, job.path()).status == 200);
  CHECK(from_program(app, job.path() + "/fail").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "down");

  const json items = pings_of(app, job);
  REQUIRE(items.size() == 7);
  std::vector<std::string> kinds;
  for (const json& item : items) kinds.push_back(item["kind"]);
  CHECK(kinds == std::vector<std::string>{"fail", "success", "fail", "success", "log", "success", "start"});
  CHECK(items[5]["duration_seconds"] == 90);
  CHECK(items[2]["exit_status"] == 3);
}

TEST_CASE("wrong addresses, runs, exit statuses and slugs are answered as documented, and record nothing") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const std::string key = make_key(app, "ping");
  const auto expect = [&](const std::string& path, int status, const std::string& body) {
    CAPTURE(path);
    const ApiAnswer answer = from_program(app, path);
    CHECK(answer.status == status);
    CHECK(answer.body == body);
  };
  expect(job.path() + "/256", 400, "invalid url format");
  expect(job.path() + "/99999999999999999999999", 400, "invalid url format");
  expect(job.path() + "?rid=nonsense", 400, "invalid uuid format");
  expect(job.path() + "?rid=", 400, "invalid uuid format");
  expect(job.path() + "/sideways", 404, "not found");
  expect(job.path() + "/start/now", 404, "not found");
  expect("/ping/01940000-0000-7000-8000-000000000000", 404, "not found");
  expect("/ping/" + key + "/Backup", 400, "invalid url format");
  expect("/ping/" + key + "/other", 404, "not found");
  expect("/ping/" + std::string(22, 'a') + "/backup", 404, "not found");
  expect("/ping/" + key + "/backup", 200, "OK");
  CHECK(pings_of(app, job).size() == 1);
  add_push_monitor(app, "backup");
  expect("/ping/" + key + "/backup", 409, "ambiguous slug");
}

TEST_CASE("create=1 makes a check of the slug once, and the ping is its first") {
  TestApp app;
  const std::string key = make_key(app, "ping");
  const ApiAnswer made = from_program(app, "/ping/" + key + "/new-job?create=1", "POST", "hello");
  CHECK(made.status == 201);
  CHECK(made.body == "Created");
  const ApiAnswer again = from_program(app, "/ping/" + key + "/new-job/fail?create=1");
  CHECK(again.status == 200);
  const json monitors = app.get("/api/v1/workspaces/{w}/monitors?kind=push", &app.owner).json()["items"];
  REQUIRE(monitors.size() == 1);
  CHECK(monitors[0]["name"] == "new-job");
  CHECK(monitors[0]["observed"] == "down");
  CHECK(from_program(app, "/ping/" + key + "/other?create=1&rid=bad").status == 400);
  CHECK(app.get("/api/v1/workspaces/{w}/monitors?kind=push", &app.owner).json()["items"].size() == 1);
}

TEST_CASE("a ping key ends with its revocation, and reads nothing") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const std::string key = make_key(app, "ping");
  CHECK(from_program(app, "/ping/" + key + "/backup").status == 200);
  CHECK(from_program(app, "/api/v3/checks/", "GET", {}, {{"X-Api-Key", key}}).status == 401);
  const std::string id = app.get("/api/v1/workspaces/{w}/api-keys", &app.owner).json()["items"][0]["id"];
  Ask revoke{.method = "DELETE", .path = "/api/v1/workspaces/{w}/api-keys/" + id};
  CHECK(app.send(revoke, &app.owner).status == 204);
  CHECK(from_program(app, "/ping/" + key + "/backup").status == 404);
}

TEST_CASE("a job that goes on with a revoked key is told of a few times in the trail") {
  TestApp app;
  add_push_monitor(app, "backup");
  const std::string key = make_key(app, "ping");
  const std::string id = app.get("/api/v1/workspaces/{w}/api-keys", &app.owner).json()["items"][0]["id"];
  Ask revoke{.method = "DELETE", .path = "/api/v1/workspaces/{w}/api-keys/" + id};
  CHECK(app.send(revoke, &app.owner).status == 204);
  for (int i = 0; i < 40; ++i) CHECK(from_program(app, "/ping/" + key + "/backup").status == 404);
  // Misuse is noted behind the answer. The writer works in the order in which things came.
  app.storage.write([](Transaction&) { return Result<void>(); });
  const auto acts = app.audit_acts();
  const auto told = std::count(acts.begin(), acts.end(), "api_key.refused");
  CHECK(told >= 1);
  CHECK(told <= 10);
}

TEST_CASE("wrong addresses make their sender wait, right ones never") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  int limited = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string tail = (i < 10 ? "0" : "") + std::to_string(i);
    const ApiAnswer answer = from_program(app, "/ping/01940000-0000-7000-8000-0000000000" + tail);
    if (answer.status == 429) {
      ++limited;
      CHECK(std::stoi(answer.header("Retry-After")) > 0);
    } else {
      CHECK(answer.status == 404);
    }
  }
  CHECK(limited >= 15);
  CHECK(from_program(app, job.path()).status == 200);
  CHECK(from_program(app, "/ping/01940000-0000-7000-8000-000000000077", "GET", {}, {}, "192.0.2.51").status == 404);
}

TEST_CASE("one check stores ten pings at once and one a second; more are answered and counted") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  for (int i = 0; i < 30; ++i) CHECK(from_program(app, job.path()).status == 200);
  CHECK(pings_of(app, job).size() == 10);
  CHECK(monitor_of(app, job)["ping"]["pings"] == 30);
  // What changes something is stored all the same.
  CHECK(from_program(app, job.path() + "/fail").status == 200);
  CHECK(monitor_of(app, job)["observed"] == "down");
  app.clock.advance(seconds(60));
  CHECK(from_program(app, job.path()).status == 200);
  CHECK(pings_of(app, job)[0]["n"] == 32);
}

TEST_CASE("the newest pings are kept, as many as the check says") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup", {{"keep", 3}});
  for (int i = 0; i < 6; ++i) CHECK(from_program(app, job.path()).status == 200);
  const json items = pings_of(app, job);
  REQUIRE(items.size() == 3);
  CHECK(items[0]["n"] == 6);
  CHECK(items[2]["n"] == 4);
}

TEST_CASE("a ping ends a pause, unless somebody must resume the check") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const PushMonitor kept = add_push_monitor(app, "kept", {{"manual_resume", true}});
  for (const PushMonitor& each : {job, kept})
    CHECK(app.patch("/api/v1/workspaces/{w}/monitors/" + each.id, R"({"paused":true})", &app.owner).status == 200);
  CHECK(from_program(app, job.path()).status == 200);
  CHECK(monitor_of(app, job)["paused_at"].is_null());
  CHECK(monitor_of(app, job)["observed"] == "up");
  CHECK(from_program(app, kept.path()).body == "OK");
  CHECK_FALSE(monitor_of(app, kept)["paused_at"].is_null());
  CHECK(pings_of(app, kept)[0]["kind"] == "ign");
}

TEST_CASE("a ping from an address that is new to the check is marked, and is a security event once") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  CHECK(from_program(app, job.path()).status == 200);
  CHECK(from_program(app, job.path(), "GET", {}, {}, "203.0.113.9").status == 200);
  CHECK(from_program(app, job.path(), "GET", {}, {}, "203.0.113.10").status == 200);
  CHECK(from_program(app, job.path(), "GET", {}, {}, "203.0.113.9").status == 200);
  const json items = pings_of(app, job);
  CHECK(items[0]["from_new_address"] == false);
  CHECK(items[1]["from_new_address"] == true);
  CHECK(items[2]["from_new_address"] == true);
  CHECK(items[3]["from_new_address"] == false);
  const auto acts = app.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "monitor.pinged_from_new_address") == 1);
}

TEST_CASE("secrets in a body are masked before anything is stored") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const std::string token = "ghp_" + std::string(36, 'q');
  CHECK(from_program(app, job.path(), "POST", "pushed with " + token + " ok").status == 200);
  const ApiAnswer body = app.get("/api/v1/workspaces/{w}/monitors/" + job.id + "/pings/1/body", &app.owner);
  CHECK(body.body == "pushed with [a token of GitHub] ok");
}

TEST_CASE("a browser's question before it sends is answered and no ping") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const ApiAnswer answer =
      from_program(app, job.path(), "OPTIONS", {},
                   {{"Origin", "https://app.example.org"}, {"Access-Control-Request-Method", "POST"}});
  CHECK(answer.status == 204);
  CHECK(answer.header("Access-Control-Allow-Origin") == "*");
  CHECK(pings_of(app, job).empty());
}

TEST_CASE("a stored failure that cannot be stored is no answer OK") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  Ask remove{.method = "DELETE", .path = "/api/v1/workspaces/{w}/monitors/" + job.id};
  CHECK(app.send(remove, &app.owner).status == 204);
  CHECK(from_program(app, job.path()).status == 404);
}
