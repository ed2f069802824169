#include "web/api/schemas.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "core/access/access_review.h"
#include "core/access/api_key.h"
#include "core/appliance/inspection.h"
#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/backups.h"
#include "core/appliance/recovery.h"
#include "core/appliance/security_case.h"
#include "core/appliance/space.h"
#include "core/people/removed.h"
#include "core/audit/syslog_forward.h"
#include "core/audit/trail.h"
#include "core/base/assert.h"
#include "core/base/embedded.h"
#include "core/crypto/master_key.h"
#include "core/identity/accounts.h"
#include "core/identity/factor.h"
#include "core/identity/oidc/provider.h"
#include "core/net/smtp.h"
#include "core/notify/announcement.h"
#include "core/notify/notification.h"
#include "core/people/actor.h"
#include "core/people/workspace.h"
#include "core/trust/legal_text.h"
#include "core/watch/group.h"
#include "core/watch/metric.h"
#include "core/watch/quiet/quiet.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "core/watch/telling/stage.h"
#include "core/monitors/monitor_import.h"
#include "core/monitors/sources/event_source.h"
#include "web/api/monitors/handlers.h"
#include "web/api/notify/handlers.h"

namespace connlog::web {
namespace {

constexpr std::string_view kFiles[] = {
    "web/api/schemas.json",        "web/api/agents/schemas.json",   "web/api/watch/schemas.json",
    "web/api/notify/schemas.json", "web/api/identity/schemas.json", "web/api/access/schemas.json",
    "web/api/audit/schemas.json",  "web/api/trust/schemas.json",    "web/api/appliance/schemas.json",
    "web/api/monitors/schemas.json",
};

constexpr NamedWords kSets[] = {
    {"access", words_of<AccessItem::Kind>()},
    {"actor_kind", words_of<Actor::Kind>()},
    {"api_key_form", words_of<ApiKeyForm>()},
    {"case_deadline", words_of<DeadlineState>()},
    {"case_entry", words_of<CaseEntryKind>()},
    {"case_origin", words_of<CaseOrigin>()},
    {"backup_kind", words_of<BackupKind>()},
    {"backup_state", words_of<BackupState>()},
    {"backup_step", words_of<BackupStep>()},
    {"backup_trigger", words_of<BackupTrigger>()},
    {"check_reason", words_of<CheckReason>()},
    {"check_scope", words_of<CheckDefaults::Scope>()},
    {"check_value_from", words_of<EffectiveValue::From>()},
    {"check_verdict", words_of<CheckVerdict>()},
    {"comparison", words_of<Comparison>()},
    {"consent", words_of<Recipient::Consent>()},
    {"delivery_state", words_of<Notification::State>()},
    {"event_format", words_of<EventFormat>()},
    {"finding", words_of<TrailFinding::Kind>()},
    {"finding_area", words_of<FindingArea>()},
    {"finding_severity", words_of<FindingSeverity>()},
    {"health", words_of<Health>()},
    {"import_format", words_of<ImportFormat>()},
    {"key_form", words_of<MasterKeyForm>()},
    {"legal_block", words_of<LegalBlock::Kind>()},
    {"machine_policy", words_of<MachinePolicy>()},
    {"mail_link", words_of<Accounts::MailLink>()},
    {"mail_outcome", words_of<Accounts::MailOutcome>()},
    {"mail_login", words_of<MailLogin>()},
    {"mail_security", words_of<MailSecurity>()},
    {"metric_in_rules", kMetricWordsInRules},
    {"notification_kind", words_of<Announcement::Kind>()},
    {"observed_state", words_of<State>()},
    {"ping_kind", words_of<PingKind>()},
    {"probe_mode", words_of<ProbeMode>()},
    {"proof_method", words_of<ProofMethod>()},
    {"provider_preset", words_of<ProviderPreset>()},
    {"removed_kind", words_of<RemovedKind>()},
    {"recovery_key_state", words_of<RecoveryKeyState>()},
    {"role", words_of<Role>()},
    {"rule_kind", words_of<RuleKind>()},
    {"quiet_kind", words_of<QuietKind>()},
    {"quiet_repeat", words_of<QuietRepeat>()},
    {"severity", words_of<Severity>()},
    {"shown_state", words_of<ShownState>()},
    {"space_use", words_of<SpaceUse>()},
    {"stage", words_of<StageName>()},
    {"stage_verdict", words_of<StageVerdict>()},
    {"state_reason", words_of<StateReason>()},
    {"subject_kind", words_of<SubjectKind>()},
    {"syslog_state", words_of<SyslogState::Phase>()},
    {"target_kind", words_of<RuleTarget::Kind>()},
    {"trail", words_of<Trail>()},
    {"unit", words_of<Unit>()},
    {"worse", words_of<Worse>()},
    {"vouch_kind", words_of<VouchKind>()},
};

// {"words": "severity"} becomes {"type": "string", "enum": ["info", "warning", "critical"]}.
void put_words(nlohmann::json& schema) {
  if (schema.is_object() && schema.contains("words") && schema["words"].is_string()) {
    const std::string name = schema["words"].get<std::string>();
    const auto set = std::ranges::find(kSets, name, &NamedWords::name);
    CONNLOG_ASSERT(set != std::end(kSets));  // tests/web/api/schemas_test.cpp puts all of them together
    schema.erase("words");
    schema["type"] = "string";
    for (const Word& word : set->words) schema["enum"].push_back(word.text);
  }
  if (!schema.is_structured()) return;
  for (nlohmann::json& member : schema) put_words(member);
}

}  // namespace

std::span<const NamedWords> schema_words() {
  return kSets;
}

std::span<const std::string_view> schema_files() {
  return kFiles;
}

nlohmann::json schemas() {
  nlohmann::json all = nlohmann::json::object();
  for (const std::string_view file : kFiles) {
    const nlohmann::json part = nlohmann::json::parse(embedded_text(file), nullptr, false);
    CONNLOG_ASSERT(part.is_object());  // tests/web/api/schemas_test.cpp reads each of them
    all.update(part);
  }
  notify::add_kinds(all);
  monitors::add_check_kinds(all);
  for (const MetricRow& row : kMetricTable) {
    if (row.part.empty()) all["Latest"]["properties"][std::string(row.word)] = {{"type", "number"}};
  }
  put_words(all);
  return all;
}

}  // namespace connlog::web
