// Threat 11 (PocketBase CVE-2024-38351): an account that somebody prepares for another person's address, with a
// password of their own, to wait until that person comes. Nothing exists before the link that went to the address was
// followed, and the password is chosen behind it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/hostile_provider.h"
#include "tests/support/key_ask.h"
#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("a person who registers somebody else's address gets nothing of the account that its owner makes later") {
  TestApp app;
  test::set_up_mail(app);
  test::set_limit(app, "open_registration", 1);
  const std::string attackers = "the attacker chose this one";
  REQUIRE(
      app.post("/api/v1/register", json{{"name", "Vera"}, {"mail", "vera@example.net"}, {"password", attackers}}.dump())
          .status == 202);
  const auto mail = test::letter(app, "registration", "vera@example.net");
  REQUIRE(mail);
  CHECK(app.log_in("vera@example.net", attackers).status == 401);
  REQUIRE(app.post("/api/v1/register/complete",
                   json{{"token", mail->token}, {"password", "grey lantern floats away"}}.dump())
              .status == 201);
  CHECK(app.log_in("vera@example.net", attackers).status == 401);
  CHECK(app.log_in("vera@example.net", "grey lantern floats away").status == 200);
}

TEST_CASE("a registration never takes over an account that exists, nor one that came about in the meantime") {
  TestApp app;
  test::set_up_mail(app);
  test::set_limit(app, "open_registration", 1);
  REQUIRE(app.post("/api/v1/register", R"({"name":"X","mail":"MEMBER@example.org"})").status == 202);
  const auto known = test::letter(app, "registration_known", "MEMBER@example.org");
  REQUIRE(known);
  CHECK(known->path.empty());

  for (const char* name : {"First", "Second"})
    REQUIRE(app.post("/api/v1/register", json{{"name", name}, {"mail", "vera@example.net"}}.dump()).status == 202);
  std::vector<std::string> tokens;
  for (const auto& letter : test::letters(app)) {
    if (letter.row.kind == "registration") tokens.push_back(letter.token);
  }
  REQUIRE(tokens.size() == 2);
  const auto complete = [&](const std::string& token, const char* password) {
    return app.post("/api/v1/register/complete", json{{"token", token}, {"password", password}}.dump()).status;
  };
  CHECK(complete(tokens[0], "grey lantern floats away") == 201);
  CHECK(complete(tokens[1], "another password entirely") == 409);
  CHECK(app.log_in("vera@example.net", "another password entirely").status == 401);
}

// An invitation's link that was handed over proves no address, so a person who has it can make the account of somebody
// else. Its owner comes by "Forgot the password?", which is the first proof of the address.
TEST_CASE("a person who made an account with somebody else's address keeps no way into it once its owner has come") {
  FakeClock clock_of_the_provider;
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};
  test::set_up_mail(app);
  const std::string id = add_provider(app, provider);
  const ApiAnswer invited =
      app.post("/api/v1/workspaces/{w}/invitations", R"({"mail":"vera@example.net","role":"viewer"})", &app.owner);
  REQUIRE(invited.status == 201);
  const std::string link = invited.json()["link"];
  const std::string password = "the attacker chose this one";
  const ApiAnswer made =
      app.post("/api/v1/invitation/register",
               json{{"token", link.substr(link.find('=') + 1)}, {"name", "Vera"}, {"password", password}}.dump());
  REQUIRE(made.status == 201);
  Person attacker;
  attacker.csrf = made.json()["csrf_token"];
  const std::string cookie = made.header("Set-Cookie");
  attacker.cookie = cookie.substr(0, cookie.find(';'));

  provider.claims = [](json& claims) { claims["sub"] = "mallory"; };
  const ApiAnswer away = app.post("/api/v1/account/logins", json{{"provider_id", id}}.dump(), &attacker);
  REQUIRE(away.status == 200);
  Ask back{.path = provider.visit(away.json()["url"])};
  const std::string ticket = away.header("Set-Cookie");
  back.headers = {{"Cookie", ticket.substr(0, ticket.find(';'))}};
  REQUIRE(app.send(back).header("Location") == "/account/logins#linked");
  const ApiAnswer key = app.post("/api/v1/account/api-keys", R"({"name":"mine","scopes":["view"]})", &attacker);
  REQUIRE(key.status == 201);
  const std::string token = key.json()["token"];
  REQUIRE(ask_with_key(app, token, "GET", "/api/v1/me").status == 200);

  const auto forget_and_choose = [&](const char* chosen) {
    app.clock.advance(seconds(1));  // letters are told apart by their time
    REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"vera@example.net"})").status == 202);
    const auto letter = test::letter(app, "password_reset", "vera@example.net");
    REQUIRE(letter);
    REQUIRE(app.post("/api/v1/password-reset/complete", json{{"token", letter->token}, {"password", chosen}}.dump())
                .status == 204);
  };
  forget_and_choose("grey lantern floats away");
  CHECK(app.get("/api/v1/me", &attacker).status == 401);
  CHECK(app.log_in("vera@example.net", password).status == 401);
  CHECK(ask_with_key(app, token, "GET", "/api/v1/me").status == 401);
  CHECK(log_in_by(app, provider, id).location != "/provider#entered");

  // What she makes herself is hers, also when she forgets once more.
  const ApiAnswer entered = app.log_in("vera@example.net", "grey lantern floats away");
  REQUIRE(entered.status == 200);
  Person vera;
  vera.csrf = entered.json()["csrf_token"];
  const std::string hers = entered.header("Set-Cookie");
  vera.cookie = hers.substr(0, hers.find(';'));
  const ApiAnswer own = app.post("/api/v1/account/api-keys", R"({"name":"hers","scopes":["view"]})", &vera);
  REQUIRE(own.status == 201);
  forget_and_choose("another lantern comes back");
  CHECK(ask_with_key(app, own.json()["token"], "GET", "/api/v1/me").status == 200);
}
