// Chats as recipients, people's accounts there, a reader's hours, and messages that are sent anew.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/notify/chat_accounts.h"
#include "core/notify/recipient_codes.h"
#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";
// Another server than Telegram's own, so that nobody is asked for updates.
const std::string kChat =
    R"({"name":"Night","kind":"telegram","fields":{"server":"https://bots.example.org","chat":"4711",)"
    R"("token":"123456789:AAExampleTokenOfATestBot0123456789"}})";

json add_chat(TestApp& app) {
  const ApiAnswer added = app.post(kW + "/recipients", kChat, &app.owner);
  REQUIRE_MESSAGE(added.status == 201, added.body);
  CHECK(added.body.find("AAExampleToken") == std::string::npos);
  return added.json()["recipient"];
}

void link(TestApp& app, const Person& person, const std::string& account) {
  app.storage.write([&](Transaction& tx) {
    return app.storage->chat_accounts().put(tx, {person.id, "telegram", account, person.name, app.clock.now()});
  });
}

// As the outbox makes it before it sends it.
std::string make_code(TestApp& app, const json& recipient) {
  RecipientId id;
  REQUIRE(RecipientId::parse(recipient["id"].get<std::string>(), id));
  Actor actor;
  actor.workspace = app.workspace.id;
  actor.name = "Olive";
  std::string code;
  app.storage.write([&](Transaction& tx) -> Result<void> {
    code = TRY(app.services->notify.codes().make(tx, actor, id));
    return {};
  });
  return code;
}

bool has_act(TestApp& app, const std::string& act) {
  const auto acts = app.audit_acts();
  return std::find(acts.begin(), acts.end(), act) != acts.end();
}

// Until the outbox has tried the message once, in vain: it then waits and is touched by nobody.
void settle_outbox(TestApp& app) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (;;) {
    const json told = app.get(kW + "/notifications", &app.owner).json()["items"][0];
    if (!told["last_error"].get<std::string>().empty()) return;
    if (std::chrono::steady_clock::now() >= limit) FAIL("the outbox did not try the message");
    std::this_thread::yield();
  }
}

json code_body(const std::string& code) {
  return {{"code", code}};
}

}  // namespace

TEST_CASE("a chat is unconfirmed until its code was typed; a wrong one counts") {
  TestApp app;
  const json chat = add_chat(app);
  CHECK(chat["consent"] == "unconfirmed");
  const std::string path = kW + "/recipients/" + chat["id"].get<std::string>();
  const std::string code = make_code(app, chat);
  const std::string wrong = code == "000000" ? "000001" : "000000";
  const ApiAnswer refused = app.post(path + "/confirm", code_body(wrong).dump(), &app.owner);
  CHECK(refused.status == 422);
  CHECK(refused.json()["field"] == "code");
  CHECK(refused.body.find("4 more tries") != std::string::npos);
  CHECK(app.post(path + "/confirm", code_body(code).dump(), &app.viewer).status == 403);
  CHECK(app.post(path + "/confirm", code_body(code).dump(), &app.stranger).status == 404);
  const ApiAnswer confirmed = app.post(path + "/confirm", code_body(code).dump(), &app.owner);
  REQUIRE_MESSAGE(confirmed.status == 200, confirmed.body);
  CHECK(confirmed.json()["consent"] == "confirmed");
  CHECK(app.post(path + "/confirm", code_body(code).dump(), &app.owner).status == 409);
  CHECK(app.post(path + "/code", "{}", &app.owner).status == 409);
  CHECK(app.post(path + "/confirmation", "{}", &app.owner).status == 409);  // no letter for a chat
}

TEST_CASE("a recipient has hours of its reader, which are checked") {
  TestApp app;
  app.populate();
  const std::string path = kW + "/recipients/{recipient}";
  const ApiAnswer changed = app.patch(
      path, R"({"zone":"Europe/Berlin","quiet_from":"22:00","quiet_to":"06:30","digest_at":"07:30","weekly":true})",
      &app.owner);
  REQUIRE_MESSAGE(changed.status == 200, changed.body);
  CHECK(changed.json()["zone"] == "Europe/Berlin");
  CHECK(changed.json()["quiet_from"] == "22:00");
  CHECK(changed.json()["quiet_to"] == "06:30");
  CHECK(changed.json()["digest_at"] == "07:30");
  CHECK(changed.json()["weekly"] == true);
  const auto field = [&](const char* body) {
    const ApiAnswer answer = app.patch(path, body, &app.owner);
    CHECK(answer.status == 422);
    return answer.json().value("field", "");
  };
  CHECK(field(R"({"zone":"../etc/passwd"})") == "zone");
  CHECK(field(R"({"zone":"Mars/Olympus"})") == "zone");
  CHECK(field(R"({"quiet_from":"25:00"})") == "quiet_from");
  CHECK(field(R"({"quiet_to":null})") == "quiet_to");
  CHECK(field(R"({"quiet_to":"22:00"})") == "quiet_to");
  CHECK(field(R"({"digest_at":"7:30"})") == "digest_at");
  const ApiAnswer cleared =
      app.patch(path, R"({"quiet_from":null,"quiet_to":null,"digest_at":null,"weekly":false})", &app.owner);
  REQUIRE(cleared.status == 200);
  CHECK(cleared.json()["quiet_from"].is_null());
  CHECK(cleared.json()["digest_at"].is_null());
  CHECK(cleared.json()["zone"] == "Europe/Berlin");
}

