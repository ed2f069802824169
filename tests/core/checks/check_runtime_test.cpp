#include "core/checks/check_runtime.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "core/checks/check_kinds.h"
#include "tests/support/fake_clock.h"
#include "tests/support/one_check.h"
#include "tests/support/outside.h"
#include "tests/support/seeded_random.h"

namespace connlog {
namespace {

using test::turn_until;

IpAddress ip(std::string_view text) {
  IpAddress address;
  REQUIRE_MESSAGE(parse_ip(text, address), std::string(text));
  return address;
}

// A runtime by the machine's clock, asking a name server of the test.
struct World {
  SystemClock clock;
  SeededRandom random;
  OutboundOptions outbound;
  CheckRuntime runtime;

  explicit World(std::string dns_servers = "")
      : outbound{.policy = {}, .proxy = {}, .ca_bundle = {}, .dns_servers = std::move(dns_servers)},
        runtime({outbound, clock, random, {}}) {}

  Lookup look_up(const std::string& host, AddressFamily family = AddressFamily::any) {
    std::optional<Lookup> found;
    const CheckRuntime::Held held = runtime.resolve(host, family, [&](Lookup told) { found = std::move(told); });
    REQUIRE(turn_until(runtime, [&] { return found.has_value(); }));
    return std::move(*found);
  }
};

// A UDP socket that takes everything and never answers.
struct Mute {
  int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  std::uint16_t port = 0;

  Mute() {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof at;
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &length) == 0);
    port = ntohs(at.sin_port);
  }
  ~Mute() { ::close(fd); }
};

std::string on_loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

CheckSpec loopback_spec() {
  CheckSpec spec;
  spec.scope = test::loopback_scope();
  return spec;
}

}  // namespace

