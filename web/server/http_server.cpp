#include "web/server/http_server.h"

// As long as the whole head may be (framing.h): login providers hand back codes of more than 8 KiB, and a browser that is
// refused by the library learns nothing.
#define CPPHTTPLIB_REQUEST_URI_MAX_LENGTH (16 * 1024)
// A single field too (login proxies set cookies of 9 KiB and more), and three times as long as it arrived: each "%" of a
// field is written as "%25" for the library (keep_percent_signs). The loop bounds the head.
#define CPPHTTPLIB_HEADER_MAX_LENGTH (3 * 16 * 1024)
#define CPPHTTPLIB_MAX_LINE_LENGTH (3 * 16 * 1024)
#include <httplib.h>

#include <algorithm>
#include <cstring>
#include <exception>

#include "core/base/assert.h"
#include "core/base/log.h"

namespace connlog::web {
namespace {

// Gives httplib a request from memory and discards httplib's own answer.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string_view in) : in_(in) {}

  bool is_readable() const override { return at_ < in_.size(); }
  bool wait_readable() const override { return true; }
  bool wait_writable() const override { return true; }
  ssize_t read(char* out, std::size_t size) override {
    const std::size_t count = std::min(size, in_.size() - at_);
    std::memcpy(out, in_.data() + at_, count);
    at_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char*, std::size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }
  time_t duration() const override { return 0; }

 private:
  std::string_view in_;
  std::size_t at_ = 0;
};

bool is_same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

class Parsed final : public HttpRequest {
 public:
  // `head`: the request's head as httplib was given it. httplib's table of fields keeps no order among fields of one
  // name.
  Parsed(const httplib::Request& request, const Peer& peer, std::string_view head)
      : request_(request), peer_(peer), head_(head) {}

  std::string_view method() const override { return request_.method; }
  std::string_view path() const override { return request_.path; }
  std::string_view header(std::string_view name) const override {
    const auto found = request_.headers.find(std::string(name));
    return found == request_.headers.end() ? std::string_view{} : std::string_view(found->second);
  }
  std::size_t header_count(std::string_view name) const override { return request_.headers.count(std::string(name)); }
  std::string header_list(std::string_view name) const override {
    std::string list;
    bool first = true;
    std::string_view rest = head_.substr(std::min(head_.find("\r\n"), head_.size()));
    while (rest.size() > 2) {
      rest.remove_prefix(2);
      const std::size_t end = std::min(rest.find("\r\n"), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end);
      if (line.empty()) break;
      if (line.size() <= name.size() || line[name.size()] != ':' || !is_same_name(line.substr(0, name.size()), name))
        continue;
      if (!first) list += ", ";
      first = false;
      list += trimmed(line.substr(name.size() + 1));
    }
    return list;
  }
  std::string query(std::string_view name) const override {
    const auto found = request_.params.find(std::string(name));
    return found == request_.params.end() ? std::string{} : found->second;
  }
  std::vector<std::string> query_all(std::string_view name) const override {
    std::vector<std::string> values;
    const auto [begin, end] = request_.params.equal_range(std::string(name));
    for (auto at = begin; at != end; ++at) values.push_back(at->second);
    return values;
  }
  std::string_view path_value(std::string_view name) const override {
    const auto found = request_.path_params.find(std::string(name));
    return found == request_.path_params.end() ? std::string_view{} : std::string_view(found->second);
  }
  std::string_view body() const override { return request_.body; }
  const Peer& peer() const override { return peer_; }

 private:
  const httplib::Request& request_;
  const Peer& peer_;
  const std::string_view head_;
};

// One request on its way through httplib, which passes nothing of ours to its handlers.
struct Call {
  Peer peer;
  std::string_view head;
  std::optional<Exchange> exchange;  // taken by the one that answers
  Rendering rendering;
};
thread_local Call* current_call = nullptr;

bool contains_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view part = list.substr(0, comma);
    while (!part.empty() && (part.front() == ' ' || part.front() == '\t')) part.remove_prefix(1);
    while (!part.empty() && (part.back() == ' ' || part.back() == '\t')) part.remove_suffix(1);
    if (std::equal(part.begin(), part.end(), token.begin(), token.end(),
                   [](char a, char b) { return (a | 0x20) == (b | 0x20); }))
      return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && is_same_name(text.substr(0, prefix.size()), prefix);
}

