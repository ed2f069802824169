// By what the agent believes that it speaks with its server: what its settings say (a pin, a file, or the host's
// authorities), and what the server told through a connection that this secured (docs/agents.md). So a pinned agent
// survives another authority of the same server. What was learnt is kept in the state directory, and holds for this
// server and these settings alone. It is tried before it is kept.
//
// perform() and learn() are called by one thread; cancel() may come from any.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/net/http_client.h"
#include "host/agent_settings.h"

namespace connlog {

inline constexpr std::string_view kLearntTrustName = "server-trust";

class ServerTrust {
 public:
  using Open = std::function<Result<std::unique_ptr<HttpClient>>(const TlsTrust&)>;

  // Fails when the settings' own trust cannot be set up.
  static Result<std::unique_ptr<ServerTrust>> open(const AgentSettings& settings, Open opener, const Clock& clock);

  // With the trust that worked last. If the server is not believed by it, the others are tried in turn.
  HttpOutcome perform(const HttpRequest& request);
  void cancel();

  // "system" or "pin:<64 hex>", as the server told it. `probe` is sent once over a new connection to see that it works.
  void learn(const std::string& told, const HttpRequest& probe);
  std::string words() const;  // the value of X-Connlog-Trust

 private:
  struct Way {
    std::string word;  // "system", "file", "pin:<64 hex>"
    TlsTrust trust;
    std::shared_ptr<HttpClient> client;  // opened at the first use
  };
  ServerTrust(std::string base, std::string directory, Open opener, const Clock& clock);
  std::shared_ptr<HttpClient> client_of(Way& way);
  void read_learnt();
  void keep_learnt() const;

  const std::string base_;
  const std::string path_;  // empty: nothing is kept
  const Open open_;
  const Clock& clock_;
  std::vector<Way> ways_;  // the first is the settings'
  std::size_t present_ = 0;
  std::string refused_;  // told, but it did not work
  Monotonic refused_at_;

  std::mutex mutex_;  // guards what cancel() uses
  std::vector<std::shared_ptr<HttpClient>> clients_;
  bool cancelled_ = false;
};

}  // namespace connlog
