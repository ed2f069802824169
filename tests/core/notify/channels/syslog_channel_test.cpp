// The channel "syslog" against a server that takes RFC 5424 over UDP, TCP and TLS, framed by octet counting.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/net/syslog_text.h"
#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::ChannelWorld;
using test::OutsideServer;

GivenFields to(std::uint16_t port, const std::string& over, const std::string& host = "127.0.0.1") {
  GivenFields fields;
  fields.text("host", host).text("transport", over);
  fields.set("port", {.form = GivenField::Form::number, .number = port});
  return fields;
}

std::vector<std::string> with_tls() {
  return {"--certificate", (test::certificates() / "server.pem").string(), "--key",
          (test::certificates() / "server.key").string()};
}

void allow(ChannelWorld& world, const std::string& host, std::uint16_t port) {
  world.needs.outbound.policy.allowed_loopback = {{host, port}, {"127.0.0.1", port}};
  world.real = make_courier(world.needs.outbound, world.storage.clock);
  world.worker = std::make_unique<OutboxWorker>(world.needs, *world.real);
}

}  // namespace

TEST_CASE("an alert is one line of syslog over UDP, TCP and TLS, and its recovery is a notice") {
  for (const std::string over : {"udp", "tcp", "tls"}) {
    CAPTURE(over);
    OutsideServer server("syslog_server.py", over == "tls"   ? with_tls()
                                             : over == "udp" ? std::vector<std::string>{"--udp"}
                                                             : std::vector<std::string>{});
    ChannelWorld world(server.port());
    const std::string host = over == "tls" ? "localhost" : "127.0.0.1";
    allow(world, host, server.port());
    GivenFields fields = to(server.port(), over, host);
    if (over == "tls") fields.text("ca", test::read_text(test::certificates() / "ca.pem"));
    const auto recipient = world.add("syslog", std::move(fields));
    REQUIRE_MESSAGE(recipient, recipient.error().message);
    CHECK(recipient->shown == host + ":" + std::to_string(server.port()) + " over " + over);
    world.change_incident([](Incident& incident) {
      incident.severity = Severity::critical;
      incident.subject_name = "db\"]\n<13>1 forged";
    });
    const Notification sent = world.deliver(*recipient);
    REQUIRE_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
    const std::string line = json::parse(server.next("message"))["text"];
    CHECK(line.starts_with("<130>1 "));  // local0, critical
    CHECK(line.find(" monitor.example.com connlog - incident.opened [connlog@32473 event=\"incident.opened\"") !=
          std::string::npos);
    CHECK(line.find("incident=\"" + world.incident.id.text() + "\"") != std::string::npos);
    CHECK(line.find("subject=\"db\\\"\\] <13>1 forged\"") != std::string::npos);
    CHECK(line.find('\n') == std::string::npos);

    world.resolve();
    REQUIRE(world.deliver(*recipient, Announcement::Kind::incident_resolved).state == Notification::State::sent);
    CHECK(json::parse(server.next("message"))["text"].get<std::string>().starts_with("<133>1 "));
  }
}

TEST_CASE("a syslog server that the address policy forbids gets nothing, and one that is down is tried again") {
  OutsideServer server("syslog_server.py", {});
  ChannelWorld world(server.port());
  world.needs.outbound.policy.allowed_loopback.clear();
  world.real = make_courier(world.needs.outbound, world.storage.clock);
  world.worker = std::make_unique<OutboxWorker>(world.needs, *world.real);
  const auto forbidden = world.add("syslog", to(server.port(), "tcp"));
  REQUIRE(forbidden);
  Notification row = world.deliver(*forbidden);
  CHECK(row.state == Notification::State::queued);
  CHECK(row.last_error.find("address policy") != std::string::npos);
  for (const std::string& line : server.rest()) CHECK(line.find("connection") == std::string::npos);

  const std::uint16_t nobody = test::unused_port();
  ChannelWorld other(nobody);
  const auto down = other.add("syslog", to(nobody, "tcp"));
  REQUIRE(down);
  row = other.deliver(*down);
  CHECK(row.state == Notification::State::queued);
  CHECK(row.last_error.find("could not connect") != std::string::npos);
}

TEST_CASE("settings of a syslog channel that cannot work are refused by their field") {
  ChannelWorld world(1);
  CHECK(world.refused_field("syslog", to(514, "udp", "logs example")) == "fields.host");
  CHECK(world.refused_field("syslog", to(514, "carrier pigeon")) == "fields.transport");
  CHECK(world.refused_field("syslog", to(0, "tls")) == "fields.port");
  GivenFields useless = to(601, "tcp");
  useless.text("ca", test::read_text(test::certificates() / "ca.pem"));
  CHECK(world.refused_field("syslog", std::move(useless)) == "fields.ca");
}

TEST_CASE("a syslog message is cut to what its way takes, between characters") {
  SyslogHead head;
  head.hostname = "monitor.example.org";
  head.message_id = "test";
  std::string text;
  while (text.size() < 10'000) text += "\xc3\xa4";
  const std::string message = syslog_text(head, syslog_parameter("a", "b]\"\\"), text, kSyslogDatagramBytesMax);
  CHECK(message.size() <= kSyslogDatagramBytesMax);
  CHECK(message.size() >= kSyslogDatagramBytesMax - 1);
  CHECK(message.find("[connlog@32473 a=\"b\\]\\\"\\\\\"]") != std::string::npos);
  CHECK(syslog_framed("abc") == "3 abc");
}

}  // namespace connlog
