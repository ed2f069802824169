// The outbox and the delivery log, in SQL.
#include <algorithm>
#include <map>

#include "storage/connection.h"
#include "storage/notify/announcement_rows.h"
#include "storage/notify/stores.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// In the order in which read_notification reads them; `t` is the table with its dot, or "".
#define CONNLOG_NOTIFICATION_COLUMNS(t)                                                                               \
  t "id, " t "workspace_id, " t "announcement_id, " t "recipient_id, " t "channel, " t "shown, " t "target, " t       \
    "message_id, " t "remote_id, " t "state, " t "attempts, " t "created_at, " t "next_attempt_at, " t "lease_until, " \
    t "sent_at, " t "last_error, " t "answer"

#define CONNLOG_DELIVERY_COLUMNS CONNLOG_NOTIFICATION_COLUMNS("n.") ", " CONNLOG_ANNOUNCEMENT_COLUMNS
#define CONNLOG_DELIVERIES \
  "notification n CROSS JOIN announcement a ON a.workspace_id = n.workspace_id AND a.id = n.announcement_id "
// CROSS: from the incident to what was told of it, not through all that was ever told.
#define CONNLOG_DELIVERIES_OF_INCIDENT                                                                               \
  "announcement_incident i CROSS JOIN announcement a ON a.workspace_id = i.workspace_id AND a.id = i.announcement_id " \
  "CROSS JOIN notification n ON n.workspace_id = a.workspace_id AND n.announcement_id = a.id "                        \
  "WHERE i.workspace_id = :workspace AND i.incident_id = :incident "

// Rows of an unknown kind wait for the version that knows it.
#define CONNLOG_OF_A_KNOWN_KIND                                                                                       \
  "EXISTS (SELECT 1 FROM announcement a WHERE a.workspace_id = n.workspace_id AND a.id = n.announcement_id AND "      \
  "instr(:kinds, ',' || a.kind || ',') > 0) "

// Each half by an index of its own.
// Of what is queued so many of those whose time has come longest: thousands may wait for one slow receiver.
#define CONNLOG_DUE_ROWS                                                                                              \
  "(SELECT * FROM (SELECT n.id, n.created_at FROM notification n INDEXED BY notification_queued WHERE "               \
  "n.state = 'queued' AND (n.next_attempt_at <= :now OR n.next_attempt_at > :never) AND " CONNLOG_OF_A_KNOWN_KIND     \
  "ORDER BY n.next_attempt_at LIMIT 256) UNION ALL "                                                                  \
  "SELECT n.id, n.created_at FROM notification n WHERE n.state = 'leased' AND "                                       \
  "(n.lease_until <= :now OR n.lease_until > :never) AND " CONNLOG_OF_A_KNOWN_KIND ") AS n "

Notification read_notification(Row& row) {
  Notification notification;
  notification.id = row.id<NotificationId>();
  notification.workspace = row.id<WorkspaceId>();
  notification.announcement = row.id<AnnouncementId>();
  notification.recipient = row.id<RecipientId>();
  notification.channel = row.text();
  notification.shown = row.text();
  notification.target = row.text();
  notification.message_id = row.text();
  notification.remote_id = row.text();
  notification.state = row.word(kNotificationState);
  notification.attempts = static_cast<int>(row.integer());
  notification.created_at = row.instant();
  notification.next_attempt_at = row.instant();
  notification.lease_until = row.instant();
  notification.sent_at = row.instant();
  notification.last_error = row.text();
  notification.answer = row.text();
  return notification;
}

LoggedDelivery read_delivery(Row& row) {
  LoggedDelivery delivery;
  delivery.notification = read_notification(row);
  delivery.announcement = read_announcement(row);
  return delivery;
}

// All rows of the statement, with the incidents of their announcements.
Result<std::vector<LoggedDelivery>> deliveries(Connection& connection, Statement& select) {
  std::vector<LoggedDelivery> found = TRY(all(select, read_delivery));
  std::map<AnnouncementId, ToldIncidents> incidents;
  for (LoggedDelivery& delivery : found) {
    const AnnouncementId id = delivery.announcement.id;
    auto known = incidents.find(id);
    if (known == incidents.end()) {
      auto read = TRY(incidents_of(connection, delivery.announcement));
      known = incidents.emplace(id, std::move(read)).first;
    }
    delivery.announcement.incidents = known->second.incidents;
    delivery.announcement.recovered = known->second.recovered;
  }
  return found;
}

void bind_progress(Statement& statement, const Notification& notification) {
  statement.id(":id", notification.id)
      .id(":workspace", notification.workspace)
      .text(":shown", notification.shown)
      .text(":target", notification.target)
      .text(":remote_id", notification.remote_id)
      .text(":state", to_text(notification.state))
      .integer(":attempts", notification.attempts)
      .instant(":next_attempt_at", notification.next_attempt_at)
      .instant(":lease_until", notification.lease_until)
      .instant(":sent_at", notification.sent_at)
      .text(":last_error", notification.last_error)
      .text(":answer", notification.answer);
}

}  // namespace

Result<void> SqlOutboxStore::insert(Transaction& tx, const Notification& notification) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO notification (id, workspace_id, announcement_id, recipient_id, channel, shown, target, message_id, "
      "remote_id, state, attempts, created_at, next_attempt_at, lease_until, sent_at, last_error, answer) VALUES (:id, "
      ":workspace, :announcement, :recipient, :channel, :shown, :target, :message_id, :remote_id, :state, :attempts, "
      ":created_at, :next_attempt_at, :lease_until, :sent_at, :last_error, :answer)"));
  bind_progress(insert, notification);
  insert.id(":announcement", notification.announcement)
      .id(":recipient", notification.recipient)
      .text(":channel", notification.channel)
      .text(":message_id", notification.message_id)
      .instant(":created_at", notification.created_at);
  TRY(insert.run());
  return {};
}

// All workspaces: there is one outbox.
Result<std::vector<Notification>> SqlOutboxStore::lease(Transaction& tx, Instant now, Instant lease_until, int limit) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE notification SET state = 'leased', lease_until = :lease_until, attempts = attempts + 1 WHERE id IN ("
      "SELECT n.id FROM " CONNLOG_DUE_ROWS
      "ORDER BY n.created_at, n.id LIMIT :limit) RETURNING " CONNLOG_NOTIFICATION_COLUMNS("")));
  update.instant(":now", now).instant(":never", now + kWaitMost);
  update.instant(":lease_until", lease_until).integer(":limit", limit);
  update.text(":kinds", between_commas(words_of<Announcement::Kind>()));
  std::vector<Notification> leased = TRY(all(update, read_notification));
  // RETURNING promises no order, so the rows are sorted here.
  std::sort(leased.begin(), leased.end(), [](const Notification& a, const Notification& b) {
    return a.created_at != b.created_at ? a.created_at < b.created_at : a.id < b.id;
  });
  return leased;
}

Result<void> SqlOutboxStore::update(Transaction& tx, const Notification& notification) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE notification SET shown = :shown, target = :target, remote_id = :remote_id, state = :state, "
      "attempts = :attempts, next_attempt_at = :next_attempt_at, lease_until = :lease_until, sent_at = :sent_at, "
      "last_error = :last_error, answer = :answer WHERE workspace_id = :workspace AND id = :id"));
  bind_progress(update, notification);
  return exactly_one(update, "notification");
}

// All workspaces: there is one outbox.
Result<Instant> SqlOutboxStore::next_due(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COALESCE(MIN(due), 0) FROM (SELECT MIN(n.next_attempt_at) AS due FROM notification n "
      "WHERE n.state = 'queued' AND " CONNLOG_OF_A_KNOWN_KIND
      "UNION ALL SELECT MIN(n.lease_until) AS due FROM notification n WHERE n.state = 'leased' "
      "AND " CONNLOG_OF_A_KNOWN_KIND ") AS waiting"));
  const bool counted = TRY(select.text(":kinds", between_commas(words_of<Announcement::Kind>())).step());
  if (!counted) return damaged_row();
  return Row(select).instant();
}

Result<std::optional<LoggedDelivery>> SqlOutboxStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                           NotificationId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_DELIVERY_COLUMNS " FROM " CONNLOG_DELIVERIES
                                              "WHERE n.workspace_id = :workspace AND n.id = :id"));
  auto found = TRY(one(select.id(":workspace", workspace).id(":id", id), read_delivery));
  if (!found) return found;
  ToldIncidents told = TRY(incidents_of(at(snapshot), found->announcement));
  found->announcement.incidents = std::move(told.incidents);
  found->announcement.recovered = std::move(told.recovered);
  return found;
}

