// Set-up, login, sessions, logout, a new password: through the whole server.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

std::string claim(const std::string& token, const std::string& password = TestApp::kPassword) {
  return json{{"token", token},
              {"name", "Eve"},
              {"mail", "eve@example.org"},
              {"password", password},
              {"workspace_name", "Eve's"}}
      .dump();
}

}  // namespace

TEST_CASE("the set-up link works once, and afterwards nobody can claim the appliance") {
  TestApp app;
  run(app, {
               {.name = "the used link",
                .method = "POST",
                .path = "/api/v1/setup",
                .body = claim(app.setup_token),
                .status = 409,
                .expected = {"already set up"}},
               {.name = "a made-up link",
                .method = "POST",
                .path = "/api/v1/setup",
                .body = claim("setup_" + std::string(64, 'a')),
                .status = 409},
               {.name = "state", .path = "/api/v1/setup", .status = 200, .expected = {"{\"needs_setup\":false}"}},
           });
  CHECK_FALSE(app.storage.stores()
                  .write([&](Transaction& tx) -> Result<void> {
                    TRY(app.services->access.first_owner().open_link(tx));
                    return {};
                  })
                  .has_value());
}

TEST_CASE("the first owner finds a workspace with rules, a recipient, and a trail of how it came about") {
  TestApp app;
  const json me = app.get("/api/v1/me", &app.owner).json();
  CHECK(me["user"]["appliance_administrator"] == true);
  CHECK(me["workspaces"][0]["role"] == "owner");
  CHECK(me["workspaces"][0]["slug"] == "main");
  CHECK(app.get("/api/v1/workspaces/{w}/rules", &app.owner).json()["items"].size() >= 4);
  const json recipients = app.get("/api/v1/workspaces/{w}/recipients", &app.owner).json()["items"];
  REQUIRE(recipients.size() == 1);
  CHECK(recipients[0]["shown"] == "owner@example.org");
  const auto acts = app.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "appliance.claimed") == 1);
}

TEST_CASE("each start makes a new set-up link and ends the former") {
  TestApp app;
  // An appliance that nobody has claimed: its people are gone.
  TestStorage storage;
  EventBus bus;
  KeyRotation rotation(
      {storage.stores(), storage->trust().sealed_texts, storage->audit(), storage.keys, storage.random});
  ApplianceServices services({.store = *storage,
                              .keys = storage.keys,
                              .rotation = rotation,
                              .events = bus,
                              .clock = storage.clock,
                              .random = storage.random,
                              .public_url = "https://monitor.example.org",
                              .password_cost = {1, 8192, 2}});
  FirstOwner& first_owner = services.access.first_owner();
  const auto open = [&] {
    std::string token;
    storage.write([&](Transaction& tx) -> Result<void> {
      const Secret opened = TRY(first_owner.open_link(tx));
      token = std::string(opened.reveal());
      return {};
    });
    return token;
  };
  const NewOwner owner{"Ada", "ada@example.org", "Main"};
  const std::string first = open();
  const std::string second = open();
  CHECK(first != second);
  const Secret password(TestApp::kPassword);
  const auto refused = first_owner.prepare({"192.0.2.1", ""}, first, owner, password);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::forbidden);
  CHECK(first_owner.prepare({"192.0.2.1", ""}, second, owner, password).has_value());
}

TEST_CASE("login opens a session, logout ends it, and the cookie alone is worth nothing afterwards") {
  TestApp app;
  const ApiAnswer answer = app.log_in("OWNER@example.org", TestApp::kPassword);  // mail addresses have no case here
  REQUIRE(answer.status == 200);
  const std::string cookie = answer.header("Set-Cookie");
  CHECK(cookie.find("HttpOnly") != std::string::npos);
  CHECK(cookie.find("SameSite=Strict") != std::string::npos);
  CHECK(cookie.find("Path=/") != std::string::npos);
  CHECK(cookie.find("Secure") != std::string::npos);  // the public address is https, whatever this connection is
  Person person{
      .name = "", .mail = "", .cookie = cookie.substr(0, cookie.find(';')), .csrf = answer.json()["csrf_token"]};
  CHECK(app.get("/api/v1/me", &person).status == 200);
  const ApiAnswer out = app.post("/api/v1/logout", "", &person);
  CHECK(out.status == 204);
  CHECK(out.header("Set-Cookie").find("Max-Age=0") != std::string::npos);
  CHECK(app.get("/api/v1/me", &person).status == 401);
  CHECK(app.get("/api/v1/me", &app.owner).status == 200);  // the other browser stays
}

TEST_CASE("over TLS the cookie has the __Host- prefix and is Secure, and the loopback cookie is not taken there") {
  TestApp app;
  Ask ask{.method = "POST",
          .path = "/api/v1/login",
          .body = json{{"mail", "owner@example.org"}, {"password", TestApp::kPassword}}.dump()};
  ask.tls = true;
  const ApiAnswer answer = app.send(ask);
  REQUIRE(answer.status == 200);
  CHECK(answer.header("Set-Cookie").substr(0, 19) == "__Host-connlog=cls_");
  CHECK(answer.header("Set-Cookie").find("; Secure") != std::string::npos);
  Ask me{.path = "/api/v1/me"};
  me.tls = true;
  CHECK(app.send(me, &app.owner).status == 401);
}

TEST_CASE("a login rotates the session: the one that the browser came with ends") {
  TestApp app;
  const Person before = app.browser_of("member@example.org");
  Ask ask{.method = "POST",
          .path = "/api/v1/login",
          .body = json{{"mail", "member@example.org"}, {"password", TestApp::kPassword}}.dump()};
  const ApiAnswer answer = app.send(ask, &before);
  REQUIRE(answer.status == 200);
  CHECK(answer.header("Set-Cookie").find(before.cookie) == std::string::npos);
  CHECK(app.get("/api/v1/me", &before).status == 401);
}

TEST_CASE("a wrong password and an unknown person get the same answer, and both are in the audit log") {
  TestApp app;
  const ApiAnswer wrong = app.log_in("owner@example.org", "violet anchor never rises", "192.0.2.20");
  const ApiAnswer unknown = app.log_in("nobody@example.org", "violet anchor never rises", "192.0.2.21");
  CHECK(wrong.status == 401);
  CHECK(wrong.json()["code"] == "bad_credentials");
  CHECK(wrong.body == unknown.body);
  CHECK(wrong.header("Set-Cookie").empty());
  const auto acts = app.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "session.refused") == 2);
}

TEST_CASE("a session ends when it is idle for too long, and absolutely after thirty days") {
  TestApp app;
  app.clock.advance(std::chrono::hours(11));
  CHECK(app.get("/api/v1/me", &app.owner).status == 200);
  app.settle();
  app.clock.advance(std::chrono::hours(11));
  CHECK(app.get("/api/v1/me", &app.owner).status == 200);  // used in between
  app.settle();
  app.clock.advance(std::chrono::hours(13));
  CHECK(app.get("/api/v1/me", &app.owner).status == 401);

  const Person busy = app.browser_of("owner@example.org");
  for (int hour = 0; hour < 72; ++hour) {
    app.clock.advance(std::chrono::hours(10));
    const int expected = hour < 71 ? 200 : 401;  // 72 × 10 h = 30 days
    if (app.get("/api/v1/me", &busy).status != expected) FAIL("hour " << hour * 10);
    app.settle();
  }
}

TEST_CASE("sessions survive a restart") {
  TestApp app;
  app.restart(seconds(60));
  CHECK(app.get("/api/v1/me", &app.owner).status == 200);
}

TEST_CASE("a new password ends every session of that person and nobody else's") {
  TestApp app;
  Actor command_line;
  command_line.kind = Actor::Kind::command_line;
  command_line.name = "root";
  const Person second = app.browser_of("owner@example.org");
  CHECK_FALSE(
      app.services->accounts.set_password(command_line, "owner@example.org", Secret("password1234")).has_value());
  CHECK(app.get("/api/v1/me", &app.owner).status == 200);
  CHECK_FALSE(app.services->accounts.set_password(command_line, "nobody@example.org", Secret("grey lantern floats"))
                  .has_value());
  REQUIRE(app.services->accounts.set_password(command_line, "owner@example.org", Secret("grey lantern floats"))
              .has_value());
  CHECK(app.get("/api/v1/me", &app.owner).status == 401);
  CHECK(app.get("/api/v1/me", &second).status == 401);
  CHECK(app.get("/api/v1/me", &app.viewer).status == 200);
  CHECK(app.log_in("owner@example.org", TestApp::kPassword).status == 401);
  CHECK(app.log_in("owner@example.org", "grey lantern floats").status == 200);
  const auto acts = app.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "user.password_reset") == 1);
}

TEST_CASE("a disabled person is out at once") {
  TestApp app;
  app.storage.write([&](Transaction& tx) -> Result<void> {
    auto user = TRY(app.storage->users().find(tx, app.viewer.id));
    user->enabled = false;
    return app.storage->users().update(tx, *user);
  });
  CHECK(app.get("/api/v1/me", &app.viewer).status == 401);
  CHECK(app.log_in("viewer@example.org", TestApp::kPassword).status == 401);
}

TEST_CASE("guesses are slowed down, by account and by address, with a Retry-After") {
  TestApp app;
  int refused = 0;
  for (int i = 0; i < 8; ++i) {
    const ApiAnswer answer = app.log_in("owner@example.org", "wrong wrong wrong", "203.0.113." + std::to_string(i));
    if (answer.status == 429) {
      ++refused;
      CHECK(std::stoi(answer.header("Retry-After")) >= 1);
      CHECK(answer.json()["retry_after"] == std::stoi(answer.header("Retry-After")));
    }
  }
  CHECK(refused == 3);  // five attempts, whatever the address
  CHECK(app.log_in("owner@example.org", TestApp::kPassword, "198.51.100.1").status == 429);
  app.clock.advance(seconds(61));  // the owner is never locked out for longer than a minute
  CHECK(app.log_in("owner@example.org", TestApp::kPassword, "198.51.100.1").status == 200);

  refused = 0;
  for (int i = 0; i < 20; ++i) {
    if (app.log_in("person" + std::to_string(i) + "@example.org", "wrong wrong wrong",
                   "2001:db8:1:2::" + std::to_string(i))
            .status == 429)
      ++refused;
  }
  CHECK(refused == 10);  // a /64 is one address
}

TEST_CASE("fields are named when they are wrong") {
  TestApp app;
  for (const auto& [body, field] :
       std::initializer_list<std::pair<const char*, const char*>>{{R"({})", "mail"},
                                                                  {R"({"mail":"a@b.c"})", "password"},
                                                                  {R"({"mail":7,"password":"x"})", "mail"},
                                                                  {R"({"mail":"a@b.c","password":true})", "password"},
                                                                  {R"({"mail":"a@b.c\n","password":"x"})", "mail"}}) {
    CAPTURE(body);
    const ApiAnswer answer = app.post("/api/v1/login", body);
    CHECK(answer.status == 422);
    CHECK(answer.json()["code"] == "invalid_input");
    CHECK(answer.json()["field"] == field);
  }
}
