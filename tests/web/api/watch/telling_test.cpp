// Why an incident was told, whom a rule would tell, drills, and acknowledgements that end, as a program sees them.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";
const std::string kIncident = kW + "/incidents/{incident}";
const std::string kRule = kW + "/rules/{rule}";

void pass(TestApp& app, seconds span) {
  for (seconds gone{0}; gone < span; gone += seconds(10)) {
    app.clock.advance(seconds(10));
    app.services->scheduler.run_once();
  }
}

json must(const ApiAnswer& answer, int status = 200) {
  INFO(answer.body);
  REQUIRE(answer.status == status);
  return answer.json();
}

}  // namespace

TEST_CASE("an incident says stage by stage why it was told, and to whom it went") {
  TestApp app;
  app.populate();
  const json told = must(app.get(kIncident + "/telling", &app.viewer));
  CHECK(told["phase"] == "told");
  REQUIRE(told["now"].size() > 0);
  CHECK(told["now"][0]["stage"] == "paused");
  CHECK(told["now"][0]["verdict"] == "pass");
  for (const json& stage : told["now"]) CHECK(stage["title"].get<std::string>() != "");
  REQUIRE(told["deliveries"].size() == 1);
  CHECK(told["deliveries"][0]["id"] == app.ids["notification"]);
  app.heartbeat(app.agent_token);
  const json over = must(app.get(kIncident + "/telling", &app.viewer));
  CHECK(over["phase"] == "over");
  CHECK(over["now"].empty());
}

TEST_CASE("the stages are listed in their order, each with a sentence") {
  TestApp app;
  const json items = must(app.get(kW + "/telling/stages", &app.viewer))["items"];
  REQUIRE(items.size() == values_of<StageName>().size());
  for (std::size_t n = 0; n < items.size(); ++n) {
    CHECK(items[n]["name"] == to_text(values_of<StageName>()[n]));
    CHECK(items[n]["sentence"].get<std::string>() != "");
  }
  CHECK(items.front()["per_recipient"] == false);
  CHECK(items.back()["per_recipient"] == true);
}

TEST_CASE("a rule says whom it would tell now") {
  TestApp app;
  app.populate();
  const json items = must(app.get(kRule + "/telling", &app.viewer))["items"];
  REQUIRE(items.size() == 1);
  CHECK(items[0]["recipient"]["id"] == app.ids["recipient"]);
  CHECK(items[0]["recipient"]["channel"] == "mail");
  CHECK(app.get(kW + "/rules/01940000-0000-7000-8000-000000000000/telling", &app.viewer).status == 404);
}