Result<std::vector<LoggedDelivery>> SqlOutboxStore::of_incident(Snapshot& snapshot, WorkspaceId workspace,
                                                                IncidentId incident) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_DELIVERY_COLUMNS " FROM " CONNLOG_DELIVERIES_OF_INCIDENT "ORDER BY n.created_at, n.id"));
  select.id(":workspace", workspace).id(":incident", incident);
  return deliveries(at(snapshot), select);
}

// What counts as told of the opening: a message that lists the incident, but for those that tell of its end, and those of
// its subject's flapping and of quiet. A message that was given up reached nobody.
#define CONNLOG_TELLS_OF_OPENING                                                                                   \
  "a.kind IN ('incident_opened', 'summary', 'group', 'reminder', 'digest') AND i.what <> 'resolved' AND n.state <> 'failed' "

Result<std::vector<RecipientId>> SqlOutboxStore::told_of_opening(Snapshot& snapshot, WorkspaceId workspace,
                                                                 IncidentId incident) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT n.recipient_id FROM " CONNLOG_DELIVERIES_OF_INCIDENT "AND " CONNLOG_TELLS_OF_OPENING
      "GROUP BY n.recipient_id ORDER BY MIN(n.created_at), n.recipient_id"));
  select.id(":workspace", workspace).id(":incident", incident);
  return all(select, [](Row& row) { return row.id<RecipientId>(); });
}

// Looks at so many open incidents at most: a workspace has thousands at once when a network fails.
// The indexes are named, as the planner would take those of the workspace alone and read all that there ever was.
Result<std::int64_t> SqlOutboxStore::count_open_told(Snapshot& snapshot, WorkspaceId workspace, RecipientId recipient,
                                                     int most) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COUNT(*) FROM (SELECT 1 FROM (SELECT id FROM incident INDEXED BY incident_open_once WHERE "
      "workspace_id = :workspace AND resolved_at = 0 LIMIT 200) AS o WHERE EXISTS (SELECT 1 FROM announcement_incident i "
      "INDEXED BY announcement_incident_by_incident CROSS JOIN announcement a "
      "ON a.workspace_id = i.workspace_id AND a.id = i.announcement_id CROSS JOIN notification n ON "
      "n.workspace_id = a.workspace_id AND n.announcement_id = a.id WHERE i.workspace_id = :workspace AND "
      "i.incident_id = o.id AND n.recipient_id = :recipient AND " CONNLOG_TELLS_OF_OPENING ") LIMIT :most) AS told"));
  select.id(":workspace", workspace).id(":recipient", recipient).integer(":most", most);
  const bool counted = TRY(select.step());
  if (!counted) return damaged_row();
  return Row(select).integer();
}

Result<ToldCounts> SqlOutboxStore::count_told(Snapshot& snapshot, WorkspaceId workspace, RecipientId recipient,
                                              Instant since) const {
  ToldCounts counts;
  {
    Statement all_of = TRY(at(snapshot).prepare(
        "SELECT COUNT(*) FROM notification WHERE workspace_id = :workspace AND recipient_id = :recipient AND "
        "created_at >= :since"));
    all_of.id(":workspace", workspace).id(":recipient", recipient).instant(":since", since);
    const bool counted = TRY(all_of.step());
    if (!counted) return damaged_row();
    counts.messages = Row(all_of).integer();
  }
  Statement by_rule = TRY(at(snapshot).prepare(
      "SELECT c.rule_id, COUNT(DISTINCT n.id) AS messages FROM notification n CROSS JOIN announcement_incident i ON "
      "i.workspace_id = n.workspace_id AND i.announcement_id = n.announcement_id CROSS JOIN incident c ON "
      "c.workspace_id = i.workspace_id AND c.id = i.incident_id WHERE n.workspace_id = :workspace AND "
      "n.recipient_id = :recipient AND n.created_at >= :since GROUP BY c.rule_id ORDER BY messages DESC, c.rule_id "
      "LIMIT 5"));
  by_rule.id(":workspace", workspace).id(":recipient", recipient).instant(":since", since);
  counts.by_rule = TRY(all(by_rule, [](Row& row) {
    const RuleId rule = row.id<RuleId>();
    return std::pair(rule, row.integer());
  }));
  return counts;
}

