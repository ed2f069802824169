// A workspace from its making to its end: who may make one, its address, disabled and enabled, deleted after its time.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";

ApiAnswer call(TestApp& app, const std::string& method, const std::string& path, const json& body, const Person& as) {
  return app.send(Ask{.method = method, .path = path, .body = body.is_null() ? "" : body.dump()}, &as);
}

}  // namespace

TEST_CASE("administrators and owners make workspaces, others where the appliance says so") {
  TestApp app;
  const json body = {{"name", "Second"}};
  CHECK(call(app, "POST", "/api/v1/workspaces", body, app.member).status == 403);
  const ApiAnswer made = call(app, "POST", "/api/v1/workspaces", body, app.stranger);
  REQUIRE(made.status == 201);
  CHECK(made.json()["slug"] == "second");
  CHECK(made.json()["role"] == "owner");
  CHECK(app.get("/api/v1/me", &app.stranger).json()["workspaces"].size() == 2);
}

TEST_CASE("the letters of a name that have a plain spelling stay in its address") {
  TestApp app;
  const json body = {{"name", "Überwachung Straße (Łódź)"}};
  CHECK(call(app, "POST", "/api/v1/workspaces", body, app.stranger).json()["slug"] == "ueberwachung-strasse-lodz");
}

TEST_CASE("an invitation works for as long as was chosen, and no longer than the appliance allows") {
  TestApp app;
  const auto invite = [&](const std::string& mail, int days) {
    return call(app, "POST", kW + "/invitations", {{"mail", mail}, {"role", "viewer"}, {"days", days}}, app.owner);
  };
  const ApiAnswer refused = invite("n1@example.net", 8);
  CHECK(refused.status == 422);
  CHECK(refused.json()["field"] == "days");
  const ApiAnswer sent = invite("n2@example.net", 2);
  REQUIRE(sent.status == 201);
  const std::string first = sent.json()["link"];
  const std::string token = first.substr(first.find('=') + 1);
  const std::string id = sent.json()["invitation"]["id"];
  const auto shown = [&](const std::string& by) {
    return app.post("/api/v1/invitation/show", json{{"token", by}}.dump()).status;
  };
  CHECK(shown(token) == 200);
  app.clock.advance(std::chrono::hours(47));
  CHECK(shown(token) == 200);
  app.clock.advance(std::chrono::hours(1));
  CHECK(shown(token) == 403);
  // Sent again it works for as long as before.
  const Person owner = app.browser_of("owner@example.org");
  const ApiAnswer again = call(app, "POST", kW + "/invitations/" + id + "/resend", nullptr, owner);
  REQUIRE(again.status == 200);
  const std::string link = again.json()["link"];
  const std::string fresh = link.substr(link.find('=') + 1);
  CHECK(shown(fresh) == 200);
  app.clock.advance(std::chrono::hours(48));
  CHECK(shown(fresh) == 403);
}

TEST_CASE("an address is changed to a free and well-formed one only") {
  TestApp app;
  const std::string taken = app.other_workspace.slug;
  for (const char* wrong : {"Main", "-main", "main-", "ma in", "m\u00e4in", "main\n"}) {
    CAPTURE(wrong);
    CHECK(call(app, "PATCH", kW, {{"slug", wrong}}, app.owner).status == 422);
  }
  const ApiAnswer refused = call(app, "PATCH", kW, {{"slug", taken}}, app.owner);
  CHECK(refused.status == 422);
  CHECK(refused.json()["field"] == "slug");
  CHECK(call(app, "PATCH", kW, {{"slug", "main-2"}}, app.owner).json()["slug"] == "main-2");
}

TEST_CASE("a disabled workspace tells its members and refuses its agents without removing them") {
  TestApp app;
  app.populate();
  CHECK(call(app, "POST", kW + "/state", {{"enabled", false}}, app.member).status == 403);
  REQUIRE(call(app, "POST", kW + "/state", {{"enabled", false}}, app.owner).status == 200);
  const ApiAnswer told = app.get(kW + "/agents", &app.member);
  CHECK(told.status == 403);
  CHECK(told.json()["code"] == "workspace_disabled");
  CHECK(app.get(kW, &app.member).json()["enabled"] == false);
  CHECK(app.get(kW + "/agents", &app.stranger).status == 404);
  const ApiAnswer beat = app.heartbeat(app.agent_token);
  CHECK(beat.status == 423);
  CHECK(beat.body.find("WORKSPACE_DISABLED") != std::string::npos);
  REQUIRE(call(app, "POST", kW + "/state", {{"enabled", true}}, app.owner).status == 200);
  CHECK(app.get(kW + "/agents", &app.member).status == 200);
}

TEST_CASE("what the administrator disabled, an owner does not enable") {
  TestApp app;
  Actor administrator;
  administrator.kind = Actor::Kind::user;
  administrator.appliance_administrator = true;
  administrator.name = "A. Ministrator";
  app.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(app.services->access.life().set_enabled(tx, administrator, app.other_workspace.id, false));
    return {};
  });
  const std::string theirs = "/api/v1/workspaces/" + app.other_workspace.id.text();
  CHECK(call(app, "POST", theirs + "/state", {{"enabled", true}}, app.stranger).status == 403);
}

TEST_CASE(
    "a deletion asks for the name, waits, can be called off, and then leaves nothing but the trails and tombstones") {
  TestApp app;
  app.populate();
  CHECK(call(app, "POST", kW + "/deletion", {{"name", "main"}}, app.owner).status == 422);
  REQUIRE(call(app, "POST", kW + "/deletion", {{"name", "Main"}}, app.owner).status == 200);
  CHECK(app.get(kW, &app.viewer).json()["deletion"]["requested_by"] == "Olga Owner");
  CHECK(call(app, "POST", kW + "/deletion", {{"name", "Main"}}, app.owner).status == 409);
  REQUIRE(call(app, "DELETE", kW + "/deletion", nullptr, app.owner).status == 200);
  CHECK(app.get(kW, &app.viewer).json()["deletion"] == nullptr);

  REQUIRE(call(app, "POST", kW + "/deletion", {{"name", "Main"}}, app.owner).status == 200);
  CHECK_FALSE(app.services->access.life().erase_some().value());  // not yet
  const std::string outside = "/api/v1/appliance/workspaces/{w}";
  REQUIRE(app.patch(outside, R"({"enabled":false})", &app.owner).status == 200);
  app.clock.advance(seconds(15 * 86'400));
  app.owner = app.browser_of("owner@example.org");
  CHECK(app.patch(outside, R"({"enabled":true})", &app.owner).status == 409);
  int pieces = 0;
  while (pieces < 1'000 && app.services->access.life().erase_some().value()) ++pieces;
  CHECK(pieces < 1'000);
  app.stranger = app.browser_of("stranger@example.org");
  CHECK(app.get(kW, &app.owner).status == 404);
  CHECK(app.get("/api/v1/me", &app.owner).json()["workspaces"].empty());
  CHECK(app.heartbeat(app.agent_token).status == 410);
  app.restart();
  CHECK(app.heartbeat(app.agent_token).status == 410);  // for ever
  CHECK(app.get("/api/v1/workspaces/" + app.other_workspace.id.text(), &app.stranger).status == 200);
  bool told = false;
  for (const std::string& act : app.audit_acts()) told = told || act == "workspace.deleted";
  CHECK(told);
}
