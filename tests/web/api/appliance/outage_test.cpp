// Nothing can be stored, as people see it: since when and why on every page, and no agent that is shown as up.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";
const std::string kCause = "the quota is used up";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("while nothing can be stored, everyone who is signed in is told since when and why") {
  TestApp app;
  app.populate();
  REQUIRE(app.heartbeat(app.agent_token).status == 200);  // it is up again
  app.services->notify.stop();  // whatever it stored would end the outage
  TestStream member = app.open_stream(app.viewer);
  TestStream stranger = app.open_stream(app.stranger);
  member.read();
  stranger.read();
  CHECK(app.get("/api/v1/me", &app.viewer).json()["server"]["storage"].is_null());
  CHECK(app.get(kW + "/overview", &app.viewer).json()["storage"].is_null());

  const std::string since = to_iso8601(app.clock.now());
  app.storage->health().failed(kCause);
  for (TestStream* screen : {&member, &stranger}) {
    const std::string seen = screen->read();
    CHECK(contains(seen, "event: storage.changed\ndata: {\"since\":\"" + since + "\",\"cause\":\"" + kCause + "\"}"));
  }
  for (const Person* person : {&app.owner, &app.viewer, &app.stranger}) {
    const json me = app.get("/api/v1/me", person).json();
    CHECK(me["server"]["storage"]["since"] == since);
    CHECK(me["server"]["storage"]["cause"] == kCause);
  }
  const json overview = app.get(kW + "/overview", &app.viewer).json();
  CHECK(overview["storage"]["cause"] == kCause);
  CHECK(overview["counts"]["up"] == 0);
  CHECK(overview["counts"]["degraded"] == 0);
  CHECK(overview["counts"]["unknown"].get<int>() >= 1);
  const json agents = app.get(kW + "/agents?state=unknown", &app.viewer).json();
  CHECK(agents["items"].size() == overview["counts"]["unknown"].get<std::size_t>());
  CHECK(contains(app.get("/api/v1/appliance", &app.owner).json()["warnings"].dump(), kCause));

  app.storage->health().stored();
  CHECK(contains(member.read(), "event: storage.changed\ndata: {\"since\":null,\"cause\":null}"));
  CHECK(app.get("/api/v1/me", &app.viewer).json()["server"]["storage"].is_null());
  CHECK(app.get(kW + "/overview", &app.viewer).json()["counts"]["unknown"] == 0);
}
