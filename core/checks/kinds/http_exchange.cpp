#include "core/checks/kinds/http_exchange.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/text.h"
#include "core/base/version.h"

namespace connlog {
namespace {

constexpr std::size_t kAddressesMax = 8;  // tried, of one name
constexpr milliseconds kConnectAtLeast{250};
constexpr std::size_t kFailureBytes = 160;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// "HTTP/1.1 200 OK" → 200; 0: it has none.
int status_of(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos || line.size() < blank + 4) return 0;
  int status = 0;
  const auto read = std::from_chars(line.data() + blank + 1, line.data() + blank + 4, status);
  return read.ec == std::errc() ? status : 0;
}

microseconds added(microseconds a, microseconds b) {
  if (a.count() < 0) return b;
  return b.count() < 0 ? a : a + b;
}

std::string place(const IpAddress& address, std::uint16_t port) {
  return fmt::format("{} port {}", to_text(address), port);
}

// What libcurl and mbedTLS say of a handshake ("ssl_handshake returned: (-0x7280) SSL - …"), for people.
std::string handshake_text(std::string_view message) {
  const auto has = [&](std::string_view code) { return message.find(code) != std::string_view::npos; };
  if (has("(-0x7280)")) return "the connection was closed in between; perhaps nobody speaks TLS on this port";
  if (has("(-0x7200)") || has("(-0x7700)")) return "what came back is no TLS; perhaps this port speaks plain HTTP";
  if (has("(-0x7780)")) return "the server refused it with an alert";
  if (has("(-0x6E80)")) return "the server speaks neither TLS 1.2 nor 1.3";
  if (has("(-0x6E00)")) return "there is no common way to talk TLS";
  if (const std::size_t code = message.find("(-0x"); code != std::string_view::npos) {
    const std::size_t words = message.find(" - ", code);
    if (words != std::string_view::npos) return std::string(message.substr(words + 3));
  }
  return std::string(message);
}

bool is_connect_failure(int code) {
  return code == CURLE_COULDNT_CONNECT;
}

}  // namespace

// The request to one address.
class HttpExchange::Hop {
 public:
  Hop(HttpExchange& exchange, const IpAddress& address, milliseconds connect_limit) : exchange_(exchange) {
    easy_ = exchange.runtime_.take_easy();
    door_.runtime = &exchange.runtime_;
    door_.spec = exchange.spec_.get();
    door_.host = exchange.ask_.target.host;
    set_connection(address, connect_limit);
    set_request();
    set_answer();
    CheckRuntime::use_door(easy_, door_);
    held_ = exchange.runtime_.add_easy(easy_, [&exchange](int code) { exchange.hop_ended(code); });
  }
  ~Hop() {
    held_.reset();
    curl_slist_free_all(std::exchange(lines_, nullptr));
    curl_slist_free_all(std::exchange(connect_to_, nullptr));
    exchange_.runtime_.give_easy(easy_);
  }
  Hop(const Hop&) = delete;
  Hop& operator=(const Hop&) = delete;

