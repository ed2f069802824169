// Login providers as they are: userinfo that is signed, refused or broken, words in odd forms, keys that change without a
// new name, secrets with every character, long codes and tokens, clocks that differ. Each is a login that works, or a
// sentence for the administrator.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/hostile_provider.h"

namespace connlog {
namespace {

using nlohmann::json;

const std::string kJwt = "application/jwt";

struct Scene {
  FakeClock clock_of_the_provider;
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};
  std::string id;

  // Makes accounts for example.org; `more` is added to the settings.
  explicit Scene(const json& more = json::object()) {
    json body = {{"allowed_domains", {"example.org"}}, {"create_accounts", true}};
    body.update(more);
    id = add_provider(app, provider, body);
  }
  json rows(const std::string& value, const std::string& role) const {
    return json::array({{{"value", value}, {"workspace_id", app.workspace.id.text()}, {"role", role}}});
  }
  void change(const json& body) {
    const ApiAnswer changed = app.patch("/api/v1/appliance/providers/" + id, body.dump(), &app.owner);
    REQUIRE_MESSAGE(changed.status == 200, changed.body);
  }
  // The ID token is about Ada, with these claims and without those that are null.
  void token_says(const json& said) {
    provider.claims = [said](json& claims) {
      for (const auto& [name, value] : said.items()) {
        claims[name] = value;
        if (value.is_null()) claims.erase(name);
      }
    };
  }
  std::string come() { return log_in_by(app, provider, id).location; }
  json test() { return app.post("/api/v1/appliance/providers/" + id + "/test", "{}", &app.owner).json(); }
  json listed() { return app.get("/api/v1/appliance/providers", &app.owner).json()["items"][0]; }
  std::string notice() {
    const json provider_now = listed();
    return provider_now["notice"].is_null() ? "" : provider_now["notice"]["message"].get<std::string>();
  }
  std::string role() {
    return app.storage.read<std::string>([&](Snapshot& snapshot) -> Result<std::string> {
      const auto user = TRY(app.storage->users().find_by_mail(snapshot, "ada@example.org"));
      if (!user) return std::string("nobody");
      const auto membership = TRY(app.storage->workspaces().membership(snapshot, app.workspace.id, user->id));
      return membership ? std::string(to_text(membership->role)) : std::string("none");
    });
  }
  void pass(seconds time) {
    app.clock.advance(time);
    clock_of_the_provider.advance(time);
  }
};

json step_of(const json& tested, const std::string& name) {
  for (const json& step : tested["steps"]) {
    if (step["name"] == name) return step;
  }
  return nullptr;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const json kAda = {{"sub", "ada-1"}, {"email", "ada@example.org"}, {"email_verified", true}};

}  // namespace

// -------------------------------------------------------------------- userinfo

TEST_CASE("a signed userinfo answer is read, with its type, without it, and with a line break at its end") {
  for (const std::string type :
       {"application/jwt", "application/jwt; charset=utf-8", "text/plain", "application/json"}) {
    CAPTURE(type);
    Scene scene;
    scene.token_says({{"email", nullptr}, {"email_verified", nullptr}});
    json said = kAda;
    said["iss"] = scene.provider.issuer();
    said["aud"] = "connlog";
    scene.provider.userinfo_instead = http_answer(200, type, scene.provider.key.token(said) + "\n");
    CHECK(scene.come() == "/provider#entered");
    CHECK(scene.notice().empty());
  }
}

TEST_CASE("userinfo that fails ends no login that the ID token carries, and the administrator reads why") {
  const TokenSigningKey other = TokenSigningKey::p256("key-1");
  for (const auto& each : std::vector<std::pair<std::string, std::string>>{
           {http_answer(403, "text/plain", "no"), "HTTP 403"},
           {http_answer(500, "text/html", "<html>"), "HTTP 500"},
           {http_answer(302, "text/plain", "", "Location: /elsewhere\r\n"), "redirect"},
           {http_answer(200, "text/html", "<html>not.a.token</html>"), "not well-formed JSON"},
           {http_answer(200, "application/json", ""), "not well-formed JSON"},
           {http_answer(200, "application/json", "{}"), "does not say whom"},
           {http_answer(200, "application/json", R"({"sub":1})"), "does not say whom"},
           {http_answer(200, "application/json", R"({"sub":"ada-1","sub":"ada-1"})"), "twice"},
           {http_answer(200, kJwt, other.token(kAda)), "signature is wrong"},
           {http_answer(200, kJwt, "a.b.c.d.e"), "encrypted"},
           {http_answer(200, kJwt, "a.b.c"), "JWT"},
       }) {
    const std::string& word = each.second;
    CAPTURE(word);
    Scene scene(json{{"role_claim", "groups"}});
    scene.provider.userinfo_instead = each.first;
    CHECK(scene.come() == "/provider#entered");
    CHECK_MESSAGE(has(scene.notice(), word), scene.notice());
    CHECK(scene.listed()["trouble"].is_null());
    CHECK(scene.app.get("/api/v1/login/providers").json()["items"][0]["trouble"] == false);
  }
}

TEST_CASE("a list of mail addresses that GitHub does not give ends no login of somebody who is linked") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider, {{"preset", "github"}, {"name", "GitHub"}});
  scene.app.storage.write([&](Transaction& tx) -> Result<void> {
    Login login;
    login.id = LoginId::make(scene.app.clock.now(), scene.app.storage.random);
    login.user = scene.app.member.id;
    REQUIRE(LoginProviderId::parse(id, login.provider));
    login.sub = "4711";
    login.linked_at = scene.app.clock.now();
    return scene.app.storage->logins().put(tx, login);
  });
  scene.provider.mails_instead = http_answer(404, "application/json", "{}");
  CHECK(log_in_by(scene.app, scene.provider, id).location == "/provider#entered");
}

