#include "core/net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/net/http_transfer.h"

namespace connlog {
namespace {

constexpr std::size_t kHeaderBytesMax = 64 * 1024;  // of an answer, all headers together
constexpr std::size_t kUrlBytesMax = 8 * 1024;
constexpr std::int64_t kBodyAfterHead = 2'000'000;  // microseconds, with head_is_enough
constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

bool has_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// RFC 9110 §5.6.2
bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// "HTTP/1.1 200 OK" → 200; 0: it has none.
int status_of(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos || line.size() < blank + 4) return 0;
  int status = 0;
  const auto read = std::from_chars(line.data() + blank + 1, line.data() + blank + 4, status);
  return read.ec == std::errc() ? status : 0;
}

// Empty when the request can be sent as it is. libcurl itself lets line breaks through.
std::string why_unsendable(const HttpRequest& request) {
  if (std::ranges::find(kMethods, request.method) == std::end(kMethods)) return "Unknown HTTP method.";
  if (request.url.size() > kUrlBytesMax || !is_one_line(request.url))
    return "The address is too long or has a line break in it.";
  const bool good = std::ranges::all_of(
      request.headers, [](const HttpHeader& header) { return is_token(header.name) && is_one_line(header.value); });
  return good ? "" : "A header has a line break or another forbidden character in it.";
}

}  // namespace

struct HttpCallbacks {
  static std::size_t body(char* data, std::size_t, std::size_t bytes, void* context) {
    auto& transfer = *static_cast<HttpTransfer*>(context);
    std::string& out = transfer.outcome_.answer.body;
    if (out.size() + bytes > transfer.request_.answer_bytes_max) {
      transfer.too_long_ = true;
      return CURL_WRITEFUNC_ERROR;
    }
    out.append(data, bytes);
    return bytes;
  }

  static std::size_t header(char* data, std::size_t, std::size_t bytes, void* context) {
    auto& transfer = *static_cast<HttpTransfer*>(context);
    const std::string_view line(data, bytes);
    HttpAnswer& answer = transfer.outcome_.answer;
    if (line.starts_with("HTTP/")) {  // the final answer after a 1xx
      answer.headers.clear();
      transfer.line_status_ = status_of(line);
      return bytes;
    }
    if (trim(line).empty() && transfer.line_status_ >= 200 && !transfer.head_is_whole_) {
      transfer.head_is_whole_ = true;
      curl_easy_getinfo(transfer.easy(), CURLINFO_TOTAL_TIME_T, &transfer.head_at_);
    }
    transfer.header_bytes_ += bytes;
    if (transfer.header_bytes_ > kHeaderBytesMax) {
      transfer.too_long_ = true;
      return CURL_WRITEFUNC_ERROR;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return bytes;
    if (transfer.head_is_whole_) return bytes;  // a trailer, which is no part of the head
    answer.headers.push_back({lower(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))});
    return bytes;
  }

  static int is_long_enough(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<HttpTransfer*>(context);
    curl_off_t spent = 0;
    curl_easy_getinfo(transfer.easy(), CURLINFO_TOTAL_TIME_T, &spent);
    return transfer.head_is_whole_ && spent - transfer.head_at_ > kBodyAfterHead ? 1 : 0;
  }
};

