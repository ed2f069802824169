#include <doctest/doctest.h>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/result.h"

using namespace connlog;

namespace {

class CountingRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

Result<int> half(int number) {
  if (number % 2 != 0) return invalid("number", "is odd");
  return number / 2;
}

Result<int> quarter(int number) {
  const int once = TRY(half(number));
  return half(once);
}

}  // namespace

TEST_CASE("TRY passes a value on and returns an error from the function") {
  CHECK(*quarter(8) == 2);
  CHECK(quarter(6).error().field == "number");
}

TEST_CASE("instants survive a round through ISO 8601") {
  for (const std::int64_t micros : {0LL, 1'795'511'702'123'456LL, 951'782'400'000'000LL, 253'402'300'799'999'999LL}) {
    Instant back;
    REQUIRE(parse_iso8601(to_iso8601({micros}, true), back));
    CHECK(back.micros == micros);
  }
  CHECK(to_iso8601({1'795'511'702'000'000}) == "2026-11-24T09:15:02Z");
}

TEST_CASE("what is not a UTC instant is refused whole") {
  Instant out{42};
  for (const char* text : {"", "2026-11-24", "2026-11-24T09:15:02", "2026-11-24T09:15:02+01:00", "2026-02-30T00:00:00Z",
                           "2026-11-24T24:00:00Z", "2026-11-24T09:15:02.Z", "2026-11-24T09:15:02.1234567Z",
                           "2026-11-24 09:15:02Z", "2026-11-24T09:15:02Z\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso8601(text, out));
  }
  CHECK(out.micros == 42);
}

TEST_CASE("ids carry their time, sort by it, and read back from text only in full") {
  CountingRandom random;
  const AgentId first = AgentId::make({1'795'511'702'000'000}, random);
  const AgentId later = AgentId::make({1'795'511'702'001'000}, random);
  CHECK(first < later);
  CHECK(first.text()[14] == '7');
  AgentId back;
  REQUIRE(AgentId::parse(first.text(), back));
  CHECK(back == first);
  for (const std::string& text :
       {std::string(), first.text() + " ", first.text().substr(1), std::string(36, '-'), "{" + first.text() + "}"}) {
    CAPTURE(text);
    CHECK_FALSE(AgentId::parse(text, back));
  }
}