TEST_CASE("an acknowledgement has an end, which the person may choose, and can be given back") {
  TestApp app;
  app.populate();
  const auto acknowledge = [&](const char* body) { return app.post(kIncident + "/acknowledge", body, &app.member); };
  CHECK(acknowledge(R"({"minutes":null})").json()["field"] == "minutes");  // it is critical
  CHECK(acknowledge(R"({"minutes":0})").json()["field"] == "minutes");
  CHECK(acknowledge(R"({"minutes":10081})").json()["field"] == "minutes");
  const json for_half_an_hour = must(acknowledge(R"({"minutes":30})"));
  CHECK(for_half_an_hour["acknowledged_until"] == to_iso8601(app.clock.now() + seconds(1'800)));
  CHECK(acknowledge("{}").status == 409);
  run(app, {
               {.name = "given back",
                .method = "POST",
                .path = kIncident + "/unacknowledge",
                .body = R"({"comment":"not my thing"})",
                .as = &TestApp::member,
                .expected = {R"("acknowledged_at":null)", R"("acknowledged_by":"")", R"("acknowledged_until":null)"},
                .audit = {"incident.unacknowledged"},
                .events = {"incident.changed"}},
               {.name = "given back twice",
                .method = "POST",
                .path = kIncident + "/unacknowledge",
                .body = "{}",
                .as = &TestApp::member,
                .status = 409},
               {.name = "by who may not",
                .method = "POST",
                .path = kIncident + "/unacknowledge",
                .body = "{}",
                .as = &TestApp::viewer,
                .status = 403},
           });
  const json by_default = must(acknowledge("{}"));
  CHECK(by_default["acknowledged_until"] == to_iso8601(app.clock.now() + seconds(8 * 3'600)));
}

TEST_CASE("a warning may be acknowledged without an end") {
  TestApp app;
  app.populate();
  must(app.patch(kRule, R"({"severity":"warning"})", &app.owner));
  app.heartbeat(app.agent_token);
  pass(app, seconds(180));
  const json open = must(app.get(kW + "/incidents?state=open", &app.owner))["items"];
  REQUIRE(open.size() == 1);
  REQUIRE(open[0]["severity"] == "warning");
  const json done = must(app.post(kW + "/incidents/" + open[0]["id"].get<std::string>() + "/acknowledge",
                                  R"({"minutes":null})", &app.member));
  CHECK_FALSE(done["acknowledged_at"].is_null());
  CHECK(done["acknowledged_until"].is_null());
}

TEST_CASE("a drill opens an incident that is marked, tells, says when the rule was tried, and ends by itself") {
  TestApp app;
  app.populate();
  app.heartbeat(app.agent_token);
  CHECK(must(app.get(kRule, &app.viewer))["last_tested_at"].is_null());
  const json drill = must(app.post(kRule + "/drill", "", &app.owner), 201);
  CHECK(drill["is_drill"] == true);
  CHECK(drill["subject_id"] == app.ids["agent"]);
  CHECK(drill["summary"].get<std::string>().find("Drill") != std::string::npos);
  CHECK(app.audit_acts().back() == "rule.drilled");
  CHECK(must(app.get(kRule, &app.viewer))["last_tested_at"] == drill["opened_at"]);
  CHECK(app.post(kRule + "/drill", "", &app.owner).status == 409);
  CHECK(app.post(kRule + "/drill", "", &app.member).status == 403);
  // The subject is as well as before.
  CHECK(must(app.get(kW + "/subjects/{agent}", &app.viewer))["open_incidents"] == 0);
  const std::string path = kW + "/incidents/" + drill["id"].get<std::string>();
  pass(app, seconds(590));
  CHECK(must(app.get(path + "/telling", &app.viewer))["phase"] == "told");
  CHECK(must(app.get(path, &app.viewer))["resolved_at"].is_null());
  pass(app, seconds(20));
  CHECK(must(app.get(path, &app.viewer))["resolution"] == "drill_ended");
}

TEST_CASE("a drill stands in no real incident's way, ends by a click, and survives a restart") {
  TestApp app;
  app.populate();
  app.heartbeat(app.agent_token);
  const json drill = must(app.post(kRule + "/drill", "", &app.owner), 201);
  pass(app, seconds(180));  // the agent falls silent for real
  const json open = must(app.get(kW + "/incidents?state=open", &app.owner))["items"];
  CHECK(open.size() == 2);
  CHECK(std::ranges::count_if(open, [](const json& each) { return each["is_drill"] == false; }) == 1);
  app.restart();
  const std::string end = kW + "/incidents/" + drill["id"].get<std::string>() + "/end-drill";
  CHECK(app.post(end, "", &app.member).status == 403);
  CHECK(must(app.post(end, "", &app.owner))["resolution"] == "drill_ended");
  CHECK(app.audit_acts().back() == "rule.drill_ended");
  CHECK(app.post(end, "", &app.owner).status == 409);
  const auto real = std::ranges::find_if(open, [](const json& each) { return each["is_drill"] == false; });
  REQUIRE(real != open.end());
  CHECK(app.post(kW + "/incidents/" + (*real)["id"].get<std::string>() + "/end-drill", "", &app.owner).status == 409);
}

TEST_CASE("a drill that was open when the appliance stopped ends after the next start") {
  TestApp app;
  app.populate();
  const json drill = must(app.post(kRule + "/drill", "", &app.owner), 201);
  app.restart(seconds(3'600));
  app.services->scheduler.run_once();
  const json now = must(app.get(kW + "/incidents/" + drill["id"].get<std::string>(), &app.viewer));
  CHECK(now["resolution"] == "drill_ended");
}

TEST_CASE("a rule about nothing cannot be tried") {
  TestApp app;
  const json made = must(
      app.post(kW + "/rules", R"({"name":"Of nobody","kind":"silence","target":{"kind":"tag","tag":"none"}})", &app.owner),
      201);
  CHECK(app.post(kW + "/rules/" + made["id"].get<std::string>() + "/drill", "", &app.owner).status == 409);
}

TEST_CASE("the overview names the rules that nobody tried for ninety days") {
  TestApp app;
  app.populate();
  CHECK(must(app.get(kW + "/overview", &app.viewer))["untested_rules"].empty());
  app.clock.advance(seconds(91 * 86'400));
  app.owner = app.browser_of(app.owner.mail);
  const auto untested = [&] {
    std::vector<std::string> names;
    const json overview = must(app.get(kW + "/overview", &app.owner));
    for (const json& each : overview["untested_rules"]) names.push_back(each["id"]);
    return names;
  };
  const std::vector<std::string> all = untested();
  CHECK(std::ranges::count(all, app.ids["rule"]) == 1);
  must(app.post(kRule + "/drill", "", &app.owner), 201);
  CHECK(untested().size() == all.size() - 1);
}

TEST_CASE("a rule has hours, reminders, a runbook and notes, and what is wrong with them is named") {
  TestApp app;
  app.populate();
  const json hours = {{"days", {"mon", "fri"}}, {"from", "08:30"}, {"to", "18:00"}, {"zone", "UTC"}};
  const json body = {{"repeat_seconds", 600},
                     {"working_hours", hours},
                     {"runbook", "https://wiki.example.org/disk#full"},
                     {"notes", "First look\nat the log"},
                     {"severity", "info"}};
  const json changed = must(app.patch(kRule, body.dump(), &app.owner));
  for (const auto& member : body.items()) {
    INFO(member.key());
    CHECK(changed[member.key()] == member.value());
  }
  app.restart();
  const json stored = must(app.get(kRule, &app.viewer));
  CHECK(stored["working_hours"] == hours);
  CHECK(must(app.patch(kRule, R"({"working_hours":null})", &app.owner))["working_hours"].is_null());
  const auto with = [&](const char* member, const json& value) {
    json changed_hours = hours;
    changed_hours[member] = value;
    return json{{"working_hours", changed_hours}}.dump();
  };
  const std::string long_notes = json(std::string(2'001, 'a')).dump();
  const std::vector<std::pair<std::string, std::string>> wrong_ones = {
      {R"({"repeat_seconds":60})", "repeat_seconds"},
      {R"({"repeat_seconds":86401})", "repeat_seconds"},
      {R"({"runbook":"http://wiki.example.org"})", "runbook"},
      {R"x({"runbook":"javascript:alert(1)"})x", "runbook"},
      {R"({"runbook":"https://a:b@wiki.example.org"})", "runbook"},
      {R"({"runbook":"https://wiki.example.org/#a b"})", "runbook"},
      {R"({"notes":)" + long_notes + "}", "notes"},
      {R"({"kind":"event"})", "kind"},
      {with("days", json::array()), "working_hours.days"},
      {with("days", json::array({"sunday"})), "working_hours.days"},
      {with("from", "25:00"), "working_hours.from"},
      {with("from", "8:300"), "working_hours.from"},
      {with("to", "08:30"), "working_hours.to"},
      {with("zone", "Mars/Olympus"), "working_hours.zone"},
      {with("zone", "../etc/passwd"), "working_hours.zone"}};
  for (const auto& each : wrong_ones) {
    INFO(each.first);
    const ApiAnswer refused = app.patch(kRule, each.first, &app.owner);
    CHECK(refused.status == 422);
    CHECK(refused.json()["field"] == each.second);
  }
}
