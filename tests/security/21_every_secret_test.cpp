// Threat 21: no secret comes into the database without an answer to its leak. Every column that holds a digest, a sealed
// text or a token stands here, with the kind of Something leaked that answers for it, or why none has to.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <map>
#include <set>
#include <string>

#include "storage/connection.h"
#include "tests/support/test_app.h"

using namespace connlog;

namespace {

struct Answer {
  const char* leak;    // the word of a LeakKind; empty: none is needed
  const char* reason;  // then why
};

const std::map<std::string, Answer>& answers() {
  static const std::map<std::string, Answer> table = {
      {"agent.token_digest", {"agent_token", ""}},
      {"agent.token_hint", {"", "the beginning, for people"}},
      {"api_key.token_digest", {"api_key", ""}},
      {"api_key.token_hint", {"", "the beginning, for people"}},
      {"app_user.password_hash", {"password", ""}},
      {"backup.digest", {"", "of an archive; it opens nothing"}},
      {"backup.sealed_key", {"", "of one archive; the archives are sealed to other keys, too"}},
      {"enrolment.request_digest", {"", "of a request"}},
      {"enrolment_key.token_digest", {"enrolment_key", ""}},
      {"enrolment_key.token_hint", {"", "the beginning, for people"}},
      {"event_source.key_digest", {"event_key", ""}},
      {"gone_agent.token_digest", {"", "it is refused already"}},
      {"idempotency_key.request_digest", {"", "of a request"}},
      {"kept_answer.sealed_answer", {"", "words of a target, masked"}},
      {"known_device.digest", {"", "it opens nothing, it spares a wait"}},
      {"legal_acceptance.digest", {"", "of a text that everybody may read"}},
      {"letter.sealed_link", {"", "a link that is used once and ends within days"}},
      {"login_provider.sealed_secret", {"", "of the provider, where it is changed; its settings take the new one"}},
      {"login_ticket.state_digest", {"", "of one login, for ten minutes"}},
      {"login_ticket.token_digest", {"", "of one login, for ten minutes"}},
      {"ping_check.token_digest", {"ping_address", ""}},
      {"ping_check.uuid_digest", {"ping_address", ""}},
      {"recipient.digest_at", {"", "when the daily digest goes out"}},
      {"recipient_code.digest", {"", "six digits, for minutes and a few tries"}},
      {"recipient_pace.digest_at", {"", "when the daily digest goes out"}},
      {"recovery_code.digest", {"everything", ""}},
      {"schema_migration.digest", {"", "of a step of the schema, which everybody may read"}},
      {"sealed_field.sealed", {"monitor_secret", ""}},
      {"session.token_digest", {"session", ""}},
      {"single_use_link.token_digest", {"", "a link that is used once and ends within days"}},
      {"telling_waiting.for_digest", {"", "whether it waits for the daily digest"}},
      {"totp_factor.sealed_pending", {"everything", ""}},
      {"totp_factor.sealed_secret", {"everything", ""}},
      {"used_challenge.digest", {"", "it was used"}},
  };
  return table;
}

}  // namespace

TEST_CASE("every column that holds a secret has an answer to its leak, or a reason why none is needed") {
  TestApp app;
  std::set<std::string> columns;
  app.storage.write([&](Transaction& tx) {
    return storage::at(tx).each_row(
        "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND "
        "(c.name LIKE '%digest%' OR c.name LIKE '%sealed%' OR c.name LIKE '%secret%' OR c.name LIKE '%token%' OR "
        "c.name LIKE '%password_hash%')",
        [&](sqlite3_stmt* row) { columns.insert(reinterpret_cast<const char*>(sqlite3_column_text(row, 0))); });
  });
  std::set<std::string> kinds;
  for (const LeakOwnerKind owner : values_of<LeakOwnerKind>()) {
    for (const LeakKind* kind : app.services->trust.leaks().kinds(owner)) kinds.insert(std::string(kind->name()));
  }
  for (const std::string& column : columns) {
    CAPTURE(column);
    const auto known = answers().find(column);
    REQUIRE(known != answers().end());
    const std::string leak = known->second.leak, reason = known->second.reason;
    CHECK(leak.empty() != reason.empty());
    if (!leak.empty()) CHECK(kinds.contains(leak));
  }
  for (const auto& [column, answer] : answers()) {
    CAPTURE(column);
    CHECK(columns.contains(column));
  }
  // Sealed in settings, not in columns of their own.
  for (const char* kind : {"backup_bucket_key", "dead_man_address"}) {
    CAPTURE(kind);
    CHECK(kinds.contains(kind));
  }
}
