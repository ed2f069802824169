// The production check through the whole server: what the database alone says, that it goes away when it is mended, and
// that only administrators see it.
#include <doctest/doctest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "storage/connection.h"
#include "tests/support/api_scenario.h"
#include "tests/support/mailbox.h"
#include "web/api/openapi.h"
#include "tests/support/schema_check.h"

using namespace connlog;
using nlohmann::json;

namespace {

json inspection_of(TestApp& app) {
  const ApiAnswer answer = app.get("/api/v1/appliance/inspection", &app.owner);
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  return answer.json();
}

std::string severity_of(TestApp& app, const std::string& id) {
  const json inspection = inspection_of(app);
  for (const json& each : inspection["findings"]) {
    if (each["id"] == id) return each["severity"];
  }
  return "not looked at";
}

void plant(TestApp& app, const std::string& sql) {
  app.storage.write([&](Transaction& tx) { return storage::at(tx).execute(sql.c_str()); });
}

// Until the outbox has tried every message once, in vain, and has written that. The clock stands, so it tries none of
// them again, and writes nothing over what a test plants.
void settle_outbox(TestApp& app) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (;;) {
    const auto untried = app.storage.read<std::int64_t>([](Snapshot& snapshot) -> Result<std::int64_t> {
      return storage::at(snapshot).number(
          "SELECT COUNT(*) FROM notification WHERE state <> 'queued' OR last_error = ''");
    });
    if (untried == 0) return;
    if (std::chrono::steady_clock::now() >= limit) FAIL("the outbox did not try ", untried, " messages");
    std::this_thread::yield();
  }
}

}  // namespace

TEST_CASE("the check is for administrators, and answers what the document promises") {
  TestApp app;
  for (const Person* person : {&app.operator_, &app.member, &app.viewer, &app.stranger})
    CHECK(app.get("/api/v1/appliance/inspection", person).status == 403);
  const json found = inspection_of(app);
  const json document = web::openapi_document("https://monitor.example.org");
  CHECK(violations(document, {{"$ref", "#/components/schemas/Inspection"}}, found) == std::vector<std::string>{});
  CHECK(found["counts"]["ok"].get<int>() > 0);
  CHECK(severity_of(app, "address.unset") == "not looked at");  // only the process knows
}

TEST_CASE("mail that is not set up, then never tested, is found until a mail was taken") {
  TestApp app;
  CHECK(severity_of(app, "mail.unset") == "warning");
  test::set_up_mail(app);
  CHECK(severity_of(app, "mail.unset") == "ok");
  CHECK(severity_of(app, "mail.untested") == "warning");
  app.storage.write([&](Transaction& tx) -> Result<void> {
    PostedLetter letter;
    letter.id = LetterId::make(app.clock.now(), app.storage.random);
    letter.kind = "leak";
    letter.to_address = "ada@example.org";
    letter.message_id = "<1@example.org>";
    letter.created_at = letter.next_attempt_at = app.clock.now();
    return app.storage->letters().insert(tx, letter);
  });
  plant(app, "UPDATE letter SET state = 'sent', sent_at = 1");
  CHECK(severity_of(app, "mail.untested") == "ok");
  plant(app,
        "INSERT OR REPLACE INTO setting (key, value) VALUES ('mail_trouble', "
        "'{\"since\":1,\"at\":2,\"answer\":\"535 no\"}')");
  CHECK(severity_of(app, "mail.failing") == "danger");
}

TEST_CASE(
    "people are found: a single administrator, no second factor, nobody logged in for 90 days, open registration") {
  TestApp app;
  CHECK(severity_of(app, "people.single_administrator") == "note");
  CHECK(severity_of(app, "people.second_factor") == "warning");
  CHECK(severity_of(app, "people.stale") == "ok");
  CHECK(severity_of(app, "people.open_registration") == "ok");
  test::set_limit(app, "open_registration", 1);
  CHECK(severity_of(app, "people.open_registration") == "warning");
  plant(app, "UPDATE app_user SET appliance_administrator = 1");
  CHECK(severity_of(app, "people.single_administrator") == "ok");
  plant(app,
        "INSERT INTO totp_factor (user_id, sealed_secret, sealed_pending, last_step, confirmed_at, pending_at, "
        "last_used_at) SELECT id, '', '', 0, 1, 0, 0 FROM app_user");
  CHECK(severity_of(app, "people.second_factor") == "ok");
  plant(app,
        "UPDATE app_user SET created_at = 1, last_login_at = 1; DELETE FROM session WHERE user_id <> "
        "(SELECT id FROM app_user WHERE mail = '" +
            app.owner.mail + "')");
  CHECK(severity_of(app, "people.stale") == "warning");
  plant(app, "UPDATE app_user SET enabled = 0 WHERE mail <> '" + app.owner.mail + "'");
  CHECK(severity_of(app, "people.stale") == "ok");  // who is asking is at work
}

TEST_CASE("recipients are found: none at all, not reached, not tested for 90 days") {
  TestApp app;
  app.populate();
  CHECK(severity_of(app, "recipients.none") == "ok");
  CHECK(severity_of(app, "recipients.unreachable") == "ok");
  settle_outbox(app);
  plant(app, "UPDATE notification SET state = 'failed', last_error = '404 not found'");
  CHECK(severity_of(app, "recipients.unreachable") == "warning");
  plant(app, "UPDATE recipient SET last_tested_at = 9000000000000000");  // somebody has seen the answer since
  CHECK(severity_of(app, "recipients.unreachable") == "ok");
  plant(app, "UPDATE recipient SET last_tested_at = 0, created_at = 1");
  CHECK(severity_of(app, "recipients.untested") == "note");
  plant(app, "UPDATE recipient SET created_at = 9000000000000000 WHERE id NOT IN (SELECT recipient_id FROM notification)");
  plant(app, "UPDATE notification SET state = 'sent', sent_at = 9000000000000000");
  CHECK(severity_of(app, "recipients.untested") == "ok");
  plant(app, "UPDATE recipient SET enabled = 0");
  CHECK(severity_of(app, "recipients.none") == "warning");
}

TEST_CASE("API keys are found that nobody uses or that are old, until they are revoked") {
  TestApp app;
  REQUIRE(app.post("/api/v1/account/api-keys", R"({"name":"own","scopes":["view"]})", &app.member).status == 201);
  CHECK(severity_of(app, "people.api_keys_unused") == "ok");
  plant(app, "UPDATE api_key SET created_at = 1, last_used_at = 1, expires_at = 0");
  CHECK(severity_of(app, "people.api_keys_unused") == "note");
  CHECK(severity_of(app, "people.api_keys_old") == "note");
  plant(app, "UPDATE api_key SET revoked_at = 1");
  CHECK(severity_of(app, "people.api_keys_unused") == "ok");
  CHECK(severity_of(app, "people.api_keys_old") == "ok");
}

TEST_CASE("what the process knows is in the same list") {
  web::WebOptions options;
  options.inspected = [] {
    InspectionFacts facts;
    facts.set_up = SetUpFacts{};
    facts.set_up->public_url = "http://monitor.example.org";
    return facts;
  };
  TestApp app(options);
  CHECK(severity_of(app, "address.plain") == "danger");
  CHECK(inspection_of(app)["findings"][0]["severity"] == "danger");
}
