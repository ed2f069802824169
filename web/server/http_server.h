// Parses one whole request and finds its route, with cpp-httplib's server run over memory. The connection loop has
// decided the framing and owns the sockets; this class neither reads nor writes a socket, and httplib's own answer is
// thrown away. Routes are added before the first request; after that any number of workers may call `serve` at once.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/server/connection_loop.h"
#include "web/server/reply.h"

namespace connlog::web {

// The request. Valid during the call only; a handler that answers later copies what it needs. Abstract so that the library
// that parses requests is known to http_server.cpp alone.
class HttpRequest {
 public:
  virtual ~HttpRequest() = default;
  virtual std::string_view method() const = 0;
  virtual std::string_view path() const = 0;  // decoded, repeated slashes collapsed
  virtual std::string_view header(
      std::string_view name) const = 0;  // as it arrived, never percent-decoded; empty: absent
  virtual std::size_t header_count(std::string_view name) const = 0;
  // Every field of that name, in the order of arrival, as one list (RFC 9110 §5.3); a percent sign comes as "%25".
  virtual std::string header_list(std::string_view name) const = 0;
  virtual std::string query(std::string_view name) const = 0;  // decoded; the first of that name; empty: absent
  virtual std::vector<std::string> query_all(std::string_view name) const = 0;  // every one of that name
  virtual std::string_view path_value(std::string_view name) const = 0;  // "{id}" of the route's path
  virtual std::string_view body() const = 0;                             // empty before the route is found
  virtual const Peer& peer() const = 0;
};

inline constexpr std::string_view kAnyMethod = "*";

struct Endpoint {
  std::string method;  // GET (answers HEAD too), POST, PUT, PATCH, DELETE; kAnyMethod: when no other has the path
  std::string path;    // "/api/v1/workspaces/{w}/agents/{id}"; with kAnyMethod "/api/agents/*"
  bool any_body = false;  // the body is taken as bytes: never as a form, never by its encoding
};

// In `pattern`, "{id}" matches one segment that is not empty, and "*" at the end matches all that follows.
bool path_matches(std::string_view pattern, std::string_view path);

class HttpServer {
 public:
  struct Hooks {
    // Finds the client from the request's head (e.g. behind a proxy); all later code sees this peer. Absent: the
    // socket's other end.
    std::function<Peer(const HttpRequest&)> client = {};
    // Called with the head only, before a body is looked at: limits and refusals.
    std::function<std::optional<Reply>(const HttpRequest&, Rendering&)> before_body;
    // The request matched endpoint number `index`.
    std::function<void(std::size_t index, const HttpRequest&, Exchange)> matched;
    // No endpoint has this path; `allowed` lists the methods when only the method was wrong.
    std::function<void(const HttpRequest&, const std::vector<std::string>& allowed, Exchange)> unmatched;
    // The HTTP library refused the request (400, 413, 414, …), or an exception reached the last net (500).
    std::function<Reply(int status)> refusal;
  };

  HttpServer(const std::vector<Endpoint>& endpoints, Hooks hooks, const Clock& clock);
  ~HttpServer();

  void serve(RawRequest request, Responder responder);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog::web