Result<std::vector<LoggedDelivery>> SqlOutboxStore::list(Snapshot& snapshot, WorkspaceId workspace,
                                                         std::optional<Notification::State> state, int limit,
                                                         UserId seen_by, NotificationId before,
                                                         RecipientId recipient) const {
  // For a person with limited sight (`seen_by`): what is about subjects of their teams, and about nobody.
#define CONNLOG_IN_SIGHT                                                                                           \
  "AND (:seen_by IS NULL OR a.subject_id IS NULL OR EXISTS (SELECT 1 FROM subject_team t JOIN team_member m "      \
  "ON m.workspace_id = t.workspace_id AND m.team_id = t.team_id AND m.user_id = :seen_by "                         \
  "WHERE t.workspace_id = :workspace AND t.subject_id = a.subject_id)) "
#define CONNLOG_LOG_OF(condition)                                                                                  \
  "SELECT " CONNLOG_DELIVERY_COLUMNS " FROM " CONNLOG_DELIVERIES "WHERE n.workspace_id = :workspace " condition   \
  "AND (:before IS NULL OR n.id < :before) AND (:recipient IS NULL OR n.recipient_id = :recipient) "               \
  CONNLOG_IN_SIGHT "ORDER BY n.id DESC LIMIT :limit"
  const auto rows = [&](Statement& select) {
    select.id(":workspace", workspace).integer(":limit", limit).id_or_null(":seen_by", seen_by);
    select.id_or_null(":before", before).id_or_null(":recipient", recipient);
    return deliveries(at(snapshot), select);
  };
  if (!state) {
    Statement select = TRY(at(snapshot).prepare(CONNLOG_LOG_OF("")));
    return rows(select);
  }
  if (*state == Notification::State::failed) {  // by its index: the overview asks for these
    Statement select = TRY(at(snapshot).prepare(CONNLOG_LOG_OF("AND n.state = 'failed' ")));
    return rows(select);
  }
  Statement select = TRY(at(snapshot).prepare(CONNLOG_LOG_OF("AND n.state = :state ")));
  select.text(":state", to_text(*state));
  return rows(select);
}

// Also finds a message that is still to be sent, because the recovery is sent after it. Not one that was given up:
// nobody has that message.
Result<std::optional<OpeningMessage>> SqlOutboxStore::opening(Snapshot& snapshot, WorkspaceId workspace,
                                                              IncidentId incident, RecipientId recipient) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT n.message_id, n.remote_id FROM " CONNLOG_DELIVERIES_OF_INCIDENT "AND n.recipient_id = :recipient "
      "AND a.kind = 'incident_opened' AND n.state <> 'failed' ORDER BY n.created_at, n.id LIMIT 1"));
  select.id(":workspace", workspace).id(":incident", incident).id(":recipient", recipient);
  return one(select, [](Row& row) {
    OpeningMessage opening;
    opening.message_id = row.text();
    opening.remote_id = row.text();
    return opening;
  });
}

namespace {

// No row that was made at or after this time has a lesser id: ids begin with their milliseconds.
NotificationId first_id_of(Instant at) {
  NotificationId id;
  std::int64_t left = std::max<std::int64_t>(at.micros / 1'000, 0);
  for (int i = 5; i >= 0; --i, left >>= 8) id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(left & 0xff);
  return id;
}

constexpr seconds kWaitsAtMost{8 * 24 * 3'600};  // from the making of a row to its sending

}  // namespace

// All workspaces: there is one outbox. Asked once, at a start.
Result<std::vector<Notification>> SqlOutboxStore::receipts(Snapshot& snapshot, std::string_view remote_id_start,
                                                           Instant since, int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_NOTIFICATION_COLUMNS("") " FROM notification WHERE id >= :first AND state = 'sent' AND "
      "sent_at >= :since AND substr(remote_id, 1, :length) = :start ORDER BY id DESC LIMIT :limit"));
  select.id(":first", first_id_of(since - kWaitsAtMost)).instant(":since", since).integer(":limit", limit);
  select.integer(":length", static_cast<std::int64_t>(remote_id_start.size())).text(":start", remote_id_start);
  return all(select, read_notification);
}

}  // namespace connlog::storage
