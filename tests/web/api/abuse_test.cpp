// What many failures lead to: events, mails to whom they concern, each not too often; and who must not suffer from
// them.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/mailbox.h"

using namespace connlog;

namespace {

int acts(TestApp& app, const std::string& act) {
  app.settle();
  const auto all = app.audit_acts();
  return static_cast<int>(std::count(all.begin(), all.end(), act));
}

int letters(TestApp& app, const std::string& kind, const std::string& to = {}) {
  const auto all = test::letters(app);
  return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const test::ReadLetter& letter) {
    return letter.row.kind == kind && (to.empty() || letter.row.to_address == to);
  }));
}

std::string address_number(int i) {
  return "198.18." + std::to_string(i / 250) + "." + std::to_string(i % 250);
}

void fail_logins(TestApp& app, const std::string& mail, int times, int first_address) {
  for (int i = 0; i < times; ++i) {
    (void)app.log_in(mail, "wrong wrong wrong", address_number(first_address + i));
    app.clock.advance(seconds(301));  // beyond the account's longest wait
  }
}

int beat(TestApp& app, const std::string& token, const std::string& address) {
  Ask ask{.path = "/api/agents/config", .headers = {{"Authorization", "Bearer " + token}}, .host = "x"};
  ask.as_browser = false;
  ask.address = address;
  return app.send(ask).status;
}

}  // namespace

