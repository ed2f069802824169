// Single-use links over the real store.
#include "core/identity/links.h"

#include <doctest/doctest.h>

#include "core/base/clock_watch.h"
#include "core/crypto/token.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

struct World {
  TestStorage storage;
  Links links{storage->links(), storage.keys, storage.clock, storage.random};

  std::string open(const NewLink& wanted) {
    std::string token;
    storage.write([&](Transaction& tx) -> Result<void> {
      const Secret opened = TRY(links.open(tx, wanted));
      token = std::string(opened.reveal());
      return {};
    });
    return token;
  }
  Result<void> use(std::string_view purpose, const std::string& token) {
    return storage.stores().write([&](Transaction& tx) -> Result<void> {
      TRY(links.use(tx, purpose, token));
      return {};
    });
  }
};

}  // namespace

TEST_CASE("a link works once, for its purpose, within its time") {
  World world;
  const std::string token = world.open({.purpose = link_purpose::kPasswordReset, .data = "x"});
  CHECK(token.starts_with("link_"));
  const auto refused = world.use(link_purpose::kMailVerification, token);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::forbidden);
  CHECK(world.use(link_purpose::kPasswordReset, token));
  CHECK(world.use(link_purpose::kPasswordReset, token).error().message == refused.error().message);

  const std::string late = world.open({.purpose = link_purpose::kPasswordReset, .lifetime = seconds(60)});
  world.storage.clock.advance(seconds(60));
  CHECK_FALSE(world.use(link_purpose::kPasswordReset, late));
  for (const char* made_up : {"", "link_", "link_zz", "setup_0000"})
    CHECK_FALSE(world.use(link_purpose::kPasswordReset, made_up));
  CHECK_FALSE(world.use(link_purpose::kPasswordReset, "link_" + std::string(64, 'a')));
}

TEST_CASE("a wrong clock neither ends a link nor keeps it, before and after it is set right") {
  World world;
  FakeClock& clock = world.storage.clock;
  ClockWatch watch(clock, {clock.now() - std::chrono::days(30), "boot-1"});
  const Links links(world.storage->links(), world.storage.keys, watch, world.storage.random);
  const auto open = [&] {
    std::string token;
    world.storage.write([&](Transaction& tx) -> Result<void> {
      const Secret opened = TRY(links.open(tx, {.purpose = link_purpose::kPasswordReset}));  // for an hour
      token = std::string(opened.reveal());
      return {};
    });
    return token;
  };
  const auto is_good = [&](const std::string& token) {
    return world.storage.stores()
        .read([&](Snapshot& snapshot) -> Result<void> {
          TRY(links.look(snapshot, link_purpose::kPasswordReset, token));
          return {};
        })
        .has_value();
  };
  for (const microseconds step : {microseconds(Instant{0} - clock.now()), microseconds(std::chrono::days(365))}) {
    CAPTURE(step.count());
    const std::string before = open();
    clock.step_wall_clock(step);
    CHECK(is_good(before));
    const std::string meanwhile = open();
    clock.advance(std::chrono::minutes(59));
    CHECK(is_good(before));
    clock.advance(std::chrono::minutes(2));
    CHECK_FALSE(is_good(before));
    CHECK_FALSE(is_good(meanwhile));
    const std::string late = open();
    clock.step_wall_clock(-step);
    CHECK(is_good(late));
    clock.advance(std::chrono::minutes(61));
    CHECK_FALSE(is_good(late));
  }
}

TEST_CASE("a link that was rolled back is still there") {
  World world;
  const std::string token = world.open({.purpose = link_purpose::kPasswordReset});
  CHECK_FALSE(world.storage.stores().write([&](Transaction& tx) -> Result<void> {
    TRY(world.links.use(tx, link_purpose::kPasswordReset, token));
    return Error{ErrorCode::invalid_input, "The password is too short.", "password"};
  }));
  CHECK(world.use(link_purpose::kPasswordReset, token));
}

TEST_CASE("links end with what they belong to") {
  World world;
  const std::string one = world.open({.purpose = link_purpose::kInvitation, .data = "a"});
  const std::string other = world.open({.purpose = link_purpose::kInvitation, .data = "b"});
  world.storage.write([&](Transaction& tx) { return world.links.end_of_data(tx, link_purpose::kInvitation, "a"); });
  CHECK_FALSE(world.use(link_purpose::kInvitation, one));
  CHECK(world.use(link_purpose::kInvitation, other));
}

TEST_CASE("the database knows a link by a keyed digest alone") {
  World world;
  const std::string token = world.open({.purpose = link_purpose::kPasswordReset});
  const auto stored = world.storage.read<std::optional<Link>>([&](Snapshot& snapshot) {
    return world.storage->links().find(snapshot,
                                       digest_token(world.storage.keys.derive(key_purpose::kTokenDigest), token));
  });
  REQUIRE(stored);
  const std::string bytes(stored->token_digest.begin(), stored->token_digest.end());
  CHECK(token.find(bytes) == std::string::npos);
}
