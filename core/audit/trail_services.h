// The two that watch over the trails from outside the database, together: what the web and the command line are given.
#pragma once

#include "core/audit/anchor.h"
#include "core/audit/syslog_forward.h"

namespace connlog {

struct TrailServices {
  TrailServices(std::filesystem::path anchor_file, const Keyring& keys, SyslogForward::Parts parts)
      : anchor(std::move(anchor_file), keys, parts.stores, parts.trails, parts.clock), syslog(std::move(parts)) {}

  Anchor anchor;
  SyslogForward syslog;
};

}  // namespace connlog
