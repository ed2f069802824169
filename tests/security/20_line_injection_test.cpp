// Threats 17 and 20 for what leaves the house (Zabbix CVE-2026-23920; Checkmk CVE-2022-46836): a line break in a name
// or an address that becomes a line of SMTP or HTTP. Addresses with one are refused; texts with one become one line;
// and a real server sees exactly one mail to exactly one recipient whatever the texts are.
#include <doctest/doctest.h>
#include <sodium.h>

#include <nlohmann/json.hpp>

#include "core/net/mail_header.h"
#include "core/notify/channel.h"
#include "tests/core/notify/outbox_fixture.h"
#include "tests/support/outside.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using test::OutsideServer;

const std::vector<std::string>& breaks() {
  static const std::vector<std::string> texts = {
      "x\r\nBcc: evil@example.com",
      "x\nBcc: evil@example.com",
      "x\rBcc: evil@example.com",
      "x\r\n\r\nA body of mine",
      "x\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<evil@example.com>\r\nDATA\r\nx\r\n.\r\n",
      "x\n.\nQUIT",
      std::string("x\0Bcc: evil@example.com", 23),
      "x\xe2\x80\xa8"
      "Bcc: evil@example.com",
      "x\xc2\x85"
      "Bcc: evil@example.com",
      "x\x0b"
      "Bcc: evil@example.com",
  };
  return texts;
}

std::string decoded(const nlohmann::json& event) {
  const std::string text = event["data"];
  std::string out(text.size(), '\0');
  std::size_t length = 0;
  sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                    &length, nullptr, sodium_base64_VARIANT_ORIGINAL);
  out.resize(length);
  return out;
}

}  // namespace

TEST_CASE("a line break in any text of an incident adds no header, no recipient and no command") {
  OutsideServer server("smtp_server.py", {});
  test::OutboxFixture world;
  world.set_mail_server("127.0.0.1", server.port(), MailSecurity::none);
  const auto courier = make_courier({}, world.storage.clock);
  OutboxWorker worker(world.needs, *courier);
  for (const std::string& text : breaks()) {
    CAPTURE(text);
    // Past every check at the door: as if it had come into the database by a hole.
    world.incident.summary = text;
    world.storage.write([&](Transaction& tx) { return world.storage->incidents().update(tx, world.incident); });
    world.mail.name = text;
    world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, world.mail); });
    const Notification row = world.queue(world.mail);
    worker.wake();
    for (int i = 0; i < 200 && world.state_of(row) != Notification::State::sent; ++i) worker.turn(100ms);
    REQUIRE(world.state_of(row) == Notification::State::sent);

    const auto mail = nlohmann::json::parse(server.next("mail"));
    CHECK(mail["from"] == "connlog@example.com");
    CHECK(mail["to"] == nlohmann::json::array({"ops@example.com"}));
    const std::string content = decoded(mail);
    const std::string headers = content.substr(0, content.find("\r\n\r\n"));
    CHECK(headers.find("\nBcc") == std::string::npos);
    std::vector<std::string> names;
    std::size_t begin = 0;
    while (begin < headers.size()) {
      const std::size_t end = std::min(headers.find("\r\n", begin), headers.size());
      const std::string line = headers.substr(begin, end - begin);
      if (!line.empty() && line[0] != ' ') names.push_back(line.substr(0, line.find(':')));
      begin = end + 2;
    }
    CHECK(names == std::vector<std::string>{"Content-Type", "Mime-Version", "Date", "From", "To", "Subject",
                                            "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted",
                                            "X-Auto-Response-Suppress"});
  }
  for (const std::string& line : server.rest()) CHECK(line.find("\"mail\"") == std::string::npos);  // none besides
}

TEST_CASE("an address with a line break never reaches a server, even from the database") {
  OutsideServer server("smtp_server.py", {});
  test::OutboxFixture world;
  world.set_mail_server("127.0.0.1", server.port(), MailSecurity::none);
  const auto courier = make_courier({}, world.storage.clock);
  OutboxWorker worker(world.needs, *courier);
  for (const std::string& text : breaks()) {
    CAPTURE(text);
    CHECK_FALSE(check_mail_address("ops@example.com" + text, "address"));
    CHECK_FALSE(check_mail_address(text + "@example.com", "address"));
    address_by_mail(world.mail, "ops@example.com" + text);
    world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, world.mail); });
    const Notification row = world.queue(world.mail);
    worker.wake();
    worker.turn(0ms);
    CHECK(world.state_of(row) != Notification::State::sent);
    CHECK(world.now(row).attempts == 1);
  }
  CHECK(server.rest().empty());  // not even a connection
}

TEST_CASE("a line break in a header, an address or a method of an HTTP request keeps it from being sent") {
  OutsideServer sink("http_sink.py", {});
  HttpClient::Options options;
  options.purpose = OutboundPurpose::agent_uplink;
  const auto client = HttpClient::open(options);
  REQUIRE(client);
  const std::string base = "http://127.0.0.1:" + std::to_string(sink.port()) + "/";
  for (const std::string& text : {std::string("x\r\nX-Evil: 1"), std::string("x\nX-Evil: 1"),
                                  std::string("x\rX-Evil: 1"), std::string("x\0y", 3)}) {
    for (int where = 0; where < 4; ++where) {
      HttpRequest request;
      request.url = base;
      if (where == 0) request.url += text;
      if (where == 1) request.headers.push_back({"X-Name", text});
      if (where == 2) request.headers.push_back({"X-" + text, "value"});
      if (where == 3) request.method = text;
      const HttpOutcome outcome = (*client)->perform(request);
      REQUIRE(outcome.failure);
      CHECK(outcome.failure->kind == TransportFailure::Kind::invalid);
    }
  }
  CHECK(sink.rest().empty());
}

}  // namespace connlog
