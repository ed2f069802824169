// The difference of two clocks, by the Date of an answer.
#include "core/identity/oidc/clock_difference.h"

#include <doctest/doctest.h>

namespace connlog {

TEST_CASE("the time for which a cache held an answer is no difference of the clocks") {
  const Instant now{784'111'777LL * 1'000'000};
  HttpAnswer answer;
  CHECK_FALSE(oidc::clock_ahead_of(answer, now).has_value());
  answer.headers = {{"date", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  CHECK(oidc::clock_ahead_of(answer, now) == 0);
  CHECK(oidc::clock_ahead_of(answer, now + seconds(95)) == -95);
  CHECK(oidc::clock_ahead_of(answer, now - seconds(95)) == 95);
  answer.headers.push_back({"age", "95"});
  CHECK(oidc::clock_ahead_of(answer, now + seconds(95)) == 0);
  answer.headers = {{"date", "yesterday"}};
  CHECK_FALSE(oidc::clock_ahead_of(answer, now).has_value());
}

}  // namespace connlog
