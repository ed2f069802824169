// Threat 10: the workspace in which the appliance watches itself is nobody's. It has no members, stands in no list, and
// is at no address: not for its administrator, and not with a key.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/key_ask.h"
#include "tests/support/test_app.h"
#include "web/api/routes.h"

using namespace connlog;
using nlohmann::json;
using web::Permission;
using web::Route;

namespace {

std::string path_of(const Route& route) {
  std::string path(route.path);
  path.replace(path.find("{w}"), 3, appliance_workspace().text());
  while (path.find('{') != std::string::npos) {
    const std::size_t open = path.find('{');
    path.replace(open, path.find('}') - open + 1, appliance_subject().text());
  }
  return path;
}

// The clock stands still while hundreds of requests are made.
web::WebOptions without_request_limit() {
  web::WebOptions settings;
  settings.requests_burst = 1'000'000;
  return settings;
}

}  // namespace

TEST_CASE("the workspace in which the appliance watches itself is at no address, for its administrator either") {
  TestApp app(without_request_limit());
  app.populate();
  const ApiAnswer key =
      app.post("/api/v1/account/api-keys", R"({"name":"all","scopes":["view","edit_subjects"]})", &app.owner);
  REQUIRE_MESSAGE(key.status == 201, key.body);
  std::size_t asked = 0;
  for (const Route& route : web::routes()) {
    if (route.permission.kind() != Permission::Kind::workspace) continue;
    CAPTURE(route.method);
    CAPTURE(route.path);
    const std::string method(route.method), body = route.method == "GET" ? "" : "{}";
    const ApiAnswer got = app.send(Ask{.method = method, .path = path_of(route), .body = body}, &app.owner);
    CHECK(got.status == 404);
    CHECK(got.body.find("There is no such workspace") != std::string::npos);
    // From many addresses, or the refusals of one would make the next wait.
    const std::string from = "198.51.100." + std::to_string(1 + asked % 250);
    const ApiAnswer by_key = ask_with_key(app, key.json()["token"], method, path_of(route), body, from);
    CHECK((by_key.status == 401 || by_key.status == 403 || by_key.status == 404));
    ++asked;
  }
  CHECK(asked > 50);
}

TEST_CASE("the workspace in which the appliance watches itself stands in no list, and nobody opens or changes it") {
  TestApp app;
  app.populate();
  const std::string own = appliance_workspace().text();
  for (const char* path : {"/api/v1/me", "/api/v1/appliance/workspaces", "/api/v1/appliance",
                           "/api/v1/workspaces/{w}/subjects", "/api/v1/workspaces/{w}/overview",
                           "/api/v1/workspaces/{w}/export"}) {
    CAPTURE(path);
    const ApiAnswer answer = app.get(path, &app.owner);
    CHECK(answer.status == 200);
    CHECK(answer.body.find(own) == std::string::npos);
  }
  const std::string administered = "/api/v1/appliance/workspaces/" + own;
  const json reason = {{"reason", "Looking into what the owner asked about."}, {"minutes", 60}};
  CHECK(app.post(administered + "/open", reason.dump(), &app.owner).status == 404);
  CHECK(app.patch(administered, R"({"enabled":false})", &app.owner).status == 404);
  CHECK(app.get("/api/v1/workspaces/" + own, &app.owner).status == 404);
  const auto row = app.storage.read<std::optional<Workspace>>(
      [&](Snapshot& snapshot) { return app.storage->workspaces().find(snapshot, appliance_workspace()); });
  REQUIRE(row.has_value());
  CHECK(row->enabled);
}
