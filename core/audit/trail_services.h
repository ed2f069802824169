// The anchor and the syslog forward, which protect the trails from outside the database, in one struct for the web and
// the command line. Each says itself which threads may enter.
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
