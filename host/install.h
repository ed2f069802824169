// Installs the agent on a host and removes it again: the executable, /etc/connlog/agent.conf, a system user, and a
// sandboxed systemd service where there is systemd. Everything is put under `root`, and other programs are started
// through a parameter, so that tests (and builders of images) install into a directory.
//
// It never touches an agent that it did not install: the genuine one uses the same service name and settings file, and
// both would then fight over them. Main thread only; needs root on a real host.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/agent_settings.h"
#include "core/base/result.h"

namespace connlog {

struct InstallSurroundings {
  std::string root;        // "" on a real host
  std::string executable;  // this program's own file
  // Runs argv without a shell and with a fixed environment; gives its exit code. The program is an absolute path or is
  // found in the system's directories.
  std::function<Result<int>(const std::vector<std::string>& argv)> run;
  std::function<void(const std::string& line)> say;  // progress, for the person at the terminal
  bool within_own_stop = false;  // called by our unit's ExecStopPost: systemd is stopping the service already
};

InstallSurroundings real_install_surroundings(const std::string& root);

// Idempotent: a second call with another token replaces the settings and restarts the service.
Result<void> install_agent(const AgentSettings& settings, const InstallSurroundings& surroundings);

// Only the settings, for hosts whose agent is started otherwise (a container, an image).
Result<void> store_agent_settings(const AgentSettings& settings, const InstallSurroundings& surroundings);

// Removes what install_agent made; keeps the system user, and the executable where a server on this host uses it.
// Nothing installed: says so, and is no error.
Result<void> uninstall_agent(const InstallSurroundings& surroundings);

// Why the agent cannot be installed here: an agent that connlog did not install, with what to do about it. Empty:
// nothing is in the way.
std::string foreign_installation(const std::string& root);

bool has_systemd(const std::string& root);

}  // namespace connlog
