// One's own account, through the whole server: profile, password, sessions, mail address, data, registration, the end.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/crypto/password.h"
#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;
using test::letter;

namespace {

const std::string kNew = "grey lantern floats away";

ApiAnswer erase(TestApp& app, const std::string& path, const Person& as) {
  return app.send(Ask{.method = "DELETE", .path = path}, &as);
}

json account(TestApp& app, const Person& as) {
  return app.get("/api/v1/account", &as).json();
}

Person person_of(const ApiAnswer& answer) {
  const std::string cookie = answer.header("Set-Cookie");
  return Person{
      .name = "", .mail = "", .cookie = cookie.substr(0, cookie.find(';')), .csrf = answer.json()["csrf_token"]};
}

}  // namespace

TEST_CASE("a person sees and changes their own profile") {
  TestApp app;
  const json before = account(app, app.member);
  CHECK(before["mail"] == "member@example.org");
  CHECK(before["has_password"] == true);
  CHECK(before["login_notices"] == true);
  CHECK(before["mail_verified_at"].is_null());
  CHECK(before["owned_alone"].empty());
  CHECK_FALSE(before.contains("password_hash"));
  const ApiAnswer changed = app.patch("/api/v1/account", R"({"name":"Mia","login_notices":false})", &app.member);
  REQUIRE(changed.status == 200);
  CHECK(changed.json()["name"] == "Mia");
  CHECK(changed.json()["login_notices"] == false);
  CHECK(app.get("/api/v1/me", &app.member).json()["user"]["name"] == "Mia");
  const ApiAnswer wrong = app.patch("/api/v1/account", R"({"name":"a\nb"})", &app.member);
  CHECK(wrong.status == 422);
  CHECK(wrong.json()["field"] == "name");
}

