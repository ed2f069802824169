#include "core/net/retry_after.h"

#include <doctest/doctest.h>

namespace connlog {
namespace {

constexpr Instant kNow{784'111'777LL * 1'000'000};  // Sun, 06 Nov 1994 08:49:37 GMT

seconds asked(const std::string& text, const std::string& date = {}) {
  HttpAnswer answer;
  answer.headers.push_back({"retry-after", text});
  if (!date.empty()) answer.headers.push_back({"date", date});
  return retry_after(answer, kNow);
}

}  // namespace

TEST_CASE("an HTTP date is read in its three forms") {
  for (const char* const same :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    CAPTURE(same);
    CHECK(parse_http_date(same) == 784'111'777);
  }
  CHECK(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT") == 0);
  CHECK(parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT") == 1'709'251'199);
  for (const char* const odd : {"", "yesterday", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 19x4 08:49:37 GMT",
                                "tomorrow at 12:00:00 or later", "784111777", "20260101 00:00:00 and some more"}) {
    CAPTURE(odd);
    CHECK_FALSE(parse_http_date(odd).has_value());
  }
}

TEST_CASE("a server asks for a pause in seconds or with a date, and gets a day at most") {
  CHECK(asked("120") == seconds(120));
  CHECK(asked("0") == seconds(0));
  CHECK(asked("86401") == kRetryAfterMax);
  CHECK(asked("99999999999999999999999") == kRetryAfterMax);
  CHECK(asked("Sun, 06 Nov 1994 08:51:37 GMT") == seconds(120));
  CHECK(asked("Sunday, 06-Nov-94 08:51:37 GMT") == seconds(120));
  CHECK(asked("Sun Nov  6 08:51:37 1994") == seconds(120));
  CHECK(asked("Sun, 06 Nov 1994 08:49:00 GMT") == seconds(0));
  CHECK(asked("Sun, 06 Nov 1995 08:49:37 GMT") == kRetryAfterMax);
  // The server's clock is an hour ahead: what counts is the distance that it named.
  CHECK(asked("Sun, 06 Nov 1994 09:51:37 GMT", "Sun, 06 Nov 1994 09:49:37 GMT") == seconds(120));
}

TEST_CASE("nonsense in the place of a pause is no pause") {
  for (const char* const nonsense : {"", "soon", "-5", "1e3", "120 seconds", "12.5", "0x10", "Sunday", "+60"}) {
    CAPTURE(nonsense);
    CHECK(asked(nonsense) == seconds(0));
  }
  CHECK(retry_after(HttpAnswer{}, kNow) == seconds(0));
}

}  // namespace connlog
