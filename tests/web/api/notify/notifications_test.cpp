// The delivery log as a resource: what was told, to whom, and who sees it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";

json sent(TestApp& app, const std::string& method, const std::string& path, const json& body) {
  const ApiAnswer answer = app.send(Ask{.method = method, .path = kW + path, .body = body.dump()}, &app.owner);
  INFO(answer.body);
  REQUIRE(answer.status >= 200);
  REQUIRE(answer.status <= 299);
  return answer.body.empty() ? json() : answer.json();
}

}  // namespace

TEST_CASE("the delivery log says what was told, about whom, of which incident and by which channel") {
  TestApp app;
  app.populate();
  const json items = app.get(kW + "/notifications", &app.viewer).json()["items"];
  REQUIRE(items.size() == 1);
  const json told = items[0];
  CHECK(told["kind"] == "incident_opened");
  CHECK(told["headline"].get<std::string>().starts_with("db-1 has been silent for "));
  CHECK(told["subject_id"] == app.ids["agent"]);
  CHECK(told["subject_name"] == "db-1");
  CHECK(told["incident_id"] == app.ids["incident"]);
  CHECK(told["recipient_id"] == app.ids["recipient"]);
  CHECK(told["channel"] == "mail");
  CHECK(told["state"] != "sent");  // there is no mail server
  // The incident shows the same rows; the outbox may try one of them in between.
  const json rows = app.get(kW + "/incidents/{incident}", &app.viewer).json()["notifications"];
  REQUIRE(rows.size() == 1);
  for (const char* name : {"id", "kind", "headline", "subject_id", "incident_id", "recipient_id", "created_at"})
    CHECK_MESSAGE(rows[0][name] == told[name], name);
}

TEST_CASE("a test of a rule that names a subject is in the log of those who see that subject") {
  TestApp app;
  app.populate();
  const json rule = sent(app, "POST", "/rules",
                         {{"name", "Only this host"},
                          {"kind", "silence"},
                          {"target", {{"kind", "subject"}, {"subject_id", app.ids["agent"]}}}});
  app.clock.advance(seconds(1));  // the newest stands first
  const std::string path = "/rules/" + rule["id"].get<std::string>() + "/test";
  REQUIRE(app.send(Ask{.method = "POST", .path = kW + path}, &app.owner).status < 300);
  sent(app, "PATCH", "", {{"team_scoped", true}});  // the subject belongs to no team
  CHECK(app.get(kW + "/notifications", &app.owner).body.find("Only this host") != std::string::npos);
  const json items = app.get(kW + "/notifications", &app.owner).json()["items"];
  CHECK(items[0]["kind"] == "test");
  CHECK(items[0]["subject_id"] == app.ids["agent"]);
  CHECK(items[0]["subject_name"] == "db-1");
  CHECK(app.get(kW + "/notifications", &app.viewer).json()["items"].empty());
}

TEST_CASE("in a workspace that is scoped by team, a subject of two teams is in the log of the people of either") {
  TestApp app;
  app.populate();
  const auto add_team = [&](const char* name) {
    return sent(app, "POST", "/teams", {{"name", name}})["id"].get<std::string>();
  };
  const std::string a = add_team("A"), b = add_team("B"), c = add_team("C");
  const auto join = [&](const std::string& team, const Person& person) {
    sent(app, "PUT", "/teams/" + team + "/members/" + person.id.text(), {{"may_edit", false}});
  };
  join(a, app.operator_);
  join(b, app.member);
  join(c, app.viewer);
  sent(app, "PATCH", "/agents/{agent}", {{"team_ids", {a, b}}});
  sent(app, "PATCH", "", {{"team_scoped", true}});
  const auto rows = [&](const Person& person) {
    return app.get(kW + "/notifications", &person).json()["items"].size();
  };
  CHECK(rows(app.operator_) == 1);
  CHECK(rows(app.member) == 1);
  CHECK(rows(app.viewer) == 0);
  CHECK(rows(app.owner) == 1);
  sent(app, "PATCH", "/agents/{agent}", {{"team_ids", {b, c}}});
  CHECK(rows(app.operator_) == 0);
  CHECK(rows(app.member) == 1);
  CHECK(rows(app.viewer) == 1);
}
