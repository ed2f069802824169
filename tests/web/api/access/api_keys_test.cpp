// API keys over the wire: made, used within their limits, noted, and ended.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/access/api_key.h"
#include "tests/support/factor_world.h"
#include "tests/support/key_ask.h"
#include "tests/support/seeded_random.h"

using namespace connlog;
using nlohmann::json;

namespace {

std::string make_key(TestApp& app, const std::string& path, const json& body, const Person& as) {
  const ApiAnswer made = app.post(path, body.dump(), &as);
  INFO(made.body);
  REQUIRE(made.status == 201);
  return made.json()["token"];
}

json scopes(std::initializer_list<const char*> words) {
  json body = {{"name", "deploy"}, {"scopes", json::array()}};
  for (const char* word : words) body["scopes"].push_back(word);
  return body;
}

const std::string kOfWorkspace = "/api/v1/workspaces/{w}/api-keys";

}  // namespace

TEST_CASE("a key's last eight digits are the CRC-32 of the others, so that a scanner knows a key from noise") {
  SeededRandom random(7);
  for (int i = 0; i < 50; ++i) {
    const Secret token = make_api_key_token(random);
    std::string text(token.reveal());
    CHECK(text.size() == 67);
    CHECK(is_api_key_shaped(text));
    text[10] = text[10] == '0' ? '1' : '0';
    CHECK_FALSE(is_api_key_shaped(text));
  }
  // As zlib and every other CRC-32 have it.
  CHECK(is_api_key_shaped("cl_" + std::string(56, '0') + "cb612bfd"));
  CHECK_FALSE(is_api_key_shaped("cls_" + std::string(64, '0')));
  CHECK_FALSE(is_api_key_shaped("cl_" + std::string(64, '0') + "\n"));
}

TEST_CASE("a workspace's key does what its scopes say, shows its token once, and goes by its name in the audit log") {
  TestApp app;
  app.populate();
  const std::string token = make_key(app, kOfWorkspace, scopes({"view", "edit_subjects"}), app.owner);
  CHECK(app.get(kOfWorkspace, &app.owner).body.find(token) == std::string::npos);

  CHECK(ask_with_key(app, token, "GET", "/api/v1/workspaces/{w}/agents").status == 200);
  CHECK(ask_with_key(app, token, "PATCH", "/api/v1/workspaces/{w}/agents/{agent}", R"({"name":"db-2"})").status == 200);
  const ApiAnswer refused = ask_with_key(app, token, "DELETE", "/api/v1/workspaces/{w}/agents/{agent}");
  CHECK(refused.status == 403);
  CHECK(refused.body.find("rotate_agent_token") != std::string::npos);
  CHECK(ask_with_key(app, token, "GET", kOfWorkspace).status == 403);

  const ApiAnswer me = ask_with_key(app, token, "GET", "/api/v1/me");
  REQUIRE(me.status == 200);
  CHECK(me.json()["api_key"]["name"] == "deploy");
  CHECK(me.json()["user"].is_null());
  CHECK(me.json()["workspaces"].size() == 1);
  CHECK_FALSE(me.json().contains("csrf_token"));
  const std::string trail = app.get("/api/v1/workspaces/{w}/audit", &app.owner).body;
  CHECK(trail.find("\"deploy\"") != std::string::npos);
  CHECK(trail.find(token) == std::string::npos);
}

TEST_CASE("a bearer header makes the cookie worthless, and asks for no CSRF token") {
  TestApp app;
  app.populate();
  const std::string token = make_key(app, kOfWorkspace, scopes({"view"}), app.owner);
  Ask ask{.method = "PATCH",
          .path = "/api/v1/workspaces/{w}/agents/{agent}",
          .body = R"({"name":"db-2"})",
          .headers = {{"Authorization", "Bearer " + token}}};
  CHECK(app.send(ask, &app.owner).status == 403);  // the owner's cookie and CSRF token are beside it
  ask.headers = {{"Authorization", "Bearer cl_" + std::string(64, '0')}};
  CHECK(app.send(ask, &app.owner).status == 401);
  ask.headers = {{"Authorization", "bearer   cl_x"}};
  CHECK(app.send(ask, &app.owner).status == 401);
  ask.headers = {{"Authorization", "Bearer " + token}, {"Authorization", "Bearer " + token}};
  CHECK(app.send(ask, &app.owner).status == 401);
}