  microseconds time(CURLINFO info) const {
    curl_off_t value = 0;
    curl_easy_getinfo(easy_, info, &value);
    return microseconds(value);
  }
  CheckPhases phases() const {
    const microseconds named = time(CURLINFO_NAMELOOKUP_TIME_T), connected = time(CURLINFO_CONNECT_TIME_T),
                       secured = time(CURLINFO_APPCONNECT_TIME_T), ready = time(CURLINFO_PRETRANSFER_TIME_T),
                       first = time(CURLINFO_STARTTRANSFER_TIME_T);
    CheckPhases phases;
    phases.total = time(CURLINFO_TOTAL_TIME_T);
    if (connected.count() > 0) phases.connect = connected - std::min(named, connected);
    if (secured.count() > 0) phases.tls = secured - std::min(connected, secured);
    if (first.count() > 0) phases.first_byte = first - std::min(ready, first);
    return phases;
  }
  int connect_status() const {  // of the proxy's answer to CONNECT
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &status);
    return static_cast<int>(status);
  }
  int system_error() const {
    long error = 0;
    curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &error);
    return static_cast<int>(error);
  }
  const CheckRuntime::CurlDoor& door() const { return door_; }
  bool head_is_too_long() const { return head_is_too_long_; }
  bool has_enough() const { return exchange_.seen_.body_is_cut; }
  std::string message() const { return cut(harmless(message_), kFailureBytes); }

 private:
  void set_connection(const IpAddress& address, milliseconds connect_limit) {
    const OutboundOptions& outbound = exchange_.runtime_.outbound();
    const HttpAsk& ask = exchange_.ask_;
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, message_);
    // Empty means no proxy, and keeps libcurl from reading the environment.
    curl_easy_setopt(easy_, CURLOPT_PROXY, outbound.proxy.c_str());
    curl_easy_setopt(easy_, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy_, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_limit.count()));
    if (outbound.proxy.empty()) {
      // Whatever the URL's host is: to this address. The certificate and the Host header go by the URL.
      const std::string host = address.v6 ? fmt::format("[{}]", to_text(address)) : to_text(address);
      const std::string to = fmt::format("::{}:{}", host, ask.target.port);
      connect_to_ = curl_slist_append(nullptr, to.c_str());
      curl_easy_setopt(easy_, CURLOPT_CONNECT_TO, connect_to_);
    }
    curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // Resumed sessions show no certificate.
    curl_easy_setopt(easy_, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(easy_, CURLOPT_SSL_CTX_FUNCTION, &Hop::configure_tls);
    curl_easy_setopt(easy_, CURLOPT_SSL_CTX_DATA, &exchange_);
    if (ask.client_certificate.empty()) return;
    set_blob(CURLOPT_SSLCERT_BLOB, ask.client_certificate, 0);
    set_blob(CURLOPT_SSLKEY_BLOB, ask.client_key, 1);  // mbedTLS counts the NUL of a key in PEM form
  }

  void set_blob(CURLoption option, const std::string& pem, std::size_t more) {
    curl_blob blob{const_cast<char*>(pem.c_str()), pem.size() + more, CURL_BLOB_COPY};
    curl_easy_setopt(easy_, option, &blob);
  }

  void set_request() {
    const HttpAsk& ask = exchange_.ask_;
    curl_easy_setopt(easy_, CURLOPT_URL, ask.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy_, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy_, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy_, CURLOPT_USERAGENT, check_user_agent(exchange_.runtime_.outbound()).c_str());
    if (ask.method == "HEAD") {
      curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    } else if (!ask.body.empty() || ask.method == "POST" || ask.method == "PUT" || ask.method == "PATCH") {
      curl_easy_setopt(easy_, CURLOPT_POST, 1L);
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, ask.body.data());
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(ask.body.size()));
      add_line("Expect:");  // saves the round trip before the body
    }
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, ask.method.c_str());
    for (const std::string& line : ask.lines) add_line(line);
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, lines_);
  }

  void set_answer() {
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Hop::take_body);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Hop::take_header);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  }

  void add_line(const std::string& line) {
    curl_slist* longer = curl_slist_append(lines_, line.c_str());
    CONNLOG_ASSERT(longer != nullptr);
    lines_ = longer;
  }

  static CURLcode configure_tls(CURL*, void* config, void* context) {
    auto& exchange = *static_cast<HttpExchange*>(context);
    exchange.ask_.trust->apply(config, exchange.look_);
    return CURLE_OK;
  }

  static std::size_t take_body(char* data, std::size_t, std::size_t bytes, void* context) {
    auto& hop = *static_cast<Hop*>(context);
    HttpSeen& seen = hop.exchange_.seen_;
    const std::size_t room = hop.exchange_.ask_.body_max - std::min(hop.exchange_.ask_.body_max, seen.body.size());
    seen.body.append(data, std::min(bytes, room));
    if (bytes <= room) return bytes;
    seen.body_is_cut = true;
    return CURL_WRITEFUNC_ERROR;
  }

  static std::size_t take_header(char* data, std::size_t, std::size_t bytes, void* context) {
    auto& hop = *static_cast<Hop*>(context);
    const std::string_view line(data, bytes);
    hop.head_bytes_ += bytes;
    if (hop.head_bytes_ > kHttpHeadMax) {
      hop.head_is_too_long_ = true;
      return CURL_WRITEFUNC_ERROR;
    }
    hop.exchange_.seen_ = hop.with_line(std::move(hop.exchange_.seen_), line);
    return bytes;
  }

  HttpSeen with_line(HttpSeen seen, std::string_view line) {
    if (head_is_whole_) return seen;  // a trailer
    if (line.starts_with("HTTP/")) {  // the final answer may come after several 1xx
      HttpSeen fresh;
      fresh.status = status_of(line);
      return fresh;
    }
    if (trimmed(line).empty()) {
      head_is_whole_ = seen.status >= 200;
      return seen;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return seen;
    const std::string name = folded(line.substr(0, colon));
    std::string* const kept = name == "location"           ? &seen.location
                              : name == "content-encoding" ? &seen.content_encoding
                              : name == "content-type"     ? &seen.content_type
                                                           : nullptr;
    if (kept != nullptr && kept->empty()) *kept = trimmed(line.substr(colon + 1));
    return seen;
  }

  HttpExchange& exchange_;
  void* easy_ = nullptr;
  CheckRuntime::CurlDoor door_;
  CheckRuntime::Held held_;
  curl_slist* lines_ = nullptr;
  curl_slist* connect_to_ = nullptr;
  char message_[CURL_ERROR_SIZE] = {};
  std::size_t head_bytes_ = 0;
  bool head_is_too_long_ = false, head_is_whole_ = false;
};

