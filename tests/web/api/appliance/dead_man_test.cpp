// The dead-man's switch as the administrator sets it: its address goes in and never comes out.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kPath = "/api/v1/appliance/dead-man";

ApiAnswer put(TestApp& app, const std::string& body) {
  return app.send(Ask{.method = "PUT", .path = kPath, .body = body}, &app.owner);
}

}  // namespace

TEST_CASE("an address is set, shown by its host alone, switched off and forgotten") {
  TestApp app;
  const json before = app.get(kPath, &app.owner).json();
  CHECK(before["configured"] == false);
  CHECK(before["enabled"] == false);
  CHECK(put(app, R"({"enabled":true})").json()["field"] == "url");
  CHECK(put(app, R"x({"url":"javascript:alert(1)"})x").status == 422);

  const ApiAnswer set = put(app, R"({"url":"https://watch.example.org/ping/swordfish","enabled":true})");
  REQUIRE_MESSAGE(set.status == 200, set.body);
  CHECK(set.json()["configured"] == true);
  CHECK(set.json()["enabled"] == true);
  CHECK(set.json()["shown"] == "https://watch.example.org/…");
  CHECK(set.json()["last_at"].is_null());
  for (const char* path : {"/api/v1/appliance/dead-man", "/api/v1/appliance/trail", "/api/v1/appliance"}) {
    CAPTURE(path);
    const ApiAnswer shown = app.get(path, &app.owner);
    CHECK(shown.status == 200);
    CHECK(shown.body.find("swordfish") == std::string::npos);
  }
  CHECK(put(app, R"({"enabled":false})").json()["configured"] == true);
  const json forgotten = put(app, R"({"url":null})").json();
  CHECK(forgotten["configured"] == false);
  CHECK(forgotten["enabled"] == false);
  const auto acts = app.audit_acts();
  CHECK(std::ranges::count(acts, "dead_man.changed") == 3);
}

TEST_CASE("a trial needs an address, and only the administrator may ask for anything of it") {
  TestApp app;
  CHECK(app.post(kPath + "/test", "", &app.owner).status == 409);
  for (const Person* person : {&app.operator_, &app.member, &app.viewer, &app.stranger}) {
    CHECK(app.get(kPath, person).status == 403);
    CHECK(app.post(kPath + "/test", "", person).status == 403);
  }
}
