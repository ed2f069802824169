// Threat 11 (PocketBase CVE-2024-38351): an account that somebody prepares for another person's address, with a password
// of their own, to wait until that person comes. Nothing exists before the link that went to the address was followed, and
// the password is chosen behind it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("whoever registers somebody else's address gets nothing of the account that its owner makes later") {
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
  CHECK(known->place.empty());

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