TEST_CASE("sessions are listed with device, address and last use, and each can be ended") {
  TestApp app;
  Ask ask{.method = "POST",
          .path = "/api/v1/login",
          .body = json{{"mail", "member@example.org"}, {"password", TestApp::kPassword}}.dump(),
          .headers = {{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"}}};
  ask.address = "198.51.100.7";
  const ApiAnswer opened = app.send(ask);
  REQUIRE(opened.status == 200);
  const Person other = person_of(opened);
  const json sessions = app.get("/api/v1/account/sessions", &app.member).json()["items"];
  REQUIRE(sessions.size() == 2);
  CHECK(sessions[0]["device"] == "Firefox on Linux");
  CHECK(sessions[0]["address"] == "198.51.100.7");
  CHECK(sessions[0]["current"] == false);
  CHECK(sessions[1]["current"] == true);
  CHECK(sessions[0].dump().find("token") == std::string::npos);

  const std::string id = sessions[0]["id"];
  // Somebody else's session is not there.
  CHECK(erase(app, "/api/v1/account/sessions/" + id, app.viewer).status == 404);
  CHECK(app.get("/api/v1/me", &other).status == 200);
  CHECK(erase(app, "/api/v1/account/sessions/" + id, app.member).status == 204);
  CHECK(app.get("/api/v1/me", &other).status == 401);
  CHECK(erase(app, "/api/v1/account/sessions/" + id, app.member).status == 404);
  CHECK(app.get("/api/v1/me", &app.member).status == 200);

  const Person third = app.browser_of("member@example.org");
  CHECK(erase(app, "/api/v1/account/sessions", app.member).status == 204);
  CHECK(app.get("/api/v1/me", &third).status == 401);
  CHECK(app.get("/api/v1/me", &app.member).status == 200);
  CHECK(erase(app, "/api/v1/account/sessions?which=mine", app.member).json()["field"] == "which");
  const ApiAnswer everywhere = erase(app, "/api/v1/account/sessions?which=all", app.viewer);
  CHECK(everywhere.status == 204);
  CHECK(everywhere.header("Set-Cookie").find("Max-Age=0") != std::string::npos);
  CHECK(app.get("/api/v1/me", &app.viewer).status == 401);
  const std::string own = app.get("/api/v1/account/sessions", &app.member).json()["items"][0]["id"];
  const ApiAnswer ended = erase(app, "/api/v1/account/sessions/" + own, app.member);
  CHECK(ended.header("Set-Cookie").find("Max-Age=0") != std::string::npos);
  CHECK(app.get("/api/v1/me", &app.member).status == 401);
}

TEST_CASE("the limits on sessions hold for sessions that were opened before they were set") {
  TestApp app;
  app.clock.advance(std::chrono::minutes(30));
  CHECK(app.get("/api/v1/me", &app.viewer).status == 200);
  app.settle();
  test::set_limit(app, "session_idle_minutes", 20);
  app.clock.advance(std::chrono::minutes(19));
  CHECK(app.get("/api/v1/me", &app.viewer).status == 200);
  app.settle();
  app.clock.advance(std::chrono::minutes(20));
  CHECK(app.get("/api/v1/me", &app.viewer).status == 401);
  test::set_limit(app, "session_idle_minutes", 600);
  const Person again = app.browser_of("viewer@example.org");
  test::set_limit(app, "session_absolute_hours", 1);
  app.clock.advance(std::chrono::minutes(59));
  CHECK(app.get("/api/v1/me", &again).status == 200);
  app.clock.advance(std::chrono::minutes(1));
  CHECK(app.get("/api/v1/me", &again).status == 401);
}

TEST_CASE("a change of password needs the current one and is refused by field") {
  TestApp app;
  const auto refused = [&](const char* current, const char* wanted) {
    const ApiAnswer answer =
        app.post("/api/v1/account/password", json{{"current", current}, {"password", wanted}}.dump(), &app.member);
    CHECK(answer.status == 422);
    CHECK(answer.body.find(wanted) == std::string::npos);
    return answer.json()["field"].get<std::string>();
  };
  CHECK(refused("not my password at all", kNew.c_str()) == "current");
  CHECK(refused(TestApp::kPassword.c_str(), "x7!q") == "password");
  CHECK(refused(TestApp::kPassword.c_str(), "member@example.org") == "password");
  CHECK(refused(TestApp::kPassword.c_str(), TestApp::kPassword.c_str()) == "password");
  CHECK(app.get("/api/v1/me", &app.member).status == 200);
}

TEST_CASE("the person is told by mail of a new password, and of a login from a new place unless they do not want it") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.log_in("member@example.org", TestApp::kPassword, "203.0.113.9").status == 200);
  const auto told = letter(app, "new_login", "member@example.org");
  REQUIRE(told);
  CHECK(told->row.text.find("203.0.113.9") != std::string::npos);
  const auto count = test::letters(app).size();
  REQUIRE(app.log_in("member@example.org", TestApp::kPassword, "203.0.113.9").status == 200);
  CHECK(test::letters(app).size() == count);  // known by now
  REQUIRE(app.patch("/api/v1/account", R"({"login_notices":false})", &app.member).status == 200);
  REQUIRE(app.log_in("member@example.org", TestApp::kPassword, "203.0.113.10").status == 200);
  CHECK(test::letters(app).size() == count);

  REQUIRE(app.post("/api/v1/account/password", json{{"current", TestApp::kPassword}, {"password", kNew}}.dump(),
                   &app.member)
              .status == 200);
  CHECK(letter(app, "password_changed", "member@example.org").has_value());
}

TEST_CASE("a forgotten password is chosen anew behind the link, which proves the address, and all sessions end") {
  TestApp app;
  test::set_up_mail(app);
  CHECK(app.post("/api/v1/password-reset", R"({"mail":"MEMBER@example.org"})").status == 202);
  const auto mail = letter(app, "password_reset", "member@example.org");
  REQUIRE(mail);
  CHECK(mail->path.starts_with("/reset#token=link_"));
  const auto complete = [&](const std::string& token, const std::string& password) {
    return app.post("/api/v1/password-reset/complete", json{{"token", token}, {"password", password}}.dump());
  };
  CHECK(complete(mail->token, "short").json()["field"] == "password");  // and the link still works
  const ApiAnswer done = complete(mail->token, kNew);
  CHECK(done.status == 204);
  CHECK(done.header("Set-Cookie").empty());  // they log in, with their second factor if they have one
  CHECK(app.get("/api/v1/me", &app.member).status == 401);
  CHECK(app.log_in("member@example.org", TestApp::kPassword).status == 401);
  const ApiAnswer in = app.log_in("member@example.org", kNew);
  REQUIRE(in.status == 200);
  CHECK_FALSE(account(app, person_of(in))["mail_verified_at"].is_null());
  const ApiAnswer again = complete(mail->token, kNew + "!");
  CHECK(again.status == 403);
  CHECK(again.json()["field"] == "token");
}

TEST_CASE("a mail address is proved by the link that went to it") {
  TestApp app;
  CHECK(app.post("/api/v1/account/mail/verification", "{}", &app.member).status == 409);  // mail is not set up
  test::set_up_mail(app);
  CHECK(app.post("/api/v1/account/mail/verification", "{}", &app.member).status == 202);
  const auto mail = letter(app, "mail_verification", "member@example.org");
  REQUIRE(mail);
  CHECK(mail->path.starts_with("/verify#mail="));
  const ApiAnswer answer = app.post("/api/v1/verify-mail", json{{"token", mail->token}, {"kind", "mail"}}.dump());
  CHECK(answer.status == 200);
  CHECK(answer.json()["outcome"] == "verified");
  CHECK_FALSE(account(app, app.member)["mail_verified_at"].is_null());
}

TEST_CASE("a mail address changes only when both addresses agree") {
  TestApp app;
  test::set_up_mail(app);
  const auto ask = [&](const std::string& mail) {
    return app.post("/api/v1/account/mail", json{{"mail", mail}}.dump(), &app.member);
  };
  const auto answer = [&](const std::string& token, const char* kind, bool agree = true) {
    return app.post("/api/v1/verify-mail", json{{"token", token}, {"kind", kind}, {"agree", agree}}.dump());
  };
  CHECK(ask("member@example.org").json()["field"] == "mail");
  CHECK(ask("no address").json()["field"] == "mail");
  REQUIRE(ask("mia@example.net").status == 202);
  const auto former = letter(app, "mail_change_former", "member@example.org");
  const auto wanted = letter(app, "mail_change_new", "mia@example.net");
  REQUIRE(former);
  REQUIRE(wanted);
  CHECK(answer(wanted->token, "former").status == 403);  // a link of the one is not one of the other
  CHECK(answer(wanted->token, "new").json()["outcome"] == "waits_for_other");
  CHECK(account(app, app.member)["mail"] == "member@example.org");
  CHECK(account(app, app.member)["mail_change"]["new_agreed"] == true);
  CHECK(answer(wanted->token, "new").status == 403);  // once
  CHECK(answer(former->token, "former").json()["outcome"] == "changed");
  const json after = account(app, app.member);
  CHECK(after["mail"] == "mia@example.net");
  CHECK(after["mail_change"].is_null());
  CHECK_FALSE(after["mail_verified_at"].is_null());
  CHECK(letter(app, "mail_changed", "member@example.org").has_value());
  CHECK(letter(app, "mail_changed", "mia@example.net").has_value());
  CHECK(app.log_in("mia@example.net", TestApp::kPassword).status == 200);
  CHECK(app.log_in("member@example.org", TestApp::kPassword).status == 401);
}

TEST_CASE("the former address alone changes nothing, and what it may still open ends with the change") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  const auto reset = letter(app, "password_reset", "member@example.org");
  REQUIRE(app.post("/api/v1/account/mail", R"({"mail":"mia@example.net"})", &app.member).status == 202);
  const auto former = letter(app, "mail_change_former", "member@example.org");
  const auto wanted = letter(app, "mail_change_new", "mia@example.net");
  REQUIRE(reset);
  REQUIRE(former);
  REQUIRE(wanted);
  const auto agree = [&](const std::string& token, const char* kind) {
    return app.post("/api/v1/verify-mail", json{{"token", token}, {"kind", kind}}.dump());
  };
  CHECK(agree(former->token, "former").json()["outcome"] == "waits_for_other");
  CHECK(account(app, app.member)["mail"] == "member@example.org");
  CHECK(agree(wanted->token, "new").json()["outcome"] == "changed");
  CHECK(app.post("/api/v1/password-reset/complete",
                 json{{"token", reset->token}, {"password", "grey lantern floats away"}}.dump())
            .status == 403);
}

