// Threat 25: the answer of a login provider trusted without its proofs (Zabbix CVE-2022-23131). A provider over real
// HTTP lies in one thing at a time; nobody may come in, no session may be opened, and the refusal must be a security
// event. tests/core/identity/oidc/jwt_test holds the attacks on the token itself.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/hostile_provider.h"

namespace connlog {
namespace {

using nlohmann::json;

// Ada has an account, linked by `sub`: only what is wrong below keeps her out.
struct Scene {
  FakeClock clock_of_the_provider;  // stands where the app's stands
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};
  std::string id = add_provider(app, provider);

  Scene() {
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
  Came come() { return log_in_by(app, provider, id); }
  // Refused as a lie, with this in the security event.
  void check_refused(const std::string& field) {
    const Came came = come();
    CHECK(came.location == "/provider#refused=refused");
    CHECK(came.session.empty());
    CHECK(last_event(app, "login.refused").starts_with(field + ": "));
  }
  // Refused as trouble of the provider's: nothing that anybody said could be believed or not.
  void check_trouble() {
    const Came came = come();
    CHECK(came.location == "/provider#refused=trouble");
    CHECK(came.session.empty());
  }
  std::int64_t now() const { return app.clock.now().micros / 1'000'000; }
};

}  // namespace

TEST_CASE("threat 25: a right answer opens a session, with PKCE, state and nonce of their own each time") {
  Scene scene;
  const Came first = scene.come();
  CHECK(first.location == "/provider#entered");
  CHECK(first.session.starts_with("connlog_loopback=cls_"));
  const auto asked = scene.provider.asked;
  CHECK(asked.at("code_challenge_method") == "S256");
  CHECK(asked.at("code_challenge").size() == 43);
  CHECK(asked.at("redirect_uri") == "https://monitor.example.org:8443/api/v1/login/providers/callback");
  scene.come();
  for (const char* const each : {"state", "nonce", "code_challenge"})
    CHECK(scene.provider.asked.at(each) != asked.at(each));
  CHECK(scene.provider.refused.empty());
}

TEST_CASE("threat 25: wrong iss, aud, azp, nonce and times are refused") {
  Scene scene;
  const auto lie = [&](const std::string& field, const std::function<void(json&)>& change) {
    CAPTURE(field);
    scene.provider.claims = change;
    scene.check_refused(field);
  };
  lie("iss", [](json& c) { c["iss"] = "https://evil.example"; });
  lie("aud", [](json& c) { c["aud"] = "other"; });
  lie("azp", [](json& c) { c["azp"] = "other"; });
  lie("nonce", [](json& c) { c["nonce"] = "of another login"; });
  lie("nonce", [](json& c) { c.erase("nonce"); });
  lie("exp", [&](json& c) { c["exp"] = scene.now() - 120; });
  lie("nbf", [&](json& c) { c["nbf"] = scene.now() + 120; });
  lie("iat", [&](json& c) { c["iat"] = scene.now() + 120; });
  lie("sub", [](json& c) { c.erase("sub"); });
}

TEST_CASE("threat 25: a bad signature, algorithm none and HS256 with the public key are refused") {
  Scene scene;
  scene.provider.token = [](const json& claims) { return TokenSigningKey::p256("key-1").token(claims); };
  scene.check_refused("signature");
  scene.provider.token = [](const json& claims) {
    return oidc::to_base64url(R"({"alg":"none"})") + "." + oidc::to_base64url(claims.dump()) + ".";
  };
  scene.check_refused("alg");
  scene.provider.token = [&](const json& claims) { return scene.provider.key.token(claims, {{"alg", "HS256"}}); };
  scene.check_refused("alg");
}

TEST_CASE("threat 25: an unknown key makes us ask once more, not for ever, and a rotated key is found") {
  Scene scene;
  CHECK(scene.come().location == "/provider#entered");
  CHECK(scene.provider.keys_fetched == 1);
  scene.provider.token = [](const json& claims) { return TokenSigningKey::p256("key-9").token(claims); };
  scene.check_refused("kid");
  CHECK(scene.provider.keys_fetched == 2);
  scene.check_refused("kid");
  CHECK(scene.provider.keys_fetched == 2);  // within the minute nobody can make us ask again

  scene.app.clock.advance(seconds(61));
  scene.clock_of_the_provider.advance(seconds(61));
  scene.provider.token = {};
  scene.provider.key = TokenSigningKey::ed25519("key-2");
  scene.provider.published = {scene.provider.key};
  CHECK(scene.come().location == "/provider#entered");
  CHECK(scene.provider.keys_fetched == 3);
}

TEST_CASE("threat 25: a state is used once, in the browser that began, and within ten minutes") {
  Scene scene;
  const auto start = [&] { return scene.app.get("/api/v1/login/providers/" + scene.id + "/start"); };
  const auto cookie_of = [](const ApiAnswer& answer) {
    const std::string cookie = answer.header("Set-Cookie");
    return cookie.substr(0, cookie.find(';'));
  };
  const auto come_back = [&](const std::string& path, const std::string& cookie) {
    Ask ask{.path = path};
    if (!cookie.empty()) ask.headers = {{"Cookie", cookie}};
    return scene.app.send(ask).header("Location");
  };
  const ApiAnswer away = start();
  CHECK(away.header("Set-Cookie").find("HttpOnly; SameSite=Lax") != std::string::npos);
  const std::string path = scene.provider.visit(away.header("Location"));

  // Another browser, with a cookie of its own login, or with none: login CSRF. It also ends the login.
  const std::string other = cookie_of(start());
  CHECK(come_back(path, other) == "/provider#refused=state");
  CHECK(come_back(path, cookie_of(away)) == "/provider#refused=state");
  const ApiAnswer second = start();
  const std::string second_path = scene.provider.visit(second.header("Location"));
  CHECK(come_back(second_path, "") == "/provider#refused=state");

  // Replayed: the state is gone, and the code never reaches the provider twice.
  const ApiAnswer third = start();
  const std::string third_path = scene.provider.visit(third.header("Location"));
  CHECK(come_back(third_path, cookie_of(third)) == "/provider#entered");
  CHECK(come_back(third_path, cookie_of(third)) == "/provider#refused=state");

  const ApiAnswer late = start();
  const std::string late_path = scene.provider.visit(late.header("Location"));
  scene.app.clock.advance(seconds(601));
  CHECK(come_back(late_path, cookie_of(late)) == "/provider#refused=state");
  CHECK(come_back("/api/v1/login/providers/callback?code=x&state=made-up", "") == "/provider#refused=state");
}

TEST_CASE("threat 25: a code of another login (replayed, or injected) does not fit the verifier") {
  Scene scene;
  std::string stolen;
  scene.provider.callback = [&](auto& back) {
    if (stolen.empty()) stolen = back["code"];  // the victim's, never handed in
    back["code"] = stolen;
  };
  const ApiAnswer victim = scene.app.get("/api/v1/login/providers/" + scene.id + "/start");
  scene.provider.visit(victim.header("Location"));
  scene.check_trouble();
  REQUIRE(scene.provider.refused.size() == 1);
  CHECK(scene.provider.refused[0] == "pkce");
  scene.check_trouble();  // and the code is used up
  CHECK(scene.provider.refused[1] == "code");
}

TEST_CASE("threat 25: the answer of another provider is refused by its issuer (RFC 9207)") {
  Scene scene;
  scene.provider.callback = [](auto& back) { back["iss"] = "https://other.example"; };
  scene.check_refused("iss");
  scene.provider.callback = [&](auto& back) { back["iss"] = scene.provider.issuer(); };
  CHECK(scene.come().location == "/provider#entered");
}

TEST_CASE("threat 25: an answer without the promised issuer is refused") {
  Scene scene;
  scene.provider.discovery = [](json& document) { document["authorization_response_iss_parameter_supported"] = true; };
  scene.check_refused("iss");
}

TEST_CASE("threat 25: a discovery document of another issuer, or with addresses that are not safe, is refused") {
  for (const std::function<void(json&)>& lie : std::vector<std::function<void(json&)>>{
           [](json& d) { d["issuer"] = "https://accounts.google.com"; },
           [](json& d) { d["issuer"] = d["issuer"].get<std::string>() + "/"; },
           [](json& d) { d["token_endpoint"] = "http://192.0.2.1/token"; },
           [](json& d) { d["token_endpoint"] = "file:///etc/passwd"; },
           [](json& d) { d["jwks_uri"] = "https://user:password@example.org/keys"; },
           [](json& d) { d.erase("jwks_uri"); },
           [](json& d) { d["authorization_endpoint"] = "javascript:alert(1)"; },
       }) {
    Scene scene;
    scene.provider.discovery = lie;
    scene.check_trouble();
    CHECK(scene.provider.asked.empty());  // the browser was not sent anywhere
  }
}

TEST_CASE("threat 25: a token endpoint that redirects gets nothing more from us") {
  Scene scene;
  scene.provider.answer_instead =
      "HTTP/1.1 307 X\r\nLocation: " + scene.provider.issuer() + "/userinfo\r\nContent-Length: 0\r\n\r\n";
  scene.check_trouble();
}

TEST_CASE("threat 25: huge, deep and broken answers are refused") {
  Scene scene;
  scene.provider.keys_instead = R"({"keys":[], "x":")" + std::string(300 * 1024, 'x') + "\"}";
  scene.check_trouble();
  scene.provider.keys_instead = std::string(5'000, '[') + std::string(5'000, ']');
  scene.check_trouble();
  scene.provider.keys_instead.clear();
  for (const std::string& body : {std::string("{}"), std::string("[]"), std::string("<html>"),
                                  R"({"id_token":"a.b.c","id_token":"d.e.f"})" + std::string()}) {
    scene.provider.answer_instead =
        "HTTP/1.1 200 X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    scene.check_trouble();
  }
}

TEST_CASE("threat 25: userinfo about somebody else is refused") {
  Scene scene;
  scene.provider.claims = [](json& c) { c.erase("email"); };
  scene.provider.userinfo = {{"sub", "mallory"}, {"email", "ada@example.org"}, {"email_verified", true}};
  scene.check_refused("sub");
  scene.provider.userinfo["sub"] = "ada-1";
  CHECK(scene.come().location == "/provider#entered");
}

TEST_CASE("threat 25: a signed userinfo answer without its proofs gives nothing, and one about somebody else refuses") {
  const auto settings = json{{"allowed_domains", {"example.org"}}, {"create_accounts", true}};
  const json bob = {{"sub", "bob-1"}, {"email", "bob@example.org"}, {"email_verified", true}};
  const auto come_with = [&](const std::function<std::string(const HostileProvider&)>& userinfo) {
    FakeClock clock;
    HostileProvider provider(clock);
    TestApp app({}, provider.reachable());
    const std::string id = add_provider(app, provider, settings);
    provider.claims = [](json& c) {
      c["sub"] = "bob-1";
      c.erase("email");
    };
    provider.userinfo_instead = http_answer(200, "application/jwt", userinfo(provider));
    const Came came = log_in_by(app, provider, id);
    CHECK(came.session.empty() == (came.location != "/provider#entered"));
    return came.location;
  };
  const auto with = [&](const json& more) {
    json said = bob;
    said.update(more);
    return said;
  };
  const std::string in = "/provider#entered";
  const std::string out = "/provider#refused=domain";  // Bob came, and nothing is known about his address
  CHECK(come_with([&](const HostileProvider& p) { return p.key.token(bob); }) == in);
  CHECK(come_with([&](const HostileProvider& p) { return p.key.token(with({{"aud", "another-client"}})); }) == out);
  CHECK(come_with([&](const HostileProvider& p) {
          return p.key.token(with({{"iss", "https://evil.example"}}));
        }) == out);
  CHECK(come_with([&](const HostileProvider& p) { return p.key.token(with({{"exp", 1}})); }) == out);
  CHECK(come_with([&](const HostileProvider& p) { return p.key.token(bob, {{"typ", "at+jwt"}}); }) == out);
  CHECK(come_with([&](const HostileProvider&) { return TokenSigningKey::p256("key-1").token(bob); }) == out);
  CHECK(come_with([&](const HostileProvider& p) { return p.key.token(bob, {{"alg", "HS256"}}); }) == out);
  CHECK(come_with([&](const HostileProvider&) {
          return oidc::to_base64url(R"({"alg":"none"})") + "." + oidc::to_base64url(bob.dump()) + ".";
        }) == out);
  CHECK(come_with([&](const HostileProvider& p) {
          return p.key.token(with({{"sub", "mallory"}}));
        }) == "/provider#refused=refused");
}

TEST_CASE("threat 25: a wrong signature makes us ask for the keys once a minute, and is still refused") {
  Scene scene;
  CHECK(scene.come().location == "/provider#entered");
  scene.provider.token = [](const json& claims) { return TokenSigningKey::p256("key-1").token(claims); };
  for (int i = 0; i < 3; ++i) scene.check_refused("signature");
  CHECK(scene.provider.keys_fetched == 2);
  // Nor does a token that no key set could make right ask for one.
  scene.app.clock.advance(seconds(61));
  scene.clock_of_the_provider.advance(seconds(61));
  scene.provider.token = {};
  scene.provider.claims = [](json& c) { c["aud"] = "other"; };
  scene.check_refused("aud");
  CHECK(scene.provider.keys_fetched == 2);
}

TEST_CASE("threat 25: keys that moved are believed only from the discovery document of the same issuer") {
  Scene scene;
  CHECK(scene.come().location == "/provider#entered");
  const TokenSigningKey mine = TokenSigningKey::p256("mine");
  scene.provider.token = [mine](const json& claims) { return mine.token(claims); };
  scene.provider.discovery = [](json& d) {
    d["issuer"] = "https://evil.example";
    d["jwks_uri"] = d["jwks_uri"].get<std::string>() + "-of-evil";
  };
  scene.check_refused("kid");
}

TEST_CASE("threat 25: a provider on this machine is out of reach unless the administrator named it") {
  FakeClock clock;
  HostileProvider provider(clock);
  TestApp app;  // nothing named
  const std::string id = add_provider(app, provider);
  CHECK(log_in_by(app, provider, id).location == "/provider#refused=trouble");
  const json tested = app.post("/api/v1/appliance/providers/" + id + "/test", "{}", &app.owner).json();
  CHECK(tested["ok"] == false);
  CHECK(tested["steps"][0]["detail"].get<std::string>().find("address policy") != std::string::npos);
}

}  // namespace connlog
