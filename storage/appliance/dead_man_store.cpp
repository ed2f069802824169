#include "storage/appliance/dead_man_store.h"

#include <algorithm>

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// Of the announcement of `n`: it is no trial of people, and no service took it for anybody.
#define CONNLOG_UNACCEPTED                                                                                              \
  "EXISTS (SELECT 1 FROM announcement a WHERE a.workspace_id = n.workspace_id AND a.id = n.announcement_id "            \
  "AND a.kind NOT IN ('test', 'code')) AND NOT EXISTS (SELECT 1 FROM notification s "                                   \
  "WHERE s.workspace_id = n.workspace_id AND s.announcement_id = n.announcement_id AND s.state = 'sent')"

Instant read_instant(Row& row) {
  return row.instant();
}

}  // namespace

// Not bound to a workspace: whether anybody can be told is the appliance's matter.
Result<UnacceptedMessages> SqlDeadManStore::unaccepted(Snapshot& snapshot, Instant from) const {
  UnacceptedMessages out;
  // Once anything got through, people can be reached again: what has waited since before then is its own recipients' matter.
  Instant last_sent = from;
  {
    Statement sent = TRY(at(snapshot).prepare(
        "SELECT COALESCE(MAX(sent_at), 0) FROM notification WHERE state = 'sent' AND sent_at >= :from"));
    const auto newest = TRY(one(sent.instant(":from", from), read_instant));
    last_sent = std::max(from, newest.value_or(Instant{}));
  }
  {
    Statement waiting = TRY(at(snapshot).prepare(
        "SELECT COALESCE(MIN(created_at), 0) FROM (SELECT n.created_at FROM notification n WHERE n.state = 'queued' "
        "AND n.created_at >= :from AND " CONNLOG_UNACCEPTED
        " UNION ALL SELECT n.created_at FROM notification n WHERE n.state = 'leased' AND n.created_at >= :from "
        "AND " CONNLOG_UNACCEPTED ")"));
    const auto since = TRY(one(waiting.instant(":from", last_sent), read_instant));
    out.waiting_since = since.value_or(Instant{});
  }
  {
    Statement failed = TRY(at(snapshot).prepare(
        "SELECT COALESCE(MAX(n.created_at), 0) FROM notification n WHERE n.state = 'failed' AND n.created_at >= :from "
        "AND " CONNLOG_UNACCEPTED
        " AND NOT EXISTS (SELECT 1 FROM notification w WHERE w.workspace_id = n.workspace_id "
        "AND w.announcement_id = n.announcement_id AND w.state <> 'failed')"));
    const auto since = TRY(one(failed.instant(":from", from), read_instant));
    const Instant failed_since = since.value_or(Instant{});
    if (failed_since.is_set() && failed_since > last_sent) out.failed_since = failed_since;
  }
  return out;
}

}  // namespace connlog::storage
