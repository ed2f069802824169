#include "core/net/address_policy.h"

#include <doctest/doctest.h>

#include <string>

namespace connlog {
namespace {

IpAddress ip(const std::string& text) {
  IpAddress address;
  REQUIRE_MESSAGE(parse_ip(text, address), text);
  return address;
}

AddressVerdict asked(const std::string& address, OutboundPurpose purpose = OutboundPurpose::webhook,
                     std::uint16_t port = 443, const AddressPolicy& policy = {},
                     const std::string& host = "name.example") {
  return decide(policy, {purpose, host, ip(address), port}, {ip("192.168.7.5"), ip("fd00::5"), ip("127.0.0.1")});
}

}  // namespace

TEST_CASE("the address policy lets private and public networks be reached") {
  for (const std::string& address : std::vector<std::string>{
           "10.0.0.1", "172.16.4.4", "192.168.1.9", "100.64.0.7", "93.184.216.34", "fd12:3456::1", "2606:2800::1",
           "::ffff:10.0.0.1", "64:ff9b::93.184.216.34", "223.255.255.254", "169.253.1.1", "128.0.0.1"}) {
    CAPTURE(address);
    CHECK(asked(address) == AddressVerdict::allowed);
  }
}

TEST_CASE("the address policy refuses what no target may be, in every spelling of it") {
  const struct {
    const char* address;
    AddressVerdict verdict;
  } cases[] = {
      {"0.0.0.0", AddressVerdict::unspecified},
      {"0.1.2.3", AddressVerdict::unspecified},
      {"::", AddressVerdict::unspecified},
      {"::ffff:0.0.0.0", AddressVerdict::unspecified},
      {"169.254.169.254", AddressVerdict::link_local},
      {"169.254.0.1", AddressVerdict::link_local},
      {"::ffff:169.254.169.254", AddressVerdict::link_local},
      {"::ffff:a9fe:a9fe", AddressVerdict::link_local},
      {"::169.254.169.254", AddressVerdict::link_local},
      {"::ffff:0:169.254.169.254", AddressVerdict::link_local},
      {"64:ff9b::169.254.169.254", AddressVerdict::link_local},
      {"64:ff9b:1::a9fe:a9fe", AddressVerdict::link_local},
      {"2002:a9fe:a9fe::1", AddressVerdict::link_local},
      {"2001:0:a9fe:a9fe::", AddressVerdict::link_local},
      {"2001:0:808:808::5601:5601", AddressVerdict::link_local},  // Teredo's client address has its bits flipped
      {"fd00::5efe:169.254.169.254", AddressVerdict::link_local},
      {"fd00::200:5efe:169.254.169.254", AddressVerdict::link_local},
      {"fe80::1", AddressVerdict::link_local},
      {"febf:ffff::1", AddressVerdict::link_local},
      {"fd00:ec2::254", AddressVerdict::metadata},
      {"fd20:ce::254", AddressVerdict::metadata},
      {"100.100.100.200", AddressVerdict::metadata},
      {"168.63.129.16", AddressVerdict::metadata},
      {"::ffff:100.100.100.200", AddressVerdict::metadata},
      {"224.0.0.1", AddressVerdict::multicast},
      {"239.255.255.255", AddressVerdict::multicast},
      {"ff02::1", AddressVerdict::multicast},
      {"255.255.255.255", AddressVerdict::broadcast},
      {"240.0.0.1", AddressVerdict::reserved},
      {"100::1", AddressVerdict::reserved},
      {"2002:7f00:1::", AddressVerdict::reserved},  // 6to4 of 127.0.0.1: somebody else's loopback
      {"64:ff9b::127.0.0.1", AddressVerdict::reserved},
      {"127.0.0.1", AddressVerdict::loopback},
      {"127.9.9.9", AddressVerdict::loopback},
      {"::1", AddressVerdict::loopback},
      {"::ffff:127.0.0.1", AddressVerdict::loopback},
  };
  for (const auto& one : cases) {
    CAPTURE(std::string(one.address));
    CHECK(asked(one.address) == one.verdict);
    // Who named the target makes a difference for loopback alone.
    const bool loopback = one.verdict == AddressVerdict::loopback;
    for (const OutboundPurpose trusted :
         {OutboundPurpose::mail, OutboundPurpose::proxy, OutboundPurpose::agent_uplink}) {
      CHECK(asked(one.address, trusted) == (loopback ? AddressVerdict::allowed : one.verdict));
    }
  }
}

TEST_CASE("loopback is open to webhooks only where the administrator named host and port") {
  AddressPolicy policy;
  policy.allowed_loopback = {{"127.0.0.1", 9000}, {"::1", 9001}, {"localhost", 9002}, {"hooks.internal", 9003}};
  const auto ask = [&](const char* address, std::uint16_t port, const char* host) {
    return asked(address, OutboundPurpose::webhook, port, policy, host) == AddressVerdict::allowed;
  };
  CHECK(ask("127.0.0.1", 9000, "127.0.0.1"));
  CHECK(ask("::ffff:127.0.0.1", 9000, "a.name"));
  CHECK_FALSE(ask("127.0.0.2", 9000, "127.0.0.2"));
  CHECK_FALSE(ask("127.0.0.1", 9001, "127.0.0.1"));
  CHECK(ask("::1", 9001, "::1"));
  CHECK(ask("127.0.0.1", 9002, "localhost"));
  CHECK(ask("::1", 9002, "localhost"));
  CHECK(ask("127.0.0.1", 9003, "HOOKS.internal"));
  CHECK_FALSE(ask("127.0.0.1", 9003, "evil.example"));  // another name that resolves to the allowed address
}

TEST_CASE("connlog's own listeners are never a target, whatever name or form leads there") {
  AddressPolicy policy;
  policy.own_listeners = {{"127.0.0.1", 8080}, {"0.0.0.0", 8443}, {"192.168.7.5", 9999}};
  policy.allowed_loopback = {{"127.0.0.1", 8080}, {"localhost", 8443}};
  const auto ask = [&](const char* address, std::uint16_t port, OutboundPurpose purpose = OutboundPurpose::webhook) {
    return asked(address, purpose, port, policy);
  };
  for (const OutboundPurpose purpose : {OutboundPurpose::webhook, OutboundPurpose::mail, OutboundPurpose::proxy}) {
    CHECK(ask("127.0.0.1", 8080, purpose) == AddressVerdict::own_listener);
    CHECK(ask("::ffff:127.0.0.1", 8080, purpose) == AddressVerdict::own_listener);
    CHECK(ask("127.0.0.1", 8443, purpose) == AddressVerdict::own_listener);
    CHECK(ask("127.3.3.3", 8443, purpose) == AddressVerdict::own_listener);
    CHECK(ask("::1", 8443, purpose) == AddressVerdict::own_listener);
    CHECK(ask("192.168.7.5", 8443, purpose) == AddressVerdict::own_listener);
    CHECK(ask("fd00::5", 8443, purpose) == AddressVerdict::own_listener);
    CHECK(ask("192.168.7.5", 9999, purpose) == AddressVerdict::own_listener);
  }
  CHECK(ask("192.168.7.6", 8443) == AddressVerdict::allowed);  // another machine's
  CHECK(ask("192.168.7.5", 8080) == AddressVerdict::allowed);  // bound to loopback alone
  CHECK(ask("192.168.7.5", 443) == AddressVerdict::allowed);
}

TEST_CASE("addresses are read in their one standard spelling") {
  IpAddress address;
  for (const std::string& wrong : std::vector<std::string>{
           "", "localhost", "127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "127.0.0.1 ", " 127.0.0.1",
           "127.0.0.1\n", "fe80::1%eth0", "[127.0.0.1", "1.2.3.4.5", "::ffff:127.0.0.256"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_ip(wrong, address));
  }
  CHECK(parse_ip("[2001:db8::1]", address));
  CHECK(to_text(address) == "2001:db8::1");
  CHECK_FALSE(parse_ip(std::string_view("127.0.0.1\0.example", 18), address));
}

TEST_CASE("a host and port in the settings is read whole or refused with its field") {
  CHECK(parse_host_port("localhost:9000", "outbound_loopback")->host == "localhost");
  CHECK(parse_host_port("[::1]:25", "outbound_loopback")->port == 25);
  for (const std::string& wrong :
       std::vector<std::string>{"", "localhost", "localhost:", ":80", "localhost:0", "localhost:65536", "localhost:80x",
                                "::1:25", "a b:80", "http://x:80"}) {
    CAPTURE(wrong);
    const auto parsed = parse_host_port(wrong, "outbound_loopback");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().field == "outbound_loopback");
  }
}

}  // namespace connlog
