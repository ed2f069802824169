// Every write that needs a story before it makes sense, once, with an answer that is held against the schema of the
// OpenAPI document. Together with the samples of tests/web/api/routes_test.cpp no write is left out, but for those that
// are named at the end with a reason.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/notify/ack_offer.h"
#include "core/trust/legal_text.h"
#include "tests/support/factor_world.h"
#include "tests/support/hostile_provider.h"
#include "tests/support/mailbox.h"
#include "tests/support/sample_requests.h"
#include "tests/support/schema_check.h"
#include "web/api/openapi.h"
#include "web/api/routes.h"

namespace connlog {
namespace {

using nlohmann::json;
using web::Route;
using PathIds = std::map<std::string, std::string>;

const std::string kNewPassword = "grey lantern floats away";

class Walk {
 public:
  // Sends it and looks at the answer. `path_ids`: what stands for "{id}" and the like; "{w}" is known.
  ApiAnswer answer(TestApp& app, const std::string& operation, const PathIds& path_ids, const json& body,
                   const Person* as, const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    const Route& route = route_of(operation);
    std::string path(route.path);
    for (const auto& [place, value] : path_ids) path.replace(path.find(place), place.size(), value);
    Ask ask{.method = std::string(route.method), .path = path, .body = body.is_null() ? "" : body.dump()};
    ask.headers = headers;
    ask.as_browser = headers.empty();
    const ApiAnswer got = app.send(ask, as);
    INFO(operation, ": ", got.body.substr(0, 600));
    REQUIRE(got.status == route.status);
    if (route.response.empty()) {
      CHECK(got.body.empty());
    } else {
      const json schema = {{"$ref", "#/components/schemas/" + std::string(route.response)}};
      CHECK(violations(document_, schema, got.json()) == std::vector<std::string>{});
    }
    tried_.insert(operation);
    return got;
  }
  json operator()(TestApp& app, const std::string& operation, const PathIds& path_ids, const json& body,
                  const Person& as) {
    const ApiAnswer got = answer(app, operation, path_ids, body, &as);
    return got.body.empty() ? json() : got.json();
  }
  // For who is not logged in.
  json operator()(TestApp& app, const std::string& operation, const json& body) {
    const ApiAnswer got = answer(app, operation, {}, body, nullptr);
    return got.body.empty() ? json() : got.json();
  }
  bool tried(const Route& route) const { return tried_.contains(std::string(route.operation)); }

