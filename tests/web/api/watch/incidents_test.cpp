// Incidents as a resource, and the overview.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kIncidents = "/api/v1/workspaces/{w}/incidents";

}  // namespace

TEST_CASE("an incident is acknowledged and commented, and its timeline says by whom") {
  TestApp app;
  app.populate();
  run(app, {
               {.name = "open",
                .path = kIncidents + "?state=open",
                .as = &TestApp::viewer,
                .expected = {"{incident}", "db-1"}},
               {.name = "none resolved",
                .path = kIncidents + "?state=resolved",
                .as = &TestApp::viewer,
                .expected = {"{\"items\":[],\"next\":null}"}},
               {.name = "of another subject",
                .path = kIncidents + "?subject=01940000-0000-7000-8000-000000000000",
                .as = &TestApp::viewer,
                .forbidden = {"{incident}"}},
               {.name = "of this subject",
                .path = kIncidents + "?subject={agent}",
                .as = &TestApp::viewer,
                .expected = {"{incident}", R"("subject_kind":"agent")", R"("subject_name":"db-1")", R"("part":"")"}},
               {.name = "of no subject",
                .path = kIncidents + "?subject=x",
                .as = &TestApp::viewer,
                .status = 422,
                .expected = {R"("field":"subject")"}},
               {.name = "acknowledged",
                .method = "POST",
                .path = kIncidents + "/{incident}/acknowledge",
                .body = R"({"comment":"on my way"})",
                .as = &TestApp::member,
                .expected = {"\"acknowledged_by\":\"member\""},
                .audit = {"incident.acknowledged"},
                .events = {"incident.changed"}},
               {.name = "commented",
                .method = "POST",
                .path = kIncidents + "/{incident}/comments",
                .body = R"({"text":"two\nlines"})",
                .as = &TestApp::operator_,
                .status = 201,
                .expected = {"two\\nlines"},
                .audit = {"incident.commented"},
                .events = {"incident.changed"}},
               {.name = "an empty comment",
                .method = "POST",
                .path = kIncidents + "/{incident}/comments",
                .body = R"({"text":"  "})",
                .as = &TestApp::operator_,
                .status = 422},
               {.name = "a comment that is too long",
                .method = "POST",
                .path = kIncidents + "/{incident}/comments",
                .body = fmt::format(R"({{"text":"{}"}})", std::string(2'001, 'a')),
                .as = &TestApp::operator_,
                .status = 422,
                .expected = {R"("field":"text")", "This needs 1 to 2000 characters."}},
               {.name = "a comment of an acknowledgement that is too long",
                .method = "POST",
                .path = kIncidents + "/{incident}/acknowledge",
                .body = fmt::format(R"({{"comment":"{}"}})", std::string(2'001, 'a')),
                .as = &TestApp::operator_,
                .status = 422,
                .expected = {R"("field":"comment")", "At most 2000 characters are allowed."}},
               {.name = "the longest comment",
                .method = "POST",
                .path = kIncidents + "/{incident}/comments",
                .body = fmt::format(R"({{"text":"{}"}})", std::string(2'000, 'a')),
                .as = &TestApp::operator_,
                .status = 201,
                .audit = {"incident.commented"},
                .events = {"incident.changed"}},
               {.name = "the timeline",
                .path = kIncidents + "/{incident}",
                .as = &TestApp::viewer,
                .expected = {"on my way", "two\\nlines", "\"notifications\":[{"}},
           });
}

TEST_CASE("who acknowledged may say another end, and so may others; without one it is acknowledged already") {
  TestApp app;
  app.populate();
  const std::string path = kIncidents + "/{incident}/acknowledge";
  const auto until = [](const ApiAnswer& answer) {
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return answer.json()["acknowledged_until"].get<std::string>();
  };
  CHECK(until(app.post(path, R"({"minutes":30})", &app.member)) == to_iso8601(app.clock.now() + seconds(1'800)));
  app.clock.advance(seconds(60));
  CHECK(until(app.post(path, R"({"minutes":60})", &app.member)) == to_iso8601(app.clock.now() + seconds(3'600)));
  const ApiAnswer by_another = app.post(path, R"({"minutes":90})", &app.operator_);
  CHECK(until(by_another) == to_iso8601(app.clock.now() + seconds(5'400)));
  CHECK(by_another.json()["acknowledged_by"] != "member");
  CHECK(app.post(path, "{}", &app.member).status == 409);
}

TEST_CASE("the overview counts, and puts what is down first") {
  TestApp app;
  app.populate();
  const json overview = app.get("/api/v1/workspaces/{w}/overview", &app.viewer).json();
  CHECK(overview["counts"]["down"] == 1);
  REQUIRE(overview["attention"].size() == 1);
  CHECK(overview["attention"][0]["state"] == "down");
  CHECK(overview["attention"][0]["incident_id"] == app.ids["incident"]);
  CHECK(overview["attention"][0]["subject_id"] == app.ids["agent"]);
  CHECK(overview["attention"][0]["kind"] == "agent");
  CHECK(overview["fleet"].size() == 1);
  CHECK(overview["fleet_left_out"] == 0);
  CHECK(overview["groups"].empty());
}
