// HTTP and HTTPS to the outside: webhooks of the server, the uplink of the agent. A thin layer over libcurl (HTTP/1.1,
// TLS 1.2 and 1.3 by mbedTLS, names by c-ares) which asks the address policy at every connect, ignores the
// environment's proxies, follows no redirect, decompresses nothing, and bounds time and size.
//
// A client keeps its connections alive between requests and has one kind of trust for all of them: a connection that
// was verified one way is never reused for another. One thread at a time may call perform(); cancel() may come from
// any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/net/address_policy.h"

namespace connlog {

// Which authorities to trust for a server's certificate. The name in the certificate is checked in every case.
struct TlsTrust {
  enum class Kind {
    system,  // the system's set of authorities, or the setting outbound_ca_bundle
    ca_pem,  // only the authorities in `value`
    ca_pin,  // only the authority whose public key (SubjectPublicKeyInfo, DER) has the SHA-256 `value`, 64 hex digits;
             // the server must send it with its own certificate, as connlog does
  };
  Kind kind = Kind::system;
  std::string value = {};
};

// What every outbound connection of this process shares. A value, made once at start.
struct OutboundOptions {
  AddressPolicy policy;
  std::string proxy;             // setting outbound_proxy; empty: none. The environment's is ignored
  std::string ca_bundle;         // setting outbound_ca_bundle; empty: the system's, where there is one
  std::string dns_servers = {};  // "127.0.0.1:5353,…"; empty: those of the system
  std::string contact = {};      // whom the checked may tell: the appliance's public address, in checks' user agent
};

struct HttpHeader {
  std::string name;  // in answers: lower case
  std::string value;
};

struct HttpRequest {
  std::string method = "GET";  // GET, HEAD, POST, PUT, PATCH, DELETE
  std::string url;             // http or https, without user information
  std::vector<HttpHeader> headers = {};
  std::string body = {};                      // sent with POST, PUT and PATCH
  // Sent in place of `body` where it is not empty, and not copied: it stays where it is until the answer has come.
  std::string_view lent_body = {};
  milliseconds connect_timeout{10'000};       // name, TCP and TLS together
  milliseconds timeout{20'000};               // everything
  seconds stall{0};  // given up when nothing at all moves for so long; 0: only `timeout` counts
  std::size_t answer_bytes_max = 256 * 1024;  // a longer body is an error
  // The answer stands with its head, whatever becomes of the body (too long, cut short, without end). The body is read
  // for two seconds more, out of politeness.
  bool head_is_enough = false;
};

struct HttpAnswer {
  int status = 0;
  std::vector<HttpHeader> headers = {};
  std::string body = {};
  bool connection_was_reused = false;

  // The first header of that name (lower case), or null.
  const std::string* header(std::string_view name) const;
};

// The reason why there is no answer.
struct TransportFailure {
  enum class Kind {
    dns,              // the name has no address, or no name server answered
    connect,          // refused, unreachable, reset while connecting
    connect_timeout,  // no connection within connect_timeout
    request_timeout,  // connected, but no whole answer within timeout
    tls,              // handshake failed or the certificate is not trusted
    forbidden,        // our own address policy refused
    invalid,          // the request itself cannot be sent (CR, LF or NUL in it, an unknown scheme)
    cancelled,        // cancel() was called
    other,
  };
  Kind kind = Kind::other;
  std::string message;  // safe to show: what happened and with whom
};

struct HttpOutcome {
  std::optional<TransportFailure> failure;
  HttpAnswer answer;  // meaningful without failure
};

class HttpClient {
 public:
  struct Options {
    OutboundPurpose purpose = OutboundPurpose::webhook;
    TlsTrust trust = {};
    OutboundOptions outbound = {};
    std::string user_agent = "connlog";
  };

  // Fails when the trust cannot be set up: the PEM or the pin is malformed.
  static Result<std::unique_ptr<HttpClient>> open(Options options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // `goes_on` is asked at least once a second; false ends it as cancel() would, but for this request alone.
  HttpOutcome perform(const HttpRequest& request, const std::function<bool()>& goes_on = {});
  // Ends a running perform() at once, and every later one before it begins. For shutdown; it cannot be undone.
  void cancel();

 private:
  struct Parts;
  explicit HttpClient(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace connlog