 private:
  static const Route& route_of(const std::string& operation) {
    for (const Route& route : web::routes()) {
      if (route.operation == operation) return route;
    }
    FAIL("there is no operation " << operation);
    std::abort();
  }
  json document_ = web::openapi_document("https://monitor.example.org");
  std::set<std::string> tried_;
};

std::string token_in(const std::string& link) {
  return link.substr(link.find("token=") + 6);
}

Person logged_in(const ApiAnswer& answer) {
  const std::string cookie = answer.header("Set-Cookie");
  Person person;
  person.cookie = cookie.substr(0, cookie.find(';'));
  person.csrf = answer.json()["csrf_token"];
  return person;
}

void walk_through_people(Walk& walk) {
  TestApp app;
  test::set_up_mail(app);
  const Person& owner = app.owner;
  const json ivy = {{"mail", "ivy@example.net"}, {"role", "viewer"}};
  const json invited = walk(app, "invite", {}, ivy, owner);
  const PathIds invitation = {{"{id}", invited["invitation"]["id"]}};
  const std::string link = walk(app, "resendInvitation", invitation, nullptr, owner)["link"];
  walk(app, "showInvitation", {{"token", token_in(link)}});
  walk(app, "registerByInvitation", {{"token", token_in(link)}, {"name", "Ivy"}, {"password", kNewPassword}});
  const json other = walk(app, "invite", {}, {{"mail", app.stranger.mail}, {"role", "operator"}}, owner);
  walk(app, "acceptInvitation", {}, {{"token", token_in(other["link"])}}, app.stranger);
  const json third = walk(app, "invite", {}, {{"mail", "no@example.net"}, {"role", "viewer"}}, owner);
  walk(app, "revokeInvitation", {{"{id}", third["invitation"]["id"]}}, nullptr, owner);

  const PathIds team = {{"{id}", walk(app, "addTeam", {}, {{"name", "Network"}}, owner)["id"]}};
  walk(app, "changeTeam", team, {{"name", "Networks"}}, owner);
  PathIds team_member = team;
  team_member["{user}"] = app.member.id.text();
  walk(app, "putTeamMember", team_member, {{"may_edit", true}}, owner);
  walk(app, "removeTeamMember", team_member, nullptr, owner);
  walk(app, "removeTeam", team, nullptr, owner);
  const json berlin = {{"kind", "group"}, {"name", "Berlin"}, {"key", "berlin"}, {"health", "any"}};
  const PathIds group = {{"{id}", walk(app, "addSubject", {}, berlin, owner)["id"]}};
  walk(app, "changeSubject", group, {{"name", "Bonn"}, {"labels", {{"land", "nrw"}}}}, owner);
  walk(app, "putSubjectByKey", {{"{key}", "berlin"}}, {{"notes", "moved"}}, owner);
  walk(app, "removeSubject", group, nullptr, owner);
  const json former = walk(app, "addGroup", {}, {{"name", "Mainz"}}, owner);
  walk(app, "removeGroup", {{"{id}", former["id"]}}, nullptr, owner);

  walk(app, "changeMember", {{"{user}", app.viewer.id.text()}}, {{"role", "member"}}, owner);
  walk(app, "removeMember", {{"{user}", app.viewer.id.text()}}, nullptr, owner);
  walk(app, "leaveWorkspace", {}, json::object(), app.operator_);
  walk(app, "changeOwnership", {}, {{"user_id", app.member.id.text()}}, owner);

  walk(app, "addWorkspace", {}, {{"name", "Second"}}, owner);
  walk(app, "setWorkspaceEnabled", {}, {{"enabled", false}}, owner);
  walk(app, "setWorkspaceEnabled", {}, {{"enabled", true}}, owner);
  walk(app, "requestWorkspaceDeletion", {}, {{"name", app.workspace.name}}, owner);
  walk(app, "cancelWorkspaceDeletion", {}, nullptr, owner);
}

void walk_through_keys_and_reviews(Walk& walk) {
  TestApp app;
  app.populate();
  test::set_up_mail(app);
  const Person& owner = app.owner;
  const json recipient = {{"name", "On call"}, {"kind", "mail"}, {"fields", {{"address", "oncall@example.net"}}}};
  const std::string added =
      app.post("/api/v1/workspaces/{w}/recipients", recipient.dump(), &owner).json()["recipient"]["id"];
  app.clock.advance(std::chrono::minutes(11));
  confirm_by_password(app, owner);
  walk(app, "askRecipientAgain", {{"{id}", added}}, nullptr, owner);

  const json key = {{"name", "deploy"}, {"scopes", {"view"}}, {"addresses", {"192.0.2.0/24"}}, {"days", 30}};
  walk(app, "revokeApiKey", {{"{id}", walk(app, "addApiKey", {}, key, owner)["key"]["id"]}}, nullptr, owner);
  walk(app, "revokeOwnApiKey", {{"{id}", walk(app, "addOwnApiKey", {}, key, owner)["key"]["id"]}}, nullptr, owner);
  const json enrolling = walk(app, "addEnrolmentKey", {}, {{"name", "rack"}, {"authorised", true}, {"uses", 2}}, owner);
  walk.answer(
      app, "enrolAgent", {}, {{"request_id", std::string(64, 'd')}, {"name", "web-7"}}, nullptr,
      {{"Authorization", "Bearer " + enrolling["token"].get<std::string>()}, {"X-Machine-Id", std::string(64, 'a')}});
  walk(app, "revokeEnrolmentKey", {{"{id}", enrolling["key"]["id"]}}, nullptr, owner);
  walk(app, "finishAccessReview", {}, {{"note", "looked through"}}, owner);

  const PathIds other = {{"{id}", app.other_workspace.id.text()}};
  const json reason = {{"reason", "their rule does not fire"}, {"minutes", 30}};
  walk(app, "openWorkspace", other, reason, owner);
  walk(app, "closeWorkspace", other, nullptr, owner);
  const std::string opening = walk(app, "openWorkspace", other, reason, owner)["id"];
  app.ids["w"] = app.other_workspace.id.text();
  walk(app, "endOpening", {{"{id}", opening}}, nullptr, app.stranger);
}

// A drill, which a click ends, and the link of a mail.
void walk_through_telling(Walk& walk) {
  TestApp app;
  app.populate();
  const json drill = walk(app, "drillRule", {{"{id}", app.ids["rule"]}}, nullptr, app.owner);
  walk(app, "endDrill", {{"{id}", drill["id"]}}, nullptr, app.owner);
  NotificationId told;
  REQUIRE(NotificationId::parse(app.ids["notification"], told));
  const std::string token = ack_token(app.storage.keys, app.workspace.id, told);
  const AckNumbers numbers = ack_numbers(app.storage.keys, app.workspace.id, told);
  walk(app, "lookAtAckLink", {{"token", token}});
  walk(app, "answerAckLink", {{"token", token}, {"number", numbers.numbers[numbers.right]}});
}

void walk_through_quiet(Walk& walk) {
  TestApp app;
  app.populate();
  const json wanted = {{"kind", "mute"},
                       {"reason", "Moving the rack"},
                       {"matchers", {{{"subject_id", app.ids["agent"]}}}},
                       {"duration_seconds", 3'600}};
  const PathIds quiet = {{"{id}", walk(app, "addQuiet", {}, wanted, app.owner)["id"]}};
  walk(app, "changeQuiet", quiet, {{"reason", "It takes longer"}}, app.owner);
  walk(app, "endQuiet", quiet, json::object(), app.owner);
}

// An account in a chat, and the hours of a recipient whose chat it is.
void walk_through_chats(Walk& walk) {
  TestApp app;
  Recipient chat = app.storage.add_recipient(app.workspace, "x@example.org");
  chat.channel = "telegram";
  chat.fields = {};
  chat.fields.set("chat", std::string("4711"));
  app.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(app.storage->recipients().update(tx, chat));
    return app.storage->chat_accounts().put(tx, {app.owner.id, "telegram", "4711", "Olive", app.clock.now()});
  });
  walk(app, "linkChatAccount", {}, nullptr, app.owner);
  walk(app, "changeOwnRecipientHours", {{"{id}", chat.id.text()}},
       {{"zone", "Europe/Berlin"}, {"quiet_from", "22:00"}, {"quiet_to", "06:30"}, {"weekly", true}}, app.owner);
  walk(app, "unlinkChatAccount", {{"{service}", "telegram"}}, nullptr, app.owner);
}

void walk_through_an_account(Walk& walk) {
  TestApp app;
  test::set_up_mail(app);
  test::set_limit(app, "open_registration", 1);
  Person member = app.member;
  walk(app, "changeAccount", {}, {{"name", "Mia"}, {"login_notices", false}}, member);
  member = logged_in(
      walk.answer(app, "changePassword", {}, {{"current", TestApp::kPassword}, {"password", kNewPassword}}, &member));
  REQUIRE(app.log_in(app.member.mail, kNewPassword).status == 200);
  const json sessions = app.get("/api/v1/account/sessions", &member).json();
  for (const json& session : sessions["items"]) {
    if (session["current"] == false) walk(app, "endSession", {{"{id}", session["id"]}}, nullptr, member);
  }
  walk(app, "endOtherSessions", {}, nullptr, member);
  walk(app, "askMailVerification", {}, json::object(), member);
  const auto proof = test::letter(app, "mail_verification", app.member.mail);
  REQUIRE(proof);
  walk(app, "answerMailLink", {{"token", proof->token}, {"kind", "mail"}});
  walk(app, "askMailChange", {}, {{"mail", "mia@example.net"}}, member);
  walk(app, "cancelMailChange", {}, nullptr, member);

  walk(app, "register", {{"name", "Vera"}, {"mail", "vera@example.net"}});
  const auto welcome = test::letter(app, "registration", "vera@example.net");
  REQUIRE(welcome);
  walk(app, "completeRegistration", {{"token", welcome->token}, {"password", kNewPassword}});
  walk(app, "askPasswordReset", {{"mail", "vera@example.net"}});
  const auto reset = test::letter(app, "password_reset", "vera@example.net");
  REQUIRE(reset);
  walk(app, "completePasswordReset", {{"token", reset->token}, {"password", "another lantern floats"}});

  auto text = parse_legal_text("terms", "title: Terms\nacceptance: required\n---\nBe kind.\n");
  REQUIRE(text);
  app.services->trust.legal().set({*text});
  const std::string version = app.get("/api/v1/legal/terms").json()["version"];
  walk(app, "acceptLegalText", {}, {{"name", "terms"}, {"version", version}}, member);
  walk(app, "deleteAccount", {}, nullptr, member);
}

void walk_through_second_factors(Walk& walk) {
  TestApp app;
  const Person& owner = app.owner;
  walk(app, "stepUp", {}, {{"method", "password"}, {"password", TestApp::kPassword}}, owner);
  const Application application{walk(app, "offerTotp", {}, nullptr, owner)["secret"], {}};
  walk(app, "confirmTotp", {}, {{"code", code_of(app, application)}}, owner);
  walk(app, "renewRecoveryCodes", {}, nullptr, owner);
  walk(app, "stepUpOptions", {}, nullptr, owner);
  const Waiting login = begin_login(app, owner.mail);
  walk(app, "secondFactorOptions", {{"ticket", login.ticket}});
  next_step(app);
  walk(app, "secondFactor", {{"ticket", login.ticket}, {"method", "totp"}, {"code", code_of(app, application)}});

  SoftAuthenticator key(webauthn::Algorithm::es256, kPublicOrigin);
  const std::string challenge = walk(app, "newPasskeyOptions", {}, nullptr, owner)["challenge"];
  const json added = walk(app, "addPasskey", {}, key.registration(challenge, "Blue key"), owner);
  const PathIds passkey = {{"{id}", added["passkey"]["id"]}};
  walk(app, "renamePasskey", passkey, {{"name", "Red key"}}, owner);
  const std::string wanted = walk(app, "passkeyLoginOptions", nullptr)["passkey"]["challenge"];
  walk(app, "passkeyLogin", key.answer(wanted, handle_of(owner)));
  walk(app, "changeSecondFactorPolicy", {}, {{"required", true}, {"grace_days", 7}}, owner);
  walk(app, "changeSecondFactorPolicy", {}, {{"required", false}}, owner);
  walk(app, "removePasskey", passkey, nullptr, owner);
  walk(app, "removeTotp", {}, nullptr, owner);
}

// Reports it, ticks what people must do, and closes it.
void answer_a_leak(Walk& walk, TestApp& app, const std::string& where, const std::string& secret_id,
                   const std::string& kind, const Person& as) {
  const json leaked = {{"kind", kind}, {"subject", secret_id}, {"circumstances", "found in a ticket"}};
  json leak = walk(app, "report" + where + "Leak", {}, leaked, as)["leak"];
  const PathIds one = {{"{id}", leak["id"]}};
  for (const json& step : json(leak["steps"])) {
    if (!step["done_at"].is_null()) continue;
    PathIds place = one;
    place["{n}"] = std::to_string(step["position"].get<std::int64_t>());
    leak = walk(app, "tick" + where + "LeakStep", place, {{"done", true}, {"note", "by hand"}}, as);
  }
  walk(app, "change" + where + "Leak", one, {{"closed", true}}, as);
}

void walk_through_leaks(Walk& walk) {
  TestApp app;
  app.populate();
  answer_a_leak(walk, app, "", app.ids["agent"], "agent_token", app.owner);
  answer_a_leak(walk, app, "Appliance", app.viewer.id.text(), "password", app.owner);
  const json key = app.post("/api/v1/account/api-keys", R"({"name":"own","scopes":["view"]})", &app.member).json();
  answer_a_leak(walk, app, "Own", key["key"]["id"], "api_key", app.member);
}

void walk_through_removed(Walk& walk) {
  TestApp app;
  app.populate();
  const auto remove_rule = [&app]() -> std::string {
    REQUIRE(app.send(Ask{.method = "DELETE", .path = "/api/v1/workspaces/{w}/rules/{rule}"}, &app.owner).status == 204);
    return app.get("/api/v1/workspaces/{w}/removed", &app.owner).json()["items"][0]["id"];
  };
  walk(app, "putBackRemoved", {{"{id}", remove_rule()}}, nullptr, app.owner);
  walk(app, "eraseRemoved", {{"{id}", remove_rule()}}, nullptr, app.owner);
}

void walk_through_recovery(Walk& walk) {
  TestApp app;
  const Instant now = app.clock.now();
  app.storage.write([&](Transaction& tx) {
    return app.storage->settings().put(tx, kRecoveryModeSetting, to_stored({now, now, "", "", "box"}));
  });
  app.services->recovery_mode.begin(now, now);
  const std::string member = app.workspace.id.text() + "/" + app.viewer.id.text();
  walk(app, "revokeNotVouched", {}, {{"items", json::array({{{"kind", "member"}, {"id", member}}})}}, app.owner);
  walk(app, "endRecovery", {}, {{"former_is_off", true}}, app.owner);
}

void walk_through_the_register(Walk& walk) {
  TestApp app;
  const Person& owner = app.owner;
  const json opened = walk(app, "openSecurityCase", {}, {{"title", "A laptop was stolen"}}, owner);
  const PathIds one = {{"{id}", opened["id"]}};
  walk(app, "changeSecurityCase", one, {{"affected_data", "Names of hosts"}}, owner);
  json now = walk(app, "addSecurityCaseEntry", one, {{"kind", "measure"}, {"text", "Sessions ended."}}, owner);
  for (const json& entry : json(now["entries"])) {
    if (entry["is_step"] == false) continue;
    PathIds place = one;
    place["{n}"] = std::to_string(entry["position"].get<std::int64_t>());
    now = walk(app, "tickSecurityCaseStep", place, {{"done", true}, {"note", "by hand"}}, owner);
  }
  walk(app, "closeSecurityCase", one, {{"conclusion", "The disk was encrypted."}}, owner);
  walk(app, "reopenSecurityCase", one, json::object(), owner);
}

void walk_through_the_appliance(Walk& walk) {
  TestApp app;
  const Person& owner = app.owner;
  const json made = walk(app, "addUser", {}, {{"name", "Uma"}, {"mail", "uma@example.net"}}, owner);
  const PathIds uma = {{"{id}", made["user"]["id"]}};
  walk(app, "changeUser", uma, {{"name", "Uma U."}}, owner);
  walk(app, "makeResetLink", uma, json::object(), owner);
  walk(app, "endSessionsOfUser", uma, nullptr, owner);
  add_application(app, app.viewer);
  walk(app, "resetSecondFactor", {{"{id}", app.viewer.id.text()}}, nullptr, owner);
  walk(app, "deleteUser", uma, nullptr, owner);
  walk(app, "administerWorkspace", {{"{id}", app.other_workspace.id.text()}}, {{"enabled", false}}, owner);
  walk(app, "changeWorkspaceNetworks", {{"{id}", app.other_workspace.id.text()}}, {{"networks", {"192.168.7.0/24"}}}, owner);
  walk(app, "changeLimits", {}, {{"limits", {{"fresh_minutes", 20}}}}, owner);
  walk(app, "previewStorage", {}, {{"limits", {{"reading_days", 7}}}}, owner);
  walk(app, "changeStorage", {}, {{"limits", {{"reading_days", 7}}}}, owner);
  walk(app, "undoStorageChange", {{"{name}", "reading_days"}}, nullptr, owner);
  walk(app, "changeSecurityPolicy", {}, {{"contacts", {"mailto:security@example.org"}}}, owner);
  walk(app, "rotateKeys", {}, json::object(), owner);
  walk(app, "verifyTrails", {}, json::object(), owner);
  walk(app, "changeSyslogSettings", {},
       {{"enabled", false}, {"host", "127.0.0.1"}, {"port", 6514}, {"tls", true}, {"trails", {"security"}}}, owner);
}

void walk_through_login_providers(Walk& walk) {
  FakeClock clock_of_the_provider;
  HostileProvider provider(clock_of_the_provider);
  TestApp app({}, provider.reachable());
  test::set_up_mail(app);
  const json wanted = {{"preset", "generic"},
                       {"name", "Staff login"},
                       {"issuer", provider.issuer()},
                       {"client_id", "connlog"},
                       {"client_secret", kProviderSecret},
                       {"enabled", true}};
  const std::string id = walk(app, "addLoginProvider", {}, wanted, app.owner)["id"];
  walk(app, "changeLoginProvider", {{"{id}", id}}, {{"name", "Staff"}}, app.owner);
  walk(app, "testLoginProvider", {{"{id}", id}}, json::object(), app.owner);

  // By the password, by a link to the address, and from a session.
  for (const Person* person : {&app.member, &app.viewer}) {
    app.storage.write([&](Transaction& tx) -> Result<void> {
      AccountFacts facts = TRY(app.storage->accounts().facts(tx, person->id));
      facts.user = person->id;
      facts.mail_verified_at = app.clock.now();
      return app.storage->accounts().put_facts(tx, facts);
    });
  }
  const auto ticket_for = [&](const Person& person, const std::string& sub) {
    provider.claims = [mail = person.mail, sub](json& claims) {
      claims["sub"] = sub;
      claims["email"] = mail;
      claims["email_verified"] = true;
    };
    const std::string location = log_in_by(app, provider, id).location;
    REQUIRE(location.starts_with("/provider#confirm="));
    return location.substr(18);
  };
  const std::string mias = ticket_for(app.member, "mia-1");
  walk(app, "showLoginConfirmation", {{"ticket", mias}});
  walk(app, "confirmLogin", {{"ticket", mias}, {"password", TestApp::kPassword}});
  walk(app, "mailLoginConfirmation", {{"ticket", ticket_for(app.viewer, "vera-1")}});
  const auto letter = test::letter(app, "login_confirmation", app.viewer.mail);
  REQUIRE(letter);
  walk(app, "confirmLoginByLink", {{"token", letter->token}});
  walk(app, "linkLogin", {}, {{"provider_id", id}}, app.operator_);
  walk(app, "proveByLogin", {}, {{"provider_id", id}}, app.member);
  const json logins = app.get("/api/v1/account/logins", &app.member).json()["items"];
  walk(app, "unlinkLogin", {{"{id}", logins[0]["id"]}}, nullptr, app.member);
  walk(app, "removeLoginProvider", {{"{id}", id}}, nullptr, app.owner);
}

}  // namespace

void walk_through_monitors(Walk& walk) {
  TestApp app;
  const Person& owner = app.owner;
  const json tapes = {{"kind", "manual"}, {"name", "Tapes"}, {"fields", {{"note", "They lie in the safe"}}}};
  const PathIds monitor = {{"{id}", walk(app, "addMonitor", {}, tapes, owner)["id"]}};
  walk(app, "changeMonitor", monitor, {{"tags", {"nightly"}}, {"own", {{"retries", 0}}}}, owner);
  walk(app, "setMonitorState", monitor, {{"state", "down"}, {"detail", "One is missing"}}, owner);
  walk(app, "cloneMonitor", monitor, {{"name", "Other tapes"}}, owner);
  const json alike = {{"ids", {monitor.at("{id}")}}, {"change", {{"tags_add", {"weekly"}}}}};
  walk(app, "changeMonitors", {}, alike, owner);
  walk(app, "removeMonitor", monitor, nullptr, owner);
  const json job = {{"kind", "push"}, {"name", "Nightly backup"}};
  const PathIds pinged = {{"{id}", walk(app, "addMonitor", {}, job, owner)["id"]}};
  walk(app, "renewPingAddress", pinged, nullptr, owner);
}

void walk_through_event_sources(Walk& walk) {
  TestApp app;
  const Person& owner = app.owner;
  const json made = walk(app, "addEventSource", {}, {{"name", "Prometheus"}, {"format", "alertmanager"}}, owner);
  const PathIds source = {{"{id}", made["source"]["id"]}};
  walk(app, "changeEventSource", source, {{"watchdog_event", "Watchdog"}, {"addresses", {"192.0.2.0/24"}}}, owner);
  walk(app, "renewEventKey", source, nullptr, owner);
  walk(app, "tryEventSource", source, nullptr, owner);
  walk(app, "removeEventSource", source, nullptr, owner);
}

TEST_CASE("each write answers what the document promises, and none is left out without a reason") {
  Walk walk;
  walk_through_event_sources(walk);
  walk_through_monitors(walk);
  walk_through_people(walk);
  walk_through_keys_and_reviews(walk);
  walk_through_telling(walk);
  walk_through_quiet(walk);
  walk_through_chats(walk);
  walk_through_an_account(walk);
  walk_through_second_factors(walk);
  walk_through_leaks(walk);
  walk_through_the_register(walk);
  walk_through_removed(walk);
  walk_through_recovery(walk);
  walk_through_the_appliance(walk);
  walk_through_login_providers(walk);
  const std::map<std::string_view, std::string_view> elsewhere = {
      {"checkMonitor", "when the loop of checks runs: tests/web/api/monitors/check_now_test.cpp"},
      {"tryMonitor", "likewise"},
      {"probeExchange", "of an agent: tests/system/probe_test.cpp"},
      {"agentMaintenance", "of a host: tests/web/api/agents/maintenance_test.cpp"},
      {"actOnMailPage", "answers with a page: tests/web/api/notify/mail_pages_test.cpp"},
      {"testDeadMan", "when its thread runs: tests/core/appliance/dead_man_test.cpp"},
      {"sendRecipientCode", "to a service: tests/core/notify/channels/telegram_test.cpp"},
      {"confirmRecipientCode", "after a code was made: tests/web/api/notify/chats_test.cpp"},
      {"removeBackupBucket", "after one was set: tests/web/api/appliance/backup_bucket_test.cpp"},
      {"makeBackup", "after a key was made: tests/web/api/appliance/backups_test.cpp"},
      {"removeBackup", "likewise"},
      {"verifyBackup", "likewise"},
      {"drillBackup", "likewise"},
      {"makeRecoveryKey", "only over TLS or loopback: tests/web/api/appliance/backup_keys_test.cpp"},
      {"confirmRecoveryKey", "likewise"},
      {"setBackupPassphrase", "likewise"},
      {"removeBackupPassphrase", "likewise"},
  };
  for (const Route& route : web::routes()) {
    if (route.method == "GET" || route.catches_the_rest()) continue;
    INFO(route.operation, " is tried nowhere: give it a sample, a place in a walk, or a reason");
    CHECK((walk.tried(route) || has_sample(route) || elsewhere.contains(route.operation)));
  }
}

}  // namespace connlog
