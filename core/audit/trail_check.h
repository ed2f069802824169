// "Verify the trails" as people ask for it, from the command line and from the screen: chains, checkpoints, the anchor, and
// a head that somebody kept from a mail or a syslog line. Any thread; may take seconds over a long trail.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/audit/anchor.h"
#include "core/audit/trail.h"

namespace connlog {

// What `--head` takes: a chain value in 64 hex digits, or the whole of what a mail's X-Connlog-Audit-Head says.
Result<std::vector<KnownHead>> parse_known_heads(const std::string& text);

// `head` empty: the anchor alone.
Result<TrailReport> check_trails(const Stores& stores, const TrailLog& trails, const Anchor& anchor,
                                 const std::string& head);

// {"sound", "rows", "head", "anchor_at", "findings":[{"kind","trail","sequence","sentence"}]}
nlohmann::json report_json(const TrailReport& report, Instant anchored_at);

}  // namespace connlog
