// The recovery key and the backup passphrase over the API: by which way, how often, and what is left of them.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/appliance/backup/backup_keys.h"
#include "tests/support/schema_check.h"
#include "tests/support/test_app.h"
#include "web/api/openapi.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kKey = "/api/v1/appliance/recovery-key";
const std::string kPassphrase = "/api/v1/appliance/backup-passphrase";

// As a browser on the appliance's own machine asks.
Ask at_the_machine(const std::string& method, const std::string& path, const json& body = nullptr) {
  return Ask{.method = method, .path = path, .body = body.is_null() ? "" : body.dump(), .address = "127.0.0.1"};
}

json made_by(TestApp& app, const std::vector<std::pair<std::string, std::string>>& headers = {}) {
  Ask ask = at_the_machine("POST", kKey);
  ask.headers = headers;
  const ApiAnswer answer = app.send(ask, &app.owner);
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  CHECK(answer.header("Cache-Control") == "no-store");
  const json schema = {{"$ref", "#/components/schemas/RecoveryKeyMade"}};
  CHECK(violations(web::openapi_document("https://monitor.example.org"), schema, answer.json()) ==
        std::vector<std::string>{});
  return answer.json();
}

std::vector<std::string> words_of(const json& made) {
  std::vector<std::string> words;
  std::string text = made["words"];
  for (std::size_t at = 0; at < text.size(); at += 6) words.push_back(text.substr(at, 5));
  return words;
}

json asked_of(const json& made) {
  const std::vector<std::string> words = words_of(made);
  return {{"words", {words.at(made["ask"][0].get<std::size_t>() - 1), words.at(made["ask"][1].get<std::size_t>() - 1)}}};
}

BackupKeysState state_of(TestApp& app) {
  return app.storage.read<BackupKeysState>([&](Snapshot& s) { return app.services->backup_keys.state(s); });
}

}  // namespace

TEST_CASE("words and passphrases pass over https or on the appliance's own machine, and on no other way") {
  TestApp app;
  const json passphrase = {{"passphrase", "correct horse battery"}};
  for (const auto& [method, path, body] :
       {std::tuple("POST", kKey, json(nullptr)), std::tuple("POST", kKey + "/confirm", json{{"words", {"a", "b"}}}),
        std::tuple("PUT", kPassphrase, passphrase)}) {
    CAPTURE(path);
    Ask far = at_the_machine(method, path, body);
    far.address = "192.0.2.10";
    Ask behind = at_the_machine(method, path, body);
    behind.headers = {{"X-Forwarded-For", "192.0.2.10"}};
    for (const Ask& ask : {far, behind}) {
      const ApiAnswer refused = app.send(ask, &app.owner);
      CHECK(refused.status == 403);
      CHECK(refused.json()["code"] == "insecure_connection");
      CHECK(refused.json()["detail"].get<std::string>().find("https") != std::string::npos);
    }
  }
  CHECK(state_of(app).recovery == RecoveryKeyState::none);
  CHECK_FALSE(state_of(app).has_passphrase);
}

TEST_CASE("a recovery key is shown once and confirmed by the two words that were asked for") {
  TestApp app;
  const json made = made_by(app);
  CHECK(words_of(made).size() == 10);
  CHECK(made["signer"] == app.services->backup_keys.signer());
  CHECK(made["instance"].get<std::string>().size() == 36);
  for (const json& wrong : {json{{"words", {"babab", "babab"}}}, json{{"words", {"babab"}}}, json::object(),
                            json{{"words", {"babab", "babab", "babab"}}}, json{{"words", "babab"}}}) {
    const ApiAnswer refused = app.send(at_the_machine("POST", kKey + "/confirm", wrong), &app.owner);
    CHECK(refused.status >= 400);
    CHECK(refused.status < 500);
    CHECK(refused.json()["field"] == "words");
  }
  CHECK(state_of(app).recovery == RecoveryKeyState::unconfirmed);
  const ApiAnswer confirmed = app.send(at_the_machine("POST", kKey + "/confirm", asked_of(made)), &app.owner);
  REQUIRE_MESSAGE(confirmed.status == 200, confirmed.body);
  CHECK(confirmed.json()["fingerprint"] == made["fingerprint"]);
  CHECK(state_of(app).recovery == RecoveryKeyState::confirmed);
  CHECK(app.send(at_the_machine("POST", kKey + "/confirm", asked_of(made)), &app.owner).status == 409);

  const std::string trail = app.get("/api/v1/appliance/trail", &app.owner).body;
  CHECK(trail.find("recovery_key.made") != std::string::npos);
  CHECK(trail.find("recovery_key.confirmed") != std::string::npos);
  CHECK(trail.find(made["fingerprint"].get<std::string>()) != std::string::npos);
  for (const std::string& word : words_of(made)) CHECK(trail.find(word) == std::string::npos);
}

