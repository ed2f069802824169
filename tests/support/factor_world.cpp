#include "tests/support/factor_world.h"

#include <doctest/doctest.h>

namespace connlog {

using nlohmann::json;

ApiAnswer confirm_by_password(TestApp& app, const Person& person, const std::string& password) {
  return app.post("/api/v1/step-up", json{{"method", "password"}, {"password", password}}.dump(), &person);
}

Application add_application(TestApp& app, const Person& person) {
  const ApiAnswer offered = app.post("/api/v1/account/factors/totp", "", &person);
  INFO(offered.body);
  REQUIRE(offered.status == 200);
  Application application{offered.json()["secret"], {}};
  const ApiAnswer confirmed =
      app.post("/api/v1/account/factors/totp/confirm", json{{"code", code_of(app, application)}}.dump(), &person);
  INFO(confirmed.body);
  REQUIRE(confirmed.status == 200);
  application.recovery_codes = confirmed.json()["recovery_codes"];
  return application;
}

std::string code_of(const TestApp& app, const Application& application) {
  return totp::code_at(Secret(application.secret), totp::step_of(app.clock.now()));
}

void next_step(TestApp& app) {
  app.clock.advance(seconds(totp::kStepSeconds));
}

std::string add_passkey(TestApp& app, const Person& person, SoftAuthenticator& key, const std::string& name) {
  const ApiAnswer options = app.post("/api/v1/account/passkeys/options", "", &person);
  INFO(options.body);
  REQUIRE(options.status == 200);
  const ApiAnswer added =
      app.post("/api/v1/account/passkeys", key.registration(options.json()["challenge"], name).dump(), &person);
  INFO(added.body);
  REQUIRE(added.status == 201);
  return added.json()["passkey"]["id"];
}

std::string handle_of(const Person& person) {
  return webauthn::to_base64url(person.id.bytes);
}

Waiting begin_login(TestApp& app, const std::string& mail, const std::string& address) {
  const ApiAnswer answer = app.log_in(mail, TestApp::kPassword, address);
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  REQUIRE(answer.json().contains("second_factor"));
  REQUIRE(answer.json()["second_factor"].is_object());
  CHECK(answer.header("Set-Cookie") == "");
  Waiting waiting{answer.json()["second_factor"]["ticket"], answer.json()["second_factor"]};
  return waiting;
}

ApiAnswer second_step(TestApp& app, const Waiting& login, const json& proof, const std::string& address) {
  json body = proof;
  body["ticket"] = login.ticket;
  Ask ask{.method = "POST", .path = "/api/v1/login/second-factor", .body = body.dump()};
  ask.address = address;
  return app.send(ask);
}

}  // namespace connlog