TEST_CASE("an Authorization that is not ours is a proxy's business: a session works beside it, and nobody is counted") {
  TestApp app;
  app.populate();
  const std::string token = make_key(app, kOfWorkspace, scopes({"view"}), app.owner);
  for (const char* foreign :
       {"Basic b3duZXI6cHc=", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln", "Bearer", "", "Negotiate YII",
        "Digest username=\"ada\", realm=\"a\"", "cl_nothing", "Bearer agent_1"}) {
    CAPTURE(foreign);
    Ask ask{.path = "/api/v1/me", .headers = {{"Authorization", foreign}}};
    CHECK(app.send(ask, &app.owner).status == 200);
    // Without a session it is no attempt at a key, however often it comes.
    for (int i = 0; i < 30; ++i) {
      const ApiAnswer nobody = app.send(ask);
      CHECK(nobody.status == 401);
      CHECK(nobody.json()["detail"] == "Log in to do this.");
    }
    // What the session changes still needs its CSRF token.
    ask = {.method = "PATCH", .path = "/api/v1/workspaces/{w}/agents/{agent}", .body = R"({"name":"db-2"})"};
    ask.as_browser = false;
    ask.headers = {{"Authorization", foreign}, {"Cookie", app.owner.cookie}, {"Content-Type", "application/json"}};
    CHECK(app.send(ask).status == 403);
  }
  // Beside a key of ours it changes nothing either, in a field of its own or in the same.
  const auto with_both = [&](std::vector<std::pair<std::string, std::string>> headers) {
    Ask ask{.path = "/api/v1/workspaces/{w}/agents", .headers = std::move(headers)};
    ask.as_browser = false;
    return app.send(ask).status;
  };
  CHECK(with_both({{"Authorization", "Basic YTpi"}, {"Authorization", "Bearer " + token}}) == 200);
  CHECK(with_both({{"Authorization", "Bearer " + token}, {"Authorization", "Bearer eyJ"}}) == 200);
  CHECK(with_both({{"Authorization", "Basic YTpi, Bearer " + token}}) == 200);
}

TEST_CASE("what is about a person or the appliance is for people who are logged in") {
  TestApp app;
  json wanted = scopes({"view"});
  const std::string own = make_key(app, "/api/v1/account/api-keys", wanted, app.owner);
  const std::string of_workspace = make_key(app, kOfWorkspace, wanted, app.owner);
  for (const std::string& token : {own, of_workspace}) {
    for (const char* path :
         {"/api/v1/account/api-keys", "/api/v1/appliance", "/api/v1/appliance/users", "/api/v1/events"}) {
      CAPTURE(path);
      const ApiAnswer answer = ask_with_key(app, token, "GET", path);
      CHECK(answer.status == 403);
      CHECK(answer.json()["code"] == "browser_only");
    }
    CHECK(ask_with_key(app, token, "POST", "/api/v1/logout").status == 403);
  }
}

