// What running checks need of the world, on one thread: an epoll loop with timers, sockets that pass the address policy,
// names by c-ares, libcurl's multi interface driven by the same epoll, and unprivileged ICMP. Everything that a check sends
// goes through here, so the policy is asked at each connect, each UDP packet, each ICMP socket and each name server alike.
//
// One thread: the one that calls poll(). wake() alone may come from others. Time comes from the injected clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/checks/check.h"
#include "core/net/http_client.h"
#include "core/net/tls_trust.h"

namespace connlog {

// The answer of the name servers. `source` none: there are addresses.
struct Lookup {
  std::vector<IpAddress> addresses;  // in the order in which they are to be tried
  FailureSource source = FailureSource::none;  // target: there is no such name; name: no name server answered
  std::string text = {};                       // for people, where there is no address
  microseconds took{0};
};

class CheckRuntime {
 public:
  // Ends when it is destroyed, without a call.
  class Handle {
   public:
    virtual ~Handle() = default;
  };
  using Held = std::unique_ptr<Handle>;

  struct Parts {
    const OutboundOptions& outbound;
    const Clock& clock;
    Random& random;
    std::function<bool()> clock_is_plausible = {};  // empty: it always is
  };
  explicit CheckRuntime(const Parts& parts);
  ~CheckRuntime();
  CheckRuntime(const CheckRuntime&) = delete;
  CheckRuntime& operator=(const CheckRuntime&) = delete;

  // Waits for activity or the next timer, at most `wait`, and calls what is due.
  void poll(milliseconds wait);
  void wake();

  const Clock& clock() const;
  Random& random();
  const OutboundOptions& outbound() const;
  bool clock_is_plausible() const;

  // ── Time and sockets ──
  [[nodiscard]] Held at(Monotonic when, std::function<void()> call);
  enum : std::uint32_t { kReadable = 1, kWritable = 2 };
  // Calls with what is ready (errors count as both). The socket stays the caller's.
  [[nodiscard]] Held watch(int socket, std::uint32_t wanted, std::function<void(std::uint32_t ready)> call);

  // ── Where to ──
  // Nothing: allowed. Else the reason in words.
  std::optional<std::string> refusal(const CheckSpec& spec, std::string_view host, const IpAddress& address,
                                     std::uint16_t port);
  // A name or an address (which needs no name server). Called once, later, unless the handle is destroyed. Where no name
  // server answers, the last good addresses of the name are given with `source` = name, to be tried first.
  [[nodiscard]] Held resolve(const std::string& host, AddressFamily family, std::function<void(Lookup)> call);
  // The name servers that are asked: of the outbound options, else of the system.
  std::vector<HostPort> name_servers() const;
  // Asks whether any name server answers, by a question about the root. Called once, later.
  [[nodiscard]] Held ask_name_servers(std::function<void(bool is_well, std::string text)> call);

  struct Socket {
    int fd = -1;  // the caller closes it
    FailureSource source = FailureSource::none;  // fd -1: forbidden has source target and `refused` set
    CheckReason reason = CheckReason::ok;
    std::string text = {};
  };
  // A non-blocking socket that is connecting (TCP) or connected (UDP) to the address, after the policy was asked.
  Socket open_tcp(const CheckSpec& spec, std::string_view host, const IpAddress& address, std::uint16_t port);
  Socket open_udp(const CheckSpec& spec, std::string_view host, const IpAddress& address, std::uint16_t port);
  // An unprivileged ICMP socket (SOCK_DGRAM, IPPROTO_ICMP or IPPROTO_ICMPV6). Where the system forbids it: reason
  // not_supported, and the text says what to do.
  Socket open_icmp(const CheckSpec& spec, std::string_view host, const IpAddress& address);

  // ── libcurl ──
  // What libcurl's callback asks where it wants a socket. It lives as long as the easy handle is added.
  struct CurlDoor {
    CheckRuntime* runtime = nullptr;
    const CheckSpec* spec = nullptr;
    std::string host = {};          // as in the URL, without brackets
    std::string refusal = {};       // set where the policy refused
    int error = 0;                  // errno where no socket could be made
    std::optional<IpAddress> tried = {};
    std::uint16_t port = 0;
  };
  // Sets CURLOPT_OPENSOCKETFUNCTION: every socket of the handle passes the address policy. Where a proxy is set, the
  // policy is asked for the proxy; the target is judged by the caller before (resolve, refusal).
  static void use_door(void* easy, CurlDoor& door);
  // Adds a prepared easy handle (a CURL*) with its door; its sockets are driven by this loop. `ended` gets the CURLcode
  // once. To destroy the handle takes it out: never inside one of libcurl's callbacks. The caller cleans the easy handle
  // up itself, or gives it back (give_easy).
  [[nodiscard]] Held add_easy(void* easy, std::function<void(int curl_code)> ended);
  void* take_easy();           // a reset one, without settings
  void give_easy(void* easy);  // back into the store

  // ── TLS ──
  // The authorities of the system (or the setting), parsed once, looked at anew when the file changes.
  Result<std::shared_ptr<const TrustAnchors>> system_anchors();

  std::size_t open_sockets() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Runs a check of any kind with its time limit, `invert`, `slow_after` and the time at which it ended: what kinds need not
// do themselves. `done` once, never inside the call. An unknown or passive kind ends with bad_settings.
std::unique_ptr<RunningCheck> run_check(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done);

// What an errno of connect, send or recv means.
struct SocketFailure {
  FailureSource source;
  CheckReason reason;
  std::string text;
};
SocketFailure failure_of_errno(int error);

}  // namespace connlog
