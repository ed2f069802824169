// What became of each heartbeat, kept on the host: whether the server took it, or why not. So that "the host was down"
// and "the host could not reach us" can be told apart afterwards. One JSON object a line, in the genuine agent's words
// (docs/agent-protocol.md §13.3); no secret, no address of a person. Two files of at most 1 MiB each. Not synced: what a
// power cut takes is no loss. A DeliveryLog is written by one thread; reading is for any process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace connlog {

struct DeliveryEvent {
  Instant at;
  std::string event;  // "accepted", "server_error", "dns_error", "retry_scheduled", …
  int status = 0;     // HTTP; 0: no answer
  int attempt = 1;
  std::int64_t wait_seconds = 0;  // until the next cycle
  std::string detail;             // a sentence, or empty
};

class DeliveryLog {
 public:
  // Empty directory: keeps nothing.
  explicit DeliveryLog(std::string directory) : directory_(std::move(directory)) {}
  void append(const DeliveryEvent& event);

 private:
  std::string directory_;
};

// Oldest first; at most `limit` of the newest. Lines that cannot be read are skipped. False: there is no such file, or
// it may not be read (then `denied` says so).
struct DeliveryHistory {
  bool found = false;
  bool denied = false;
  std::vector<DeliveryEvent> events;
};
DeliveryHistory read_delivery_log(const std::string& directory, std::size_t limit);

}  // namespace connlog