TEST_CASE("the links of a disabled person do nothing") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.post("/api/v1/account/mail/verification", "{}", &app.member).status == 202);
  const auto link = letter(app, "mail_verification", "member@example.org");
  REQUIRE(link);
  REQUIRE(app.patch("/api/v1/appliance/users/" + app.member.id.text(), R"({"enabled":false})", &app.owner).status ==
          200);
  CHECK(app.post("/api/v1/verify-mail", json{{"token", link->token}, {"kind", "mail"}}.dump()).status == 403);
}

TEST_CASE("the address until now can refuse the change, and then the other one's link is worth nothing") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.post("/api/v1/account/mail", R"({"mail":"mia@example.net"})", &app.member).status == 202);
  const auto former = letter(app, "mail_change_former", "member@example.org");
  const auto wanted = letter(app, "mail_change_new", "mia@example.net");
  REQUIRE(former);
  REQUIRE(wanted);
  const ApiAnswer refused =
      app.post("/api/v1/verify-mail", json{{"token", former->token}, {"kind", "former"}, {"agree", false}}.dump());
  CHECK(refused.json()["outcome"] == "refused");
  CHECK(app.post("/api/v1/verify-mail", json{{"token", wanted->token}, {"kind", "new"}}.dump()).status == 403);
  CHECK(account(app, app.member)["mail"] == "member@example.org");
  CHECK(account(app, app.member)["mail_change"].is_null());
}

