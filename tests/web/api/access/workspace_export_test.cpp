// A workspace as one file: for owners who proved a moment ago that it is them, and never without a trace.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/factor_world.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kExport = "/api/v1/workspaces/{w}/export";

std::int64_t exports_in_the_trail(TestApp& app) {
  const auto acts = app.audit_acts();
  return std::count(acts.begin(), acts.end(), "workspace.exported");
}

}  // namespace

TEST_CASE("the export of a workspace wants a fresh proof, and stands in its audit log") {
  TestApp app;
  app.populate();
  app.clock.advance(std::chrono::minutes(11));
  const ApiAnswer refused = app.get(kExport, &app.owner);
  CHECK(refused.status == 403);
  CHECK(refused.json()["code"] == "step_up_required");
  CHECK(refused.json()["methods"] == json::array({"password"}));
  CHECK(app.send(Ask{.method = "HEAD", .path = kExport}, &app.owner).status != 200);
  CHECK(exports_in_the_trail(app) == 0);

  CHECK(confirm_by_password(app, app.owner).status == 200);
  const ApiAnswer given = app.get(kExport, &app.owner);
  CHECK(given.status == 200);
  CHECK(given.header("Content-Disposition").find("attachment") != std::string::npos);
  CHECK(exports_in_the_trail(app) == 1);
  const json log = app.get("/api/v1/workspaces/{w}/audit?act=workspace.exported", &app.owner).json();
  REQUIRE(log["items"].size() == 1);
  CHECK(log["items"][0]["actor_name"] == "Olga Owner");
}

TEST_CASE("a browser can ask beforehand whether a confirmation is due") {
  TestApp app;
  CHECK(app.get("/api/v1/step-up", &app.viewer).status == 204);
  app.clock.advance(std::chrono::minutes(11));
  CHECK(app.get("/api/v1/step-up", &app.viewer).json()["code"] == "step_up_required");
  CHECK(app.get("/api/v1/step-up").status == 401);
}
