// `connlog agent maintenance`: how long, what is sent, and what is said of each answer.
#include "host/maintenance.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

using namespace connlog;
using nlohmann::json;

namespace {

struct Asking {
  AgentIdentity identity{.token = Secret("agent_" + std::string(64, 'a')),
                         .version = "1.0.0",
                         .arch = "x86_64",
                         .machine_id = std::string(64, 'b'),
                         .hostname = {}};
  HttpOutcome outcome;
  std::optional<HttpRequest> sent;

  Result<std::string> run(const MaintenanceAsk& ask) {
    return ask_for_maintenance("https://monitor.example.org", identity, ask, [this](const HttpRequest& request) {
      sent = request;
      return outcome;
    });
  }
  std::string refused(int status, const std::string& body) {
    outcome.answer.status = status;
    outcome.answer.body = body;
    const auto said = run({.duration = "30m", .reason = {}});
    REQUIRE_FALSE(said);
    return said.error().message;
  }
};

std::string header(const HttpRequest& request, const std::string& name) {
  for (const auto& each : request.headers) {
    if (each.name == name) return each.value;
  }
  return {};
}

}  // namespace

TEST_CASE("a duration is minutes, hours or both, and at most four hours") {
  CHECK(maintenance_minutes("30m").value() == 30);
  CHECK(maintenance_minutes("2h").value() == 120);
  CHECK(maintenance_minutes("1h30m").value() == 90);
  CHECK(maintenance_minutes("45").value() == 45);
  CHECK(maintenance_minutes("4h").value() == 240);
  for (const char* wrong : {"", "0", "0m", "4h1m", "241", "5h", "1h30", "30m1h", "1d", "-5m", "1.5h", "m", "h",
                            "99999999999999999999m", "30 m"}) {
    CAPTURE(wrong);
    const auto minutes = maintenance_minutes(wrong);
    REQUIRE_FALSE(minutes);
    CHECK(minutes.error().code == ErrorCode::invalid_input);
  }
}

TEST_CASE("the host's token and machine go with the request, and the server's sentence is said") {
  Asking asking;
  asking.outcome.answer.status = 200;
  asking.outcome.answer.body =
      R"({"ok":true,"until":"2026-11-18T11:36:40Z","left_minutes":210,"message":"Quiet until then."})";
  const auto said = asking.run({.duration = "30m", .reason = "kernel update"});
  REQUIRE(said);
  CHECK(*said == "Quiet until then.");
  CHECK(asking.sent->url == "https://monitor.example.org/api/agents/maintenance");
  CHECK(asking.sent->method == "POST");
  CHECK(json::parse(asking.sent->body) == json{{"minutes", 30}, {"reason", "kernel update"}});
  CHECK(header(*asking.sent, "Authorization") == "Bearer agent_" + std::string(64, 'a'));
  CHECK(header(*asking.sent, "X-Machine-Id") == std::string(64, 'b'));
  REQUIRE(asking.run({.duration = {}, .reason = {}, .end = true}));
  CHECK(json::parse(asking.sent->body) == json{{"end", true}});
}

TEST_CASE("nothing is sent for a duration that is none, and a refusal is said in the server's words alone") {
  Asking asking;
  CHECK_FALSE(asking.run({.duration = "5h", .reason = {}}));
  CHECK_FALSE(asking.sent);
  CHECK(asking.refused(403, R"({"ok":false,"error":"MAINTENANCE_USED_UP","message":"20 of them are left."})") ==
        "20 of them are left.");
  CHECK(asking.refused(401, R"({"ok":false,"error":"UNAUTHORIZED"})").find("token") != std::string::npos);
  // Of a proxy: its words are not repeated.
  const std::string foreign = asking.refused(403, R"({"message":"Buy our products"})");
  CHECK(foreign.find("Buy") == std::string::npos);
  CHECK(foreign.find("not in connlog's words") != std::string::npos);
  CHECK(asking.refused(200, "<html>log in</html>").find("Nothing is quiet") != std::string::npos);
}
