// What agents say of whom they trust.
#include "core/wire/trust.h"

#include <doctest/doctest.h>

#include "core/wire/protocol.h"
#include "core/wire/protocol_parse.h"

using namespace connlog;

TEST_CASE("a list of trust is words of its form or nothing") {
  const std::string pin = "pin:0123456789abcdef";
  for (const std::string& good : {std::string("system"), std::string("file"), pin, pin + ",system"})
    CHECK(wire::trust_words(good) == good);
  for (const std::string& bad : {std::string(), std::string("all"), std::string("system,"), std::string("pin:0123"),
                                 std::string("pin:0123456789ABCDEF"), pin + " ", std::string(300, 's')})
    CHECK(wire::trust_words(bad).empty());
  const std::string whole = "pin:0123456789abcdef" + std::string(48, '0');
  CHECK(wire::trusts(pin + ",system", "system"));
  CHECK(wire::trusts(pin + ",system", whole));
  CHECK_FALSE(wire::trusts(pin, "system"));
  CHECK_FALSE(wire::trusts("", "system"));
  CHECK_FALSE(wire::trusts("system", whole));
  CHECK(wire::is_trust_told("system"));
  CHECK(wire::is_trust_told(whole));
  for (const char* bad : {"file", "pin:0123456789abcdef", "", "system\n"}) CHECK_FALSE(wire::is_trust_told(bad));
}

TEST_CASE("what a server can be believed by goes to agents that ask, and nothing changes for others") {
  wire::HeartbeatReply reply{.server_time = Instant{1'795'000'000'000'000}};
  CHECK(wire::render_heartbeat_reply(reply).find("trust") == std::string::npos);
  reply.trust = "system";
  const auto read = wire::parse_heartbeat_answer(wire::render_heartbeat_reply(reply));
  REQUIRE(read);
  CHECK(read->trust == "system");
}