HttpExchange::HttpExchange(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, HttpAsk ask, Monotonic deadline,
                           std::function<void()> ended)
    : runtime_(runtime),
      spec_(std::move(spec)),
      ask_(std::move(ask)),
      deadline_(deadline),
      ended_(std::move(ended)) {
  lookup_ = runtime_.resolve(ask_.target.host, ask_.family, [this](Lookup lookup) { resolved(std::move(lookup)); });
}

HttpExchange::~HttpExchange() = default;

void HttpExchange::resolved(Lookup lookup) {
  former_.dns = lookup.took;
  former_.total = lookup.took;
  if (lookup.addresses.empty()) {
    const bool is_ours = lookup.source == FailureSource::ours;
    return fail({is_ours ? CheckVerdict::unknown : CheckVerdict::down,
                 is_ours ? CheckReason::own_trouble : CheckReason::name_unknown, lookup.source, std::move(lookup.text)});
  }
  if (!judge_addresses(lookup)) return;
  addresses_ = std::move(lookup.addresses);
  if (addresses_.size() > kAddressesMax) addresses_.resize(kAddressesMax);
  next_address();
}

// Those that may be reached stay. Through a proxy, which chooses among them, all must be allowed.
bool HttpExchange::judge_addresses(Lookup& lookup) {
  std::string refusal;
  IpAddress refused;
  std::erase_if(lookup.addresses, [&](const IpAddress& address) {
    auto why = runtime_.refusal(*spec_, ask_.target.host, address, ask_.target.port);
    if (!why) return false;
    if (refusal.empty()) {
      refusal = *std::move(why);
      refused = address;
    }
    return true;
  });
  const bool may_go = !lookup.addresses.empty() && (refusal.empty() || runtime_.outbound().proxy.empty());
  if (may_go) return true;
  address_ = refused;
  fail({CheckVerdict::down, CheckReason::forbidden, FailureSource::target, std::move(refusal)});
  return false;
}

void HttpExchange::next_address() {
  if (next_ == addresses_.size()) return fail(std::move(first_failure_).value_or(HttpFailure{}));
  address_ = addresses_[next_++];
  const auto left = std::chrono::duration_cast<milliseconds>(deadline_ - runtime_.clock().monotonic());
  const auto share = left / static_cast<std::int64_t>(addresses_.size() - next_ + 1);
  seen_ = {};
  look_ = {};
  hop_.reset();
  hop_ = std::make_unique<Hop>(*this, *address_, std::max(share, kConnectAtLeast));
}

