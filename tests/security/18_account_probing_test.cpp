// Threats 18 and 23: finding out who has an account. What a stranger may ask about an address gets one answer, and that
// answer has left before anybody looks whether there is an account, so that its time says nothing either.
#include <doctest/doctest.h>

#include <future>
#include <nlohmann/json.hpp>

#include <sodium.h>
#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

std::string without_request_id(ApiAnswer answer) {
  std::string text = std::to_string(answer.status) + answer.body;
  for (const auto& [name, value] : answer.headers) {
    if (name != "X-Request-Id" && name != "Date") text += name + "=" + value + ";";
  }
  return text;
}

}  // namespace

TEST_CASE(
    "asking for a reset or an account answers alike for known and unknown addresses, while the database is not even asked") {
  TestApp app;
  test::set_up_mail(app);
  test::set_limit(app, "open_registration", 1);
  // The writer is held: whatever waited for it would not answer.
  std::promise<void> begun, release;
  std::shared_future<void> go = release.get_future().share();
  app.storage.stores().submit(
      Urgency::at_once,
      [&begun, go](Transaction&) -> Result<void> {
        begun.set_value();
        go.wait();
        return {};
      },
      [](const Result<void>&) {});
  begun.get_future().wait();
  const auto ask = [&](const std::string& path, const std::string& mail, const std::string& address) {
    Ask request{.method = "POST", .path = path, .body = json{{"name", "N"}, {"mail", mail}}.dump()};
    request.address = address;
    return without_request_id(app.send(request));
  };
  for (const std::string path : {"/api/v1/password-reset", "/api/v1/register"}) {
    CAPTURE(path);
    const std::string known = ask(path, "member@example.org", "198.51.100.1");
    const std::string unknown = ask(path, "nobody@example.org", "198.51.100.2");
    CHECK(known.starts_with("202"));
    CHECK(known == unknown);
  }
  release.set_value();
  app.settle();
  CHECK(test::letter(app, "password_reset", "member@example.org").has_value());
  CHECK_FALSE(test::letter(app, "password_reset", "nobody@example.org").has_value());
}

TEST_CASE("nobody's mailbox is filled by strangers who ask again and again") {
  TestApp app;
  test::set_up_mail(app);
  test::set_limit(app, "open_registration", 1);
  for (int i = 0; i < 12; ++i) {
    Ask reset{.method = "POST", .path = "/api/v1/password-reset", .body = R"({"mail":"member@example.org"})"};
    Ask wanted{.method = "POST",
               .path = "/api/v1/register",
               .body = json{{"name", "N" + std::to_string(i)}, {"mail", "vera@example.net"}}.dump()};
    reset.address = wanted.address = "198.51.100." + std::to_string(i + 1);  // a new address each time
    app.send(reset);
    app.send(wanted);
  }
  int resets = 0, registrations = 0;
  for (const auto& letter : test::letters(app)) {
    if (letter.row.kind == "password_reset") ++resets;
    if (letter.row.kind == "registration") ++registrations;
  }
  CHECK(resets <= 3);
  CHECK(registrations <= 2);
}

TEST_CASE("a link that was refused says nothing about why: made up, used, over, and of another purpose read alike") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.post("/api/v1/account/mail/verification", "{}", &app.member).status == 202);
  const auto other = test::letter(app, "mail_verification", "member@example.org");
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  const auto reset = test::letter(app, "password_reset", "member@example.org");
  REQUIRE(other);
  REQUIRE(reset);
  const auto complete = [&](const std::string& token) {
    return app.post("/api/v1/password-reset/complete",
                    json{{"token", token}, {"password", "grey lantern floats away"}}.dump());
  };
  const ApiAnswer made_up = complete("link_" + std::string(64, 'a'));
  CHECK(made_up.status == 403);
  CHECK(complete(other->token).body == made_up.body);
  CHECK(complete("x").body == made_up.body);
  app.clock.advance(std::chrono::hours(1));
  CHECK(complete(reset->token).body == made_up.body);
}

TEST_CASE("a password costs a hash for every kind of account: known, unknown, disabled and without a password") {
  TestApp app;
  REQUIRE(app.patch("/api/v1/appliance/users/" + app.viewer.id.text(), R"({"enabled":false})", &app.owner).status ==
          200);
  REQUIRE(app.post("/api/v1/appliance/users", R"({"name":"New","mail":"new@example.org"})", &app.owner).status == 201);
  // No slot for a hash is free, and a request that needs one is told so.
  IdentityOptions settings;
  settings.password_cost = PasswordCost{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, 0};
  IdentityService busy(
      IdentityService::Parts{app.storage.stores(), app.storage->users(), app.storage->sessions(), app.storage->audit(),
                             app.services->attempts, app.storage.keys, app.storage.clock, app.storage.random},
      settings);
  int last = 0;
  for (const char* mail : {"member@example.org", "nobody@example.org", "viewer@example.org", "new@example.org"}) {
    CAPTURE(mail);
    const Origin origin{.address = "198.51.100." + std::to_string(++last), .user_agent = "test"};
    const auto checked = busy.check_password_of(origin, mail, Secret("violet anchor seldom falls"));
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == ErrorCode::rate_limited);
  }
}
