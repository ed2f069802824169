// The register of security incidents through the whole server.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kCases = "/api/v1/appliance/security-cases";

json opened(TestApp& app, const json& body) {
  const ApiAnswer answer = app.post(kCases, body.dump(), &app.owner);
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  return answer.json();
}

json done(const ApiAnswer& answer) {
  REQUIRE_MESSAGE(answer.status < 300, answer.body);
  return answer.json();
}

}  // namespace

TEST_CASE("a case comes from a leak, gets entries, is ticked, closed, and its report is a file") {
  TestApp app;
  json one = opened(app, {{"title", "Leak: db-1"}, {"origin", "leak"}, {"origin_id", "0190aaaa"}});
  const std::string path = kCases + "/" + one["id"].get<std::string>();
  CHECK(one["deadlines"][0]["state"] == "running");
  CHECK(one["steps_open"] == one["entries"].size());
  one = done(app.post(path + "/entries", R"({"kind":"measure","text":"Token rotated.\nHosts told."})", &app.owner));
  CHECK(one["entries"].back()["text"] == "Token rotated.\nHosts told.");
  one = done(
      app.patch(path, R"({"affected_people":"Ada","affected_workspaces":"Main","affected_data":"None"})", &app.owner));
  CHECK(one["affected_workspaces"] == "Main");
  CHECK(app.post(path + "/close", R"({"conclusion":"Done."})", &app.owner).status == 409);
  const json entries = one["entries"];
  for (const json& entry : entries) {
    const std::string place = path + "/entries/" + std::to_string(entry["position"].get<int>()) + "/done";
    const ApiAnswer ticked = app.post(place, R"({"done":true,"note":"by hand"})", &app.owner);
    CHECK(ticked.status == (entry["is_step"] == true ? 200 : 404));
  }
  CHECK(app.post(path + "/close", "{}", &app.owner).status == 422);
  one = done(app.post(path + "/close", R"({"conclusion":"Done."})", &app.owner));
  CHECK(one["closed_by"] == app.owner.name);
  CHECK(app.patch(path, R"({"title":"x"})", &app.owner).status == 409);
  const ApiAnswer report = app.get(path + "/report", &app.owner);
  CHECK(report.status == 200);
  CHECK(report.header("Content-Disposition").find("security-incident-") != std::string::npos);
  CHECK(report.body.find("Token rotated.") != std::string::npos);
  one = done(app.post(path + "/reopen", "{}", &app.owner));
  CHECK(one["closed_at"].is_null());
}

TEST_CASE("the register is for administrators alone, and its acts stand in the appliance's trail") {
  TestApp app;
  const json one = opened(app, {{"title", "A laptop was stolen"}});
  const std::string path = kCases + "/" + one["id"].get<std::string>();
  for (const Person* person : {&app.operator_, &app.member, &app.viewer, &app.stranger}) {
    for (const std::string& each : {kCases, path, path + "/report"}) CHECK(app.get(each, person).status == 403);
    CHECK(app.post(kCases, R"({"title":"x"})", person).status == 403);
  }
  const auto acts = app.audit_acts();
  CHECK(std::ranges::find(acts, "security_case.opened") != acts.end());
}

TEST_CASE("the list is newest first, in pages, and who changes an older version is told") {
  TestApp app;
  for (const char* title : {"one", "two", "three"}) opened(app, {{"title", title}});
  const json first = done(app.get(kCases + "?limit=2", &app.owner));
  REQUIRE(first["items"].size() == 2);
  CHECK(first["items"][0]["title"] == "three");
  const json second = done(app.get(kCases + "?limit=2&after=" + first["next"].get<std::string>(), &app.owner));
  REQUIRE(second["items"].size() == 1);
  CHECK(second["items"][0]["title"] == "one");
  CHECK(second["next"].is_null());

  const std::string path = kCases + "/" + first["items"][0]["id"].get<std::string>();
  Ask ask{.method = "PATCH", .path = path, .body = R"({"title":"three and more"})", .headers = {{"If-Match", "\"1\""}}};
  CHECK(app.send(ask, &app.owner).status == 200);
  CHECK(app.send(ask, &app.owner).status == 412);
}

TEST_CASE("bad input is refused with the field's name") {
  TestApp app;
  const auto field = [&](const json& body) { return app.post(kCases, body.dump(), &app.owner).json()["field"]; };
  CHECK(field({{"title", ""}}) == "title");
  CHECK(field({{"title", "x"}, {"origin", "moon"}}) == "origin");
  CHECK(field({{"title", "x"}, {"origin", "leak"}}) == "origin_id");
  CHECK(field({{"title", "x"}, {"known_at", "yesterday"}}) == "known_at");
  CHECK(field({{"title", "x"}, {"known_at", "2036-01-01T00:00:00Z"}}) == "known_at");
  const json one = opened(app, {{"title", "x"}});
  const std::string path = kCases + "/" + one["id"].get<std::string>();
  CHECK(app.post(path + "/entries", R"({"kind":"tell_authority","text":"x"})", &app.owner).json()["field"] == "kind");
  CHECK(app.post(path + "/entries", R"({"kind":"note"})", &app.owner).json()["field"] == "text");
  CHECK(app.post(path + "/entries/99/done", R"({"done":true})", &app.owner).status == 404);
  CHECK(app.post(path + "/entries/x/done", R"({"done":true})", &app.owner).status == 404);
  CHECK(app.get(kCases + "/0190aaaa-bbbb-7000-8000-000000000001", &app.owner).status == 404);
}

TEST_CASE("a repeated request opens one case") {
  TestApp app;
  const Ask ask{
      .method = "POST", .path = kCases, .body = R"({"title":"once"})", .headers = {{"Idempotency-Key", "k1"}}};
  const ApiAnswer first = app.send(ask, &app.owner), second = app.send(ask, &app.owner);
  CHECK(first.status == 201);
  CHECK(second.body == first.body);
  CHECK(done(app.get(kCases, &app.owner))["items"].size() == 1);
}
