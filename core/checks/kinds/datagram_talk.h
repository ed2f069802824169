// A question of a check over UDP and its answer: sent to the first address, again or to the next ones where nothing comes,
// and held against what the kind expects. Answers of earlier attempts still count. Packets from elsewhere are not seen, as
// the sockets are connected.
//
// One thread, that of the runtime. `done` is called once; to destroy the object ends it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/checks/check_runtime.h"

namespace connlog {

class DatagramTalk final : public RunningCheck {
 public:
  struct Plan {
    std::vector<HostPort> servers;  // names or addresses
    AddressFamily family = AddressFamily::any;
    std::string question;
    FailureSource silence = FailureSource::silence;  // what it means that nothing comes
  };
  // Nothing: it is no answer to this question, and the wait goes on. `took`: since this question was sent.
  using Judge = std::function<std::optional<CheckResult>(std::string_view answer, microseconds took)>;

  DatagramTalk(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, Plan plan, Judge judge, CheckDone done);
  ~DatagramTalk() override;
  std::optional<CheckResult> at_time_limit() override;

 private:
  struct Attempt {
    int socket = -1;
    HostPort place;
    IpAddress address;
    Monotonic began;
    CheckRuntime::Held watching;
  };
  struct Place {
    HostPort server;
    IpAddress address;
  };

  void resolve_next();
  void send_next();
  void ready(int socket);
  void failed(const Place& place, FailureSource source, CheckReason reason, std::string text);
  CheckResult completed(CheckResult result, const IpAddress& address, std::uint16_t port);
  void end(CheckResult result);

  CheckRuntime& runtime_;
  std::shared_ptr<const CheckSpec> spec_;
  Plan plan_;
  Judge judge_;
  CheckDone done_;

  Monotonic began_;
  CheckPhases phases_;
  std::size_t next_server_ = 0, next_place_ = 0;
  std::vector<Place> places_;
  std::vector<Attempt> attempts_;
  std::size_t failures_ = 0;  // without one that could be sent in between
  std::optional<CheckResult> failure_;
  bool is_odd_ = false;  // something came that was no answer
  CheckRuntime::Held resolving_, again_;
};

}  // namespace connlog
