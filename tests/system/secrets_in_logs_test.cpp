// Threat 21, for what the program says while it works: a round of everything that has to do with secrets, with right
// ones and wrong ones, at the chattiest level. None of them is in its output, nor in any file beside the encrypted
// database.

#include <doctest/doctest.h>
#include <signal.h>
#include <sodium.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <thread>

#include "core/base/clock.h"
#include "core/crypto/totp.h"
#include "tests/support/agent_emulator.h"
#include "tests/support/http_session.h"
#include "tests/support/outside.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace fs = std::filesystem;

namespace {

constexpr const char* kMailPassword = "the mail server knows this one";
constexpr const char* kFirstPassword = "correct horse battery staple 7";  // of HttpSession::set_up
constexpr const char* kSecondPassword = "seven green bottles standing";
constexpr const char* kClientSecret = "the provider gave us this secret";
constexpr const char* kCallbackCode = "a-code-that-buys-a-token-3f9c";

class Round {
 public:
  Round()
      : mailbox_("smtp_server.py", {"--mode", "starttls", "--auth", std::string("ops:") + kMailPassword,
                                    "--certificate", (test::certificates() / "server.pem").string(), "--key",
                                    (test::certificates() / "server.key").string()}) {
    const std::string away = "127.0.0.1:" + std::to_string(nobody_);
    REQUIRE_MESSAGE(
        server_.start({.data_directory = data_, .arguments = {"--log-level", "debug", "--outbound-loopback", away}}),
        server_.failure());
  }

  std::map<std::string, std::string> secrets;  // what it is → the secret
  std::string set_up_token;                    // printed on purpose, and used up

  void everything() {
    HttpSession owner(server_.http_port());
    begin(owner);
    secrets_of_a_workspace(owner);
    secrets_of_the_appliance(owner);
    new_password_by_mail();
    second_factor();
    wrong_ones();
  }

  std::string end() {
    server_.process().signal(SIGTERM);
    CHECK(server_.process().wait(seconds(30)) == 0);
    return server_.process().output();
  }
  const fs::path& data() const { return data_; }

 private:
  json good(const HttpSession::Reply& reply) {
    REQUIRE_MESSAGE((reply.status >= 200 && reply.status < 300), reply.body);
    return reply.json;
  }
  void keep(const std::string& what, const std::string& secret) {
    REQUIRE_MESSAGE(secret.size() >= 8, what);
    secrets[what] = secret;
  }
  void keep_session(const std::string& what, const HttpSession& session) {
    keep(what, session.cookie().substr(session.cookie().find('=') + 1));
    keep(what + ", its CSRF token", session.csrf_token());
  }

  GenuineAgent::Answer raw(const std::string& method, const std::string& path, const std::string& bearer,
                           const std::string& body, const std::string& type = "application/json",
                           const std::string& more = "") {
    const std::string authority = "127.0.0.1:" + std::to_string(server_.http_port());
    return GenuineAgent::parse_answer(exchange_bytes(
        server_.http_port(),
        method + " " + path + " HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\nContent-Type: " + type +
            "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
            (bearer.empty() ? "" : "Authorization: Bearer " + bearer + "\r\n") + more + "\r\n" + body));
  }

