// Users, workspaces and limits as the appliance's administrator handles them.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("people are found by name and address, and nothing in the search has a meaning of its own") {
  TestApp app;
  const auto found = [&](const std::string& query) {
    return app.get("/api/v1/appliance/users?q=" + query, &app.owner).json()["items"].size();
  };
  CHECK(found("") == 5);
  CHECK(found("OLGA") == 1);
  CHECK(found("example.org") == 5);
  CHECK(found("%25") == 0);
  CHECK(found("_") == 0);
  CHECK(found("'%20OR%201=1--") == 0);
  CHECK(app.get("/api/v1/appliance/users", &app.owner).body.find("argon2") == std::string::npos);

  const json first = app.get("/api/v1/appliance/users?limit=2", &app.owner).json();
  REQUIRE(first["items"].size() == 2);
  const json second =
      app.get("/api/v1/appliance/users?limit=2&after=" + first["next"].get<std::string>(), &app.owner).json();
  CHECK(second["items"][0]["mail"] != first["items"][1]["mail"]);
}

TEST_CASE("somebody new comes by a link that is shown once, and cannot log in before they used it") {
  TestApp app;
  const ApiAnswer added =
      app.post("/api/v1/appliance/users", R"({"name":"Nia New","mail":"nia@example.org"})", &app.owner);
  REQUIRE(added.status == 201);
  const std::string link = added.json()["link"];
  CHECK(link.find("https://monitor.example.org:8443/reset#token=link_") == 0);
  CHECK(added.json()["user"]["has_password"] == false);
  CHECK(app.get("/api/v1/appliance/users", &app.owner).body.find("link_") == std::string::npos);
  CHECK(app.log_in("nia@example.org", TestApp::kPassword).status == 401);
  CHECK(
      app.post("/api/v1/appliance/users", R"({"name":"Again","mail":"NIA@example.org"})", &app.owner).json()["field"] ==
      "mail");
}

TEST_CASE("a new reset link ends the one before") {
  TestApp app;
  app.ids["viewer"] = app.viewer.id.text();
  const std::string path = "/api/v1/appliance/users/{viewer}/reset-link";
  const std::string first = app.post(path, "{}", &app.owner).json()["link"];
  const std::string second = app.post(path, "{}", &app.owner).json()["link"];
  const auto use = [&](const std::string& link) {
    const json body = {{"token", link.substr(link.find('=') + 1)}, {"password", "quiet marble wanders north"}};
    return app.post("/api/v1/password-reset/complete", body.dump()).status;
  };
  CHECK(use(first) >= 400);
  CHECK(use(second) < 300);
  CHECK(app.log_in(app.viewer.mail, "quiet marble wanders north").status == 200);
}

TEST_CASE("a disabled person is out at once, and comes back by being enabled") {
  TestApp app;
  app.ids["viewer"] = app.viewer.id.text();
  run(app, {{.name = "disable",
             .method = "PATCH",
             .path = "/api/v1/appliance/users/{viewer}",
             .body = R"({"enabled":false})",
             .as = &TestApp::owner,
             .audit = {"user.disabled", "user.disabled"}}});  // the administrative trail, and the person's events
  CHECK(app.get("/api/v1/me", &app.viewer).status == 401);
  CHECK(app.log_in(app.viewer.mail, TestApp::kPassword).status == 401);
  CHECK(app.patch("/api/v1/appliance/users/{viewer}", R"({"enabled":true})", &app.owner).status == 200);
  CHECK(app.get("/api/v1/me", &app.viewer).status == 401);  // the session stays ended
  CHECK(app.log_in(app.viewer.mail, TestApp::kPassword).status == 200);
}

TEST_CASE("the only owner of a workspace is not deleted; others are, with what they could do") {
  TestApp app;
  app.ids["stranger"] = app.stranger.id.text();
  app.ids["viewer"] = app.viewer.id.text();
  const ApiAnswer refused = app.send(Ask{.method = "DELETE", .path = "/api/v1/appliance/users/{stranger}"}, &app.owner);
  CHECK(refused.status == 409);
  CHECK(refused.body.find("Other") != std::string::npos);
  CHECK(app.send(Ask{.method = "DELETE", .path = "/api/v1/appliance/users/{viewer}"}, &app.owner).status == 204);
  CHECK(app.get("/api/v1/me", &app.viewer).status == 401);
  CHECK(app.get("/api/v1/appliance/users?q=viewer", &app.owner).json()["items"].empty());
}

