// The emulator of the genuine agent against the examples of docs/agent-protocol.md §15, and our own agent against the
// emulator: the two were written apart and must agree.

#include "tests/support/agent_emulator.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/wire/protocol.h"
#include "host/uplink.h"
#include "tests/support/seeded_random.h"

using namespace connlog;
using Does = GenuineAgent::Reaction::Does;

namespace {

const std::string kToken = "agent_" + std::string(64, '5');

GenuineAgent::Answer answer(int status, const std::string& body = "", const std::string& retry_after = "") {
  GenuineAgent::Answer out{.status = status, .headers = {}, .body = body};
  if (!retry_after.empty()) out.headers.emplace_back("retry-after", retry_after);
  return out;
}

}  // namespace

TEST_CASE("the genuine agent's heartbeat, byte by byte") {
  GenuineAgent agent({.token = kToken, .base = "https://monitor.example.org"});
  agent.adopt_config_version(4);
  const std::string expected =
      "POST /api/agents/heartbeat HTTP/1.1\r\n"
      "content-type: application/octet-stream\r\n"
      "x-agent-version: 1.19.0\r\n"
      "x-protocol-version: 1\r\n"
      "x-config-version: 4\r\n"
      "x-os: linux\r\n"
      "x-arch: x86_64\r\n"
      "x-machine-id: 5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115\r\n"
      "x-cpu-core-count: 8\r\n"
      "x-connlog-request-id: 7d1b5f9a02c34e8fb6a1c0d9e2f37a54\r\n"
      "x-quick-action-polling-enabled: false\r\n"
      "x-quick-action-poll-interval-seconds: 5\r\n"
      "authorization: Bearer " +
      kToken +
      "\r\n"
      "content-length: 32\r\n"
      "accept: */*\r\n"
      "user-agent: connlog-agent/1.19.0\r\n"
      "host: monitor.example.org\r\n\r\n";
  const std::string bytes =
      agent.render_heartbeat("7d1b5f9a02c34e8fb6a1c0d9e2f37a54", GenuineAgent::kBusyFrame, "monitor.example.org");
  CHECK(bytes.substr(0, bytes.size() - 32) == expected);
  const std::vector<std::uint8_t> body(bytes.end() - 32, bytes.end());
  const auto frame = wire::decode_frame(body, {});
  REQUIRE(frame.has_value());
  CHECK(frame->cpu_x100 == 1'250);
}

TEST_CASE("a base with a slash at its end makes the genuine agent ask with two") {
  const GenuineAgent agent({.token = kToken, .base = "http://127.0.0.1:8080/"});
  CHECK(agent.render_config_request("127.0.0.1:8080").starts_with("GET //api/agents/config HTTP/1.1\r\n"));
  CHECK(agent.render_heartbeat(std::string(32, '0'), GenuineAgent::kFirstFrame, "x")
            .starts_with("POST /api/agents/heartbeat HTTP/1.1\r\n"));
}

TEST_CASE("what our server renders, the genuine agent accepts") {
  GenuineAgent agent({.token = kToken, .base = "https://monitor.example.org"});
  CHECK(agent.on_config(
      answer(200, wire::render_config({.version = 7, .interval_seconds = 15, .metrics = {.load = false}}))));
  CHECK(agent.config_version() == 7);
  CHECK(agent.interval_seconds() == 15);
  CHECK(agent.metrics() == std::array<bool, 4>{true, true, true, false});
  CHECK(agent.on_assignment(answer(200, wire::render_assignment("https://monitor.example.org"))));
  CHECK(agent.assignment_was_rejected());  // not below connlog.com: harmless, the address is the same
  CHECK(agent.heartbeat_url() == "https://monitor.example.org/api/agents/heartbeat");
  const auto reaction =
      agent.on_heartbeat(answer(200, wire::render_heartbeat_reply({.server_time = {1}, .config_outdated = true})), 1);
  CHECK(reaction.does == Does::sleep_until_cadence);
  CHECK(reaction.fetches_config);
}

// A refusal in connlog's words, or none for the other statuses.
std::string refusal_of(int status) {
  const auto worded = [](std::string_view code) { return fmt::format(R"({{"ok":false,"error":"{}"}})", code); };
  if (status == 400) return worded("INVALID_FRAME");
  if (status == 401) return worded("UNAUTHORIZED");
  if (status == 403) return worded("MACHINE_MISMATCH");
  if (status == 423) return worded("AGENT_DISABLED");
  if (status == 429) return worded("RATE_LIMITED");
  return "";
}

TEST_CASE("the emulator and our own agent wait alike after what connlog answers; outages ours waits out at random") {
  SeededRandom dice(7);
  GenuineAgent genuine({.token = kToken, .base = "https://monitor.example.org"});
  REQUIRE(genuine.on_config(answer(200, wire::render_config({.version = 1, .interval_seconds = 30}))));
  Uplink ours({.base = "https://monitor.example.org"}, dice);
  Monotonic now{1};
  ours.start(now);
  UplinkStep step =
      ours.next(now, {.status = 200, .body = wire::render_config({.version = 1, .interval_seconds = 30})});
  const std::string good = wire::render_heartbeat_reply({.server_time = {1}});
  const int statuses[] = {200, 200, 201, 0, 500, 503, 429, 401, 403, 400, 423, 299};
  for (int cycle = 0; cycle < 2'000; ++cycle) {
    if (step.kind == UplinkStep::Kind::fetch_assignment) step = ours.next(now, {.status = 404});
    for (int attempt = 1;; ++attempt) {
      REQUIRE(step.kind == UplinkStep::Kind::heartbeat);
      const int status = statuses[dice.below(std::size(statuses))];
      const bool readable = dice.below(4) != 0;
      const std::string refusal = refusal_of(status);
      const std::string body = !refusal.empty() ? refusal : readable ? good : "{}";
      const std::string wait = status == 429 && dice.below(2) == 0 ? std::to_string(dice.below(5'000)) : "";
      CAPTURE(cycle);
      CAPTURE(status);
      const auto expected = genuine.on_heartbeat(answer(status, body, wait), attempt);
      step = ours.next(now, {.status = status,
                             .retry_after_seconds = wait.empty() ? std::optional<std::int64_t>{} : std::stoll(wait),
                             .body = body});
      REQUIRE(step.kind == UplinkStep::Kind::wait);
      if (expected.does == Does::retry) {
        REQUIRE(step.wait < milliseconds(1'000));
        step = ours.next(now, {});
        continue;
      }
      const bool is_outage = refusal.empty() || (status == 429 && wait.empty());
      if (expected.does == Does::sleep && is_outage) {
        REQUIRE(step.wait >= seconds(30));  // §18: one to three intervals
        REQUIRE(step.wait <= seconds(90));
      } else if (expected.does == Does::sleep) {
        REQUIRE(step.wait == seconds(expected.seconds));
      } else {
        REQUIRE(expected.does == Does::sleep_until_cadence);
        REQUIRE(step.wait >= seconds(30));
        REQUIRE(step.wait <= seconds(33));
      }
      now = now + step.wait;
      step = ours.next(now, {});
      break;
    }
  }
}
