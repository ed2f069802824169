// Threat 6 (Uptime Kuma CVE-2023-44400, -49804): sessions that survive a logout or a new password. Whatever ends a
// session ends it everywhere at once: for requests, and for the event streams that it holds open.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kNew = "grey lantern floats away";

}  // namespace

TEST_CASE(
    "a change of password ends every session and its streams; only the browser that did it goes on, under a new token") {
  TestApp app;
  const Person elsewhere = app.browser_of("member@example.org");
  TestStream here = app.open_stream(app.member);
  TestStream there = app.open_stream(elsewhere);
  TestStream others = app.open_stream(app.viewer);
  const ApiAnswer changed = app.post("/api/v1/account/password",
                                     json{{"current", TestApp::kPassword}, {"password", kNew}}.dump(), &app.member);
  REQUIRE(changed.status == 200);
  CHECK(app.get("/api/v1/me", &elsewhere).status == 401);
  CHECK(app.get("/api/v1/me", &app.member).status == 401);  // the token of before is worth nothing here either
  CHECK_FALSE(here.is_open());
  CHECK_FALSE(there.is_open());
  CHECK(others.is_open());
  const std::string cookie = changed.header("Set-Cookie");
  CHECK(cookie.find(app.member.cookie) == std::string::npos);
  const Person now{
      .name = "", .mail = "", .cookie = cookie.substr(0, cookie.find(';')), .csrf = changed.json()["csrf_token"]};
  CHECK(app.get("/api/v1/me", &now).status == 200);
  CHECK(app.log_in("member@example.org", TestApp::kPassword).status == 401);
  CHECK(app.log_in("member@example.org", kNew).status == 200);
}

TEST_CASE("a password chosen by a reset link ends every session and its streams, and no other link works any more") {
  TestApp app;
  test::set_up_mail(app);
  TestStream stream = app.open_stream(app.member);
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  const auto first = test::letter(app, "password_reset", "member@example.org");
  app.clock.advance(seconds(1));  // letters are told apart by their time
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  const auto second = test::letter(app, "password_reset", "member@example.org");
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(first->token != second->token);
  const auto complete = [&](const std::string& token) {
    return app.post("/api/v1/password-reset/complete", json{{"token", token}, {"password", kNew}}.dump()).status;
  };
  CHECK(complete(second->token) == 204);
  CHECK(app.get("/api/v1/me", &app.member).status == 401);
  CHECK_FALSE(stream.is_open());
  CHECK(complete(first->token) == 403);
}

TEST_CASE("ending one session, all others, or the account closes their streams at once") {
  TestApp app;
  const Person second = app.browser_of("member@example.org");
  TestStream stream = app.open_stream(second);
  const json sessions = app.get("/api/v1/account/sessions", &app.member).json()["items"];
  std::string id;
  for (const json& session : sessions) {
    if (session["current"] == false) id = session["id"];
  }
  REQUIRE(app.send(Ask{.method = "DELETE", .path = "/api/v1/account/sessions/" + id}, &app.member).status == 204);
  CHECK_FALSE(stream.is_open());

  const Person third = app.browser_of("member@example.org");
  TestStream other = app.open_stream(third);
  TestStream own = app.open_stream(app.member);
  REQUIRE(app.send(Ask{.method = "DELETE", .path = "/api/v1/account/sessions"}, &app.member).status == 204);
  CHECK_FALSE(other.is_open());
  CHECK(own.is_open());

  REQUIRE(app.send(Ask{.method = "DELETE", .path = "/api/v1/account"}, &app.member).status == 204);
  CHECK_FALSE(own.is_open());
}

TEST_CASE("what a person had before they were disabled does not come back when they are enabled again") {
  TestApp app;
  test::set_up_mail(app);
  TestStream stream = app.open_stream(app.member);
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  const auto link = test::letter(app, "password_reset", "member@example.org");
  REQUIRE(link);
  const auto set_enabled = [&](bool enabled) {
    return app.patch("/api/v1/appliance/users/" + app.member.id.text(), json{{"enabled", enabled}}.dump(), &app.owner)
        .status;
  };
  REQUIRE(set_enabled(false) == 200);
  CHECK(app.get("/api/v1/me", &app.member).status == 401);
  CHECK_FALSE(stream.is_open());
  REQUIRE(set_enabled(true) == 200);
  CHECK(app.get("/api/v1/me", &app.member).status == 401);
  CHECK(app.post("/api/v1/password-reset/complete", json{{"token", link->token}, {"password", kNew}}.dump()).status ==
        403);
  CHECK(app.log_in("member@example.org", TestApp::kPassword).status == 200);
}

TEST_CASE(
    "a password that was right before it was changed, or before its person was disabled, opens nothing afterwards") {
  TestApp app;
  const Origin origin{.address = "192.0.2.10", .user_agent = "test"};
  const auto log_in = [&](const IdentityService::Checked& checked) {
    return app.storage.stores().write([&](Transaction& tx) -> Result<void> {
      TRY(app.services->identity.log_in(tx, origin, checked, ""));
      return {};
    });
  };
  const auto checked =
      app.services->identity.check_password_of(origin, "member@example.org", Secret(TestApp::kPassword));
  REQUIRE(checked);
  const auto changed = app.services->identity.prepare_password("member@example.org", Secret(kNew));
  REQUIRE(changed);
  app.storage.write([&](Transaction& tx) { return app.services->identity.set_password(tx, Actor{}, *changed); });
  CHECK_FALSE(log_in(*checked));

  const auto again = app.services->identity.check_password_of(origin, "member@example.org", Secret(kNew));
  REQUIRE(again);
  REQUIRE(app.patch("/api/v1/appliance/users/" + app.member.id.text(), R"({"enabled":false})", &app.owner).status ==
          200);
  CHECK_FALSE(log_in(*again));
}
