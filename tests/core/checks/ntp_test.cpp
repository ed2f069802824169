// The kind "ntp" against time servers that are right, off, unsynchronised, or answer somebody else
// (tests/support/datagram_stand_in.py).
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/core/checks/kind_world.h"

namespace connlog {
namespace {

using namespace test;
using namespace std::chrono_literals;

CheckResult asked(const OutsideServer& server, const GivenValues& more = {}, const OneCheckOptions& options = {},
                  milliseconds limit = 10s) {
  auto spec =
      spec_for("ntp", with({{"host", std::string("127.0.0.1")}, {"port", std::int64_t{server.port()}}}, more));
  spec->time_limit = limit;
  return one_check(spec, options);
}

CheckResult of(const std::string& mode, const GivenValues& more = {}) {
  const OutsideServer server("datagram_stand_in.py", {"ntp", mode});
  return asked(server, more);
}

}  // namespace

TEST_CASE("a time server that agrees is up, with offset and stratum, and is told nothing of us") {
  OutsideServer server("datagram_stand_in.py", {"ntp", "good"});
  const CheckResult result = asked(server);
  CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
  const auto offset = value_of(result, CheckMeasure::clock_offset);
  REQUIRE(offset);
  CHECK(std::abs(*offset) < 1'000'000);
  CHECK(value_of(result, CheckMeasure::stratum) == 2);
  const auto question = nlohmann::json::parse(server.next("question"));
  CHECK(question["size"] == 48);
  CHECK(question["mode"] == 3);
  CHECK(question["version"] == 4);
  CHECK(question["empty"] == true);  // the only stamp is random
}

TEST_CASE("clocks that differ, and servers far from a clock, are degraded; which clock is off nobody can tell") {
  const CheckResult ahead = of("offset:90");
  CHECK(ahead.verdict == CheckVerdict::degraded);
  CHECK(ahead.reason == CheckReason::clock_off);
  CHECK(has(ahead.text, "ahead of ours"));
  const auto offset = value_of(ahead, CheckMeasure::clock_offset);
  REQUIRE(offset);
  CHECK(*offset > 85'000'000);
  CHECK(*offset < 95'000'000);
  CHECK(has(of("offset:-90").text, "behind ours"));
  CHECK(of("offset:90", {{"offset_max_ms", std::int64_t{600'000}}}).verdict == CheckVerdict::up);
  CHECK(of("stratum:9", {{"stratum_max", std::int64_t{4}}}).verdict == CheckVerdict::degraded);
  CHECK(of("stratum:9").verdict == CheckVerdict::up);
}

TEST_CASE("while our own clock is implausible an offset says nothing") {
  const OutsideServer server("datagram_stand_in.py", {"ntp", "offset:90"});
  OneCheckOptions options;
  options.clock_is_plausible = false;
  const CheckResult result = asked(server, {}, options);
  CHECK(result.verdict == CheckVerdict::unknown);
  CHECK(result.reason == CheckReason::own_clock);
}

TEST_CASE("a server without time says so, and one that wants fewer questions is not down") {
  const CheckResult unsynchronised = of("unsynchronised");
  CHECK(unsynchronised.verdict == CheckVerdict::down);
  CHECK(unsynchronised.reason == CheckReason::clock_off);
  CHECK(of("stratum:16").verdict == CheckVerdict::down);
  const CheckResult rate = of("kiss:RATE");
  CHECK(rate.verdict == CheckVerdict::degraded);
  CHECK(has(rate.text, "RATE"));
  CHECK(of("kiss:DENY").verdict == CheckVerdict::down);
  CHECK(of("kiss:INIT").reason == CheckReason::clock_off);
}

TEST_CASE("an answer to somebody else's question does not count, and silence is silence") {
  const OutsideServer wrong("datagram_stand_in.py", {"ntp", "origin"});
  const CheckResult other = asked(wrong, {}, {}, 500ms);
  CHECK(other.verdict == CheckVerdict::down);
  CHECK(other.reason == CheckReason::protocol_wrong);
  const OutsideServer silent("datagram_stand_in.py", {"ntp", "silent"});
  const CheckResult still = asked(silent, {}, {}, 500ms);
  CHECK(still.reason == CheckReason::timed_out);
  CHECK(still.source == FailureSource::silence);
  const CheckResult closed =
      one_check(spec_for("ntp", {{"host", std::string("127.0.0.1")}, {"port", std::int64_t{unused_port()}}}));
  CHECK(closed.reason == CheckReason::refused);
}

TEST_CASE("a question is sent again where the first one got lost") {
  OutsideServer silent("datagram_stand_in.py", {"ntp", "silent"});
  asked(silent, {}, {}, 900ms);
  CHECK_FALSE(silent.next("question").empty());
  CHECK_FALSE(silent.next("question").empty());
}

TEST_CASE("a pasted time server proposes the kind ntp") {
  const CheckKind* kind = all_checks().find("ntp");
  const auto proposed = kind->propose("ntp time.example.org");
  REQUIRE(proposed);
  CHECK(proposed->text("host") == "time.example.org");
  CHECK(proposed->number("port") == 123);
  CHECK(kind->propose("ntp://[2001:db8::1]:1123")->number("port") == 1123);
  CHECK_FALSE(kind->propose("time.example.org"));
  CHECK(refused_field("ntp", {{"host", std::string("a:b")}}) == "fields.host");
}

}  // namespace connlog
