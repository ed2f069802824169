// Executables that this appliance can hand to hosts: its own (the same program is the agent), and those that lie in
// `<data>/agents/<target>` or that the package brought. Targets are a fixed list, never a path from a client (threat
// 4). A digest is computed once, and again when the file changes. Also the facts about this appliance that the install
// script and the shown commands contain. Any thread may enter.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/agents/install_script.h"
#include "core/base/result.h"
#include "web/api/web_options.h"
#include "web/server/connection_loop.h"

namespace connlog::web {

struct AgentProgram {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
};

class AgentPrograms {
 public:
  // The directories are searched in this order.
  explicit AgentPrograms(std::vector<std::filesystem::path> directories) : directories_(std::move(directories)) {}

  std::optional<AgentProgram> find(std::string_view target) const;
  // 64 hex digits by target, of all that can be downloaded now.
  std::map<std::string, std::string> digests() const;
  // `not_found`, with the path where an executable would have to be.
  Result<std::unique_ptr<BodySource>> open(std::string_view target, std::uint64_t& bytes) const;

 private:
  struct Known {
    std::int64_t changed_at = 0;
    std::uint64_t bytes = 0;
    std::string sha256;
  };
  const std::vector<std::filesystem::path> directories_;
  mutable std::mutex mutex_;  // guards known_
  mutable std::map<std::string, Known> known_;
};

// Whether those who connect to the public address see our own certificate, so that pins of it hold for them. Not so with
// an administrator's certificate, whose authority changes with its renewals, nor behind a proxy that speaks TLS.
bool is_own_certificate_outside(const WebOptions& options);

// By what an agent can believe this server over a connection like its own (core/wire/trust.h). Empty: nothing is known.
std::string trust_of_connection(const WebOptions& options, const Peer& peer);

// `programs` absent: without digests, which the commands do not need.
InstallScriptFacts install_facts(const WebOptions& options, const AgentPrograms* programs = nullptr);

}  // namespace connlog::web
