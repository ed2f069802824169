// From results to states: retries, recovery, and what is unknown.
#include <doctest/doctest.h>

#include "core/monitors/confirmation.h"

using namespace connlog;

namespace {

constexpr ConfirmBy kTwoRetries{.retries = 2, .recover_after = 1, .retry_interval = seconds(15)};

struct Confirming {
  Confirmation confirmation;
  Instant now{1'795'000'000'000'000};
  ConfirmBy by = kTwoRetries;

  Confirmed see(CheckVerdict verdict) {
    now = now + seconds(15);
    CheckResult result;
    result.at = now;
    result.verdict = verdict;
    return confirm(confirmation, result, by);
  }
};

}  // namespace

TEST_CASE("the first result that is up settles at once; a failure only after its retries, from its first result on") {
  Confirming up;
  CHECK(up.see(CheckVerdict::up).settles == CheckVerdict::up);
  CHECK_FALSE(up.see(CheckVerdict::up).settles.has_value());

  Confirming down;
  const Confirmed first = down.see(CheckVerdict::down);
  const Instant since = down.now;
  CHECK_FALSE(first.settles.has_value());
  CHECK(first.retry_soon);
  CHECK(down.see(CheckVerdict::down).retry_soon);
  const Confirmed last = down.see(CheckVerdict::down);
  CHECK(last.settles == CheckVerdict::down);
  CHECK(last.since == since);
  CHECK_FALSE(last.retry_soon);
}

TEST_CASE("a good result in between begins the count of failures anew") {
  Confirming seen;
  seen.see(CheckVerdict::up);
  seen.see(CheckVerdict::down);
  seen.see(CheckVerdict::down);
  CHECK_FALSE(seen.see(CheckVerdict::up).settles.has_value());
  seen.see(CheckVerdict::down);
  CHECK_FALSE(seen.see(CheckVerdict::down).settles.has_value());
  CHECK(seen.see(CheckVerdict::down).settles == CheckVerdict::down);
}

TEST_CASE("what is unknown settles at once, and counts neither for nor against a failure") {
  Confirming seen;
  seen.see(CheckVerdict::up);
  seen.see(CheckVerdict::down);
  seen.see(CheckVerdict::down);
  CHECK(seen.see(CheckVerdict::unknown).settles == CheckVerdict::unknown);
  CHECK_FALSE(seen.see(CheckVerdict::unknown).settles.has_value());
  CHECK(seen.see(CheckVerdict::down).settles == CheckVerdict::down);
}

TEST_CASE("what is down stays down while nobody can look, and recovers by a good result") {
  Confirming seen;
  for (int i = 0; i < 3; ++i) seen.see(CheckVerdict::down);
  CHECK_FALSE(seen.see(CheckVerdict::unknown).settles.has_value());
  CHECK(seen.confirmation.settled == CheckVerdict::down);
  CHECK(seen.see(CheckVerdict::up).settles == CheckVerdict::up);
}

TEST_CASE("recovery wants as many good results in a row as are set, degraded ones among them") {
  Confirming seen;
  seen.by.recover_after = 3;
  for (int i = 0; i < 3; ++i) seen.see(CheckVerdict::down);
  CHECK(seen.see(CheckVerdict::up).retry_soon);
  const Instant since = seen.now;
  CHECK_FALSE(seen.see(CheckVerdict::degraded).settles.has_value());
  const Confirmed last = seen.see(CheckVerdict::up);
  CHECK(last.settles == CheckVerdict::up);
  CHECK(last.since == since);

  for (int i = 0; i < 3; ++i) seen.see(CheckVerdict::down);
  seen.see(CheckVerdict::up);
  seen.see(CheckVerdict::down);  // not yet
  seen.see(CheckVerdict::up);
  CHECK_FALSE(seen.see(CheckVerdict::up).settles.has_value());
}

TEST_CASE("up and degraded change at once") {
  Confirming seen;
  seen.see(CheckVerdict::up);
  CHECK(seen.see(CheckVerdict::degraded).settles == CheckVerdict::degraded);
  CHECK(seen.see(CheckVerdict::up).settles == CheckVerdict::up);
}

TEST_CASE("without retries the first failure settles") {
  Confirming seen;
  seen.by.retries = 0;
  CHECK(seen.see(CheckVerdict::down).settles == CheckVerdict::down);
}

TEST_CASE("after an absence of ours failures are counted anew, and the settled state stays") {
  Confirming seen;
  seen.see(CheckVerdict::up);
  seen.see(CheckVerdict::down);
  seen.see(CheckVerdict::down);
  start_again(seen.confirmation);
  CHECK(seen.confirmation.settled == CheckVerdict::up);
  seen.see(CheckVerdict::down);
  CHECK_FALSE(seen.see(CheckVerdict::down).settles.has_value());
  CHECK(seen.see(CheckVerdict::down).settles == CheckVerdict::down);
}

TEST_CASE("failures from before a long time in which nobody could look do not count") {
  Confirming seen;
  seen.see(CheckVerdict::up);
  seen.see(CheckVerdict::down);
  seen.see(CheckVerdict::down);
  for (int i = 0; i < 40; ++i) seen.see(CheckVerdict::unknown);  // ten minutes
  CHECK_FALSE(seen.see(CheckVerdict::down).settles.has_value());
  CHECK_FALSE(seen.see(CheckVerdict::down).settles.has_value());
  CHECK(seen.see(CheckVerdict::down).settles == CheckVerdict::down);
}
