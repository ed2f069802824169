// What a ping means: the order of decisions, what follows for the state, and when the next one is due. All of it pure.
#include "core/monitors/ping.h"

#include <doctest/doctest.h>

#include <string>

using namespace connlog;

namespace {

constexpr Instant kNoon{1'780'000'000'000'000};

Uuid run(std::uint8_t n) {
  Uuid uuid;
  uuid.bytes[15] = n;
  return uuid;
}

PingRequest request(PingKind asked = PingKind::success, std::string method = "GET", std::string body = {}) {
  PingRequest made;
  made.asked = asked;
  made.method = std::move(method);
  made.body = std::move(body);
  return made;
}

PingSettings by_words() {
  PingSettings settings;
  settings.filter_body = true;
  settings.success_words = "done, OK";
  settings.fail_words = "error,, panic ,";
  settings.start_words = "begin";
  return settings;
}

}  // namespace

TEST_CASE("an exit status above zero is a failure, whatever the address says") {
  const PingSettings settings;
  PingRequest made = request(PingKind::log);
  CHECK(decided_kind(settings, made) == PingKind::log);
  made.exit_status = 0;
  CHECK(decided_kind(settings, made) == PingKind::log);
  made.exit_status = 3;
  CHECK(decided_kind(settings, made) == PingKind::fail);
}

TEST_CASE("where POST alone counts, others are ignored and their body is not judged") {
  PingSettings settings = by_words();
  settings.post_only = true;
  CHECK(decided_kind(settings, request(PingKind::success, "GET", "error")) == PingKind::ignored);
  CHECK(decided_kind(settings, request(PingKind::success, "HEAD")) == PingKind::ignored);
  CHECK(decided_kind(settings, request(PingKind::success, "POST", "error")) == PingKind::fail);
}

TEST_CASE("the body overrides the address: failure first, then success, then start, by case-sensitive parts") {
  PingSettings settings = by_words();
  const auto kind = [&](std::string body, PingKind asked = PingKind::fail) {
    return decided_kind(settings, request(asked, "POST", std::move(body)));
  };
  CHECK(kind("all done, one error") == PingKind::fail);
  CHECK(kind("a panic", PingKind::success) == PingKind::fail);  // words are trimmed, blank ones count for nothing
  CHECK(kind("done, begin") == PingKind::success);
  CHECK(kind("we begin", PingKind::log) == PingKind::start);
  CHECK(kind("Done") == PingKind::ignored);
  CHECK(kind("caf\xE9 done \xFF") == PingKind::success);  // invalid UTF-8 breaks nothing
  settings.filter_default_fail = true;
  CHECK(kind("Done", PingKind::success) == PingKind::fail);
}

TEST_CASE("a paused check ignores pings only where somebody must resume it") {
  PingSettings settings;
  PingRequest made = request();
  made.is_paused = true;
  CHECK(decided_kind(settings, made) == PingKind::success);
  settings.manual_resume = true;
  CHECK(decided_kind(settings, made) == PingKind::ignored);
}

TEST_CASE("what previews a link is ignored, even where its exit status says failure") {
  PingRequest made = request();
  made.is_preview = true;
  made.exit_status = 1;
  CHECK(decided_kind({}, made) == PingKind::ignored);
}

TEST_CASE("a run's end has its duration, and another run's success leaves it open") {
  const PingSettings settings;
  PingState state = after_ping(settings, {}, PingKind::start, run(1), kNoon).state;
  CHECK(state.is_new);
  CHECK_FALSE(state.last_ping.is_set());

  const PingStep other = after_ping(settings, state, PingKind::success, run(2), kNoon + seconds(5));
  CHECK_FALSE(other.duration);
  CHECK(other.state.last_start == kNoon);
  const PingStep end = after_ping(settings, other.state, PingKind::success, run(1), kNoon + seconds(9));
  REQUIRE(end.duration);
  CHECK(*end.duration == seconds(9));
  CHECK(end.state.last_duration == seconds(9));
  CHECK_FALSE(end.state.last_start.is_set());

  // A failure of another run, or an end without a run's id, closes it without a duration.
  for (const auto& [kind, rid] :
       {std::pair(PingKind::fail, std::optional(run(2))), std::pair(PingKind::success, std::optional<Uuid>())}) {
    const PingStep closed = after_ping(settings, state, kind, rid, kNoon + seconds(5));
    CHECK_FALSE(closed.duration);
    CHECK_FALSE(closed.state.last_start.is_set());
  }
  // Both without an id belong together.
  const PingState bare = after_ping(settings, {}, PingKind::start, {}, kNoon).state;
  CHECK(after_ping(settings, bare, PingKind::success, {}, kNoon + seconds(3)).duration == seconds(3));
}

TEST_CASE("logs and ignored pings are counted and change nothing else") {
  PingState state = after_ping({}, {}, PingKind::success, {}, kNoon).state;
  for (const PingKind kind : {PingKind::log, PingKind::ignored}) {
    const PingState after = after_ping({}, state, kind, {}, kNoon + seconds(60)).state;
    CHECK(after.pings == state.pings + 1);
    CHECK(after.last_ping == kNoon);
    CHECK_FALSE(after.is_down);
  }
}

TEST_CASE("a failure is down at once, and a success is up again") {
  const PingState down = after_ping({}, {}, PingKind::fail, {}, kNoon).state;
  CHECK(down.is_down);
  CHECK_FALSE(due_of({}, down));
  const PingState up = after_ping({}, down, PingKind::success, {}, kNoon + seconds(1)).state;
  CHECK_FALSE(up.is_down);
  CHECK(due_of({}, up)->due == kNoon + seconds(1) + seconds(86'400));
}

TEST_CASE("the next ping is due a period after the last, or at the next slot in the zone, and down after the grace") {
  PingSettings settings;
  settings.period = seconds(600);
  settings.grace = seconds(60);
  CHECK_FALSE(due_of(settings, {}));  // new: nothing is expected
  PingState state = after_ping(settings, {}, PingKind::success, {}, kNoon).state;
  CHECK(due_of(settings, state)->due == kNoon + seconds(600));
  CHECK(due_of(settings, state)->down_at == kNoon + seconds(660));

  settings.schedule = "30 2 * * *";
  settings.zone = "Europe/Berlin";
  Instant saturday;
  REQUIRE(parse_iso8601("2026-03-28T12:00:00Z", saturday));
  state.last_ping = saturday;
  CHECK(to_iso8601(due_of(settings, state)->due) == "2026-03-29T01:00:00Z");  // 02:30 does not exist that night
}

TEST_CASE("an open run is due at its start, so the grace is the longest that it may take, also of a new check") {
  PingSettings settings;
  settings.grace = seconds(300);
  const PingState started = after_ping(settings, {}, PingKind::start, {}, kNoon).state;
  REQUIRE(due_of(settings, started));
  CHECK(due_of(settings, started)->down_at == kNoon + seconds(300));
}

TEST_CASE("after a pause the last ping is forgotten, and what came before stays counted") {
  PingState state = after_ping({}, {}, PingKind::success, {}, kNoon).state;
  state = after_resume(state);
  CHECK(state.is_new);
  CHECK(state.pings == 1);
  CHECK_FALSE(state.last_ping.is_set());
  CHECK_FALSE(due_of({}, state));
}
