#include "web/server/reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace connlog::web {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

// The Date field's value (RFC 9110 §5.6.7). Each thread formats it at most once a second.
const std::string& http_date(Instant now) {
  thread_local std::int64_t shown = -1;
  thread_local std::string text;
  const std::int64_t second = now.micros / 1'000'000;
  if (second == shown) return text;
  static constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string iso = to_iso8601(Instant{second * 1'000'000});  // "2026-11-24T09:15:02Z"
  const auto month = static_cast<std::size_t>((iso[5] - '0') * 10 + (iso[6] - '0'));
  const std::int64_t days = (second >= 0 ? second : second - 86'399) / 86'400;
  const auto weekday = static_cast<std::size_t>((days % 7 + 7) % 7);
  text = fmt::format("{}, {} {} {} {} GMT", kDays[weekday], iso.substr(8, 2), kMonths[month - 1], iso.substr(0, 4),
                     iso.substr(11, 8));
  shown = second;
  return text;
}

constexpr std::string_view kPagePolicy =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types connlog\r\n";

constexpr std::string_view kPageHeaders =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(), usb=()\r\n";

constexpr std::string_view kApiHeaders =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

constexpr std::string_view kOwnOriginHeaders = "Cross-Origin-Resource-Policy: same-origin\r\n";

constexpr std::string_view kAddressHeaders =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n";

constexpr std::string_view kAnyOriginHeaders =
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Expose-Headers: Ping-Body-Limit, Retry-After\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n";

constexpr std::string_view kAgentHeaders = "X-Content-Type-Options: nosniff\r\n";

// Whether `value` may be sent as a field value. A field whose value has a line break or another control character is
// left out (threat 20: no CR/LF into protocols).
bool is_field_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) || c == '\t'; });
}

bool has_header(const Reply& reply, std::string_view name) {
  return std::any_of(reply.headers.begin(), reply.headers.end(),
                     [&](const auto& header) { return header.first == name; });
}

}  // namespace

std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Reply json_reply(int status, const nlohmann::json& body) {
  return Reply{.status = status, .content_type = "application/json", .body = dump(body)};
}

Reply text_reply(int status, std::string body) {
  return Reply{.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(body)};
}

Reply no_content() {
  return Reply{.status = 204};
}

Reply tagged(Reply reply, std::int64_t version) {
  reply.headers.emplace_back("ETag", fmt::format("\"{}\"", version));
  return reply;
}

std::string render_head(const Reply& reply, const Rendering& rendering, std::uint64_t length, Instant now) {
  std::string head;
  head.reserve(256 + (rendering.face == Face::page ? kPagePolicy.size() + kPageHeaders.size() : 0));
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\nDate: {}\r\n", reply.status, reason(reply.status),
                 http_date(now));
  if (!reply.content_type.empty()) fmt::format_to(std::back_inserter(head), "Content-Type: {}\r\n", reply.content_type);
  // RFC 9110 §8.6: 204 carries no length, 304 need not.
  if (reply.status != 204 && reply.status != 304)
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", length);
  for (const auto& [name, value] : reply.headers) {
    if (!is_field_value(value)) continue;
    const bool add_secure = rendering.secure_cookies && name == "Set-Cookie" && value.find("; Secure") == value.npos;
    fmt::format_to(std::back_inserter(head), "{}: {}{}\r\n", name, value, add_secure ? "; Secure" : "");
  }
  if (!has_header(reply, "Cache-Control")) head += "Cache-Control: no-store\r\n";
  if (rendering.close) head += "Connection: close\r\n";
  if (rendering.hsts) head += "Strict-Transport-Security: max-age=31536000\r\n";
  switch (rendering.face) {
    case Face::page:
      // Pages without a script set a stricter policy of their own (web/api/notify/mail_page).
      if (!has_header(reply, "Content-Security-Policy")) head += kPagePolicy;
      head += kPageHeaders;
      break;
    case Face::api:
      head += kApiHeaders;
      if (!rendering.any_origin) head += kOwnOriginHeaders;
      break;
    case Face::agent:
      head += kAgentHeaders;
      break;
    case Face::address:
      head += kAddressHeaders;
      if (!rendering.any_origin) head += kOwnOriginHeaders;
      break;
  }
  if (rendering.any_origin) head += kAnyOriginHeaders;
  head += "\r\n";
  return head;
}

void Exchange::send(Reply reply) {
  const After after = rendering_.close ? After::close : After::keep_alive;
  if (reply.source) {
    std::string head = render_head(reply, rendering_, reply.source_length, clock_->now());
    if (rendering_.head_only) return responder_.send(std::move(head), after);
    return responder_.send_body(std::move(head), std::move(reply.source), reply.source_length, after);
  }
  const std::string_view body = reply.static_body.empty() ? std::string_view(reply.body) : reply.static_body;
  std::string wire = render_head(reply, rendering_, body.size(), clock_->now());
  if (!rendering_.head_only && reply.status != 204 && reply.status != 304) wire += body;
  responder_.send(std::move(wire), after);
}

std::shared_ptr<EventStream> Exchange::stream(const Reply& head) {
  // No length and no chunks: the stream ends with the connection (RFC 9112 §6.3, rule 8).
  rendering_.close = true;
  std::string text = render_head(head, rendering_, 0, clock_->now());
  const std::string_view length = "Content-Length: 0\r\n";
  text.erase(text.find(length), length.size());
  return responder_.stream(std::move(text));
}

}  // namespace connlog::web
