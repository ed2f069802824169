// Asks our own path whether it is well: gateways and witnesses by ICMP echo and by TCP (a refusal is an answer, too), name
// servers by a question about the root. The places come from this machine's routing table and from the settings, so the
// address policy is not asked. One thread: the runtime's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/checks/check_runtime.h"
#include "core/checks/own_path.h"

namespace connlog {

// The places of this machine as they are now; `interface_v6` becomes where a link-local gateway is.
OwnPath::Places own_places(const CheckRuntime& runtime, const std::vector<IpAddress>& witnesses, std::string& interface_v6);

class PathAsker {
 public:
  static constexpr seconds kLongest{2};

  explicit PathAsker(CheckRuntime& runtime);
  ~PathAsker();
  PathAsker(const PathAsker&) = delete;
  PathAsker& operator=(const PathAsker&) = delete;

  // Asks unless it is asking for that part already; `answered` is called once, later. `neighbours`: addresses on our own
  // link that answered lately. `interface_v6`: where a link-local gateway is.
  void ask(PathPart part, const OwnPath::Places& places, const std::string& interface_v6,
           const std::vector<IpAddress>& neighbours, std::function<void(PathPart, PathAnswer)> answered);
  void forget();  // drops what is being asked, without a call

 private:
  class Knock;
  class Gateway;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog
