// Dependencies as a program sees them: parents of a subject, the graph, and what stays out of sight.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";

json must(const ApiAnswer& answer, int status = 200) {
  INFO(answer.body);
  REQUIRE(answer.status == status);
  return answer.json();
}

struct Net {
  TestApp app;
  std::string host, router;

  Net() {
    app.populate();
    host = app.ids["agent"];
    router = must(app.post(kW + "/agents", R"({"name":"router-1","authorised":true})", &app.owner), 201)["agent"]["id"];
  }
  ApiAnswer set(const std::string& subject, const json& parents, const Person& as) {
    return app.send(Ask{.method = "PUT",
                        .path = kW + "/subjects/" + subject + "/parents",
                        .body = json{{"parents", parents}}.dump()},
                    &as);
  }
  json parents(const std::string& subject, const Person& as) {
    return must(app.get(kW + "/subjects/" + subject + "/parents", &as))["parents"];
  }
};

}  // namespace

TEST_CASE("parents are set and shown, and the graph names both ends with their states") {
  Net net;
  CHECK(net.parents(net.host, net.app.viewer).empty());
  CHECK(must(net.set(net.host, json::array({net.router}), net.app.owner))["parents"] == json::array({net.router}));
  CHECK(net.app.audit_acts().back() == "agent.changed");
  CHECK(net.parents(net.host, net.app.viewer) == json::array({net.router}));
  const json graph = must(net.app.get(kW + "/dependencies", &net.app.viewer));
  CHECK(graph["items"] == json::array({{{"subject", net.host}, {"parent", net.router}}}));
  REQUIRE(graph["nodes"].size() == 2);
  CHECK(graph["nodes"][0]["name"] == "db-1");
  CHECK(graph["nodes"][0]["shown"] == "down");
  must(net.set(net.host, json::array(), net.app.owner));
  CHECK(must(net.app.get(kW + "/dependencies", &net.app.viewer))["items"].empty());
}

TEST_CASE("a circle, a stranger's id and a missing list are refused by name, and viewers may only look") {
  Net net;
  must(net.set(net.host, json::array({net.router}), net.app.owner));
  const std::vector<std::string> wrong_ones = {net.host, "01940000-0000-7000-8000-000000000000", "x"};
  for (const std::string& wrong : wrong_ones) {
    INFO(wrong);
    const ApiAnswer refused = net.set(net.router, json::array({wrong}), net.app.owner);
    CHECK(refused.status == 422);
    CHECK(refused.json()["field"] == "parents");
  }
  CHECK(net.app.send(Ask{.method = "PUT", .path = kW + "/subjects/" + net.router + "/parents", .body = "{}"},
                     &net.app.owner)
            .json()["field"] == "parents");
  CHECK(net.set(net.router, json::array(), net.app.viewer).status == 403);
  CHECK(net.app.get(kW + "/subjects/01940000-0000-7000-8000-000000000000/parents", &net.app.owner).status == 404);
}

TEST_CASE("that more than half of a workspace depends on one subject is asked once more") {
  Net net;
  std::vector<std::string> hosts;
  for (int i = 0; i < 11; ++i) {
    const json wanted = {{"name", "web-" + std::to_string(i)}, {"authorised", true}};
    hosts.push_back(must(net.app.post(kW + "/agents", wanted.dump(), &net.app.owner), 201)["agent"]["id"]);
  }
  for (int i = 0; i < 10; ++i) must(net.set(hosts[static_cast<std::size_t>(i)], json::array({net.router}), net.app.owner));
  const ApiAnswer asked = net.set(hosts[10], json::array({net.router}), net.app.owner);
  CHECK(asked.status == 409);
  CHECK(asked.json()["code"] == "confirm_wide");
  CHECK(net.parents(hosts[10], net.app.viewer).empty());
  const json confirmed = {{"parents", json::array({net.router})}, {"confirm_wide", true}};
  must(net.app.send(Ask{.method = "PUT", .path = kW + "/subjects/" + hosts[10] + "/parents", .body = confirmed.dump()},
                    &net.app.owner));
  CHECK(net.parents(hosts[10], net.app.viewer) == json::array({net.router}));
}

TEST_CASE("what is held for a parent is counted beside what is quiet now, for who sees it") {
  Net net;
  net.app.heartbeat(net.app.agent_token);
  must(net.set(net.host, json::array({net.router}), net.app.owner));
  CHECK(must(net.app.get(kW + "/quiet", &net.app.viewer))["now"] == nullptr);
  const json maintenance = {{"kind", "maintenance"},
                            {"name", "New router"},
                            {"matchers", {{{"subject_id", net.router}}}},
                            {"duration_seconds", 3'600}};
  must(net.app.post(kW + "/quiet", maintenance.dump(), &net.app.owner), 201);
  for (int i = 0; i < 180; ++i) {
    net.app.clock.advance(seconds(1));
    net.app.services->scheduler.run_once();
  }
  CHECK(must(net.app.get(kW + "/quiet", &net.app.viewer))["now"]["held_for_parents"] == 1);
  CHECK(must(net.app.get(kW + "/overview", &net.app.viewer))["quiet"]["held_for_parents"] == 1);
}

TEST_CASE("what is out of a member's sight is in no graph of theirs") {
  Net net;
  must(net.set(net.host, json::array({net.router}), net.app.owner));
  const std::string team = must(net.app.post(kW + "/teams", R"({"name":"A"})", &net.app.owner), 201)["id"];
  const std::string member = kW + "/teams/" + team + "/members/" + net.app.member.id.text();
  REQUIRE(net.app.send(Ask{.method = "PUT", .path = member, .body = "{}"}, &net.app.owner).status < 300);
  must(net.app.patch(kW + "/subjects/" + net.host, json{{"team_ids", {team}}}.dump(), &net.app.owner));
  must(net.app.patch(kW, R"({"team_scoped":true})", &net.app.owner));
  const ApiAnswer graph = net.app.get(kW + "/dependencies", &net.app.member);
  CHECK(must(graph)["items"].empty());
  CHECK(graph.body.find("router-1") == std::string::npos);
  CHECK(net.parents(net.host, net.app.member).empty());
  CHECK(net.app.get(kW + "/subjects/" + net.router + "/parents", &net.app.member).status == 404);
}

TEST_CASE("a subject has a runbook, an https address, which every kind of change takes") {
  Net net;
  const std::string subject = kW + "/subjects/" + net.host;
  CHECK(must(net.app.get(subject, &net.app.viewer))["runbook"] == "");
  const json page = {{"runbook", "https://wiki.example.org/db-1"}};
  CHECK(must(net.app.patch(subject, page.dump(), &net.app.owner))["runbook"] == page["runbook"]);
  net.app.restart();
  CHECK(must(net.app.get(subject, &net.app.viewer))["runbook"] == page["runbook"]);
  const ApiAnswer refused = net.app.patch(subject, R"({"runbook":"ftp://wiki.example.org"})", &net.app.owner);
  CHECK(refused.status == 422);
  CHECK(refused.json()["field"] == "runbook");
}