TEST_CASE("somebody whose account is tried again and again hears of it once a day, and it is a security event") {
  TestApp app;
  test::set_up_mail(app);
  fail_logins(app, app.owner.mail, 11, 0);
  CHECK(acts(app, "account.attempts_noticed") == 1);
  REQUIRE(letters(app, "attempts_on_account", app.owner.mail) == 1);
  app.clock.advance(seconds(2 * 3'600));
  fail_logins(app, app.owner.mail, 11, 100);
  CHECK(acts(app, "account.attempts_noticed") == 2);
  CHECK(letters(app, "attempts_on_account", app.owner.mail) == 1);
  app.clock.advance(seconds(86'400));
  fail_logins(app, app.owner.mail, 11, 200);
  CHECK(letters(app, "attempts_on_account", app.owner.mail) == 2);
}

TEST_CASE("failures at an account that nobody has tell nobody") {
  TestApp app;
  test::set_up_mail(app);
  fail_logins(app, "nobody@example.org", 11, 0);
  CHECK(acts(app, "account.attempts_noticed") == 0);
  CHECK(letters(app, "attempts_on_account") == 0);
}

TEST_CASE("one address at many accounts is told to the administrators, once a day") {
  TestApp app;
  test::set_up_mail(app);
  for (int i = 0; i < 9; ++i) (void)app.log_in("a" + std::to_string(i) + "@example.org", "wrong wrong", "203.0.113.5");
  CHECK(acts(app, "login.stuffing_noticed") == 1);
  CHECK(letters(app, "attempts_on_appliance", app.owner.mail) == 1);
  CHECK(letters(app, "attempts_on_appliance") == 1);  // the owner alone administers this one
}

TEST_CASE("a site of good agents keeps working beside one that shows wrong tokens") {
  TestApp app;
  app.populate();
  test::set_up_mail(app);
  int unknown = 0, waiting = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string digits = std::to_string(100'000 + i);
    const int status = beat(app, "agent_" + std::string(64 - digits.size(), '0') + digits, "203.0.113.5");
    if (status == 401) ++unknown;
    if (status == 429) ++waiting;
    CHECK(beat(app, app.agent_token, "203.0.113.5") == 200);
  }
  CHECK(unknown == policy_of(Attempt::agent_token).free_by_address);
  CHECK(waiting == 60 - unknown);
  CHECK(acts(app, "token.guessing_noticed") == 1);
  CHECK(letters(app, "attempts_on_appliance") == 1);
  // An agent whose token was rotated is no guesser: it hears 401 for as long as it asks.
  for (int i = 0; i < 100; ++i) CHECK(beat(app, "agent_" + std::string(64, 'f'), "203.0.113.6") == 401);
  CHECK(acts(app, "token.guessing_noticed") == 1);
}

TEST_CASE("the owner logs in from a known browser while strangers try the account") {
  TestApp app;
  const ApiAnswer before = app.log_in(app.owner.mail, TestApp::kPassword, "192.0.2.77");
  REQUIRE(before.status == 200);
  std::string device;
  for (const auto& [name, value] : before.headers) {
    if (name == "Set-Cookie" && value.find("connlog_device=") == 0) device = value.substr(0, value.find(';'));
  }
  REQUIRE_FALSE(device.empty());
  for (int i = 0; i < 50; ++i) (void)app.log_in(app.owner.mail, "wrong wrong wrong", address_number(i));
  const auto from = [&](const std::string& address, const std::string& cookie) {
    Ask ask{.method = "POST",
            .path = "/api/v1/login",
            .body = nlohmann::json{{"mail", app.owner.mail}, {"password", TestApp::kPassword}}.dump()};
    if (!cookie.empty()) ask.headers = {{"Cookie", cookie}};
    ask.address = address;
    return app.send(ask).status;
  };
  CHECK(from("203.0.113.9", "") == 429);
  CHECK(from("203.0.113.9", device) == 200);
  CHECK(from("192.0.2.77", "") == 200);
  CHECK(from("203.0.113.10", "connlog_device=" + std::string(32, 'a') + "." + std::string(32, 'b')) == 429);
}

TEST_CASE("an agent's token on another machine is told to the owners, and not with every heartbeat") {
  TestApp app;
  test::set_up_mail(app);
  const ApiAnswer made = app.post("/api/v1/workspaces/{w}/agents", R"({"name":"db-1","authorised":true})", &app.owner);
  REQUIRE(made.status == 201);
  const std::string token = made.json()["token"];
  int request = 0;
  const auto beat_from = [&](char machine) {
    const std::string id = std::to_string(++request);
    Ask ask{.method = "POST",
            .path = "/api/agents/heartbeat",
            .body = std::string(32, '\0'),
            .headers = {{"Authorization", "Bearer " + token},
                        {"X-Protocol-Version", "1"},
                        {"X-Agent-Version", "1.19.0"},
                        {"X-Config-Version", "1"},
                        {"X-Machine-Id", std::string(64, machine)},
                        {"X-Quick-Action-Polling-Enabled", "false"},
                        {"X-ConnLog-Request-Id", std::string(32 - id.size(), '0') + id}},
            .host = "x"};
    ask.as_browser = false;
    const int status = app.send(ask).status;
    app.clock.advance(seconds(10));
    return status;
  };
  REQUIRE(beat_from('a') == 200);
  CHECK(letters(app, "machine_mismatch") == 0);
  CHECK(beat_from('b') == 200);  // the workspace warns
  CHECK(letters(app, "machine_mismatch", app.owner.mail) == 1);
  for (const char machine : {'c', 'd', 'e', 'b'}) (void)beat_from(machine);
  CHECK(letters(app, "machine_mismatch") == 1);
  CHECK(acts(app, "agent.machine_mismatch_accepted") >= 1);
}

TEST_CASE("a cloned machine with the same token is told to the owners, once, and says what to do") {
  TestApp app;
  test::set_up_mail(app);
  const ApiAnswer made = app.post("/api/v1/workspaces/{w}/agents", R"({"name":"web","authorised":true})", &app.owner);
  REQUIRE(made.status == 201);
  const std::string token = made.json()["token"];
  int request = 0;
  std::uint64_t seconds_passed = 0;
  const auto beat_of = [&](const std::string& host, std::uint64_t uptime) {
    const std::string id = std::to_string(++request);
    std::string frame(32, '\0');
    for (std::size_t i = 0; i < 8; ++i) frame[i] = static_cast<char>((uptime + seconds_passed) >> (8 * i) & 0xFF);
    Ask ask{.method = "POST",
            .path = "/api/agents/heartbeat",
            .body = frame,
            .headers = {{"Authorization", "Bearer " + token},
                        {"X-Protocol-Version", "1"},
                        {"X-Agent-Version", "1.19.0"},
                        {"X-Config-Version", "1"},
                        {"X-Hostname", host},
                        {"X-Machine-Id", std::string(64, 'a')},
                        {"X-Quick-Action-Polling-Enabled", "false"},
                        {"X-ConnLog-Request-Id", std::string(32 - id.size(), '0') + id}},
            .host = "x"};
    ask.as_browser = false;
    (void)app.send(ask);
    app.clock.advance(seconds(5));
    seconds_passed += 5;
  };
  for (int i = 0; i < 6; ++i) {
    beat_of("web-1", 500'000);
    beat_of("web-2", 300);
  }
  CHECK(letters(app, "machine_mismatch", app.owner.mail) == 1);
  CHECK(acts(app, "agent.machine_mismatch_accepted") == 1);
}

TEST_CASE("tests of recipients and of the mail server are not without end") {
  TestApp app;
  app.populate();
  int refused = 0;
  for (int i = 0; i < 30; ++i) {
    if (app.post("/api/v1/workspaces/{w}/recipients/{recipient}/test", "{}", &app.owner).status == 429) ++refused;
  }
  CHECK(refused == 30 - policy_of(Attempt::webhook_test).free_by_account);
}
