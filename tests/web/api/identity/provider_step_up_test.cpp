// Proving afresh, by a login at a provider, that it is still the same person: who is offered it, what the provider is
// asked for, and every answer of it that proves nothing.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/factor_world.h"
#include "tests/support/hostile_provider.h"

namespace connlog {
namespace {

using nlohmann::json;

// The member's account is linked to "ada-1" at the provider.
struct Scene {
  FakeClock clock_of_the_provider;  // moved along with the app's
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};
  std::string id = add_provider(app, provider);

  Scene() { link(app.member, id, "ada-1"); }
  void link(const Person& person, const std::string& at, const std::string& sub) {
    app.storage.write([&](Transaction& tx) -> Result<void> {
      Login login;
      login.id = LoginId::make(app.clock.now(), app.storage.random);
      login.user = person.id;
      REQUIRE(LoginProviderId::parse(at, login.provider));
      login.sub = sub;
      login.linked_at = app.clock.now();
      return app.storage->logins().put(tx, login);
    });
  }
  void pass(microseconds time) {
    app.clock.advance(time);
    clock_of_the_provider.advance(time);
  }
  std::int64_t now() const { return app.clock.now().micros / 1'000'000; }
  // The ID token says so; the rest of it is right.
  void says(json more) {
    provider.claims = [more = std::move(more)](json& claims) { claims.update(more); };
  }
  json offer(const Person& as) { return app.post("/api/v1/step-up/options", "", &as).json(); }
  ApiAnswer leave(const Person& as, const std::string& at) {
    return app.post("/api/v1/step-up/provider", json{{"provider_id", at}}.dump(), &as);
  }
  std::string prove(const Person& as, const std::string& at) {
    const ApiAnswer away = leave(as, at);
    REQUIRE_MESSAGE(away.status == 200, away.body);
    Ask back{.path = provider.visit(away.json()["url"])};
    const std::string cookie = away.header("Set-Cookie");
    back.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
    return app.send(back).header("Location");
  }
  bool is_fresh(const Person& as) {
    return app.send(Ask{.method = "DELETE", .path = "/api/v1/account/factors/totp"}, &as).status != 403;
  }
};

}  // namespace

TEST_CASE("a login at a linked provider, asked for anew, makes the session fresh") {
  Scene scene;
  scene.pass(std::chrono::minutes(11));
  CHECK_FALSE(scene.is_fresh(scene.app.member));
  const json offer = scene.offer(scene.app.member);
  CHECK(offer["methods"] == json::array({"password", "provider"}));
  CHECK(offer["providers"] == json::array({{{"id", scene.id}, {"name", "Staff login"}}}));
  scene.says({{"auth_time", scene.now()}});
  CHECK(scene.prove(scene.app.member, scene.id) == "/provider#proved");
  CHECK(scene.provider.asked.at("prompt") == "login");
  CHECK(scene.provider.asked.at("max_age") == "0");
  CHECK(scene.is_fresh(scene.app.member));
  const auto acts = scene.app.audit_acts();
  CHECK(std::ranges::count(acts, "session.proved") == 1);
}

TEST_CASE("what the provider says proves nothing without a login of now by the same person") {
  Scene scene;
  scene.pass(std::chrono::minutes(11));
  const auto refused = [&](const std::string& word) {
    CHECK(scene.prove(scene.app.member, scene.id) == "/provider#unproved=" + word);
    CHECK_FALSE(scene.is_fresh(scene.app.member));
  };
  refused("not_fresh");  // it does not say when
  scene.says({{"auth_time", scene.now() - 120}});
  refused("not_fresh");
  scene.says({{"auth_time", std::to_string(scene.now())}});
  refused("not_fresh");
  scene.says({{"auth_time", scene.now()}, {"sub", "mallory"}});
  refused("another_person");
  scene.link(scene.app.viewer, scene.id, "vera-1");
  scene.says({{"auth_time", scene.now()}, {"sub", "vera-1"}});
  refused("another_person");
  scene.says({{"auth_time", scene.now()}, {"nonce", "of another login"}});
  // Who it was about is not believed either, so this ends at the door.
  CHECK(scene.prove(scene.app.member, scene.id) == "/provider#refused=refused");
  CHECK_FALSE(scene.is_fresh(scene.app.member));
}

TEST_CASE("only a linked provider that can be asked anew is offered") {
  Scene scene;
  CHECK(scene.offer(scene.app.viewer)["providers"].empty());
  CHECK(scene.leave(scene.app.viewer, scene.id).status == 422);
  const std::string github = add_provider(scene.app, scene.provider, {{"preset", "github"}, {"name", "GitHub"}});
  scene.link(scene.app.viewer, github, "4711");
  CHECK(scene.offer(scene.app.viewer)["providers"].empty());
  CHECK(scene.leave(scene.app.viewer, github).status == 422);
  scene.app.patch("/api/v1/appliance/providers/" + scene.id, R"({"enabled":false})", &scene.app.owner);
  CHECK(scene.offer(scene.app.member)["methods"] == json::array({"password"}));
}

TEST_CASE("who has a second factor here proves with it, unless the provider says that it asked for one") {
  Scene scene;
  add_application(scene.app, scene.app.member);
  scene.pass(std::chrono::minutes(11));
  CHECK(scene.offer(scene.app.member)["methods"] == json::array({"totp", "recovery"}));
  CHECK(scene.leave(scene.app.member, scene.id).status == 422);
  const std::string path = "/api/v1/appliance/providers/" + scene.id;
  CHECK(confirm_by_password(scene.app, scene.app.owner).status == 200);
  CHECK(scene.app.patch(path, R"({"counts_as_second_factor":true})", &scene.app.owner).status == 200);
  scene.says({{"auth_time", scene.now()}});
  CHECK(scene.prove(scene.app.member, scene.id) == "/provider#unproved=factor_needed");
  CHECK_FALSE(scene.is_fresh(scene.app.member));
  scene.says({{"auth_time", scene.now()}, {"amr", {"pwd", "otp"}}});
  CHECK(scene.prove(scene.app.member, scene.id) == "/provider#proved");
  CHECK(scene.is_fresh(scene.app.member));
}

TEST_CASE("somebody who came by a provider alone is led to it, and not to signing out") {
  Scene scene;
  scene.app.patch("/api/v1/appliance/providers/" + scene.id,
                  R"({"allowed_domains":["example.org"],"create_accounts":true})", &scene.app.owner);
  scene.says({{"sub", "grace-1"}, {"email", "grace@example.org"}, {"email_verified", true}});
  const Came came = log_in_by(scene.app, scene.provider, scene.id);
  REQUIRE(came.location == "/provider#entered");
  Person grace;
  grace.cookie = came.session;
  grace.csrf = scene.app.get("/api/v1/me", &grace).json()["csrf_token"];
  scene.pass(std::chrono::minutes(11));
  const ApiAnswer asked = scene.app.post("/api/v1/account/factors/totp", "", &grace);
  CHECK(asked.json()["code"] == "step_up_required");
  CHECK(asked.json()["methods"] == json::array({"provider"}));
  scene.says(
      {{"sub", "grace-1"}, {"email", "grace@example.org"}, {"email_verified", true}, {"auth_time", scene.now()}});
  CHECK(scene.prove(grace, scene.id) == "/provider#proved");
  CHECK(scene.app.post("/api/v1/account/factors/totp", "", &grace).status == 200);
}

}  // namespace connlog