TEST_CASE("a personal key never exceeds its person's present role, and ends with the membership and the person") {
  TestApp app;
  app.populate();
  json wanted = scopes({"view", "edit_subjects", "acknowledge_incident"});
  const std::string token = make_key(app, "/api/v1/account/api-keys", wanted, app.operator_);
  const std::string agent = "/api/v1/workspaces/{w}/agents/{agent}";
  CHECK(ask_with_key(app, token, "GET", agent).status == 200);
  CHECK(ask_with_key(app, token, "PATCH", agent, R"({"name":"x"})").status == 403);  // an operator may not
  const auto set_role = [&](Role role) {
    app.storage.write([&](Transaction& tx) -> Result<void> {
      return app.storage->workspaces().put_membership(
          tx, Membership{app.workspace.id, app.operator_.id, role, app.clock.now()});
    });
  };
  set_role(Role::admin);
  CHECK(ask_with_key(app, token, "PATCH", agent, R"({"name":"x"})").status == 200);
  set_role(Role::viewer);
  CHECK(ask_with_key(app, token, "PATCH", agent, R"({"name":"y"})").status == 403);
  CHECK(ask_with_key(app, token, "POST", "/api/v1/workspaces/{w}/incidents/{incident}/acknowledge", "{}").status ==
        403);

  app.ids["operator"] = app.operator_.id.text();
  CHECK(app.patch("/api/v1/appliance/users/{operator}", R"({"enabled":false})", &app.owner).status == 200);
  CHECK(ask_with_key(app, token, "GET", agent).status == 401);
}

TEST_CASE("expired, revoked and misplaced keys are refused alike, and each refusal is a security event") {
  TestApp app;
  json wanted = scopes({"view"});
  wanted["addresses"] = {"192.0.2.0/24"};
  wanted["days"] = 1;
  const std::string token = make_key(app, kOfWorkspace, wanted, app.owner);
  const std::string path = "/api/v1/workspaces/{w}/agents";
  CHECK(ask_with_key(app, token, "GET", path).status == 200);

  const auto refusals = [&] {
    app.settle();
    const auto acts = app.audit_acts();
    return std::count(acts.begin(), acts.end(), "api_key.refused");
  };
  const ApiAnswer elsewhere = ask_with_key(app, token, "GET", path, {}, "198.51.100.7");
  CHECK(elsewhere.status == 401);
  CHECK(refusals() == 1);
  app.clock.advance(std::chrono::hours(25));
  const ApiAnswer late = ask_with_key(app, token, "GET", path);
  CHECK(late.status == 401);
  CHECK(late.body == elsewhere.body);
  CHECK(refusals() == 2);

  app.owner = app.browser_of(app.owner.mail);
  wanted.erase("addresses");
  const std::string second = make_key(app, kOfWorkspace, wanted, app.owner);
  const json listed = app.get(kOfWorkspace, &app.owner).json()["items"];
  app.ids["key"] = listed[0]["id"];
  CHECK(app.send(Ask{.method = "DELETE", .path = kOfWorkspace + "/{key}"}, &app.owner).status == 204);
  CHECK(ask_with_key(app, second, "GET", path).status == 401);
  CHECK(refusals() == 3);
  CHECK(app.get(kOfWorkspace, &app.owner).body.find(app.ids["key"]) == std::string::npos);
}

TEST_CASE("the last use is noted with its address, and at most once a minute") {
  TestApp app;
  const std::string token = make_key(app, kOfWorkspace, scopes({"view"}), app.owner);
  const auto used = [&] {
    app.settle();
    return app.get(kOfWorkspace, &app.owner).json()["items"][0];
  };
  CHECK(used()["last_used_at"].is_null());
  ask_with_key(app, token, "GET", "/api/v1/me");
  const json first = used();
  CHECK(first["last_used_address"] == "192.0.2.10");
  app.clock.advance(seconds(30));
  ask_with_key(app, token, "GET", "/api/v1/me", {}, "192.0.2.99");
  CHECK(used()["last_used_at"] == first["last_used_at"]);
  app.clock.advance(seconds(31));
  ask_with_key(app, token, "GET", "/api/v1/me", {}, "192.0.2.99");
  CHECK(used()["last_used_address"] == "192.0.2.99");
}

