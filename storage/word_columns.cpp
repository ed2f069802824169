#include "storage/word_columns.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <string>

#include "storage/access/stores.h"
#include "storage/appliance/backup_store.h"
#include "storage/appliance/removed_store.h"
#include "storage/appliance/security_case_store.h"
#include "storage/audit/audit_store.h"
#include "storage/identity/stores.h"
#include "storage/monitors/event_source_store.h"
#include "storage/monitors/stores.h"
#include "storage/notify/stores.h"
#include "storage/people/stores.h"
#include "storage/trust/stores.h"
#include "storage/watch/quiet_store.h"
#include "storage/watch/stores.h"
#include "storage/watch/telling_store.h"

namespace connlog::storage {
namespace {

const AnyWordColumn kColumns[] = {
    kWorkspaceMachinePolicy,
    kWorkspaceSettingDisabledBy,
    kMembershipRole,
    kInvitationRole,
    kApiKeyForm,
    kTrailEntryTrail,
    kAnnouncementKind,
    kNotificationState,
    kRecipientConsent,
    kLetterState,
    kLoginProviderPreset,
    kLoginProviderRole,
    kLoginMembershipRole,
    kPasskeyAlgorithm,
    kLoginTicketMethod,
    kSessionProofMethod,
    kSubjectKind,
    kSubjectState,
    kSubjectStateReason,
    kStateChangeState,
    kStateChangeReason,
    kGroupHealth,
    kRuleKind,
    kRuleTarget,
    kRuleOnlyKind,
    kRuleMetric,
    kRuleComparison,
    kRuleOnState,
    kRuleSeverity,
    kIncidentSubjectKind,
    kIncidentKind,
    kIncidentSeverity,
    kRuleStatePhase,
    kLeakPlace,
    kBackupKind,
    kBackupMadeBy,
    kBackupState,
    kSecurityCaseOrigin,
    kSecurityCaseEntryKind,
    kRemovedKind,
    kMonitorProbeMode,
    kCheckDefaultScope,
    kPingKind,
    kEventSourceFormat,
    kQuietKind,
    kQuietRepeat,
    kMatcherSeverity,
    kTellingPhase,
    kTellingWaitingWhat,
};

constexpr int kWordsOfOneColumnMax = 20;

// "'warning', 'critical'". Words are our own and have no quotes (tests/core/base/words_test.cpp).
std::string quoted(std::span<const connlog::Word> words) {
  std::string out;
  for (const connlog::Word& word : words) out += fmt::format("{}'{}'", out.empty() ? "" : ", ", word.text);
  return out;
}

}  // namespace

std::span<const AnyWordColumn> word_columns() {
  return kColumns;
}

Result<void> guard_unknown_words(Connection& connection) {
  for (const AnyWordColumn& each : kColumns) {
    if (each.changes.empty()) continue;
    TRY(connection.execute(
        fmt::format("CREATE TEMP TRIGGER {0}_{1}_is_known BEFORE UPDATE OF {2} ON main.{0} WHEN OLD.{1} NOT IN ({3}) "
                    "BEGIN SELECT RAISE(ABORT, '{4}{0}.{1}'); END",
                    each.table, each.column, each.changes, quoted(each.words), kUnknownWordRaised)));
  }
  return {};
}

Result<std::vector<UnknownWord>> count_unknown_words(Connection& connection) {
  std::vector<UnknownWord> out;
  for (const AnyWordColumn& each : kColumns) {
    const std::string sql = fmt::format("SELECT {1}, COUNT(*) FROM {0} WHERE {1} NOT IN ({2}) GROUP BY {1} LIMIT {3}",
                                        each.table, each.column, quoted(each.words), kWordsOfOneColumnMax);
    TRY(connection.each_row(sql, [&](sqlite3_stmt* row) {
      UnknownWord found;
      found.table = each.table;
      found.column = each.column;
      if (const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, 0))) found.word = shown_word(text);
      found.rows = sqlite3_column_int64(row, 1);
      out.push_back(std::move(found));
    }));
  }
  return out;
}

}  // namespace connlog::storage
