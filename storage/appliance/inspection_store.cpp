#include "storage/appliance/inspection_store.h"

#include <string>
#include <utility>

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// How many of the newest notifications are looked at: with more than these, those before say nothing about today.
#define CONNLOG_NEWEST_NOTIFICATIONS "(SELECT * FROM notification ORDER BY id DESC LIMIT 10000)"

constexpr std::chrono::days kKeyOld{365};
constexpr std::int64_t kUnreachableMax = 21;  // one more than is shown

// A select of one text, `name`: the first of them, and how many there are in all.
#define CONNLOG_NAMES(select) "SELECT name, COUNT(*) OVER () FROM (" select ") ORDER BY name LIMIT :shown"

Result<Named> names(Statement& statement) {
  statement.integer(":shown", static_cast<std::int64_t>(kNamesShown));
  const auto rows = TRY(all(statement, [](Row& row) {
    std::string name = row.text();
    const std::int64_t count = row.integer();
    return std::pair(std::move(name), count);
  }));
  Named named;
  for (const auto& [name, count] : rows) {
    named.first.push_back(name);
    named.count = count;
  }
  return named;
}

template <std::size_t N>
Result<Named> names(Snapshot& snapshot, const char (&select)[N]) {
  Statement statement = TRY(at(snapshot).prepare(select));
  return names(statement);
}

template <std::size_t N>
Result<Named> names_before(Snapshot& snapshot, const char (&select)[N], Instant cutoff) {
  Statement statement = TRY(at(snapshot).prepare(select));
  statement.instant(":cutoff", cutoff);
  return names(statement);
}

template <std::size_t N>
Result<Named> keys_before(Snapshot& snapshot, const char (&select)[N], Instant cutoff, Instant now) {
  Statement statement = TRY(at(snapshot).prepare(select));
  statement.instant(":cutoff", cutoff).instant(":now", now);
  return names(statement);
}

template <std::size_t N>
Result<std::int64_t> number(Snapshot& snapshot, const char (&select)[N]) {
  Statement statement = TRY(at(snapshot).prepare(select));
  const bool found = TRY(statement.step());
  if (!found) return damaged_row();
  return Row(statement).integer();
}

// The last thing that each recipient got ended in failure, and nobody tested it since.
Result<std::vector<UnreachableRecipient>> unreachable(Snapshot& snapshot) {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT w.name, r.name, n.last_error FROM (SELECT recipient_id, workspace_id, MAX(id) AS newest, state, created_at, "
      "last_error FROM " CONNLOG_NEWEST_NOTIFICATIONS
      " WHERE state IN ('sent', 'failed') GROUP BY recipient_id) AS n "
      "JOIN recipient AS r ON r.workspace_id = n.workspace_id AND r.id = n.recipient_id "
      "JOIN workspace AS w ON w.id = r.workspace_id "
      "WHERE r.enabled = 1 AND w.enabled = 1 AND n.state = 'failed' AND r.last_tested_at <= n.created_at "
      "ORDER BY w.name, r.name LIMIT :most"));
  select.integer(":most", kUnreachableMax);
  return all(select, [](Row& row) {
    UnreachableRecipient found;
    found.workspace = row.text();
    found.name = row.text();
    found.trouble = row.text();
    return found;
  });
}

constexpr char kMailWasTaken[] =
    "SELECT EXISTS (SELECT 1 FROM letter WHERE state = 'sent') OR EXISTS (SELECT 1 FROM " CONNLOG_NEWEST_NOTIFICATIONS
    " WHERE channel = 'mail' AND state = 'sent') OR EXISTS (SELECT 1 FROM trail_entry WHERE trail = 'appliance' AND act = "
    "'mail_settings.tested' AND details LIKE 'delivered:%')";

constexpr char kWithoutRecipient[] = CONNLOG_NAMES(
    "SELECT w.name AS name FROM workspace AS w WHERE w.enabled = 1 AND w.slug <> '' AND EXISTS (SELECT 1 FROM subject AS s "
    "WHERE s.workspace_id = w.id AND s.removed_at = 0) AND NOT EXISTS (SELECT 1 FROM recipient AS r WHERE "
    "r.workspace_id = w.id AND r.enabled = 1 AND r.consent = 'confirmed')");

