// Threats 10 and 16: an administrator of the appliance is a stranger to every workspace they do not belong to, until
// they open it: with a reason, for a time, to look. The last administrator stays one.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"
#include "web/api/routes.h"

using namespace connlog;
using nlohmann::json;
using web::Permission;
using web::Route;

namespace {

// The stranger's workspace as the owner of the main one, who is the appliance's administrator, meets it.
struct Foreign {
  TestApp app;
  std::string path;

  Foreign() {
    app.ids["o"] = app.other_workspace.id.text();
    path = "/api/v1/workspaces/" + app.ids["o"];
    app.post(path + "/agents", R"({"name":"secret-1","authorised":true})", &app.stranger);
  }
  ApiAnswer open(const std::string& reason, int minutes) {
    return app.post("/api/v1/appliance/workspaces/{o}/open", json{{"reason", reason}, {"minutes", minutes}}.dump(),
                    &app.owner);
  }
  std::vector<std::string> acts_in_workspace() {
    std::vector<std::string> acts;
    const json trail = app.get(path + "/audit", &app.stranger).json();
    for (const json& entry : trail["items"]) acts.push_back(entry["act"]);
    return acts;
  }
};

constexpr const char* kReason = "Ticket 4711: alerts do not arrive";

}  // namespace

TEST_CASE("without an opening a foreign workspace does not exist for an administrator, at any route") {
  Foreign f;
  for (const Route& route : web::routes()) {
    if (route.permission.kind() != Permission::Kind::workspace) continue;
    CAPTURE(route.operation);
    std::string path(route.path);
    for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{'))
      path.replace(open, path.find('}') - open + 1, f.app.ids["o"]);
    const ApiAnswer answer =
        f.app.send(Ask{.method = std::string(route.method), .path = path, .body = route.request.empty() ? "" : "{}"},
                   &f.app.owner);
    CHECK(answer.status == 404);
    CHECK(answer.body.find("secret-1") == std::string::npos);
  }
}

TEST_CASE("an opening needs a reason and a time within its bounds, and an administrator") {
  Foreign f;
  CHECK(f.open("short", 60).status == 422);
  CHECK(f.open(kReason, 14).status == 422);
  CHECK(f.open(kReason, 481).status == 422);
  CHECK(f.app
            .post("/api/v1/appliance/workspaces/{o}/open", json{{"reason", kReason}, {"minutes", 60}}.dump(),
                  &f.app.viewer)
            .status == 403);
  CHECK(f.app.get(f.path + "/agents", &f.app.owner).status == 404);
  CHECK(f.app
            .post("/api/v1/appliance/workspaces/{w}/open", json{{"reason", kReason}, {"minutes", 60}}.dump(),
                  &f.app.owner)
            .status == 409);
}

TEST_CASE("the owners of a workspace are told by mail who opened it, and why") {
  Foreign f;
  test::set_up_mail(f.app);
  REQUIRE(f.open(kReason, 60).status == 201);
  const auto told = test::letter(f.app, "break_glass", f.app.stranger.mail);
  REQUIRE(told);
  CHECK(told->row.text.find(kReason) != std::string::npos);
  CHECK(told->row.text.find("Olga Owner") != std::string::npos);
}

TEST_CASE("an opening shows everything and changes nothing, is seen by the workspace, and ends by itself") {
  Foreign f;
  REQUIRE(f.open(kReason, 60).status == 201);
  CHECK(f.app.get(f.path + "/agents", &f.app.owner).body.find("secret-1") != std::string::npos);
  CHECK(f.app.get(f.path + "/audit", &f.app.owner).body.find("secret-1") ==
        std::string::npos);  // a viewer's own acts alone

  for (const Route& route : web::routes()) {
    if (route.permission.kind() != Permission::Kind::workspace || route.method == "GET") continue;
    if (route.operation == "previewRule") continue;  // a question with a body, which changes nothing
    CAPTURE(route.operation);
    std::string path(route.path);
    for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{'))
      path.replace(open, path.find('}') - open + 1, f.app.ids["o"]);
    const ApiAnswer answer =
        f.app.send(Ask{.method = std::string(route.method), .path = path, .body = route.request.empty() ? "" : "{}"},
                   &f.app.owner);
    CHECK(answer.status == 403);
  }

  // Everybody in the workspace sees who looks, why, and at how much.
  const json me = f.app.get("/api/v1/me", &f.app.stranger).json()["workspaces"][0];
  REQUIRE(me["openings"].size() == 1);
  CHECK(me["openings"][0]["administrator"] == "Olga Owner");
  CHECK(me["opened_by_me"] == false);
  f.app.settle();
  const json listed = f.app.get(f.path + "/break-glass", &f.app.stranger).json()["items"][0];
  CHECK(listed["reason"] == kReason);
  CHECK(listed["reads"].get<int>() >= 2);
  CHECK(listed["places"].dump().find("agents") != std::string::npos);
  const auto acts = f.acts_in_workspace();
  CHECK(std::count(acts.begin(), acts.end(), "workspace.opened") == 1);

  f.app.clock.advance(std::chrono::minutes(61));
  CHECK(f.app.get(f.path + "/agents", &f.app.owner).status == 404);
  CHECK(f.app.get("/api/v1/me", &f.app.stranger).json()["workspaces"][0]["openings"].empty());
}

TEST_CASE("the workspace's people end an opening at once, and a mere member cannot") {
  Foreign f;
  const std::string id = f.open(kReason, 480).json()["id"];
  f.app.storage.write([&](Transaction& tx) -> Result<void> {
    return f.app.storage->workspaces().put_membership(
        tx, Membership{f.app.other_workspace.id, f.app.member.id, Role::member, f.app.clock.now()});
  });
  CHECK(f.app.send(Ask{.method = "DELETE", .path = f.path + "/break-glass/" + id}, &f.app.member).status == 403);
  CHECK(f.app.send(Ask{.method = "DELETE", .path = f.path + "/break-glass/" + id}, &f.app.stranger).status == 204);
  CHECK(f.app.get(f.path + "/agents", &f.app.owner).status == 404);
  const auto acts = f.acts_in_workspace();
  CHECK(std::count(acts.begin(), acts.end(), "workspace.closed") == 1);
}

TEST_CASE("an opening ends when its administrator is disabled or dismissed") {
  for (const char* change : {R"({"enabled":false})", R"({"appliance_administrator":false})"}) {
    CAPTURE(change);
    Foreign f;
    // A second administrator, so that the first one is not the last.
    f.app.ids["viewer"] = f.app.viewer.id.text();
    f.app.ids["owner"] = f.app.owner.id.text();
    REQUIRE(
        f.app.patch("/api/v1/appliance/users/{viewer}", R"({"appliance_administrator":true})", &f.app.owner).status ==
        200);
    REQUIRE(f.open(kReason, 60).status == 201);
    f.app.viewer = f.app.browser_of(f.app.viewer.mail);
    REQUIRE(f.app.patch("/api/v1/appliance/users/{owner}", change, &f.app.viewer).status == 200);
    CHECK(f.app.get(f.path + "/agents", &f.app.owner).status >= 401);
    const json listed = f.app.get(f.path + "/break-glass", &f.app.stranger).json()["items"][0];
    CHECK(listed["open"] == false);
  }
}

TEST_CASE("the last administrator who can log in is not dismissed, disabled or deleted") {
  TestApp app;
  app.ids["owner"] = app.owner.id.text();
  app.ids["viewer"] = app.viewer.id.text();
  const std::string me = "/api/v1/appliance/users/{owner}";
  CHECK(app.patch(me, R"({"appliance_administrator":false})", &app.owner).status == 409);
  CHECK(app.patch(me, R"({"enabled":false})", &app.owner).status == 409);
  CHECK(app.send(Ask{.method = "DELETE", .path = me}, &app.owner).status == 409);
  // A disabled administrator does not count.
  REQUIRE(
      app.patch("/api/v1/appliance/users/{viewer}", R"({"appliance_administrator":true,"enabled":false})", &app.owner)
          .status == 200);
  CHECK(app.patch(me, R"({"appliance_administrator":false})", &app.owner).status == 409);
  REQUIRE(app.patch("/api/v1/appliance/users/{viewer}", R"({"enabled":true})", &app.owner).status == 200);
  CHECK(app.patch(me, R"({"appliance_administrator":false})", &app.owner).status == 200);
  CHECK(app.get("/api/v1/appliance/users", &app.owner).status == 403);
}

TEST_CASE("nobody but an administrator reaches a route of the appliance") {
  TestApp app;
  app.populate();
  for (const Route& route : web::routes()) {
    if (route.permission.kind() != Permission::Kind::appliance) continue;
    CAPTURE(route.operation);
    std::string path(route.path);
    for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{'))
      path.replace(open, path.find('}') - open + 1, app.ids["w"]);
    const Ask ask{.method = std::string(route.method), .path = path, .body = route.request.empty() ? "" : "{}"};
    CHECK(app.send(ask).status == 401);
    for (const Person* person : {&app.operator_, &app.member, &app.viewer, &app.stranger})
      CHECK(app.send(ask, person).status == 403);
  }
}

TEST_CASE("what an administrator looked at is told in the words of the table, not in theirs") {
  Foreign f;
  REQUIRE(f.open(kReason, 60).status == 201);
  for (int i = 0; i < 30; ++i) f.app.get(f.path + "/agents/nothing-" + std::to_string(i), &f.app.owner);
  f.app.settle();
  const json places = f.app.get(f.path + "/break-glass", &f.app.stranger).json()["items"][0]["places"];
  REQUIRE(places.size() == 1);
  CHECK(places[0]["place"] == "agents/{id}");
  CHECK(places[0]["reads"] == 30);
}

TEST_CASE("an administrator cannot have the trails gone within days of an act") {
  TestApp app;
  const auto set = [&](const std::string& limit, int days) {
    return app
        .send(
            Ask{.method = "PUT", .path = "/api/v1/appliance/limits", .body = json{{"limits", {{limit, days}}}}.dump()},
            &app.owner)
        .status;
  };
  for (const char* limit : {"audit_days", "security_event_days", "appliance_trail_days"}) {
    CAPTURE(limit);
    CHECK(set(limit, 1) == 422);
    CHECK(set(limit, 29) == 422);
    CHECK(set(limit, 30) == 200);
    CHECK(set(limit, 0) == 200);  // for ever
  }
}

TEST_CASE("disabling its owner is no way into a workspace") {
  Foreign f;
  f.app.ids["stranger"] = f.app.stranger.id.text();
  REQUIRE(f.app.patch("/api/v1/appliance/users/{stranger}", R"({"enabled":false})", &f.app.owner).status == 200);
  const std::string workspace = "/api/v1/appliance/workspaces/{o}";
  CHECK(f.app.patch(workspace, R"({"owner":"owner@example.org"})", &f.app.owner).status == 403);
  CHECK(f.app.get(f.path + "/agents", &f.app.owner).status == 404);
  // Somebody else may get it: that is what the right is for, and both trails tell of it.
  CHECK(f.app.patch(workspace, R"({"owner":"viewer@example.org"})", &f.app.owner).status == 200);
  CHECK(f.app.get(f.path + "/agents", &f.app.viewer).status == 200);
}
