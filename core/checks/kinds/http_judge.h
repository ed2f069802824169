// What an answer over HTTP means for a check: status, unasked compression, keyword, JSON. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/checks/check.h"
#include "core/checks/kinds/http_fields.h"

namespace connlog {

inline constexpr std::size_t kHttpBodyMax = 1'048'576;
inline constexpr std::size_t kHttpHeadMax = 65'536;  // status lines and headers together
inline constexpr int kRedirectsMax = 10;

// The last answer, as far as it was read.
struct HttpSeen {
  int status = 0;
  std::string content_type, content_encoding, location;
  std::string body;
  bool body_is_cut = false;  // there was more than kHttpBodyMax
};

struct HttpJudgement {
  CheckVerdict verdict = CheckVerdict::up;
  CheckReason reason = CheckReason::ok;
  std::string text = {};
};
HttpJudgement judge_http(const HttpPlan& plan, const HttpSeen& seen);

// "503 Service Unavailable"; the words are ours, never the server's.
std::string status_text(int status);
bool is_redirect(int status);

// Whether the text is in the other, in time linear in both (Knuth, Morris and Pratt).
bool has_text(std::string_view haystack, std::string_view needle);

// A piece of a stranger's text for a line that people read: harmless, at most 60 bytes, in quotes.
std::string quoted(std::string_view text);

}  // namespace connlog