// --------------------------------------------------------------- email_verified

TEST_CASE("email_verified may be a text or a number, in the ID token or in userinfo alone") {
  for (const json& yes : {json(true), json("true"), json("True"), json("TRUE"), json(1), json("1")}) {
    CAPTURE(yes);
    Scene in_token;
    in_token.token_says({{"email_verified", yes}});
    CHECK(in_token.come() == "/provider#entered");
    Scene in_userinfo;
    in_userinfo.token_says({{"email_verified", nullptr}});
    in_userinfo.provider.userinfo = kAda;
    in_userinfo.provider.userinfo["email_verified"] = yes;
    CHECK(in_userinfo.come() == "/provider#entered");
  }
}

TEST_CASE("a person whose address does not count as verified is refused, and the security event says why") {
  const auto event_for = [](const json& token, const json& userinfo) {
    Scene scene;
    scene.token_says(token);
    scene.provider.userinfo = userinfo;
    CHECK(scene.come() == "/provider#refused=domain");
    return last_event(scene.app, "login.refused");
  };
  const json sub = {{"sub", "ada-1"}};
  CHECK(has(event_for({{"email_verified", "false"}}, sub), "email_verified is \"false\""));
  CHECK(has(event_for({{"email_verified", "yes"}}, sub), "email_verified is \"yes\", which says neither"));
  CHECK(has(event_for({{"email_verified", nullptr}}, sub), "neither the ID token nor userinfo says whether"));
  CHECK(has(event_for({{"email_verified", nullptr}}, json::object()), "does not say whom it is about"));
  CHECK(has(event_for({{"email", nullptr}}, sub), "has a mail address"));
  CHECK(has(event_for({{"email", "ada@example.net"}}, sub), "example.net is none of them"));
}

// ------------------------------------------------------------------------ roles

TEST_CASE("roles come as lists, texts, maps and nested paths") {
  for (const auto& each : std::vector<std::pair<std::string, json>>{
           {"groups", {{"groups", {"ops"}}}},
           {"groups", {{"groups", "ops"}}},
           {"groups", {{"groups", "dev ops"}}},
           {"groups", {{"groups", "dev,ops"}}},
           {"groups", {{"groups", {{"ops", {{"1", "example.org"}}}}}}},
           {"realm_access.roles", {{"realm_access", {{"roles", {"ops"}}}}}},
           {"resource_access.org.example.app.roles",
            {{"resource_access", {{"org.example.app", {{"roles", {"ops"}}}}}}}},
           {"https://example.org/groups", {{"https://example.org/groups", {"ops"}}}},
           {"groups.name", {{"groups", json::array({{{"name", "ops"}, {"id", 1}}})}}},
       }) {
    const json& said = each.second;
    CAPTURE(said);
    Scene scene(json{{"role_claim", each.first}});
    scene.change({{"roles", scene.rows("ops", "operator")}});
    scene.token_says(said);
    CHECK(scene.come() == "/provider#entered");
    CHECK(scene.role() == "operator");
  }
}

