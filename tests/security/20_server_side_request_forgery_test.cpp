// Threat 20 (Checkmk CVE-2022-46836 and on), and 1: a webhook that is pointed at what only this machine can reach. The
// address policy is asked when the socket is made, with the address that the name really has at that moment.
#include <doctest/doctest.h>

#include "core/net/http_client.h"
#include "tests/core/notify/outbox_fixture.h"
#include "tests/support/outside.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using test::OutsideServer;
using Kind = TransportFailure::Kind;

HttpOutcome post(const std::string& url, const OutboundOptions& outbound = {}) {
  HttpClient::Options options;
  options.outbound = outbound;
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.connect_timeout = milliseconds(2'000);
  request.timeout = milliseconds(3'000);
  return std::move(HttpClient::open(options)).value()->perform(request);
}

bool is_forbidden(const HttpOutcome& outcome) {
  return outcome.failure && outcome.failure->kind == Kind::forbidden;
}

}  // namespace

TEST_CASE("no spelling of this machine or of a metadata service can be reached") {
  OutsideServer sink("http_sink.py", {"--address", "0.0.0.0"});
  const std::string port = ":" + std::to_string(sink.port()) + "/";
  for (const char* host : {"127.0.0.1",
                           "localhost",
                           "127.1",
                           "2130706433",
                           "0x7f000001",
                           "0177.0.0.1",
                           "127.0.0.2",
                           "0.0.0.0",
                           "0",
                           "[::1]",
                           "[::]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[64:ff9b::127.0.0.1]",
                           "[::127.0.0.1]",
                           "169.254.169.254",
                           "[::ffff:169.254.169.254]",
                           "[fd00:ec2::254]",
                           "100.100.100.200",
                           "224.0.0.1",
                           "255.255.255.255",
                           "[fe80::1]",
                           "[ff02::1]",
                           "LOCALHOST",
                           "localhost."}) {
    CAPTURE(std::string(host));
    CHECK(is_forbidden(post("http://" + std::string(host) + port)));
  }
  CHECK(sink.rest().empty());
}

TEST_CASE("a name that changes its answer is judged by where it leads now") {
  OutsideServer sink("http_sink.py", {"--address", "0.0.0.0"});
  OutsideServer dns("dns_server.py",
                    {"rebind.test=127.0.0.2,127.0.0.1", "mapped.test=::ffff:127.0.0.1", "meta.test=169.254.169.254"});
  OutboundOptions outbound;
  outbound.dns_servers = "127.0.0.1:" + std::to_string(dns.port());
  outbound.policy.allowed_loopback = {{"127.0.0.2", sink.port()}};  // the harmless answer
  const std::string port = ":" + std::to_string(sink.port()) + "/";

  const HttpOutcome first = post("http://rebind.test" + port, outbound);
  REQUIRE_FALSE(first.failure);
  CHECK_FALSE(sink.next("request").empty());
  CHECK(is_forbidden(post("http://rebind.test" + port, outbound)));
  CHECK(is_forbidden(post("http://mapped.test" + port, outbound)));
  CHECK(is_forbidden(post("http://meta.test" + port, outbound)));
  CHECK(sink.rest().empty());
}

TEST_CASE("a redirect is an answer and never a second request") {
  OutsideServer inside("http_sink.py", {});
  OutboundOptions outbound;
  for (const char* status : {"301", "302", "303", "307", "308"}) {
    OutsideServer outside("http_sink.py", {"--status", status, "--header",
                                           "Location: http://127.0.0.1:" + std::to_string(inside.port()) + "/"});
    // Even where both are allowed.
    outbound.policy.allowed_loopback = {{"127.0.0.1", outside.port()}, {"127.0.0.1", inside.port()}};
    const HttpOutcome outcome = post("http://127.0.0.1:" + std::to_string(outside.port()) + "/", outbound);
    REQUIRE_FALSE(outcome.failure);
    CHECK(outcome.answer.status == std::stoi(status));
  }
  CHECK(inside.rest().empty());
}

TEST_CASE("connlog never sends to its own listeners, not even as a mail server or where loopback was allowed") {
  OutsideServer own("http_sink.py", {"--address", "0.0.0.0"});
  OutboundOptions outbound;
  outbound.policy.own_listeners = {{"0.0.0.0", own.port()}};
  outbound.policy.allowed_loopback = {{"localhost", own.port()}, {"127.0.0.1", own.port()}};
  CHECK(is_forbidden(post("http://localhost:" + std::to_string(own.port()) + "/", outbound)));
  CHECK(is_forbidden(post("http://127.0.0.1:" + std::to_string(own.port()) + "/", outbound)));

  test::OutboxFixture world;
  world.set_mail_server("localhost", own.port(), MailSecurity::none);
  const auto courier = make_courier(outbound, world.storage.clock);
  OutboxWorker worker(world.needs, *courier);
  const Notification row = world.queue(world.mail);
  for (int i = 0; i < 100 && world.now(row).last_error.empty(); ++i) worker.turn(50ms);
  CHECK(world.now(row).last_error.find("connlog itself") != std::string::npos);
  CHECK(own.rest().empty());
}

TEST_CASE("only http and https are spoken to a webhook") {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "smtp://127.0.0.1/",
                          "imap://127.0.0.1/", "dict://127.0.0.1/", "telnet://127.0.0.1/", "ldap://127.0.0.1/"}) {
    CAPTURE(std::string(url));
    const HttpOutcome outcome = post(url);
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->kind == Kind::invalid);
  }
}

TEST_CASE("what a target answers is not shown, so that a webhook reads nothing for anybody") {
  OutsideServer sink("http_sink.py", {"--status", "500", "--body", "root:x:0:0 secret"});
  OutboundOptions outbound;
  outbound.policy.allowed_loopback = {{"127.0.0.1", sink.port()}};
  test::OutboxFixture world;
  const Recipient hook = world.add_webhook("http://127.0.0.1:" + std::to_string(sink.port()) + "/");
  const auto courier = make_courier(outbound, world.storage.clock);
  OutboxWorker worker(world.needs, *courier);
  const Notification row = world.queue(hook);
  for (int i = 0; i < 100 && world.now(row).last_error.empty(); ++i) worker.turn(50ms);
  CHECK(world.now(row).last_error == "HTTP 500 (internal server error)");
}

}  // namespace connlog