// The field `Host` of a head becomes this one, whatever it was.
void replace_host(std::string& request, const std::string& host) {
  std::size_t at = request.find("\r\n") + 2;
  while (at < request.size()) {
    const std::size_t end = request.find("\r\n", at);
    if (end == std::string::npos || end == at) break;
    if (starts_with_ignoring_case(std::string_view(request).substr(at, end - at), "host:")) {
      request.replace(at, end - at, "Host: " + host);
      return;
    }
    at = end + 2;
  }
  request.insert(request.find("\r\n") + 2, "Host: " + host + "\r\n");  // HTTP/1.0 need not have one
}

// Turns a target in absolute form, as proxies and some clients send it, into path and Host: the target's authority
// counts, and a Host field beside it is ignored (RFC 9112 §3.2.2). The scheme says nothing about this connection. False:
// an absolute target without a host, or with user information.
bool take_absolute_form(std::string& request) {
  const std::size_t start = request.find(' ');
  const std::size_t line = request.find("\r\n");
  if (start == std::string::npos || line == std::string::npos || start > line) return true;
  const std::size_t end = std::min(request.find(' ', start + 1), line);
  if (request[start + 1] == '/') return true;  // nearly every request
  const std::string target = request.substr(start + 1, end - start - 1);
  const std::size_t scheme = starts_with_ignoring_case(target, "http://")    ? 7
                             : starts_with_ignoring_case(target, "https://") ? 8
                                                                             : 0;
  if (scheme == 0) return true;
  const std::size_t path = std::min(target.find_first_of("/?#", scheme), target.size());
  const std::string host = target.substr(scheme, path - scheme);
  if (host.empty() || host.front() == ':' || host.find('@') != std::string::npos) return false;
  std::string rest = target.substr(path);
  // "OPTIONS http://host" asks about the server as a whole (§3.2.4).
  if (rest.empty() && request.starts_with("OPTIONS ")) rest = "*";
  if (rest != "*" && !rest.starts_with('/')) rest = "/" + rest;
  request.replace(start + 1, target.size(), rest);
  replace_host(request, host);
  return true;
}

// Joins repeated slashes of the path. A base URL that ends in "/" makes agents ask for "//api/agents/config"
// (agent-protocol §1).
void collapse_slashes(std::string& request) {
  const std::size_t start = request.find(' ');
  const std::size_t line = request.find("\r\n");
  if (start == std::string::npos || line == std::string::npos || start > line) return;
  const std::size_t end = std::min(request.find_first_of(" ?", start + 1), line);
  const std::string_view target(request.data() + start + 1, end - start - 1);
  if (target.empty() || target.front() != '/' || target.find("//") == std::string_view::npos) return;
  std::string collapsed;
  for (const char c : target) {
    if (c != '/' || collapsed.empty() || collapsed.back() != '/') collapsed += c;
  }
  request.replace(start + 1, target.size(), collapsed);
}

// httplib percent-decodes field values, which HTTP does not. "__Host%2Dconnlog=…" would become the cookie whose prefix
// browsers guard, and "%0D%0A" two line ends. So "%" is written as "%25" first, and every value comes out as it
// arrived.
void keep_percent_signs(std::string& request) {
  const std::size_t line = request.find("\r\n");
  const std::size_t end = request.find("\r\n\r\n");
  if (line == std::string::npos || end == std::string::npos) return;
  const std::string_view fields(request.data() + line, end - line);
  if (fields.find('%') == std::string_view::npos) return;
  std::string kept;
  kept.reserve(fields.size() + fields.size() / 4);
  for (const char c : fields) {
    kept += c;
    if (c == '%') kept += "25";
  }
  request.replace(line, fields.size(), kept);
}

