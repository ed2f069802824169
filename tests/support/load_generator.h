// Heartbeats by the thousand: keep-alive connections, plain or TLS, driven by one epoll thread, each with one request
// in flight. A request is rendered once per connection, exactly as the genuine agent would send it, and only its token
// and request id are written over, so that the generator costs the measured machine as little as it can. It records
// latency and every acknowledged id. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace connlog {

struct LoadReport {
  std::int64_t accepted = 0;
  std::map<int, std::int64_t> refused;  // by status; 0: the connection broke
  double seconds = 0;
  std::int64_t p50_us = 0, p99_us = 0, max_us = 0;  // of accepted ones, from the send to the whole answer
  std::vector<std::int64_t> latencies_us = {};      // of accepted ones, in ascending order
  double per_second() const { return seconds > 0 ? static_cast<double>(accepted) / seconds : 0; }
};

struct HandshakeReport {
  int full = 0, resumed = 0;
  double seconds = 0;
};

class LoadGenerator {
 public:
  struct Target {
    std::uint16_t port = 0;  // on 127.0.0.1
    bool tls = false;        // any certificate is believed
  };
  // Opens every connection, and shakes hands on each.
  static Result<std::unique_ptr<LoadGenerator>> open(Target target, int connections);
  ~LoadGenerator();
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;

  // Agents `first` to `first + count - 1` (seeded_token) send one heartbeat each, as fast as the connections allow.
  // Ends when all were answered, when every connection broke, after `seconds_max`, or when `acknowledged` returns
  // false. `acknowledged` hears the agent's number and the request id of every 200.
  using Acknowledged = std::function<bool(int agent, const std::string& request_id)>;
  LoadReport run(int first, int count, double seconds_max, const Acknowledged& acknowledged = {});

  // TLS: every connection is closed and opened again with its session.
  Result<HandshakeReport> reconnect();
  const HandshakeReport& handshakes() const;

 private:
  class Inside;
  explicit LoadGenerator(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace connlog
