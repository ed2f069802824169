// Words of closed sets that people see: each has its text in the interface's catalogue.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/access/access_review.h"
#include "core/access/api_keys.h"
#include "core/appliance/inspection.h"
#include "core/appliance/security_case.h"
#include "core/appliance/backup/backups.h"
#include "core/appliance/recovery.h"
#include "core/audit/syslog_forward.h"
#include "core/audit/trail.h"
#include "core/crypto/master_key.h"
#include "core/identity/accounts.h"
#include "core/monitors/sources/event_source.h"
#include "core/notify/announcement.h"
#include "core/notify/notification.h"
#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/removed.h"
#include "core/people/workspace.h"
#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/quiet/quiet.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "core/watch/telling/stage.h"
#include "core/watch/telling/telling_store.h"
#include "tests/support/outside.h"

using namespace connlog;
using nlohmann::json;

namespace {

std::set<std::string> catalogue() {
  std::set<std::string> keys;
  for (const auto& file : std::filesystem::directory_iterator(test::source_directory() / "web/ui/src/catalogue")) {
    const json texts = json::parse(test::read_text(file.path()), nullptr, false);
    REQUIRE(texts.is_object());
    for (const auto& [key, text] : texts.items()) keys.insert(key);
  }
  return keys;
}

void check_texts(const std::set<std::string>& keys, const std::string& prefix, std::span<const Word> words) {
  for (const Word& word : words) {
    const std::string key = prefix + std::string(word.text);
    INFO(key);
    CHECK(keys.contains(key));
  }
}

}  // namespace

TEST_CASE("every word that people see has a text in the catalogue") {
  const auto keys = catalogue();
  CHECK(keys.size() > 500);
  check_texts(keys, "role.", words_of<Role>());
  check_texts(keys, "state.", words_of<ShownState>());
  check_texts(keys, "reason.", words_of<StateReason>());
  check_texts(keys, "group_health.", words_of<Health>());
  for (const auto* state : {"down", "degraded", "unknown"}) CHECK(keys.contains(std::string("rule_state.") + state));
  check_texts(keys, "severity.", words_of<Severity>());
  check_texts(keys, "resolution.", words_of<Resolution>());
  check_texts(keys, "rule.", words_of<Comparison>());
  check_texts(keys, "rule.sentence_", words_of<RuleKind>().first(3));  // the last is of events, which have no rule of people
  check_texts(keys, "consent.", words_of<Recipient::Consent>());
  check_texts(keys, "notification.kind_", words_of<Announcement::Kind>());
  check_texts(keys, "telling.", words_of<TellingReason>());
  check_texts(keys, "stage.", words_of<StageName>());
  check_texts(keys, "verdict.", words_of<StageVerdict>());
  check_texts(keys, "phase.", words_of<TellingPhase>());
  check_texts(keys, "quiet_kind.", words_of<QuietKind>());
  check_texts(keys, "quiet_repeat.", words_of<QuietRepeat>());
  check_texts(keys, "event_format.", words_of<EventFormat>());
  check_texts(keys, "removed_kind.", words_of<RemovedKind>());
  check_texts(keys, "letter_state.", words_of<Notification::State>());
  check_texts(keys, "settings.policy_", words_of<MachinePolicy>());
  check_texts(keys, "actor.", words_of<Actor::Kind>());
  check_texts(keys, "finding.", words_of<TrailFinding::Kind>());
  check_texts(keys, "review.", words_of<AccessItem::Kind>());
  check_texts(keys, "finding_severity.", words_of<FindingSeverity>());
  check_texts(keys, "finding_area.", words_of<FindingArea>());
  check_texts(keys, "case_origin.", words_of<CaseOrigin>());
  check_texts(keys, "case_entry.", words_of<CaseEntryKind>());
  check_texts(keys, "master.form_", words_of<MasterKeyForm>());
  check_texts(keys, "address.outcome_", words_of<Accounts::MailOutcome>());
  check_texts(keys, "trails.", words_of<Trail>());
  check_texts(keys, "backup_kind.", words_of<BackupKind>());
  check_texts(keys, "backup_trigger.", words_of<BackupTrigger>());
  check_texts(keys, "backup_step.", words_of<BackupStep>());
  check_texts(keys, "vouch.", words_of<VouchKind>());
  check_texts(keys, "syslog_state.", words_of<SyslogState::Phase>().subspan(1));  // "off" is shown by the switch alone
  for (const Action action : actions()) {
    if (!may_be_scope(action)) continue;
    INFO(to_text(action));
    CHECK(keys.contains("scope." + std::string(to_text(action))));
  }
  for (const LimitFact& fact : limit_facts()) {
    INFO(fact.name);
    CHECK(keys.contains("limit." + std::string(fact.name)));
  }
}
