// What answers at the public address: our own certificate, or another one (of a proxy that speaks TLS). Found out by
// asking there, as an agent would. Agents are given a pin of our authority only if it is what they will see. `look` on one
// thread (maintenance), which may wait for seconds; the rest from any thread.
#pragma once

#include <atomic>
#include <string>

#include "core/base/clock.h"

namespace connlog {

class PublicAddress {
 public:
  // `behind_proxy`: what is assumed until an answer came: whether the settings name proxies.
  PublicAddress(std::string url, bool behind_proxy, const Clock& clock)
      : url_(std::move(url)), clock_(clock), own_(!behind_proxy) {}

  // At most every ten minutes; does nothing in between. No answer changes nothing.
  void look(const std::string& own_pin);
  bool is_own() const { return own_; }

 private:
  const std::string url_;
  const Clock& clock_;
  Monotonic looked_at_;
  std::atomic<bool> own_;
};

}  // namespace connlog
