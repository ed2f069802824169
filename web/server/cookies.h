// Cookies as browsers send and keep them. Pure; any worker.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "web/server/http_server.h"

namespace connlog::web {

// The value of the first cookie of this name; empty: none.
std::string cookie_value(const HttpRequest& request, std::string_view name);

// The device cookie (core/identity/known_device.h): kept beyond the session, as it opens nothing.
std::string_view device_cookie_name(bool tls);
std::string device_cookie(bool tls, std::string_view value);

}  // namespace connlog::web
