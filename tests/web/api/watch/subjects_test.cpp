// Subjects as a resource: lists and their filters, groups, changes by id and by key, the record of states.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";
const std::string kSubjects = kW + "/subjects";
const std::string kKinds = "/api/v1/subjects/kinds";

using Texts = std::vector<std::string>;

json must(const ApiAnswer& answer, int status = 200) {
  REQUIRE_MESSAGE(answer.status == status, answer.body);
  return answer.body.empty() ? json() : answer.json();
}

ApiAnswer put(TestApp& app, const std::string& path, const json& body, const Person& as,
              const std::vector<std::pair<std::string, std::string>>& headers = {}) {
  return app.send(Ask{.method = "PUT", .path = path, .body = body.dump(), .headers = headers}, &as);
}

ApiAnswer remove(TestApp& app, const std::string& id) {
  return app.send(Ask{.method = "DELETE", .path = kSubjects + "/" + id}, &app.owner);
}

std::string add_agent(TestApp& app, const json& more) {
  json body = {{"authorised", true}};
  body.update(more);
  return must(app.post(kW + "/agents", body.dump(), &app.owner), 201)["agent"]["id"];
}

std::string add_group(TestApp& app, const json& more) {
  json body = {{"kind", "group"}};
  body.update(more);
  return must(app.post(kSubjects, body.dump(), &app.owner), 201)["id"];
}

json listed(TestApp& app, const std::string& query, const Person& as) {
  return must(app.get(kSubjects + query, &as));
}

Texts names(TestApp& app, const std::string& query) {
  Texts found;
  const json list = listed(app, query, app.viewer);
  for (const json& item : list["items"]) found.push_back(item["name"].get<std::string>());
  return found;
}

std::string field_of(const ApiAnswer& answer) {
  INFO(answer.body);
  CHECK(answer.status == 422);
  return answer.json().value("field", "");
}

// db-1 of TestApp::populate, which is down, two web servers and a rack.
struct Fleet {
  TestApp app;
  std::string db, web_1, web_2, rack;

  Fleet() {
    app.populate();
    db = app.ids.at("agent");
    web_1 = add_agent(app, {{"name", "web-1"}, {"tags", {"web"}}, {"labels", {{"env", "prod"}}}});
    web_2 = add_agent(app, {{"name", "web-2"}, {"tags", {"web"}}, {"labels", {{"env", "test"}}}});
    rack = add_group(app, {{"name", "rack-4"}, {"tags", {"web"}}});
  }
};

}  // namespace

TEST_CASE("in a list of subjects values of one name are alternatives, and names must all fit") {
  Fleet fleet;
  TestApp& app = fleet.app;
  CHECK(names(app, "") == Texts{"db-1", "rack-4", "web-1", "web-2"});
  CHECK(names(app, "?kind=agent") == Texts{"db-1", "web-1", "web-2"});
  CHECK(names(app, "?kind=agent&kind=group") == Texts{"db-1", "rack-4", "web-1", "web-2"});
  CHECK(names(app, "?tag=web") == Texts{"rack-4", "web-1", "web-2"});
  CHECK(names(app, "?tag=web&tag=production&kind=agent") == Texts{"db-1", "web-1", "web-2"});
  CHECK(names(app, "?label=env") == Texts{"web-1", "web-2"});
  CHECK(names(app, "?label=env%3Dprod") == Texts{"web-1"});
  CHECK(names(app, "?label=env%3Dprod&label=env%3Dtest") == Texts{"web-1", "web-2"});
  CHECK(names(app, "?label=env&tag=production").empty());
  CHECK(names(app, "?state=down&state=up") == Texts{"db-1"});
  CHECK(names(app, "?q=WEB-") == Texts{"web-1", "web-2"});
  CHECK(names(app, "?sort=state").front() == "db-1");
  CHECK(names(app, "?group=" + fleet.rack).empty());

  must(app.patch(kSubjects + "/" + fleet.web_2, json{{"group_ids", {fleet.rack}}}.dump(), &app.owner));
  CHECK(names(app, "?group=" + fleet.rack) == Texts{"web-2"});
  const std::string team = must(app.post(kW + "/teams", R"({"name":"Web"})", &app.owner), 201)["id"];
  must(app.patch(kSubjects + "/" + fleet.web_1, json{{"team_ids", {team}}}.dump(), &app.owner));
  CHECK(names(app, "?team=" + team) == Texts{"web-1"});
}

