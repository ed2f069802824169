// Healthchecks' management API as its clients see it, versions 1 to 3.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/push_monitor.h"
#include "web/api/monitors/healthchecks.h"

using namespace connlog;
using nlohmann::json;

namespace {

struct Client {
  TestApp& app;
  std::string key;
  ApiAnswer operator()(const std::string& method, const std::string& path, const json& body = nullptr) const {
    // As curl sends --data: with the type of a form.
    return from_program(app, "/api" + path, method, body.is_null() ? "" : body.dump(),
                        {{"X-Api-Key", key}, {"Content-Type", "application/x-www-form-urlencoded"}});
  }
};

std::string code_of(const json& check) {
  return check["uuid"];
}

}  // namespace

TEST_CASE("a check is created, read, updated, paused, resumed and deleted") {
  TestApp app;
  const Client call{app, make_key(app, "checks")};
  const ApiAnswer made = call("POST", "/v3/checks/",
                              {{"name", "Backup"},
                               {"slug", "backup"},
                               {"tags", "prod db"},
                               {"timeout", 3600},
                               {"grace", 120},
                               {"channels", "*"}});
  REQUIRE_MESSAGE(made.status == 201, made.body);
  CHECK(made.header("Access-Control-Allow-Origin") == "*");
  const json check = made.json();
  CHECK(check["name"] == "Backup");
  CHECK(check["slug"] == "backup");
  CHECK(check["timeout"] == 3600);
  CHECK(check["grace"] == 120);
  CHECK(check["status"] == "new");
  CHECK(check["started"] == false);
  CHECK(check["n_pings"] == 0);
  CHECK(check["last_ping"].is_null());
  CHECK(check["next_ping"].is_null());
  CHECK_FALSE(check.contains("unique_key"));
  CHECK_FALSE(check.contains("last_duration"));
  const std::string code = code_of(check);
  CHECK(check["ping_url"].get<std::string>().ends_with("/ping/" + code));
  CHECK(check["update_url"].get<std::string>().ends_with("/api/v3/checks/" + code));

  CHECK(from_program(app, "/ping/" + code).status == 200);
  const json up = call("GET", "/v3/checks/" + code).json();
  CHECK(up["status"] == "up");
  CHECK(up["n_pings"] == 1);
  CHECK(up["last_ping"].get<std::string>().ends_with("+00:00"));
  CHECK_FALSE(up["next_ping"].is_null());

  const json scheduled =
      call("POST", "/v3/checks/" + code, {{"schedule", "30 2 * * *"}, {"tz", "Europe/Berlin"}}).json();
  CHECK(scheduled["schedule"] == "30 2 * * *");
  CHECK(scheduled["tz"] == "Europe/Berlin");
  CHECK(call("POST", "/v3/checks/" + code, {{"tz", "US/Eastern"}}).json()["tz"] == "America/New_York");
  CHECK(call("POST", "/v3/checks/" + code, {{"tz", "Europe/Berlin"}}).json()["tz"] == "Europe/Berlin");
  CHECK_FALSE(scheduled.contains("timeout"));
  CHECK(scheduled["name"] == "Backup");

  CHECK(call("POST", "/v3/checks/" + code + "/resume").status == 409);
  CHECK(call("POST", "/v3/checks/" + code + "/pause").json()["status"] == "paused");
  const json resumed = call("POST", "/v3/checks/" + code + "/resume").json();
  CHECK(resumed["status"] == "new");
  CHECK(resumed["last_ping"].is_null());

  const ApiAnswer gone = call("DELETE", "/v3/checks/" + code);
  CHECK(gone.status == 200);
  CHECK(gone.json()["uuid"] == code);
  CHECK(call("GET", "/v3/checks/" + code).status == 404);
}

