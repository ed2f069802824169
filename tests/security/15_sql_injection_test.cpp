// Threat 15: SQL in fields of the API, in query parameters, in headers, and in the client's address, which ends in the
// audit log. Values are bound, so every such text is only a text.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::vector<std::string> kSql = {
    "' OR '1'='1",
    "'; DELETE FROM agent; --",
    "\" OR \"\"=\"",
    "1); DROP TABLE audit_log; --",
    "' UNION SELECT password_hash FROM user_account --",
    "%' OR 1=1 --",
    "\\'; SELECT 1; --",
};

}  // namespace

TEST_CASE("SQL in text fields is stored as text and nothing else happens") {
  TestApp app;
  app.populate();
  for (const std::string& sql : kSql) {
    CAPTURE(sql);
    const ApiAnswer added =
        app.post("/api/v1/workspaces/{w}/agents",
                 json{{"name", sql}, {"tags", {sql.substr(0, 40)}}, {"authorised", true}}.dump(), &app.owner);
    REQUIRE(added.status == 201);
    CHECK(added.json()["agent"]["name"] == sql);
    CHECK(app.post("/api/v1/workspaces/{w}/incidents/{incident}/comments", json{{"text", sql}}.dump(), &app.owner)
              .json()["text"] == sql);
  }
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.owner).json()["items"].size() == 1 + kSql.size());
  app.restart();
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.owner).json()["items"].size() == 1 + kSql.size());
}

TEST_CASE("SQL in a login finds nobody, and in ids and filters nothing") {
  TestApp app;
  app.populate();
  int address = 0;
  for (const std::string& sql : kSql) {
    CAPTURE(sql);
    ++address;
    CHECK(app.log_in(sql, TestApp::kPassword, "203.0.113." + std::to_string(address)).status == 401);
    CHECK(app.log_in("owner@example.org" + sql, TestApp::kPassword, "203.0.113." + std::to_string(address)).status ==
          401);
    std::string escaped;
    for (const char c : sql) {
      const char* digits = "0123456789ABCDEF";
      escaped += {'%', digits[static_cast<unsigned char>(c) >> 4], digits[c & 15]};
    }
    CHECK(app.get("/api/v1/workspaces/{w}/agents/" + escaped, &app.owner).status == 404);
    CHECK(app.get("/api/v1/workspaces/" + escaped + "/agents", &app.owner).status == 404);
    CHECK(app.get("/api/v1/workspaces/{w}/incidents?subject=" + escaped, &app.owner).status == 422);
    CHECK(app.get("/api/v1/workspaces/{w}/incidents?after=" + escaped, &app.owner).status == 422);
    CHECK(app.get("/api/v1/workspaces/{w}/audit?after=" + escaped, &app.owner).status == 422);
    CHECK(app.get("/api/v1/workspaces/{w}/notifications?state=" + escaped, &app.owner).status == 422);
    CHECK(app.get("/api/v1/workspaces/{w}/subjects/" + escaped, &app.owner).status == 404);
    CHECK(app.get("/api/v1/workspaces/{w}/subjects?q=" + escaped, &app.owner).json()["items"].empty());
    CHECK(
        app.get("/api/v1/workspaces/{w}/agents?q=" + escaped + "&tag=" + escaped, &app.owner).json()["items"].empty());
  }
}

TEST_CASE("SQL in the client's address and in headers ends in the audit log as text") {
  TestApp app;
  for (const std::string& sql : kSql) {
    CAPTURE(sql);
    CHECK(app.log_in("nobody@example.org", "wrong wrong wrong", sql).status != 500);
    Ask ask{.method = "PATCH",
            .path = "/api/v1/workspaces/{w}",
            .body = json{{"name", "Renamed for " + sql}}.dump(),
            .headers = {{"User-Agent", sql}, {"X-Forwarded-For", sql}}};
    ask.address = sql;
    CHECK(app.send(ask, &app.owner).status == 200);
  }
  const std::string log = app.get("/api/v1/workspaces/{w}/audit", &app.owner).body;
  CHECK(log.find("DELETE FROM agent") != std::string::npos);
  const auto report = app.storage->trails().verify(app.storage.stores(), {});
  REQUIRE(report);
  CHECK(report->sound());
}