TEST_CASE("timers go by the injected clock, in order, and not after their handle is gone") {
  FakeClock clock;
  SeededRandom random;
  const OutboundOptions outbound;
  CheckRuntime runtime({outbound, clock, random, {}});
  std::string order;
  const Monotonic now = clock.monotonic();
  const CheckRuntime::Held b = runtime.at(now + seconds(2), [&] { order += 'b'; });
  const CheckRuntime::Held a = runtime.at(now + seconds(1), [&] { order += 'a'; });
  CheckRuntime::Held never = runtime.at(now + seconds(1), [&] { order += 'x'; });
  // One that ends itself, and the next one with it.
  CheckRuntime::Held last = runtime.at(now + seconds(4), [&] { order += 'y'; });
  CheckRuntime::Held self = runtime.at(now + seconds(3), [&] {
    order += 'c';
    last.reset();
    self.reset();
  });
  never.reset();
  runtime.poll(milliseconds(0));
  CHECK(order.empty());
  clock.advance(seconds(2));
  runtime.poll(milliseconds(1'000));
  CHECK(order == "ab");
  clock.advance(seconds(5));
  runtime.poll(milliseconds(1'000));
  CHECK(order == "abc");
}

TEST_CASE("a watch tells when its socket is ready, and may be ended or left behind by its own call") {
  World world;
  int pair[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
  int calls = 0;
  CheckRuntime::Held held = world.runtime.watch(pair[0], CheckRuntime::kReadable, [&](std::uint32_t ready) {
    CHECK(ready == CheckRuntime::kReadable);
    if (++calls == 2) held.reset();
  });
  world.runtime.poll(milliseconds(0));
  CHECK(calls == 0);
  REQUIRE(::write(pair[1], "x", 1) == 1);
  for (int turn = 0; turn < 5; ++turn) world.runtime.poll(milliseconds(0));
  CHECK(calls == 2);
  CHECK(world.runtime.open_sockets() == 0);

  // The socket is closed before its watch ends, and another one gets its number.
  CheckRuntime::Held left = world.runtime.watch(pair[0], CheckRuntime::kReadable, [&](std::uint32_t) { FAIL("stale"); });
  ::close(pair[0]);
  int other[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, other) == 0);
  REQUIRE(other[0] == pair[0]);
  int told = 0;
  const CheckRuntime::Held mine = world.runtime.watch(other[0], CheckRuntime::kReadable, [&](std::uint32_t) { ++told; });
  left.reset();
  REQUIRE(::write(other[1], "x", 1) == 1);
  world.runtime.poll(milliseconds(0));
  CHECK(told == 1);
  ::close(pair[1]);
  ::close(other[0]);
  ::close(other[1]);
}

TEST_CASE("an address needs no name server, and fits its family or does not") {
  World world("127.0.0.1:" + std::to_string(test::unused_port()));
  const Lookup found = world.look_up("2001:db8::7");
  REQUIRE(found.addresses.size() == 1);
  CHECK(found.source == FailureSource::none);
  CHECK(to_text(found.addresses[0]) == "2001:db8::7");
  const Lookup other = world.look_up("192.0.2.7", AddressFamily::v6);
  CHECK(other.addresses.empty());
  CHECK(other.source == FailureSource::target);
}

TEST_CASE("a name that is not there is the target's, a name server that is not there is not") {
  test::OutsideServer dns("dns_server.py", {"known.test=192.0.2.7", "six.test=2001:db8::7"});
  World world(on_loopback(dns.port()));
  const Lookup found = world.look_up("KNOWN.test");
  REQUIRE(found.addresses.size() == 1);
  CHECK(found.addresses[0] == ip("192.0.2.7"));
  CHECK(found.took > microseconds(0));
  const Lookup absent = world.look_up("unknown.test");
  CHECK(absent.addresses.empty());
  CHECK(absent.source == FailureSource::target);
  CHECK(absent.text.find("unknown.test") != std::string::npos);
  const Lookup no_v4 = world.look_up("six.test", AddressFamily::v4);
  CHECK(no_v4.addresses.empty());
  CHECK(no_v4.source == FailureSource::target);
  REQUIRE(world.runtime.name_servers().size() == 1);
  CHECK(world.runtime.name_servers()[0].host == "127.0.0.1");

  World alone(on_loopback(test::unused_port()));
  const Lookup refused = alone.look_up("known.test");
  CHECK(refused.source == FailureSource::name);
  CHECK(refused.addresses.empty());
  CHECK(refused.text.find("127.0.0.1") != std::string::npos);

  const Mute mute;
  World silent(on_loopback(mute.port));
  const Lookup unanswered = silent.look_up("known.test");
  CHECK(unanswered.source == FailureSource::name);
}

TEST_CASE("the last good addresses of a name come with the silence of its name server") {
  auto dns = std::make_unique<test::OutsideServer>("dns_server.py", std::vector<std::string>{"known.test=192.0.2.7"});
  World world(on_loopback(dns->port()));
  REQUIRE(world.look_up("known.test").source == FailureSource::none);
  dns.reset();
  const Lookup kept = world.look_up("known.test");
  CHECK(kept.source == FailureSource::name);
  REQUIRE(kept.addresses.size() == 1);
  CHECK(kept.addresses[0] == ip("192.0.2.7"));
}

TEST_CASE("lookups of one name at one time are asked once, and one that is given up is not told") {
  test::OutsideServer dns("dns_server.py", {"known.test=192.0.2.7"});
  World world(on_loopback(dns.port()));
  int told = 0;
  std::vector<CheckRuntime::Held> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(world.runtime.resolve("known.test", AddressFamily::v4, [&](Lookup found) {
      CHECK(found.addresses.size() == 1);
      ++told;
    }));
  }
  all[2].reset();
  REQUIRE(turn_until(world.runtime, [&] { return told == 4; }));
  int questions = 0;
  for (const std::string& line : dns.rest()) questions += line.find("\"question\"") != std::string::npos ? 1 : 0;
  CHECK(questions == 1);
}

TEST_CASE("whether name servers answer is asked of the name servers themselves") {
  const auto ask = [](World& world) {
    std::optional<bool> well;
    const CheckRuntime::Held held = world.runtime.ask_name_servers([&](bool is_well, std::string text) {
      CHECK(text.empty() == is_well);
      well = is_well;
    });
    REQUIRE(turn_until(world.runtime, [&] { return well.has_value(); }));
    return *well;
  };
  test::OutsideServer dns("dns_server.py", {"known.test=192.0.2.7"});
  World good(on_loopback(dns.port()));
  CHECK(ask(good));  // "no such name" is an answer
  World bad(on_loopback(test::unused_port()));
  CHECK_FALSE(ask(bad));
}

TEST_CASE("what the system says of a socket tells whose trouble it is") {
  const auto is = [](int error, FailureSource source, CheckReason reason) {
    const SocketFailure failure = failure_of_errno(error);
    CHECK(failure.source == source);
    CHECK(failure.reason == reason);
    CHECK_FALSE(failure.text.empty());
  };
  is(ECONNREFUSED, FailureSource::target, CheckReason::refused);
  is(ECONNRESET, FailureSource::target, CheckReason::reset);
  is(EHOSTUNREACH, FailureSource::silence, CheckReason::unreachable);
  is(ENETUNREACH, FailureSource::silence, CheckReason::unreachable);
  is(ETIMEDOUT, FailureSource::silence, CheckReason::timed_out);
  is(EMFILE, FailureSource::ours, CheckReason::own_trouble);
  is(ENOBUFS, FailureSource::ours, CheckReason::own_trouble);
  is(EIO, FailureSource::ours, CheckReason::own_trouble);
}

TEST_CASE("a TCP socket connects to what listens, and a closed port refuses") {
  World world;
  test::OutsideServer server("http_sink.py", {});
  const CheckSpec spec = loopback_spec();
  const auto outcome = [&](std::uint16_t port) {
    const CheckRuntime::Socket socket = world.runtime.open_tcp(spec, "127.0.0.1", ip("127.0.0.1"), port);
    if (socket.fd < 0) return socket.reason;
    std::optional<int> error;
    CheckRuntime::Held held = world.runtime.watch(socket.fd, CheckRuntime::kWritable, [&](std::uint32_t) {
      int code = 0;
      socklen_t length = sizeof code;
      ::getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &code, &length);
      error = code;
    });
    REQUIRE(turn_until(world.runtime, [&] { return error.has_value(); }));
    held.reset();
    ::close(socket.fd);
    return *error == 0 ? CheckReason::ok : failure_of_errno(*error).reason;
  };
  CHECK(outcome(server.port()) == CheckReason::ok);
  CHECK(outcome(test::unused_port()) == CheckReason::refused);
}

TEST_CASE("an ICMP socket pings, or says what the system wants done first") {
  World world;
  const CheckSpec spec = loopback_spec();
  const CheckRuntime::Socket socket = world.runtime.open_icmp(spec, "127.0.0.1", ip("127.0.0.1"));
  if (socket.fd < 0) {
    CHECK(socket.reason == CheckReason::not_supported);
    CHECK(socket.text.find("net.ipv4.ping_group_range") != std::string::npos);
    return;
  }
  icmphdr echo{};
  echo.type = ICMP_ECHO;
  REQUIRE(::send(socket.fd, &echo, sizeof echo, 0) == static_cast<ssize_t>(sizeof echo));
  std::optional<std::uint8_t> kind;
  CheckRuntime::Held held = world.runtime.watch(socket.fd, CheckRuntime::kReadable, [&](std::uint32_t) {
    std::uint8_t answer[64] = {};
    if (::recv(socket.fd, answer, sizeof answer, 0) > 0) kind = answer[0];
  });
  REQUIRE(turn_until(world.runtime, [&] { return kind.has_value(); }));
  CHECK(*kind == ICMP_ECHOREPLY);
  held.reset();
  ::close(socket.fd);
}

TEST_CASE("a UDP socket hears that nobody listens, and its queue of errors does not keep the loop busy") {
  World world;
  const CheckSpec spec = loopback_spec();
  std::uint16_t port = 0;
  {
    const Mute closed;
    port = closed.port;
  }
  const CheckRuntime::Socket socket = world.runtime.open_udp(spec, "127.0.0.1", ip("127.0.0.1"), port);
  REQUIRE(socket.fd >= 0);
  REQUIRE(::send(socket.fd, "x", 1, 0) == 1);
  int calls = 0;
  int error = 0;
  CheckRuntime::Held held = world.runtime.watch(socket.fd, CheckRuntime::kReadable, [&](std::uint32_t) {
    ++calls;
    char byte = 0;
    if (::recv(socket.fd, &byte, 1, 0) < 0 && errno != EAGAIN) error = errno;
  });
  REQUIRE(turn_until(world.runtime, [&] { return error != 0; }));
  CHECK(failure_of_errno(error).reason == CheckReason::refused);
  const int before = calls;
  for (int turn = 0; turn < 20; ++turn) world.runtime.poll(milliseconds(0));
  CHECK(calls <= before + 1);
  held.reset();
  ::close(socket.fd);
}

TEST_CASE("libcurl runs on the same loop: many transfers at once, each told once, one taken out in between") {
  World world;
  test::OutsideServer server("http_sink.py", {"--body", "hello"});
  const CheckSpec spec = loopback_spec();
  struct One {
    void* easy = nullptr;
    CheckRuntime::CurlDoor door;
    CheckRuntime::Held held;
    int told = 0;
    long status = 0;
  };
  std::vector<std::unique_ptr<One>> all;
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  int ended = 0;
  for (int i = 0; i < 8; ++i) {
    One& one = *all.emplace_back(std::make_unique<One>());
    one.easy = world.runtime.take_easy();
    one.door.runtime = &world.runtime;
    one.door.spec = &spec;
    one.door.host = "127.0.0.1";
    CheckRuntime::use_door(one.easy, one.door);
    curl_easy_setopt(one.easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(one.easy, CURLOPT_PROXY, "");
    curl_easy_setopt(one.easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(one.easy, CURLOPT_WRITEFUNCTION, +[](char*, size_t size, size_t count, void*) { return size * count; });
    one.held = world.runtime.add_easy(one.easy, [&one, &ended](int code) {
      CHECK(code == CURLE_OK);
      curl_easy_getinfo(one.easy, CURLINFO_RESPONSE_CODE, &one.status);
      ++one.told;
      ++ended;
    });
  }
  world.runtime.poll(milliseconds(0));
  all[5]->held.reset();
  REQUIRE(turn_until(world.runtime, [&] { return ended >= 7; }));
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i]->told == (i == 5 ? 0 : 1));
    CHECK(all[i]->status == (i == 5 ? 0 : 200));
    all[i]->held.reset();
    world.runtime.give_easy(all[i]->easy);
  }
  CHECK(turn_until(world.runtime, [&] { return world.runtime.open_sockets() == 0; }));
}

TEST_CASE("a check of an unknown or a passive kind ends with bad settings, never inside the call that began it") {
  World world;
  for (const std::string& kind : {std::string("nonsense"), std::string("push"), std::string("manual")}) {
    CAPTURE(kind);
    std::optional<CheckResult> result;
    const auto run = run_check(world.runtime, test::spec_of(kind, {}), [&](CheckResult told) { result = std::move(told); });
    CHECK_FALSE(result.has_value());
    REQUIRE(turn_until(world.runtime, [&] { return result.has_value(); }));
    CHECK(result->verdict == CheckVerdict::unknown);
    CHECK(result->reason == CheckReason::bad_settings);
  }
}

TEST_CASE("hosts are checked whole: names, addresses, other scripts, and nothing that hides in them") {
  CHECK(*checked_host("host", "Example.ORG") == "example.org");
  CHECK(*checked_host("host", "example.org.") == "example.org");
  CHECK(*checked_host("host", "192.0.2.7") == "192.0.2.7");
  CHECK(*checked_host("host", "2001:DB8::7") == "2001:db8::7");
  CHECK(*checked_host("host", "exämple.org") == "xn--exmple-cua.org");
  CHECK(*checked_host("host", "_ldap.example.org") == "_ldap.example.org");
  for (const std::string& text :
       {std::string(), std::string("a b"), std::string("a\r\nb"), std::string("a\0b", 3), std::string("[::1]"),
        std::string("fe80::1%eth0"), std::string("example.org:80"), std::string("https://example.org"),
        std::string("example.org/"), std::string("a..b"), std::string(".a"), std::string("user@example.org"),
        std::string(300, 'a')}) {
    CAPTURE(text);
    const auto refused = checked_host("fields.host", text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().field == "fields.host");
  }
}

}  // namespace connlog
