// The end of an account: who must stay, what goes, and what others keep of it.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "storage/connection.h"
#include "storage/statement.h"
#include "tests/support/factor_world.h"
#include "tests/support/mailbox.h"
#include "tests/support/well_known_person.h"

using namespace connlog;
using nlohmann::json;

namespace {

ApiAnswer erase(TestApp& app, const Person& as) {
  return app.send(Ask{.method = "DELETE", .path = "/api/v1/account"}, &as);
}

std::string detail(const ApiAnswer& answer) {
  return answer.json()["detail"];
}

void give_role(TestApp& app, const Person& person, Role role) {
  app.storage.write([&](Transaction& tx) {
    return app.storage->workspaces().put_membership(tx, Membership{app.workspace.id, person.id, role, app.clock.now()});
  });
}

// By table, how many rows belong to this person: each table whose rows name a person by their id and are about nobody
// else.
using Rows = std::map<std::string, std::int64_t>;
Rows rows_of(TestApp& app, UserId user) {
  return app.storage.read<Rows>([&](Snapshot& snapshot) -> Result<Rows> {
    Rows rows;
    storage::Statement select = TRY(storage::at(snapshot).prepare(
        "SELECT 'app_user', COUNT(*) FROM app_user WHERE id = :user "
        "UNION ALL SELECT 'membership', COUNT(*) FROM membership WHERE user_id = :user "
        "UNION ALL SELECT 'team_member', COUNT(*) FROM team_member WHERE user_id = :user "
        "UNION ALL SELECT 'session', COUNT(*) FROM session WHERE user_id = :user "
        "UNION ALL SELECT 'single_use_link', COUNT(*) FROM single_use_link WHERE user_id = :user "
        "UNION ALL SELECT 'account', COUNT(*) FROM account WHERE user_id = :user "
        "UNION ALL SELECT 'known_device', COUNT(*) FROM known_device WHERE user_id = :user "
        "UNION ALL SELECT 'mail_change', COUNT(*) FROM mail_change WHERE user_id = :user "
        "UNION ALL SELECT 'totp_factor', COUNT(*) FROM totp_factor WHERE user_id = :user "
        "UNION ALL SELECT 'recovery_code', COUNT(*) FROM recovery_code WHERE user_id = :user "
        "UNION ALL SELECT 'passkey', COUNT(*) FROM passkey WHERE user_id = :user "
        "UNION ALL SELECT 'login_ticket', COUNT(*) FROM login_ticket WHERE user_id = :user "
        "UNION ALL SELECT 'login', COUNT(*) FROM login WHERE user_id = :user "
        "UNION ALL SELECT 'login_membership', COUNT(*) FROM login_membership WHERE user_id = :user "
        "UNION ALL SELECT 'api_key', COUNT(*) FROM api_key WHERE user_id = :user "
        "UNION ALL SELECT 'leak', COUNT(*) FROM leak WHERE user_id = :user "
        "UNION ALL SELECT 'chat_account', COUNT(*) FROM chat_account WHERE user_id = :user "
        "UNION ALL SELECT 'quiet', COUNT(*) FROM quiet WHERE by_user = :user "
        "UNION ALL SELECT 'legal_acceptance', COUNT(*) FROM legal_acceptance WHERE user_id = :user "
        "UNION ALL SELECT 'idempotency_key', COUNT(*) FROM idempotency_key WHERE user_id = :user"));
    select.id(":user", user);
    while (true) {
      const bool has_row = TRY(select.step());
      if (!has_row) break;
      storage::Row row(select);
      const std::string table = row.text();
      rows[table] = row.integer();
    }
    return rows;
  });
}

// Tables that hold on to a person by a reference, by the database's own word.
std::vector<std::string> referring_tables(TestApp& app) {
  return app.storage.read<std::vector<std::string>>([](Snapshot& snapshot) -> Result<std::vector<std::string>> {
    storage::Statement select = TRY(storage::at(snapshot).prepare(
        "SELECT DISTINCT m.name FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f "
        "WHERE m.type = 'table' AND f.\"table\" = 'app_user' ORDER BY m.name"));
    return storage::all(select, [](storage::Row& row) { return row.text(); });
  });
}

}  // namespace

TEST_CASE("the last owner of a workspace stays, and is told what to do first") {
  TestApp app;
  const ApiAnswer refused = erase(app, app.stranger);
  CHECK(refused.status == 409);
  CHECK(detail(refused).find("You are the only owner of: Other.") != std::string::npos);
  CHECK(detail(refused).find("Give each another owner, or delete it, first.") != std::string::npos);
  CHECK(app.get("/api/v1/me", &app.stranger).status == 200);
  // Another owner who cannot log in is none.
  give_role(app, app.member, Role::owner);
  app.storage.write([&](Transaction& tx) -> Result<void> {
    const auto found = TRY(app.storage->users().find(tx, app.owner.id));
    User owner = *found;
    owner.enabled = false;
    return app.storage->users().update(tx, owner);
  });
  CHECK(detail(erase(app, app.member)).find("the only owner of: ") != std::string::npos);
}

