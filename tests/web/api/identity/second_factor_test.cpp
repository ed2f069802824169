// Second factors from the outside: setting up, signing in with them, confirming, losing them, and workspaces that ask.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/factor_world.h"

using namespace connlog;
using nlohmann::json;

namespace {

json factors_of(TestApp& app, const Person& person) {
  return app.get("/api/v1/account/factors", &person).json();
}

bool happened(TestApp& app, const std::string& act) {
  const std::vector<std::string> acts = app.audit_acts();
  return std::find(acts.begin(), acts.end(), act) != acts.end();
}

json totp_proof(const std::string& code) {
  return {{"method", "totp"}, {"code", code}};
}

}  // namespace

TEST_CASE("with an authenticator application, a password is half a login") {
  TestApp app;
  const Application application = add_application(app, app.owner);
  CHECK(application.recovery_codes.size() == 10);
  CHECK(factors_of(app, app.owner)["recovery"]["left"] == 10);
  CHECK(happened(app, "second_factor.totp_added"));

  next_step(app);
  const Waiting login = begin_login(app, "owner@example.org");
  CHECK(login.asked["methods"] == json::array({"totp", "recovery"}));
  CHECK(login.asked["passkey"].is_null());
  const ApiAnswer in = second_step(app, login, totp_proof(code_of(app, application)));
  CHECK(in.status == 200);
  CHECK(in.json()["user"]["mail"] == "owner@example.org");
  CHECK(in.json()["second_factor"] == true);
  CHECK(in.header("Set-Cookie").find("connlog_loopback=cls_") == 0);
  // The ticket is spent.
  next_step(app);
  CHECK(second_step(app, login, totp_proof(code_of(app, application))).json()["code"] == "ticket_expired");
}

TEST_CASE("people without a second factor sign in as before") {
  TestApp app;
  const ApiAnswer in = app.log_in("member@example.org", TestApp::kPassword);
  CHECK(in.status == 200);
  CHECK(in.json()["second_factor"] == false);
}

TEST_CASE(
    "a pending application counts for nothing until its code was typed, and replacing one keeps the old until then") {
  TestApp app;
  CHECK(app.post("/api/v1/account/factors/totp", "", &app.owner).status == 200);
  CHECK(app.log_in("owner@example.org", TestApp::kPassword).json()["second_factor"] == false);
  CHECK(app.post("/api/v1/account/factors/totp/confirm", R"({"code":"000000"})", &app.owner).json()["field"] == "code");
  CHECK(factors_of(app, app.owner)["totp"].is_null());

  const Application first = add_application(app, app.owner);
  CHECK(app.post("/api/v1/account/factors/totp", "", &app.owner).status == 200);  // begun, not finished
  next_step(app);
  CHECK(second_step(app, begin_login(app, "owner@example.org"), totp_proof(code_of(app, first))).status == 200);
  next_step(app);
  const Application second = add_application(app, app.owner);
  CHECK(second.recovery_codes.empty());  // those of the first stay
  next_step(app);
  CHECK(second_step(app, begin_login(app, "owner@example.org"), totp_proof(code_of(app, first))).status == 401);
  CHECK(second_step(app, begin_login(app, "owner@example.org"), totp_proof(code_of(app, second))).status == 200);
}

TEST_CASE("a recovery code stands in once, however it is typed; a new set ends the old one") {
  TestApp app;
  const Application application = add_application(app, app.owner);
  std::string shouted = application.recovery_codes[0];
  std::transform(shouted.begin(), shouted.end(), shouted.begin(), [](unsigned char c) { return std::toupper(c); });
  std::replace(shouted.begin(), shouted.end(), '-', ' ');
  const auto with = [&](const std::string& code) {
    return second_step(app, begin_login(app, "owner@example.org"), {{"method", "recovery"}, {"code", code}}).status;
  };
  CHECK(with(shouted) == 200);
  CHECK(with(application.recovery_codes[0]) == 401);
  CHECK(factors_of(app, app.owner)["recovery"]["left"] == 9);
  CHECK(happened(app, "second_factor.recovery_code_used"));

  const ApiAnswer renewed = app.post("/api/v1/account/factors/recovery-codes", "", &app.owner);
  CHECK(renewed.json()["recovery_codes"].size() == 10);
  CHECK(with(application.recovery_codes[1]) == 401);
  CHECK(with(renewed.json()["recovery_codes"][1]) == 200);
  // Nobody else's.
  next_step(app);
  add_application(app, app.member);
  CHECK(second_step(app, begin_login(app, "member@example.org"),
                    {{"method", "recovery"}, {"code", renewed.json()["recovery_codes"][2]}})
            .status == 401);
}