TEST_CASE("a claim that cannot be read ends no membership and changes no role, and the administrator is told") {
  Scene scene(json{{"role_claim", "groups"}});
  scene.change({{"roles", scene.rows("ops", "operator")}});
  scene.provider.userinfo = {{"sub", "ada-1"}};
  scene.token_says({{"groups", {"ops"}}});
  REQUIRE(scene.come() == "/provider#entered");
  REQUIRE(scene.role() == "operator");
  for (const json& odd : {json::array({{{"name", "ops"}}}), json(true), json{{"name", "ops"}}}) {
    CAPTURE(odd);
    scene.token_says({{"groups", odd}});
    CHECK(scene.come() == "/provider#entered");
    CHECK(scene.role() == "operator");
    CHECK(has(last_event(scene.app, "login.claim_unread"), "the claim groups cannot be read"));
    CHECK(has(scene.notice(), "Roles: the claim groups cannot be read"));
  }
  // Userinfo that could not be asked is no answer either, and a claim that is kept elsewhere is none.
  scene.token_says({{"groups", nullptr}});
  scene.provider.userinfo_instead = http_answer(403, "text/plain", "no");
  CHECK(scene.come() == "/provider#entered");
  CHECK(scene.role() == "operator");
  scene.provider.userinfo_instead.clear();
  scene.token_says({{"groups", nullptr}, {"_claim_names", {{"groups", "src1"}}}});
  CHECK(scene.come() == "/provider#entered");
  CHECK(scene.role() == "operator");
  // The hole stays closed: whoever is in no group any more loses what a group gave.
  scene.token_says({{"groups", nullptr}});
  CHECK(scene.come() == "/provider#entered");
  CHECK(scene.role() == "none");
}

TEST_CASE("an empty claim ends a membership: it was read, and it says none") {
  for (const json& none : {json::array(), json(""), json::object(), json("other"), json::array({"other"})}) {
    CAPTURE(none);
    Scene scene(json{{"role_claim", "groups"}});
    scene.change({{"roles", scene.rows("ops", "operator")}});
    scene.provider.userinfo = {{"sub", "ada-1"}};
    scene.token_says({{"groups", {"ops"}}});
    REQUIRE(scene.come() == "/provider#entered");
    REQUIRE(scene.role() == "operator");
    scene.token_says({{"groups", none}});
    CHECK(scene.come() == "/provider#entered");
    CHECK(scene.role() == "none");
  }
}

TEST_CASE("with a claim that cannot be read, a row for everybody lets newcomers in and lowers nobody") {
  Scene scene(json{{"role_claim", "groups"}});
  json both = scene.rows("ops", "operator");
  both.push_back(scene.rows("*", "viewer")[0]);
  scene.change({{"roles", both}});
  scene.token_says({{"groups", true}});
  CHECK(scene.come() == "/provider#entered");
  CHECK(scene.role() == "viewer");
  scene.token_says({{"groups", {"ops"}}});
  CHECK(scene.come() == "/provider#entered");
  CHECK(scene.role() == "operator");
  scene.token_says({{"groups", true}});
  CHECK(scene.come() == "/provider#entered");
  CHECK(scene.role() == "operator");
}

// ------------------------------------------------------------------------- keys

TEST_CASE("a key that changes under its name, or without one, is fetched once and locks nobody out") {
  for (const bool named : {true, false}) {
    CAPTURE(named);
    Scene scene;
    const auto sign = [&](const json& claims) {
      const std::string header = named ? R"({"alg":"ES256","kid":"key-1"})" : R"({"alg":"ES256"})";
      return scene.provider.key.token_of_texts(header, claims.dump());
    };
    scene.provider.token = sign;
    REQUIRE(scene.come() == "/provider#entered");
    CHECK(scene.provider.keys_fetched == 1);
    scene.provider.key = TokenSigningKey::p256("key-1");
    scene.provider.published = {scene.provider.key};
    CHECK(scene.come() == "/provider#entered");
    CHECK(scene.provider.keys_fetched == 2);
    CHECK(scene.come() == "/provider#entered");
    CHECK(scene.provider.keys_fetched == 2);
  }
}

TEST_CASE("a key that becomes one of another type under its name is found") {
  Scene scene;
  REQUIRE(scene.come() == "/provider#entered");
  scene.provider.key = TokenSigningKey::ed25519("key-1");
  scene.provider.published = {scene.provider.key};
  CHECK(scene.come() == "/provider#entered");
}

TEST_CASE("keys that move to another address are found by the discovery document") {
  Scene scene;
  REQUIRE(scene.come() == "/provider#entered");
  scene.provider.keys_path = "/keys-of-the-new-version";
  scene.provider.key = TokenSigningKey::p256("key-2");
  scene.provider.published = {scene.provider.key};
  CHECK(scene.come() == "/provider#entered");
}

