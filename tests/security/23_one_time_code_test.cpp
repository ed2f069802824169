// Threats 18 and 23: the second step of a login. Codes are guessed, taken twice, or carried to another account; tickets
// are stolen, outlived or forged; answers of passkeys are replayed or made elsewhere.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/factor_world.h"

using namespace connlog;
using nlohmann::json;

namespace {

json totp_proof(const std::string& code) {
  return {{"method", "totp"}, {"code", code}};
}

std::string wrong(const std::string& code) {
  std::string other = code;
  other[0] = other[0] == '9' ? '0' : static_cast<char>(other[0] + 1);
  return other;
}

std::int64_t times(TestApp& app, const std::string& act) {
  const std::vector<std::string> acts = app.audit_acts();
  return std::count(acts.begin(), acts.end(), act);
}

struct PasskeyLogin {
  explicit PasskeyLogin(TestApp& the_app) : app(the_app), key(webauthn::Algorithm::es256, kPublicOrigin) {
    add_passkey(app, app.owner, key);
  }
  std::string challenge() { return app.post("/api/v1/login/passkey/options", "").json()["passkey"]["challenge"]; }
  ApiAnswer send(const json& answer) { return app.post("/api/v1/login/passkey", answer.dump()); }
  ApiAnswer now() { return send(key.answer(challenge(), handle_of(app.owner))); }

  TestApp& app;
  SoftAuthenticator key;
};

}  // namespace

TEST_CASE("codes cannot be guessed: a ticket ends after five, and the account waits wherever the guesses come from") {
  TestApp app;
  const Application application = add_application(app, app.owner);
  next_step(app);
  const Waiting login = begin_login(app, "owner@example.org");
  for (int guess = 0; guess < 5; ++guess) {
    CHECK(second_step(app, login, totp_proof(wrong(code_of(app, application)))).json()["code"] == "bad_factor");
  }
  // The right code comes too late for this ticket.
  CHECK(second_step(app, login, totp_proof(code_of(app, application))).json()["code"] == "ticket_expired");
  CHECK(times(app, "second_factor.refused") == 5);

  // A new ticket, from another address: the account has its own limit.
  const std::string elsewhere = "198.51.100.7";
  const Waiting again = begin_login(app, "owner@example.org", elsewhere);
  const ApiAnswer slowed = second_step(app, again, totp_proof(wrong(code_of(app, application))), elsewhere);
  CHECK(slowed.status == 429);
  CHECK_FALSE(slowed.header("Retry-After").empty());
}

TEST_CASE("one address cannot guess at many accounts") {
  TestApp app;
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    const json forged = {
        {"credential_id", "AAAA"}, {"client_data", "AAAA"}, {"authenticator_data", "AAAA"}, {"signature", "AAAA"}};
    const int status = app.post("/api/v1/login/passkey", forged.dump()).status;
    CHECK((status == 401 || status == 429));
    refused += status == 429 ? 1 : 0;
  }
  CHECK(refused >= 15);
}

TEST_CASE(
    "a code counts once: not for two logins, not for a login and a confirmation, not an older one after a newer") {
  TestApp app;
  const Application application = add_application(app, app.owner);
  const std::string setting_up = code_of(app, application);
  CHECK(second_step(app, begin_login(app, "owner@example.org"), totp_proof(setting_up)).status == 401);
  next_step(app);
  const std::string code = code_of(app, application);
  const Waiting first = begin_login(app, "owner@example.org"), second = begin_login(app, "owner@example.org");
  CHECK(second_step(app, first, totp_proof(code)).status == 200);
  CHECK(second_step(app, second, totp_proof(code)).json()["code"] == "bad_factor");
  CHECK(app.post("/api/v1/step-up", totp_proof(code).dump(), &app.owner).json()["code"] == "bad_factor");
  next_step(app);
  CHECK(second_step(app, second, totp_proof(code)).json()["code"] == "bad_factor");  // still in its window
  CHECK(second_step(app, second, totp_proof(code_of(app, application))).status == 200);
}

