// The columns that every subject has in a workspace's export, as subject_view() writes them. Plain data; any thread.
#pragma once

#include "web/api/columns.h"

namespace connlog::web {

inline constexpr auto kSubjectColumns = [] {
  using enum ColumnType;
  using enum Missing;
  return std::array{
      Column{"id", id, "The subject"},
      Column{"kind", text, "Kind of subject: agent, group, monitor"},
      Column{"name", text, "Its name"},
      Column{"key", text, "Its key for programs, unique in the workspace", null},
      Column{"notes", text, "Notes of people, several lines"},
      Column{"runbook", text, "The address of a page that says what to do"},
      Column{"tags", list, "Its tags, texts"},
      Column{"labels", object, "Its labels: name and value"},
      Column{"team_ids", list, "Teams whose people see it where sight is by team: ids in teams"},
      Column{"group_ids", list, "Groups of which it is a member: ids in subjects"},
      Column{"state", text, "The state that people see: up, degraded, down, unknown, pending, paused"},
      Column{"observed", object, "The observed state: state, reason, detail, since"},
      Column{"first_seen_at", time, "Its first observation", null},
      Column{"last_seen_at", time, "Its newest observation", null},
      Column{"paused_at", time, "Since when it is paused", null},
      Column{"open_incidents", integer, "How many of its incidents are open"},
      Column{"latest", object,
             "Its newest reading: at, values (metric, part, value), and each value by its metric's word", null},
      Column{"version", integer, "Rises with each change by people"},
      Column{"created_at", time, "When it was added"},
      Column{"group", object, "Of a group: health, amount, counts of members by state, member_ids", null}};
}();

}  // namespace connlog::web
