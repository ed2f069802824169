// Threats 10, 14 and 16: an API key of one workspace finds nothing in another one, at no route, whatever its scopes;
// and no key comes to a route that is not a workspace's.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/access/api_keys.h"
#include "tests/support/key_ask.h"
#include "web/api/routes.h"

using namespace connlog;
using nlohmann::json;
using web::Permission;
using web::Route;

namespace {

std::string filled(const TestApp& app, std::string_view pattern, const std::string& workspace) {
  std::string path;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    if (open == std::string_view::npos) return path + std::string(pattern);
    const std::size_t close = pattern.find('}');
    path += pattern.substr(0, open);
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    path += name == "w" ? workspace : app.ids.at("agent");
    pattern.remove_prefix(close + 1);
  }
  return path;
}

// The clock stands still while hundreds of requests are made.
web::WebOptions without_request_limit() {
  web::WebOptions settings;
  settings.requests_burst = 1'000'000;
  return settings;
}

std::string key_with_everything(TestApp& app, const std::string& path, const Person& as) {
  json body = {{"name", "everything"}, {"scopes", json::array()}};
  for (const Action action : actions()) {
    if (may_be_scope(action)) body["scopes"].push_back(to_text(action));
  }
  const ApiAnswer made = app.post(path, body.dump(), &as);
  REQUIRE(made.status == 201);
  return made.json()["token"];
}

}  // namespace

TEST_CASE("a key with every scope finds nothing in another workspace") {
  TestApp app(without_request_limit());
  app.populate();
  app.ids["o"] = app.other_workspace.id.text();
  const std::string foreign = key_with_everything(app, "/api/v1/workspaces/{o}/api-keys", app.stranger);
  const std::string personal = key_with_everything(app, "/api/v1/account/api-keys", app.stranger);
  for (const Route& route : web::routes()) {
    if (route.permission.kind() != Permission::Kind::workspace) continue;
    CAPTURE(route.operation);
    const std::string path = filled(app, route.path, app.ids.at("w"));
    const std::string body = route.request.empty() ? "" : "{}";
    for (const std::string& token : {foreign, personal}) {
      const ApiAnswer answer = ask_with_key(app, token, std::string(route.method), path, body);
      CHECK(answer.status == 404);
      CHECK(answer.body.find("db-1") == std::string::npos);
    }
  }
}

TEST_CASE("a key with one scope opens the routes of that action and no other") {
  TestApp app(without_request_limit());
  app.populate();
  for (const Action scope : actions()) {
    if (!may_be_scope(scope)) continue;
    CAPTURE(to_text(scope));
    const json body = {{"name", "one"}, {"scopes", {to_text(scope)}}};
    const ApiAnswer made = app.post("/api/v1/workspaces/{w}/api-keys", body.dump(), &app.owner);
    REQUIRE(made.status == 201);
    const std::string token = made.json()["token"];
    for (const Route& route : web::routes()) {
      if (route.permission.kind() != Permission::Kind::workspace || route.permission.action() == scope) continue;
      CAPTURE(route.operation);
      const std::string path = filled(app, route.path, app.ids.at("w"));
      CHECK(ask_with_key(app, token, std::string(route.method), path, route.request.empty() ? "" : "{}").status == 403);
    }
  }
}

TEST_CASE("no key comes to a route of sessions or of the appliance, but to GET /me") {
  TestApp app(without_request_limit());
  app.populate();
  const std::string token = key_with_everything(app, "/api/v1/account/api-keys", app.owner);  // of an administrator
  for (const Route& route : web::routes()) {
    const Permission::Kind kind = route.permission.kind();
    if (kind != Permission::Kind::session && kind != Permission::Kind::appliance) continue;
    if (route.operation == "me") continue;
    CAPTURE(route.operation);
    const std::string path = filled(app, route.path, app.ids.at("w"));
    const ApiAnswer answer =
        ask_with_key(app, token, std::string(route.method), path, route.request.empty() ? "" : "{}");
    CHECK(answer.status == 403);
    CHECK(answer.body.find("browser_only") != std::string::npos);
  }
}
