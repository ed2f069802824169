// The one place where an Error becomes HTTP: RFC 9457 problem details, `{type, title, status, code, detail, field?,
// retry_after?}`. `code` is stable and for programs, `detail` is for people. An Error's `cause` goes to the log, never
// to the client. Pure except for the log; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "web/server/reply.h"

namespace connlog::web {

// `if_match`: the request had If-Match, so a conflict means that this condition failed (412).
Reply problem(const Error& error, bool if_match = false);

// For refusals that only exist in HTTP: "bad_credentials", "csrf", "method_not_allowed", …
Reply problem(int status, std::string_view code, std::string detail);

// The answer for a status with which the HTTP library refused a request (400, 413, 414, …).
Reply problem_of_status(int status);

}  // namespace connlog::web
