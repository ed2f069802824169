// Asks as a program with an API key would: the bearer header, no cookie, no CSRF token.
#pragma once

#include <string>

#include "tests/support/test_app.h"

namespace connlog {

inline ApiAnswer ask_with_key(TestApp& app, const std::string& token, const std::string& method,
                              const std::string& path, const std::string& body = {},
                              const std::string& address = "192.0.2.10") {
  Ask ask{.method = method, .path = path, .body = body, .headers = {{"Authorization", "Bearer " + token}}};
  ask.address = address;
  if (!body.empty()) ask.headers.emplace_back("Content-Type", "application/json");
  ask.as_browser = false;
  return app.send(ask);
}

}  // namespace connlog
