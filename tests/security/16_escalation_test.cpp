// Threats 10 and 16: nobody gives more than they have, and nothing of another team or workspace is reached by its id.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/key_ask.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";

// Makes `person` an admin of the main workspace.
void make_admin(TestApp& app, const Person& person) {
  app.storage.write(
      [&](Transaction& tx) { return app.storage->members().set_role(tx, app.workspace.id, person.id, Role::admin); });
}

ApiAnswer call(TestApp& app, const std::string& method, const std::string& path, const json& body, const Person& as) {
  return app.send(Ask{.method = method, .path = path, .body = body.is_null() ? "" : body.dump()}, &as);
}

std::string role_of(TestApp& app, const Person& person) {
  const json members = app.get(kW + "/members", &app.owner).json();
  for (const json& member : members["items"]) {
    if (member["user_id"] == person.id.text()) return member["role"];
  }
  return "";
}

std::string add(TestApp& app, const std::string& what, const std::string& name, const Person& as,
                const std::string& workspace = kW) {
  const ApiAnswer made = call(app, "POST", workspace + what, {{"name", name}}, as);
  REQUIRE(made.status == 201);
  return made.json()["id"];
}

std::string add_group(TestApp& app, const std::string& name, const Person& as) {
  const ApiAnswer made = call(app, "POST", kW + "/subjects", {{"kind", "group"}, {"name", name}}, as);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  return made.json()["id"];
}

}  // namespace

TEST_CASE("an admin neither makes owners nor touches one, and a member changes nobody's role") {
  TestApp app;
  make_admin(app, app.operator_);
  const std::string owner = kW + "/members/" + app.owner.id.text();
  const std::string member = kW + "/members/" + app.member.id.text();
  CHECK(call(app, "PATCH", member, {{"role", "owner"}}, app.operator_).status == 403);
  CHECK(call(app, "PATCH", kW + "/members/" + app.operator_.id.text(), {{"role", "owner"}}, app.operator_).status ==
        403);
  CHECK(call(app, "PATCH", owner, {{"role", "viewer"}}, app.operator_).status == 403);
  CHECK(call(app, "DELETE", owner, nullptr, app.operator_).status == 403);
  CHECK(call(app, "POST", kW + "/ownership", {{"user_id", app.operator_.id.text()}}, app.operator_).status == 403);
  for (const Person* person : {&app.member, &app.viewer}) {
    CHECK(call(app, "PATCH", kW + "/members/" + person->id.text(), {{"role", "admin"}}, *person).status == 403);
    CHECK(call(app, "DELETE", member, nullptr, *person).status == 403);
  }
  CHECK(role_of(app, app.owner) == "owner");
  CHECK(role_of(app, app.member) == "member");
  CHECK(role_of(app, app.operator_) == "admin");
  // What is theirs to give, they give.
  CHECK(call(app, "PATCH", member, {{"role", "admin"}}, app.operator_).status == 200);
}

TEST_CASE("nobody invites above their own role, and nobody at all an owner") {
  TestApp app;
  const json asks_owner = {{"mail", "new@example.org"}, {"role", "owner"}};
  CHECK(call(app, "POST", kW + "/invitations", asks_owner, app.owner).status == 422);
  make_admin(app, app.operator_);
  CHECK(call(app, "POST", kW + "/invitations", asks_owner, app.operator_).status == 422);
  for (const Person* person : {&app.member, &app.viewer}) {
    CHECK(call(app, "POST", kW + "/invitations", {{"mail", "x@example.org"}, {"role", "viewer"}}, *person).status ==
          403);
    CHECK(app.get(kW + "/invitations", person).status == 403);
  }
}

