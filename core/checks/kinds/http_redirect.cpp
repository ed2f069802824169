#include "core/checks/kinds/http_redirect.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "core/base/text.h"
#include "core/checks/kinds/http_judge.h"

namespace connlog {
namespace {

constexpr std::size_t kUrlBytesMax = 8 * 1024;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string out = text;
  curl_free(text);
  return out;
}

}  // namespace

Redirect redirect_of(const std::string& base, const std::string& location) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  const auto broken = [&] { return Redirect{fmt::format("redirects to {}, which is no web address", quoted(location))}; };
  const bool is_plain = location.size() <= kUrlBytesMax && std::ranges::none_of(location, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\';
  });
  if (!is_plain || curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, location.c_str(), CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE) != CURLUE_OK) {
    return broken();
  }
  Redirect redirect;
  redirect.target.scheme = part(url.get(), CURLUPART_SCHEME);
  if (redirect.target.scheme != "http" && redirect.target.scheme != "https")
    return {fmt::format("redirects to an address of {}, which is not followed", quoted(redirect.target.scheme))};
  if (!part(url.get(), CURLUPART_USER).empty() || !part(url.get(), CURLUPART_PASSWORD).empty())
    return {"redirects to an address with credentials in it, which is not followed"};
  curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
  std::string host = folded(part(url.get(), CURLUPART_HOST));
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  redirect.target.host = host;
  const std::string port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), redirect.target.port);
  redirect.url = part(url.get(), CURLUPART_URL);
  if (!is_host(host) || redirect.target.port == 0 || redirect.url.empty()) return broken();
  return redirect;
}

bool is_same_place(const HttpUrl& from, const HttpUrl& to) {
  if (from.host != to.host) return false;
  if (from.scheme == to.scheme && from.port == to.port) return true;
  return from.scheme == "http" && from.port == 80 && to.scheme == "https" && to.port == 443;
}

}  // namespace connlog
