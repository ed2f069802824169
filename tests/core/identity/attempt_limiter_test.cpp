// Who has to wait, for how long, and who must not be made to.
#include "core/identity/attempt_limiter.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include <string>
#include <vector>

#include "core/identity/known_device.h"
#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"

using namespace connlog;

namespace {

struct Door {
  Door() { REQUIRE(sodium_init() >= 0); }
  FakeClock clock;
  SeededRandom random;
  AttemptLimiter limiter{clock, random};

  bool admits(Attempt kind, std::string_view address, std::string_view account = {}, std::string_view device = {}) {
    return limiter.admit(kind, {address, account, device}).has_value();
  }
  bool lets_log_in(std::string_view address, std::string_view account = {}, std::string_view device = {}) {
    return admits(Attempt::login, address, account, device);
  }
};

std::string address_number(int i) {
  return "198." + std::to_string(18 + i / 65'536) + "." + std::to_string(i / 256 % 256) + "." + std::to_string(i % 256);
}

}  // namespace

TEST_CASE("waits double up to their limit, and an hour of quiet forgets") {
  Door door;
  std::vector<int> waits;
  for (int i = 0; i < 24; ++i) {
    const auto allowed = door.limiter.admit(Attempt::login, {.address = "192.0.2.7"});
    if (allowed) continue;
    CHECK(allowed.error().code == ErrorCode::rate_limited);
    waits.push_back(allowed.error().retry_after_seconds);
    door.clock.advance(seconds(waits.back()));
    REQUIRE(door.lets_log_in("192.0.2.7"));
  }
  REQUIRE(waits.size() == 14);
  CHECK(waits[0] == 1);
  CHECK(waits[1] == 2);
  CHECK(waits[5] == 32);
  CHECK(waits.back() == policy_of(Attempt::login).wait_by_address_max.count());
  door.clock.advance(AttemptLimiter::kForgetAfter + seconds(1));
  for (int i = 0; i < policy_of(Attempt::login).free_by_address; ++i) CHECK(door.lets_log_in("192.0.2.7"));
  CHECK_FALSE(door.lets_log_in("192.0.2.7"));
}

TEST_CASE("a success takes back its own attempt and no more") {
  Door door;
  for (int i = 0; i < 9; ++i) REQUIRE(door.lets_log_in("192.0.2.7", "other" + std::to_string(i)));
  REQUIRE(door.lets_log_in("192.0.2.7", "own"));
  door.limiter.succeeded(Attempt::login, {"192.0.2.7", "own"});
  CHECK(door.lets_log_in("192.0.2.7", "x"));
  CHECK_FALSE(door.lets_log_in("192.0.2.7", "y"));  // nine failures are still there
}

TEST_CASE("an act stays counted though it succeeds") {
  Door door;
  const AttemptBy by{"192.0.2.7", "somebody@example.org"};
  for (int i = 0; i < policy_of(Attempt::reset).free_by_account; ++i) {
    REQUIRE(door.limiter.admit(Attempt::reset, by).has_value());
    door.limiter.succeeded(Attempt::reset, by);
  }
  const auto refused = door.limiter.admit(Attempt::reset, by);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().retry_after_seconds == 60);
}

TEST_CASE("kinds count apart, and an account counts from wherever it is tried") {
  Door door;
  for (int i = 0; i < policy_of(Attempt::login).free_by_account; ++i)
    CHECK(door.lets_log_in(address_number(i), "owner@example.org"));
  CHECK_FALSE(door.lets_log_in("203.0.113.1", "owner@example.org"));
  CHECK(door.lets_log_in("203.0.113.1", "another@example.org"));
  CHECK(door.admits(Attempt::second_factor, "203.0.113.1", "owner@example.org"));
}

TEST_CASE("every kind makes an address wait that never stops, and an IPv6 host is one address") {
  for (std::size_t kind = 0; kind < kAttemptKinds; ++kind) {
    CAPTURE(to_text(static_cast<Attempt>(kind)));
    Door door;
    int admitted = 0;
    for (int i = 0; i < 200; ++i) {
      if (door.admits(static_cast<Attempt>(kind), "2001:db8::" + std::to_string(i), "a" + std::to_string(i)))
        ++admitted;
    }
    CHECK(admitted == policy_of(static_cast<Attempt>(kind)).free_by_address);
    CHECK(door.admits(static_cast<Attempt>(kind), "2001:db8:0:1::1", "b"));
  }
}

TEST_CASE("sign-ups, letters and refusals of dead keys are counted apart, each with the same budget") {
  constexpr Attempt kinds[] = {Attempt::sign_up, Attempt::letter, Attempt::dead_key};
  Door door;
  for (const Attempt kind : kinds) {
    CAPTURE(to_text(kind));
    int admitted = 0;
    for (int i = 0; i < 30; ++i) {
      if (door.admits(kind, "new@example.net")) ++admitted;  // whatever the others used up
    }
    CHECK(admitted == 10);
    CHECK(door.limiter.admit(kind, {.address = "new@example.net"}).error().retry_after_seconds == 60);
  }
  door.clock.advance(seconds(60));
  for (const Attempt kind : kinds) {
    CHECK(door.admits(kind, "new@example.net"));
    CHECK(door.limiter.admit(kind, {.address = "new@example.net"}).error().retry_after_seconds == 120);
  }
}