TEST_CASE("the only administrator of the appliance stays, and goes once there is another") {
  TestApp app;
  give_role(app, app.member, Role::owner);  // of the workspace there is another owner
  const ApiAnswer refused = erase(app, app.owner);
  CHECK(refused.status == 409);
  CHECK(detail(refused) == "You are the only administrator of this appliance. Make somebody else one first.");
  const auto make_administrator = [&](const Person& person) {
    return app.patch("/api/v1/appliance/users/" + person.id.text(), R"({"appliance_administrator":true})", &app.owner)
        .status;
  };
  REQUIRE(make_administrator(app.member) == 200);
  CHECK(erase(app, app.owner).status == 204);
  CHECK(app.get("/api/v1/appliance/users", &app.member).status == 200);
}

TEST_CASE(
    "with a person go their factors, logins, keys, sessions, teams, links and agreements; the trails keep a name") {
  TestApp app;
  test::set_up_mail(app);
  const test::WellKnownPerson known = test::make_well_known(app);
  app.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(app.storage->chat_accounts().put(tx, {known.person.id, "telegram", "4711", "Mia", app.clock.now()}));
    Quiet quiet;
    quiet.id = QuietId::make(app.clock.now(), app.storage.random);
    quiet.workspace = app.workspace.id;
    quiet.name = "Kernel update";
    quiet.by = known.person.id;
    quiet.by_name = "member";
    quiet.starts_at = quiet.created_at = app.clock.now();
    quiet.ends_at = app.clock.now() + seconds(3'600);
    return app.storage->quiets().insert(tx, quiet);
  });
  const Person second = [&] {
    const Waiting login = begin_login(app, known.person.mail);
    return Person{.name = "", .mail = "", .cookie = login.ticket, .csrf = ""};
  }();
  CHECK_FALSE(second.cookie.empty());  // a login that waits for its second step
  const std::vector<std::string> referring = referring_tables(app);
  const auto before = rows_of(app, known.person.id);
  for (const std::string& table : referring) CHECK_MESSAGE(before.contains(table), table, " is not looked at here");
  for (const auto& [table, rows] : before) {
    if (table == "leak" || table == "login_membership") continue;  // they go with the membership, or with the person
    CHECK_MESSAGE(rows > 0, table, " has nothing of this person to lose");
  }

  REQUIRE(erase(app, known.person).status == 204);
  for (const auto& [table, rows] : rows_of(app, known.person.id)) CHECK_MESSAGE(rows == 0, table);
  CHECK(app.get("/api/v1/me", &known.person).status == 401);
  const std::string members = app.get("/api/v1/workspaces/{w}/members", &app.owner).body;
  CHECK(members.find("member@example.org") == std::string::npos);

  // What was done stays, under the name that it was done by.
  const json log = app.get("/api/v1/workspaces/{w}/audit?actor=member", &app.owner).json();
  REQUIRE_FALSE(log["items"].empty());
  CHECK(log["items"][0]["act"] == "member.left");
  CHECK(log["items"][0]["actor_name"] == "member");
  CHECK(log["items"][0]["subject"] == "member@example.org");
  // A new account with the address is somebody else.
  CHECK(app.log_in("member@example.org", TestApp::kPassword).status == 401);
}

TEST_CASE("the key of a deleted person opens nothing") {
  TestApp app;
  const ApiAnswer made = app.post("/api/v1/account/api-keys", R"({"name":"own","scopes":["view"]})", &app.member);
  REQUIRE(made.status == 201);
  Ask ask{.path = "/api/v1/workspaces/{w}/agents", .as_browser = false};
  ask.headers = {{"Authorization", "Bearer " + made.json()["token"].get<std::string>()}};
  CHECK(app.send(ask).status == 200);
  REQUIRE(erase(app, app.member).status == 204);
  CHECK(app.send(ask).status == 401);
}

TEST_CASE("an incident that a deleted person acknowledged keeps their name, and can be worked on") {
  TestApp app;
  app.populate();
  const std::string incident = "/api/v1/workspaces/{w}/incidents/{incident}";
  REQUIRE(app.post(incident + "/acknowledge", R"({"comment":"on my way"})", &app.member).status == 200);
  REQUIRE(app.post(incident + "/comments", R"({"text":"it is the disk"})", &app.member).status == 201);
  REQUIRE(erase(app, app.member).status == 204);
  const ApiAnswer shown = app.get(incident, &app.viewer);
  REQUIRE(shown.status == 200);
  CHECK(shown.json()["acknowledged_by"] == "member");
  CHECK(shown.body.find("on my way") != std::string::npos);
  CHECK(shown.body.find("it is the disk") != std::string::npos);
  CHECK(app.post(incident + "/comments", R"({"text":"replaced"})", &app.operator_).status == 201);
  CHECK(app.get("/api/v1/workspaces/{w}/export", &app.owner).status == 200);
}
