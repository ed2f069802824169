// What this host lets its agent check for the server: /etc/connlog/probe.toml, root's file. Without the file the agent is no
// probe and nothing is asked for. The file names kinds, networks, ports and a rate; loopback and the host's own addresses
// are reached only where a network there contains them, link-local and metadata addresses never.
//
//   kinds = ["http", "tcp", "ping"]
//   networks = ["192.168.1.0/24", "127.0.0.1/32"]
//   ports = [80, 443]   # without it: any port of these networks
//   rate = 60           # checks a minute
//
// Read once at start, before any thread. Pure but for load_probe_settings.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/checks/check.h"
#include "core/checks/probe_wire.h"

namespace connlog {

inline constexpr std::string_view kProbeConfPath = "/etc/connlog/probe.toml";

struct ProbeSettings {
  ProbeOffer offer;
  std::shared_ptr<const ReachScope> scope;  // as the offer says
};

// Errors name the line and what is allowed; an unknown key is refused.
Result<ProbeSettings> parse_probe_settings(std::string_view text);
// Nothing: there is no such file. A file that others than root may write, or that is a link, is refused (on a real host).
Result<std::optional<ProbeSettings>> load_probe_settings(const std::string& root);

}  // namespace connlog