TEST_CASE("an address that has an account is not given to another one, and the person who asks does not learn of it") {
  TestApp app;
  test::set_up_mail(app);
  const ApiAnswer free = app.post("/api/v1/account/mail", R"({"mail":"nobody@example.net"})", &app.viewer);
  const ApiAnswer taken = app.post("/api/v1/account/mail", R"({"mail":"owner@example.org"})", &app.member);
  CHECK(free.status == taken.status);
  CHECK(letter(app, "mail_change_taken", "owner@example.org").has_value());
  CHECK_FALSE(letter(app, "mail_change_new", "owner@example.org").has_value());
}

TEST_CASE("nobody registers by themselves unless the administrator allows it") {
  TestApp app;
  test::set_up_mail(app);
  CHECK(app.get("/api/v1/register").json()["open"] == false);
  const std::string body = R"({"name":"Nora","mail":"nora@example.net"})";
  CHECK(app.post("/api/v1/register", body).status == 403);
  test::set_limit(app, "open_registration", 1);
  CHECK(app.get("/api/v1/register").json()["open"] == true);
  REQUIRE(app.post("/api/v1/register", body).status == 202);
  CHECK(app.log_in("nora@example.net", kNew).status == 401);  // nothing is there before the link was followed
  const auto mail = letter(app, "registration", "nora@example.net");
  REQUIRE(mail);
  const std::string complete = json{{"token", mail->token}, {"password", kNew}}.dump();
  const ApiAnswer registered = app.post("/api/v1/register/complete", complete);
  REQUIRE(registered.status == 201);
  const Person nora = person_of(registered);
  CHECK(account(app, nora)["name"] == "Nora");
  CHECK_FALSE(account(app, nora)["mail_verified_at"].is_null());
  CHECK(app.get("/api/v1/me", &nora).json()["workspaces"].empty());
  CHECK(app.post("/api/v1/register/complete", complete).status == 403);
  CHECK(app.log_in("nora@example.net", kNew).status == 200);

  // Switched off in between, a link that was sent is worth nothing either.
  REQUIRE(app.post("/api/v1/register", R"({"name":"Otto","mail":"otto@example.net"})").status == 202);
  const auto late = letter(app, "registration", "otto@example.net");
  REQUIRE(late);
  test::set_limit(app, "open_registration", 0);
  CHECK(app.post("/api/v1/register/complete", json{{"token", late->token}, {"password", kNew}}.dump()).status == 403);
}