TEST_CASE("the answer with the words is not kept: a repeated request makes other words") {
  TestApp app;
  const std::vector<std::pair<std::string, std::string>> repeated = {{"Idempotency-Key", "once-and-only-once"}};
  const json first = made_by(app, repeated), second = made_by(app, repeated);
  CHECK(first["words"] != second["words"]);
  CHECK(app.send(at_the_machine("POST", kKey + "/confirm", asked_of(second)), &app.owner).status == 200);
  CHECK(state_of(app).fingerprint == second["fingerprint"]);
}

TEST_CASE("a backup passphrase is set and removed, and a short one is refused with its field") {
  TestApp app;
  const ApiAnswer refused = app.send(at_the_machine("PUT", kPassphrase, {{"passphrase", "short"}}), &app.owner);
  CHECK(refused.status >= 400);
  CHECK(refused.json()["field"] == "passphrase");
  CHECK(app.send(at_the_machine("PUT", kPassphrase, {{"passphrase", "correct horse battery"}}), &app.owner).status ==
        204);
  CHECK(state_of(app).has_passphrase);
  CHECK(app.send(at_the_machine("DELETE", kPassphrase), &app.owner).status == 204);
  CHECK_FALSE(state_of(app).has_passphrase);
  CHECK(app.send(at_the_machine("DELETE", kPassphrase), &app.owner).status == 404);
}

TEST_CASE("a leaked recovery key or passphrase is not sealed to any more, and the answer says what is left to do") {
  TestApp app;
  const json made = made_by(app);
  REQUIRE(app.send(at_the_machine("POST", kKey + "/confirm", asked_of(made)), &app.owner).status == 200);
  REQUIRE(app.send(at_the_machine("PUT", kPassphrase, {{"passphrase", "correct horse battery"}}), &app.owner).status ==
          204);
  LeakService& leaks = app.services->trust.leaks();
  Actor actor;
  actor.name = "Ada";
  for (const std::string kind : {"backup_recovery_key", "backup_passphrase"}) {
    CAPTURE(kind);
    const auto listed = app.storage.read<std::vector<LeakedSecret>>(
        [&](Snapshot& s) { return leaks.secrets(s, actor, LeakOwnerKind::appliance, kind, ""); });
    REQUIRE(listed.size() == 1);
    const LeakPlan plan = app.storage.read<LeakPlan>(
        [&](Snapshot& s) { return leaks.plan(s, actor, LeakOwnerKind::appliance, kind, listed[0].id); });
    CHECK_FALSE(plan.by_people.empty());
    app.storage.write([&](Transaction& tx) -> Result<void> {
      const ReportedLeak reported =
          TRY(leaks.report(tx, actor, SessionId{}, LeakOwnerKind::appliance, kind, listed[0].id, ""));
      CHECK(reported.leak.steps_open == 3);
      return {};
    });
    CHECK(app.storage
              .read<std::vector<LeakedSecret>>(
                  [&](Snapshot& s) { return leaks.secrets(s, actor, LeakOwnerKind::appliance, kind, ""); })
              .empty());
  }
  CHECK_FALSE(state_of(app).can_back_up());
  CHECK_FALSE(app.storage.keys.recovery_public_key());
}
