#include "tests/support/well_known_person.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/trust/legal_text.h"
#include "tests/support/factor_world.h"
#include "tests/support/mailbox.h"

namespace connlog::test {
namespace {

using nlohmann::json;

json done(const ApiAnswer& answer) {
  REQUIRE_MESSAGE((answer.status >= 200 && answer.status < 300), answer.body);
  return answer.body.empty() ? json() : answer.json();
}

void link_login(TestApp& app, const Person& person) {
  app.storage.write([&](Transaction& tx) -> Result<void> {
    LoginProvider provider;
    provider.id = LoginProviderId::make(app.clock.now(), app.storage.random);
    provider.name = "Staff login";
    provider.issuer = "https://login.example.org";
    provider.client_id = "connlog";
    provider.enabled = true;
    provider.created_at = app.clock.now();
    TRY(app.storage->logins().put_provider(tx, provider));
    Login login;
    login.id = LoginId::make(app.clock.now(), app.storage.random);
    login.user = person.id;
    login.provider = provider.id;
    login.sub = "mia-1";
    login.mail = "mia@staff.example.org";
    login.name = "Mia of the staff";
    login.linked_at = app.clock.now();
    return app.storage->logins().put(tx, login);
  });
}

std::string session_cookie_value(const Person& person) {
  return person.cookie.substr(person.cookie.find('=') + 1);
}

}  // namespace

WellKnownPerson make_well_known(TestApp& app) {
  WellKnownPerson made;
  made.person = app.member;
  const Person& person = made.person;
  const auto keep = [&made](const std::string& secret) {
    REQUIRE(secret.size() >= 8);
    made.secrets.push_back(secret);
  };
  const std::string w = "/api/v1/workspaces/{w}";

  app.storage.write([&](Transaction& tx) {
    return app.storage->workspaces().put_membership(
        tx, Membership{app.workspace.id, person.id, Role::admin, app.clock.now()});
  });
  const std::string team = done(app.post(w + "/teams", R"({"name":"Network"})", &app.owner))["id"];
  done(app.send(Ask{.method = "PUT",
                    .path = w + "/teams/" + team + "/members/" + person.id.text(),
                    .body = R"({"may_edit":true})"},
                &app.owner));
  const json invited = done(app.post(w + "/invitations", R"({"mail":"ivy@example.net","role":"viewer"})", &person));
  const std::string link = invited["link"];
  keep(link.substr(link.find("link_")));

  const Application application = add_application(app, person);
  keep(application.secret);
  for (const std::string& code : application.recovery_codes) keep(code);
  SoftAuthenticator authenticator(webauthn::Algorithm::es256, kPublicOrigin);
  add_passkey(app, person, authenticator, "Blue key");
  keep(webauthn::to_base64url(authenticator.credential_id()));
  link_login(app, person);

  const std::string key =
      done(app.post("/api/v1/account/api-keys",
                    R"({"name":"backup script","scopes":["view"],"addresses":["192.0.2.0/24"]})", &person))["token"];
  keep(key);
  done(app.patch("/api/v1/account", R"({"login_notices":false})", &person));
  done(app.send(Ask{.method = "POST",
                    .path = w + "/subjects",
                    .body = R"({"kind":"group","name":"Berlin"})",
                    .headers = {{"Idempotency-Key", "0123456789abcdef"}}},
                &person));
  done(app.post("/api/v1/account/mail", R"({"mail":"mia@example.net"})", &person));
  for (const char* kind : {"mail_change_former", "mail_change_new"})
    keep(letter(app, kind, kind == std::string("mail_change_new") ? "mia@example.net" : person.mail)->token);

  auto text = parse_legal_text("terms", "title: Terms of use\nacceptance: required\n---\nBe kind.\n");
  REQUIRE(text);
  app.services->trust.legal().set({*text});
  const std::string version = app.get("/api/v1/legal/terms").json()["version"];
  done(app.post("/api/v1/legal/accept", json{{"name", "terms"}, {"version", version}}.dump(), &person));
  app.services->trust.legal().set({});

  keep(session_cookie_value(person));
  keep(person.csrf);
  app.storage.write([&](Transaction& tx) -> Result<void> {
    const auto user = TRY(app.storage->users().find(tx, person.id));
    keep(user->password_hash);
    const auto sessions = TRY(app.storage->sessions().of_user(tx, person.id));
    for (const Session& session : sessions) keep(to_hex(session.token_digest));
    const auto keys = TRY(app.storage->administration().api_keys.of_user(tx, person.id));
    for (const ApiKey& each : keys) keep(to_hex(each.token_digest));
    const auto codes = TRY(app.storage->factors().recovery_codes(tx, person.id));
    for (const RecoveryCode& code : codes) keep(to_hex(code.digest));
    const auto totp = TRY(app.storage->factors().totp(tx, person.id));
    keep(totp->sealed_secret);
    return {};
  });
  return made;
}

}  // namespace connlog::test