TEST_CASE("a passkey is the second step, or the whole login, and shows when it was used") {
  for (const webauthn::Algorithm algorithm : {webauthn::Algorithm::es256, webauthn::Algorithm::eddsa}) {
    TestApp app;
    SoftAuthenticator key(algorithm, kPublicOrigin);
    const std::string id = add_passkey(app, app.owner, key, "Blue key");
    CHECK(factors_of(app, app.owner)["passkeys"][0]["name"] == "Blue key");
    CHECK(factors_of(app, app.owner)["passkeys"][0]["last_used_at"].is_null());

    const Waiting login = begin_login(app, "owner@example.org");
    CHECK(login.asked["methods"] == json::array({"passkey", "recovery"}));
    CHECK(login.asked["passkey"]["rp_id"] == "monitor.example.org");
    const json proof = {{"method", "passkey"}, {"passkey", key.answer(login.asked["passkey"]["challenge"])}};
    CHECK(second_step(app, login, proof).status == 200);

    const json options = app.post("/api/v1/login/passkey/options", "").json()["passkey"];
    CHECK(options["user_verification"] == "required");
    CHECK(options["credentials"].empty());
    const ApiAnswer in =
        app.post("/api/v1/login/passkey", key.answer(options["challenge"], handle_of(app.owner)).dump());
    CHECK(in.status == 200);
    CHECK(in.json()["user"]["mail"] == "owner@example.org");
    CHECK(factors_of(app, app.owner)["passkeys"][0]["last_used_at"].is_string());

    CHECK(app.patch("/api/v1/account/passkeys/" + id, R"({"name":"Red key"})", &app.owner).json()["name"] == "Red key");
    CHECK(app.patch("/api/v1/account/passkeys/" + id, R"({"name":"Mine"})", &app.member).status == 404);
    CHECK(app.send(Ask{.method = "DELETE", .path = "/api/v1/account/passkeys/" + id}, &app.member).status == 404);
    CHECK(app.send(Ask{.method = "DELETE", .path = "/api/v1/account/passkeys/" + id}, &app.owner).status == 204);
    // With the last factor its recovery codes are gone.
    CHECK(app.log_in("owner@example.org", TestApp::kPassword).json()["second_factor"] == false);
    CHECK(factors_of(app, app.owner)["recovery"]["left"] == 0);
  }
}

TEST_CASE("a passkey is registered once, and for one person") {
  TestApp app;
  SoftAuthenticator key(webauthn::Algorithm::es256, kPublicOrigin);
  add_passkey(app, app.owner, key);
  const json options = app.post("/api/v1/account/passkeys/options", "", &app.member).json();
  CHECK(app.post("/api/v1/account/passkeys", key.registration(options["challenge"]).dump(), &app.member).status == 409);
}

TEST_CASE(
    "dangerous acts ask for a fresh proof: with the factor where there is one, with the password where there is none") {
  TestApp app;
  app.populate();
  const auto rotate = [&] { return app.post("/api/v1/workspaces/{w}/agents/{agent}/token", "", &app.owner); };
  CHECK(rotate().status == 200);  // signed in a moment ago
  app.clock.advance(std::chrono::minutes(10));
  const ApiAnswer asked = rotate();
  CHECK(asked.status == 403);
  CHECK(asked.json()["code"] == "step_up_required");
  CHECK(asked.json()["methods"] == json::array({"password"}));
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.owner).status == 200);  // looking is not dangerous

  CHECK(confirm_by_password(app, app.owner, "wrong, but long enough").json()["code"] == "bad_factor");
  CHECK(rotate().status == 403);
  CHECK(confirm_by_password(app, app.owner).status == 200);
  CHECK(rotate().status == 200);

  const Application application = add_application(app, app.owner);
  app.clock.advance(std::chrono::minutes(11));
  CHECK(rotate().json()["methods"] == json::array({"totp", "recovery"}));
  CHECK(confirm_by_password(app, app.owner).status == 422);  // no longer enough
  CHECK(app.post("/api/v1/step-up", totp_proof(code_of(app, application)).dump(), &app.owner).status == 200);
  CHECK(rotate().status == 200);
  // Another session of the same person has to prove itself.
  app.clock.advance(std::chrono::minutes(1));
  const Waiting login = begin_login(app, "owner@example.org");
  CHECK(second_step(app, login, totp_proof(code_of(app, application))).status == 200);
}

