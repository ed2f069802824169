// The genuine agent's schedule and its waits (docs/agent-protocol.md §4.5, §6, §10, §11), and ours where it differs (§18),
// told as stories.

#include "host/uplink.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "core/wire/platform_url.h"
#include "core/base/random.h"
#include "core/wire/protocol.h"
#include "core/wire/protocol_parse.h"

using namespace connlog;
using Kind = UplinkStep::Kind;

namespace {

class CountingRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

const std::string kGood = R"({"ok":true,"server_time":"2026-11-24T09:15:02Z","expected_interval_seconds":10})";

// How connlog itself words a refusal of this status.
std::string own_words(int status) {
  switch (status) {
    case 400:
      return wire::render_error(wire::kErrorFrame);
    case 401:
      return wire::render_error(wire::kErrorUnauthorized);
    case 403:
      return wire::render_error(wire::kErrorMachine);
    case 410:
      return wire::render_error(wire::kErrorRemoved);
    case 423:
      return wire::render_error(wire::kErrorDisabled);
    case 429:
      return wire::render_error(wire::kErrorRateLimited);
    default:
      return "";
  }
}

std::string good(const std::string& more) {
  return kGood.substr(0, kGood.size() - 1) + "," + more + "}";
}

// An agent of our own with a clock; `answer` plays the server for one step.
struct Story {
  CountingRandom random;
  Uplink uplink;
  Monotonic now{1'000'000};
  UplinkStep step;

  explicit Story(std::int64_t interval = 10, std::vector<std::string> domains = {})
      : uplink({.base = "https://monitor.example.org", .allowed_domains = std::move(domains)}, random) {
    step = uplink.start(now);
    CHECK(step.kind == Kind::fetch_config);
    CHECK(step.url == "https://monitor.example.org/api/agents/config");
    answer(200, wire::render_config({.version = 4, .interval_seconds = interval}));
    REQUIRE(step.kind == Kind::fetch_assignment);
  }

