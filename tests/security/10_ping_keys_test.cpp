// Threat 10 for pings and for Healthchecks' management API: keys of one workspace reach nothing of another. And threat 7: the
// addresses with open CORS are these, and none of them reads a cookie.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "tests/support/push_monitor.h"
#include "web/api/routes.h"

using namespace connlog;
using nlohmann::json;

namespace {

std::string key_of_other(TestApp& app, const std::string& form) {
  const ApiAnswer made = app.post("/api/v1/workspaces/" + app.other_workspace.id.text() + "/api-keys",
                                  json({{"name", form}, {"form", form}}).dump(), &app.stranger);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  return made.json()["token"];
}

}  // namespace

TEST_CASE("a key of another workspace finds no check of this one, by slug or by UUID") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  const std::string ping_key = key_of_other(app, "ping"), checks_key = key_of_other(app, "checks");
  CHECK(from_program(app, "/ping/" + ping_key + "/" + job.slug).status == 404);
  const std::vector<std::pair<std::string, std::string>> headers{{"X-Api-Key", checks_key}};
  for (const char* method : {"GET", "POST", "DELETE"}) {
    CAPTURE(method);
    CHECK(from_program(app, "/api/v3/checks/" + job.uuid, method, "{}", headers).status == 404);
  }
  for (const char* what : {"/pause", "/resume"})
    CHECK(from_program(app, "/api/v3/checks/" + job.uuid + what, "POST", {}, headers).status == 404);
  for (const char* what : {"/pings/", "/flips/", "/pings/1/body"})
    CHECK(from_program(app, "/api/v3/checks/" + job.uuid + what, "GET", {}, headers).status == 404);
  CHECK(from_program(app, "/api/v3/checks/", "GET", {}, headers).json()["checks"].empty());
  CHECK(pings_of(app, job).empty());
}

TEST_CASE("people below operator make no keys and see no ping address") {
  TestApp app;
  const PushMonitor job = add_push_monitor(app, "backup");
  for (const Person* person : {&app.member, &app.viewer}) {
    CHECK(app.post("/api/v1/workspaces/{w}/api-keys", R"({"name":"x","form":"ping"})", person).status == 403);
    CHECK(app.get("/api/v1/workspaces/{w}/monitors/" + job.id + "/ping-address", person).status == 403);
    const ApiAnswer shown = app.get("/api/v1/workspaces/{w}/monitors/" + job.id, person);
    CHECK(shown.status == 200);
    CHECK(shown.body.find(job.uuid) == std::string::npos);
    CHECK(shown.body.find(job.token) == std::string::npos);
  }
}

TEST_CASE("CORS is open on these addresses alone, and none of them has a session") {
  std::set<std::string> open;
  for (const web::Route& route : web::routes()) {
    if (!route.permission.is_from_any_page()) continue;
    CHECK_FALSE(route.permission.needs_session());
    open.insert(std::string(route.path));
  }
  CHECK(open == std::set<std::string>{"/ping/*", "/api/v1/checks", "/api/v1/checks/*", "/api/v1/channels/*",
                                      "/api/v1/badges/*", "/api/v1/status/*", "/api/v2/*", "/api/v3/*"});
  TestApp app;
  app.populate();
  for (const web::Route& route : web::routes()) {
    CAPTURE(route.path);
    std::string path(route.path);
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1, "x");
    if (path.ends_with('*')) path.replace(path.size() - 1, 1, "x");
    const std::string method = route.catches_the_rest() ? "GET" : std::string(route.method);
    // What a browser asks before a page of another site may send anything: no stream begins by it.
    Ask ask{.method = "OPTIONS",
            .path = path,
            .headers = {{"Origin", "https://elsewhere.example"}, {"Access-Control-Request-Method", method}}};
    const ApiAnswer answer = app.send(ask, &app.owner);
    CHECK(answer.header("Access-Control-Allow-Origin") == (route.permission.is_from_any_page() ? "*" : ""));
    CHECK(answer.header("Access-Control-Allow-Credentials") == "");
  }
}
