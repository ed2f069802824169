// Threats 6 and 23: ways around a second factor. A login at a provider is one factor, at the door and for a fresh
// proof; and a session that a password alone opened does not outlive the moment from which a password alone is not
// enough.
#include <doctest/doctest.h>

#include "tests/support/factor_world.h"
#include "tests/support/hostile_provider.h"

using namespace connlog;
using nlohmann::json;

namespace {

struct Scene {
  FakeClock clock_of_the_provider;
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};

  // The member's login there, linked.
  void link(const std::string& id) {
    app.storage.write([&](Transaction& tx) -> Result<void> {
      Login login;
      login.id = LoginId::make(app.clock.now(), app.storage.random);
      login.user = app.member.id;
      REQUIRE(LoginProviderId::parse(id, login.provider));
      login.sub = "ada-1";
      login.linked_at = app.clock.now();
      return app.storage->logins().put(tx, login);
    });
  }
  // Where the browser ends that goes to the provider to prove that it is still the member.
  std::string prove_by(const std::string& id) {
    const ApiAnswer away = app.post("/api/v1/step-up/provider", json{{"provider_id", id}}.dump(), &app.member);
    REQUIRE_MESSAGE(away.status == 200, away.body);
    Ask back{.path = provider.visit(away.json()["url"])};
    const std::string cookie = away.header("Set-Cookie");
    back.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
    return app.send(back).header("Location");
  }
  void time_goes_by(seconds time) {
    app.clock.advance(time);
    clock_of_the_provider.advance(time);
  }
  bool is_fresh() { return app.post("/api/v1/account/factors/recovery-codes", "", &app.member).status != 403; }
  void says(const json& more) {
    provider.claims = [this, more](json& claims) {
      claims["sub"] = "ada-1";
      claims["auth_time"] = clock_of_the_provider.now().micros / 1'000'000;
      claims.update(more);
    };
  }
};

}  // namespace

TEST_CASE("a provider's login proves nothing afresh for who has a second factor, unless it asked for two itself") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider);
  scene.link(id);
  scene.says(json::object());
  scene.time_goes_by(std::chrono::minutes(11));
  CHECK_FALSE(scene.is_fresh());
  CHECK(scene.prove_by(id) == "/provider#proved");  // without a second factor it is as good as the password

  add_application(scene.app, scene.app.member);
  scene.time_goes_by(std::chrono::minutes(11));
  // What the provider says of itself counts only where the administrator believes it: elsewhere it is not even asked.
  scene.says({{"amr", {"pwd", "otp"}}});
  CHECK(scene.app.post("/api/v1/step-up/provider", json{{"provider_id", id}}.dump(), &scene.app.member).status == 422);
  REQUIRE(scene.app.patch("/api/v1/appliance/providers/" + id, R"({"counts_as_second_factor":true})", &scene.app.owner)
              .status != 200);  // the owner's own proof is old by now
  scene.app.owner = scene.app.browser_of(scene.app.owner.mail);
  REQUIRE(scene.app.patch("/api/v1/appliance/providers/" + id, R"({"counts_as_second_factor":true})", &scene.app.owner)
              .status == 200);
  scene.says(json::object());
  CHECK(scene.prove_by(id) == "/provider#unproved=factor_needed");
  CHECK_FALSE(scene.is_fresh());
  CHECK(last_event(scene.app, "login.refused").starts_with("factor_needed: "));
  scene.says({{"amr", {"pwd", "otp"}}});
  CHECK(scene.prove_by(id) == "/provider#proved");
  CHECK(scene.is_fresh());
}

TEST_CASE("the first second factor ends the sessions that a password alone had opened, and no later one does") {
  TestApp app;
  const Person thief = app.browser_of(app.member.mail);  // knows the password
  REQUIRE(app.get("/api/v1/me", &thief).status == 200);
  add_application(app, app.member);
  CHECK(app.get("/api/v1/me", &thief).status == 401);
  CHECK(app.get("/api/v1/me", &app.member).status == 200);

  const Person phone = app.browser_of(app.owner.mail);
  SoftAuthenticator key(webauthn::Algorithm::es256, kPublicOrigin);
  add_passkey(app, app.owner, key);
  CHECK(app.get("/api/v1/me", &phone).status == 401);

  // With a second one, sessions were opened by both: they stay.
  next_step(app);
  const Application application = add_application(app, app.owner);
  next_step(app);
  const Waiting login = begin_login(app, app.owner.mail);
  const ApiAnswer entered = second_step(app, login, {{"method", "totp"}, {"code", code_of(app, application)}});
  REQUIRE(entered.status == 200);
  Person laptop = app.owner;
  laptop.csrf = entered.json()["csrf_token"];
  const std::string cookie = entered.header("Set-Cookie");
  laptop.cookie = cookie.substr(0, cookie.find(';'));
  SoftAuthenticator another(webauthn::Algorithm::es256, kPublicOrigin);
  add_passkey(app, app.owner, another, "Another");
  CHECK(app.get("/api/v1/me", &laptop).status == 200);
}

TEST_CASE("the live stream tells nothing of a workspace to who lacks the second factor that it requires") {
  TestApp app;
  app.populate();
  TestStream before = app.open_stream(app.member);
  TestStream of_the_owner = app.open_stream(app.owner);
  add_application(app, app.owner);
  REQUIRE(app.send(Ask{.method = "PUT",
                       .path = "/api/v1/workspaces/{w}/second-factor",
                       .body = R"({"required":true,"grace_days":0})"},
                   &app.owner)
              .status == 200);
  REQUIRE(app.get("/api/v1/workspaces/{w}/agents", &app.member).status == 403);
  app.clock.advance(seconds(60));
  app.app->tick();
  CHECK_FALSE(before.is_open());
  CHECK(of_the_owner.is_open());

  TestStream after = app.open_stream(app.member);
  of_the_owner.read();
  REQUIRE(app.heartbeat(app.agent_token).status == 200);
  app.settle();
  CHECK(of_the_owner.read().find("subject.observed") != std::string::npos);
  CHECK(after.read().find("agent.") == std::string::npos);
}
