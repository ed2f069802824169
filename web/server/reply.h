// A handler's answer, before it is bytes. We render the head, not the HTTP library: a Date, no Server banner, security
// headers by kind of page, and no way for a value from outside to end a header line. A value; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/server/connection_loop.h"

namespace connlog::web {

struct Reply {
  int status = 200;
  std::string content_type = {};  // empty: no body
  std::string body = {};
  std::string_view static_body = {};        // instead of `body`: bytes that live as long as the program
  std::unique_ptr<BodySource> source = {};  // instead of both: read by the loop
  std::uint64_t source_length = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool parked = false;  // answered elsewhere, later: all other members are ignored

  static Reply answered_later() {
    Reply reply;
    reply.parked = true;
    return reply;
  }
};

Reply json_reply(int status, const nlohmann::json& body);
Reply text_reply(int status, std::string body);
Reply no_content();                               // 204
Reply tagged(Reply reply, std::int64_t version);  // with `ETag: "7"`, for If-Match

// JSON as text. Invalid UTF-8 (a host name is raw bytes, agent-protocol §2.3) becomes U+FFFD, so rendering never fails.
std::string dump(const nlohmann::json& value);

// Which security headers go with a response.
enum class Face {
  agent,  // for agent programs: as few bytes as possible, never cached, never compressed
  api,    // for data: nothing may be run or framed, never cached
  page,   // for the user interface: the strict Content-Security-Policy
  address,  // for addresses that are secrets themselves (pings): the referrer never names them
};

struct Rendering {
  Face face = Face::api;
  bool head_only = false;  // HEAD: the head is the one that GET would get
  bool close = false;
  bool hsts = false;            // TLS, and the name allows it (RFC 6797 §8.1: never for IP literals)
  bool secure_cookies = false;  // no cookie leaves without `Secure`
  bool any_origin = false;      // pages of other sites may read it (CORS); never where cookies count
};

// Status line and header fields, with the empty line.
std::string render_head(const Reply& reply, const Rendering& rendering, std::uint64_t length, Instant now);

// Answers one request, exactly once; holds what rendering needs. Movable across threads.
class Exchange {
 public:
  Exchange(Responder responder, Rendering rendering, const Clock& clock)
      : responder_(std::move(responder)), rendering_(rendering), clock_(&clock) {}

  void send(Reply reply);
  std::shared_ptr<EventStream> stream(const Reply& head);  // a body without end (SSE)
  Rendering& rendering() { return rendering_; }

 private:
  Responder responder_;
  Rendering rendering_;
  const Clock* clock_;
};

}  // namespace connlog::web