TEST_CASE("a fetch of the keys that fails may be tried again soon") {
  Scene scene;
  REQUIRE(scene.come() == "/provider#entered");
  scene.provider.key = TokenSigningKey::p256("key-1");
  scene.provider.published = {scene.provider.key};
  scene.provider.keys_instead = "<html>";
  CHECK(scene.come() == "/provider#refused=trouble");
  scene.provider.keys_instead.clear();
  scene.pass(seconds(11));
  CHECK(scene.come() == "/provider#entered");
}

TEST_CASE("a signed userinfo answer with a changed key is verified with the new one") {
  Scene scene;
  REQUIRE(scene.come() == "/provider#entered");
  scene.token_says({{"email_verified", nullptr}});
  const TokenSigningKey fresh = TokenSigningKey::p256("key-of-userinfo");
  scene.provider.published.push_back(fresh);
  scene.provider.userinfo_instead = http_answer(200, kJwt, fresh.token(kAda));
  CHECK(scene.come() == "/provider#entered");
}

// ---------------------------------------------------------------------- secrets

TEST_CASE("a client secret with any character reaches the provider, in either way") {
  const std::vector<std::string> secrets = {"plain",
                                            "a:b",
                                            "50%25",
                                            "a+b c",
                                            "%41+~*",
                                            "\"'\\\\/?#[]@!$&()*,;=",
                                            " blanks around ",
                                            "schlüssel-秘密-🔑",
                                            std::string(1'000, '%')};
  for (const std::string& secret : secrets) {
    for (const std::string way : {"basic", "post", "basic as is"}) {
      CAPTURE(secret);
      CAPTURE(way);
      Scene scene;
      scene.provider.secret = secret;
      scene.provider.ways = {way};
      scene.change({{"client_secret", secret}});
      CHECK(scene.come() == "/provider#entered");
      const std::size_t tried = scene.provider.tried.size();
      CHECK(tried <= 3);
      CHECK(scene.come() == "/provider#entered");
      CHECK(scene.provider.tried.size() == tried + 1);  // the way that was accepted goes first now
    }
  }
}

TEST_CASE("the way that the discovery document names goes first") {
  Scene scene;
  scene.provider.discovery = [](json& document) {
    document["token_endpoint_auth_methods_supported"] = {"private_key_jwt", "client_secret_post"};
  };
  CHECK(scene.come() == "/provider#entered");
  CHECK(scene.provider.tried == std::vector<std::string>{"post"});
}

TEST_CASE("a wrong secret is tried in each way once and then refused; a wrong code is tried once") {
  Scene scene;
  scene.provider.secret = "another one";
  CHECK(scene.come() == "/provider#refused=trouble");
  CHECK(scene.provider.tried == std::vector<std::string>{"basic", "post", "basic as is"});
  CHECK(has(scene.listed()["trouble"]["message"].get<std::string>(), "tried: client_secret_basic, client_secret_post"));
  scene.provider.secret = kProviderSecret;
  scene.provider.tried.clear();
  scene.provider.callback = [](auto& back) { back["code"] = "made up"; };
  CHECK(scene.come() == "/provider#refused=trouble");
  CHECK(scene.provider.tried == std::vector<std::string>{"basic"});
}

// ------------------------------------------------------------------------ sizes

TEST_CASE("long codes, access tokens and ID tokens are no reason to refuse a login") {
  Scene scene(json{{"role_claim", "groups"}});
  scene.change({{"roles", scene.rows("group-1999", "operator")}});
  scene.provider.access_token = "access-" + std::string(40'000, 'a');
  json groups = json::array();
  for (int i = 0; i < 2'000; ++i) groups.push_back("group-" + std::to_string(i));
  scene.token_says({{"groups", groups}});
  CHECK(scene.come() == "/provider#entered");
  CHECK(scene.role() == "operator");

  // Userinfo is asked with an access token that no header holds, or that is none; neither ends the login.
  for (const std::string& token : {std::string(), std::string("with a\nline break"), std::string(120'000, 'a')}) {
    scene.provider.access_token = token;
    scene.token_says({{"groups", nullptr}});
    CHECK(scene.come() == "/provider#entered");
    CHECK(scene.role() == "operator");
  }
}

TEST_CASE("a code as long as the head of a request allows is handed in, and what is too long is told to the person") {
  Scene scene;
  const ApiAnswer away = scene.app.get("/api/v1/login/providers/" + scene.id + "/start");
  const std::string path = scene.provider.visit(away.header("Location"));
  const std::string cookie = away.header("Set-Cookie");
  scene.provider.tried.clear();
  const std::size_t at = path.find("code=") + 5;
  Ask back{.path = path.substr(0, at) + std::string(12'000, 'c') + path.substr(path.find('&', at))};
  back.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
  CHECK(scene.app.send(back).header("Location") == "/provider#refused=trouble");  // an unknown code, but a code
  CHECK(scene.provider.refused.back() == "code");
  back.path = "/api/v1/login/providers/callback?error=" + std::string(5'000, 'e') + "&state=x";
  CHECK(scene.app.send(back).status == 303);
  back.path = "/api/v1/login/providers/callback?code=a&state=" + std::string(5'000, 's');
  CHECK(scene.app.send(back).header("Location") == "/provider#refused=trouble");
}

// ----------------------------------------------------------------------- clocks

TEST_CASE("a login that fails by the clocks says by how many seconds, to the administrator") {
  Scene scene;
  scene.clock_of_the_provider.advance(seconds(300));
  CHECK(scene.come() == "/provider#refused=refused");
  const std::string event = last_event(scene.app, "login.refused");
  CHECK_MESSAGE(has(event, "iat: The provider's ID token was refused: it was issued 300 seconds in the future"), event);
  CHECK(has(scene.notice(), "300 seconds in the future"));
  CHECK(scene.app.get("/api/v1/login/providers").json()["items"][0]["trouble"] == false);
}

TEST_CASE("a difference of the clocks within a minute refuses nobody") {
  for (const int difference : {-55, 55}) {
    CAPTURE(difference);
    Scene scene;
    (difference > 0 ? scene.clock_of_the_provider : scene.app.clock).advance(seconds(55));
    CHECK(scene.come() == "/provider#entered");
  }
}

// ------------------------------------------------------------------------- test

TEST_CASE("the test of a provider says what was tried, what came of it, and what to change") {
  Scene scene;
  scene.provider.date_ahead = 0;
  json tested = scene.test();
  CHECK(tested["ok"] == true);
  REQUIRE(tested["steps"].size() == 4);
  for (const json& step : tested["steps"]) CHECK_MESSAGE(step["advice"] == "", step.dump());
  CHECK(has(step_of(tested, "client")["detail"], "The client id and the secret are right. Tried at"));

  scene.provider.date_ahead = 95;
  tested = scene.test();
  CHECK(tested["ok"] == false);
  CHECK(has(step_of(tested, "clock")["detail"], "95 seconds ahead of this appliance's"));
  CHECK(has(step_of(tested, "clock")["advice"], "NTP"));
  CHECK(step_of(tested, "client")["ok"] == true);  // the rest is tested as well
  scene.provider.date_ahead = -30;
  CHECK(has(step_of(scene.test(), "clock")["detail"], "30 seconds behind"));
  scene.provider.date_ahead.reset();
  CHECK(step_of(scene.test(), "clock").is_null());

  scene.provider.ways = {"post"};
  CHECK(has(step_of(scene.test(), "client")["detail"], "client_secret_basic, client_secret_post"));
  scene.provider.secret = "another one";
  tested = scene.test();
  CHECK(tested["ok"] == false);
  CHECK(has(step_of(tested, "client")["detail"], "does not take the client id or the secret"));
  CHECK(has(step_of(tested, "client")["advice"], "Copy the client id and the secret anew"));
  scene.change({{"client_secret", "pasted with a blank "}});
  CHECK(has(step_of(scene.test(), "client")["advice"], "begins or ends with a blank"));
  scene.provider.discovery = [](json& document) {
    document["token_endpoint_auth_methods_supported"] = {"private_key_jwt"};
  };
  CHECK(has(step_of(scene.test(), "client")["advice"], "no way to authenticate with a secret"));
  scene.provider.discovery = [](json& document) {
    document["id_token_signing_alg_values_supported"] = {"HS256", "PS256"};
  };
  CHECK(has(step_of(scene.test(), "keys")["advice"], "RS256, ES256 or EdDSA"));
  scene.provider.discovery = [](json& document) { document["issuer"] = "https://other.example"; };
  CHECK(has(step_of(scene.test(), "discovery")["advice"], "to the last slash"));
  scene.provider.discovery = {};
  scene.provider.published = {TokenSigningKey::rsa("weak", 1'024)};
  CHECK(has(step_of(scene.test(), "keys")["detail"], "1024 bits"));
  scene.provider.keys_path = "/moved";
  scene.provider.published = {scene.provider.key};
  scene.change({{"issuer", scene.provider.issuer() + "/realms/wrong"}});
  CHECK(has(step_of(scene.test(), "discovery")["detail"], "/realms/wrong/.well-known/openid-configuration"));
  CHECK(has(step_of(scene.test(), "discovery")["advice"], "There is nothing at this address"));
}

}  // namespace connlog