TEST_CASE("an owner is named only where nobody owns the workspace") {
  TestApp app;
  app.ids["o"] = app.other_workspace.id.text();
  app.ids["stranger"] = app.stranger.id.text();
  const std::string path = "/api/v1/appliance/workspaces/{o}";
  CHECK(app.patch(path, R"({"owner":"viewer@example.org"})", &app.owner).status == 409);
  REQUIRE(app.patch("/api/v1/appliance/users/{stranger}", R"({"enabled":false})", &app.owner).status == 200);
  CHECK(app.patch(path, R"({"owner":"nobody@example.org"})", &app.owner).status == 422);
  CHECK(app.patch(path, R"({"owner":"viewer@example.org"})", &app.owner).status == 200);
  CHECK(app.get("/api/v1/workspaces/{o}/agents", &app.viewer).status == 200);
}

TEST_CASE("a workspace that an administrator disabled works for nobody until it is enabled") {
  TestApp app;
  app.populate();
  app.events.clear();
  CHECK(app.patch("/api/v1/appliance/workspaces/{w}", R"({"enabled":false})", &app.owner).status == 200);
  CHECK(std::ranges::count(app.events, EventName::access_changed, &Event::name) == 1);  // open screens hear of it
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.viewer).status == 403);
  CHECK(app.heartbeat(app.agent_token).status == 423);
  CHECK(app.patch("/api/v1/appliance/workspaces/{w}", R"({"enabled":true})", &app.owner).status == 200);
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.viewer).status == 200);
}

