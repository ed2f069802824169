// Threats 23 and 25: what a right answer of a login provider does not prove. It is one factor where the person has two,
// it is no fresh proof for somebody else or for long ago, and it counts for the provider as it is set up at that
// moment.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/identity/oidc/login_service.h"
#include "tests/support/factor_world.h"
#include "tests/support/hostile_provider.h"

namespace connlog {
namespace {

using nlohmann::json;

struct Scene {
  FakeClock clock_of_the_provider;
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};

  void link(const std::string& id, const Person& person, const std::string& sub) {
    app.storage.write([&](Transaction& tx) -> Result<void> {
      Login login;
      login.id = LoginId::make(app.clock.now(), app.storage.random);
      login.user = person.id;
      REQUIRE(LoginProviderId::parse(id, login.provider));
      login.sub = sub;
      login.linked_at = app.clock.now();
      return app.storage->logins().put(tx, login);
    });
  }
  void change(const std::string& id, const json& body) {
    const ApiAnswer changed = app.patch("/api/v1/appliance/providers/" + id, body.dump(), &app.owner);
    REQUIRE_MESSAGE(changed.status == 200, changed.body);
  }
  // Away and back; `meanwhile` happens at the provider's page.
  std::string there_and_back(
      const ApiAnswer& away, const std::string& url, const std::function<void()>& meanwhile = [] {}) {
    Ask back{.path = provider.visit(url)};
    const std::string cookie = away.header("Set-Cookie");
    back.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
    meanwhile();
    return app.send(back).header("Location");
  }
  std::string step_up(const std::string& id, const Person& as) {
    const ApiAnswer away = app.post("/api/v1/step-up/provider", json{{"provider_id", id}}.dump(), &as);
    REQUIRE_MESSAGE(away.status == 200, away.body);
    return there_and_back(away, away.json()["url"]);
  }
  std::int64_t now() const { return app.clock.now().micros / 1'000'000; }
  void pass(seconds time) {
    app.clock.advance(time);
    clock_of_the_provider.advance(time);
  }
};

}  // namespace

TEST_CASE("threat 25: a provider's login is one factor: people with a second one here are asked for it") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider);
  scene.link(id, scene.app.member, "ada-1");
  const Application application = add_application(scene.app, scene.app.member);
  const auto comes = [&](const json& methods) {
    scene.provider.claims = [methods](json& claims) { claims["amr"] = methods; };
    return log_in_by(scene.app, scene.provider, id);
  };
  const auto is_asked = [](const Came& came) {
    return came.location.starts_with("/login#second_factor=") && came.session.empty();
  };
  CHECK(is_asked(comes({"pwd"})));
  CHECK(is_asked(comes({"pwd", "otp"})));  // the administrator has not said that this provider's word is enough
  scene.change(id, {{"counts_as_second_factor", true}});
  CHECK(is_asked(comes({"pwd"})));
  CHECK(is_asked(comes(json::array())));
  CHECK(is_asked(comes("no list at all")));
  const Came came = comes({"pwd", "otp"});
  CHECK(came.location == "/provider#entered");
  CHECK_FALSE(came.session.empty());

  // The ticket is worth the second step, and not more than that.
  scene.change(id, {{"counts_as_second_factor", false}});
  const Came asked = comes({"pwd", "otp"});
  REQUIRE(is_asked(asked));
  const std::string ticket = asked.location.substr(asked.location.find('=') + 1);
  const auto prove = [&](const std::string& code) {
    return scene.app
        .post("/api/v1/login/second-factor", json{{"ticket", ticket}, {"method", "totp"}, {"code", code}}.dump())
        .status;
  };
  next_step(scene.app);
  const std::string right = code_of(scene.app, application);
  CHECK(prove(right == "000000" ? "000001" : "000000") == 401);
  CHECK(prove(right) == 200);
}