TEST_CASE("the export names what is kept about a person, and no secret is in it") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.post("/api/v1/account/mail/verification", "{}", &app.member).status == 202);
  const ApiAnswer answer = app.get("/api/v1/account/export", &app.member);
  REQUIRE(answer.status == 200);
  CHECK(answer.header("Content-Disposition").find("attachment") != std::string::npos);
  const json data = answer.json();
  CHECK(data["account"]["mail"] == "member@example.org");
  CHECK(data["workspaces"][0]["role"] == "member");
  CHECK(data["sessions"].size() == 1);
  CHECK(data["letters"][0]["kind"] == "mail_verification");
  for (const char* secret : {"argon2id", "link_", "cls_", "digest", "sealed"})
    CHECK(answer.body.find(secret) == std::string::npos);
  CHECK(answer.body.find("owner@example.org") == std::string::npos);  // other people's data is not theirs
}

TEST_CASE("an account goes with its sessions, links and memberships, and what was done stays in the trails") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  REQUIRE(letter(app, "password_reset", "member@example.org").has_value());
  const Person second = app.browser_of("member@example.org");
  CHECK(erase(app, "/api/v1/account", app.member).status == 204);
  CHECK(app.get("/api/v1/me", &app.member).status == 401);
  CHECK(app.get("/api/v1/me", &second).status == 401);
  CHECK(app.log_in("member@example.org", TestApp::kPassword).status == 401);
  const auto left = test::letters(app);
  REQUIRE(left.size() == 1);  // the goodbye; nothing else to that address is kept
  CHECK(left[0].row.kind == "account_deleted");
  const auto acts = app.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "member.left") == 1);
  CHECK(std::count(acts.begin(), acts.end(), "user.deleted") == 1);
}

TEST_CASE("the last owner of a workspace and the last administrator cannot delete themselves, and are told why") {
  TestApp app;
  const ApiAnswer stranger = erase(app, "/api/v1/account", app.stranger);
  CHECK(stranger.status == 409);
  CHECK(stranger.json()["detail"].get<std::string>().find("Other") != std::string::npos);
  CHECK(account(app, app.stranger)["owned_alone"] == json::array({"Other"}));
  app.storage.write([&](Transaction& tx) {
    return app.storage->workspaces().put_membership(
        tx, Membership{app.workspace.id, app.member.id, Role::owner, app.clock.now()});
  });
  const ApiAnswer administrator = erase(app, "/api/v1/account", app.owner);
  CHECK(administrator.status == 409);
  CHECK(administrator.json()["detail"].get<std::string>().find("administrator") != std::string::npos);
  CHECK(app.get("/api/v1/me", &app.owner).status == 200);
}

TEST_CASE("the administrator sees whether letters arrived, and never a link") {
  TestApp app;
  test::set_up_mail(app);
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  const auto mail = letter(app, "password_reset", "member@example.org");
  REQUIRE(mail);
  const ApiAnswer listed = app.get("/api/v1/appliance/letters", &app.owner);
  REQUIRE(listed.status == 200);
  CHECK(listed.json()["items"][0]["to"] == "member@example.org");
  CHECK(listed.body.find("link_") == std::string::npos);
  CHECK(app.get("/api/v1/appliance/letters", &app.member).status == 403);
}

TEST_CASE("a password's hash follows the setting up at the next login, and never down") {
  TestApp app;
  const auto stored = [&] {
    return app.storage
        .read<std::optional<User>>(
            [&](Snapshot& snapshot) { return app.storage->users().find(snapshot, app.member.id); })
        ->password_hash;
  };
  const auto put = [&](PasswordCost cost) {
    PasswordHasher hasher(cost);
    app.storage.write([&](Transaction& tx) -> Result<void> {
      auto user = TRY(app.storage->users().find(tx, app.member.id));
      user->password_hash = hasher.hash(Secret(TestApp::kPassword)).value();
      return app.storage->users().update(tx, *user);
    });
    return stored();
  };
  const std::string dearer = put(PasswordCost{2, 64 * 1024, 2});
  CHECK(app.log_in("member@example.org", TestApp::kPassword).status == 200);
  CHECK(stored() == dearer);
  PasswordHasher higher(PasswordCost{3, 128 * 1024, 2});
  CHECK(higher.needs_rehash(dearer));
  CHECK(higher.needs_rehash("$argon2i$v=19$m=131072,t=3,p=1$x$y"));
  CHECK_FALSE(higher.needs_rehash(put(PasswordCost{3, 128 * 1024, 2})));
}
