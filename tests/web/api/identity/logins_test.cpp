// Login providers over the API: set-up with a secret that never comes out, links, roles by a claim, the second factor.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/hostile_provider.h"

namespace connlog {
namespace {

using nlohmann::json;

struct Scene {
  FakeClock clock_of_the_provider;
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};

  // As the member's browser walks it: POST, the provider, back.
  std::string link(const std::string& id, const Person& as) {
    const ApiAnswer away = app.post("/api/v1/account/logins", json{{"provider_id", id}}.dump(), &as);
    REQUIRE_MESSAGE(away.status == 200, away.body);
    Ask back{.path = provider.visit(away.json()["url"])};
    const std::string cookie = away.header("Set-Cookie");
    back.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};  // the session's stays at home: it is Strict
    return app.send(back).header("Location");
  }
  std::string role_of(const Person& person) {
    const auto membership = app.storage.read<std::optional<Membership>>([&](Snapshot& snapshot) {
      return app.storage->workspaces().membership(snapshot, app.workspace.id, person.id);
    });
    return membership ? std::string(to_text(membership->role)) : "none";
  }
};

}  // namespace

TEST_CASE("a login provider's secret goes in and never comes out, and the file holds it sealed") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider);
  const ApiAnswer list = scene.app.get("/api/v1/appliance/providers", &scene.app.owner);
  CHECK(list.json()["items"][0]["has_secret"] == true);
  CHECK(list.body.find("s3cret") == std::string::npos);
  CHECK(list.json()["redirect_uri"] == "https://monitor.example.org:8443/api/v1/login/providers/callback");
  const ApiAnswer changed =
      scene.app.patch("/api/v1/appliance/providers/" + id, R"({"name":"Renamed"})", &scene.app.owner);
  CHECK(changed.json()["has_secret"] == true);
  CHECK(changed.body.find("s3cret") == std::string::npos);
  CHECK(scene.app.get("/api/v1/appliance/providers", &scene.app.member).status == 403);
  CHECK(scene.app.get("/api/v1/login/providers").json()["items"][0]["name"] == "Renamed");
  scene.app.patch("/api/v1/appliance/providers/" + id, R"({"enabled":false})", &scene.app.owner);
  CHECK(scene.app.get("/api/v1/login/providers").json()["items"].empty());
  CHECK(scene.app.get("/api/v1/login/providers/" + id + "/start").status == 404);
}

TEST_CASE("what an administrator types about a provider is checked, and errors name the field") {
  Scene scene;
  const auto field_of = [&](const json& change) {
    json body = {{"preset", "generic"}, {"name", "X"}, {"issuer", "https://login.example.org"}, {"client_id", "c"}};
    body.update(change);
    const ApiAnswer answer = scene.app.post("/api/v1/appliance/providers", body.dump(), &scene.app.owner);
    CHECK(answer.status == 422);
    return answer.json().value("field", "");
  };
  CHECK(field_of({{"issuer", "http://login.example.org"}}) == "issuer");
  CHECK(field_of({{"issuer", "https://login.example.org/?tenant=1"}}) == "issuer");
  CHECK(field_of({{"issuer", ""}}) == "issuer");
  CHECK(field_of({{"preset", "microsoft"}, {"issuer", "https://login.microsoftonline.com/common/v2.0"}}) == "issuer");
  CHECK(field_of({{"preset", "facebook"}}) == "preset");
  CHECK(field_of({{"ca_pem", "no certificate"}}) == "ca_pem");
  CHECK(field_of({{"allowed_domains", {"not a domain"}}}) == "allowed_domains");
  CHECK(field_of(
            {{"roles", {{{"value", "ops"}, {"workspace_id", scene.app.workspace.id.text()}, {"role", "viewer"}}}}}) ==
        "role_claim");
  CHECK(field_of({{"role_claim", "groups"},
                  {"roles", {{{"value", "ops"}, {"workspace_id", UserId{}.text()}, {"role", "viewer"}}}}}) == "roles");
}

TEST_CASE("a person links a provider from their session, comes in by it, and unlinks it") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider);
  CHECK(scene.link(id, scene.app.member) == "/account/logins#linked");
  CHECK(scene.link(id, scene.app.viewer) == "/account/logins#refused=taken");
  CHECK(log_in_by(scene.app, scene.provider, id).location == "/provider#entered");
  const json mine = scene.app.get("/api/v1/account/logins", &scene.app.member).json();
  REQUIRE(mine["items"].size() == 1);
  CHECK(mine["linkable"].empty());
  const std::string path = "/api/v1/account/logins/" + mine["items"][0]["id"].get<std::string>();
  CHECK(scene.app.send(Ask{.method = "DELETE", .path = path}, &scene.app.viewer).status == 404);
  CHECK(scene.app.send(Ask{.method = "DELETE", .path = path}, &scene.app.member).status == 204);
  CHECK(log_in_by(scene.app, scene.provider, id).location == "/provider#refused=no_account");
  const auto acts = scene.app.audit_acts();
  for (const char* const act : {"login_provider.added", "login.linked", "login.refused", "login.unlinked"})
    CHECK_MESSAGE(std::ranges::find(acts, act) != acts.end(), act);
}