TEST_CASE("a workspace's key invites nobody: nobody could stand for it") {
  TestApp app;
  const ApiAnswer made = app.post("/api/v1/workspaces/{w}/api-keys",
                                  R"({"name":"k","scopes":["view_members","manage_members"]})", &app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  const std::string key = made.json()["token"];
  CHECK(ask_with_key(app, key, "GET", "/api/v1/workspaces/{w}/invitations").status == 200);
  CHECK(ask_with_key(app, key, "POST", "/api/v1/workspaces/{w}/invitations",
                     R"({"mail":"new@example.net","role":"viewer"})")
            .status == 403);
  CHECK(app.get("/api/v1/workspaces/{w}/invitations", &app.owner).json()["items"].empty());
}

TEST_CASE("an invitation is worth what its inviter may still do") {
  TestApp app;
  make_admin(app, app.operator_);
  const ApiAnswer sent =
      call(app, "POST", kW + "/invitations", {{"mail", "stranger@example.org"}, {"role", "admin"}}, app.operator_);
  REQUIRE(sent.status == 201);
  const std::string link = sent.json()["link"];
  const std::string token = link.substr(link.find("token=") + 6);
  CHECK(call(app, "POST", "/api/v1/invitation/show", {{"token", token}}, app.stranger).status == 200);
  // The inviter is lowered: the way in that they left behind is closed.
  app.storage.write([&](Transaction& tx) {
    return app.storage->members().set_role(tx, app.workspace.id, app.operator_.id, Role::operator_);
  });
  CHECK(call(app, "POST", "/api/v1/invitation/show", {{"token", token}}, app.stranger).status == 403);
  CHECK(call(app, "POST", "/api/v1/invitation/accept", {{"token", token}}, app.stranger).status == 403);
  CHECK(app.get(kW, &app.stranger).status == 404);
}

TEST_CASE("an invitation is for one address: its link makes nobody else a member, and works once") {
  TestApp app;
  const ApiAnswer sent =
      call(app, "POST", kW + "/invitations", {{"mail", "Stranger@example.org"}, {"role", "viewer"}}, app.owner);
  REQUIRE(sent.status == 201);
  const std::string link = sent.json()["link"];
  const json token = {{"token", link.substr(link.find("token=") + 6)}};
  const Person outsider = app.stranger;
  // Somebody else of this appliance, with an account of their own.
  const ApiAnswer wrong = call(app, "POST", "/api/v1/invitation/accept", token, app.member);
  CHECK(wrong.status == 403);
  CHECK(call(app, "POST", "/api/v1/invitation/accept", token, outsider).status == 200);
  CHECK(app.get(kW, &outsider).status == 200);
  CHECK(call(app, "POST", "/api/v1/invitation/accept", token, outsider).status == 403);
  CHECK(app.get(kW + "/invitations", &app.owner).json()["items"].empty());
}

TEST_CASE("sending an invitation again ends its earlier links, and revoking ends them all") {
  TestApp app;
  const auto token_of = [](const ApiAnswer& sent) {
    const std::string link = sent.json()["link"];
    return json{{"token", link.substr(link.find("token=") + 6)}};
  };
  const ApiAnswer sent =
      call(app, "POST", kW + "/invitations", {{"mail", "new@example.org"}, {"role", "viewer"}}, app.owner);
  REQUIRE(sent.status == 201);
  const std::string one = kW + "/invitations/" + sent.json()["invitation"]["id"].get<std::string>();
  const ApiAnswer again = call(app, "POST", one + "/resend", json::object(), app.owner);
  REQUIRE(again.status == 200);
  CHECK(call(app, "POST", "/api/v1/invitation/show", token_of(sent), app.stranger).status == 403);
  CHECK(call(app, "POST", "/api/v1/invitation/show", token_of(again), app.stranger).status == 200);
  CHECK(call(app, "DELETE", one, nullptr, app.owner).status == 204);
  CHECK(call(app, "POST", "/api/v1/invitation/show", token_of(again), app.stranger).status == 403);
}

TEST_CASE("teams, groups, members and invitations of another workspace are not there") {
  TestApp app;
  app.populate();
  app.ids["o"] = app.other_workspace.id.text();
  const std::string theirs = "/api/v1/workspaces/{o}";
  const std::string team = add(app, "/teams", "Night", app.owner);
  const std::string group = add_group(app, "Databases", app.owner);
  const ApiAnswer sent =
      call(app, "POST", kW + "/invitations", {{"mail", "new@example.org"}, {"role", "viewer"}}, app.owner);
  const std::string invitation = sent.json()["invitation"]["id"];
  const std::string me = app.stranger.id.text();
  CHECK(call(app, "PATCH", theirs + "/teams/" + team, {{"name", "Mine"}}, app.stranger).status == 404);
  CHECK(call(app, "DELETE", theirs + "/teams/" + team, nullptr, app.stranger).status == 404);
  CHECK(call(app, "PUT", theirs + "/teams/" + team + "/members/" + me, json::object(), app.stranger).status == 404);
  CHECK(call(app, "PATCH", theirs + "/subjects/" + group, {{"name", "Mine"}}, app.stranger).status == 404);
  CHECK(call(app, "DELETE", theirs + "/subjects/" + group, nullptr, app.stranger).status == 404);
  CHECK(call(app, "GET", theirs + "/subjects/" + group + "/record", nullptr, app.stranger).status == 404);
  CHECK(call(app, "POST", theirs + "/invitations/" + invitation + "/resend", json::object(), app.stranger).status ==
        404);
  CHECK(call(app, "DELETE", theirs + "/invitations/" + invitation, nullptr, app.stranger).status == 404);
  CHECK(call(app, "PATCH", theirs + "/members/" + app.member.id.text(), {{"role", "admin"}}, app.stranger).status ==
        404);
  CHECK(call(app, "POST", theirs + "/ownership", {{"user_id", app.member.id.text()}}, app.stranger).status == 404);
  // By reference from one's own things.
  const ApiAnswer own = call(app, "POST", theirs + "/agents", {{"name", "a"}, {"authorised", true}}, app.stranger);
  REQUIRE(own.status == 201);
  const std::string agent = theirs + "/agents/" + own.json()["agent"]["id"].get<std::string>();
  CHECK(call(app, "PATCH", agent, {{"team_ids", {team}}}, app.stranger).status == 422);
  CHECK(call(app, "PATCH", agent, {{"group_ids", {group}}}, app.stranger).status == 422);
  const json rule = {{"name", "r"}, {"kind", "silence"}, {"target", {{"kind", "group"}, {"group_id", group}}}};
  CHECK(call(app, "POST", theirs + "/rules", rule, app.stranger).status == 422);
  CHECK(call(app, "POST", theirs + "/invitations", {{"mail", "x@example.org"}, {"role", "viewer"}, {"team_id", team}},
             app.stranger)
            .status == 422);
}

TEST_CASE("a workspace never loses its last owner by any request") {
  TestApp app;
  const std::string ownership = kW + "/ownership";
  CHECK(call(app, "POST", kW + "/leave", json::object(), app.owner).status == 409);
  CHECK(call(app, "POST", ownership, {{"user_id", app.owner.id.text()}, {"owner", false}}, app.owner).status == 409);
  CHECK(call(app, "PATCH", kW + "/members/" + app.owner.id.text(), {{"role", "viewer"}}, app.owner).status == 403);
  CHECK(call(app, "DELETE", kW + "/members/" + app.owner.id.text(), nullptr, app.owner).status == 409);
  const auto alone = app.storage.read<std::vector<Workspace>>(
      [&](Snapshot& snapshot) { return app.services->parts.store.workspaces().owned_alone(snapshot, app.owner.id); });
  CHECK(alone.size() == 1);
  // With a second owner, who can log in, the first may go.
  REQUIRE(call(app, "POST", ownership, {{"user_id", app.operator_.id.text()}, {"step_down", true}}, app.owner).status ==
          200);
  CHECK(call(app, "POST", kW + "/leave", json::object(), app.owner).status == 204);
  CHECK(app.get(kW, &app.owner).status == 404);
  CHECK(call(app, "POST", kW + "/leave", json::object(), app.operator_).status == 409);
}
