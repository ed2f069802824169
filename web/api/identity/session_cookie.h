// The cookie that holds a session's token. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "web/server/http_server.h"

namespace connlog::web {

// "__Host-connlog" over TLS; browsers refuse that prefix over plain http, so another name there.
std::string_view session_cookie_name(bool tls);
std::string session_cookie(bool tls, std::string_view token, seconds lifetime);
std::string ended_session_cookie(bool tls);
// The session token that the browser sent; empty: none.
std::string cookie_token(const HttpRequest& request);

}  // namespace connlog::web
