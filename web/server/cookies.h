// Reads cookies from requests and writes the device cookie. Pure; any worker.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "web/server/http_server.h"

namespace connlog::web {

// The value of the first cookie with this name; empty: none.
std::string cookie_value(const HttpRequest& request, std::string_view name);

// The device cookie (core/identity/known_device.h). It outlives the session, because it gives no access.
std::string_view device_cookie_name(bool tls);
std::string device_cookie(bool tls, std::string_view value);

}  // namespace connlog::web
