// The web room over a database that was carried over from the development steps: who had a token, a session or a key
// before has it still, and what is shown is what was stored.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/development_database.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

// A started appliance on the carried database in place of its own.
struct CarriedApp {
  TestApp app;
  DevelopmentTokens tokens = development_tokens();
  Person ada;

  CarriedApp() {
    app.restart(microseconds(0), [this] {
      const std::filesystem::path data = app.storage.directory.path();
      for (const char* name : {"connlog.db", "connlog.db-wal", "connlog.db-shm", "audit.anchor"})
        std::filesystem::remove(data / name);
      app.storage.keys = development_keys();
      make_development_database(data, app.storage.keys);
    });
    ada.cookie = "connlog_loopback=" + tokens.session;
    app.ids = {{"w", "0190aaaa-bbbb-7000-8000-000000000001"},
               {"agent", "0190aaaa-bbbb-7000-8000-00000000000a"},
               {"incident", "0190aaaa-bbbb-7000-8000-000000000020"}};
  }

  json get(const std::string& path) {
    const ApiAnswer answer = app.get(path, &ada);
    REQUIRE_MESSAGE(answer.status == 200, path, ": ", answer.body);
    return answer.json();
  }
  ApiAnswer with_key(const std::string& path, const std::string& key) {
    return app.send(Ask{.path = path, .headers = {{"Authorization", "Bearer " + key}}, .as_browser = false});
  }
};

// One member of each item of a list.
std::vector<std::string> each(const json& list, const std::string& member) {
  std::vector<std::string> values;
  for (const json& item : list["items"]) values.push_back(item[member].get<std::string>());
  return values;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("after carrying over agents are known by their tokens, and removed ones are told so for ever") {
  CarriedApp carried;
  CHECK(carried.app.heartbeat(carried.tokens.agent).status == 200);
  CHECK(carried.app.heartbeat(carried.tokens.removed_agent).status == 410);
  CHECK(carried.app.heartbeat(carried.tokens.agent_of_deleted_workspace).status == 410);
  CHECK(carried.app.heartbeat("agent_" + std::string(64, '0')).status == 401);
}

TEST_CASE("after carrying over sessions and API keys open what they opened") {
  CarriedApp carried;
  CHECK(carried.get("/api/v1/me")["user"]["name"] == "Ada");
  Person nobody;
  nobody.cookie = "connlog_loopback=cls_" + std::string(64, '0');
  CHECK(carried.app.get("/api/v1/me", &nobody).status == 401);

  const std::string agents = "/api/v1/workspaces/{w}/agents";
  CHECK(carried.with_key(agents, carried.tokens.workspace_key).status == 200);
  CHECK(carried.with_key(agents, carried.tokens.own_key).status == 200);
  CHECK(carried.with_key("/api/v1/workspaces/{w}/members", carried.tokens.workspace_key).status == 403);
  CHECK(carried.with_key(agents, "cl_" + std::string(64, '0')).status == 401);
}

TEST_CASE("after carrying over every list shows what was stored") {
  CarriedApp carried;
  const std::string w = "/api/v1/workspaces/{w}";
  CHECK(carried.get(w)["name"] == "Acme");
  CHECK(each(carried.get(w + "/agents"), "name") == Texts{"db-1"});
  const json agent = carried.get(w + "/agents/{agent}");
  CHECK(agent["tags"] == json({"production", "älter"}));
  CHECK(each(carried.get(w + "/subjects?kind=group"), "name") == Texts{"Rack 4"});
  CHECK(each(carried.get(w + "/teams"), "name") == Texts{"Databases"});
  CHECK(each(carried.get(w + "/enrolment-keys"), "name").size() == 2);
  CHECK(each(carried.get(w + "/api-keys"), "name") == Texts{"deploy"});
  CHECK(each(carried.get("/api/v1/account/api-keys"), "name") == Texts{"mine"});
  CHECK(each(carried.get("/api/v1/account/sessions"), "address") == Texts{"192.0.2.7"});
  CHECK(each(carried.get(w + "/recipients"), "name") == Texts{"Hook", "On call"});
  CHECK(each(carried.get(w + "/invitations"), "mail").size() == 2);
  CHECK(each(carried.get(w + "/notifications"), "state").size() == 2);
  CHECK(each(carried.get("/api/v1/appliance/providers"), "name") == Texts{"House"});
  CHECK(carried.get(w + "/rules")["items"].size() == 4);
  CHECK(carried.get(w + "/members")["items"].size() == 2);
  CHECK(carried.get(w + "/incidents")["items"].size() == 2);

  const json incident = carried.get(w + "/incidents/{incident}");
  Texts kinds;
  for (const json& event : incident["events"]) kinds.push_back(event["kind"].get<std::string>());
  CHECK(kinds == Texts{"opened", "acknowledged", "notified", "commented"});
}

TEST_CASE("after carrying over an incident that was open goes on: a comment comes last, recovery ends it") {
  CarriedApp carried;
  CHECK(carried.app.heartbeat(carried.tokens.agent).status == 200);
  for (int second = 0; second < 5; ++second) {
    carried.app.clock.advance(seconds(1));
    carried.app.services->scheduler.run_once();
  }
  const json incident = carried.get("/api/v1/workspaces/{w}/incidents/{incident}");
  CHECK(incident["resolved_at"] != json());
  REQUIRE(incident["events"].size() > 4);
  CHECK(incident["events"][3]["kind"] == "commented");
  CHECK(incident["events"][4]["kind"] == "resolved");
}
