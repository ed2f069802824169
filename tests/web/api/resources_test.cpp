// The resources as tables: what goes in, what comes out, what is written down, who is told.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kAgents = "/api/v1/workspaces/{w}/agents";
const std::string kRules = "/api/v1/workspaces/{w}/rules";
const std::string kRecipients = "/api/v1/workspaces/{w}/recipients";
const std::string kIncidents = "/api/v1/workspaces/{w}/incidents";

}  // namespace

TEST_CASE("agents are added with one command to copy, and the token is shown that once") {
  TestApp app;
  const ApiAnswer added = app.post(kAgents, R"({"name":"web-1","tags":["edge"],"authorised":true})", &app.owner);
  REQUIRE(added.status == 201);
  const json made = added.json();
  const std::string token = made["token"];
  CHECK(token.size() == 70);
  CHECK(made["install_command"].get<std::string>().find(token) != std::string::npos);
  CHECK(made["install_command"].get<std::string>().find("https://monitor.example.org:8443/install.sh") !=
        std::string::npos);
  CHECK(made["run_command"].get<std::string>().find("CONNLOG_TOKEN=" + token) != std::string::npos);
  CHECK(made["agent"]["state"] == "pending");
  app.ids["agent"] = made["agent"]["id"];
  run(app, {
               {.name = "shown without its token",
                .path = kAgents + "/{agent}",
                .as = &TestApp::owner,
                .expected = {"web-1", "edge", "\"pending\""},
                .forbidden = {token}},
               {.name = "without consent",
                .method = "POST",
                .path = kAgents,
                .body = R"({"name":"web-2"})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"authorised"}},
               {.name = "an interval below the agent's least",
                .method = "POST",
                .path = kAgents,
                .body = R"({"name":"web-2","interval_seconds":5,"authorised":true})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"interval_seconds\"", "from 10 to 86400"}},
               {.name = "renamed",
                .method = "PATCH",
                .path = kAgents + "/{agent}",
                .body = R"({"name":"web-one"})",
                .as = &TestApp::owner,
                .expected = {"web-one"},
                .audit = {"agent.changed"},
                .events = {"agent.changed"}},
               {.name = "disabled",
                .method = "PATCH",
                .path = kAgents + "/{agent}",
                .body = R"({"disabled":true})",
                .as = &TestApp::owner,
                .expected = {"\"state\":\"disabled\""},
                .audit = {"agent.changed"}},
           });
  CHECK(app.heartbeat(token).status == 423);
  const ApiAnswer rotated = app.post(kAgents + "/{agent}/token", "", &app.owner);
  REQUIRE(rotated.status == 200);
  CHECK(rotated.json()["token"] != token);
  CHECK(app.heartbeat(token).status == 401);
  const std::string second = rotated.json()["token"];
  CHECK(app.send(Ask{.method = "DELETE", .path = kAgents + "/{agent}"}, &app.owner).status == 204);
  CHECK(app.heartbeat(second).status == 410);
  CHECK(app.get(kAgents + "/{agent}", &app.owner).status == 404);
}

TEST_CASE("a list is filtered, sorted and read page by page") {
  TestApp app;
  for (const char* name : {"alpha", "bravo", "charlie", "delta"}) {
    const json body = {{"name", name}, {"tags", {std::string(name) == "bravo" ? "odd" : "even"}}, {"authorised", true}};
    REQUIRE(app.post(kAgents, body.dump(), &app.owner).status == 201);
  }
  const auto names = [&](const std::string& query, std::string* next = nullptr) {
    const json page = app.get(kAgents + query, &app.viewer).json();
    std::string out;
    for (const json& agent : page["items"]) out += agent["name"].get<std::string>() + " ";
    if (next != nullptr) *next = page["next"].is_null() ? "" : page["next"].get<std::string>();
    return out;
  };
  std::string next;
  CHECK(names("?limit=3", &next) == "alpha bravo charlie ");
  CHECK(names("?limit=3&after=" + next, &next) == "delta ");
  CHECK(next.empty());
  CHECK(names("?q=AL") == "alpha ");
  CHECK(names("?tag=odd") == "bravo ");
  CHECK(names("?state=up") == "");
  CHECK(app.get(kAgents + "?limit=0", &app.viewer).status == 422);
  CHECK(app.get(kAgents + "?limit=1e9", &app.viewer).status == 422);
  CHECK(app.get(kAgents + "?after=x", &app.viewer).status == 422);
}

TEST_CASE("a repeated creation with the same Idempotency-Key gets the same answer and creates nothing") {
  TestApp app;
  Ask ask{.method = "POST",
          .path = kAgents,
          .body = R"({"name":"once","authorised":true})",
          .headers = {{"Idempotency-Key", "k-1"}}};
  const ApiAnswer first = app.send(ask, &app.owner);
  const ApiAnswer second = app.send(ask, &app.owner);
  REQUIRE(first.status == 201);
  CHECK(second.status == 201);
  CHECK(second.body == first.body);
  app.restart();
  CHECK(app.send(ask, &app.owner).body == first.body);  // not only in memory
  CHECK(app.get(kAgents, &app.owner).json()["items"].size() == 1);
  ask.body = R"({"name":"another","authorised":true})";
  CHECK(app.send(ask, &app.owner).status == 422);
  ask.headers = {{"Idempotency-Key", "k-2"}};
  CHECK(app.send(ask, &app.owner).status == 201);
  // A refusal is not remembered: the same key may try again.
  ask.headers = {{"Idempotency-Key", "k-3"}};
  ask.body = R"({"name":"third"})";
  CHECK(app.send(ask, &app.owner).status == 422);
  ask.body = R"({"name":"third","authorised":true})";
  CHECK(app.send(ask, &app.owner).status == 201);
}

TEST_CASE("two people who change the same thing do not overwrite each other unseen") {
  TestApp app;
  app.populate();
  for (const std::string& path : {kAgents + "/{agent}", kRules + "/{rule}"}) {
    CAPTURE(path);
    const std::string etag = app.get(path, &app.owner).header("ETag");
    REQUIRE(etag.size() >= 3);
    Ask change{.method = "PATCH", .path = path, .headers = {{"If-Match", etag}}};
    change.body = path.find("agents") != std::string::npos ? R"({"interval_seconds":30})" : R"({"name":"First"})";
    const ApiAnswer first = app.send(change, &app.owner);
    CHECK(first.status == 200);
    CHECK(first.header("ETag") != etag);
    const ApiAnswer late = app.send(change, &app.owner);
    CHECK(late.status == 412);
    CHECK(late.json()["code"] == "changed_meanwhile");
    change.headers = {{"If-Match", "nonsense"}};
    CHECK(app.send(change, &app.owner).json()["field"] == "If-Match");
  }
}

TEST_CASE("rules are written as sentences, previewed, tested and removed") {
  TestApp app;
  app.populate();
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
                .expected = {"\"targeted_agents\":1", "\"matching_now\":0"}},
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
               {.name = "of another agent",
                .path = kIncidents + "?agent=01940000-0000-7000-8000-000000000000",
                .as = &TestApp::viewer,
                .forbidden = {"{incident}"}},
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

TEST_CASE("recipients come and go; a webhook's secret is shown once") {
  TestApp app;
  const ApiAnswer added = app.post(
      kRecipients, R"({"name":"Hook","channel":"webhook","address":"https://hooks.example.org/x"})", &app.owner);
  REQUIRE(added.status == 201);
  const std::string secret = added.json()["secret"];
  CHECK(secret.size() >= 32);
  app.ids["hook"] = added.json()["recipient"]["id"];
  run(app, {
               {.name = "listed without the secret",
                .path = kRecipients,
                .as = &TestApp::owner,
                .expected = {"https://hooks.example.org/x"},
                .forbidden = {secret}},
               {.name = "changed",
                .method = "PATCH",
                .path = kRecipients + "/{hook}",
                .body = R"({"enabled":false})",
                .as = &TestApp::owner,
                .expected = {"\"enabled\":false", "https://hooks.example.org/x"},
                .forbidden = {secret},
                .audit = {"recipient.changed"},
                .events = {"recipient.changed"}},
               {.name = "another channel",
                .method = "PATCH",
                .path = kRecipients + "/{hook}",
                .body = R"({"channel":"mail"})",
                .as = &TestApp::owner,
                .status = 422},
               {.name = "a mail address that is none",
                .method = "POST",
                .path = kRecipients,
                .body = R"({"name":"x","channel":"mail","address":"nobody"})",
                .as = &TestApp::owner,
                .status = 422,
                .expected = {"\"field\":\"address\""}},
               {.name = "removed",
                .method = "DELETE",
                .path = kRecipients + "/{hook}",
                .as = &TestApp::owner,
                .status = 204,
                .audit = {"recipient.removed"}},
           });
}

TEST_CASE("the overview counts, and puts what is down first") {
  TestApp app;
  app.populate();
  const json overview = app.get("/api/v1/workspaces/{w}/overview", &app.viewer).json();
  CHECK(overview["counts"]["down"] == 1);
  REQUIRE(overview["attention"].size() == 1);
  CHECK(overview["attention"][0]["state"] == "down");
  CHECK(overview["attention"][0]["incident_id"] == app.ids["incident"]);
  CHECK(overview["fleet"].size() == 1);
}

TEST_CASE("readings come as series with gaps") {
  TestApp app;
  app.populate();
  const json readings = app.get(kAgents + "/{agent}/readings?points=100", &app.viewer).json();
  const std::size_t size = readings["at"].size();
  CHECK(size > 0);
  CHECK(size <= 102);
  int measured = 0;
  for (const json& value : readings["series"]["cpu_percent"]) measured += value.is_null() ? 0 : 1;
  CHECK(readings["series"]["cpu_percent"].size() == size);
  CHECK(measured == 1);
  CHECK(app.get(kAgents + "/{agent}/readings?from=yesterday", &app.viewer).json()["field"] == "from");
  CHECK(app.get(kAgents + "/{agent}/readings?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", &app.viewer).status ==
        422);
  CHECK(app.get(kAgents + "/{agent}/readings?points=100000", &app.viewer).status == 422);
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
