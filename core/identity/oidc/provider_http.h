// The way out to login providers: HTTP requests by libcurl under the address policy, many at a time on one thread of its
// own, so that a provider that is slow or gone holds up neither request workers, nor the writer, nor the alerts' outbox.
// Sizes, times and the number of calls are bounded; redirects are not followed (the token endpoint that redirects would
// take our client secret along).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/net/http_client.h"

namespace connlog::oidc {

class ProviderHttp {
 public:
  using Done = std::function<void(HttpOutcome)>;
  virtual ~ProviderHttp() = default;
  // Any thread. `done` is called once, on the http thread, or at once on the caller's where nothing can be sent.
  // `ca_pem` empty: the system's set of authorities.
  virtual void call(HttpRequest request, const std::string& ca_pem, Done done) = 0;
};

class CurlProviderHttp final : public ProviderHttp {
 public:
  static constexpr std::size_t kCallsMax = 64;  // waiting and on their way

  explicit CurlProviderHttp(OutboundSettings outbound);
  ~CurlProviderHttp() override;  // stops

  void start();  // the thread
  // Ends what runs with `cancelled`; later calls too.
  void stop();
  void call(HttpRequest request, const std::string& ca_pem, Done done) override;

 private:
  struct Call;
  struct Inside;
  void run();
  void begin(std::unique_ptr<Call> call);

  const OutboundSettings outbound_;
  std::unique_ptr<Inside> inside_;  // of the http thread
  std::thread thread_;
  std::mutex mutex_;  // guards waiting_, running_, stopping_
  std::vector<std::unique_ptr<Call>> waiting_;
  std::size_t running_ = 0;
  bool stopping_ = false;
};

}  // namespace connlog::oidc
