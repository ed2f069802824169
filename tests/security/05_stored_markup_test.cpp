// Threat 5: markup in names, tags, comments and agents' headers. It is kept as it is, comes back as JSON that no
// browser takes for a page, and what shows it may run nothing. (In a real browser: tests/e2e.)
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::vector<std::string> kHostile = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</script><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "'; DROP TABLE agents; --",
};

// Data is data: the type is JSON, sniffing is off, and even when it is opened as a page nothing may run.
void check_inert(const ApiAnswer& answer) {
  CHECK(answer.header("Content-Type") == "application/json");
  CHECK(answer.header("X-Content-Type-Options") == "nosniff");
  CHECK(answer.header("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'");
}

}  // namespace

TEST_CASE("hostile texts in every field of the API are stored and come back as inert data, unchanged") {
  TestApp app;
  app.populate();
  const std::string workspace = "/api/v1/workspaces/{w}";
  for (const std::string& text : kHostile) {
    CAPTURE(text);
    const std::string tag = text.substr(0, 40);
    const ApiAnswer agent =
        app.patch(workspace + "/agents/{agent}", json{{"name", text}, {"tags", {tag}}}.dump(), &app.owner);
    REQUIRE(agent.status == 200);
    CHECK(agent.json()["name"] == text);
    check_inert(agent);
    const ApiAnswer rule = app.post(
        workspace + "/rules",
        json{{"name", text}, {"kind", "silence"}, {"target", {{"kind", "tag"}, {"tag", tag}}}}.dump(), &app.owner);
    REQUIRE(rule.status == 201);
    CHECK(rule.json()["name"] == text);
    check_inert(rule);
    const ApiAnswer comment =
        app.post(workspace + "/incidents/{incident}/comments", json{{"text", text}}.dump(), &app.owner);
    REQUIRE(comment.status == 201);
    check_inert(comment);
    CHECK(app.post(workspace + "/recipients",
                   json{{"name", text}, {"kind", "mail"}, {"fields", {{"address", "a@example.org"}}}}.dump(),
                   &app.owner)
              .status == 201);
    CHECK(app.patch(workspace, json{{"name", text}}.dump(), &app.owner).status == 200);
  }
  for (const char* path : {"/agents", "/rules", "/recipients", "/incidents/{incident}", "/overview", "/audit"}) {
    CAPTURE(path);
    const ApiAnswer answer = app.get(workspace + path, &app.owner);
    CHECK(answer.status == 200);
    check_inert(answer);
    CHECK_NOTHROW((void)answer.json());
  }
}

TEST_CASE("hostile texts in an agent's headers are refused or come back as inert data") {
  TestApp app;
  app.populate();
  for (const std::string& text : kHostile) {
    CAPTURE(text);
    app.clock.advance(seconds(20));
    Ask ask{.method = "POST", .path = "/api/agents/heartbeat", .body = std::string(32, '\0')};
    ask.as_browser = false;
    ask.headers = {{"Content-Type", "application/octet-stream"},
                   {"Authorization", "Bearer " + app.agent_token},
                   {"X-Protocol-Version", "1"},
                   {"X-Config-Version", "1"},
                   {"X-Agent-Version", text},
                   {"X-OS", text},
                   {"X-Arch", text},
                   {"X-Hostname", text},
                   {"X-Machine-Id", text},
                   {"X-Quick-Action-Polling-Enabled", "false"}};
    const int status = app.send(ask).status;
    CHECK(((status >= 200 && status < 300) || status == 400));
    const ApiAnswer shown = app.get("/api/v1/workspaces/{w}/agents/{agent}", &app.owner);
    CHECK(shown.status == 200);
    check_inert(shown);
  }
}

TEST_CASE("a host name that is not UTF-8 does not break the answer") {
  TestApp app;
  app.populate();
  app.clock.advance(seconds(20));
  Ask ask{.method = "POST", .path = "/api/agents/heartbeat", .body = std::string(32, '\0')};
  ask.as_browser = false;
  ask.headers = {{"Content-Type", "application/octet-stream"},
                 {"Authorization", "Bearer " + app.agent_token},
                 {"X-Protocol-Version", "1"},
                 {"X-Config-Version", "1"},
                 {"X-Agent-Version", "1.19.0"},
                 {"X-OS", "linux"},
                 {"X-Arch", "x86_64"},
                 {"X-Hostname", "h\xff\xfe"},
                 {"X-Quick-Action-Polling-Enabled", "false"}};
  (void)app.send(ask);
  CHECK_NOTHROW((void)app.get("/api/v1/workspaces/{w}/agents", &app.owner).json());
}
