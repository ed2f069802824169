#include "web/api/middleware/guard.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/checks/probe_wire.h"
#include "core/net/address_range.h"
#include "web/server/certificates.h"
#include "core/base/log.h"
#include "web/api/middleware/proxies.h"
#include "web/api/notify/mail_page.h"
#include "web/server/own_names.h"
#include "web/api/routes.h"
#include "web/api/json_body.h"
#include "web/server/problem.h"

namespace connlog::web {
namespace {

constexpr std::size_t kAgentBodyBytesMax = 1024;     // a heartbeat is 32 bytes
constexpr std::size_t kUnknownHostsTold = 16;        // in the log
constexpr std::size_t kMailPageBodyBytesMax = 1024;  // a field or two

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// "Monitor.example.org.:8443" → "monitor.example.org"; "[::1]:8080" → "::1". Empty: not a host.
std::string host_name(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = host.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return {};
    return lower(host.substr(1, end - 1));
  }
  if (std::count(host.begin(), host.end(), ':') > 1) return {};
  std::string name = lower(host.substr(0, host.find(':')));
  if (!name.empty() && name.back() == '.') name.pop_back();
  return name;
}

bool is_address(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

std::string_view without_scheme(std::string_view url) {
  const std::size_t at = url.find("://");
  return at == std::string_view::npos ? url : url.substr(at + 3);
}

bool changes_something(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

std::size_t body_bytes_max(const HttpRequest& request, bool agent, bool form) {
  if (agent) return request.path() == kProbePath ? kProbeRequestBytesMax : kAgentBodyBytesMax;
  return form ? kMailPageBodyBytesMax : kBodyBytesMax;
}

// The refusal of a body whose size or media type no route accepts, decided from the head.
std::optional<Reply> refuse_body(const HttpRequest& request, bool agent, Rendering& rendering) {
  const std::string_view encoding = request.header("Content-Encoding");
  const std::string_view type = request.header("Content-Type");
  std::uint64_t length = 0;
  const std::string_view length_text = request.header("Content-Length");
  std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
  const bool form =
      is_mail_page_path(request.path()) && (starts_with(lower(type), "application/x-www-form-urlencoded") ||
                                            starts_with(lower(type), "multipart/form-data"));
  if ((!encoding.empty() && encoding != "identity") || (!form && starts_with(lower(type), "multipart/"))) {
    rendering.close = true;
    return problem_of_status(415);
  }
  if (!agent && !form && length > 0 && !starts_with(lower(type), "application/json")) {
    rendering.close = true;
    return problem_of_status(415);
  }
  if (length > body_bytes_max(request, agent, form)) {
    rendering.close = true;
    return problem_of_status(413);
  }
  return std::nullopt;
}

}  // namespace

// A bucket untouched for the time of a refill is full again, so its entry can be dropped.
AddressLimiter::AddressLimiter(const Clock& clock, Random& random, double burst, double per_second)
    : clock_(clock),
      digest_(random),
      burst_(burst),
      per_second_(per_second),
      buckets_(kAddressesMax, std::chrono::ceil<microseconds>(std::chrono::duration<double>(burst / per_second))) {}

bool is_mail_page_path(std::string_view path) {
  return starts_with(path, "/r/");
}

int AddressLimiter::take(std::string_view address) {
  const ShortDigest unit = digest_.of(0, address_unit(address));
  const Monotonic now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  Bucket& bucket = buckets_.use(unit, now);
  bucket.tokens =
      bucket.at == Monotonic{}
          ? burst_
          : std::min(burst_, bucket.tokens + std::chrono::duration<double>(now - bucket.at).count() * per_second_);
  bucket.at = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return 0;
  }
  return std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / per_second_)));
}

std::size_t AddressLimiter::size() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

Guard::Guard(const WebOptions& options, const Clock& clock, Random& random)
    : options_(options), limiter_(clock, random, options.requests_burst, options.requests_per_second) {
  names_ = {"localhost", host_name(without_scheme(options.public_url))};
  for (const Listener& listener : options.listeners) names_.insert(lower(listener.address));
  for (const std::string& name : options.public_names) names_.insert(lower(name));
  for (std::string& name : machine_names()) names_.insert(std::move(name));
  names_.erase("");
}

bool Guard::is_our_host(std::string_view host) const {
  const std::string name = host_name(host);
  return !name.empty() && (names_.contains(name) || is_address(name));
}

bool Guard::is_our_origin(std::string_view origin, std::string_view host, bool tls) const {
  const std::string given = lower(origin);
  return given == lower(options_.public_url) || given == (tls ? "https://" : "http://") + lower(host);
}

// With HSTS no person can pass a certificate that their browser does not know. So it is sent only with a certificate of
// a public authority. Behind a proxy, public_url says whether that is so.
bool Guard::is_vouched_for(const HttpRequest& request) const {
  const std::string host = host_name(request.header("Host"));
  if (!request.peer().proxied)
    return options_.certificates != nullptr && may_send_hsts(host, options_.certificates->is_own());
  return may_send_hsts(host, false) && starts_with(options_.public_url, "https://") &&
         host == host_name(without_scheme(options_.public_url));
}