// httplib reads a form into the query's values and refuses what is compressed, by these fields. They get another name of
// the same length, and the body comes as it is.
void hide_body_fields(std::string& request) {
  const std::size_t end = request.find("\r\n\r\n");
  for (std::size_t at = request.find("\r\n"); at < end; at = request.find("\r\n", at + 2)) {
    const std::string_view line = std::string_view(request).substr(at + 2);
    if (starts_with_ignoring_case(line, "content-type:") || starts_with_ignoring_case(line, "content-encoding:"))
      request.replace(at + 2, 7, "Connlog");
  }
}

// The segment after the slash with which `rest` begins. `rest` is moved past it.
std::string_view next_segment(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('/', 1), rest.size());
  const std::string_view segment = rest.substr(1, end - 1);
  rest.remove_prefix(end);
  return segment;
}

// httplib's spelling of one of our paths: our "{id}" (and OpenAPI's) is ":id" there. httplib takes a path without one
// as a regular expression, so its dots are escaped.
std::string httplib_pattern(std::string_view path) {
  const bool has_values = path.find("/{") != std::string_view::npos;
  std::string out;
  for (const char c : path) {
    if (c == '{') {
      out += ':';
    } else if (c == '.' && !has_values) {
      out += "\\.";
    } else if (c != '}') {
      out += c;
    }
  }
  return out;
}

}  // namespace

bool path_matches(std::string_view pattern, std::string_view path) {
  if (path.empty() || path.front() != '/') return false;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = next_segment(pattern);
    if (wanted == "*") return true;
    const std::string_view given = next_segment(path);
    const bool fits = wanted.starts_with('{') ? !given.empty() : wanted == given;
    if (!fits) return false;
  }
  return pattern.empty() && path.empty();
}

