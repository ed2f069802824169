// Threats 10 and 14: who belongs to no workspace, or to another one, finds nothing at any address of a workspace;
// standing is asked at one place (web/api/middleware/access), before the handler and for every route of the table.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/test_app.h"
#include "web/api/routes.h"

using namespace connlog;
using web::Permission;
using web::Route;

namespace {

std::string path_of(const TestApp& app, const Route& route) {
  std::string path(route.path);
  const auto put = [&](const std::string& place, const std::string& id) {
    for (std::size_t at = path.find(place); at != std::string::npos; at = path.find(place))
      path.replace(at, place.size(), id);
  };
  put("{w}", app.ids.at("w"));
  put("{id}", app.ids.at("agent"));
  while (path.find('{') != std::string::npos) {
    const std::size_t open = path.find('{');
    path.replace(open, path.find('}') - open + 1, app.ids.at("agent"));
  }
  return path;
}

}  // namespace

TEST_CASE("who is no member of a workspace gets 404 at every address of it, as if it did not exist") {
  TestApp app;
  app.populate();
  const std::string nowhere = "01940000-0000-7000-8000-000000000000";
  for (const Route& route : web::routes()) {
    if (route.permission.kind() != Permission::Kind::workspace) continue;
    CAPTURE(route.method);
    CAPTURE(route.path);
    const std::string path = path_of(app, route);
    Ask ask{.method = std::string(route.method), .path = path, .body = route.method == "GET" ? "" : "{}"};
    const ApiAnswer refused = app.send(ask, &app.stranger);
    CHECK(refused.status == 404);
    CHECK(refused.body.find("db-1") == std::string::npos);
    // The same words as for a workspace that does not exist.
    ask.path.replace(ask.path.find(app.ids["w"]), app.ids["w"].size(), nowhere);
    CHECK(app.send(ask, &app.stranger).body == refused.body);
  }
}

TEST_CASE("a former member is a stranger from the next request on") {
  TestApp app;
  app.populate();
  REQUIRE(app.get("/api/v1/workspaces/{w}/agents", &app.member).status == 200);
  app.storage.write(
      [&](Transaction& tx) { return app.storage->members().remove(tx, app.workspace.id, app.member.id); });
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.member).status == 404);
  CHECK(app.get("/api/v1/workspaces/{w}", &app.member).status == 404);
  CHECK(app.get("/api/v1/me", &app.member).json()["workspaces"].empty());
}