constexpr char kUntested[] = CONNLOG_NAMES(
    "SELECT r.name AS name FROM recipient AS r JOIN workspace AS w ON w.id = r.workspace_id WHERE r.enabled = 1 AND "
    "w.enabled = 1 AND r.consent = 'confirmed' AND r.created_at < :cutoff AND r.last_tested_at < :cutoff AND r.id NOT IN "
    "(SELECT recipient_id FROM " CONNLOG_NEWEST_NOTIFICATIONS " WHERE state = 'sent' AND sent_at >= :cutoff)");

// Who can log in by a provider whose answer counts as a second factor needs none here.
constexpr char kWithoutFactor[] = CONNLOG_NAMES(
    "SELECT u.name AS name FROM app_user AS u WHERE u.enabled = 1 AND u.appliance_administrator = 1 AND NOT EXISTS "
    "(SELECT 1 FROM totp_factor AS t WHERE t.user_id = u.id AND t.confirmed_at <> 0) AND NOT EXISTS (SELECT 1 FROM "
    "passkey AS p WHERE p.user_id = u.id) AND NOT EXISTS (SELECT 1 FROM login AS l JOIN login_provider AS p ON "
    "p.id = l.provider_id WHERE l.user_id = u.id AND p.enabled = 1 AND p.counts_as_second_factor = 1)");

#define CONNLOG_STALE_PEOPLE(administrators)                                                            \
  CONNLOG_NAMES(                                                                                        \
      "SELECT u.name AS name FROM app_user AS u WHERE u.enabled = 1 AND u.last_login_at < :cutoff AND " \
      "u.created_at < :cutoff AND NOT EXISTS (SELECT 1 FROM session AS s WHERE s.user_id = u.id AND "   \
      "s.last_seen_at >= :cutoff) AND u.appliance_administrator = " administrators)
constexpr char kStalePeople[] = CONNLOG_STALE_PEOPLE("0");
constexpr char kStaleAdministrators[] = CONNLOG_STALE_PEOPLE("1");

#define CONNLOG_LIVE_KEYS                                                                                         \
  "SELECT k.name AS name FROM api_key AS k WHERE k.revoked_at = 0 AND (k.expires_at = 0 OR k.expires_at > :now) " \
  "AND k.created_at < :cutoff"
constexpr char kUnusedKeys[] = CONNLOG_NAMES(CONNLOG_LIVE_KEYS " AND k.last_used_at < :cutoff");
constexpr char kOldKeys[] = CONNLOG_NAMES(CONNLOG_LIVE_KEYS);

}  // namespace

Result<StoredFacts> SqlInspectionStore::stored(Snapshot& snapshot, Instant now) const {
  const Instant cutoff = now - kUnusedAfter;
  StoredFacts facts;
  const std::int64_t claimed = TRY(number(snapshot, "SELECT EXISTS (SELECT 1 FROM app_user)"));
  facts.is_claimed = claimed != 0;
  const std::int64_t taken = TRY(number(snapshot, kMailWasTaken));
  facts.mail_was_taken = taken != 0;
  facts.workspaces_without_recipient = TRY(names(snapshot, kWithoutRecipient));
  facts.unreachable = TRY(unreachable(snapshot));
  facts.recipients_untested = TRY(names_before(snapshot, kUntested, cutoff));
  facts.administrators =
      TRY(number(snapshot, "SELECT COUNT(*) FROM app_user WHERE enabled = 1 AND appliance_administrator = 1"));
  facts.administrators_without_factor = TRY(names(snapshot, kWithoutFactor));
  facts.administrators_stale = TRY(names_before(snapshot, kStaleAdministrators, cutoff));
  facts.people_stale = TRY(names_before(snapshot, kStalePeople, cutoff));
  facts.api_keys_unused = TRY(keys_before(snapshot, kUnusedKeys, cutoff, now));
  facts.api_keys_old = TRY(keys_before(snapshot, kOldKeys, now - kKeyOld, now));
  return facts;
}

}  // namespace connlog::storage
