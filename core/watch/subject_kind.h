// The kinds of subjects as rows of one table: lists, palette, add dialog and rule editor are made from it. A new kind of
// watched thing is a row here, an enumerator (subject.h) and a room above that observes. Pure; any thread.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/watch/metric.h"
#include "core/watch/subject.h"

namespace connlog {

struct SubjectKindRow {
  SubjectKind kind;
  std::string_view noun, plural;  // "agent", "agents"
  std::string_view icon;          // of the interface's set
  std::uint8_t bit;               // in MetricRow::kinds
  bool reports;                   // it is expected to report: it can fall silent
  bool in_all;                    // the rule's target "all" and the fleet of the overview include it
  bool is_listed;                 // in a workspace's lists
  bool is_made_by_api;            // POST /subjects makes one. Others come about elsewhere (an agent with its token)
};

inline constexpr std::array kSubjectKinds{
    SubjectKindRow{.kind = SubjectKind::agent, .noun = "agent", .plural = "agents", .icon = "server", .bit = kOfAgents,
                   .reports = true, .in_all = true, .is_listed = true, .is_made_by_api = false},
    SubjectKindRow{.kind = SubjectKind::group, .noun = "group", .plural = "groups", .icon = "group", .bit = kOfGroups,
                   .reports = false, .in_all = false, .is_listed = true, .is_made_by_api = true},
    SubjectKindRow{.kind = SubjectKind::appliance, .noun = "appliance", .plural = "appliances", .icon = "appliance",
                   .bit = kOfAppliance, .reports = false, .in_all = false, .is_listed = false,
                   .is_made_by_api = false},
    SubjectKindRow{.kind = SubjectKind::monitor, .noun = "monitor", .plural = "monitors", .icon = "monitor",
                   .bit = kOfMonitors, .reports = false, .in_all = true, .is_listed = true, .is_made_by_api = false},
    SubjectKindRow{.kind = SubjectKind::source, .noun = "event source", .plural = "event sources", .icon = "inbox",
                   .bit = kOfSources, .reports = false, .in_all = true, .is_listed = true, .is_made_by_api = false},
};

constexpr const SubjectKindRow& row_of(SubjectKind kind) {
  return kSubjectKinds[static_cast<std::size_t>(kind)];
}

}  // namespace connlog
