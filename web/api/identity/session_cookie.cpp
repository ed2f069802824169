#include "web/api/identity/session_cookie.h"

#include <fmt/format.h>

#include "web/server/cookies.h"

namespace connlog::web {

std::string_view session_cookie_name(bool tls) {
  return tls ? "__Host-connlog" : "connlog_loopback";
}

std::string session_cookie(bool tls, std::string_view token, seconds lifetime) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", session_cookie_name(tls), token,
                     lifetime.count(), tls ? "; Secure" : "");
}

std::string ended_session_cookie(bool tls) {
  return fmt::format("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{}", session_cookie_name(tls),
                     tls ? "; Secure" : "");
}

std::string cookie_token(const HttpRequest& request) {
  return cookie_value(request, session_cookie_name(request.peer().tls));
}

}  // namespace connlog::web
