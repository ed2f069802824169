// Every route of the table, called as nobody, as a stranger of another workspace, in every role, and as the owner;
// every answer held against the schema that the OpenAPI document promises for it.
#include "web/api/routes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/sample_requests.h"
#include "tests/support/schema_check.h"
#include "tests/support/test_app.h"
#include "web/api/openapi.h"

using namespace connlog;
using nlohmann::json;
using web::Permission;
using web::Route;

namespace {

const std::string kUnknownId = "01940000-0000-7000-8000-000000000000";

// The path with ids of the main workspace.
std::string path_of(const TestApp& app, const Route& route) {
  std::string path(route.path);
  const auto put = [&](const std::string& place, const std::string& id) {
    if (const std::size_t at = path.find(place); at != std::string::npos) path.replace(at, place.size(), id);
  };
  put("{w}", app.ids.at("w"));
  put("{target}", "x86_64");
  for (const auto& [part, name] : std::map<std::string, std::string>{{"/agents/", "agent"},
                                                                     {"/subjects/", "agent"},
                                                                     {"/rules/", "rule"},
                                                                     {"/recipients/", "recipient"},
                                                                     {"/incidents/", "incident"},
                                                                     {"/notifications/", "notification"}}) {
    if (path.find(part) != std::string::npos) put("{id}", app.ids.at(name));
  }
  for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
    path.replace(at, path.find('}') - at + 1, kUnknownId);  // no such thing is in the main workspace
  return path;
}

std::string body_of(const Route& route) {
  if (route.request.empty() || route.request == "AgentFrame") return route.request.empty() ? "" : std::string(32, '\0');
  const auto known = sample_bodies().find(route.request);
  return known == sample_bodies().end() ? "{}" : known->second.dump();
}

ApiAnswer call(TestApp& app, const Route& route, const std::string& path, const Person* as) {
  return app.send(Ask{.method = std::string(route.method), .path = path, .body = body_of(route)}, as);
}

bool is_workspace_route(const Route& route) {
  return route.permission.kind() == Permission::Kind::workspace;
}

}  // namespace

TEST_CASE("nobody gets in anywhere without a session") {
  TestApp app;
  app.populate();
  for (const Route& route : web::routes()) {
    if (!route.permission.needs_session()) continue;
    CAPTURE(route.method);
    CAPTURE(route.path);
    const ApiAnswer answer = call(app, route, path_of(app, route), nullptr);
    CHECK(answer.status == 401);
    CHECK(answer.json()["code"] == "unauthenticated");
    CHECK(answer.body.find("db-1") == std::string::npos);
  }
}

TEST_CASE("what changes something wants the CSRF token of its own session") {
  TestApp app;
  app.populate();
  Person without = app.owner;
  without.csrf = "";
  Person with_anothers = app.owner;
  with_anothers.csrf = app.viewer.csrf;
  for (const Route& route : web::routes()) {
    if (!route.permission.needs_session() || route.method == "GET") continue;
    CAPTURE(route.path);
    CHECK(call(app, route, path_of(app, route), &without).json()["code"] == "csrf");
    CHECK(call(app, route, path_of(app, route), &with_anothers).json()["code"] == "csrf");
  }
}

TEST_CASE("a stranger finds nothing of another workspace, whatever the id") {
  TestApp app;
  app.populate();
  for (const Route& route : web::routes()) {
    if (!is_workspace_route(route)) continue;
    CAPTURE(route.method);
    CAPTURE(route.path);
    const std::string path = path_of(app, route);
    const ApiAnswer there = call(app, route, path, &app.stranger);
    CHECK(there.status == 404);
    CHECK(there.body.find("db-1") == std::string::npos);

    // In a workspace of their own, with the other's object: it is not there, and answers as an unknown id does.
    const std::size_t object = route.path.find("{id}");
    // Things of the kinds that are not made here: tests/security/10_other_tenant_test.cpp and its neighbours.
    if (object == std::string_view::npos || path.find(kUnknownId) != std::string::npos) continue;
    std::string smuggled = path;
    smuggled.replace(smuggled.find(app.ids["w"]), app.ids["w"].size(), app.other_workspace.id.text());
    const ApiAnswer here = call(app, route, smuggled, &app.stranger);
    CHECK(here.status == 404);
    CHECK(here.body.find("db-1") == std::string::npos);
    std::string unknown(route.path);
    unknown.replace(object, 4, kUnknownId).replace(unknown.find("{w}"), 3, app.other_workspace.id.text());
    CHECK(call(app, route, unknown, &app.stranger).body == here.body);
  }
  CHECK(app.get("/api/v1/workspaces/{w}/agents/{agent}", &app.owner).status == 200);
}

// Whether the request makes sense as it stands: what is asked for is there, and what changes something has its body
// here. Who may come at all is asked of every route in tests/security/16_access_matrix_test.cpp.
bool is_asked_here(const TestApp& app, const Route& route) {
  // What a plan or an export is to be about is asked in the tests of their own.
  for (const char* wants_a_query :
       {"/leak-plan", "/leak-subjects", "/trail/export", "/audit/export", "/security-events/export"}) {
    if (route.path.ends_with(wants_a_query)) return false;
  }
  if (route.method == "GET") return path_of(app, route).find(kUnknownId) == std::string::npos;
  return has_sample(route);
}

