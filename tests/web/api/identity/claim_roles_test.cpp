// Roles by a provider's claim, seen from the workspace that they are given in: it is told, it sees who came that way,
// and nothing stays when the row or the provider goes. Ownership is out of a claim's reach.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/hostile_provider.h"
#include "tests/support/mailbox.h"

namespace connlog {
namespace {

using nlohmann::json;

const std::string kMembers = "/api/v1/workspaces/{w}/members";

// Ada comes from the provider with the group "ops"; she has an account and no membership.
struct Scene {
  FakeClock clock_of_the_provider;
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};
  std::string id;

  Scene() {
    test::set_up_mail(app);
    id = add_provider(app, provider, {{"role_claim", "groups"}});
    link(app.stranger, "ada-1");
    groups({"ops"});
  }
  void link(const Person& person, const std::string& sub) {
    app.storage.write([&](Transaction& tx) -> Result<void> {
      Login login;
      login.id = LoginId::make(app.clock.now(), app.storage.random);
      login.user = person.id;
      REQUIRE(LoginProviderId::parse(id, login.provider));
      login.sub = sub;
      login.linked_at = app.clock.now();
      return app.storage->logins().put(tx, login);
    });
  }
  void groups(const json& values, const std::string& sub = "ada-1") {
    provider.userinfo = {{"sub", sub}};  // asked where the ID token has no groups
    provider.claims = [=](json& claims) {
      claims["sub"] = sub;
      claims["groups"] = values;
    };
  }
  json row(const std::string& value, const std::string& role) const {
    return {{"value", value}, {"workspace_id", app.workspace.id.text()}, {"role", role}};
  }
  ApiAnswer set_rows(const json& rows) {
    return app.patch("/api/v1/appliance/providers/" + id, json{{"roles", rows}}.dump(), &app.owner);
  }
  void come() { REQUIRE(log_in_by(app, provider, id).location == "/provider#entered"); }
  // As the workspace's list shows somebody; null: not in it.
  json member(const Person& person) {
    const json list = app.get(kMembers, &app.owner).json();
    for (const json& each : list["items"]) {
      if (each["user_id"] == person.id.text()) return each;
    }
    return nullptr;
  }
  std::string last_of_the_log(const std::string& act) {
    const json log = app.get("/api/v1/workspaces/{w}/audit?act=" + act, &app.owner).json();
    return log["items"].empty() ? "" : log["items"][0]["details"].get<std::string>();
  }
};

}  // namespace

TEST_CASE("a claim never gives ownership, and never takes it") {
  Scene scene;
  const ApiAnswer refused = scene.set_rows(json::array({scene.row("ops", "owner")}));
  CHECK(refused.status == 422);
  CHECK(refused.json()["field"] == "roles");
  REQUIRE(scene.set_rows(json::array({scene.row("*", "viewer")})).status == 200);
  scene.app.storage.write([&](Transaction& tx) {
    return scene.app.storage->workspaces().put_membership(
        tx, Membership{scene.app.workspace.id, scene.app.member.id, Role::owner, scene.app.clock.now()});
  });
  scene.link(scene.app.member, "mia-1");
  scene.groups({"ops"}, "mia-1");
  scene.come();
  CHECK(scene.member(scene.app.member)["role"] == "owner");  // one of two: not the last
  CHECK(scene.member(scene.app.member)["by_provider"].is_null());
}

TEST_CASE("the owners get a letter and the workspace's log a line when a row gives roles there") {
  Scene scene;
  REQUIRE(scene.set_rows(json::array({scene.row("ops", "operator")})).status == 200);
  const auto told = test::letter(scene.app, "claim_roles", "owner@example.org");
  REQUIRE(told);
  CHECK(told->row.headline == "Staff login gives roles in " + scene.app.workspace.name);
  CHECK(told->row.text.find("ops: operator") != std::string::npos);
  CHECK(told->path.find("/members") != std::string::npos);
  CHECK_FALSE(test::letter(scene.app, "claim_roles", "stranger@example.org"));
  CHECK(scene.last_of_the_log("login_provider.roles_set") == "ops: operator");
  const auto letters = test::letters(scene.app).size();
  REQUIRE(scene.set_rows(json::array({scene.row("ops", "operator")})).status == 200);  // nothing new
  REQUIRE(scene.set_rows(json::array()).status == 200);
  CHECK(test::letters(scene.app).size() == letters);
  CHECK(scene.last_of_the_log("login_provider.roles_set") == "none any more");
}