TEST_CASE("a key is given only what its maker may do, and never what decides about keys, ownership or the appliance") {
  TestApp app;
  for (const char* scope :
       {"own_workspace", "manage_api_keys", "answer_leak", "administer_appliance", "everything", ""}) {
    CAPTURE(scope);
    const ApiAnswer answer = app.post(kOfWorkspace, scopes({scope}).dump(), &app.owner);
    CHECK(answer.status == 422);
  }
  CHECK(app.post(kOfWorkspace, scopes({}).dump(), &app.owner).json()["field"] == "scopes");
  CHECK(app.post(kOfWorkspace, scopes({"view"}).dump(), &app.operator_).status == 403);
  json wanted = scopes({"view"});
  for (const char* range :
       {"192.0.2.1/24", "0.0.0.0/33", "example.org", "192.0.2.0/24\n", " 192.0.2.0/24", "1", "::/129"}) {
    CAPTURE(range);
    wanted["addresses"] = {range};
    const ApiAnswer answer = app.post(kOfWorkspace, wanted.dump(), &app.owner);
    CHECK(answer.status == 422);
    CHECK(answer.json()["field"] == "addresses");
  }
}

TEST_CASE("there are at most as many keys as the limit says") {
  TestApp app;
  CHECK(app.send(Ask{.method = "PUT",
                     .path = "/api/v1/appliance/limits",
                     .body = R"({"limits":{"api_keys_per_person":2}})"},
                 &app.owner)
            .status == 200);
  for (int i = 0; i < 2; ++i) make_key(app, "/api/v1/account/api-keys", scopes({"view"}), app.viewer);
  CHECK(app.post("/api/v1/account/api-keys", scopes({"view"}).dump(), &app.viewer).status == 409);
  make_key(app, "/api/v1/account/api-keys", scopes({"view"}), app.member);  // somebody else's do not count
}

TEST_CASE(
    "an owner's key without view_audit sees the owner's acts alone, and a workspace's key with it sees everybody's") {
  TestApp app;
  app.populate();
  const std::string audit = "/api/v1/workspaces/{w}/audit";
  const std::string own = make_key(app, "/api/v1/account/api-keys", scopes({"view", "view_own_audit"}), app.owner);
  CHECK(ask_with_key(app, own, "GET", audit).json()["all"] == false);
  const std::string narrow = make_key(app, kOfWorkspace, scopes({"view", "view_own_audit"}), app.owner);
  CHECK(ask_with_key(app, narrow, "GET", audit).json()["all"] == false);
  const std::string wide = make_key(app, kOfWorkspace, scopes({"view_own_audit", "view_audit"}), app.owner);
  CHECK(ask_with_key(app, wide, "GET", audit).json()["all"] == true);
}

TEST_CASE("where a workspace requires a second factor, a personal key is refused for as long as its person has none") {
  TestApp app;
  app.populate();
  const std::string theirs = make_key(app, "/api/v1/account/api-keys", scopes({"view"}), app.member);
  const std::string of_workspace = make_key(app, kOfWorkspace, scopes({"view"}), app.owner);
  const std::string path = "/api/v1/workspaces/{w}/agents";
  CHECK(ask_with_key(app, theirs, "GET", path).status == 200);

  add_application(app, app.owner);
  REQUIRE(app.send(Ask{.method = "PUT",
                       .path = "/api/v1/workspaces/{w}/second-factor",
                       .body = R"({"required":true,"grace_days":1})"},
                   &app.owner)
              .status == 200);
  CHECK(ask_with_key(app, theirs, "GET", path).status == 200);  // there is a day to set one up
  app.clock.advance(std::chrono::hours(24) + seconds(1));
  const ApiAnswer refused = ask_with_key(app, theirs, "GET", path);
  CHECK(refused.status == 403);
  CHECK(refused.json()["code"] == "second_factor_required");
  CHECK(ask_with_key(app, of_workspace, "GET", path).status == 200);  // nobody's: its maker proved themselves for it

  app.member = app.browser_of(app.member.mail);
  add_application(app, app.member);
  CHECK(ask_with_key(app, theirs, "GET", path).status == 200);
}