void HttpExchange::hop_ended(int curl_code) {
  const bool is_enough = curl_code == CURLE_OK || hop_->has_enough();
  if (is_enough) {
    if (first_failure_ && first_failure_->source != FailureSource::no_route) other_failed_ = first_failure_->text;
    return end();
  }
  HttpFailure failure = failure_of(curl_code, *hop_);
  const bool has_connected = hop_->time(CURLINFO_CONNECT_TIME_T).count() > 0;
  const bool is_connecting = is_connect_failure(curl_code) || (curl_code == CURLE_OPERATION_TIMEDOUT && !has_connected);
  if (!is_connecting || next_ == addresses_.size()) {
    // Of several, the one that says most: a way that our own machine does not have says least.
    const bool former_says_more = is_connecting && first_failure_ && first_failure_->source != FailureSource::no_route;
    return fail(former_says_more ? *first_failure_ : std::move(failure));
  }
  if (!first_failure_ || first_failure_->source == FailureSource::no_route) first_failure_ = std::move(failure);
  former_ = together(former_, hop_->phases());
  next_address();
}

HttpFailure HttpExchange::failure_of(int curl_code, const Hop& hop) const {
  using enum CheckReason;
  const bool is_proxied = !runtime_.outbound().proxy.empty();
  const CheckRuntime::CurlDoor& door = hop.door();
  if (!door.refusal.empty()) {
    if (is_proxied) return {CheckVerdict::unknown, own_trouble, FailureSource::ours, "the proxy: " + door.refusal};
    return {CheckVerdict::down, forbidden, FailureSource::target, door.refusal};
  }
  if (door.error != 0) {
    SocketFailure failure = failure_of_errno(door.error);
    const bool is_ours = failure.source == FailureSource::ours;
    return {is_ours ? CheckVerdict::unknown : CheckVerdict::down, failure.reason, failure.source, std::move(failure.text)};
  }
  if (hop.head_is_too_long() || curl_code == CURLE_TOO_LARGE)
    return {CheckVerdict::down, too_long, FailureSource::target, "the headers of the answer are longer than 64 KiB"};
  const bool has_connected = hop.time(CURLINFO_CONNECT_TIME_T).count() > 0;
  const std::string where = is_proxied || !address_ ? ask_.target.host : place(*address_, ask_.target.port);
  switch (curl_code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {CheckVerdict::unknown, own_trouble, FailureSource::ours, "the name of the proxy could not be resolved"};
    case CURLE_COULDNT_CONNECT: {
      if (is_proxied) return {CheckVerdict::unknown, own_trouble, FailureSource::ours, "the proxy could not be reached"};
      SocketFailure failure = failure_of_errno(hop.system_error());
      return {CheckVerdict::down, failure.reason, failure.source, fmt::format("{}: {}", where, failure.text)};
    }
    case CURLE_OPERATION_TIMEDOUT:
      if (!has_connected)
        return {CheckVerdict::down, timed_out, FailureSource::silence, fmt::format("{} did not take a connection in time", where)};
      return {CheckVerdict::down, timed_out, FailureSource::silence,
              fmt::format("connected to {}, but the TLS handshake did not end in time", where)};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CACERT_BADFILE: {
      if (curl_code == CURLE_SSL_CERTPROBLEM && !has_connected) break;
      const bool was_shown = look_.certificates > 0;
      const auto certificate = was_shown ? certificate_failure(runtime_, *ask_.trust, look_) : std::nullopt;
      if (certificate) return {certificate->verdict, certificate->reason, certificate->source, certificate->text};
      if (curl_code == CURLE_SSL_CERTPROBLEM)
        return {CheckVerdict::unknown, bad_settings, FailureSource::ours,
                "the client certificate or its key cannot be used: " + hop.message()};
      return {CheckVerdict::down, tls_failed, FailureSource::target,
              "the TLS handshake failed: " + handshake_text(hop.message())};
    }
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      // A proxy's answer to CONNECT that is no tunnel: a 5xx speaks of the target, everything else of the proxy.
      if (is_proxied && hop.connect_status() >= 500)
        return {CheckVerdict::down, unreachable, FailureSource::target,
                fmt::format("the proxy answered {} for {}", status_text(hop.connect_status()), where)};
      if (is_proxied && hop.connect_status() >= 300)
        return {CheckVerdict::unknown, own_trouble, FailureSource::ours,
                fmt::format("the proxy refused: {}", status_text(hop.connect_status()))};
      // TLS 1.3: what a server thinks of our certificate comes behind the handshake.
      if (hop.message().find("(-0x7780)") != std::string::npos)
        return {CheckVerdict::down, tls_failed, FailureSource::target,
                fmt::format("{} ended TLS with an alert: it {}", where,
                            ask_.client_certificate.empty() ? "may want a client certificate"
                                                            : "does not seem to take the client certificate")};
      return {CheckVerdict::down, reset, FailureSource::target, fmt::format("{} broke the connection off", where)};
    case CURLE_GOT_NOTHING:
      return {CheckVerdict::down, reset, FailureSource::target, fmt::format("{} closed the connection without an answer", where)};
    case CURLE_PARTIAL_FILE:
      return {CheckVerdict::down, reset, FailureSource::target, "the answer ended before it was whole"};
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return {CheckVerdict::unknown, own_trouble, FailureSource::ours, "this machine is short of memory"};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return {CheckVerdict::down, protocol_wrong, FailureSource::target,
              fmt::format("what came back from {} is not HTTP/1: {}", where, hop.message())};
    default:
      break;
  }
  if (!has_connected) return {CheckVerdict::unknown, bad_settings, FailureSource::ours, hop.message()};
  return {CheckVerdict::down, protocol_wrong, FailureSource::target, "the answer is broken: " + hop.message()};
}

