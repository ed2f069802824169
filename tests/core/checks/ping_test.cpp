// The kind "ping": loopback answers where the system lets this process ping, and else the result says how to allow it.
// Both are right outcomes; which one is due is asked of the system itself.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/core/checks/kind_world.h"

namespace connlog {
namespace {

using namespace test;

bool may_ping(bool v6) {
  const int socket = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC,
                              v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP));
  if (socket >= 0) ::close(socket);
  return socket >= 0;
}

bool has_loopback_v6() {
  const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 own{};
  own.sin6_family = AF_INET6;
  own.sin6_addr = in6addr_loopback;
  const bool is_there = socket >= 0 && ::bind(socket, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0;
  if (socket >= 0) ::close(socket);
  return is_there;
}

void must_answer(const std::string& host, bool v6) {
  const CheckResult result = one_check(spec_for("ping", {{"host", host}, {"packets", std::int64_t{2}}}));
  if (!may_ping(v6)) {
    CHECK(result.verdict == CheckVerdict::unknown);
    CHECK(result.reason == CheckReason::not_supported);
    CHECK_MESSAGE(has(result.text, "net.ipv4.ping_group_range"), result.text);
    return;
  }
  CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
  CHECK(has(result.text, "2 of 2 packets came back"));
  CHECK(value_of(result, CheckMeasure::packet_loss) == 0);
  CHECK(result.phases.total.count() >= 0);
  CHECK(result.phases.first_byte <= result.phases.total);  // the best round trip, and the mean
}

}  // namespace

TEST_CASE("loopback answers pings over IPv4, or the system's refusal says what to do") {
  must_answer("127.0.0.1", false);
}

TEST_CASE("loopback answers pings over IPv6, where this machine has it") {
  if (has_loopback_v6()) {
    must_answer("::1", true);
  } else {
    CHECK(one_check(spec_for("ping", {{"host", std::string("::1")}})).verdict != CheckVerdict::up);
  }
}

TEST_CASE("pings pass the address policy") {
  auto spec = spec_for("ping", {{"host", std::string("127.0.0.1")}});
  spec->scope = nullptr;
  CHECK(one_check(spec).reason == CheckReason::forbidden);
  CHECK(one_check(spec_for("ping", {{"host", std::string("169.254.169.254")}})).reason == CheckReason::forbidden);
  CHECK(one_check(spec_for("ping", {{"host", std::string("224.0.0.1")}})).reason == CheckReason::forbidden);
}

TEST_CASE("packets are counted within bounds, and a pasted ping is understood") {
  CHECK(refused_field("ping", {{"host", std::string("a.example")}, {"packets", std::int64_t{11}}}) == "fields.packets");
  CHECK(refused_field("ping", {{"host", std::string("a.example")}, {"loss_max", std::int64_t{101}}}) ==
        "fields.loss_max");
  CHECK(refused_field("ping", {{"host", std::string("a\nb")}}) == "fields.host");
  const CheckKind* kind = all_checks().find("ping");
  REQUIRE(kind->propose("Ping gateway.example"));
  CHECK(kind->propose("Ping gateway.example")->text("host") == "gateway.example");
  CHECK_FALSE(kind->propose("ping host:80"));
  CHECK_FALSE(kind->propose("pinghost"));
}

}  // namespace connlog
