#include "web/server/cookies.h"

#include <fmt/format.h>

#include <algorithm>

namespace connlog::web {
namespace {

constexpr seconds kDeviceLifetime{400 * 86'400};  // browsers keep no cookie longer

}  // namespace

std::string cookie_value(const HttpRequest& request, std::string_view name) {
  std::string_view rest = request.header("Cookie");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view pair = rest.substr(0, end);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    if (pair.size() > name.size() && pair.substr(0, name.size()) == name && pair[name.size()] == '=')
      return std::string(pair.substr(name.size() + 1));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

std::string_view device_cookie_name(bool tls) {
  return tls ? "__Host-connlog-device" : "connlog_device";
}

std::string device_cookie(bool tls, std::string_view value) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", device_cookie_name(tls), value,
                     kDeviceLifetime.count(), tls ? "; Secure" : "");
}

}  // namespace connlog::web
