// The blob of a reading's values: its bytes, its round trips, and what it refuses (docs/reading-log.md).
#include <doctest/doctest.h>

#include <bit>
#include <limits>
#include <random>
#include <vector>

#include "core/watch/values.h"

using namespace connlog;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(const Values& values) {
  const auto bytes = values.bytes();
  return {bytes.begin(), bytes.end()};
}

// What one heartbeat says: nine values.
Values heartbeat() {
  ValuesBuilder builder;
  builder.set(Metric::cores, 4);
  builder.set(Metric::uptime, 86'461);
  builder.set(Metric::cpu_percent, 1'250);
  builder.set(Metric::cpu_peak_percent, 4'875);
  builder.set(Metric::memory_used, 3'120);
  builder.set(Metric::memory_total, 7'936);
  builder.set(Metric::disk_used, 51'200);
  builder.set(Metric::disk_total, 160'000);
  builder.set(Metric::load_1m, 42);
  return builder.build();
}

Values with_parts() {
  ValuesBuilder builder;
  builder.set_named(7, 1.5);
  builder.set(Metric{40}, -5, 3);
  builder.set(Metric::cpu_percent, 1'250);
  builder.set(Metric::cores, 4);
  return builder.build();
}

bool is_refused(const Bytes& bytes) {
  return !Values::decode(bytes).has_value();
}

}  // namespace

TEST_CASE("the bytes of values are those that the documentation shows") {
  CHECK(bytes_of(Values()) == Bytes{0x01, 0x00, 0x00});
  CHECK(bytes_of(ValuesBuilder().build()) == Bytes{0x01, 0x00, 0x00});
  CHECK(bytes_of(heartbeat()) == Bytes{0x01, 0xFE, 0x07, 0x08, 0xFA, 0xC6, 0x0A, 0xC4, 0x13, 0x96, 0x4C, 0xE0,
                                       0x30, 0x80, 0x7C, 0x80, 0xA0, 0x06, 0x80, 0xC4, 0x13, 0x54, 0x00});
  CHECK(bytes_of(with_parts()) == Bytes{0x01, 0x0A, 0x08, 0xC4, 0x13, 0x02, 0x03, 0x28, 0x09, 0x07,
                                        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xF8, 0x3F});
}

TEST_CASE("what was not measured is absent, and a value of 0 or below is a value") {
  ValuesBuilder builder;
  builder.set(Metric::load_1m, 0);
  builder.set(Metric{12}, -1);
  builder.set(Metric::uptime, std::nullopt);
  const Values values = builder.build();
  CHECK(values.get(Metric::load_1m) == 0);
  CHECK(values.get(Metric{12}) == -1);
  CHECK(values.get(Metric::uptime) == std::nullopt);
  CHECK(values.get(Metric::load_1m, 1) == std::nullopt);
  CHECK(values.get(Metric{33}) == std::nullopt);
  CHECK(Values().get(Metric::state) == std::nullopt);
}

TEST_CASE("a value that is set twice is the last one") {
  ValuesBuilder builder;
  builder.set(Metric::state, 1);
  builder.set(Metric::state, 2);
  builder.set(Metric{40}, 3, 9);
  builder.set(Metric{41}, 4, 9);
  builder.set(Metric{40}, 5, 9);
  const Values values = builder.build();
  CHECK(values.get(Metric::state) == 2);
  CHECK(values.get(Metric{40}, 9) == 5);
  CHECK(values.get(Metric{41}, 9) == 4);
  CHECK(values.all().size() == 3);
}

TEST_CASE("a series that its source named keeps the bits of its double") {
  for (const double number : {0.1, -0.0, 1e308, std::numeric_limits<double>::infinity()}) {
    ValuesBuilder builder;
    CHECK(builder.set_named(5, number));
    const Values kept = *Values::decode(builder.build().bytes());
    REQUIRE(kept.all().size() == 1);
    CHECK(kept.all()[0].part == 5);
    CHECK(kept.all()[0].metric == Metric::named);
    CHECK(std::bit_cast<std::uint64_t>(kept.all()[0].named()) == std::bit_cast<std::uint64_t>(number));
  }
  ValuesBuilder builder;
  CHECK_FALSE(builder.set_named(0, 1.0));
  CHECK_FALSE(builder.set(Metric::named, 1, 5));
}

TEST_CASE("values of every size come back as they were, unknown metrics too") {
  std::mt19937_64 random(20'260'901);
  for (int round = 0; round < 2'000; ++round) {
    ValuesBuilder builder;
    const auto number = [&] { return static_cast<std::int64_t>(random()) >> (random() % 64); };
    for (std::uint64_t left = random() % 40; left > 0; --left) {
      const auto part = static_cast<PartNumber>(random() % 3 == 0 ? random() % 100'000 : 0);
      const Metric metric{static_cast<std::uint32_t>(1 + random() % (random() % 2 == 0 ? 40 : 4'000'000'000))};
      CHECK(builder.set(metric, number(), part));
      if (part != 0 && random() % 4 == 0) CHECK(builder.set_named(part, static_cast<double>(number())));
    }
    const Values made = builder.build();
    const Result<Values> kept = Values::decode(made.bytes());
    REQUIRE(kept.has_value());
    REQUIRE(*kept == made);
    REQUIRE(ValuesBuilder(*kept).build() == made);
    for (const Value& value : made.all()) REQUIRE(kept->get(value.metric, value.part) == value.value);
  }
}

TEST_CASE("the extremes of a value come back") {
  for (const std::int64_t extreme :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), std::int64_t{-1}}) {
    ValuesBuilder builder;
    builder.set(Metric::state, extreme);
    builder.set(Metric{4'294'967'295}, extreme, 4'294'967'295);
    const Values kept = *Values::decode(builder.build().bytes());
    CHECK(kept.get(Metric::state) == extreme);
    CHECK(kept.get(Metric{4'294'967'295}, 4'294'967'295) == extreme);
  }
}

TEST_CASE("values that are cut at any byte are refused") {
  ValuesBuilder large(with_parts());
  for (std::uint32_t part = 1; part <= 40; ++part) large.set(Metric{50}, -1'000 * std::int64_t{part}, part);
  for (const Values& values : {heartbeat(), with_parts(), large.build()}) {
    const Bytes whole = bytes_of(values);
    REQUIRE_FALSE(is_refused(whole));
    for (std::size_t size = 0; size < whole.size(); ++size)
      CHECK(is_refused({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}));
    Bytes longer = whole;
    longer.push_back(0);
    CHECK(is_refused(longer));
  }
}

TEST_CASE("bytes that no encoder writes are refused") {
  CHECK(is_refused({0x00, 0x00, 0x00}));                                            // no such version
  CHECK(is_refused({0x02, 0x00, 0x00}));                                            // a later version
  CHECK(is_refused({0x01, 0x80, 0x00, 0x00}));                                      // an overlong bitmap
  CHECK(is_refused({0x01, 0x80, 0x80, 0x80, 0x80, 0x10, 0x00}));                    // a bitmap of 33 bits
  CHECK(is_refused({0x01, 0x01, 0x82, 0x00, 0x00}));                                // an overlong value
  CHECK(is_refused({0x01, 0x00, 0x01, 0x00, 0x05, 0x02}));                          // belongs into the bitmap
  CHECK(is_refused({0x01, 0x00, 0x01, 0x00, 0x00, 0, 0, 0, 0, 0, 0, 0, 0}));        // named, but without a part
  CHECK(is_refused({0x01, 0x00, 0x02, 0x02, 0x05, 0x02, 0x01, 0x05, 0x02}));        // not in order
  CHECK(is_refused({0x01, 0x00, 0x02, 0x01, 0x05, 0x02, 0x01, 0x05, 0x02}));        // twice the same
  CHECK(is_refused({0x01, 0x00, 0x80, 0x00}));                                      // an overlong count
  CHECK(is_refused({0x01, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x01, 0x05, 0x02}));  // more than could be there
  CHECK(is_refused(Bytes{0x01, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02, 0x00}));  // 65 bits
  CHECK(is_refused(Bytes(Values::kBytesMax + 1, 0x01)));
}

TEST_CASE("any bytes are either refused or encoded again to the same bytes") {
  std::mt19937_64 random(7);
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = bytes_of(random() % 2 == 0 ? heartbeat() : with_parts());
    for (std::uint64_t left = random() % 3; left > 0; --left)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    const Result<Values> values = Values::decode(bytes);
    if (!values) continue;
    ++accepted;
    REQUIRE(bytes_of(ValuesBuilder(*values).build()) == bytes);
  }
  CHECK(accepted > 1'000);
}

TEST_CASE("values never grow beyond their limit; what does not fit is said") {
  ValuesBuilder builder;
  std::uint32_t fitted = 0;
  while (fitted < 100'000 && builder.set(Metric{100}, std::numeric_limits<std::int64_t>::min(), fitted + 1)) ++fitted;
  CHECK(fitted > 4'000);
  CHECK(fitted < 100'000);
  for (std::uint32_t number = 1; number <= Values::kInBitmap; ++number)
    builder.set(Metric{number}, std::numeric_limits<std::int64_t>::max());
  const Values values = builder.build();
  CHECK(values.bytes().size() <= Values::kBytesMax);
  REQUIRE(Values::decode(values.bytes()).has_value());
  CHECK(values.all().size() == fitted + Values::kInBitmap);
}
