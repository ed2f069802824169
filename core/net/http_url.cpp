#include "core/net/http_url.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "core/base/text.h"
#include "core/net/address_policy.h"
#include "core/net/idna.h"

namespace connlog {
namespace {

constexpr std::size_t kUrlMax = 2'000;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string out = text;
  curl_free(text);
  return out;
}

// What is wrong with an address that goes beyond ASCII. Its form with "xn--" is said where there is one.
Error not_ascii(std::string_view text, const std::string& field) {
  const std::string_view behind = text.substr(text.find("://") + 3);
  const std::string_view host = behind.substr(0, behind.find_first_of("/?#:"));
  const std::string ascii = is_utf8(host) ? domain_to_ascii(host) : std::string();
  if (!ascii.empty() && ascii != folded(host))
    return invalid(field, "An address is written in ASCII. Write the host as " + ascii + ".");
  return invalid(field, "An address is written in ASCII. Give other letters percent-encoded, such as %C3%A4.");
}

}  // namespace

Result<HttpUrl> check_http_url(std::string_view text, const std::string& field) {
  const Error wrong = invalid(field, "This is not a web address such as https://example.org/path.");
  if (text.empty() || text.size() > kUrlMax) return wrong;
  const std::string begin = folded(text.substr(0, 8));
  if (!begin.starts_with("https://") && !begin.starts_with("http://"))
    return invalid(field, "The address must begin with https:// or http://.");
  const bool is_ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!is_ascii) return not_ascii(text, field);
  // libcurl accepts ":///", and percent-encodes or strips odd characters. They are refused, so that the stored address
  // is the one that is used.
  if (text.find(":///") != std::string_view::npos) return wrong;
  if (!std::ranges::all_of(
          text, [](char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>'; })) {
    return wrong;
  }
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  const std::string copy(text);
  const CURLUcode code =
      curl_url_set(url.get(), CURLUPART_URL, copy.c_str(), CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME);
  if (code == CURLUE_USER_NOT_ALLOWED) {
    return invalid(field,
                   "A user name or a password in the address would be readable for everybody here. Leave it out.");
  }
  if (code != CURLUE_OK) return wrong;
  HttpUrl out;
  out.scheme = part(url.get(), CURLUPART_SCHEME);
  if (out.scheme != "http" && out.scheme != "https")
    return invalid(field, "The address must begin with https:// or http://.");
  if (!part(url.get(), CURLUPART_FRAGMENT).empty())
    return invalid(field, "Leave out what follows the #: it is never sent.");
  out.host = part(url.get(), CURLUPART_HOST);
  std::ranges::transform(out.host, out.host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (out.host.size() > 2 && out.host.front() == '[') out.host = out.host.substr(1, out.host.size() - 2);
  const std::string port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (!is_host(out.host) || out.port == 0) return wrong;
  return out;
}

bool is_host(std::string_view text) {
  IpAddress address;
  if (parse_ip(text, address)) return text.front() != '[';
  if (text.empty() || text.size() > 253 || text.front() == '.' || text.front() == '-' ||
      text.find("..") != std::string_view::npos) {
    return false;
  }
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

}  // namespace connlog