  void begin(HttpSession& owner) {
    const auto until = std::chrono::steady_clock::now() + seconds(30);
    while (server_.process().output().find("setup#token") == std::string::npos &&
           std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(milliseconds(5));
    const std::string greeting = server_.process().output();
    const std::size_t at = greeting.find("#token=") + 7;
    set_up_token = greeting.substr(at, greeting.find('\n', at) - at);
    std::string failure;
    workspace_ = owner.set_up(greeting, failure);
    REQUIRE_MESSAGE(!workspace_.empty(), failure);
    keep("the first password", kFirstPassword);
    keep_session("the first session", owner);
  }

  void secrets_of_a_workspace(HttpSession& owner) {
    const json agent = good(owner.post(workspace_ + "/agents", {{"name", "db-1"}, {"authorised", true}}));
    keep("an agent's token", agent["token"]);
    // Up 86461 s, cpu 12.5 %, memory 3120 of 7936, disk 51200 of 160000, load 0.42 (agent-protocol §15.1).
    static constexpr unsigned char kFrame[32] = {0xbd, 0x51, 0x01, 0x00, 0,    0,    0,    0, 0xe2, 0x04, 0x0b,
                                                 0x13, 0x30, 0x0c, 0,    0,    0x00, 0x1f, 0, 0,    0x00, 0xc8,
                                                 0,    0,    0x00, 0x71, 0x02, 0,    0x2a, 0, 0x2a, 0};
    const std::string frame(reinterpret_cast<const char*>(kFrame), sizeof kFrame);
    const std::string headers = "X-Agent-Version: 1.19.0\r\nX-Protocol-Version: 1\r\nX-Config-Version: 1\r\n";
    for (const std::string& token : {secrets.at("an agent's token"), "agent_" + std::string(63, 'a') + "0"}) {
      const int status = raw("POST", "/api/agents/heartbeat", token, frame, "application/octet-stream", headers).status;
      CHECK(status == (token == secrets.at("an agent's token") ? 200 : 401));
    }
    keep("a wrong agent's token", "agent_" + std::string(63, 'a') + "0");
    keep("a rotated agent's token",
         good(owner.post(workspace_ + "/agents/" + agent["agent"]["id"].get<std::string>() + "/token",
                         json::object()))["token"]);

    const json enrolment =
        good(owner.post(workspace_ + "/enrolment-keys", {{"name", "web servers"}, {"uses", 1}, {"authorised", true}}));
    keep("an enrolment key", enrolment["token"]);
    for (int i = 0; i < 2; ++i) {  // the second use is one too many
      const auto enrolled =
          raw("POST", "/api/agents/enrol", secrets.at("an enrolment key"),
              json{{"request_id", std::string(63, '0') + std::to_string(i)}, {"name", "web-1"}}.dump());
      CHECK(enrolled.status == (i == 0 ? 201 : 403));
      if (i == 0) keep("an enrolled agent's token", json::parse(enrolled.body)["token"]);
    }

    keep("a workspace's API key",
         good(owner.post(workspace_ + "/api-keys", {{"name", "deploy"}, {"scopes", {"view"}}}))["token"]);
    CHECK(raw("GET", workspace_ + "/agents", secrets.at("a workspace's API key"), "").status == 200);
    CHECK(raw("GET", "/api/v1/appliance/users", secrets.at("a workspace's API key"), "").status == 403);
    keep("a personal API key",
         good(owner.post("/api/v1/account/api-keys", {{"name", "mine"}, {"scopes", {"view"}}}))["token"]);
    CHECK(raw("GET", workspace_ + "/rules", secrets.at("a personal API key"), "").status == 200);

    const std::string hook = "http://127.0.0.1:" + std::to_string(nobody_) + "/hooks/path-that-is-a-secret";
    const json recipient = good(
        owner.post(workspace_ + "/recipients", {{"name", "Hook"}, {"kind", "webhook"}, {"fields", {{"url", hook}}}}));
    keep("a webhook's secret", recipient["secret"]);
    owner.post(workspace_ + "/recipients/" + recipient["recipient"]["id"].get<std::string>() + "/test", json::object());
    keep("a webhook's secret that answers a leak",
         good(owner.post(workspace_ + "/leaks",
                         {{"kind", "webhook_secret"}, {"subject", recipient["recipient"]["id"]}}))["secret"]);
  }

  void secrets_of_the_appliance(HttpSession& owner) {
    good(owner.put("/api/v1/appliance/mail", {{"host", "localhost"},
                                              {"port", mailbox_.port()},
                                              {"security", "starttls"},
                                              {"username", "ops"},
                                              {"password", kMailPassword},
                                              {"ca_pem", test::read_text(test::certificates() / "ca.pem")},
                                              {"from_address", "connlog@example.org"}}));
    keep("the mail server's password", kMailPassword);
    CHECK(good(owner.post("/api/v1/appliance/mail/test", {{"to", "ada@example.org"}})).value("ok", false));

    const json provider =
        good(owner.post("/api/v1/appliance/providers", {{"preset", "generic"},
                                                        {"name", "Nobody's"},
                                                        {"issuer", "https://127.0.0.1:" + std::to_string(nobody_)},
                                                        {"client_id", "connlog"},
                                                        {"client_secret", kClientSecret},
                                                        {"enabled", true}}));
    keep("a login provider's secret", kClientSecret);
    const std::string id = provider["id"];
    owner.post("/api/v1/appliance/providers/" + id + "/test", json::object());
    owner.get("/api/v1/login/providers/" + id + "/start");
    keep("a provider's code", kCallbackCode);
    owner.get(std::string("/api/v1/login/providers/callback?state=nobody-began-this&code=") + kCallbackCode);

    const json invitation =
        good(owner.post(workspace_ + "/invitations", {{"mail", "bob@example.org"}, {"role", "member"}}));
    std::smatch found;
    const std::string shown = invitation.dump();
    REQUIRE(std::regex_search(shown, found, std::regex("link_[0-9a-f]{64}")));
    keep("an invitation's link", found[0]);
    HttpSession guest(server_.http_port());
    CHECK(guest.post("/api/v1/invitation/show", {{"token", secrets.at("an invitation's link")}}).status == 200);
    keep("an invitation's link by mail", link_in_mail("bob@example.org"));
    keep("a guest's password", "grey lantern floats away");
    CHECK(guest
              .post("/api/v1/invitation/register", {{"token", secrets.at("an invitation's link by mail")},
                                                    {"name", "Bob"},
                                                    {"password", secrets.at("a guest's password")}})
              .status == 201);
    keep_session("a guest's session", guest);
    good(owner.post("/api/v1/appliance/keys/rotate", json::object()));
  }

  std::string link_in_mail(const std::string& to) {
    for (int i = 0; i < 10; ++i) {
      const json told = json::parse(mailbox_.next("mail"), nullptr, false);
      if (!told.is_object() || told["to"][0] != to) continue;
      const std::string encoded = told["data"];
      std::string mail(encoded.size(), '\0');
      std::size_t length = 0;
      sodium_base642bin(reinterpret_cast<unsigned char*>(mail.data()), mail.size(), encoded.data(), encoded.size(),
                        nullptr, &length, nullptr, sodium_base64_VARIANT_ORIGINAL);
      mail.resize(length);
      mail = std::regex_replace(mail, std::regex("=\r\n"), "");
      std::smatch found;
      if (std::regex_search(mail, found, std::regex("link_[0-9a-f]{64}"))) return found[0];
    }
    return {};
  }

  void new_password_by_mail() {
    HttpSession stranger(server_.http_port());
    CHECK(stranger.post("/api/v1/password-reset", {{"mail", "ada@example.org"}}).status == 202);
    keep("a reset link", link_in_mail("ada@example.org"));
    keep("the second password", kSecondPassword);
    for (const int wanted : {204, 403})  // the second time it is used up
      CHECK(stranger
                .post("/api/v1/password-reset/complete",
                      {{"token", secrets.at("a reset link")}, {"password", kSecondPassword}})
                .status == wanted);
  }

  void second_factor() {
    HttpSession owner(server_.http_port());
    good(owner.post("/api/v1/login", {{"mail", "ada@example.org"}, {"password", kSecondPassword}}));
    keep_session("the second session", owner);
    const json offer = good(owner.post("/api/v1/account/factors/totp", json::object()));
    keep("a one-time code's secret", offer["secret"]);
    const std::string code =
        totp::code_at(Secret(offer["secret"].get<std::string>()), totp::step_of(SystemClock().now()));
    const json confirmed = good(owner.post("/api/v1/account/factors/totp/confirm", {{"code", code}}));
    keep("a recovery code", confirmed["recovery_codes"][0]);
    keep("another recovery code", confirmed["recovery_codes"][1]);
    CHECK(owner.post("/api/v1/logout", json::object()).status == 204);

    HttpSession again(server_.http_port());
    const json asked = good(again.post("/api/v1/login", {{"mail", "ada@example.org"}, {"password", kSecondPassword}}));
    keep("a login's ticket", asked["second_factor"]["ticket"]);
    const auto prove = [&](const std::string& method, const std::string& text) {
      return again
          .post("/api/v1/login/second-factor",
                {{"ticket", secrets.at("a login's ticket")}, {"method", method}, {"code", text}})
          .status;
    };
    CHECK(prove("recovery", "wrong-wrong") == 401);
    CHECK(prove("recovery", secrets.at("a recovery code")) == 200);
    keep_session("the third session", again);
  }

  // Into the wrong field, broken, too much of it.
  void wrong_ones() {
    HttpSession stranger(server_.http_port());
    keep("a wrong password", "nearly the right password 19");
    CHECK(stranger.post("/api/v1/login", {{"mail", "ada@example.org"}, {"password", secrets.at("a wrong password")}})
              .status == 401);
    keep("a password in the field for the address", "typed into the field above 20");
    CHECK(stranger
              .post("/api/v1/login",
                    {{"mail", secrets.at("a password in the field for the address")}, {"password", "short one"}})
              .status >= 400);
    keep("a password in broken JSON", "the quote never ends here 21");
    CHECK(raw("POST", "/api/v1/login", "",
              R"({"mail":"ada@example.org","password":")" + secrets.at("a password in broken JSON"))
              .status == 422);
    keep("a wrong API key", "cl_" + std::string(56, '7') + "12345678");
    CHECK(raw("GET", "/api/v1/me", secrets.at("a wrong API key"), "").status == 401);
    keep("a made-up link", "link_" + std::string(62, 'b') + "c1");
    CHECK(stranger
              .post("/api/v1/password-reset/complete",
                    {{"token", secrets.at("a made-up link")}, {"password", "grey lantern floats away"}})
              .status == 403);
    raw("GET", "/r/" + secrets.at("a made-up link"), "", "");
  }

  TemporaryDirectory directory_;
  fs::path data_ = directory_.path() / "data";
  std::uint16_t nobody_ = test::unused_port();
  test::OutsideServer mailbox_;
  ServerProcess server_;
  std::string workspace_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what the running program says names none of the secrets that went through it, right or wrong") {
  Round round;
  round.everything();
  const std::string output = round.end();
  // It was listened to: what went wrong with the provider is there, and so is what the mails became.
  CHECK(contains(output, "login_provider.trouble"));
  CHECK(contains(output, "letter.sent"));
  CHECK(round.secrets.size() > 25);

  std::map<std::string, std::string> places = {{"the output", output}};
  for (const auto& entry : fs::recursive_directory_iterator(round.data())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    places[entry.path().filename().string()] = {std::istreambuf_iterator<char>(in), {}};
  }
  for (const auto& [where, text] : places) {
    CAPTURE(where);
    for (const auto& [what, secret] : round.secrets) {
      CAPTURE(what);
      CHECK_FALSE(contains(text, secret));
      // Nor a good part of it, with the prefix cut off or the end.
      CHECK_FALSE(contains(text, secret.substr(secret.size() / 2)));
      CHECK_FALSE(contains(text, secret.substr(0, secret.size() * 2 / 3)));
    }
  }
}
