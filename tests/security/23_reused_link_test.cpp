// Threat 23 (Vaultwarden CVE-2025-24365): something that works once and is used twice. Two who follow one link at the
// same moment both pass the first look at it; only one of them gets through.
#include <doctest/doctest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("of two who use a reset link at once only one sets the password") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  const auto mail = test::letter(app, "password_reset", "member@example.org");
  REQUIRE(mail);
  // Both halves of both, in the order that a race would have them.
  const auto first = app.services->accounts.prepare_reset(mail->token, Secret("grey lantern floats away"));
  const auto second = app.services->accounts.prepare_reset(mail->token, Secret("another password entirely"));
  REQUIRE(first);
  REQUIRE(second);
  const auto finish = [&](const Accounts::NewPassword& prepared) {
    return app.storage.stores()
        .write(
            [&](Transaction& tx) { return app.services->accounts.reset_password(tx, Origin{}, mail->token, prepared); })
        .has_value();
  };
  CHECK(finish(*first));
  CHECK_FALSE(finish(*second));
  CHECK(app.log_in("member@example.org", "grey lantern floats away").status == 200);
  CHECK(app.log_in("member@example.org", "another password entirely").status == 401);
}

TEST_CASE("a change of password that was checked against the former password does not undo a newer one") {
  TestApp app;
  const auto prepared =
      app.services->accounts.prepare_change(Origin{}, *app.storage.read<std::optional<User>>([&](Snapshot& snapshot) {
        return app.storage->users().find(snapshot, app.member.id);
      }),
                                            Secret(TestApp::kPassword), Secret("the thief chose this one"));
  REQUIRE(prepared);
  REQUIRE(app.post("/api/v1/account/password",
                   json{{"current", TestApp::kPassword}, {"password", "grey lantern floats away"}}.dump(), &app.member)
              .status == 200);
  CHECK_FALSE(app.storage.stores()
                  .write([&](Transaction& tx) -> Result<void> {
                    TRY(app.services->accounts.change_password(tx, Origin{}, *prepared));
                    return {};
                  })
                  .has_value());
  CHECK(app.log_in("member@example.org", "the thief chose this one").status == 401);
}

TEST_CASE("a reset link from before does not undo the password that the command line set") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  const auto mail = test::letter(app, "password_reset", "member@example.org");
  REQUIRE(mail);
  Actor command_line;
  command_line.kind = Actor::Kind::command_line;
  command_line.name = "command line";
  REQUIRE(app.services->accounts.set_password(command_line, "member@example.org", Secret("grey lantern floats away")));
  CHECK(app.post("/api/v1/password-reset/complete",
                 json{{"token", mail->token}, {"password", "the thief chose this one"}}.dump())
            .status == 403);
  CHECK(app.log_in("member@example.org", "grey lantern floats away").status == 200);
}

TEST_CASE("one registration link makes one account") {
  TestApp app;
  test::set_up_mail(app);
  test::set_limit(app, "open_registration", 1);
  REQUIRE(app.post("/api/v1/register", R"({"name":"Vera","mail":"vera@example.net"})").status == 202);
  const auto mail = test::letter(app, "registration", "vera@example.net");
  REQUIRE(mail);
  const std::string body = json{{"token", mail->token}, {"password", "grey lantern floats away"}}.dump();
  CHECK(app.post("/api/v1/register/complete", body).status == 201);
  CHECK(app.post("/api/v1/register/complete", body).status == 403);
}