  void answer(int status, const std::string& body = "", std::optional<std::int64_t> retry_after = {},
              milliseconds took = milliseconds(20)) {
    REQUIRE((step.kind == Kind::fetch_config || step.kind == Kind::fetch_assignment || step.kind == Kind::heartbeat));
    now = now + took;
    step = uplink.next(now, {.status = status, .retry_after_seconds = retry_after, .body = body});
  }
  void rest() {
    REQUIRE(step.kind == Kind::wait);
    now = now + step.wait;
    step = uplink.next(now, {});
  }
  void settle() {  // until the first heartbeat is due
    answer(404);
    REQUIRE(step.kind == Kind::heartbeat);
  }
  // One whole cycle of failing attempts, to the wait behind it. Refusals are in connlog's own words.
  milliseconds fail(int status, std::optional<std::int64_t> retry_after = {}) {
    return fail_with(status, own_words(status), retry_after);
  }
  milliseconds fail_with(int status, const std::string& body, std::optional<std::int64_t> retry_after = {}) {
    if (step.kind == Kind::fetch_assignment) answer(0);
    REQUIRE(step.kind == Kind::heartbeat);
    answer(status, body, retry_after);
    while (step.kind == Kind::wait && step.wait < milliseconds(1'000)) {
      rest();
      answer(status, body, retry_after);
    }
    REQUIRE(step.kind == Kind::wait);
    return step.wait;
  }
};

bool is_between(milliseconds wait, std::int64_t low_seconds, std::int64_t high_seconds) {
  return wait >= seconds(low_seconds) && wait <= seconds(high_seconds);
}

}  // namespace

TEST_CASE("an agent asks for its config, then its endpoint, then sends; and again after one interval") {
  Story story;
  story.settle();
  CHECK(story.step.url == "https://monitor.example.org/api/agents/heartbeat");
  CHECK(story.step.first_attempt);
  CHECK(story.uplink.config().version == 4);
  const std::string first_id = story.uplink.request_id();
  CHECK(first_id.size() == 32);
  const Monotonic began = story.now;
  story.answer(200, kGood);
  REQUIRE(story.step.kind == Kind::wait);
  const auto gap = story.now + story.step.wait - began;
  CHECK(gap >= seconds(10));
  CHECK(gap <= seconds(11));
  story.rest();
  CHECK(story.step.kind == Kind::heartbeat);  // the endpoint is asked once a day
  CHECK(story.uplink.request_id() != first_id);
}

TEST_CASE("without a config the agent sends with its fallback, version 0 and one minute, after three tries") {
  CountingRandom random;
  Uplink uplink({.base = "https://monitor.example.org", .allowed_domains = {}}, random);
  Monotonic now{1};
  UplinkStep step = uplink.start(now);
  for (int tries = 1; tries <= 3; ++tries) {
    REQUIRE(step.kind == Kind::fetch_config);
    step = uplink.next(now, {.status = tries == 1   ? 0
                                       : tries == 2 ? 503
                                                    : 200,
                             .retry_after_seconds = {},
                             .body = "{}"});
    if (tries < 3) {
      REQUIRE(step.kind == Kind::wait);
      CHECK(step.wait == seconds(5));
      step = uplink.next(now, {});
    }
  }
  CHECK(step.kind == Kind::fetch_assignment);
  CHECK(uplink.config().version == 0);
  CHECK(uplink.config().interval_seconds == 60);
}

TEST_CASE("a cycle retries what may pass, three attempts under one request id") {
  for (const int status : {0, 500, 503, 200 /* unparsable */, 404 /* not connlog's */}) {
    Story story;
    story.settle();
    const std::string id = story.uplink.request_id();
    story.answer(status, "oops");
    CHECK(story.step.wait == milliseconds(250));
    story.rest();
    CHECK(story.step.kind == Kind::heartbeat);
    CHECK_FALSE(story.step.first_attempt);
    story.answer(status, "oops");
    CHECK(story.step.wait == milliseconds(500));
    story.rest();
    CHECK(story.uplink.request_id() == id);
    story.answer(status, "oops");
    CHECK(story.step.wait >= seconds(10));
    CHECK(story.step.wait <= milliseconds(12'500));
  }
}

TEST_CASE("attempts stay within the interval") {
  Story story;
  story.settle();
  CHECK(story.step.timeout == milliseconds(10'000));
  story.answer(0, "", {}, milliseconds(7'000));
  story.rest();
  CHECK(story.step.timeout == milliseconds(2'750));
  story.answer(0, "", {}, milliseconds(2'700));  // 50 ms are left: no third attempt
  CHECK(is_between(story.step.wait, 10, 13));
}

TEST_CASE("after a slow cycle the agent still rests nine tenths of its interval") {
  Story story;
  story.settle();
  story.answer(200, kGood, {}, milliseconds(9'000));
  CHECK(story.step.wait == milliseconds(9'000));
}

TEST_CASE("server errors back off by one to three intervals, at most two minutes") {
  Story story;
  story.settle();
  CHECK(is_between(story.fail(500), 10, 13));
  story.rest();
  CHECK(is_between(story.fail(0), 15, 20));
  story.rest();
  CHECK(is_between(story.fail(502), 22, 30));
  story.rest();
  CHECK(is_between(story.fail(502), 22, 30));
  Story slow(60);
  slow.settle();
  slow.fail(500), slow.rest(), slow.fail(500), slow.rest();
  CHECK(is_between(slow.fail(500), 90, 120));
  Story daily(86'400);
  daily.settle();
  CHECK(is_between(daily.fail(500), 90, 120));
}

TEST_CASE("agents that an outage cut off together come back at different moments") {
  SystemRandom random;
  std::set<std::int64_t> waits;
  for (int agent = 0; agent < 50; ++agent) {
    Uplink uplink({.base = "https://monitor.example.org", .allowed_domains = {}}, random);
    Monotonic now{1};
    UplinkStep step = uplink.start(now);
    step = uplink.next(now, {.status = 200, .body = wire::render_config({.version = 1, .interval_seconds = 10})});
    step = uplink.next(now, {});
    while (step.kind != Kind::wait || step.wait < seconds(1)) step = uplink.next(now, {});
    CHECK(step.wait >= seconds(10));
    CHECK(step.wait <= milliseconds(12'500));
    waits.insert(step.wait.count());
  }
  CHECK(waits.size() > 25);
}

TEST_CASE(
    "an answer that is not connlog's is an outage, whatever its status: the agent is back within a few intervals") {
  const std::string page = "<html><title>Please log in</title></html>";
  for (const int status :
       {200, 204, 301, 302, 307, 400, 401, 403, 404, 407, 409, 410, 411, 421, 423, 429, 451, 511, 520}) {
    for (const std::string& body :
         {page, std::string(), std::string("404 page not found"), std::string(R"({"error":"Unauthorized"})"),
          std::string(R"({"ok":false,"error":"SOMETHING_ELSE"})"),
          std::string(R"({"ok":true,"error":"AGENT_REMOVED"})"),
          std::string(R"({"ok":false,"error":["AGENT_REMOVED"]})"), std::string(1'000, '[')}) {
      CAPTURE(status);
      CAPTURE(body);
      Story story;
      story.settle();
      for (int cycle = 0; cycle < 12; ++cycle) {
        CHECK(is_between(story.fail_with(status, body, 3'600), 10, 30));
        story.rest();
      }
      if (story.step.kind == Kind::fetch_assignment) story.answer(status, body);
      REQUIRE(story.step.kind == Kind::heartbeat);
      story.answer(200, kGood);
      CHECK(story.uplink.last_verdict() == HeartbeatVerdict::accepted);
    }
  }
}

TEST_CASE("a refusal counts only with the status that it belongs to") {
  CHECK(wire::is_own_refusal(410, wire::render_error(wire::kErrorRemoved)));
  CHECK_FALSE(wire::is_own_refusal(410, wire::render_error(wire::kErrorDisabled)));
  CHECK_FALSE(wire::is_own_refusal(404, wire::render_error(wire::kErrorRemoved)));
  CHECK(wire::is_own_refusal(423, R"({"ok":false,"error":"WORKSPACE_DISABLED"})"));
  CHECK(wire::is_own_refusal(400, wire::render_error(wire::kErrorHeader)));
  CHECK(wire::is_own_refusal(503, wire::render_error(wire::kErrorUnavailable)));
  CHECK(wire::is_own_refusal(403, R"({"ok":false,"error":"ENROLMENT_KEY_REVOKED","message":"This key was revoked."})"));
  for (const char* body : {"", "{}", "null", "[]", R"({"ok":false})", R"({"ok":0,"error":"UNAUTHORIZED"})",
                           R"({"ok":false,"error":null})", "UNAUTHORIZED"})
    CHECK_FALSE(wire::is_own_refusal(401, body));
}

TEST_CASE("429 is not retried in the cycle, and Retry-After is obeyed between one interval and one hour") {
  Story story(30);
  story.settle();
  CHECK(story.fail(429, 45) == seconds(45));
  story.rest();
  CHECK(story.fail(429, 1) == seconds(30));
  story.rest();
  CHECK(story.fail(429, 100'000) == seconds(3'600));
  story.rest();
  CHECK(is_between(story.fail(429), 67, 90));  // without: as other errors, the fourth in a row
}

TEST_CASE("401 is waited out, ever longer up to two minutes, and never ends the agent") {
  Story story;
  story.settle();
  CHECK(story.fail(401) == seconds(40));
  for (int i = 2; i <= 60; ++i) {
    story.rest();
    CHECK(story.fail(401) == seconds(std::min(30 + 10 * i, 120)));
  }
}

TEST_CASE("a refusal doubles the wait up to an hour, and counts with the other errors") {
  Story story;
  story.settle();
  for (int i = 0; i < 4; ++i) {
    story.fail(500);
    story.rest();
  }
  CHECK(story.fail(400) == seconds(480));  // the fifth failure: 30 × 2⁴
  for (int i = 0; i < 10; ++i) {
    story.rest();
    story.fail(403);
  }
  CHECK(story.step.wait == seconds(3'600));
}

TEST_CASE("a redirect is an outage: the token is never carried elsewhere") {
  Story story;
  story.settle();
  CHECK(is_between(story.fail(301), 10, 13));
  CHECK(story.uplink.last_verdict() == HeartbeatVerdict::foreign);
}

TEST_CASE("423 rests five minutes and forgets earlier errors") {
  Story story;
  story.settle();
  story.fail(400), story.rest(), story.fail(401), story.rest();
  CHECK(story.fail(423) == seconds(300));
  story.rest();
  CHECK(story.fail(400) == seconds(30));
  story.rest();
  CHECK(story.fail(401) == seconds(40));
}

TEST_CASE("410 ends the agent at once") {
  Story story;
  story.settle();
  story.answer(410, own_words(410));
  CHECK(story.step.kind == Kind::stop);
  CHECK(story.step.stop == UplinkStep::Stop::removed);
}

TEST_CASE("uninstall is believed at the third answer in a row, errors in between not counting") {
  Story story;
  story.settle();
  story.answer(200, good(R"("uninstall":true)"));
  story.rest();
  story.answer(200, kGood);  // without it: the count begins again
  for (int i = 0; i < 2; ++i) {
    story.rest();
    story.answer(200, good(R"("uninstall":true,"reboot":true)"));
  }
  story.rest();
  story.fail(503);
  story.rest();
  story.answer(200, good(R"("uninstall":true)"));
  CHECK(story.step.stop == UplinkStep::Stop::uninstall_asked);
}

TEST_CASE("a reboot that this installation cannot do is said and not done") {
  Story story;
  story.settle();
  for (int i = 0; i < 3; ++i) {
    story.answer(200, good(R"("reboot":true)"));
    REQUIRE(story.step.kind == Kind::wait);
    if (i < 2) story.rest();
  }
  CHECK(story.uplink.take_notice().find("cannot reboot") != std::string::npos);
  CHECK(story.uplink.take_notice().empty());
}

TEST_CASE("an outdated config is fetched once, and its interval holds from this cycle's end on") {
  Story story;
  story.settle();
  story.answer(200, good(R"("config_outdated":true,"latest_config_version":5)"));
  REQUIRE(story.step.kind == Kind::fetch_config);
  story.answer(200, wire::render_config({.version = 5, .interval_seconds = 60}));
  REQUIRE(story.step.kind == Kind::wait);
  CHECK(story.step.wait >= seconds(59));
  CHECK(story.uplink.config().version == 5);

  story.rest();
  story.answer(200, good(R"("config_outdated":true)"));
  story.answer(500);
  CHECK(story.step.kind == Kind::wait);  // the old one stays until the next answer says so again
  CHECK(story.uplink.config().version == 5);
}

TEST_CASE("the endpoint is asked again after three counted failures, at every cycle until something succeeds") {
  Story story;
  story.settle();
  for (int i = 0; i < 3; ++i) {
    CHECK(story.step.kind == Kind::heartbeat);
    story.fail(503);
    story.rest();
  }
  CHECK(story.step.kind == Kind::fetch_assignment);
  story.fail(503);
  story.rest();
  CHECK(story.step.kind == Kind::fetch_assignment);
  story.answer(0);
  story.answer(200, kGood);
  story.rest();
  CHECK(story.step.kind == Kind::heartbeat);
}

TEST_CASE("401 and 423 do not count toward asking for the endpoint") {
  Story story;
  story.settle();
  for (int i = 0; i < 5; ++i) {
    story.fail(i % 2 == 0 ? 401 : 423);
    story.rest();
  }
  CHECK(story.step.kind == Kind::heartbeat);
}

TEST_CASE("an assigned endpoint is used when it is trusted, and refused to the server's own when it is not") {
  Story trusted(10, {"example.net"});
  trusted.answer(
      200,
      R"({"ok":true,"data":{"heartbeatUrl":"https://eu-1.example.net/api/agents/heartbeat","regionCode":"eu","refreshAfterSeconds":300}})");
  CHECK(trusted.step.url == "https://eu-1.example.net/api/agents/heartbeat");
  trusted.now = trusted.now + seconds(300);
  trusted.answer(200, kGood);
  trusted.rest();
  REQUIRE(trusted.step.kind == Kind::fetch_assignment);
  trusted.answer(500);  // a failed fetch keeps it
  CHECK(trusted.step.url == "https://eu-1.example.net/api/agents/heartbeat");

  Story suspicious;
  suspicious.answer(200,
                    R"({"ok":true,"data":{"heartbeatUrl":"https://evil.example.net/","refreshAfterSeconds":300}})");
  CHECK(suspicious.step.url == "https://monitor.example.org/api/agents/heartbeat");
  CHECK_FALSE(suspicious.uplink.take_notice().empty());
}

TEST_CASE("which assignments are trusted") {
  const std::string base = "https://monitor.example.org:8443";
  CHECK(accepts_assignment("https://monitor.example.org:8443/api/agents/heartbeat", base, {}));
  CHECK(accepts_assignment("https://monitor.example.org/x", base, {}));
  CHECK(accepts_assignment("https://eu.example.net/x", base, {"example.net"}));
  CHECK(accepts_assignment("http://127.0.0.1:8080/api/agents/heartbeat", "http://127.0.0.1:8080", {}));
  CHECK_FALSE(accepts_assignment("https://127.0.0.1:8443/api/agents/heartbeat", "http://127.0.0.1:8080", {}));
  for (const char* wrong :
       {"http://monitor.example.org/x", "https://notexample.net/x", "https://example.net.evil.org/x",
        "https://user@eu.example.net/x", "https://127.0.0.1/x", "https://10.0.0.1/x", "https://[::1]/x",
        "https://localhost/x", "ftp://eu.example.net/x", "https://", "", "https://eu.example.net/\r\nx"}) {
    CAPTURE(wrong);
    CHECK_FALSE(accepts_assignment(wrong, base, {"example.net"}));
  }
}

TEST_CASE("the token goes by https, or in the clear to this host only") {
  CHECK(*platform_base("https://Monitor.Example.org:443//", PlainHttp::loopback_only) == "https://monitor.example.org");
  CHECK(*platform_base("http://127.0.0.1:8080/", PlainHttp::loopback_only) == "http://127.0.0.1:8080");
  CHECK(*platform_base("http://[::1]:8080", PlainHttp::loopback_only) == "http://[::1]:8080");
  CHECK(*platform_base("https://10.0.0.5:8443/monitor/", PlainHttp::loopback_only) == "https://10.0.0.5:8443/monitor");
  CHECK_FALSE(platform_base("http://monitor.example.org", PlainHttp::loopback_only));
  CHECK(platform_base("http://monitor.example.org", PlainHttp::allowed));
  CHECK_FALSE(platform_base("http://127.0.0.1.evil.org", PlainHttp::loopback_only));
  for (const char* wrong :
       {"", "monitor.example.org", "https://", "https://a b", "https://a:0", "https://a:99999",
        "https://a:", "https://u:p@a", "https://a?x", "https://a\nb", "https://[::1", "javascript:alert(1)"}) {
    CAPTURE(wrong);
    CHECK_FALSE(platform_base(wrong, PlainHttp::allowed));
  }
}

TEST_CASE("what the server renders, the agent reads") {
  CHECK(wire::parse_heartbeat_answer(wire::render_heartbeat_reply({.server_time = {1}, .config_outdated = true}))
            ->config_outdated);
  const wire::AgentConfig config{
      .version = 7, .interval_seconds = 30, .missed_threshold = 5, .metrics = {.disk = false}};
  CHECK(*wire::parse_config_answer(wire::render_config(config)) == config);
  CHECK(wire::parse_assignment_answer(wire::render_assignment("https://m.example.org"))->heartbeat_url ==
        "https://m.example.org/api/agents/heartbeat");
}

TEST_CASE("an answer is read strictly: wrong types, nulls, fractions and doubles fail it whole") {
  CHECK(wire::parse_heartbeat_answer(kGood));
  CHECK(wire::parse_heartbeat_answer(
      good(R"("config_outdated":null,"latest_config_version":null,"update":null,"unknown":{"a":[1.5,null]})")));
  for (const char* more :
       {R"("uninstall":null)", R"("reboot":null)", R"("quick_actions":null)", R"("quick_actions":[{}])", R"("ok":true)",
        R"("config_outdated":1)", R"("latest_config_version":4.0)", R"("latest_config_version":-1)",
        R"("latest_config_version":4294967296)", R"("update":{})",
        R"("update":{"available":true,"latest_version":"1","force_update":null})"}) {
    CAPTURE(more);
    CHECK_FALSE(wire::parse_heartbeat_answer(good(more)));
  }
  for (const char* wrong :
       {"", "[]", "null", "{}", R"({"ok":true})", R"({"ok":1,"server_time":"x","expected_interval_seconds":1})",
        R"({"ok":true,"server_time":"x","expected_interval_seconds":1.0})"}) {
    CAPTURE(wrong);
    CHECK_FALSE(wire::parse_heartbeat_answer(wrong));
  }
  const std::string config = wire::render_config({.version = 1});
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = config;
    REQUIRE(changed.find(from) != std::string::npos);
    changed.replace(changed.find(from), from.size(), to);
    return changed;
  };
  CHECK(wire::parse_config_answer(with(R"("heartbeatIntervalSeconds":60)", R"("heartbeatIntervalSeconds":1)"))
            ->interval_seconds == 10);
  CHECK(wire::parse_config_answer(with(R"("missedThreshold":3)", R"("missedThreshold":4000)"))->missed_threshold ==
        100);
  CHECK_FALSE(wire::parse_config_answer(with(R"("ok":true)", R"("ok":false)")));
  CHECK_FALSE(wire::parse_config_answer(with("configVersion", "config_version")));
  CHECK_FALSE(wire::parse_config_answer(with(R"("load":true)", R"("load":null)")));
  CHECK_FALSE(wire::parse_config_answer(with(R"({"enabled":false,"pollIntervalSeconds":5})", "null")));
}
