// Threat 14: a second way to the same thing that skips the login. One table, a permission for each route, and no
// spelling of a path that reaches a handler without it.
#include <doctest/doctest.h>

#include <set>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"
#include "web/api/routes.h"

using namespace connlog;

// A route that does not say who may use it does not compile.
static_assert(!std::is_default_constructible_v<web::Permission>);
static_assert(!std::is_default_constructible_v<web::Route>);

TEST_CASE("the addresses that need no session are these, and a new one must be written down here") {
  std::set<std::string> open;
  for (const web::Route& route : web::routes()) {
    if (!route.permission.needs_session()) open.insert(std::string(route.method) + " " + std::string(route.path));
  }
  CHECK(open == std::set<std::string>{"* /api/agents",
                                      "* /api/agents/*",
                                      "* /api/events/alertmanager",
                                      "* /api/events/json",
                                      "* /api/events/pagerduty/v2/enqueue",
                                      "* /api/push/*",
                                      "* /api/v1/badges/*",
                                      "* /api/v1/channels/*",
                                      "* /api/v1/checks",
                                      "* /api/v1/checks/*",
                                      "* /api/v1/endpoints/*",
                                      "* /api/v1/status/*",
                                      "* /api/v2/*",
                                      "* /api/v3/*",
                                      "* /download/*",
                                      "* /ping/*",
                                      "* /v2/enqueue",
                                      "GET /.well-known/security.txt",
                                      "GET /api/agents/config",
                                      "GET /api/agents/endpoint-assignment",
                                      "GET /api/v1/legal",
                                      "GET /api/v1/legal/{name}",
                                      "GET /api/v1/login/providers",
                                      "GET /api/v1/login/providers/callback",
                                      "GET /api/v1/login/providers/{id}/start",
                                      "GET /api/v1/openapi.json",
                                      "GET /api/v1/register",
                                      "GET /api/v1/security-policy",
                                      "GET /api/v1/setup",
                                      "GET /download/agent/{target}",
                                      "GET /healthz",
                                      "GET /install.sh",
                                      "GET /metrics",
                                      "GET /r/{token}",
                                      "GET /readyz",
                                      "POST /api/agents/enrol",
                                      "POST /api/agents/heartbeat", "POST /api/agents/maintenance", "POST /api/agents/probe",
                                      "POST /api/v1/ack",
                                      "POST /api/v1/ack/look",
                                      "POST /api/v1/invitation/register",
                                      "POST /api/v1/invitation/show",
                                      "POST /api/v1/login",
                                      "POST /api/v1/login/passkey",
                                      "POST /api/v1/login/passkey/options",
                                      "POST /api/v1/login/providers/confirm",
                                      "POST /api/v1/login/providers/confirm-link",
                                      "POST /api/v1/login/providers/confirm-mail",
                                      "POST /api/v1/login/providers/confirmation",
                                      "POST /api/v1/login/second-factor",
                                      "POST /api/v1/login/second-factor/options",
                                      "POST /api/v1/password-reset",
                                      "POST /api/v1/password-reset/complete",
                                      "POST /api/v1/register",
                                      "POST /api/v1/register/complete",
                                      "POST /api/v1/setup",
                                      "POST /api/v1/verify-mail",
                                      "POST /r/{token}"});
}

TEST_CASE("what belongs to a workspace lies under its path, and what lies there is checked by it") {
  for (const web::Route& route : web::routes()) {
    CAPTURE(route.path);
    const bool inside = route.path.find("/workspaces/{w}") != std::string_view::npos;
    CHECK(inside == (route.permission.kind() == web::Permission::Kind::workspace));
    if (route.path.substr(0, 17) == "/api/v1/appliance")
      CHECK(route.permission.kind() == web::Permission::Kind::appliance);
    if (route.method != "GET" && inside)
      CHECK((route.permission.action() != Action::view || route.operation == "previewRule" ||
             route.operation == "leaveWorkspace"));
  }
}

TEST_CASE("no other spelling of an address reaches it without a session") {
  TestApp app;
  app.populate();
  const std::string w = app.ids["w"];
  CHECK(app.send(Ask{.path = "http://localhost/api/v1/workspaces/" + w + "/agents"}).status == 401);
  for (const std::string& path :
       {"//api/v1/workspaces/" + w + "/agents", "/api//v1/workspaces/" + w + "/agents",
        "/api/v1/workspaces/" + w + "%2Fagents", "/api/v1/workspaces/" + w + "/agents/",
        "/API/v1/workspaces/" + w + "/agents", "/api/v1/workspaces/" + w + "/agents;x=1",
        "/api/agents/../v1/workspaces/" + w + "/agents", "/healthz/../api/v1/workspaces/" + w + "/agents",
        "/api/v1/./workspaces/" + w + "/agents", "/%61pi/v1/workspaces/" + w + "/agents",
        "/api/v1/workspaces/" + w + "/agents%00.js", "/api/v1/workspaces/" + w + "/agents?x=/healthz"}) {
    for (const char* method : {"GET", "HEAD"}) {
      CAPTURE(path);
      const ApiAnswer answer = app.send(Ask{.method = method, .path = path});
      // Whatever is no address of the API is a page of the interface, which knows nothing.
      CHECK((answer.status >= 400 || answer.header("Content-Type") == "text/html; charset=utf-8"));
      CHECK(answer.body.find("db-1") == std::string::npos);
    }
  }
}

TEST_CASE("headers that tools invent do not change the method, the path or who asks") {
  TestApp app;
  app.populate();
  for (const auto& header :
       std::vector<std::pair<std::string, std::string>>{{"X-HTTP-Method-Override", "DELETE"},
                                                        {"X-Original-URL", "/healthz"},
                                                        {"X-Rewrite-URL", "/healthz"},
                                                        {"X-Forwarded-For", "127.0.0.1"},
                                                        {"Authorization", "Bearer x"},
                                                        {"X-Forwarded-User", "owner@example.org"},
                                                        {"Cookie", "connlog_loopback=cls_" + std::string(64, '0')}}) {
    CAPTURE(header.first);
    CHECK(app.send(Ask{.path = "/api/v1/workspaces/{w}/agents/{agent}", .headers = {header}}).status == 401);
  }
  CHECK(app.get("/api/v1/workspaces/{w}/agents/{agent}", &app.owner).status == 200);
  CHECK(app.send(Ask{.path = "/metrics", .headers = {{"X-Forwarded-For", "127.0.0.1"}}}).status == 403);
}

TEST_CASE("an agent's token is no session, and a session is no agent's token") {
  TestApp app;
  app.populate();
  CHECK(app.send(Ask{.path = "/api/v1/me", .headers = {{"Authorization", "Bearer " + app.agent_token}}}).status == 401);
  CHECK(app.send(Ask{.path = "/api/v1/me", .headers = {{"Cookie", "connlog_loopback=" + app.agent_token}}}).status ==
        401);
  const std::string session = app.owner.cookie.substr(app.owner.cookie.find('=') + 1);
  CHECK(app.send(Ask{.path = "/api/agents/config", .headers = {{"Authorization", "Bearer " + session}}}).status == 401);
}