TEST_CASE("who came by a provider is marked, and their beginning and end stand in the workspace's log") {
  Scene scene;
  REQUIRE(scene.set_rows(json::array({scene.row("ops", "operator")})).status == 200);
  scene.come();
  CHECK(scene.member(scene.app.stranger)["role"] == "operator");
  CHECK(scene.member(scene.app.stranger)["by_provider"] == "Staff login");
  CHECK(scene.member(scene.app.viewer)["by_provider"].is_null());
  CHECK(scene.last_of_the_log("member.added") == "as operator, by the roles of the login provider");
  scene.groups(json::array());
  scene.come();
  CHECK(scene.member(scene.app.stranger).is_null());
  CHECK(scene.last_of_the_log("member.removed") ==
        "the claim no longer gives a role, by the roles of the login provider");
}

TEST_CASE("memberships by a provider end with the row, at once, and with them what they see") {
  Scene scene;
  scene.app.populate();
  REQUIRE(scene.set_rows(json::array({scene.row("ops", "operator"), scene.row("*", "viewer")})).status == 200);
  scene.come();
  REQUIRE(scene.member(scene.app.stranger)["role"] == "operator");
  TestStream stream = scene.app.open_stream(scene.app.stranger);
  REQUIRE(scene.set_rows(json::array({scene.row("ops", "member"), scene.row("*", "viewer")})).status == 200);
  CHECK(scene.member(scene.app.stranger)["role"] == "member");  // the row's other role, before the next login
  // Only the row that gave it counts: what else the person has is seen at their next login.
  REQUIRE(scene.set_rows(json::array({scene.row("*", "viewer")})).status == 200);
  CHECK(scene.member(scene.app.stranger).is_null());
  CHECK(scene.last_of_the_log("member.removed") ==
        "the row that gave the role was removed, by the roles of the login provider");
  scene.app.app->tick();
  CHECK_FALSE(stream.is_open());
  scene.come();
  CHECK(scene.member(scene.app.stranger)["role"] == "viewer");
}

TEST_CASE("memberships by a provider end with the provider; what people made takes their role again") {
  Scene scene;
  REQUIRE(scene.set_rows(json::array({scene.row("ops", "admin")})).status == 200);
  scene.come();
  scene.link(scene.app.viewer, "vera-1");
  scene.groups({"ops"}, "vera-1");
  scene.come();
  CHECK(scene.member(scene.app.viewer)["role"] == "admin");
  CHECK(scene.member(scene.app.viewer)["by_provider"] == "Staff login");
  REQUIRE(scene.app.send(Ask{.method = "DELETE", .path = "/api/v1/appliance/providers/" + scene.id}, &scene.app.owner)
              .status == 204);
  CHECK(scene.member(scene.app.stranger).is_null());
  CHECK(scene.member(scene.app.viewer)["role"] == "viewer");
  CHECK(scene.member(scene.app.viewer)["by_provider"].is_null());
  CHECK(scene.last_of_the_log("login_provider.roles_set") == "none any more");
}

TEST_CASE("somebody whom people took out and invited again is theirs, and no provider's any more") {
  Scene scene;
  REQUIRE(scene.set_rows(json::array({scene.row("ops", "operator")})).status == 200);
  scene.come();
  const std::string path = kMembers + "/" + scene.app.stranger.id.text();
  REQUIRE(scene.app.send(Ask{.method = "DELETE", .path = path}, &scene.app.owner).status == 204);
  scene.app.storage.write([&](Transaction& tx) {
    return scene.app.storage->workspaces().put_membership(
        tx, Membership{scene.app.workspace.id, scene.app.stranger.id, Role::member, scene.app.clock.now()});
  });
  CHECK(scene.member(scene.app.stranger)["by_provider"].is_null());
  REQUIRE(scene.set_rows(json::array()).status == 200);
  CHECK(scene.member(scene.app.stranger)["role"] == "member");
}

}  // namespace connlog
