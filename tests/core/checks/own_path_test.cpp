#include "core/checks/own_path.h"

#include <doctest/doctest.h>

#include <string>

#include "core/checks/check_kinds.h"

namespace connlog {
namespace {

constexpr Monotonic kNow{1'000'000'000};

IpAddress ip(std::string_view text) {
  IpAddress address;
  REQUIRE_MESSAGE(parse_ip(text, address), std::string(text));
  return address;
}

AddressRange range(std::string_view text) {
  AddressRange out;
  REQUIRE_MESSAGE(parse_address_range(text, out), std::string(text));
  return out;
}

// A machine at home: the router is gateway and name server, a witness is named, no IPv6.
OwnPath::Places at_home() {
  OwnPath::Places places;
  places.gateway_v4 = ip("192.168.1.1");
  places.has_route_v4 = true;
  places.has_route_v6 = false;
  places.name_servers = {ip("192.168.1.1")};
  places.witnesses = {ip("9.9.9.9")};
  places.on_link = {range("192.168.1.0/24")};
  places.own = {ip("192.168.1.20"), ip("127.0.0.1")};
  return places;
}

CheckResult failure(FailureSource source, std::string_view address = {}) {
  CheckResult result;
  result.verdict = CheckVerdict::down;
  result.reason = source == FailureSource::name ? CheckReason::no_resolver : CheckReason::timed_out;
  result.source = source;
  result.text = "no answer within 10 s";
  if (!address.empty()) result.address = ip(address);
  return result;
}

// What is reported in the end, where the path answers so.
CheckResult reported(OwnPath& path, const CheckTarget& target, CheckResult result, const PathAnswer& answer,
                     int* asked = nullptr) {
  const CheckSpec spec;
  for (int round = 0; round < 3; ++round) {
    const std::vector<PathPart> questions = path.questions(spec, target, result, kNow);
    if (questions.empty()) return path.judged(spec, target, std::move(result), kNow);
    for (const PathPart part : questions) {
      if (asked != nullptr) ++*asked;
      path.answered(part, answer, kNow);
    }
  }
  FAIL("it asks for ever");
  return result;
}

}  // namespace

TEST_CASE("what came back from the target's side is never our trouble, and nothing is asked") {
  OwnPath path;
  path.places(at_home());
  int asked = 0;
  const CheckResult result =
      reported(path, {"203.0.113.7", 443}, failure(FailureSource::target, "203.0.113.7"), {false, "dead"}, &asked);
  CHECK(result.verdict == CheckVerdict::down);
  CHECK(result.reason == CheckReason::timed_out);
  CHECK(asked == 0);
}

TEST_CASE("silence of a target beyond the gateway is ours while the gateway is silent, and real while it answers") {
  for (const bool well : {true, false}) {
    CAPTURE(well);
    OwnPath path;
    path.places(at_home());
    int asked = 0;
    const CheckResult result = reported(path, {"203.0.113.7", 443}, failure(FailureSource::silence, "203.0.113.7"),
                                        {well, well ? "" : "the gateway 192.168.1.1 does not answer"}, &asked);
    CHECK(asked == 1);
    CHECK(result.verdict == (well ? CheckVerdict::down : CheckVerdict::unknown));
    CHECK(result.reason == (well ? CheckReason::timed_out : CheckReason::no_route));
    if (!well) CHECK(result.text == "the gateway 192.168.1.1 does not answer");
  }
}

TEST_CASE("a target on our own link needs no gateway: it is down while anything else there answers") {
  OwnPath path;
  path.places(at_home());
  PathAnswer gateway_dead{false, "the gateway 192.168.1.1 does not answer"};
  CHECK(reported(path, {"nas", 80}, failure(FailureSource::silence, "192.168.1.30"), gateway_dead).verdict ==
        CheckVerdict::down);
  PathAnswer cable_out = gateway_dead;
  cable_out.link_is_well = false;
  OwnPath without_cable;
  without_cable.places(at_home());
  CHECK(reported(without_cable, {"nas", 80}, failure(FailureSource::silence, "192.168.1.30"), cable_out).verdict ==
        CheckVerdict::unknown);
}

TEST_CASE("where only the way out is lost, targets beyond the gateway that are private are still judged") {
  OwnPath path;
  path.places(at_home());
  PathAnswer uplink_down{false, "the gateway answers, but nobody behind it does (9.9.9.9)"};
  uplink_down.gateway_answers = true;
  CHECK(reported(path, {"printer", 631}, failure(FailureSource::silence, "10.9.0.4"), uplink_down).verdict ==
        CheckVerdict::down);
  CHECK(reported(path, {"example.org", 443}, failure(FailureSource::silence, "203.0.113.7"), uplink_down).verdict ==
        CheckVerdict::unknown);
}

TEST_CASE("the gateway, a name server and a witness turn down like any other target") {
  for (const char* place : {"192.168.1.1", "9.9.9.9", "::ffff:9.9.9.9"}) {
    CAPTURE(std::string(place));
    OwnPath path;
    path.places(at_home());
    int asked = 0;
    const CheckResult by_address =
        reported(path, {place, 0}, failure(FailureSource::silence, place), {false, "dead"}, &asked);
    CHECK(by_address.verdict == CheckVerdict::down);
    const CheckResult by_name =
        reported(path, {"router.lan", 0}, failure(FailureSource::silence, place), {false, "dead"}, &asked);
    CHECK(by_name.verdict == CheckVerdict::down);
    CHECK(asked == 0);
  }
}

TEST_CASE("no name server answers: only checks by name are unknown; one name without an answer is down") {
  OwnPath path;
  path.places(at_home());
  const PathAnswer silent{false, "no name server answers (192.168.1.1)"};
  const CheckResult by_name = reported(path, {"example.org", 443}, failure(FailureSource::name), silent);
  CHECK(by_name.verdict == CheckVerdict::unknown);
  CHECK(by_name.reason == CheckReason::no_resolver);
  CHECK(by_name.text == "no name server answers (192.168.1.1)");
  CHECK(reported(path, {"203.0.113.7", 443}, failure(FailureSource::silence, "203.0.113.7"), {}).verdict ==
        CheckVerdict::down);

  OwnPath well;
  well.places(at_home());
  CHECK(reported(well, {"example.org", 443}, failure(FailureSource::name), {}).verdict == CheckVerdict::down);
  CheckResult undecided = failure(FailureSource::name);
  undecided.verdict = CheckVerdict::unknown;
  const CheckResult named = reported(well, {"example.org", 443}, undecided, {});
  CHECK(named.verdict == CheckVerdict::down);
  CHECK(named.reason == CheckReason::name_unknown);
}

TEST_CASE("without a route for the family a check is unknown at once; the other family is judged as ever") {
  OwnPath path;
  path.places(at_home());
  int asked = 0;
  const CheckResult v6 =
      reported(path, {"2001:db8::7", 443}, failure(FailureSource::silence, "2001:db8::7"), {}, &asked);
  CHECK(v6.verdict == CheckVerdict::unknown);
  CHECK(v6.reason == CheckReason::no_route);
  const CheckResult said = reported(path, {"2001:db8::7", 443}, failure(FailureSource::no_route, "2001:db8::7"), {}, &asked);
  CHECK(said.verdict == CheckVerdict::unknown);
  CHECK(said.reason == CheckReason::no_route);
  CHECK(asked == 0);
}

TEST_CASE("this machine's own addresses need no path") {
  OwnPath path;
  OwnPath::Places nowhere;
  nowhere.has_route_v4 = false;
  nowhere.own = {ip("192.168.1.20")};
  path.places(nowhere);
  for (const char* own : {"127.0.0.1", "::1", "192.168.1.20", "127.9.9.9"}) {
    CAPTURE(std::string(own));
    CHECK(reported(path, {own, 80}, failure(FailureSource::silence, own), {false, "dead"}).verdict == CheckVerdict::down);
  }
}

TEST_CASE("what is known to be ours is unknown") {
  OwnPath path;
  path.places(at_home());
  const CheckResult result = reported(path, {"203.0.113.7", 443}, failure(FailureSource::ours, "203.0.113.7"), {});
  CHECK(result.verdict == CheckVerdict::unknown);
  CHECK(result.reason == CheckReason::own_trouble);
}

TEST_CASE("answers hold ten seconds; a good one only if it is not older than the failing check") {
  const CheckSpec spec;
  const CheckTarget target{"203.0.113.7", 443};
  CheckResult slow = failure(FailureSource::silence, "203.0.113.7");
  slow.phases.total = seconds(8);
  CheckResult quick = slow;
  quick.phases.total = milliseconds(20);
  OwnPath path;
  path.places(at_home());
  path.answered(PathPart::gateway_v4, {}, kNow);
  CHECK(path.questions(spec, target, slow, kNow + seconds(8)).empty());
  CHECK(path.questions(spec, target, slow, kNow + seconds(9)).size() == 1);
  CHECK(path.questions(spec, target, quick, kNow + milliseconds(900)).empty());
  CHECK(path.questions(spec, target, quick, kNow + seconds(2)).size() == 1);
  path.answered(PathPart::gateway_v4, {false, "dead"}, kNow);
  CHECK(path.questions(spec, target, quick, kNow + seconds(10)).empty());
  CHECK(path.questions(spec, target, quick, kNow + seconds(11)).size() == 1);
  // Another gateway: what the former one answered is forgotten.
  OwnPath::Places moved = at_home();
  moved.gateway_v4 = ip("192.168.1.254");
  path.places(moved);
  CHECK(path.questions(spec, target, quick, kNow + seconds(1)).size() == 1);
}

TEST_CASE("an inverted check that hears nothing is not well while our own path is dead") {
  CheckResult closed = inverted(failure(FailureSource::silence, "203.0.113.7"));
  REQUIRE(closed.verdict == CheckVerdict::up);
  OwnPath path;
  path.places(at_home());
  CHECK(reported(path, {"203.0.113.7", 23}, closed, {false, "dead"}).verdict == CheckVerdict::unknown);
  OwnPath well;
  well.places(at_home());
  CHECK(reported(well, {"203.0.113.7", 23}, closed, {}).verdict == CheckVerdict::up);
}

TEST_CASE("inverting turns what answers down and what is closed up, and leaves the rest") {
  CheckResult open;
  open.verdict = CheckVerdict::up;
  open.reason = CheckReason::ok;
  open.text = "connected";
  CHECK(inverted(open).verdict == CheckVerdict::down);
  CHECK(inverted(open).reason == CheckReason::open_but_inverted);
  open.verdict = CheckVerdict::degraded;
  CHECK(inverted(open).verdict == CheckVerdict::down);
  CHECK(inverted(failure(FailureSource::target)).verdict == CheckVerdict::up);
  CHECK(inverted(failure(FailureSource::silence)).verdict == CheckVerdict::up);
  for (const CheckReason reason : {CheckReason::forbidden, CheckReason::bad_settings, CheckReason::not_supported}) {
    CheckResult kept = failure(FailureSource::target);
    kept.reason = reason;
    CHECK(inverted(kept).verdict == CheckVerdict::down);
    CHECK(inverted(kept).reason == reason);
  }
  CHECK(inverted(failure(FailureSource::name)).verdict == CheckVerdict::down);
  CheckResult unknown;
  CHECK(inverted(unknown).verdict == CheckVerdict::unknown);
}

}  // namespace connlog