void HttpExchange::fail(HttpFailure failure) {
  failure_ = std::move(failure);
  end();
}

void HttpExchange::end() {
  const std::function<void()> call = std::move(ended_);
  call();
}

CheckPhases HttpExchange::phases() const {
  return hop_ ? together(former_, hop_->phases()) : former_;
}

HttpFailure HttpExchange::out_of_time(milliseconds limit) const {
  HttpFailure failure{CheckVerdict::down, CheckReason::timed_out, FailureSource::silence, {}};
  const std::string within = limit_text(limit);
  if (!hop_) {
    failure.source = FailureSource::name;
    failure.text = fmt::format("no name server answered for {} within {}", ask_.target.host, within);
    return failure;
  }
  const CheckPhases phases = hop_->phases();
  const bool is_proxied = !runtime_.outbound().proxy.empty();
  const std::string where = is_proxied || !address_ ? ask_.target.host : place(*address_, ask_.target.port);
  if (phases.connect.count() < 0) {
    failure.text = fmt::format("no connection to {} within {}", where, within);
  } else if (phases.tls.count() < 0 && ask_.target.scheme == "https") {
    failure.text = fmt::format("connected to {}, but the TLS handshake did not end within {}", where, within);
  } else if (phases.first_byte.count() < 0) {
    failure.text = fmt::format("connected to {}, but no answer within {}", where, within);
  } else {
    failure.source = FailureSource::target;
    failure.text = fmt::format("the answer was not whole within {}", within);
  }
  return failure;
}

std::string check_user_agent(const OutboundOptions& outbound) {
  const std::string product = fmt::format("connlog/{}", version());
  return outbound.contact.empty() ? product + " (check)" : fmt::format("{} (+{})", product, outbound.contact);
}

std::string limit_text(milliseconds limit) {
  return limit.count() % 1'000 == 0 ? fmt::format("{} s", limit.count() / 1'000) : fmt::format("{} ms", limit.count());
}

CheckPhases together(CheckPhases a, const CheckPhases& b) {
  return {added(a.dns, b.dns), added(a.connect, b.connect), added(a.tls, b.tls), added(a.first_byte, b.first_byte),
          added(a.total, b.total)};
}

}  // namespace connlog