class HttpServer::Impl final : public httplib::Server {
 public:
  Impl(const std::vector<Endpoint>& endpoints, Hooks hooks, const Clock& clock)
      : endpoints_(endpoints), hooks_(std::move(hooks)), clock_(clock) {
    for (std::size_t index = 0; index < endpoints_.size(); ++index) add(index);
    set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response&) { return before_body(request); });
    // httplib calls this for every status from 400 on that no handler of ours answered.
    set_error_handler([this](const httplib::Request& request, httplib::Response& response) {
      return refuse(request, response.status);
    });
    set_exception_handler([this](const httplib::Request& request, httplib::Response& response, const std::exception_ptr&) {
      // The pattern, not the path: some paths are secrets (pings, links of mails).
      const std::string method = request.method == "HEAD" ? "GET" : request.method;
      std::string_view pattern = "none";
      for (const Endpoint& endpoint : endpoints_) {
        const bool fits = endpoint.method == method || endpoint.method == kAnyMethod;
        if (fits && path_matches(endpoint.path, request.path)) pattern = endpoint.path;
      }
      log_error("request_threw", {{"route", pattern}});
      response.status = 500;
    });
    // No body is decompressed here, and larger bodies were refused by the loop (threat 21).
    set_payload_max_length(1024 * 1024);
  }

  void serve(RawRequest raw, Responder responder) {
    const bool understood = take_absolute_form(raw.bytes);
    collapse_slashes(raw.bytes);
    if (takes_any_body(raw.bytes)) hide_body_fields(raw.bytes);
    keep_percent_signs(raw.bytes);
    Call call;
    call.peer = std::move(raw.peer);
    call.head = std::string_view(raw.bytes).substr(0, raw.bytes.find("\r\n\r\n"));
    call.exchange.emplace(std::move(responder), Rendering{}, clock_);
    if (!understood) {
      call.rendering.close = true;
      take(call).send(hooks_.refusal(400));
      return;
    }
    current_call = &call;
    MemoryStream stream(raw.bytes);
    bool closed = false;
    process_request(stream, call.peer.address, call.peer.port, {}, 0, false, closed,
                    [&](const httplib::Request& request) { begin(request, call); });
    current_call = nullptr;
    if (!call.exchange) return;
    call.rendering.close = true;  // httplib could not even read the request line
    take(call).send(hooks_.refusal(400));
  }

 private:
  bool takes_any_body(std::string_view request) const {
    const std::size_t start = request.find(' ');
    if (start == std::string_view::npos) return false;
    const std::string_view rest = request.substr(start + 1);
    const std::string_view path = rest.substr(0, std::min(rest.find_first_of(" ?\r"), rest.size()));
    return std::ranges::any_of(endpoints_, [path](const Endpoint& endpoint) {
      return endpoint.any_body && path_matches(endpoint.path, path);
    });
  }

  void add(std::size_t index) {
    const Endpoint& endpoint = endpoints_[index];
    const std::string pattern = httplib_pattern(endpoint.path);
    const auto handler = [this, index](const httplib::Request& request, httplib::Response&) {
      Call& call = *current_call;
      Exchange exchange = take(call);
      hooks_.matched(index, Parsed(request, call.peer, call.head), std::move(exchange));
    };
    if (endpoint.method == "GET")
      Get(pattern, handler);
    else if (endpoint.method == "POST")
      Post(pattern, handler);
    else if (endpoint.method == "PUT")
      Put(pattern, handler);
    else if (endpoint.method == "PATCH")
      Patch(pattern, handler);
    else if (endpoint.method == "DELETE")
      Delete(pattern, handler);
    else if (endpoint.method != kAnyMethod)  // kAnyMethod is tried when nothing else matched
      CONNLOG_ASSERT(!"a method that no route may have");
  }

  static Exchange take(Call& call) {
    Exchange exchange = *std::move(call.exchange);
    call.exchange.reset();
    exchange.rendering() = call.rendering;
    return exchange;
  }

  void begin(const httplib::Request& request, Call& call) {
    if (hooks_.client) call.peer = hooks_.client(Parsed(request, call.peer, call.head));
    const auto connection = request.headers.find("Connection");
    const std::string_view wish =
        connection == request.headers.end() ? std::string_view{} : std::string_view(connection->second);
    call.rendering.close =
        contains_token(wish, "close") || (request.version == "HTTP/1.0" && !contains_token(wish, "keep-alive"));
    call.rendering.head_only = request.method == "HEAD";
  }

  HandlerResponse before_body(const httplib::Request& request) {
    Call& call = *current_call;
    const Parsed parsed(request, call.peer, call.head);
    if (auto refused = hooks_.before_body(parsed, call.rendering)) {
      take(call).send(*std::move(refused));
      return HandlerResponse::Handled;
    }
    return HandlerResponse::Unhandled;
  }

  HandlerResponse refuse(const httplib::Request& request, int status) {
    Call& call = *current_call;
    if (!call.exchange) return HandlerResponse::Unhandled;
    if (status != 404) {
      call.rendering.close = true;
      take(call).send(hooks_.refusal(status));
      return HandlerResponse::Unhandled;
    }
    std::vector<std::string> allowed;
    std::optional<std::size_t> rest;
    for (std::size_t index = 0; index < endpoints_.size(); ++index) {
      const Endpoint& endpoint = endpoints_[index];
      if (!path_matches(endpoint.path, request.path)) continue;
      if (endpoint.method == kAnyMethod) {
        rest = index;
        continue;
      }
      allowed.push_back(endpoint.method);
      if (endpoint.method == "GET") allowed.emplace_back("HEAD");
    }
    const Parsed parsed(request, call.peer, call.head);
    if (allowed.empty() && rest)
      hooks_.matched(*rest, parsed, take(call));
    else
      hooks_.unmatched(parsed, allowed, take(call));
    return HandlerResponse::Unhandled;
  }

  const std::vector<Endpoint> endpoints_;
  const Hooks hooks_;
  const Clock& clock_;
};

HttpServer::HttpServer(const std::vector<Endpoint>& endpoints, Hooks hooks, const Clock& clock)
    : impl_(std::make_unique<Impl>(endpoints, std::move(hooks), clock)) {}

HttpServer::~HttpServer() = default;

void HttpServer::serve(RawRequest request, Responder responder) {
  impl_->serve(std::move(request), std::move(responder));
}

}  // namespace connlog::web
