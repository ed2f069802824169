// The probe: an agent whose host allows it (probe_settings.h) makes checks for the server. A thread of its own exchanges:
// it says what the host allows, hands in results, and gets what it is to check (core/checks/probe_wire.h). The checks
// themselves are the loop's (core/checks/check_loop.h). Results wait here while the server is not reached, at most
// kWaitingMax of them, the newest for each monitor first; they say how old they are.
//
// What the host does not list is refused here, whatever the server asks: the kind before the check begins, addresses and
// ports at connect time.
//
// start() and stop() from main. Everything else on the probe's threads.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/net/http_client.h"
#include "host/probe_settings.h"
#include "host/uplink_runner.h"

namespace connlog {

class Probe {
 public:
  static constexpr std::size_t kWaitingMax = 2'000;

  struct Parts {
    ProbeSettings settings;
    const AgentIdentity& identity;
    std::string base;  // of the server: platform_base()
    OutboundOptions outbound;
    // Sends one request to the server; called by the exchange's thread alone. cancel() ends it.
    std::function<HttpOutcome(const HttpRequest&)> perform;
    std::function<void()> cancel;
    const Clock& clock;
    Random& random;
  };
  explicit Probe(Parts parts);
  ~Probe();

  void start();
  void stop();

  // One exchange, on the caller's thread: for tests that have not started it. When the next one is due.
  milliseconds exchange();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog
