// Verifies the trails for the command line and the web interface: the chains, the checkpoints, the anchor, and a head
// that a person kept from a mail or a syslog line. Any thread; may take seconds over a long trail.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/audit/anchor.h"
#include "core/audit/trail.h"

namespace connlog {

// Reads the value of `--head`: a chain value in 64 hex digits, or the whole value of a mail's X-Connlog-Audit-Head.
Result<std::vector<KnownHead>> parse_known_heads(const std::string& text);

// `head` empty: compares with the anchor alone.
Result<TrailReport> check_trails(const Stores& stores, const TrailLog& trails, const Anchor& anchor,
                                 const std::string& head);

// {"sound", "rows", "head", "anchored_at", "findings":[{"kind","trail","sequence","sentence"}],
//  "taken":[{"trail","rows","at","oldest_kept_at","sentence"}]}
nlohmann::json report_json(const TrailReport& report, Instant anchored_at);

}  // namespace connlog