TEST_CASE("a stranger's guesses do not keep the owner's own devices out") {
  Door door;
  const KnownDevices devices(Keyring::from_database_key(Key{}), door.random);
  const std::string cookie = devices.marked("", "owner@example.org");
  // The owner logged in at home; the address is known since then.
  REQUIRE(door.lets_log_in("192.0.2.7", "owner@example.org"));
  door.limiter.succeeded(Attempt::login, {"192.0.2.7", "owner@example.org"});
  for (int i = 0; i < 500; ++i) {
    (void)door.lets_log_in(address_number(i), "owner@example.org");
    door.clock.advance(seconds(1));
  }
  CHECK_FALSE(door.lets_log_in("203.0.113.1", "owner@example.org"));
  CHECK(door.lets_log_in("192.0.2.7", "owner@example.org"));
  CHECK(door.lets_log_in("203.0.113.1", "owner@example.org", devices.device_of(cookie, "owner@example.org")));
}

TEST_CASE("a known device guesses within a budget of its own") {
  Door door;
  int admitted = 0;
  for (int i = 0; i < 100; ++i) {
    if (door.lets_log_in(address_number(i), "owner@example.org", "00112233445566778899aabbccddeeff")) ++admitted;
  }
  CHECK(admitted == AttemptLimiter::kFreeByDevice);
  CHECK(door.lets_log_in("203.0.113.1", "owner@example.org"));
}

TEST_CASE("knowing the password gives no more guesses at the second factor") {
  Door door;
  int admitted = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string address = address_number(i);
    door.limiter.succeeded(Attempt::login, {address, "owner@example.org"});
    if (door.admits(Attempt::second_factor, address, "owner@example.org", "00112233445566778899aabbccddeeff"))
      ++admitted;
  }
  CHECK(admitted == policy_of(Attempt::second_factor).free_by_account);
}

TEST_CASE("the same wrong token again is no guess, another one is") {
  Door door;
  for (int i = 0; i < 500; ++i) CHECK(door.admits(Attempt::agent_token, "192.0.2.7", "digest of the rotated one"));
  int admitted = 0;
  for (int i = 0; i < 500; ++i) {
    if (door.admits(Attempt::agent_token, "192.0.2.7", "guess " + std::to_string(i))) ++admitted;
  }
  CHECK(admitted == policy_of(Attempt::agent_token).free_by_address - 1);
  CHECK(door.admits(Attempt::agent_token, "192.0.2.7", "digest of the rotated one"));
}

TEST_CASE("a flood of addresses and accounts stays within its bounds and does not free the suspicious") {
  Door door;
  for (int i = 0; i < 6; ++i) (void)door.lets_log_in("192.0.2.7", "owner@example.org");
  for (int i = 0; i < 100'000; ++i) (void)door.lets_log_in(address_number(i), "a" + std::to_string(i));
  CHECK(door.limiter.entries() <= 4 * AttemptLimiter::kEntriesMax);
  CHECK_FALSE(door.lets_log_in("203.0.113.1", "owner@example.org"));
}

TEST_CASE("failures are told to the watcher") {
  Door door;
  std::vector<std::string> seen;
  door.limiter.watch([&](Attempt kind, const AttemptBy& by) {
    seen.push_back(std::string(to_text(kind)) + " " + std::string(by.address) + " " + std::string(by.account));
  });
  door.limiter.failed(Attempt::login, {"192.0.2.7", "owner@example.org"});
  door.limiter.succeeded(Attempt::login, {"192.0.2.7", "owner@example.org"});
  CHECK(seen == std::vector<std::string>{"login 192.0.2.7 owner@example.org"});
}

TEST_CASE("a device cookie speaks for the accounts that logged in there, and cannot be made up") {
  REQUIRE(sodium_init() >= 0);
  SeededRandom random;
  const KnownDevices devices(Keyring::from_database_key(Key{}), random);
  const std::string one = devices.marked("", "a@example.org");
  const std::string two = devices.marked(one, "b@example.org");
  CHECK(devices.device_of(one, "a@example.org").size() == 32);
  CHECK(devices.device_of(one, "b@example.org").empty());
  CHECK(devices.device_of(two, "a@example.org") == devices.device_of(one, "a@example.org"));
  CHECK_FALSE(devices.device_of(two, "b@example.org").empty());
  CHECK(devices.marked(two, "b@example.org") == two);
  // A mark belongs to its device, and names nobody.
  const std::string other = devices.marked("", "a@example.org");
  CHECK(devices.device_of(other.substr(0, 32) + one.substr(32), "a@example.org").empty());
  CHECK(two.find("example") == std::string::npos);
  for (const std::string& bad : {std::string(), std::string("x"), one + ".", one + "." + std::string(32, 'g'),
                                 std::string(5'000, 'a'), one.substr(0, 32), one.substr(0, 64)}) {
    CHECK(devices.device_of(bad, "a@example.org").empty());
    CHECK_FALSE(devices.device_of(devices.marked(bad, "a@example.org"), "a@example.org").empty());
  }
  std::string many = one;
  for (int i = 0; i < 20; ++i) many = devices.marked(many, std::to_string(i));
  CHECK(many.size() == 32 + KnownDevices::kAccountsMax * 33);
  CHECK(devices.device_of(many, "a@example.org").empty());
  CHECK_FALSE(devices.device_of(many, "19").empty());
}
