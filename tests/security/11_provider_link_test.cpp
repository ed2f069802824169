// Threat 11: an account linked, or pre-registered, through a mail address that nobody proved (PocketBase
// CVE-2024-38351, CVE-2026-44166). A provider that vouches for an address never opens the account that has it by that
// alone.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/hostile_provider.h"
#include "tests/support/mailbox.h"

namespace connlog {
namespace {

using nlohmann::json;

struct Scene {
  FakeClock clock_of_the_provider;
  HostileProvider provider{clock_of_the_provider};
  TestApp app{{}, provider.reachable()};

  void says(const std::string& sub, const std::string& mail, const json& verified) {
    provider.claims = [=](json& claims) {
      claims["sub"] = sub;
      claims["email"] = mail;
      claims["email_verified"] = verified;
    };
  }
  void prove_address(UserId user) {
    app.storage.write([&](Transaction& tx) -> Result<void> {
      AccountFacts facts = TRY(app.storage->accounts().facts(tx, user));
      facts.user = user;
      facts.mail_verified_at = app.clock.now();
      return app.storage->accounts().put_facts(tx, facts);
    });
  }
  std::size_t logins_of(UserId user) {
    return app.storage
        .read<std::vector<Login>>([&](Snapshot& snapshot) { return app.storage->logins().of_user(snapshot, user); })
        .size();
  }
  std::string confirm(const std::string& location, const std::string& password, int status) {
    REQUIRE(location.starts_with("/provider#confirm="));
    const json body = {{"ticket", location.substr(18)}, {"password", password}};
    const ApiAnswer answer = app.post("/api/v1/login/providers/confirm", body.dump());
    CHECK_MESSAGE(answer.status == status, answer.body);
    return answer.header("Set-Cookie");
  }
};

}  // namespace

TEST_CASE("threat 11: an address that the provider does not call verified opens and links nothing") {
  Scene scene;
  scene.prove_address(scene.app.member.id);
  const std::string id = add_provider(scene.app, scene.provider);
  // Texts and numbers are read, as providers send them, and only the two that say yes are a yes.
  for (const json& verified : {json(false), json(nullptr), json("false"), json("False"), json(0), json("0"), json(""),
                               json("yes"), json(" true"), json("true "), json("truefalse"), json(2), json(-1),
                               json(1.0), json::array({true}), json{{"verified", true}}}) {
    CAPTURE(verified);
    scene.app.clock.advance(seconds(900));  // past the limiter
    scene.clock_of_the_provider.advance(seconds(900));
    scene.says("mallory", "member@example.org", verified);
    const Came came = log_in_by(scene.app, scene.provider, id);
    CHECK(came.location == "/provider#refused=mail_unverified");
    CHECK(came.session.empty());
  }
  CHECK(scene.logins_of(scene.app.member.id) == 0);
  CHECK(last_event(scene.app, "login.refused").starts_with("mail_unverified: "));
}

TEST_CASE("threat 11: a verified address is not enough either: the account itself must agree") {
  Scene scene;
  scene.prove_address(scene.app.member.id);
  const std::string id = add_provider(scene.app, scene.provider);
  scene.says("ada-1", "Member@Example.org", true);
  const Came came = log_in_by(scene.app, scene.provider, id);
  CHECK(came.session.empty());
  CHECK(scene.logins_of(scene.app.member.id) == 0);
  CHECK(scene.confirm(came.location, "wrong password", 401).empty());
  CHECK(scene.logins_of(scene.app.member.id) == 0);
  CHECK(scene.confirm(came.location, TestApp::kPassword, 200).starts_with("connlog_loopback=cls_"));
  CHECK(scene.logins_of(scene.app.member.id) == 1);
  scene.confirm(came.location, TestApp::kPassword, 401);  // once
  // From now on `sub` counts, and the address does not.
  scene.says("ada-1", "elsewhere@example.net", false);
  CHECK(log_in_by(scene.app, scene.provider, id).location == "/provider#entered");
  scene.says("ada-2", "member@example.org", true);
  CHECK(log_in_by(scene.app, scene.provider, id).location == "/provider#refused=another");
}

TEST_CASE("threat 11: the password must be tried five times at most") {
  Scene scene;
  scene.prove_address(scene.app.member.id);
  const std::string id = add_provider(scene.app, scene.provider);
  scene.says("mallory", "member@example.org", true);
  const Came came = log_in_by(scene.app, scene.provider, id);
  for (int i = 0; i < 5; ++i) {
    scene.app.clock.advance(seconds(120));  // past the limiter, which slows it down besides
    scene.confirm(came.location, "wrong password", 401);
  }
  scene.app.clock.advance(seconds(120));
  scene.confirm(came.location, TestApp::kPassword, 401);
  CHECK(scene.logins_of(scene.app.member.id) == 0);
}

TEST_CASE("threat 11: an account that somebody made beforehand with another's address is never linked by it") {
  Scene scene;  // nobody has proved the address of the member's account
  const std::string id =
      add_provider(scene.app, scene.provider, {{"allowed_domains", {"example.org"}}, {"create_accounts", true}});
  scene.says("ada-1", "member@example.org", true);
  const Came came = log_in_by(scene.app, scene.provider, id);
  CHECK(came.location == "/provider#refused=account_unverified");
  CHECK(came.session.empty());
  CHECK(scene.logins_of(scene.app.member.id) == 0);
}

TEST_CASE("threat 11: accounts are made for verified addresses of allowed domains, and only where that is on") {
  Scene scene;
  const std::string id = add_provider(scene.app, scene.provider);
  const auto come = [&] { return log_in_by(scene.app, scene.provider, id).location; };
  scene.says("new-1", "new@example.org", true);
  CHECK(come() == "/provider#refused=no_account");
  const std::string path = "/api/v1/appliance/providers/" + id;
  CHECK(scene.app.patch(path, R"({"create_accounts":true})", &scene.app.owner).status == 422);  // for whom?
  CHECK(
      scene.app.patch(path, R"({"create_accounts":true,"allowed_domains":["example.org"]})", &scene.app.owner).status ==
      200);
  for (const auto& [mail, verified] : std::vector<std::pair<std::string, bool>>{{"new@example.org", false},
                                                                                {"new@evil.example", true},
                                                                                {"new@example.org.evil.example", true},
                                                                                {"new@sub.example.org", true},
                                                                                {"example.org@evil.example", true}}) {
    CAPTURE(mail);
    scene.says("new-1", mail, verified);
    CHECK(come() == "/provider#refused=domain");
  }
  scene.says("new-1", "New@EXAMPLE.org", true);
  CHECK(come() == "/provider#entered");
}

TEST_CASE("threat 11: a disabled person does not come in by a provider") {
  Scene scene;
  scene.prove_address(scene.app.member.id);
  const std::string id = add_provider(scene.app, scene.provider);
  scene.says("ada-1", "member@example.org", true);
  scene.confirm(log_in_by(scene.app, scene.provider, id).location, TestApp::kPassword, 200);
  const auto disabled = scene.app.patch("/api/v1/appliance/users/" + scene.app.member.id.text(), R"({"enabled":false})",
                                        &scene.app.owner);
  REQUIRE_MESSAGE(disabled.status == 200, disabled.body);
  const Came came = log_in_by(scene.app, scene.provider, id);
  CHECK(came.location == "/provider#refused=disabled");
  CHECK(came.session.empty());
}

TEST_CASE("threat 11: GitHub's address counts when it is the primary one and verified, and its name never") {
  Scene scene;
  scene.prove_address(scene.app.member.id);
  const std::string id = add_provider(scene.app, scene.provider, {{"preset", "github"}, {"name", "GitHub"}});
  const auto come = [&](const json& mails) {
    scene.provider.github_mails = mails;
    return log_in_by(scene.app, scene.provider, id).location;
  };
  const auto mail = [](bool primary, bool verified) {
    return json{{"email", "member@example.org"}, {"primary", primary}, {"verified", verified}};
  };
  CHECK(come(json::array()) == "/provider#refused=mail_unverified");
  CHECK(come(json::array({mail(true, false)})) == "/provider#refused=mail_unverified");
  CHECK(come(json::array({mail(false, true)})) == "/provider#refused=mail_unverified");
  json odd = mail(true, true);
  odd["primary"] = 1;
  odd["verified"] = "yes";
  CHECK(come(json::array({odd})) == "/provider#refused=mail_unverified");
  scene.confirm(come(json::array({mail(true, true)})), TestApp::kPassword, 200);
  CHECK(come(json::array()) == "/provider#entered");
  scene.provider.github_user["id"] = 4712;  // somebody who took the name
  CHECK(come(json::array()) == "/provider#refused=mail_unverified");
  for (const json& number : {json("4711"), json(-1), json(0), json(4711.0), json(nullptr)}) {
    scene.provider.github_user["id"] = number;
    CHECK(come(json::array({mail(true, true)})) == "/provider#refused=refused");
  }
  scene.provider.answer_instead = "HTTP/1.1 200 X\r\nContent-Length: 34\r\n\r\n{\"error\":\"bad_verification_code\"} ";
  CHECK(come(json::array({mail(true, true)})) == "/provider#refused=trouble");
}

TEST_CASE("threat 11: a link that went to an address which is the account's no longer links nothing to it") {
  Scene scene;
  test::set_up_mail(scene.app);
  scene.prove_address(scene.app.member.id);
  const std::string id = add_provider(scene.app, scene.provider);
  scene.says("mallory", "member@example.org", true);  // reads that mailbox, too
  const Came came = log_in_by(scene.app, scene.provider, id);
  REQUIRE(came.location.starts_with("/provider#confirm="));
  REQUIRE(scene.app.post("/api/v1/login/providers/confirm-mail", json{{"ticket", came.location.substr(18)}}.dump())
              .status == 204);
  const auto asked = test::letter(scene.app, "login_confirmation", "member@example.org");
  REQUIRE(asked);

  // The owner leaves the mailbox behind; both addresses agree.
  REQUIRE(scene.app.post("/api/v1/account/mail", R"({"mail":"elsewhere@example.net"})", &scene.app.member).status ==
          202);
  for (const auto& [kind, to, word] : {std::tuple("mail_change_former", "member@example.org", "former"),
                                       std::tuple("mail_change_new", "elsewhere@example.net", "new")}) {
    const auto letter = test::letter(scene.app, kind, to);
    REQUIRE(letter);
    REQUIRE(scene.app.post("/api/v1/verify-mail", json{{"kind", word}, {"token", letter->token}}.dump()).status == 200);
  }
  CHECK(scene.app.post("/api/v1/login/providers/confirm-link", json{{"token", asked->token}}.dump()).status != 200);
  CHECK(scene.logins_of(scene.app.member.id) == 0);
}

}  // namespace connlog