TEST_CASE("a new recipient has its reader's hours at once, and none of it where they are wrong") {
  TestApp app;
  app.populate();
  const std::string path = kW + "/recipients";
  json wanted = {{"name", "Night desk"},
                 {"kind", "webhook"},
                 {"fields", {{"url", "https://hooks.example.org/night"}}},
                 {"zone", "Europe/Berlin"},
                 {"quiet_from", "22:00"},
                 {"quiet_to", "06:30"},
                 {"digest_at", "07:30"},
                 {"weekly", true}};
  const ApiAnswer added = app.post(path, wanted.dump(), &app.owner);
  REQUIRE_MESSAGE(added.status == 201, added.body);
  const std::string id = added.json()["recipient"]["id"];
  CHECK(added.json()["recipient"]["quiet_from"] == "22:00");
  const json listed = app.get(path, &app.owner).json();
  for (const json& each : listed["items"]) {
    if (each["id"] != id) continue;
    CHECK(each["zone"] == "Europe/Berlin");
    CHECK(each["quiet_to"] == "06:30");
    CHECK(each["digest_at"] == "07:30");
    CHECK(each["weekly"] == true);
  }
  const std::size_t before = app.get(path, &app.owner).json()["items"].size();
  wanted["zone"] = "Mars/Olympus";
  const ApiAnswer refused = app.post(path, wanted.dump(), &app.owner);
  CHECK(refused.status == 422);
  CHECK(refused.json()["field"] == "zone");
  CHECK(app.get(path, &app.owner).json()["items"].size() == before);
}

TEST_CASE("an owner's own address is theirs before it is verified, and a member's is not") {
  TestApp app;
  app.populate();
  const auto add = [&](const Person& person) {
    Recipient recipient = app.storage.add_recipient(app.workspace, person.mail);
    return recipient.id.text();
  };
  const auto owns = [&](const Person& person, const std::string& id) {
    const json own = app.get("/api/v1/me/recipients", &person).json();
    for (const json& each : own["items"]) {
      if (each["id"] == id) return true;
    }
    return false;
  };
  const std::string of_owner = add(app.owner), of_viewer = add(app.viewer);
  CHECK(owns(app.owner, of_owner));
  CHECK_FALSE(owns(app.owner, of_viewer));
  CHECK_FALSE(owns(app.viewer, of_viewer));
}

TEST_CASE("a reader changes the hours of their own chat and of no other, whatever their role is") {
  TestApp app;
  const json chat = add_chat(app);
  app.post(kW + "/recipients/" + chat["id"].get<std::string>() + "/confirm",
           code_body(make_code(app, chat)).dump(), &app.owner);
  const std::string hours = "/api/v1/me/recipients/" + chat["id"].get<std::string>() + "/hours";
  CHECK(app.get("/api/v1/me/recipients", &app.viewer).json()["items"].empty());
  CHECK(app.patch(hours, R"({"weekly":true})", &app.viewer).status == 404);
  link(app, app.viewer, "4711");
  const json own = app.get("/api/v1/me/recipients", &app.viewer).json()["items"];
  REQUIRE(own.size() == 1);
  CHECK(own[0]["workspace"]["id"] == app.ids.at("w"));
  const ApiAnswer changed = app.patch(hours, R"({"quiet_from":"22:00","quiet_to":"07:00"})", &app.viewer);
  REQUIRE_MESSAGE(changed.status == 200, changed.body);
  CHECK(changed.json()["quiet_from"] == "22:00");
  CHECK(has_act(app, "recipient.hours_changed"));
  // Somebody who has the account, but is no member here.
  app.storage.write(
      [&](Transaction& tx) { return app.storage->chat_accounts().remove(tx, app.viewer.id, "telegram"); });
  link(app, app.stranger, "4711");
  CHECK(app.patch(hours, R"({"weekly":true})", &app.stranger).status == 404);
  // They own another workspace, and its first recipient is their address.
  const json theirs = app.get("/api/v1/me/recipients", &app.stranger).json()["items"];
  CHECK(theirs.size() == 1);
  for (const json& each : theirs) {
    CHECK(each["workspace"]["id"] == app.other_workspace.id.text());
    CHECK(each["id"] != chat["id"]);
  }
}

TEST_CASE("a person sees and unlinks their own chat account, takes it away, and is offered a code") {
  TestApp app;
  add_chat(app);
  link(app, app.member, "77");
  CHECK(app.get("/api/v1/me/chat-accounts", &app.viewer).json()["items"].empty());
  const json mine = app.get("/api/v1/me/chat-accounts", &app.member).json()["items"];
  REQUIRE(mine.size() == 1);
  CHECK(mine[0]["service"] == "telegram");
  CHECK(mine[0]["account"] == "77");
  CHECK(app.get("/api/v1/account/export", &app.member).json()["chat_accounts"] == mine);
  const ApiAnswer offered = app.post("/api/v1/me/chat-accounts", "{}", &app.member);
  REQUIRE_MESSAGE(offered.status == 201, offered.body);
  CHECK(ChatAccounts::is_code_shaped(offered.json()["code"].get<std::string>()));
  CHECK(offered.json()["bots"].size() == 1);
  CHECK(app.send(Ask{.method = "DELETE", .path = "/api/v1/me/chat-accounts/telegram"}, &app.viewer).status == 404);
  CHECK(app.send(Ask{.method = "DELETE", .path = "/api/v1/me/chat-accounts/telegram"}, &app.member).status == 204);
  CHECK(app.get("/api/v1/me/chat-accounts", &app.member).json()["items"].empty());
}

TEST_CASE("a chat account is a person's own secret that can leak: the answer unlinks it") {
  TestApp app;
  link(app, app.member, "77");
  const ApiAnswer plan =
      app.get("/api/v1/account/leak-plan?kind=chat_account&subject=" + app.member.id.text(), &app.member);
  CHECK_MESSAGE(plan.status == 200, plan.body);
  CHECK(plan.body.find("unlinked at once") != std::string::npos);
  const json report = {
      {"kind", "chat_account"}, {"subject", app.member.id.text()}, {"circumstances", "My phone is gone"}};
  const ApiAnswer answered = app.post("/api/v1/account/leaks", report.dump(), &app.member);
  REQUIRE_MESSAGE(answered.status == 201, answered.body);
  CHECK(app.get("/api/v1/me/chat-accounts", &app.member).json()["items"].empty());
  CHECK(has_act(app, "chat_account.unlinked"));
}

TEST_CASE("a message that was sent is sent anew under an id of its own, and the log goes on page by page") {
  TestApp app;
  app.populate();
  settle_outbox(app);
  const std::string path = kW + "/notifications/{notification}";
  app.storage.write([&](Transaction& tx) -> Result<void> {
    NotificationId id;
    NotificationId::parse(app.ids.at("notification"), id);
    auto told = TRY(app.storage->outbox().find(tx, app.workspace.id, id));
    told->notification.state = Notification::State::sent;
    told->notification.sent_at = app.clock.now();
    told->notification.answer = "250 2.0.0 Ok";
    return app.storage->outbox().update(tx, told->notification);
  });
  app.clock.advance(seconds(1));
  CHECK(app.post(path + "/retry", "", &app.viewer).status == 403);
  const ApiAnswer again = app.post(path + "/retry", "", &app.owner);
  REQUIRE_MESSAGE(again.status == 200, again.body);
  CHECK(again.json()["id"] != app.ids.at("notification"));
  CHECK(again.json()["incident_id"] == app.ids.at("incident"));
  CHECK(has_act(app, "notification.sent_again"));

  const json first = app.get(kW + "/notifications?limit=1", &app.owner).json();
  REQUIRE(first["items"].size() == 1);
  CHECK(first["items"][0]["id"] == again.json()["id"]);
  REQUIRE(first["next"].is_string());
  const json second =
      app.get(kW + "/notifications?limit=1&after=" + first["next"].get<std::string>(), &app.owner).json();
  REQUIRE(second["items"].size() == 1);
  CHECK(second["items"][0]["id"] == app.ids.at("notification"));
  CHECK(second["items"][0]["answer"] == "250 2.0.0 Ok");
  CHECK(app.get(kW + "/notifications?recipient=" + app.ids.at("recipient"), &app.owner).json()["items"].size() == 2);
  CHECK(app.get(kW + "/notifications?recipient=" + app.ids.at("incident"), &app.owner).json()["items"].empty());
  CHECK(app.get(kW + "/notifications?after=x", &app.owner).status == 422);
}
