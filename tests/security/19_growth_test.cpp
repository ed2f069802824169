// Threat 19: what somebody may repeat without end must not grow without end: refusals of a dead API key, sessions of
// one person, and what a stranger's page can make a browser ask for.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/hostile_provider.h"
#include "tests/support/key_ask.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("a dead API key that is shown again and again is refused each time and written down once in a while") {
  TestApp app;
  const ApiAnswer made =
      app.post("/api/v1/account/api-keys", R"({"name":"old","scopes":["view"],"days":0})", &app.owner);
  REQUIRE(made.status == 201);
  const std::string token = made.json()["token"];
  const std::string id = made.json()["key"]["id"];
  REQUIRE(app.send(Ask{.method = "DELETE", .path = "/api/v1/account/api-keys/" + id}, &app.owner).status == 204);
  const auto refusals = [&] {
    app.settle();
    const auto acts = app.audit_acts();
    return std::count(acts.begin(), acts.end(), "api_key.refused");
  };
  for (int i = 0; i < 30; ++i) CHECK(ask_with_key(app, token, "GET", "/api/v1/me").status == 401);
  const auto first = refusals();
  CHECK(first >= 1);
  CHECK(first <= 10);
  // Nor from many addresses.
  for (int i = 1; i < 30; ++i)
    ask_with_key(app, token, "GET", "/api/v1/me", {}, "2001:db8:" + std::to_string(i) + "::1");
  CHECK(refusals() == first);
  app.clock.advance(std::chrono::hours(2));
  ask_with_key(app, token, "GET", "/api/v1/me");
  CHECK(refusals() == first + 1);
}

TEST_CASE("a person has a hundred sessions at most: a new one takes the place of the longest unused") {
  TestApp app;
  const Person first = app.browser_of(app.member.mail);
  for (int i = 0; i < 105; ++i) {
    app.clock.advance(seconds(1));
    REQUIRE(app.log_in(app.member.mail, TestApp::kPassword).status == 200);
  }
  const Person last = app.browser_of(app.member.mail);
  CHECK(app.get("/api/v1/me", &first).status == 401);
  CHECK(app.get("/api/v1/account/sessions", &last).json()["items"].size() == 100);
}

TEST_CASE("a page that makes a browser ask for the callback again and again keeps nobody from logging in") {
  FakeClock clock_of_the_provider;
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};
  const std::string id = add_provider(app, provider, {{"allowed_domains", {"example.net"}}, {"create_accounts", true}});
  provider.claims = [](json& claims) {
    claims["email"] = "new@example.net";
    claims["email_verified"] = true;
  };
  // As an image on a foreign page: without the cookie, which is Lax.
  for (int i = 0; i < 40; ++i) {
    const ApiAnswer answer = app.send(Ask{.path = "/api/v1/login/providers/callback?state=made-up&code=x",
                                          .headers = {{"Sec-Fetch-Site", "cross-site"}}});
    CHECK(answer.header("Location") == "/provider#refused=state");
  }
  CHECK(log_in_by(app, provider, id).location == "/provider#entered");
}
