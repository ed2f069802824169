// Threat 20, with our own mail server as the protocol's other end: people with an account make the appliance write to
// addresses of their choice. They must not fill a stranger's mailbox by it, nor put their own link into our mail.
#include <doctest/doctest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/notify/letter_text.h"
#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

constexpr const char* kVictim = "vera@example.net";
constexpr const char* kLure = "Prize at evil.example/win or https://evil.example";

std::int64_t letters_to(TestApp& app, const std::string& address) {
  std::int64_t count = 0;
  for (const auto& letter : test::letters(app)) count += letter.row.to_address == address;
  return count;
}

void check_bounded(TestApp& app, const std::function<void(int)>& ask) {
  for (int i = 0; i < 40; ++i) {
    ask(i);
    app.clock.advance(seconds(1));
  }
  const std::int64_t count = letters_to(app, kVictim);
  CHECK(count >= 10);
  CHECK(count <= 12);
}

}  // namespace

TEST_CASE("an invitation that is sent, revoked and sent again fills nobody's mailbox") {
  TestApp app;
  test::set_up_mail(app);
  const std::string path = "/api/v1/workspaces/{w}/invitations";
  check_bounded(app, [&](int) {
    const ApiAnswer sent = app.post(path, json{{"mail", kVictim}, {"role", "viewer"}}.dump(), &app.owner);
    if (sent.status == 429) return;
    REQUIRE(sent.status == 201);
    const std::string id = sent.json()["invitation"]["id"];
    CHECK(app.send(Ask{.method = "DELETE", .path = path + "/" + id}, &app.owner).status == 204);
  });
}

TEST_CASE(
    "nor does one that is sent anew again and again, in whatever spelling, and what was refused changed nothing") {
  TestApp app;
  test::set_up_mail(app);
  const std::string path = "/api/v1/workspaces/{w}/invitations";
  const ApiAnswer sent = app.post(path, json{{"mail", kVictim}, {"role", "viewer"}}.dump(), &app.owner);
  REQUIRE(sent.status == 201);
  const std::string id = sent.json()["invitation"]["id"];
  std::string token;
  ApiAnswer last;
  check_bounded(app, [&](int) {
    last = app.post(path + "/" + id + "/resend", "", &app.owner);
    if (last.status == 200) token = last.json()["link"].get<std::string>();
  });
  CHECK(last.status == 429);
  CHECK_FALSE(last.header("Retry-After").empty());
  token = token.substr(token.find('=') + 1);
  CHECK(app.post("/api/v1/invitation/show", json{{"token", token}}.dump()).status == 200);
}

TEST_CASE("nor a recipient that is added, removed and added again") {
  TestApp app;
  test::set_up_mail(app);
  const std::string path = "/api/v1/workspaces/{w}/recipients";
  check_bounded(app, [&](int) {
    const json body = {{"name", "Night shift"}, {"kind", "mail"}, {"fields", {{"address", kVictim}}}};
    const ApiAnswer added = app.post(path, body.dump(), &app.owner);
    if (added.status == 429) return;
    REQUIRE(added.status == 201);
    const std::string id = added.json()["recipient"]["id"];
    CHECK(app.send(Ask{.method = "DELETE", .path = path + "/" + id}, &app.owner).status == 204);
  });
}

TEST_CASE("nor a change of address that is asked, taken back and asked again") {
  TestApp app;
  test::set_up_mail(app);
  check_bounded(app, [&](int) {
    const ApiAnswer asked = app.post("/api/v1/account/mail", json{{"mail", kVictim}}.dump(), &app.member);
    if (asked.status == 429) return;
    REQUIRE(asked.status == 202);
    CHECK(app.send(Ask{.method = "DELETE", .path = "/api/v1/account/mail"}, &app.member).status == 204);
  });
  CHECK(letters_to(app, app.member.mail) <= 12);
}

TEST_CASE("a name is no link in a mail to somebody who does not know its bearer") {
  TestApp app;
  test::set_up_mail(app);
  test::set_limit(app, "open_registration", 1);
  REQUIRE(app.patch("/api/v1/account", json{{"name", kLure}}.dump(), &app.owner).status == 200);
  REQUIRE(app.patch("/api/v1/workspaces/{w}", json{{"name", kLure}}.dump(), &app.owner).status == 200);
  REQUIRE(app.post("/api/v1/workspaces/{w}/invitations", json{{"mail", kVictim}, {"role", "viewer"}}.dump(), &app.owner)
              .status == 201);
  REQUIRE(app.post("/api/v1/workspaces/{w}/recipients",
                   json{{"name", kLure}, {"kind", "mail"}, {"fields", {{"address", kVictim}}}}.dump(), &app.owner)
              .status == 201);
  REQUIRE(app.post("/api/v1/account/mail", json{{"mail", kVictim}}.dump(), &app.owner).status == 202);
  REQUIRE(app.post("/api/v1/register", json{{"name", kLure}, {"mail", kVictim}}.dump()).status == 202);
  int looked_at = 0;
  for (const auto& letter : test::letters(app)) {
    if (letter.row.to_address != kVictim) continue;
    const MailText mail = render_letter(letter.row, letter.path, "https://monitor.example.org");
    CAPTURE(letter.row.kind);
    CHECK(mail.text.find("evil.example") == std::string::npos);
    CHECK(mail.text.find("https://evil") == std::string::npos);
    CHECK(mail.headline.find("evil.example") == std::string::npos);
    CHECK(mail.text.find("https://monitor.example.org/") != std::string::npos);
    ++looked_at;
  }
  CHECK(looked_at == 4);
}
