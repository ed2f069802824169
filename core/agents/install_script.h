// GET /install.sh: the template packaging/install.sh.in filled with what this appliance knows of itself. Every value is
// checked and quoted for the shell here, as the script runs as root on other people's hosts. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace connlog {

inline constexpr std::string_view kAgentTargets[] = {"x86_64", "aarch64", "armv7"};

struct InstallScriptFacts {
  std::string public_url;  // https://…, or http:// on loopback
  std::string server_pin;  // base64 of the SHA-256 of the server's public key (SPKI); empty over plain http
  std::string ca_pin;      // 64 hex: SHA-256 of the authority's public key; empty: the host's own authorities
  std::map<std::string, std::string> sha256;  // 64 hex by target, of the executables that can be downloaded
};

// Fails only if a fact does not have its form. That is a fault of the appliance and answered with 503.
Result<std::string> render_install_script(const InstallScriptFacts& facts);

// The commands that the interface shows. They hand over the token in the environment, not as an argument of the script
// or of connlog.
std::string install_command(const InstallScriptFacts& facts, std::string_view token);
// The same for a host with an enrolment key. The first installs a service; the second only gets a token, for containers
// and images.
std::string enrolment_install_command(const InstallScriptFacts& facts, std::string_view key);
std::string enrol_command(const InstallScriptFacts& facts, std::string_view key);
std::string run_command(const InstallScriptFacts& facts, std::string_view token);

}  // namespace connlog