TEST_CASE("threat 25: a provider confirms only the person who is logged in, and only where it asked them now") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider);
  scene.link(id, scene.app.owner, "olga-1");
  scene.link(id, scene.app.member, "ada-1");
  scene.pass(seconds(3'600));
  const auto is_fresh = [&] {
    const ApiAnswer answer =
        scene.app.post("/api/v1/account/api-keys", R"({"name":"x","scopes":["view"]})", &scene.app.owner);
    return answer.status == 201;
  };
  CHECK_FALSE(is_fresh());
  const auto says = [&](const std::string& sub, const json& at) {
    scene.provider.claims = [sub, at](json& claims) {
      claims["sub"] = sub;
      claims.erase("auth_time");
      if (!at.is_null()) claims["auth_time"] = at;
    };
    return scene.step_up(id, scene.app.owner);
  };
  CHECK(says("ada-1", scene.now()) == "/provider#unproved=another_person");
  CHECK(says("nobody-1", scene.now()) == "/provider#unproved=another_person");
  CHECK(says("olga-1", scene.now() - 3'600) == "/provider#unproved=not_fresh");
  CHECK(says("olga-1", nullptr) == "/provider#unproved=not_fresh");
  CHECK(says("olga-1", std::to_string(scene.now())) == "/provider#unproved=not_fresh");
  CHECK_FALSE(is_fresh());
  CHECK(scene.provider.asked.at("max_age") == "0");
  CHECK(scene.provider.asked.at("prompt") == "login");
  CHECK(says("olga-1", scene.now()) == "/provider#proved");
  CHECK(is_fresh());
}

TEST_CASE("threat 25: a provider that was switched off or changed while somebody was there lets nobody in") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider);
  scene.link(id, scene.app.member, "ada-1");
  const auto come = [&](const std::function<void()>& meanwhile) {
    const ApiAnswer away = scene.app.get("/api/v1/login/providers/" + id + "/start");
    REQUIRE(away.status == 303);
    return scene.there_and_back(away, away.header("Location"), meanwhile);
  };
  CHECK(come([] {}) == "/provider#entered");
  CHECK(come([&] {
          scene.change(id, {{"allowed_domains", {"example.org"}}});
        }) == "/provider#refused=provider_changed");
  CHECK(come([&] { scene.change(id, {{"enabled", false}}); }) == "/provider#refused=provider_changed");
}

TEST_CASE("threat 11: no account is made where that is off, although the address is of an allowed domain") {
  Scene scene;
  const std::string id =
      add_provider(scene.app, scene.provider, {{"allowed_domains", {"example.org"}}, {"create_accounts", false}});
  scene.provider.claims = [](json& claims) {
    claims["sub"] = "new-1";
    claims["email"] = "new@example.org";
    claims["email_verified"] = true;
  };
  CHECK(log_in_by(scene.app, scene.provider, id).location == "/provider#refused=no_account");
}

TEST_CASE("threat 11: the word that an address is verified counts for the address that it stands beside") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider, {{"role_claim", "groups"}});
  scene.provider.claims = [](json& claims) {
    claims["sub"] = "mallory";
    claims["email"] = "member@example.org";
    claims.erase("email_verified");
    claims.erase("groups");
  };
  scene.provider.userinfo = {{"sub", "mallory"}, {"email", "mallory@evil.example"}, {"email_verified", true}};
  CHECK(log_in_by(scene.app, scene.provider, id).location == "/provider#refused=mail_unverified");
}

TEST_CASE("threat 11: a question to the account is over after a quarter of an hour") {
  Scene scene;
  scene.app.storage.write([&](Transaction& tx) -> Result<void> {
    AccountFacts facts = TRY(scene.app.storage->accounts().facts(tx, scene.app.member.id));
    facts.mail_verified_at = scene.app.clock.now();
    return scene.app.storage->accounts().put_facts(tx, facts);
  });
  const std::string id = add_provider(scene.app, scene.provider);
  scene.provider.claims = [](json& claims) {
    claims["sub"] = "ada-1";
    claims["email"] = "member@example.org";
    claims["email_verified"] = true;
  };
  const Came came = log_in_by(scene.app, scene.provider, id);
  REQUIRE(came.location.starts_with("/provider#confirm="));
  const std::string body = json{{"ticket", came.location.substr(18)}}.dump();
  CHECK(scene.app.post("/api/v1/login/providers/confirmation", body).status == 200);
  scene.app.clock.advance(seconds(901));
  CHECK(scene.app.post("/api/v1/login/providers/confirmation", body).status == 401);
}

TEST_CASE(
    "threat 11: an address at Google is of a company's domain only where the company itself manages the account") {
  LoginProvider provider;
  provider.preset = ProviderPreset::google;
  provider.allowed_domains = {"example.org"};
  oidc::ProviderIdentity identity;
  identity.mail = "ada@example.org";
  identity.mail_verified = true;
  CHECK_FALSE(oidc::domain_allowed(provider, identity));
  identity.hosted_domain = "evil.example";
  CHECK_FALSE(oidc::domain_allowed(provider, identity));
  identity.hosted_domain = "Example.org";
  CHECK(oidc::domain_allowed(provider, identity));
  identity.mail_verified = false;
  CHECK_FALSE(oidc::domain_allowed(provider, identity));
}

}  // namespace connlog
