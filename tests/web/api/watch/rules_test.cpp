// Rules as a resource.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;

namespace {

const std::string kRules = "/api/v1/workspaces/{w}/rules";

}  // namespace

TEST_CASE("rules are written as sentences, previewed, tested and removed") {
  TestApp app;
  app.populate();
  REQUIRE(app.ids.contains("rule"));
  const std::string disk =
      R"({"name":"Disk","kind":"metric","metric":"disk_percent","comparison":"above","threshold":92.5,"hysteresis":4.5,)"
      R"("duration_seconds":300,"target":{"kind":"tag","tag":"production"}})";
  run(app, {
               {.name = "added",
                .method = "POST",
                .path = kRules,
                .body = disk,
                .as = &TestApp::owner,
                .status = 201,
                .expected = {"\"threshold\":92.5", "\"hysteresis\":4.5", "92.5 %"},
                .audit = {"rule.added"},
                .events = {"rule.changed"}},
               {.name = "preview",
                .method = "POST",
                .path = kRules + "/preview",
                .body = disk,
                .as = &TestApp::viewer,
                .expected = {"\"targeted_subjects\":1", "\"matching_now\":0"}},
               {.name = "an unknown metric",
                .method = "POST",
                .path = kRules,
                .body = R"({"name":"x","kind":"metric","metric":"swap"})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"metric\"", "cpu_percent"}},
               {.name = "a target without its tag",
                .method = "POST",
                .path = kRules,
                .body = R"({"name":"x","kind":"silence","target":{"kind":"tag"}})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"target.tag\""}},
               {.name = "a target without its label",
                .method = "POST",
                .path = kRules,
                .body = R"({"name":"x","kind":"silence","target":{"kind":"label"}})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"target.label\""}},
               {.name = "a target by a label",
                .method = "POST",
                .path = kRules,
                .body = R"({"name":"Prod","kind":"state","state":"down","target":{"kind":"label","label":"env=prod"}})",
                .as = &TestApp::owner,
                .status = 201,
                .expected = {R"("target":{"kind":"label","label":"env=prod"})", R"("state":"down")", R"("part":"")"},
                .audit = {"rule.added"},
                .events = {"rule.changed"}},
               {.name = "a subject that is none",
                .method = "POST",
                .path = kRules,
                .body = R"({"name":"x","kind":"state","state":"down","target":{"kind":"subject","subject_id":"x"}})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"target.subject_id\""}},
               {.name = "a state that no rule can be about",
                .method = "POST",
                .path = kRules,
                .body = R"({"name":"x","kind":"state","state":"up"})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"state\"", "degraded, down, unknown"}},
               {.name = "a recipient that is none",
                .method = "PATCH",
                .path = kRules + "/{rule}",
                .body = R"({"recipient_ids":["x"]})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"recipient_ids\""}},
               {.name = "tested",
                .method = "POST",
                .path = kRules + "/{rule}/test",
                .as = &TestApp::owner,
                .status = 202,
                .expected = {"{\"queued\":1}"},
                .audit = {"rule.tested"}},
               {.name = "removed",
                .method = "DELETE",
                .path = kRules + "/{rule}",
                .as = &TestApp::owner,
                .status = 204,
                .audit = {"rule.deleted"},
                .events = {"incident.resolved"}},
               {.name = "gone", .path = kRules + "/{rule}", .as = &TestApp::owner, .status = 404},
           });
}

TEST_CASE("a rule's target may be written as it was when there were agents alone") {
  TestApp app;
  app.populate();
  const nlohmann::json rule = {{"name", "Former"},
                               {"kind", "metric"},
                               {"metric", "memory_percent"},
                               {"target", {{"kind", "agent"}, {"agent_id", app.ids["agent"]}}}};
  const ApiAnswer made = app.post(kRules, rule.dump(), &app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  CHECK(made.json()["target"] == nlohmann::json{{"kind", "subject"}, {"subject_id", app.ids["agent"]}});
}
