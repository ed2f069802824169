// What the stores of storage/notify share of announcements' rows. Stateless: any thread, with its connection.
#pragma once

#include <vector>

#include "core/notify/announcement.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {

// In the order in which read_announcement reads them; the table stands as `a`.
#define CONNLOG_ANNOUNCEMENT_COLUMNS                                                                              \
  "a.id, a.workspace_id, a.kind, a.subject_id, a.subject_kind, a.subject_name, a.part, a.severity, a.headline, " \
  "a.facts, a.path, a.thread, a.at"

Announcement read_announcement(Row& row);  // without its incidents

// Of which incidents an announcement tells, and of whose end.
struct ToldIncidents {
  std::vector<IncidentId> incidents, recovered;
};
Result<ToldIncidents> incidents_of(Connection& connection, const Announcement& announcement);

}  // namespace connlog::storage
