// What a person takes away: everything that is kept about them, and nothing that opens a door.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/mailbox.h"
#include "tests/support/well_known_person.h"

using namespace connlog;
using nlohmann::json;

namespace {

bool holds(const json& events, const std::string& act) {
  for (const json& event : events) {
    if (event["act"] == act) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the export holds one of each kind of what is kept about a person") {
  TestApp app;
  test::set_up_mail(app);
  const test::WellKnownPerson known = test::make_well_known(app);
  const json data = app.get("/api/v1/account/export", &known.person).json();

  CHECK(data["account"]["mail"] == "member@example.org");
  CHECK(data["account"]["has_password"] == true);
  CHECK(data["account"]["mail_change"]["mail"] == "mia@example.net");

  REQUIRE(data["workspaces"].size() == 1);
  CHECK(data["workspaces"][0]["role"] == "admin");
  CHECK_FALSE(data["workspaces"][0]["member_since"].is_null());
  REQUIRE(data["workspaces"][0]["teams"].size() == 1);
  CHECK(data["workspaces"][0]["teams"][0]["name"] == "Network");
  CHECK(data["workspaces"][0]["teams"][0]["may_edit"] == true);
  REQUIRE(data["invitations_made"].size() == 1);
  CHECK(data["invitations_made"][0]["mail"] == "ivy@example.net");
  CHECK(data["invitations_made"][0]["role"] == "viewer");

  const json& factors = data["second_factors"];
  CHECK_FALSE(factors["authenticator_application"]["set_up_at"].is_null());
  REQUIRE(factors["passkeys"].size() == 1);
  CHECK(factors["passkeys"][0]["name"] == "Blue key");
  CHECK_FALSE(factors["passkeys"][0]["added_at"].is_null());
  CHECK(factors["recovery_codes"]["left"] == 10);

  REQUIRE(data["logins"].size() == 1);
  CHECK(data["logins"][0]["provider"] == "Staff login");
  CHECK(data["logins"][0]["subject"] == "mia-1");
  CHECK(data["logins"][0]["mail"] == "mia@staff.example.org");

  REQUIRE(data["api_keys"].size() == 1);
  CHECK(data["api_keys"][0]["name"] == "backup script");
  CHECK(data["api_keys"][0]["hint"].get<std::string>().starts_with("cl_"));
  CHECK(data["api_keys"][0]["scopes"] == json::array({"view"}));
  CHECK_FALSE(data["api_keys"][0]["created_at"].is_null());
  CHECK_FALSE(data["api_keys"][0]["expires_at"].is_null());

  REQUIRE(data["sessions"].size() == 1);
  CHECK(data["sessions"][0]["address"] == "192.0.2.10");
  CHECK(data["sessions"][0]["opened_by"] == "password");

  for (const char* act : {"session.opened", "second_factor.totp_added", "second_factor.passkey_added"})
    CHECK_MESSAGE(holds(data["security_events"], act), act, data["security_events"].dump(1));
  REQUIRE(data["accepted_texts"].size() == 1);
  CHECK(data["accepted_texts"][0]["title"] == "Terms of use");
  CHECK_FALSE(data["accepted_texts"][0]["accepted_at"].is_null());
  CHECK_FALSE(data["letters"].empty());
}

TEST_CASE("no secret, no digest and nobody else's data is in the export") {
  TestApp app;
  test::set_up_mail(app);
  const test::WellKnownPerson known = test::make_well_known(app);
  const ApiAnswer answer = app.get("/api/v1/account/export", &known.person);
  REQUIRE(answer.status == 200);
  REQUIRE(known.secrets.size() > 20);
  for (const std::string& secret : known.secrets) CHECK_MESSAGE(answer.body.find(secret) == std::string::npos, secret);
  for (const char* word : {"argon2id", "link_", "cls_", "digest", "sealed", "chain", "credential"})
    CHECK_MESSAGE(answer.body.find(word) == std::string::npos, word);
  for (const char* mail : {"viewer@example.org", "operator@example.org", "stranger@example.org"})
    CHECK_MESSAGE(answer.body.find(mail) == std::string::npos, mail);
  // Another person's export has nothing of theirs.
  const ApiAnswer other = app.get("/api/v1/account/export", &app.viewer);
  for (const char* text : {"mia", "Blue key", "backup script", "ivy@example.net"})
    CHECK_MESSAGE(other.body.find(text) == std::string::npos, text);
}

TEST_CASE("a revoked API key stays in the export as long as it is kept") {
  TestApp app;
  const ApiAnswer made = app.post("/api/v1/account/api-keys", R"({"name":"old","scopes":["view"]})", &app.member);
  REQUIRE(made.status == 201);
  const std::string path = "/api/v1/account/api-keys/" + made.json()["key"]["id"].get<std::string>();
  REQUIRE(app.send(Ask{.method = "DELETE", .path = path}, &app.member).status == 204);
  const json keys = app.get("/api/v1/account/export", &app.member).json()["api_keys"];
  REQUIRE(keys.size() == 1);
  CHECK_FALSE(keys[0]["revoked_at"].is_null());
}
