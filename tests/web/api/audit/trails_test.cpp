// The trails over the API: who sees what, exports, verifying; and no secret in any of them.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {
const std::string kAudit = "/api/v1/workspaces/{w}/audit";
}

TEST_CASE("owners see what everybody did, others what they did themselves") {
  TestApp app;
  app.populate();
  CHECK(app.get(kAudit, &app.owner).json()["all"] == true);
  CHECK(!app.get(kAudit, &app.owner).json()["items"].empty());
  const json own = app.get(kAudit, &app.viewer).json();
  CHECK(own["all"] == false);
  CHECK(own["items"].empty());
  CHECK(app.get(kAudit + "?actor=owner", &app.viewer).json()["items"].empty());
  CHECK(app.get(kAudit, &app.stranger).status == 404);
  CHECK(app.get("/api/v1/appliance/trail", &app.operator_).status == 403);
}

TEST_CASE("one's own refused login is among one's security events, and nobody else's") {
  TestApp app;
  app.log_in(app.viewer.mail, "violet anchor never rises", "192.0.2.20");
  const std::string mine = app.get("/api/v1/account/security-events", &app.viewer).body;
  CHECK(mine.find("session.refused") != std::string::npos);
  CHECK(mine.find("192.0.2.20") != std::string::npos);
  CHECK(app.get("/api/v1/account/security-events", &app.member).body.find("192.0.2.20") == std::string::npos);
}

TEST_CASE("what was typed into the mail field is told only where it looks like an address") {
  TestApp app;
  app.log_in("my secret password", "violet anchor never rises", "192.0.2.20");
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"my secret password"})").status == 202);
  CHECK(app.get("/api/v1/appliance/trail?trail=security", &app.owner).body.find("my secret password") ==
        std::string::npos);
}

TEST_CASE("an export is a file with every row, its formulas defused, and stands in the trail itself") {
  TestApp app;
  app.populate();
  CHECK(app.get(kAudit + "/export", &app.owner).status == 422);
  const ApiAnswer csv = app.get(kAudit + "/export?format=csv", &app.owner);
  CHECK(csv.status == 200);
  CHECK(csv.header("Content-Disposition").find("attachment; filename=\"connlog-audit-") == 0);
  CHECK(app.audit_acts().back() == "audit.exported");
  CHECK(app.get(kAudit + "/export?format=json", &app.stranger).status == 404);
}

TEST_CASE("the administrator verifies the trails, and a head that is none is a wrong field") {
  TestApp app;
  const ApiAnswer good = app.post("/api/v1/appliance/audit/verify", "{}", &app.owner);
  CHECK(good.status == 200);
  CHECK(good.json()["sound"] == true);
  const std::string head = good.json()["head"];
  CHECK(app.post("/api/v1/appliance/audit/verify", json{{"head", head}}.dump(), &app.owner).json()["sound"] == true);
  CHECK(app.post("/api/v1/appliance/audit/verify", json{{"head", "nonsense"}}.dump(), &app.owner).status == 422);
  CHECK(app.post("/api/v1/appliance/audit/verify", json{{"head", std::string(64, 'a')}}.dump(), &app.owner)
            .json()["sound"] == false);
  CHECK(app.post("/api/v1/appliance/audit/verify", "{}", &app.viewer).status == 403);
}

TEST_CASE("no secret stands in any trail") {
  TestApp app;
  app.populate();
  app.log_in(app.owner.mail, "a wrong but secret password", "192.0.2.20");
  app.post("/api/v1/workspaces/{w}/agents/{agent}/token", "{}", &app.owner);
  app.post("/api/v1/workspaces/{w}/recipients",
           json{{"name", "hook"}, {"kind", "webhook"}, {"fields", {{"url", "https://hooks.example.com/x"}}}}.dump(),
           &app.owner);
  std::string all;
  for (const Trail trail : kTrails) {
    for (const TrailEntry& entry : app.storage.read<std::vector<TrailEntry>>(
             [&](Snapshot& snapshot) { return app.storage->trails().after(snapshot, trail, 0, 10'000); }))
      all += entry.actor_name + entry.address + entry.act + entry.object + entry.details + "\n";
  }
  all += app.get(kAudit + "/export?format=csv", &app.owner).body;
  CHECK(all.find("agent.token_rotated") != std::string::npos);
  for (const std::string& secret : {TestApp::kPassword, std::string("a wrong but secret password"), app.agent_token,
                                    app.setup_token, app.owner.cookie}) {
    if (!secret.empty()) CHECK(all.find(secret) == std::string::npos);
  }
}

TEST_CASE("the audit log is read page by page, newest first") {
  TestApp app;
  app.populate();
  const json first = app.get("/api/v1/workspaces/{w}/audit?limit=1", &app.owner).json();
  REQUIRE(first["items"].size() == 1);
  const json second =
      app.get("/api/v1/workspaces/{w}/audit?limit=1&after=" + first["next"].get<std::string>(), &app.owner).json();
  CHECK(second["items"][0]["sequence"] < first["items"][0]["sequence"]);
}