TEST_CASE("a ticket is its person's, its address's, five minutes long, and no session") {
  TestApp app;
  const Application application = add_application(app, app.owner);
  next_step(app);
  const Waiting login = begin_login(app, "owner@example.org");
  CHECK(second_step(app, login, totp_proof(code_of(app, application)), "198.51.100.7").json()["code"] ==
        "ticket_expired");
  Ask as_session{.path = "/api/v1/me", .headers = {{"Cookie", "connlog_loopback=" + login.ticket}}};
  CHECK(app.send(as_session).status == 401);
  Waiting forged = login;
  forged.ticket.back() = forged.ticket.back() == '0' ? '1' : '0';
  CHECK(second_step(app, forged, totp_proof(code_of(app, application))).json()["code"] == "ticket_expired");
  app.clock.advance(seconds(300));
  CHECK(second_step(app, login, totp_proof(code_of(app, application))).json()["code"] == "ticket_expired");

  // A new password ends what was begun with the old one.
  const Waiting begun = begin_login(app, "owner@example.org");
  const auto changed =
      app.services->identity.prepare_password("owner@example.org", Secret("green bottles standing on"));
  REQUIRE(changed);
  app.storage.write([&](Transaction& tx) { return app.services->identity.set_password(tx, Actor{}, *changed); });
  CHECK(second_step(app, begun, totp_proof(code_of(app, application))).json()["code"] == "ticket_expired");
}

TEST_CASE("an answer of a passkey counts once, and in its own ceremony") {
  TestApp app;
  PasskeyLogin login(app);
  const json answer = login.key.answer(login.challenge(), handle_of(app.owner));
  CHECK(login.send(answer).status == 200);
  CHECK(login.send(answer).status == 401);

  // The challenge of a confirmation, of a second step, of a registration: none opens a session by itself.
  const std::string of_step_up = app.post("/api/v1/step-up/options", "", &app.owner).json()["passkey"]["challenge"];
  CHECK(login.send(login.key.answer(of_step_up, handle_of(app.owner))).status == 401);
  const Waiting waiting = begin_login(app, "owner@example.org");
  CHECK(login.send(login.key.answer(waiting.asked["passkey"]["challenge"], handle_of(app.owner))).status == 401);
  const std::string of_registration = app.post("/api/v1/account/passkeys/options", "", &app.owner).json()["challenge"];
  CHECK(login.send(login.key.answer(of_registration, handle_of(app.owner))).status == 401);
  // Nor one that we did not make, or that is too old.
  CHECK(login.send(login.key.answer(webauthn::to_base64url(std::vector<std::uint8_t>(40)), handle_of(app.owner)))
            .status == 401);
  const std::string old = login.challenge();
  app.clock.advance(kChallengeLifetime);
  CHECK(login.send(login.key.answer(old, handle_of(app.owner))).status == 401);
  CHECK(login.now().status == 200);
}

TEST_CASE("a passkey used elsewhere, by nobody, or for somebody else opens nothing") {
  TestApp app;
  PasskeyLogin login(app);
  const auto refused = [&](const std::string& what) {
    CAPTURE(what);
    const ApiAnswer answer = login.now();
    CHECK(answer.status == 401);
    CHECK(answer.json()["code"] == "bad_factor");
    CHECK(answer.body.find(what) == std::string::npos);  // which check refused is for the log
  };
  login.key.origin = "https://evil.example";
  refused("origin");
  login.key.origin = "http://monitor.example.org:8443";
  refused("origin");
  login.key.origin = kPublicOrigin;
  login.key.rp_id = "evil.example";
  refused("rp id");
  login.key.rp_id = "monitor.example.org";
  login.key.flags = 0x01;  // touched, not verified
  refused("user verification");
  login.key.flags = 0x05;
  CHECK(login.send(login.key.answer(login.challenge(), handle_of(app.member))).status == 401);
  CHECK(login.send(login.key.answer(login.challenge())).status == 401);  // whom it is for is not said
  SoftAuthenticator stranger(webauthn::Algorithm::es256, kPublicOrigin);
  json borrowed = stranger.answer(login.challenge(), handle_of(app.owner));
  borrowed["credential_id"] = webauthn::to_base64url(login.key.credential_id());
  CHECK(login.send(borrowed).status == 401);
  CHECK(login.now().status == 200);
}

TEST_CASE("another person's passkey is no second step") {
  TestApp app;
  SoftAuthenticator mine(webauthn::Algorithm::eddsa, kPublicOrigin), theirs(webauthn::Algorithm::eddsa, kPublicOrigin);
  add_passkey(app, app.owner, mine);
  add_passkey(app, app.member, theirs);
  const Waiting login = begin_login(app, "owner@example.org");
  const json proof = {{"method", "passkey"}, {"passkey", theirs.answer(login.asked["passkey"]["challenge"])}};
  CHECK(second_step(app, login, proof).json()["code"] == "bad_factor");
}

TEST_CASE("a passkey whose counter goes back is refused, written down, and its owner told") {
  TestApp app;
  PasskeyLogin login(app);
  CHECK(login.now().status == 200);
  CHECK(login.now().status == 200);
  login.key.counter = 1;  // a copy, made earlier
  CHECK(login.now().status == 401);
  CHECK(times(app, "second_factor.passkey_copied") == 1);
  login.key.counter = 50;  // the true one goes on
  CHECK(login.now().status == 200);
}

TEST_CASE("a new password is no way around the second factor: its session is no fresher than the old one") {
  TestApp app;
  add_application(app, app.owner);
  app.clock.advance(std::chrono::minutes(11));
  const ApiAnswer changed =
      app.post("/api/v1/account/password",
               json{{"current", TestApp::kPassword}, {"password", "green bottles standing on"}}.dump(), &app.owner);
  REQUIRE(changed.status == 200);
  Person after = app.owner;
  const std::string cookie = changed.header("Set-Cookie");
  after.cookie = cookie.substr(0, cookie.find(';'));
  after.csrf = changed.json()["csrf_token"];
  CHECK(app.send(Ask{.method = "DELETE", .path = "/api/v1/account/factors/totp"}, &after).json()["code"] ==
        "step_up_required");
}

TEST_CASE("the database holds no secret of a second factor in the clear") {
  TestApp app;
  const Application application = add_application(app, app.owner);
  const auto factor = app.storage.read<std::optional<TotpFactor>>(
      [&](Snapshot& snapshot) { return app.storage->factors().totp(snapshot, app.owner.id); });
  REQUIRE(factor);
  CHECK(factor->sealed_secret.find(application.secret) == std::string::npos);
  CHECK(factor->sealed_secret.find("s2:") == 0);
  // Moved to another person's row it opens nothing.
  TotpFactor planted = *factor;
  planted.user = app.member.id;
  app.storage.write([&](Transaction& tx) { return app.storage->factors().put_totp(tx, planted); });
  next_step(app);
  CHECK(second_step(app, begin_login(app, "member@example.org"), totp_proof(code_of(app, application))).status != 200);
  for (const RecoveryCode& code : app.storage.read<std::vector<RecoveryCode>>(
           [&](Snapshot& snapshot) { return app.storage->factors().recovery_codes(snapshot, app.owner.id); })) {
    const std::string bytes(code.digest.begin(), code.digest.end());
    for (std::string plain : application.recovery_codes) {
      CHECK(bytes.find(plain) == std::string::npos);
      std::erase(plain, '-');
      CHECK(bytes.find(plain) == std::string::npos);
    }
  }
}

TEST_CASE("a passkey that counts nothing has its challenge alone: an answer counts once, and so does a registration") {
  TestApp app;
  SoftAuthenticator key(webauthn::Algorithm::es256, kPublicOrigin);
  key.counts = false;  // as those that are copied between a person's devices
  const std::string offered = app.post("/api/v1/account/passkeys/options", "", &app.owner).json()["challenge"];
  const std::string registration = key.registration(offered).dump();
  const ApiAnswer made = app.post("/api/v1/account/passkeys", registration, &app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  const std::string challenge = app.post("/api/v1/login/passkey/options", "").json()["passkey"]["challenge"];
  const std::string answer = key.answer(challenge, handle_of(app.owner)).dump();
  CHECK(app.post("/api/v1/login/passkey", answer).status == 200);
  CHECK(app.post("/api/v1/login/passkey", answer).status == 401);

  const std::string id = made.json()["passkey"]["id"];
  REQUIRE(app.send(Ask{.method = "DELETE", .path = "/api/v1/account/passkeys/" + id}, &app.owner).status == 204);
  CHECK(app.post("/api/v1/account/passkeys", registration, &app.owner).status ==
        422);  // what was removed stays removed
}

TEST_CASE("a clock that was set back makes no confirmation last longer") {
  TestApp app;
  app.clock.step_wall_clock(-std::chrono::hours(2));
  const ApiAnswer answer = app.post("/api/v1/account/api-keys", R"({"name":"x","scopes":["view"]})", &app.owner);
  CHECK(answer.status == 403);
  CHECK(answer.json()["code"] == "step_up_required");
}