HttpTransfer::HttpTransfer(const OutboundOptions& outbound, OutboundPurpose purpose,
                           std::shared_ptr<const TrustAnchors> anchors, const std::string& user_agent,
                           HttpRequest request, std::shared_ptr<const std::vector<AddressRange>> networks)
    : Transfer(outbound, purpose, std::move(anchors), std::move(networks)), request_(std::move(request)) {
  if (std::string problem = why_unsendable(request_); !problem.empty()) {
    outcome_.failure = TransportFailure{TransportFailure::Kind::invalid, std::move(problem)};
    return;
  }
  std::vector<std::string> lines;
  for (const HttpHeader& header : request_.headers) {
    // libcurl takes "Name:" for "leave it out" and "Name;" for an empty one.
    lines.push_back(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  lines.push_back("Expect:");  // saves the round trip before the body
  set_protocols("http,https");
  set_timeouts(request_.connect_timeout, request_.timeout);
  if (request_.stall.count() > 0) {
    curl_easy_setopt(easy(), CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy(), CURLOPT_LOW_SPEED_TIME, static_cast<long>(request_.stall.count()));
  }
  curl_easy_setopt(easy(), CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy(), CURLOPT_USERAGENT, user_agent.c_str());
  if (has_body(request_.method)) {
    curl_easy_setopt(easy(), CURLOPT_POST, 1L);
    const std::string_view sent = request_.lent_body.empty() ? std::string_view(request_.body) : request_.lent_body;
    curl_easy_setopt(easy(), CURLOPT_POSTFIELDS, sent.data());
    curl_easy_setopt(easy(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent.size()));
    const bool typed = std::ranges::any_of(
        request_.headers, [](const HttpHeader& header) { return lower(header.name) == "content-type"; });
    if (!typed) lines.push_back("Content-Type:");  // else libcurl would say that it is a form
  } else if (request_.method == "HEAD") {
    curl_easy_setopt(easy(), CURLOPT_NOBODY, 1L);
  }
  curl_easy_setopt(easy(), CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  set_header_lines(lines);
  curl_easy_setopt(easy(), CURLOPT_WRITEFUNCTION, HttpCallbacks::body);
  curl_easy_setopt(easy(), CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy(), CURLOPT_HEADERFUNCTION, HttpCallbacks::header);
  curl_easy_setopt(easy(), CURLOPT_HEADERDATA, this);
  if (request_.head_is_enough) {
    curl_easy_setopt(easy(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy(), CURLOPT_XFERINFOFUNCTION, HttpCallbacks::is_long_enough);
    curl_easy_setopt(easy(), CURLOPT_XFERINFODATA, this);
  }
}

void HttpTransfer::completed(int curl_code) {
  const bool stands = request_.head_is_enough && head_is_whole_;
  if (!stands) outcome_.failure = failure_of(curl_code);
  if (!stands && too_long_) {
    outcome_.failure = TransportFailure{TransportFailure::Kind::other,
                                        fmt::format("The answer is longer than {} bytes.", request_.answer_bytes_max)};
  }
  curl_off_t connected = 0;
  curl_easy_getinfo(easy(), CURLINFO_CONNECT_TIME_T, &connected);
  if (outcome_.failure && outcome_.failure->kind == TransportFailure::Kind::invalid && connected != 0)
    outcome_.failure->kind = TransportFailure::Kind::other;  // the request went out; what came back is no HTTP
  if (!outcome_.failure && request_.head_is_enough && !head_is_whole_) {
    outcome_.failure = TransportFailure{TransportFailure::Kind::other,
                                        "The connection ended before the head of the answer was whole."};
  }
  if (outcome_.failure) return;
  long new_connections = 0;
  curl_easy_getinfo(easy(), CURLINFO_NUM_CONNECTS, &new_connections);
  outcome_.answer.connection_was_reused = new_connections == 0;
  long status = 0;
  curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &status);
  outcome_.answer.status = stands ? line_status_ : static_cast<int>(status);
}

const std::string* HttpAnswer::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &HttpHeader::name);
  return found == headers.end() ? nullptr : &found->value;
}

struct HttpClient::Parts {
  Options options;
  std::shared_ptr<const TrustAnchors> anchors;
  Transfers transfers;
  std::atomic<bool> cancelled{false};
};

HttpClient::HttpClient(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::open(Options options) {
  start_libcurl();
  auto parts = std::make_unique<Parts>();
  parts->anchors = TRY(TrustAnchors::open(options.trust, options.outbound.ca_bundle));
  parts->options = std::move(options);
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(parts)));
}

HttpOutcome HttpClient::perform(const HttpRequest& request, const std::function<bool()>& goes_on) {
  const HttpOutcome stopped{TransportFailure{TransportFailure::Kind::cancelled, "Stopped before it was done."}, {}};
  HttpTransfer transfer(parts_->options.outbound, parts_->options.purpose, parts_->anchors, parts_->options.user_agent,
                        request);
  if (!transfer.is_sendable()) return transfer.outcome();
  bool done = false;
  parts_->transfers.add(transfer, [&done] { done = true; });
  while (!done) {
    if (parts_->cancelled.load() || (goes_on && !goes_on())) {
      parts_->transfers.remove(transfer);
      return stopped;
    }
    parts_->transfers.poll(seconds(1));
  }
  return transfer.outcome();
}

void HttpClient::cancel() {
  parts_->cancelled.store(true);
  parts_->transfers.wake();
}

}  // namespace connlog