TEST_CASE("a list of subjects counts all that fit but for their state, on its first page only, and goes on at its cursor") {
  Fleet fleet;
  TestApp& app = fleet.app;
  const json down = listed(app, "?state=down&kind=agent", app.viewer);
  REQUIRE(down["items"].size() == 1);
  CHECK(down["counts"] ==
        json{{"pending", 2}, {"up", 0}, {"degraded", 0}, {"down", 1}, {"unknown", 0}, {"paused", 0}});

  for (const char* sort : {"name", "state", "last_seen"}) {
    CAPTURE(sort);
    const std::string query = fmt::format("?sort={}&limit=3", sort);
    const json first = listed(app, query, app.viewer);
    REQUIRE(first["items"].size() == 3);
    REQUIRE(first["next"].is_string());
    const json second = listed(app, query + "&after=" + first["next"].get<std::string>(), app.viewer);
    CHECK(second["counts"].is_null());
    CHECK(second["next"].is_null());
    std::set<std::string> ids;
    for (const json* page : {&first, &second}) {
      for (const json& item : (*page)["items"]) CHECK(ids.insert(item["id"].get<std::string>()).second);
    }
    CHECK(ids.size() == 4);
  }
  const std::string by_name = listed(app, "?sort=name&limit=1", app.viewer)["next"];
  CHECK(field_of(app.get(kSubjects + "?sort=state&after=" + by_name, &app.viewer)) == "after");
  CHECK(field_of(app.get(kSubjects + "?after=x", &app.viewer)) == "after");
}