TEST_CASE("unlinking the only way in is refused, and linking after the session ended too") {
  Scene scene;
  const std::string id =
      add_provider(scene.app, scene.provider, {{"allowed_domains", {"example.org"}}, {"create_accounts", true}});
  const Came came = log_in_by(scene.app, scene.provider, id);
  REQUIRE(came.location == "/provider#entered");
  Person ada;
  ada.cookie = came.session;
  const json me = scene.app.get("/api/v1/me", &ada).json();
  ada.csrf = me["csrf_token"];
  const json mine = scene.app.get("/api/v1/account/logins", &ada).json();
  CHECK(mine["has_password"] == false);
  const std::string path = "/api/v1/account/logins/" + mine["items"][0]["id"].get<std::string>();
  CHECK(scene.app.send(Ask{.method = "DELETE", .path = path}, &ada).status == 409);

  const ApiAnswer away = scene.app.post("/api/v1/account/logins", json{{"provider_id", id}}.dump(), &scene.app.viewer);
  const std::string cookie = away.header("Set-Cookie");
  CHECK(scene.app.post("/api/v1/logout", "", &scene.app.viewer).status == 204);
  Ask back{.path = scene.provider.visit(away.json()["url"])};
  back.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
  CHECK(scene.app.send(back).header("Location") == "/provider#refused=session_over");
}

TEST_CASE("roles follow the claim at each login; the last owner stays, and what people made is not ended") {
  Scene scene;
  const std::string w = scene.app.workspace.id.text();
  scene.provider.userinfo = {{"sub", "ada-1"}};  // asked where the ID token has no groups
  const std::string id = add_provider(scene.app, scene.provider,
                                      {{"role_claim", "realm_access.roles"},
                                       {"roles",
                                        {{{"value", "ops"}, {"workspace_id", w}, {"role", "operator"}},
                                         {{"value", "lead"}, {"workspace_id", w}, {"role", "admin"}}}}});
  REQUIRE(scene.link(id, scene.app.stranger) == "/account/logins#linked");
  const auto come = [&](const json& groups) {
    scene.provider.claims = [groups](json& claims) { claims["realm_access"] = {{"roles", groups}}; };
    CHECK(log_in_by(scene.app, scene.provider, id).location == "/provider#entered");
    return scene.role_of(scene.app.stranger);
  };
  CHECK(come({"other"}) == "none");
  CHECK(come({"ops"}) == "operator");
  CHECK(come({"ops", "lead"}) == "admin");
  CHECK(come({"ops"}) == "operator");
  CHECK(come(json::array()) == "none");

  // The owner of the workspace, by another provider that would make them a viewer.
  HostileProvider& provider = scene.provider;
  provider.claims = [](json& claims) { claims["sub"] = "olga"; };
  const std::string lowering =
      add_provider(scene.app, provider,
                   {{"name", "Second"}, {"roles", {{{"value", "*"}, {"workspace_id", w}, {"role", "viewer"}}}}});
  REQUIRE(scene.link(lowering, scene.app.owner) == "/account/logins#linked");
  CHECK(log_in_by(scene.app, provider, lowering).location == "/provider#entered");
  CHECK(scene.role_of(scene.app.owner) == "owner");
  // A membership that people made is changed by a row, and not ended without one.
  provider.claims = [](json& claims) { claims["sub"] = "mem"; };
  REQUIRE(scene.link(lowering, scene.app.member) == "/account/logins#linked");
  CHECK(log_in_by(scene.app, provider, lowering).location == "/provider#entered");
  CHECK(scene.role_of(scene.app.member) == "viewer");
  scene.app.patch("/api/v1/appliance/providers/" + lowering, R"({"roles":[]})", &scene.app.owner);
  CHECK(scene.role_of(scene.app.member) == "member");  // as people had made it
  CHECK(log_in_by(scene.app, provider, lowering).location == "/provider#entered");
  CHECK(scene.role_of(scene.app.member) == "member");
}

TEST_CASE("another issuer is refused while people are linked: its accounts are other people") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider);
  const std::string path = "/api/v1/appliance/providers/" + id;
  REQUIRE(scene.link(id, scene.app.member) == "/account/logins#linked");
  const ApiAnswer answer = scene.app.patch(path, R"({"issuer":"https://other.example"})", &scene.app.owner);
  CHECK(answer.status == 422);
  CHECK(answer.json()["field"] == "issuer");
}

TEST_CASE("a provider that is down shows it, and the password still opens the door") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider);
  scene.provider.down = true;
  CHECK(log_in_by(scene.app, scene.provider, id).location == "/provider#refused=trouble");
  CHECK(scene.app.get("/api/v1/login/providers").json()["items"][0]["trouble"] == true);
  CHECK(scene.app.log_in("owner@example.org", TestApp::kPassword).status == 200);
  const json listed = scene.app.get("/api/v1/appliance/providers", &scene.app.owner).json();
  CHECK(listed["items"][0]["trouble"]["message"].get<std::string>().find("503") != std::string::npos);
  scene.provider.down = false;
  const json tested = scene.app.post("/api/v1/appliance/providers/" + id + "/test", "{}", &scene.app.owner).json();
  CHECK_MESSAGE(tested["ok"] == true, tested.dump());
  CHECK(scene.app.get("/api/v1/login/providers").json()["items"][0]["trouble"] == false);
}

}  // namespace connlog
