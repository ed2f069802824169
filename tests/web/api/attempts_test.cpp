// Whatever may be tried again and again must wait in the end, with the time in Retry-After, and nobody else with it;
// and what many addresses try together is noticed, too.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "tests/support/key_ask.h"
#include "tests/support/mailbox.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kGuesser = "203.0.113.5";

std::string hex_number(int i) {
  const std::string digits = std::to_string(100'000 + i);
  return std::string(64 - digits.size(), '0') + digits;
}

Ask ask_at(const std::string& method, const std::string& path, const json& body, const std::string& address) {
  Ask ask{.method = method, .path = path, .body = body.is_null() ? "" : body.dump()};
  ask.address = address;
  return ask;
}

// How often it was answered before it had to wait; -1: it never had to.
int answered(const std::function<ApiAnswer(int)>& one_more) {
  for (int i = 0; i < 60; ++i) {
    const ApiAnswer answer = one_more(i);
    if (answer.status != 429) continue;
    CHECK(std::atoi(answer.header("Retry-After").c_str()) > 0);
    CHECK(answer.json()["code"] == "rate_limited");
    return i;
  }
  return -1;
}

int acts(TestApp& app, const std::string& act) {
  app.settle();
  const auto all = app.audit_acts();
  return static_cast<int>(std::count(all.begin(), all.end(), act));
}

}  // namespace

TEST_CASE("resets and registrations wait by address, and by the account that they are about") {
  TestApp app;
  test::set_up_mail(app);
  test::set_limit(app, "open_registration", 1);
  for (const auto& [path, kind] : {std::pair{std::string("/api/v1/password-reset"), Attempt::reset},
                                   std::pair{std::string("/api/v1/register"), Attempt::sign_up}}) {
    CAPTURE(path);
    const auto ask = [&](const std::string& mail, const std::string& address) {
      return app.send(ask_at("POST", path, {{"name", "N"}, {"mail", mail}}, address));
    };
    CHECK(answered([&](int i) { return ask("a" + std::to_string(i) + "@example.net", kGuesser); }) ==
          policy_of(kind).free_by_address);
    CHECK(ask("other@example.net", "198.51.100.9").status == 202);
    CHECK(answered([&](int i) { return ask("Vera@example.net", "198.18.0." + std::to_string(i)); }) ==
          policy_of(kind).free_by_account);
    CHECK(ask("vera@EXAMPLE.net", "198.51.100.9").status == 429);  // the same mailbox
    CHECK(ask("else@example.net", "198.51.100.9").status == 202);
  }
}

TEST_CASE("wrong API keys wait by address and are noticed; a right one beside them never waits") {
  TestApp app;
  app.populate();
  const ApiAnswer made =
      app.post("/api/v1/workspaces/{w}/api-keys", R"({"name":"deploy","scopes":["view"]})", &app.owner);
  REQUIRE(made.status == 201);
  const std::string right = made.json()["token"];
  const std::string path = "/api/v1/workspaces/{w}/agents";
  int unknown = 0, waiting = 0;
  for (int i = 0; i < 60; ++i) {
    const int status = ask_with_key(app, "cl_" + hex_number(i), "GET", path, {}, kGuesser).status;
    if (status == 401) ++unknown;
    if (status == 429) ++waiting;
    CHECK(ask_with_key(app, right, "GET", path, {}, kGuesser).status == 200);
  }
  CHECK(unknown == policy_of(Attempt::api_key).free_by_address);
  CHECK(waiting == 60 - unknown);
  CHECK(acts(app, "token.guessing_noticed") == 1);
  CHECK(ask_with_key(app, "cl_" + hex_number(99), "GET", path, {}, "203.0.113.6").status == 401);
}

TEST_CASE("guesses at invitations and answers of login providers that nobody asked for wait by address") {
  TestApp app;
  CHECK(answered([&](int i) {
          return app.send(ask_at("POST", "/api/v1/invitation/show", {{"token", "link_" + hex_number(i)}}, kGuesser));
        }) == policy_of(Attempt::invitation).free_by_address);
  // Another way in with the same tokens is the same guess.
  CHECK(
      app.send(ask_at("POST", "/api/v1/invitation/register",
                      {{"token", "link_" + hex_number(1)}, {"name", "N"}, {"password", TestApp::kPassword}}, kGuesser))
          .status == 429);

  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    Ask ask =
        ask_at("GET", "/api/v1/login/providers/callback?code=c&state=s" + std::to_string(i), nullptr, "203.0.113.7");
    ask.headers.emplace_back("Cookie",
                             "connlog_provider=" + hex_number(i));  // without one it is nobody's and counts for nothing
    const ApiAnswer back = app.send(ask);
    REQUIRE(back.status == 303);
    if (back.header("Location") == "/provider#refused=slow_down") ++refused;
  }
  CHECK(refused == 40 - policy_of(Attempt::provider_login).free_by_address);
}

TEST_CASE("letters to one mailbox count as letters, and use up nobody's sign-ups") {
  TestApp app;
  test::set_up_mail(app);
  const std::string path = "/api/v1/workspaces/{w}/invitations";
  const auto invite = [&] {
    const ApiAnswer answer = app.post(path, R"({"mail":"New@example.net","role":"viewer"})", &app.owner);
    if (answer.status == 201) {
      const std::string id = answer.json()["invitation"]["id"];
      REQUIRE(app.send(Ask{.method = "DELETE", .path = path + "/" + id}, &app.owner).status == 204);
    }
    return answer.status;
  };
  int went = 0;
  for (int i = 0; i < 15; ++i) went += invite() == 201;
  CHECK(went == policy_of(Attempt::letter).free_by_address);
  CHECK_FALSE(app.services->attempts.admit(Attempt::letter, {.address = "new@example.net"}));
  CHECK(app.services->attempts.admit(Attempt::sign_up, {.address = "new@example.net"}));
  CHECK(app.services->attempts.admit(Attempt::letter, {.address = "other@example.net"}));
}

TEST_CASE("test mails are not without end") {
  TestApp app;
  test::set_up_mail(app);
  CHECK(answered([&](int) {
          return app.post("/api/v1/appliance/mail/test", R"({"to":"a@example.net"})", &app.owner);
        }) == policy_of(Attempt::mail_test).free_by_account);
}

TEST_CASE("failures from everywhere at everybody are noticed as one flood") {
  TestApp app;
  test::set_up_mail(app);
  for (int i = 0; i < 205; ++i) {
    const std::string address = "198.18." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    (void)app.log_in("a" + std::to_string(i) + "@example.net", "wrong wrong wrong", address);
    app.clock.advance(seconds(1));
  }
  CHECK(acts(app, "login.flood_noticed") == 1);
  CHECK(acts(app, "login.stuffing_noticed") == 0);
  const auto letters = test::letters(app);
  CHECK(std::count_if(letters.begin(), letters.end(),
                      [](const test::ReadLetter& letter) { return letter.row.kind == "attempts_on_appliance"; }) == 1);
}
