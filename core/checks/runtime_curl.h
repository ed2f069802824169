// libcurl's multi interface on the poller of the checks' runtime (curl_multi_socket_action): no transfer is looked at
// before its socket or its time says so, which keeps thousands of them cheap. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/checks/poller.h"

namespace connlog {

class CurlLoop {
 public:
  explicit CurlLoop(Poller& poller);
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  CheckRuntime::Held add(void* easy, std::function<void(int curl_code)> ended);
  void* take();
  void give(void* easy);

  // How long until turn() must be called.
  std::optional<milliseconds> wait() const;
  void turn();

 private:
  class Easy;
  friend struct CurlLoopCallbacks;
  void tell_ended();

  Poller& poller_;
  void* multi_;
  std::unordered_map<void*, Easy*> running_;
  std::unordered_map<int, std::unique_ptr<Poller::Watch>> sockets_;
  std::optional<Monotonic> due_;  // by the machine's clock, as libcurl counts
  std::vector<void*> kept_;
};

}  // namespace connlog