TEST_CASE("what is wrong with a query or a subject is named by its field") {
  Fleet fleet;
  TestApp& app = fleet.app;
  std::string many;
  for (int i = 0; i < 21; ++i) many += (i == 0 ? "?tag=t" : "&tag=t") + std::to_string(i);
  for (const auto& [query, field] : std::vector<std::pair<std::string, std::string>>{{"?kind=server", "kind"},
                                                                                     {"?state=warning", "state"},
                                                                                     {"?sort=age", "sort"},
                                                                                     {"?label=a%20b", "label"},
                                                                                     {"?team=x", "team"},
                                                                                     {"?group=x", "group"},
                                                                                     {"?limit=0", "limit"},
                                                                                     {many, "tag"}}) {
    CAPTURE(query);
    CHECK(field_of(app.get(kSubjects + query, &app.viewer)) == field);
  }
  const auto with = [](const json& more) {
    json body = {{"kind", "group"}, {"name", "x"}};
    body.update(more);
    return body;
  };
  for (const auto& [body, field] : std::vector<std::pair<json, std::string>>{
           {json::object(), "kind"},
           {with({{"kind", "agent"}}), "kind"},
           {with({{"kind", "appliance"}}), "kind"},
           {with({{"name", nullptr}}), "name"},
           {with({{"key", "Rack 4"}}), "key"},
           {with({{"tags", {""}}}), "tags"},
           {with({{"labels", {{"a b", "x"}}}}), "labels"},
           {with({{"labels", {{"a", 1}}}}), "labels.a"},
           {with({{"labels", {"a"}}}), "labels"},
           {with({{"team_ids", {"x"}}}), "team_ids"},
           {with({{"group_ids", {"x"}}}), "group_ids"},
           {with({{"member_ids", {"x"}}}), "member_ids"},
           {with({{"health", "most"}}), "health"},
           {with({{"amount", 0}}), "amount"},
           {with({{"notes", std::string(10'001, 'n')}}), "notes"}}) {
    INFO(body.dump().substr(0, 200));
    CHECK(field_of(app.post(kSubjects, body.dump(), &app.owner)) == field);
  }
  CHECK(field_of(app.patch(kSubjects + "/" + fleet.db, R"({"health":"any"})", &app.owner)) == "health");
  CHECK(names(app, "?kind=group") == Texts{"rack-4"});  // nothing came of it
}

TEST_CASE("a group is made with members, follows them, changes and goes") {
  Fleet fleet;
  TestApp& app = fleet.app;
  const json made = must(app.post(kSubjects,
                                  json{{"kind", "group"},
                                       {"name", "Databases"},
                                       {"key", "databases"},
                                       {"notes", "Row 2\nUnit 7"},
                                       {"tags", {"core"}},
                                       {"labels", {{"env", "prod"}}},
                                       {"health", "any"},
                                       {"member_ids", {fleet.db}}}
                                      .dump(),
                                  &app.owner),
                         201);
  const std::string path = kSubjects + "/" + made["id"].get<std::string>();
  const json shown = must(app.get(path, &app.viewer));
  CHECK(shown["kind"] == "group");
  CHECK(shown["key"] == "databases");
  CHECK(shown["notes"] == "Row 2\nUnit 7");
  CHECK(shown["labels"] == json{{"env", "prod"}});
  CHECK(shown["group"]["health"] == "any");
  CHECK(shown["group"]["member_ids"] == json::array({fleet.db}));
  CHECK(shown["group"]["counts"]["down"] == 1);
  CHECK(shown["observed"]["state"] == "down");
  CHECK(shown["observed"]["reason"] == "members");
  CHECK(made["observed"] == shown["observed"]);
  CHECK(must(app.get(kW + "/agents/{agent}", &app.viewer))["group_ids"] == json::array({made["id"]}));
  const json in_list = listed(app, "?q=databases", app.viewer)["items"][0]["group"];
  CHECK(in_list["counts"]["down"] == 1);
  CHECK_FALSE(in_list.contains("member_ids"));

  const json emptied = must(app.patch(
      path, json{{"health", "at_least"}, {"amount", 2}, {"member_ids", json::array()}, {"key", nullptr}}.dump(),
      &app.owner));
  CHECK(emptied["key"].is_null());
  CHECK(emptied["group"]["health"] == "at_least");
  CHECK(emptied["group"]["amount"] == 2);
  CHECK(emptied["group"]["member_ids"].empty());
  CHECK(must(app.get(path, &app.viewer))["state"] == "pending");
  CHECK(must(app.get(kW + "/agents/{agent}", &app.viewer))["group_ids"].empty());

  must(remove(app, made["id"]), 204);
  CHECK(app.get(path, &app.viewer).status == 404);
  const Texts acts = app.audit_acts();
  for (const char* act : {"group.added", "group.changed", "group.removed"}) {
    CAPTURE(act);
    CHECK(std::ranges::find(acts, act) != acts.end());
  }
}

TEST_CASE("labels, tags and a pause of any subject are changed by one PATCH, which is audited and told") {
  TestApp app;
  app.populate();
  run(app, {{.name = "labelled",
             .method = "PATCH",
             .path = kSubjects + "/{agent}",
             .body = R"({"labels":{"env":"prod","rack":""},"tags":["b","a","b"],"notes":"Two\nlines"})",
             .as = &TestApp::owner,
             .expected = {R"("labels":{"env":"prod","rack":""})", R"("tags":["a","b"])", R"(Two\nlines)"},
             .audit = {"agent.changed"},
             .events = {"subject.changed"}},
            {.name = "the same again",
             .method = "PATCH",
             .path = kSubjects + "/{agent}",
             .body = R"({"labels":{"rack":"","env":"prod"},"tags":["a","b"]})",
             .as = &TestApp::owner},
            {.name = "by a viewer",
             .method = "PATCH",
             .path = kSubjects + "/{agent}",
             .body = R"({"labels":{}})",
             .as = &TestApp::viewer,
             .status = 403}});
  const json paused = must(app.patch(kSubjects + "/{agent}", R"({"paused":true})", &app.owner));
  CHECK(paused["state"] == "paused");
  CHECK(paused["paused_at"].is_string());
  CHECK(paused["open_incidents"] == 0);
  CHECK(paused["observed"]["reason"] == "paused");
  CHECK(must(app.get(kW + "/incidents/{incident}", &app.viewer))["resolution"] == "subject_paused");
  const json resumed = must(app.patch(kSubjects + "/{agent}", R"({"paused":false})", &app.owner));
  CHECK(resumed["state"] == "pending");
  CHECK(resumed["observed"]["reason"] == "resumed");
  CHECK(must(app.get(kSubjects + "/{agent}", &app.viewer))["state"] == "pending");
}

TEST_CASE("a subject's version rises by what people change, and a change on an older one is refused") {
  TestApp app;
  app.populate();
  const std::string path = kSubjects + "/{agent}";
  const std::string first = app.get(path, &app.owner).header("ETag");
  REQUIRE(first.size() >= 3);
  REQUIRE(app.heartbeat(app.agent_token).status == 200);
  CHECK(app.get(path, &app.owner).header("ETag") == first);
  Ask ask{.method = "PATCH", .path = path, .body = R"({"notes":"mine"})", .headers = {{"If-Match", first}}};
  const ApiAnswer changed = app.send(ask, &app.owner);
  REQUIRE(changed.status == 200);
  CHECK(changed.header("ETag") != first);
  CHECK(app.get(path, &app.owner).header("ETag") == changed.header("ETag"));
  ask.body = R"({"notes":"theirs"})";
  const ApiAnswer late = app.send(ask, &app.owner);
  CHECK(late.status == 412);
  CHECK(late.json()["code"] == "changed_meanwhile");
  CHECK(must(app.get(path, &app.owner))["notes"] == "mine");
}

TEST_CASE("by its key a subject is made once and then changed, and the same request twice changes nothing") {
  TestApp app;
  app.populate();
  const std::string path = kSubjects + "/by-key/rack-9";
  const json body = {{"kind", "group"}, {"name", "Rack 9"}, {"labels", {{"row", "2"}}}, {"member_ids", {app.ids["agent"]}}};
  const ApiAnswer first = put(app, path, body, app.owner);
  const json made = must(first, 201);
  CHECK(made["key"] == "rack-9");
  const std::size_t acts = app.audit_acts().size();
  const ApiAnswer again = put(app, path, body, app.owner);
  CHECK(must(again, 200)["id"] == made["id"]);
  CHECK(again.header("ETag") == first.header("ETag"));
  CHECK(app.audit_acts().size() == acts);

  const json renamed = must(put(app, path, {{"name", "Rack nine"}}, app.owner));
  CHECK(renamed["id"] == made["id"]);
  CHECK(renamed["name"] == "Rack nine");
  CHECK(renamed["labels"] == json{{"row", "2"}});
  CHECK(put(app, path, {{"name", "late"}}, app.owner, {{"If-Match", first.header("ETag")}}).status == 412);

  must(app.patch(kSubjects + "/{agent}", R"({"key":"db"})", &app.owner));
  CHECK(must(put(app, kSubjects + "/by-key/db", {{"notes", "by key"}}, app.owner))["id"] == app.ids["agent"]);
  CHECK(field_of(put(app, kSubjects + "/by-key/db", {{"kind", "group"}, {"name", "x"}}, app.owner)) == "kind");
  CHECK(field_of(put(app, kSubjects + "/by-key/new", {{"name", "x"}}, app.owner)) == "kind");
  CHECK(field_of(put(app, kSubjects + "/by-key/new", {{"kind", "group"}}, app.owner)) == "name");
  CHECK(field_of(put(app, kSubjects + "/by-key/new", {{"kind", "agent"}, {"name", "x"}}, app.owner)) == "kind");
  CHECK(field_of(put(app, kSubjects + "/by-key/new", {{"key", "old"}}, app.owner)) == "key");
  CHECK(field_of(put(app, kSubjects + "/by-key/A%20b", {{"kind", "group"}, {"name", "x"}}, app.owner)) == "key");
  CHECK(put(app, path, {{"name", "x"}}, app.viewer).status == 403);
}

TEST_CASE("members out of sight are counted and not named, and a subject of two teams is seen by both") {
  Fleet fleet;
  TestApp& app = fleet.app;
  const std::string team_a = must(app.post(kW + "/teams", R"({"name":"A"})", &app.owner), 201)["id"];
  const std::string team_b = must(app.post(kW + "/teams", R"({"name":"B"})", &app.owner), 201)["id"];
  must(put(app, kW + "/teams/" + team_a + "/members/" + app.member.id.text(), json::object(), app.owner));
  must(put(app, kW + "/teams/" + team_b + "/members/" + app.viewer.id.text(), json::object(), app.owner));
  must(app.patch(kW, R"({"team_scoped":true})", &app.owner));
  must(app.patch(kSubjects + "/" + fleet.web_1, json{{"team_ids", {team_a, team_b}}}.dump(), &app.owner));
  must(app.patch(kSubjects + "/" + fleet.rack,
                 json{{"team_ids", {team_a}}, {"member_ids", {fleet.db, fleet.web_1, fleet.web_2}}}.dump(), &app.owner));

  const json seen = must(app.get(kSubjects + "/" + fleet.rack, &app.member));
  CHECK(seen["group"]["member_ids"] == json::array({fleet.web_1}));
  const json& counts = seen["group"]["counts"];
  CHECK(counts["down"] == 1);
  CHECK(counts["pending"] == 2);
  CHECK(must(app.get(kSubjects + "/" + fleet.rack, &app.owner))["group"]["member_ids"].size() == 3);

  const json of_member = listed(app, "", app.member);
  const json of_viewer = listed(app, "", app.viewer);
  CHECK(of_member["items"].size() == 2);
  CHECK(of_member["counts"]["down"].get<int>() <= 1);  // the rack's own state at most, not db-1's
  REQUIRE(of_viewer["items"].size() == 1);
  CHECK(of_viewer["items"][0]["id"] == fleet.web_1);
  for (const std::string& path : {kSubjects + "/" + fleet.db, kSubjects + "/" + fleet.db + "/record"}) {
    CAPTURE(path);
    CHECK(app.get(path, &app.member).status == 404);
    CHECK(app.get(path, &app.owner).status == 200);
  }
  const json overview = must(app.get(kW + "/overview", &app.viewer));
  CHECK(overview["fleet"].size() == 1);
  CHECK(overview["groups"].empty());
}

TEST_CASE("the record tells each state with its reason, and how much of the time the subject was up") {
  Fleet fleet;
  TestApp& app = fleet.app;
  app.clock.advance(seconds(60));
  const json record = must(app.get(kSubjects + "/" + fleet.db + "/record", &app.viewer));
  Texts reasons;
  for (const json& change : record["changes"]) reasons.push_back(change["reason"].get<std::string>());
  CHECK(reasons == Texts{"added", "heard", "silent"});
  CHECK(record["changes"][2]["state"] == "down");
  CHECK(record["complete"] == true);
  REQUIRE(record["uptime"]["day"].is_number());
  CHECK(record["uptime"]["day"].get<double>() > 0);
  CHECK(record["uptime"]["day"].get<double>() < 100);
  CHECK(record["uptime"]["month"] == record["uptime"]["day"]);

  const json of_group = must(app.get(kSubjects + "/" + fleet.rack + "/record", &app.viewer));
  CHECK(of_group["uptime"] == json{{"day", nullptr}, {"week", nullptr}, {"month", nullptr}});
  const std::string later = to_iso8601(app.clock.now() + seconds(10));
  CHECK(field_of(app.get(kSubjects + "/" + fleet.db + "/record?from=" + later, &app.viewer)) == "from");
}

TEST_CASE("what something else needs, or has a way of its own to go, is not removed and says why") {
  Fleet fleet;
  TestApp& app = fleet.app;
  const ApiAnswer agent = remove(app, fleet.db);
  CHECK(agent.status == 409);
  CHECK(agent.body.find("/agents/" + fleet.db) != std::string::npos);

  const json rule = {{"name", "Rack"}, {"kind", "state"}, {"state", "down"}, {"target", {{"kind", "subject"}, {"subject_id", fleet.rack}}}};
  const std::string rule_id = must(app.post(kW + "/rules", rule.dump(), &app.owner), 201)["id"];
  CHECK(remove(app, fleet.rack).status == 409);
  must(app.send(Ask{.method = "DELETE", .path = kW + "/rules/" + rule_id}, &app.owner), 204);
  const std::string outer = add_group(app, {{"name", "room-1"}, {"member_ids", {fleet.rack}}});
  CHECK(remove(app, fleet.rack).status == 409);
  must(remove(app, outer), 204);
  must(remove(app, fleet.rack), 204);
}

TEST_CASE("the catalogue of kinds says what each is called and what a rule about it can look at") {
  TestApp app;
  CHECK(app.get(kKinds).status == 401);
  const json kinds = must(app.get(kKinds, &app.viewer))["items"];
  REQUIRE(kinds.size() == 4);  // the appliance stands in no workspace's list
  CHECK(kinds[0]["word"] == "agent");
  CHECK(kinds[0]["plural"] == "agents");
  CHECK(kinds[0]["reports"] == true);
  CHECK(kinds[0]["in_all"] == true);
  CHECK(kinds[0]["made_by_api"] == false);
  CHECK(kinds[0]["conditions"] == json::array({"silence", "metric", "state"}));
  CHECK(std::ranges::find(kinds[0]["metrics"], "cpu_percent") != kinds[0]["metrics"].end());
  CHECK(kinds[1]["word"] == "group");
  CHECK(kinds[1]["made_by_api"] == true);
  CHECK(kinds[1]["conditions"] == json::array({"state"}));
  CHECK(kinds[2]["word"] == "monitor");
  CHECK(kinds[2]["in_all"] == true);
  CHECK(kinds[2]["conditions"] == json::array({"metric", "state"}));
  CHECK(std::ranges::find(kinds[2]["metrics"], "response_ms") != kinds[2]["metrics"].end());
  CHECK(std::ranges::find(kinds[2]["metrics"], "cpu_percent") == kinds[2]["metrics"].end());
  CHECK(kinds[3]["word"] == "source");
  CHECK(kinds[3]["made_by_api"] == false);
  CHECK(kinds[3]["conditions"] == json::array({"state"}));
}

TEST_CASE("the former paths of groups list, add and remove groups, and nothing else") {
  TestApp app;
  const std::string former = kW + "/groups";
  const std::string agent = add_agent(app, {{"name", "db-9"}});
  const json made = must(app.post(former, R"({"name":"Rack 7"})", &app.owner), 201);
  CHECK(made["kind"] == "group");
  const json list = must(app.get(former, &app.viewer));
  REQUIRE(list["items"].size() == 1);
  CHECK(list["items"][0]["name"] == "Rack 7");
  CHECK(list["items"][0]["id"] == made["id"]);

  CHECK(app.send(Ask{.method = "DELETE", .path = former + "/" + agent}, &app.owner).status == 409);
  must(app.send(Ask{.method = "DELETE", .path = former + "/" + made["id"].get<std::string>()}, &app.owner), 204);
  CHECK(must(app.get(former, &app.viewer))["items"].empty());
}