// Where people come by https, no cookie may ever go in the clear, also if a proxy does not say that it speaks https. The
// exception is a browser on this machine itself (and a tunnel to it): it came by http://127.0.0.1, nothing stands
// between, and not every browser keeps a Secure cookie there.
bool Guard::wants_secure_cookies(const HttpRequest& request) const {
  if (!options_.public_url_is_set || !starts_with(options_.public_url, "https://")) return false;
  const Peer& peer = request.peer();
  const std::string host = host_name(request.header("Host"));
  const bool names_this_machine = host == "localhost" || host == "::1" || starts_with(host, "127.");
  const bool direct = peer.loopback && !peer.proxied && names_this_machine && !shows_a_proxy(request) &&
                      !starts_with(lower(request.header("Origin")), "https://");
  return !direct;
}

// The refusal of a name that is not ours: a page for people, a problem for programs.
Reply Guard::unknown_host(const HttpRequest& request, Rendering& rendering) const {
  const std::string name = host_name(request.header("Host"));
  const bool shown = is_host_name(name);
  log_unknown_host(shown ? name : std::string());
  const bool reads = request.method() == "GET" || request.method() == "HEAD";
  if (!reads || starts_with(request.path(), "/api/") ||
      request.header_list("Accept").find("text/html") == std::string::npos) {
    return problem(421, "unknown_host",
                   fmt::format("This server does not answer to that name. Open {} instead, or add the name to "
                               "public_names in connlog.toml.",
                               options_.public_url));
  }
  rendering.face = Face::page;
  MailPage page{.status = 421, .title = "connlog does not know itself by this name"};
  page.paragraphs.push_back(
      shown
          ? fmt::format("Your browser asked for \"{}\". connlog answers only to names that it knows to be its own, so "
                        "that no other site can pose as it.",
                        name)
          : std::string("Your browser asked for a name that cannot be one of a host."));
  page.paragraphs.push_back(fmt::format("Open {} instead, or use the machine's IP address.", options_.public_url));
  if (shown) {
    page.paragraphs.push_back(
        fmt::format("If the name is right, whoever runs this appliance adds it to connlog.toml and "
                    "restarts connlog: public_names = [\"{0}\"]. As an environment variable: "
                    "CONNLOG_PUBLIC_NAMES={0}. Behind a proxy, let the proxy pass on Host instead.",
                    name));
  }
  return mail_page_reply(page);
}

// Once for each name, and for a few names alone: anybody can ask for any.
void Guard::log_unknown_host(const std::string& name) const {
  {
    const std::lock_guard lock(told_mutex_);
    if (told_hosts_.size() >= kUnknownHostsTold || !told_hosts_.insert(name).second) return;
  }
  log_warning("host.unknown",
              {{"host", name}, {"text", "Refused. If it is a name of this appliance, add it to public_names."}});
}

// The refusal of a request with a foreign Host, or from another site.
std::optional<Reply> Guard::refuse_foreign(const HttpRequest& request, Rendering& rendering) const {
  if (request.header_count("Host") != 1 || !is_our_host(request.header("Host"))) {
    rendering.close = true;
    return unknown_host(request, rendering);
  }
  // The pages of mails: the token in the address is the right, and mail programs post from wherever they are (RFC
  // 8058).
  if (changes_something(request.method()) && !is_mail_page_path(request.path())) {
    // A browser always sends the origin of such a request; a program need not.
    const bool foreign = request.header_count("Origin") > 1 ||
                         (request.header_count("Origin") == 1 &&
                          !is_our_origin(request.header("Origin"), request.header("Host"), request.peer().tls));
    if (foreign || request.header("Sec-Fetch-Site") == "cross-site") {
      return problem(403, "foreign_origin",
                     "This request comes from another site. Open connlog itself and try again there.");
    }
  }
  return std::nullopt;
}

std::optional<Reply> Guard::check(const HttpRequest& request, Rendering& rendering) {
  const std::string_view path = request.path();
  const Route* row = find_route(request.method(), path);
  const auto is_of = [row](Permission::Kind kind) { return row != nullptr && row->permission.kind() == kind; };
  const bool agent = is_of(Permission::Kind::agent);
  const bool data = starts_with(path, "/api/") || is_of(Permission::Kind::machine);
  const bool by_address = row != nullptr && row->permission.is_by_address();
  rendering.face = agent ? Face::agent : by_address ? Face::address : data ? Face::api : Face::page;
  rendering.any_origin = row != nullptr && row->permission.is_from_any_page();
  rendering.hsts = !agent && request.peer().tls && is_vouched_for(request);
  rendering.secure_cookies = !agent && wants_secure_cookies(request);

  if (row == nullptr || !row->permission.answers_any_host()) {
    if (auto refused = refuse_foreign(request, rendering)) return refused;
  }
  const bool any_body = row != nullptr && row->permission.takes_any_body();
  if (!any_body) {
    if (auto refused = refuse_body(request, agent, rendering)) return refused;
  }
  // Heartbeats have their own limit, by agent (core/agents), because all agents of a site may share one address. Pings
  // likewise, by check (core/monitors/pings.h).
  if (agent || by_address) return std::nullopt;
  if (const int wait = limiter_.take(request.peer().address); wait > 0) {
    return problem(Error{ErrorCode::rate_limited,
                         fmt::format("Too many requests from this address. Try again in {} s.", wait),
                         {},
                         {},
                         wait});
  }
  return std::nullopt;
}

}  // namespace connlog::web
