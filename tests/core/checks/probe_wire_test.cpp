// What probes and the server say to each other survives the way, and what is not of the protocol is refused.
#include "core/checks/probe_wire.h"

#include <doctest/doctest.h>

using namespace connlog;

namespace {

Uuid monitor_id(std::uint8_t last) {
  Uuid id;
  id.bytes.fill(0x11);
  id.bytes[15] = last;
  return id;
}

ProbeReport a_report() {
  ProbeReport report{.version = 7,
                     .offer = {.kinds = {"http"}, .networks = {"192.168.1.0/24"}, .ports = {80, 443}, .rate = 30},
                     .results = {}};
  CheckResult result{.at = {},
                     .verdict = CheckVerdict::down,
                     .reason = CheckReason::refused,
                     .source = FailureSource::target,
                     .text = "the connection was refused"};
  result.phases.dns = microseconds(310);
  result.phases.total = microseconds(1'210);
  IpAddress address;
  REQUIRE(parse_ip("192.168.1.7", address));
  result.address = address;
  result.port = 443;
  result.values = {{CheckMeasure::certificate_days, 21}};
  result.excerpt = "the body of an answer";
  report.results.push_back({.monitor = monitor_id(1), .age = milliseconds(1'200), .result = result});
  return report;
}

}  // namespace

TEST_CASE("A probe's report arrives as it was sent, without any body of an answer") {
  const std::string body = render_probe_report(a_report());
  CHECK(body.find("the body of an answer") == std::string::npos);
  const auto read = parse_probe_report(body);
  REQUIRE(read.has_value());
  CHECK(read->version == 7);
  CHECK(read->offer == a_report().offer);
  REQUIRE(read->results.size() == 1);
  const ProbeReport::Entry& entry = read->results.front();
  CHECK(to_text(entry.monitor) == to_text(monitor_id(1)));
  CHECK(entry.age == milliseconds(1'200));
  CHECK(entry.result.verdict == CheckVerdict::down);
  CHECK(entry.result.reason == CheckReason::refused);
  CHECK(entry.result.text == "the connection was refused");
  CHECK(entry.result.phases.dns == microseconds(310));
  CHECK(entry.result.phases.connect.count() < 0);
  REQUIRE(entry.result.address.has_value());
  CHECK(to_text(*entry.result.address) == "192.168.1.7");
  CHECK(entry.result.port == 443);
  REQUIRE(entry.result.values.size() == 1);
  CHECK(entry.result.values.front().value == 21);
  CHECK(entry.result.excerpt.empty());
}

TEST_CASE("An order arrives with fields, secrets and times") {
  auto spec = std::make_shared<CheckSpec>();
  spec->kind = "http";
  spec->values.set("url", FieldValue(std::string("https://192.168.1.7/")));
  spec->values.set("follow_redirects", FieldValue(true));
  spec->secrets.set("password", Secret("a secret"));
  spec->time_limit = milliseconds(4'000);
  spec->invert = true;
  const ProbeOrder order{.version = 8,
                         .has_checks = true,
                         .checks = {{.monitor = monitor_id(2), .interval = seconds(30), .spec = spec}},
                         .ask_again_seconds = 10};
  const auto read = parse_probe_order(render_probe_order(order));
  REQUIRE(read.has_value());
  CHECK(read->version == 8);
  REQUIRE(read->has_checks);
  REQUIRE(read->checks.size() == 1);
  CHECK(read->checks.front().interval == seconds(30));
  const CheckSpec& got = *read->checks.front().spec;
  CHECK(got.kind == "http");
  CHECK(got.values.text("url") == "https://192.168.1.7/");
  CHECK(got.values.flag("follow_redirects"));
  CHECK(got.secrets.reveal("password") == "a secret");
  CHECK(got.time_limit == milliseconds(4'000));
  CHECK(got.invert);
  CHECK(got.scope == nullptr);
}

TEST_CASE("An order without checks says that nothing changed") {
  const auto read = parse_probe_order(render_probe_order({.version = 8, .checks = {}}));
  REQUIRE(read.has_value());
  CHECK_FALSE(read->has_checks);
}

TEST_CASE("A report that is not of the protocol is refused") {
  const std::string offer = R"("offer":{"kinds":[],"networks":[]})";
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), std::string("{") + offer + R"(,"version":-1})",
        std::string("{") + offer + R"(,"version":1.5})", std::string("{") + offer + R"(,"results":[1]})",
        std::string("{") + offer + R"(,"results":[{"monitor":"x"}]})",
        std::string("{") + offer + R"(,"results":[{"monitor":"11111111-1111-1111-1111-111111111111","verdict":"fine"}]})",
        std::string(R"({"offer":{"networks":["10.0.0.1/8"]}})"), std::string(R"({"offer":{"ports":[70000]}})"),
        std::string(R"({"offer":{"rate":0}})"), std::string(1, '\0')}) {
    CAPTURE(body);
    CHECK_FALSE(parse_probe_report(body).has_value());
  }
}

TEST_CASE("More results than fit are refused, and so is a deep or a huge body") {
  std::string many = R"({"offer":{},"results":[)";
  for (std::size_t i = 0; i <= kProbeResultsMax; ++i) many += i == 0 ? "{}" : ",{}";
  CHECK_FALSE(parse_probe_report(many + "]}").has_value());
  CHECK_FALSE(parse_probe_report(std::string(kProbeRequestBytesMax + 1, ' ')).has_value());
  CHECK_FALSE(parse_probe_report(std::string(100'000, '[')).has_value());
}

TEST_CASE("A result's text from a host has no control characters and a bounded length") {
  ProbeReport report = a_report();
  report.results.front().result.text = "one\r\ntwo\x1b[31m" + std::string(1'000, 'x');
  const auto read = parse_probe_report(render_probe_report(report));
  REQUIRE(read.has_value());
  const std::string& text = read->results.front().result.text;
  CHECK(text.size() <= kCheckTextBytes);
  CHECK(text.find('\n') == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}
