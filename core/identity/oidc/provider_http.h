// Sends HTTP requests to login providers, by libcurl under the address policy. Many run at a time on one thread of
// their own, so that a slow or unreachable provider delays neither request workers, nor the writer, nor the outbox.
// Sizes, times and the number of calls are bounded. Redirects are not followed: a token endpoint that redirects would
// pass on our client secret.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/loop_beat.h"
#include "core/net/http_client.h"

namespace connlog::oidc {

class ProviderHttp {
 public:
  static constexpr std::size_t kCallsMax = 64;  // waiting and running together
  using Done = std::function<void(HttpOutcome)>;

  explicit ProviderHttp(OutboundOptions outbound);
  ~ProviderHttp();  // stops

  void start();  // starts the thread
  // Ends running calls with `cancelled`, and all later ones.
  void stop();
  LoopSign sign() const { return beat_.sign(); }
  // Any thread. `done` is called once: on the http thread, on the calling thread if nothing can be sent, or on the
  // thread that stops. `ca_pem` empty: the system's set of authorities.
  void call(HttpRequest request, const std::string& ca_pem, Done done);

 private:
  struct Call;
  struct Inside;
  void run();
  void begin(std::unique_ptr<Call> call);

  const OutboundOptions outbound_;
  std::unique_ptr<Inside> inside_;  // used on the http thread
  LoopBeat beat_{"The thread of login providers", seconds(60), "logins by a provider would not end"};
  std::thread thread_;
  std::mutex mutex_;  // guards waiting_, running_, stopping_
  std::vector<std::unique_ptr<Call>> waiting_;
  std::size_t running_ = 0;
  bool stopping_ = false;
};

}  // namespace connlog::oidc
