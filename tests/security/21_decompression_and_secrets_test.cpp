// Threat 21: a compressed body that unpacks without end; a secret in a configuration page. No request is decompressed,
// and secrets go in and never come out.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/factor_world.h"
#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

TEST_CASE("a compressed request is refused, whatever is in it") {
  TestApp app;
  app.populate();
  for (const char* encoding : {"gzip", "br", "deflate", "zstd", "GZIP", "identity, gzip", "x-gzip"}) {
    CAPTURE(encoding);
    Ask ask{.method = "POST",
            .path = "/api/v1/login",
            .body = R"({"mail":"owner@example.org","password":"violet anchor seldom rises"})",
            .headers = {{"Content-Encoding", encoding}}};
    CHECK(app.send(ask).status == 415);
    Ask beat{.method = "POST",
             .path = "/api/agents/heartbeat",
             .body = std::string(32, '\0'),
             .headers = {{"Authorization", "Bearer " + app.agent_token}, {"Content-Encoding", encoding}}};
    CHECK(app.send(beat).status == 415);
  }
}

TEST_CASE("secrets are write-only: none comes back from any address that can be read") {
  TestApp app;
  app.populate();
  const std::string mail_password = "swordfish-of-mail";
  const json mail = {{"host", "mail.example.org"}, {"port", 587},
                     {"security", "starttls"},     {"username", "u"},
                     {"password", mail_password},  {"from_address", "c@example.org"}};
  const ApiAnswer stored =
      app.send(Ask{.method = "PUT", .path = "/api/v1/appliance/mail", .body = mail.dump()}, &app.owner);
  REQUIRE(stored.status == 200);
  CHECK(stored.json()["has_password"] == true);
  const ApiAnswer hook =
      app.post("/api/v1/workspaces/{w}/recipients",
               R"({"name":"Hook","kind":"webhook","fields":{"url":"https://hooks.example.org/x"}})", &app.owner);
  REQUIRE(hook.status == 201);
  const std::string hook_secret = hook.json()["secret"];
  const auto made = [&](const std::string& path, const json& body) {
    const ApiAnswer answer = app.post(path, body.dump(), &app.owner);
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return answer.json();
  };
  const std::string bucket_secret = "swordfish-of-the-bucket";
  const json bucket = {{"endpoint", "https://s3.example.org"},
                       {"bucket", "backups"},
                       {"access_key", "AKIDEXAMPLE"},
                       {"secret_key", bucket_secret}};
  const ApiAnswer set =
      app.send(Ask{.method = "PUT", .path = "/api/v1/appliance/backup-bucket", .body = bucket.dump()}, &app.owner);
  REQUIRE_MESSAGE(set.status == 200, set.body);
  CHECK(set.json()["secret_set"] == true);
  CHECK(set.body.find(bucket_secret) == std::string::npos);
  const std::string client_secret = "swordfish-of-the-provider";
  made("/api/v1/appliance/providers", {{"preset", "generic"},
                                       {"name", "Staff"},
                                       {"issuer", "https://login.example.org"},
                                       {"client_id", "c"},
                                       {"client_secret", client_secret},
                                       {"enabled", true}});
  const json scopes = {"view"};
  const std::string of_workspace =
      made("/api/v1/workspaces/{w}/api-keys", {{"name", "deploy"}, {"scopes", scopes}})["token"];
  const std::string own = made("/api/v1/account/api-keys", {{"name", "mine"}, {"scopes", scopes}})["token"];
  const std::string enrolment =
      made("/api/v1/workspaces/{w}/enrolment-keys", {{"name", "k"}, {"authorised", true}})["token"];
  const Application application = add_application(app, app.owner);
  const std::vector<std::string> secrets = {mail_password,
                                            hook_secret,
                                            app.agent_token,
                                            app.setup_token,
                                            TestApp::kPassword,
                                            "argon2id",
                                            "sealed",
                                            app.owner.cookie.substr(app.owner.cookie.find('=') + 1),
                                            client_secret,
                                            bucket_secret,
                                            of_workspace,
                                            own,
                                            enrolment,
                                            application.secret,
                                            "\"s1:",
                                            "\"s2:",
                                            application.recovery_codes.front()};
  for (const char* path : {"/api/v1/me",
                           "/api/v1/appliance",
                           "/api/v1/appliance/mail",
                           "/api/v1/appliance/backups",
                           "/api/v1/workspaces/{w}/agents",
                           "/api/v1/workspaces/{w}/agents/{agent}",
                           "/api/v1/workspaces/{w}/recipients",
                           "/api/v1/workspaces/{w}/rules",
                           "/api/v1/workspaces/{w}/audit?limit=200",
                           "/api/v1/workspaces/{w}/notifications",
                           "/api/v1/workspaces/{w}/incidents/{incident}",
                           "/api/v1/appliance/providers",
                           "/api/v1/appliance/users",
                           "/api/v1/appliance/syslog",
                           "/api/v1/appliance/trail",
                           "/api/v1/appliance/keys",
                           "/api/v1/workspaces/{w}/api-keys",
                           "/api/v1/workspaces/{w}/enrolment-keys",
                           "/api/v1/workspaces/{w}/export",
                           "/api/v1/workspaces/{w}/export?format=zip",
                           "/api/v1/workspaces/{w}/security-events",
                           "/api/v1/account/api-keys",
                           "/api/v1/account/factors",
                           "/api/v1/account/sessions",
                           "/api/v1/account/export",
                           "/api/v1/account/security-events",
                           "/api/v1/login/providers",
                           "/api/v1/workspaces/{w}/overview",
                           "/metrics",
                           "/install.sh",
                           "/api/v1/openapi.json"}) {
    CAPTURE(path);
    const ApiAnswer answer = app.get(path, &app.owner);
    REQUIRE(answer.status == 200);
    for (const std::string& secret : secrets) {
      if (secret == "sealed" && std::string(path) == "/api/v1/openapi.json") continue;
      CAPTURE(secret);
      CHECK(answer.body.find(secret) == std::string::npos);
    }
  }
  // Changed without it, the stored one stays.
  json without = mail;
  without.erase("password");
  CHECK(app.send(Ask{.method = "PUT", .path = "/api/v1/appliance/mail", .body = without.dump()}, &app.owner)
            .json()["has_password"] == true);
}

TEST_CASE("a problem shows what went wrong and nothing of the inside") {
  web::WebOptions settings;
  settings.ready = []() -> Result<void> {
    return Error{ErrorCode::unavailable, "The disk is full.", {}, "sqlite: /var/lib/secret/path"};
  };
  TestApp app(std::move(settings));
  const ApiAnswer answer = app.get("/readyz");
  CHECK(answer.body.find("The disk is full.") != std::string::npos);
  CHECK(answer.body.find("/var/lib") == std::string::npos);
  CHECK(answer.body.find("sqlite") == std::string::npos);
}
