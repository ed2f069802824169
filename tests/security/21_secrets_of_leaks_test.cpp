// Threat 21, for leaks and keys: what was renewed is shown once, in the answer to the act, and comes back from nowhere:
// no list, no export, no trail, no repeated request of somebody else, no page about keys.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("a secret that answers a leak is shown once and found nowhere afterwards, nor are the keys") {
  TestApp app;
  app.populate();
  const ApiAnswer hook =
      app.post("/api/v1/workspaces/{w}/recipients",
               R"({"name":"Hook","kind":"webhook","fields":{"url":"https://hooks.example.org/x"}})", &app.owner);
  REQUIRE(hook.status == 201);
  std::vector<std::string> secrets = {hook.json()["secret"], to_hex(app.storage.keys.database_key()),
                                      to_hex(app.storage.keys.anchor_key())};
  std::string leak;
  const auto report = [&](const std::string& path, const std::string& kind, const std::string& leaked) {
    const ApiAnswer answer = app.post(path + "/leaks", json{{"kind", kind}, {"subject", leaked}}.dump(), &app.owner);
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    secrets.push_back(answer.json()["secret"]);
    return std::string(answer.json()["leak"]["id"]);
  };
  leak = report("/api/v1/workspaces/{w}", "agent_token", app.ids.at("agent"));
  report("/api/v1/workspaces/{w}", "webhook_secret", hook.json()["recipient"]["id"]);
  const std::string person = report("/api/v1/appliance", "password", app.viewer.id.text());
  secrets.back() = secrets.back().substr(secrets.back().find('=') + 1);
  for (const std::string& path :
       {std::string("/api/v1/workspaces/{w}/leaks"), "/api/v1/workspaces/{w}/leaks/" + leak,
        "/api/v1/workspaces/{w}/leaks/" + leak + "/export?format=json",
        "/api/v1/workspaces/{w}/leaks/" + leak + "/export?format=markdown", std::string("/api/v1/appliance/leaks"),
        "/api/v1/appliance/leaks/" + person, std::string("/api/v1/appliance/keys"), std::string("/api/v1/appliance"),
        std::string("/api/v1/workspaces/{w}/audit"), std::string("/api/v1/appliance/trail"),
        std::string("/api/v1/workspaces/{w}/security-events"), std::string("/api/v1/workspaces/{w}/recipients"),
        std::string("/api/v1/workspaces/{w}/agents"),
        std::string("/api/v1/workspaces/{w}/leak-subjects?kind=agent_token"), std::string("/metrics")}) {
    CAPTURE(path);
    const ApiAnswer answer = app.get(path, &app.owner);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    for (const std::string& secret : secrets) {
      CHECK(answer.body.find(secret) == std::string::npos);
    }
    CHECK(answer.body.find("s2:") == std::string::npos);  // no sealed text either
  }
}