namespace {

// What one act on the main workspace left behind.
struct Left {
  Workspace workspace;
  WorkspaceSetting setting;
  std::vector<TrailEntry> of_workspace, of_appliance;
  std::ptrdiff_t told = 0;  // events for open screens
};

Left left_by(TestApp& app, const std::function<int()>& act) {
  const auto entries = [&](Trail trail) {
    return app.storage.read<std::vector<TrailEntry>>(
        [&](Snapshot& snapshot) { return app.storage->trails().after(snapshot, trail, 0, 10'000); });
  };
  const std::size_t before = entries(Trail::workspace).size(), before_of_appliance = entries(Trail::appliance).size();
  app.events.clear();
  CHECK(act() == 200);
  Left left;
  left.told = std::ranges::count(app.events, EventName::access_changed, &Event::name);
  left.of_workspace = entries(Trail::workspace);
  left.of_workspace.erase(left.of_workspace.begin(), left.of_workspace.begin() + static_cast<std::ptrdiff_t>(before));
  left.of_appliance = entries(Trail::appliance);
  left.of_appliance.erase(left.of_appliance.begin(),
                          left.of_appliance.begin() + static_cast<std::ptrdiff_t>(before_of_appliance));
  left.workspace = *app.storage.read<std::optional<Workspace>>(
      [&](Snapshot& snapshot) { return app.storage->workspaces().find(snapshot, app.workspace.id); });
  left.setting = app.storage.read<WorkspaceSetting>(
      [&](Snapshot& snapshot) { return app.storage->workspace_settings().get(snapshot, app.workspace.id); });
  return left;
}

}  // namespace

TEST_CASE("an owner's disabling and an administrator's write the same, but for who did it") {
  TestApp of_owner, of_administrator;
  for (TestApp* app : {&of_owner, &of_administrator}) app->populate();
  for (const bool enabled : {false, true}) {
    CAPTURE(enabled);
    const std::string body = enabled ? R"({"enabled":true})" : R"({"enabled":false})";
    const Left owner =
        left_by(of_owner, [&] { return of_owner.post("/api/v1/workspaces/{w}/state", body, &of_owner.owner).status; });
    const Left administrator = left_by(of_administrator, [&] {
      return of_administrator.patch("/api/v1/appliance/workspaces/{w}", body, &of_administrator.owner).status;
    });
    for (const Left* left : {&owner, &administrator}) {
      CHECK(left->workspace.enabled == enabled);
      CHECK(left->told == 1);
      REQUIRE(left->of_workspace.size() == 1);
      CHECK(left->of_workspace[0].act == (enabled ? "workspace.enabled" : "workspace.disabled"));
      CHECK(left->of_workspace[0].actor_name == "Olga Owner");
      CHECK(left->of_workspace[0].object == left->workspace.id.text());
      CHECK(left->of_workspace[0].workspace == left->workspace.id);
      CHECK_FALSE(left->setting.deletion_due_at.is_set());
    }
    CHECK(owner.workspace.version == administrator.workspace.version);
    CHECK(owner.setting.team_scoped == administrator.setting.team_scoped);
    using DisabledBy = WorkspaceSetting::DisabledBy;
    CHECK((owner.setting.disabled_by == (enabled ? DisabledBy::nobody : DisabledBy::owner)));
    CHECK((administrator.setting.disabled_by == (enabled ? DisabledBy::nobody : DisabledBy::administrator)));
    CHECK(owner.of_appliance.empty());
    REQUIRE(administrator.of_appliance.size() == 1);
    CHECK(administrator.of_appliance[0].act == administrator.of_workspace[0].act);
    CHECK(of_owner.heartbeat(of_owner.agent_token).status ==
          of_administrator.heartbeat(of_administrator.agent_token).status);
  }
}

TEST_CASE("limits have a range, a default and a trail, and survive a restart") {
  TestApp app;
  const std::string path = "/api/v1/appliance/limits";
  const auto put = [&](const std::string& body) {
    return app.send(Ask{.method = "PUT", .path = path, .body = body}, &app.owner);
  };
  CHECK(put(R"({"limits":{"session_idle_minutes":4}})").status == 422);
  CHECK(put(R"({"limits":{"session_idle_minutes":4}})").json()["field"] == "limits.session_idle_minutes");
  CHECK(put(R"({"limits":{"session_idle_minutes":60}})").status == 200);
  CHECK(app.services->limits.value(Limit::session_idle_minutes) == 60);
  app.restart();
  CHECK(app.services->limits.value(Limit::session_idle_minutes) == 60);
  CHECK(put(R"({"standard":["session_idle_minutes"]})").status == 200);
  CHECK(app.services->limits.value(Limit::session_idle_minutes) ==
        app.services->limits.default_value(Limit::session_idle_minutes));
  CHECK(put(R"({"standard":["nothing"]})").status == 422);
  const auto acts = app.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "limit.changed") == 2);
}

TEST_CASE("an access review lists who has what, and its end is recorded") {
  TestApp app;
  app.populate();
  app.post("/api/v1/workspaces/{w}/api-keys", R"({"name":"grafana","scopes":["view"]})", &app.owner);
  const std::string path = "/api/v1/workspaces/{w}/access-review";
  const json review = app.get(path, &app.owner).json();
  std::map<std::string, int> kinds;
  for (const json& item : review["items"]) kinds[item["kind"]] += 1;
  CHECK(kinds["member"] == 4);
  CHECK(kinds["api_key"] == 1);
  CHECK(kinds["recipient"] == 1);
  CHECK(review["overdue"] == false);
  CHECK(app.get(path, &app.operator_).status == 403);

  app.clock.advance(std::chrono::hours(24 * 91));
  app.owner = app.browser_of(app.owner.mail);
  CHECK(app.get(path, &app.owner).json()["overdue"] == true);
  const json later = app.get(path, &app.owner).json();
  for (const json& item : later["items"]) {
    if (item["kind"] == "api_key") CHECK(item["stale"] == true);
  }
  CHECK(app.post(path + "/done", R"({"note":"All as it should be."})", &app.owner).status == 200);
  const json done = app.get(path, &app.owner).json();
  CHECK(done["overdue"] == false);
  CHECK(done["done"][0]["done_by"] == "Olga Owner");
}

TEST_CASE("the owners are reminded of a review once, and again an interval later") {
  TestApp app;
  const auto letters = [&] {
    app.storage.write([&](Transaction& tx) { return app.services->administration.reviews().remind(tx); });
    return app.storage
        .read<std::vector<PostedLetter>>([&](Snapshot& snapshot) { return app.storage->letters().list(snapshot, 100); })
        .size();
  };
  CHECK(letters() == 0);
  app.clock.advance(std::chrono::hours(24 * 91));
  CHECK(letters() == 2);  // two workspaces
  CHECK(letters() == 2);
  app.clock.advance(std::chrono::hours(24 * 91));
  CHECK(letters() == 4);
}
