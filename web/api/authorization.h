// The bearer tokens of a request, among whatever else stands in its Authorization fields: proxies and other applications
// on the same name add Basic, Negotiate and tokens of their own, in the same field or in one beside it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/server/http_server.h"

namespace connlog::web {

// Every "Bearer <prefix>…" (the scheme in any case, RFC 9110 §11.1), without the scheme, in the order of arrival.
std::vector<std::string> bearer_tokens(const HttpRequest& request, std::string_view prefix);

// The value of Authorization for a program that comes with a token of ours: the one field that has it; without one, the
// field as it arrived.
std::string authorization_of(const HttpRequest& request, std::string_view prefix);

}  // namespace connlog::web
