// When a ping that does not come is late, missing, or not to be judged.
#include <doctest/doctest.h>

#include "core/monitors/ping_deadlines.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

// A job that pings every ten minutes, with a grace of five; connlog has been there for a day.
struct Waiting {
  Instant wall{1'795'000'000'000'000};
  Monotonic now{100'000'000'000};
  PingSettings settings;
  PingState state;
  Presence presence;
  PingExpected expected;

  Waiting() {
    settings.period = 600s;
    settings.grace = 300s;
    presence.began(wall - 86'400s, now + microseconds(-86'400s));
    state = after_ping(settings, state, PingKind::success, {}, wall).state;
    expected = expected_ping(settings, state, wall, now).value();
  }
  void pass(seconds span) {
    wall = wall + span;
    now = now + span;
  }
  PingJudged judge() const { return judge_ping(settings, state, expected, presence.now(), wall, now); }
};

}  // namespace

TEST_CASE("a ping is late from the moment at which it was due, and missing at the end of its grace") {
  Waiting job;
  job.pass(599s);
  CHECK(job.judge().verdict == PingVerdict::in_time);
  job.pass(1s);
  CHECK(job.judge().verdict == PingVerdict::late);
  CHECK(job.judge().since == job.wall);
  job.pass(300s);
  CHECK(job.judge().verdict == PingVerdict::missing);
  CHECK(job.judge().since == job.wall);
  job.pass(40s);  // noticed late
  CHECK(job.judge().since == job.wall - 40s);
  CHECK_FALSE(job.judge().look_again.has_value());
}

TEST_CASE("a ping whose window overlaps an absence of ours is not missing; the next window decides") {
  Waiting job;
  job.pass(500s);
  job.pass(250s);
  job.presence.was_absent(250s, job.wall, job.now);  // it was due meanwhile
  CHECK(job.judge().verdict == PingVerdict::in_time);
  job.pass(299s);
  CHECK(job.judge().verdict == PingVerdict::in_time);
  job.pass(1s);
  CHECK(job.judge().verdict == PingVerdict::own_absence);
  job.pass(600s);  // a period and a grace after we came back
  CHECK(job.judge().verdict == PingVerdict::missing);
}

TEST_CASE("a start counts like the end of an absence") {
  Waiting job;
  job.pass(700s);
  job.presence.began(job.wall, job.now);
  job.pass(300s);
  const PingJudged judged = job.judge();
  CHECK(judged.verdict == PingVerdict::own_absence);
  const std::string text = sentence_of(judged.verdict, job.state, job.expected, job.presence.now());
  CHECK(text.starts_with("no ping since 2026-11-18 11:06 UTC, but connlog itself was not running until"));
}

TEST_CASE("a step of the wall clock moves no deadline of a period") {
  Waiting job;
  CHECK_FALSE(job.presence.step(job.wall, job.now).has_value());
  job.pass(300s);
  job.wall = job.wall - 7'200s;
  CHECK(job.presence.step(job.wall, job.now).value() == microseconds(-7'200s));
  job.pass(300s);
  CHECK(job.judge().verdict == PingVerdict::late);
  job.pass(300s);
  CHECK(job.judge().verdict == PingVerdict::missing);
}

TEST_CASE("time that the monotonic clock did not count is an absence, too: a machine that was paused") {
  Waiting job;
  static_cast<void>(job.presence.step(job.wall, job.now));
  job.pass(60s);
  job.wall = job.wall + 10'800s;
  CHECK(job.presence.step(job.wall, job.now).value() == microseconds(10'800s));
  job.pass(890s);
  CHECK(job.judge().verdict == PingVerdict::own_absence);
  job.pass(10s);  // a period and a grace since
  CHECK(job.judge().verdict == PingVerdict::missing);
}

TEST_CASE("a run that has begun is not late while its grace lasts, and missing afterwards") {
  Waiting job;
  job.pass(300s);
  job.state = after_ping(job.settings, job.state, PingKind::start, {}, job.wall).state;
  job.expected = expected_ping(job.settings, job.state, job.wall, job.now).value();
  job.pass(299s);
  CHECK(job.judge().verdict == PingVerdict::in_time);
  job.pass(1s);
  CHECK(job.judge().verdict == PingVerdict::missing);
  CHECK(sentence_of(PingVerdict::missing, job.state, job.expected, job.presence.now()).starts_with("its run that began at"));
}

TEST_CASE("a ping from the future, stamped by a clock that was wrong, keeps nobody waiting for years") {
  Waiting job;
  job.state.last_ping = job.wall + 1'000'000'000s;
  const PingExpected expected = expected_ping(job.settings, job.state, job.wall, job.now).value();
  CHECK(expected.due == job.now + 600s);
}
