#include <curl/curl.h>
#include <doctest/doctest.h>

#include <string>

#include "core/checks/check_runtime.h"
#include "core/net/address_policy.h"
#include "core/net/address_range.h"
#include "tests/support/one_check.h"
#include "tests/support/outside.h"
#include "tests/support/seeded_random.h"

namespace connlog {
namespace {

IpAddress ip(std::string_view text) {
  IpAddress address;
  REQUIRE_MESSAGE(parse_ip(text, address), std::string(text));
  return address;
}

std::vector<AddressRange> ranges(std::initializer_list<std::string_view> texts) {
  std::vector<AddressRange> out(texts.size());
  std::size_t i = 0;
  for (const std::string_view text : texts) REQUIRE(parse_address_range(text, out[i++]));
  return out;
}

AddressVerdict asked(std::string_view address, const std::vector<AddressRange>* networks,
                     OutboundPurpose purpose = OutboundPurpose::check, std::uint16_t port = 443,
                     const AddressPolicy& policy = {}) {
  AddressQuestion question;
  question.purpose = purpose;
  question.requested_host = "name.example";
  question.address = ip(address);
  question.port = port;
  question.networks = networks;
  return decide(policy, question, {ip("192.168.7.5"), ip("127.0.0.1")});
}

constexpr std::string_view kPrivate[] = {
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.9", "100.64.0.7", "100.127.255.254", "198.18.0.1", "192.0.0.8",
    "fd12:3456::1", "fc00::1", "fec0::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:c0a8:0101::1",
    "2001:0:808:808::f5ff:fffe",  // Teredo: the client is 10.0.0.1 with its bits flipped
    "fd00::5efe:10.0.0.1",
};
constexpr std::string_view kPublic[] = {"93.184.216.34", "172.15.255.255", "172.32.0.1",    "100.63.255.255", "100.128.0.1",
                                        "192.169.0.1",   "2606:2800::1",   "2002:5db8:d822::1", "64:ff9b::93.184.216.34"};

}  // namespace

TEST_CASE("checks reach public addresses, and private ones only where a network of their workspace contains them") {
  const std::vector<AddressRange> none;
  const std::vector<AddressRange> home = ranges({"192.168.1.0/24", "fd12:3456::/32"});
  for (const std::string_view address : kPublic) {
    CAPTURE(std::string(address));
    CHECK(asked(address, nullptr) == AddressVerdict::allowed);
    CHECK(asked(address, &none) == AddressVerdict::allowed);
    CHECK(asked(address, &home) == AddressVerdict::allowed);
  }
  for (const std::string_view address : kPrivate) {
    CAPTURE(std::string(address));
    CHECK(asked(address, nullptr) == AddressVerdict::private_network);
    CHECK(asked(address, &none) == AddressVerdict::private_network);
  }
  CHECK(asked("192.168.1.9", &home) == AddressVerdict::allowed);
  CHECK(asked("::ffff:192.168.1.9", &home) == AddressVerdict::allowed);
  CHECK(asked("192.168.2.9", &home) == AddressVerdict::private_network);
  CHECK(asked("fd12:3456::1", &home) == AddressVerdict::allowed);
  CHECK(asked("64:ff9b::192.168.1.9", &home) == AddressVerdict::private_network);
}

TEST_CASE("webhooks with a list of networks follow it; without one they reach every private network") {
  const std::vector<AddressRange> none;
  const std::vector<AddressRange> home = ranges({"10.0.0.0/8"});
  CHECK(asked("10.0.0.1", nullptr, OutboundPurpose::webhook) == AddressVerdict::allowed);
  CHECK(asked("10.0.0.1", &none, OutboundPurpose::webhook) == AddressVerdict::private_network);
  CHECK(asked("10.0.0.1", &home, OutboundPurpose::webhook) == AddressVerdict::allowed);
  CHECK(asked("93.184.216.34", &none, OutboundPurpose::webhook) == AddressVerdict::allowed);
}

TEST_CASE("loopback is open to checks where a listed network contains it or the administrator named host and port") {
  const std::vector<AddressRange> none;
  const std::vector<AddressRange> loopback = ranges({"127.0.0.0/8"});
  AddressPolicy policy;
  policy.allowed_loopback = {{"127.0.0.1", 9000}};
  CHECK(asked("127.0.0.1", &none) == AddressVerdict::loopback);
  CHECK(asked("::1", &none) == AddressVerdict::loopback);
  CHECK(asked("127.0.0.1", &loopback) == AddressVerdict::allowed);
  CHECK(asked("127.9.9.9", &loopback) == AddressVerdict::allowed);
  CHECK(asked("::1", &loopback) == AddressVerdict::loopback);
  CHECK(asked("127.0.0.1", &none, OutboundPurpose::check, 9000, policy) == AddressVerdict::allowed);
  CHECK(asked("127.0.0.1", &none, OutboundPurpose::check, 9001, policy) == AddressVerdict::loopback);
}

TEST_CASE("no list of networks opens link-local addresses, clouds' credentials or connlog's own ports") {
  const std::vector<AddressRange> everything = ranges({"0.0.0.0/0", "::/0"});
  CHECK(asked("169.254.169.254", &everything) == AddressVerdict::link_local);
  CHECK(asked("fe80::1", &everything) == AddressVerdict::link_local);
  CHECK(asked("64:ff9b::169.254.169.254", &everything) == AddressVerdict::link_local);
  CHECK(asked("fd00:ec2::254", &everything) == AddressVerdict::metadata);
  CHECK(asked("100.100.100.200", &everything) == AddressVerdict::metadata);
  CHECK(asked("0.0.0.0", &everything) == AddressVerdict::unspecified);
  CHECK(asked("224.0.0.1", &everything) == AddressVerdict::multicast);
  AddressPolicy policy;
  policy.own_listeners = {{"0.0.0.0", 8443}};
  for (const std::string_view own : {"127.0.0.1", "192.168.7.5", "::ffff:192.168.7.5"}) {
    CHECK(asked(own, &everything, OutboundPurpose::check, 8443, policy) == AddressVerdict::own_listener);
  }
}

TEST_CASE("a probe reaches what its host lists, networks and ports, and nothing else") {
  const SystemClock clock;
  SeededRandom random;
  const OutboundOptions outbound;
  CheckRuntime runtime({outbound, clock, random, {}});
  CheckSpec spec;
  spec.scope = std::make_shared<const ReachScope>(
      ReachScope{.is_public_allowed = false, .networks = ranges({"10.1.0.0/16", "203.0.113.0/24"}), .ports = {80, 443}});
  const auto refusal = [&](std::string_view address, std::uint16_t port) {
    return runtime.refusal(spec, "name.example", ip(address), port).value_or("");
  };
  CHECK(refusal("10.1.0.9", 443).empty());
  CHECK(refusal("203.0.113.9", 80).empty());
  CHECK(refusal("10.1.0.9", 0).empty());  // ICMP
  CHECK(refusal("10.1.0.9", 22).find("Port 22") == 0);
  CHECK(refusal("10.2.0.9", 443).find("/etc/connlog/probe.toml") != std::string::npos);
  CHECK(refusal("93.184.216.34", 443).find("/etc/connlog/probe.toml") != std::string::npos);
  CHECK(refusal("127.0.0.1", 443).find("/etc/connlog/probe.toml") != std::string::npos);
}

TEST_CASE("a refusal says who can change it") {
  CHECK(explain(AddressVerdict::private_network, ip("10.0.0.1"), 80) ==
        "10.0.0.1 is not in a network that this workspace may reach. The appliance's administrator can add it under the "
        "workspace's networks.");
  CHECK(explain(AddressVerdict::loopback, ip("127.0.0.1"), 80).find("appliance's administrator") != std::string::npos);
  CHECK(explain(AddressVerdict::port_not_listed, ip("10.0.0.1"), 22).find("probe.toml") != std::string::npos);
}

TEST_CASE("every kind of socket asks the policy, and so does each of libcurl's") {
  const SystemClock clock;
  SeededRandom random;
  const OutboundOptions outbound;
  CheckRuntime runtime({outbound, clock, random, {}});
  CheckSpec spec;  // public addresses alone
  for (const CheckRuntime::Socket& socket :
       {runtime.open_tcp(spec, "a.test", ip("127.0.0.1"), 80), runtime.open_udp(spec, "a.test", ip("10.0.0.1"), 53),
        runtime.open_icmp(spec, "a.test", ip("fe80::1"))}) {
    CHECK(socket.fd == -1);
    CHECK(socket.source == FailureSource::target);
    CHECK(socket.reason == CheckReason::forbidden);
    CHECK(socket.text.find("address policy") != std::string::npos);
  }
  test::OutsideServer server("http_sink.py", {"--body", "hello"});
  void* easy = runtime.take_easy();
  curl_easy_setopt(easy, CURLOPT_URL, ("http://127.0.0.1:" + std::to_string(server.port()) + "/").c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // not the environment's
  CheckRuntime::CurlDoor door{.runtime = &runtime, .spec = &spec, .host = "127.0.0.1"};
  CheckRuntime::use_door(easy, door);
  std::optional<int> ended;
  CheckRuntime::Held held = runtime.add_easy(easy, [&](int code) { ended = code; });
  REQUIRE(test::turn_until(runtime, [&] { return ended.has_value(); }));
  CHECK(*ended == CURLE_COULDNT_CONNECT);
  CHECK(door.refusal.find("this machine itself") != std::string::npos);
  CHECK(server.rest().empty());
  held.reset();
  runtime.give_easy(easy);
}

TEST_CASE("a name that answers with a forbidden address leads nowhere") {
  test::OutsideServer dns("dns_server.py", {"rebound.test=169.254.169.254", "inside.test=10.0.0.1"});
  test::OneCheckOptions options;
  options.outbound.dns_servers = "127.0.0.1:" + std::to_string(dns.port());
  for (const std::string& name : {std::string("rebound.test"), std::string("inside.test")}) {
    CAPTURE(name);
    const CheckResult result = test::one_check("tcp", {{"host", name}, {"port", std::int64_t{80}}}, options);
    CHECK(result.verdict == CheckVerdict::unknown);  // nobody looked
    CHECK(result.reason == CheckReason::forbidden);
  }
}

TEST_CASE("this machine's own public address is reached only where a network lists it, as loopback is") {
  IpAddress own;
  REQUIRE(parse_ip("9.9.9.9", own));
  const std::vector<IpAddress> here{own};
  AddressQuestion question;
  question.purpose = OutboundPurpose::check;
  question.address = own;
  question.port = 5432;
  CHECK(decide({}, question, {}) == AddressVerdict::allowed);
  CHECK(decide({}, question, here) == AddressVerdict::loopback);
  std::vector<AddressRange> networks(1);
  REQUIRE(parse_address_range("9.9.9.9/32", networks.front()));
  question.networks = &networks;
  CHECK(decide({}, question, here) == AddressVerdict::allowed);
}

}  // namespace connlog