TEST_CASE("the owner may do everything, and each answer is what the document promises") {
  TestApp app;
  app.populate();
  const json document = web::openapi_document("https://monitor.example.org");
  std::vector<const Route*> ordered;
  for (const Route& route : web::routes()) ordered.push_back(&route);
  const auto weight = [](const Route* route) {
    // Look, then change, then remove; what is removed is needed by none that follows, and the session goes last.
    if (route->operation == "logout") return 9;
    if (route->method == "DELETE") return route->operation == "removeAgent" ? 3 : 2;
    return route->method == "GET" ? 0 : 1;
  };
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](const Route* a, const Route* b) { return weight(a) < weight(b); });
  const std::map<std::string_view, int> otherwise = {
      {"setup", 409},  // claimed already
      {"login", 401},  // not a person here
      {"agentHeartbeat", 401},
      {"agentConfig", 401},
      {"agentEndpoint", 401},      // a person is no agent
      {"decideMachine", 409},      // no machine knocks
      {"putSubjectByKey", 201},    // nothing has the key yet
      {"retryNotification", 404},  // it has not failed
      {"testRecipient", 409},      // mail is not set up yet
  };
  for (const Route* route : ordered) {
    if (!is_asked_here(app, *route)) continue;
    if (route->operation == "events") continue;  // a stream: tests/web/api/live_events_test.cpp
    CAPTURE(route->method);
    CAPTURE(route->path);
    Ask ask{.method = std::string(route->method), .path = path_of(app, *route), .body = body_of(*route)};
    if (route->operation == "metrics") ask.address = "127.0.0.1";
    const ApiAnswer answer = app.send(ask, &app.owner);
    INFO(answer.body.substr(0, 600));
    if (const auto other = otherwise.find(route->operation); other != otherwise.end()) {
      CHECK(answer.status == other->second);
      continue;
    }
    CHECK(answer.status == route->status);
    if (answer.status != route->status || route->response.empty() ||
        route->response.find('/') != std::string_view::npos)
      continue;
    const auto wrong =
        violations(document, {{"$ref", "#/components/schemas/" + std::string(route->response)}}, answer.json());
    CHECK(wrong == std::vector<std::string>{});
  }
}

TEST_CASE("agents' answers are what the document promises") {
  TestApp app;
  app.populate();
  const json document = web::openapi_document("https://monitor.example.org");
  const auto holds = [&](const ApiAnswer& answer, const std::string& schema) {
    REQUIRE(answer.status == 200);
    CHECK(violations(document, {{"$ref", "#/components/schemas/" + schema}}, answer.json()) ==
          std::vector<std::string>{});
  };
  holds(app.heartbeat(app.agent_token), "HeartbeatAnswer");
  Ask ask{.path = "/api/agents/config"};
  ask.headers = {{"Authorization", "Bearer " + app.agent_token}, {"Content-Type", "application/json"}};
  holds(app.send(ask), "AgentConfig");
  ask.path = "/api/agents/endpoint-assignment";
  holds(app.send(ask), "AgentEndpoint");
}

TEST_CASE("the document lists every route, and every name in it is explained") {
  const json document = web::openapi_document("https://monitor.example.org");
  std::size_t operations = 0;
  for (const auto& [path, methods] : document["paths"].items()) operations += methods.size();
  std::size_t rows = 0;
  std::set<std::string> ids;
  for (const Route& route : web::routes()) {
    if (route.catches_the_rest()) continue;  // says that nothing is there: no operation
    ++rows;
    ids.insert(std::string(route.operation));
  }
  CHECK(operations == rows);
  CHECK(ids.size() == rows);

  const std::string text = document.dump();
  std::set<std::string> used;
  const std::string mark = "#/components/schemas/";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    used.insert(text.substr(at + mark.size(), text.find('"', at) - at - mark.size()));
  }
  for (const std::string& name : used) {
    CAPTURE(name);
    CHECK(document["components"]["schemas"].contains(name));
  }
  for (const auto& [name, schema] : document["components"]["schemas"].items()) {
    CAPTURE(name);
    CHECK(used.contains(name));
  }
}

TEST_CASE("an address that does not exist is a problem, and a wrong method says which are right") {
  TestApp app;
  const ApiAnswer unknown = app.get("/api/v1/nothing", &app.owner);
  CHECK(unknown.status == 404);
  CHECK(unknown.json()["code"] == "not_found");
  const ApiAnswer wrong = app.send(Ask{.method = "DELETE", .path = "/api/v1/me"}, &app.owner);
  CHECK(wrong.status == 405);
  CHECK(wrong.header("Allow") == "GET, HEAD");
  CHECK(app.send(Ask{.method = "OPTIONS", .path = "/api/v1/workspaces/{w}/agents"}).header("Allow") ==
        "GET, HEAD, POST");
  CHECK(app.send(Ask{.method = "GET", .path = "/api/v1/openapixjson"}).status == 404);  // a dot is a dot
  const std::string document = app.get("/api/v1/openapi.json").body;
  CHECK(document.find("\"openapi\"") != std::string::npos);
  CHECK(app.get("/api/v1/openapi.json").body == document);  // kept from the first request on
  const ApiAnswer head = app.send(Ask{.method = "HEAD", .path = "/api/v1/setup"});
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK(head.header("Content-Length") == "21");
}