TEST_CASE("an old session cannot change the way in without a proof") {
  TestApp app;
  app.clock.advance(std::chrono::minutes(11));
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
           {"POST", "/api/v1/account/factors/totp"},
           {"POST", "/api/v1/account/factors/totp/confirm"},
           {"DELETE", "/api/v1/account/factors/totp"},
           {"POST", "/api/v1/account/factors/recovery-codes"},
           {"POST", "/api/v1/account/passkeys/options"},
           {"POST", "/api/v1/account/passkeys"},
           {"DELETE", "/api/v1/account/passkeys/01940000-0000-7000-8000-000000000000"}}) {
    CAPTURE(path);
    CHECK(app.send(Ask{.method = method, .path = path, .body = "{}"}, &app.member).json()["code"] ==
          "step_up_required");
  }
}

TEST_CASE("a workspace that requires a second factor reminds, then refuses, until one is set up") {
  TestApp app;
  const std::string path = "/api/v1/workspaces/{w}/second-factor";
  const auto set = [&](const json& body) {
    return app.send(Ask{.method = "PUT", .path = path, .body = body.dump()}, &app.owner);
  };
  CHECK(set({{"required", true}, {"grace_days", 7}}).status == 409);  // the owner would lock themselves out
  const Application application = add_application(app, app.owner);
  app.events.clear();
  const ApiAnswer required = set({{"required", true}, {"grace_days", 7}});
  CHECK(std::ranges::count(app.events, EventName::access_changed, &Event::name) == 1);  // open screens look again
  CHECK(required.status == 200);
  CHECK(required.json()["members_without"] == json::array({"member", "operator", "viewer"}));
  CHECK(happened(app, "workspace.second_factor_required"));
  CHECK(app.send(Ask{.method = "PUT", .path = path, .body = R"({"required":false})"}, &app.member).status == 403);

  const auto standing = [&](const Person& person) {
    return app.get("/api/v1/me", &person).json()["workspaces"][0]["second_factor"];
  };
  CHECK(standing(app.owner).is_null());
  CHECK(standing(app.member)["refused"] == false);
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.member).status == 200);

  app.clock.advance(std::chrono::days(7) + seconds(1));
  app.member = app.browser_of("member@example.org");
  CHECK(standing(app.member)["refused"] == true);
  const ApiAnswer refused = app.get("/api/v1/workspaces/{w}/agents", &app.member);
  CHECK(refused.status == 403);
  CHECK(refused.json()["code"] == "second_factor_required");
  app.stranger = app.browser_of("stranger@example.org");
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.stranger).status ==
        404);  // who is no member learns nothing of it
  CHECK(app.get("/api/v1/account/factors", &app.member).json()["required_by"][0]["name"] == "Main");

  const Application theirs = add_application(app, app.member);
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.member).status == 200);
  // The last one stays while the workspace asks for it.
  const ApiAnswer kept = app.send(Ask{.method = "DELETE", .path = "/api/v1/account/factors/totp"}, &app.member);
  CHECK(kept.status == 409);
  CHECK(kept.body.find("Main") != std::string::npos);

  next_step(app);
  const Waiting login = begin_login(app, "owner@example.org");
  CHECK(second_step(app, login, totp_proof(code_of(app, application))).status == 200);
}

TEST_CASE("an administrator takes a lost factor away, whatever workspaces ask for, and every session ends") {
  TestApp app;
  add_application(app, app.member);
  CHECK(app.post("/api/v1/appliance/users/" + app.member.id.text() + "/reset-second-factor", "", &app.owner).status ==
        204);
  CHECK(happened(app, "second_factor.all_removed"));
  CHECK(app.get("/api/v1/me", &app.member).status == 401);
  CHECK(app.log_in("member@example.org", TestApp::kPassword).json()["second_factor"] == false);
}
