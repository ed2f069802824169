// The difference of two clocks, by the Date of an answer.
#include "core/identity/oidc/clock_difference.h"

#include <doctest/doctest.h>

namespace connlog {

TEST_CASE("an HTTP date is read in the form that servers must send, and no other") {
  CHECK(oidc::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784'111'777);
  CHECK(oidc::parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT") == 0);
  CHECK(oidc::parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT") == 1'709'251'199);
  for (const char* const odd :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Feb 2024 00:00:00 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 19x4 08:49:37 GMT"}) {
    CAPTURE(odd);
    CHECK_FALSE(oidc::parse_http_date(odd).has_value());
  }
}

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
