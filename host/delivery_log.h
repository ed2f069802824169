// What became of each heartbeat, kept on the host: whether the server took it, or why not. From it people can tell
// afterwards whether the host was down or could not reach the server. One JSON object a line, in the genuine agent's
// words (docs/agent-protocol.md §13.3); no secret, no address of a person. Two files of at most 1 MiB each. Not synced
// to the disk: lines lost in a power cut do no harm. A DeliveryLog is written by one thread; any process may read.
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
  // `directory` empty: nothing is kept.
  explicit DeliveryLog(std::string directory) : directory_(std::move(directory)) {}
  void append(const DeliveryEvent& event);

 private:
  std::string directory_;
};

// Oldest first; at most `limit` of the newest. Lines that cannot be read are skipped. `found` is false if there is no
// such file, or if it may not be read (then `denied` is true).
struct DeliveryHistory {
  bool found = false;
  bool denied = false;
  std::vector<DeliveryEvent> events;
};
DeliveryHistory read_delivery_log(const std::string& directory, std::size_t limit);

}  // namespace connlog