TEST_CASE("lists are narrowed by slug and by all tags, and a unique member finds what is there") {
  TestApp app;
  const Client call{app, make_key(app, "checks")};
  CHECK(call("POST", "/v3/checks/", {{"name", "a"}, {"slug", "a"}, {"tags", "x y"}}).status == 201);
  CHECK(call("POST", "/v3/checks/", {{"name", "b"}, {"slug", "b"}, {"tags", "x"}}).status == 201);
  CHECK(call("GET", "/v3/checks/").json()["checks"].size() == 2);
  CHECK(call("GET", "/v3/checks/?tag=x&tag=y").json()["checks"].size() == 1);
  CHECK(call("GET", "/v3/checks/?slug=b").json()["checks"][0]["name"] == "b");
  const ApiAnswer same = call("POST", "/v3/checks/", {{"name", "a"}, {"unique", {"name"}}, {"grace", 600}});
  CHECK(same.status == 200);
  CHECK(same.json()["grace"] == 600);
  CHECK(call("GET", "/v3/checks/").json()["checks"].size() == 2);
}

TEST_CASE("versions 1 and 2 derive the slug from the name, and version 1 says started") {
  TestApp app;
  const Client call{app, make_key(app, "checks")};
  const json check = call("POST", "/v1/checks/", {{"name", "Nightly Job"}}).json();
  CHECK(check["slug"] == "nightly-job");
  CHECK(call("POST", "/v3/checks/", {{"name", "Another"}}).json()["slug"] == "");
  const std::string code = code_of(check);
  CHECK(from_program(app, "/ping/" + code + "/start").status == 200);
  CHECK(call("GET", "/v1/checks/" + code).json()["status"] == "started");
  CHECK(call("GET", "/v3/checks/" + code).json()["status"] == "new");
  CHECK(call("GET", "/v3/checks/" + code).json()["started"] == true);
}

TEST_CASE("a read-only key reads checks and flips, never sees a ping address, and changes nothing") {
  TestApp app;
  const Client write{app, make_key(app, "checks")};
  const Client read{app, make_key(app, "checks", true)};
  const json check = write("POST", "/v3/checks/", {{"name", "a"}}).json();
  const std::string code = code_of(check);
  CHECK(from_program(app, "/ping/" + code).status == 200);
  const ApiAnswer list = read("GET", "/v3/checks/");
  REQUIRE(list.status == 200);
  CHECK(list.body.find(code) == std::string::npos);
  CHECK(list.body.find("ping_url") == std::string::npos);
  const std::string unique = list.json()["checks"][0]["unique_key"];
  CHECK(unique == web::monitors::hc::unique_key(code));
  CHECK(read("GET", "/v3/checks/" + unique).json()["name"] == "a");
  CHECK(read("GET", "/v3/checks/" + unique + "/flips/").status == 200);
  CHECK(read("GET", "/v3/checks/" + code).status == 404);
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"POST", "/v3/checks/"},
                                                        {"POST", "/v3/checks/" + unique},
                                                        {"DELETE", "/v3/checks/" + unique},
                                                        {"POST", "/v3/checks/" + unique + "/pause"},
                                                        {"GET", "/v3/checks/" + unique + "/pings/"},
                                                        {"GET", "/v3/channels/"}}) {
    CAPTURE(path);
    const ApiAnswer refused = read(method, path, method == "POST" ? json::object() : json());
    CHECK(refused.status == 401);
    CHECK(refused.json()["error"] == "wrong api key");
  }
}

TEST_CASE("keys that are missing, wrong, of another form or revoked are 401") {
  TestApp app;
  const auto error = [&](const std::string& key) { return Client{app, key}("GET", "/v3/checks/").json()["error"]; };
  CHECK(error("") == "missing api key");
  CHECK(error("short") == "missing api key");
  CHECK(error(std::string(32, 'a')) == "wrong api key");
  CHECK(Client{app, std::string(32, 'a')}("GET", "/v3/checks/").status == 401);
  const std::string key = make_key(app, "checks");
  CHECK(key.size() == 32);
  const ApiAnswer in_body =
      from_program(app, "/api/v3/checks/", "POST", json({{"api_key", key}, {"name", "x"}}).dump());
  CHECK(in_body.status == 201);
  // It opens nothing of connlog's own API.
  CHECK(
      from_program(app, app.resolve("/api/v1/workspaces/{w}/monitors"), "GET", {}, {{"Authorization", "Bearer " + key}})
          .status != 200);
}

TEST_CASE("what is wrong in a body is named, and nothing is written") {
  TestApp app;
  const Client call{app, make_key(app, "checks")};
  for (const auto& [body, field] :
       std::vector<std::pair<json, std::string>>{{{{"name", 1}}, "name is not a string"},
                                                 {{{"name", std::string(101, 'a')}}, "name is too long"},
                                                 {{{"slug", "A"}}, "slug does not match pattern"},
                                                 {{{"timeout", 59}}, "timeout is too small"},
                                                 {{{"timeout", 31'536'001}}, "timeout is too large"},
                                                 {{{"timeout", "1"}}, "timeout is not a number"},
                                                 {{{"schedule", "bad"}}, "schedule is not a valid"},
                                                 {{{"tz", "Mars/Base"}}, "tz is not a valid timezone"},
                                                 {{{"tz", "../../etc/passwd"}}, "tz is not a valid timezone"},
                                                 {{{"methods", "GET"}}, "methods has unexpected value"},
                                                 {{{"manual_resume", "yes"}}, "manual_resume is not a boolean"},
                                                 {{{"unique", {"color"}}}, "unique has unexpected value"},
                                                 {{{"channels", "nobody"}}, "channels invalid channel identifier"},
                                                 {{{"filter_subject", true}}, "filter_subject is not supported"},
                                                 {{{"grace", nullptr}}, "grace is null"}}) {
    CAPTURE(field);
    const ApiAnswer refused = call("POST", "/v3/checks/", body);
    CHECK(refused.status == 400);
    const std::string error = refused.json()["error"];
    CHECK(error.starts_with("json validation error: "));
    CHECK(error.find(field) != std::string::npos);
  }
  CHECK(from_program(app, "/api/v3/checks/", "POST", "{", {{"X-Api-Key", call.key}}).json()["error"] ==
        "could not parse request body");
  CHECK(call("PUT", "/v3/checks/", json::object()).status == 405);
  CHECK(call("GET", "/v3/nothing/").status == 404);
  CHECK(call("GET", "/v3/checks/").json()["checks"].empty());
}

TEST_CASE("pings are listed with durations and bodies, and flips newest first") {
  TestApp app;
  const Client call{app, make_key(app, "checks")};
  const std::string code = code_of(call("POST", "/v3/checks/", {{"name", "a"}}).json());
  CHECK(from_program(app, "/ping/" + code + "/start").status == 200);
  app.clock.advance(milliseconds(1'500));
  CHECK(from_program(app, "/ping/" + code, "POST", "fine").status == 200);
  app.clock.advance(seconds(60));
  CHECK(from_program(app, "/ping/" + code + "/fail").status == 200);
  const json pings = call("GET", "/v3/checks/" + code + "/pings/").json()["pings"];
  REQUIRE(pings.size() == 3);
  CHECK(pings[0]["type"] == "fail");
  CHECK(pings[1]["type"] == "success");
  CHECK(pings[1]["duration"] == 1.5);
  CHECK(pings[2]["type"] == "start");
  CHECK(pings[2]["body_url"].is_null());
  CHECK(pings[1]["body_url"].get<std::string>().ends_with("/api/v3/checks/" + code + "/pings/2/body"));
  CHECK(call("GET", "/v3/checks/" + code + "/pings/2/body").body == "fine");
  CHECK(call("GET", "/v3/checks/" + code + "/pings/1/body").status == 404);
  const json flips = call("GET", "/v3/checks/" + code + "/flips/").json()["flips"];
  REQUIRE(flips.size() == 2);
  CHECK(flips[0]["up"] == 0);
  CHECK(flips[1]["up"] == 1);
  CHECK(call("GET", "/v3/checks/" + code + "/flips/?seconds=10").json()["flips"].size() == 1);
  CHECK(call("GET", "/v3/checks/" + code + "/flips/?seconds=ten").status == 400);
}

TEST_CASE("status needs no key, and a browser's question is answered") {
  TestApp app;
  CHECK(from_program(app, "/api/v3/status/").body == "OK");
  const ApiAnswer asked = from_program(app, "/api/v3/checks/", "OPTIONS");
  CHECK(asked.status == 204);
  CHECK(asked.header("Access-Control-Allow-Headers").find("X-Api-Key") != std::string::npos);
}
