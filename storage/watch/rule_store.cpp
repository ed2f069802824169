// Alert rules and their recipients, in SQL.
#include "storage/watch/stores.h"

#include <unordered_map>

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// In the order in which read_rule reads them.
#define CONNLOG_RULE_COLUMNS                                                                                      \
  "id, workspace_id, name, kind, target_kind, target_text, target_subject_id, part, metric, comparison, "         \
  "threshold_x100, hysteresis_x100, state, duration_seconds, cooldown_seconds, severity, enabled, created_at, version, "         \
  "subject_kind, repeat_seconds, hours_days, hours_from, hours_to, hours_zone, runbook, notes, last_tested_at"

Rule read_rule(Row& row) {
  Rule rule;
  rule.id = row.id<RuleId>();
  rule.workspace = row.id<WorkspaceId>();
  rule.name = row.text();
  rule.kind = row.word(kRuleKind);
  rule.target.kind = row.word(kRuleTarget);
  rule.target.text = row.text();
  rule.target.subject = row.id_or_nil<SubjectId>();
  rule.part = row.text();
  rule.metric = static_cast<Metric>(row.word_in(kRuleMetric));
  rule.comparison = row.word(kRuleComparison);
  rule.threshold_x100 = row.integer();
  rule.hysteresis_x100 = row.integer();
  rule.state = row.word(kRuleOnState);
  rule.duration_seconds = row.integer();
  rule.cooldown_seconds = row.integer();
  rule.severity = row.word(kRuleSeverity);
  rule.enabled = row.boolean();
  rule.created_at = row.instant();
  rule.version = row.integer();
  if (const int kind = row.word_in(kRuleOnlyKind); kind != kAnySubjectKind)
    rule.only_kind = static_cast<SubjectKind>(kind);
  rule.repeat_seconds = row.integer();
  rule.hours.days = static_cast<std::uint8_t>(row.integer());
  rule.hours.from_minute = static_cast<int>(row.integer());
  rule.hours.to_minute = static_cast<int>(row.integer());
  rule.hours.zone = row.text();
  rule.runbook = row.text();
  rule.notes = row.text();
  rule.last_tested_at = row.instant();
  return rule;
}

void bind_rule(Statement& statement, const Rule& rule) {
  statement.id(":id", rule.id)
      .id(":workspace", rule.workspace)
      .text(":name", rule.name)
      .text(":kind", to_text(rule.kind))
      .text(":target_kind", to_text(rule.target.kind))
      .text(":target_text", rule.target.text)
      .id_or_null(":target_subject", rule.target.subject)
      .text(":part", rule.part)
      .text(":metric", to_text(rule.metric))
      .text(":comparison", to_text(rule.comparison))
      .integer(":threshold", rule.threshold_x100)
      .integer(":hysteresis", rule.hysteresis_x100)
      .text(":state", to_text(rule.state))
      .integer(":duration", rule.duration_seconds)
      .integer(":cooldown", rule.cooldown_seconds)
      .text(":severity", to_text(rule.severity))
      .text(":subject_kind", rule.only_kind ? to_text(*rule.only_kind) : std::string_view())
      .boolean(":enabled", rule.enabled)
      .integer(":repeat", rule.repeat_seconds)
      .integer(":hours_days", rule.hours.days)
      .integer(":hours_from", rule.hours.from_minute)
      .integer(":hours_to", rule.hours.to_minute)
      .text(":hours_zone", rule.hours.zone)
      .text(":runbook", rule.runbook)
      .text(":notes", rule.notes)
      .instant(":last_tested_at", rule.last_tested_at)
      .integer(":version", rule.version);
}

struct Told {
  RuleId rule;
  RecipientId recipient;
};

Told read_told(Row& row) {
  Told told;
  told.rule = row.id<RuleId>();
  told.recipient = row.id<RecipientId>();
  return told;
}

void give_recipients(std::vector<Rule>& rules, const std::vector<Told>& told) {
  std::unordered_map<RuleId, Rule*> by_id;
  for (Rule& rule : rules) by_id[rule.id] = &rule;
  for (const Told& one_told : told) {
    if (const auto found = by_id.find(one_told.rule); found != by_id.end())
      found->second->recipients.push_back(one_told.recipient);
  }
}

Result<void> write_recipients(Connection& connection, const Rule& rule) {
  Statement remove =
      TRY(connection.prepare("DELETE FROM rule_recipient WHERE workspace_id = :workspace AND rule_id = :rule"));
  TRY(remove.id(":workspace", rule.workspace).id(":rule", rule.id).run());
  std::int64_t position = 0;
  for (const RecipientId& recipient : rule.recipients) {
    Statement insert =
        TRY(connection.prepare("INSERT INTO rule_recipient (workspace_id, rule_id, position, recipient_id) "
                               "VALUES (:workspace, :rule, :position, :recipient)"));
    TRY(insert.id(":workspace", rule.workspace)
            .id(":rule", rule.id)
            .integer(":position", position++)
            .id(":recipient", recipient)
            .run());
  }
  return {};
}

}  // namespace

// Start-up only: all workspaces.
Result<std::vector<Rule>> SqlRuleStore::all(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_RULE_COLUMNS " FROM rule ORDER BY id"));
  std::vector<Rule> rules = TRY(storage::all(select, read_rule));
  Statement told = TRY(at(snapshot).prepare(
      "SELECT rule_id, recipient_id FROM rule_recipient ORDER BY workspace_id, rule_id, position"));
  const auto all_told = TRY(storage::all(told, read_told));
  give_recipients(rules, all_told);
  return rules;
}

Result<std::vector<Rule>> SqlRuleStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT " CONNLOG_RULE_COLUMNS " FROM rule WHERE workspace_id = :workspace ORDER BY id"));
  std::vector<Rule> rules = TRY(storage::all(select.id(":workspace", workspace), read_rule));
  Statement told =
      TRY(at(snapshot).prepare("SELECT rule_id, recipient_id FROM rule_recipient WHERE workspace_id = :workspace "
                               "ORDER BY rule_id, position"));
  const auto all_told = TRY(storage::all(told.id(":workspace", workspace), read_told));
  give_recipients(rules, all_told);
  return rules;
}

Result<std::optional<Rule>> SqlRuleStore::find(Snapshot& snapshot, WorkspaceId workspace, RuleId id) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT " CONNLOG_RULE_COLUMNS " FROM rule WHERE workspace_id = :workspace AND id = :id"));
  std::optional<Rule> rule = TRY(one(select.id(":workspace", workspace).id(":id", id), read_rule));
  if (!rule) return rule;
  Statement told =
      TRY(at(snapshot).prepare("SELECT rule_id, recipient_id FROM rule_recipient "
                               "WHERE workspace_id = :workspace AND rule_id = :rule ORDER BY position"));
  const auto all_told = TRY(storage::all(told.id(":workspace", workspace).id(":rule", id), read_told));
  for (const Told& one_told : all_told) {
    rule->recipients.push_back(one_told.recipient);
  }
  return rule;
}

Result<void> SqlRuleStore::insert(Transaction& tx, const Rule& rule) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO rule (" CONNLOG_RULE_COLUMNS
      ") VALUES (:id, :workspace, :name, :kind, :target_kind, :target_text, :target_subject, :part, :metric, "
      ":comparison, :threshold, :hysteresis, :state, :duration, :cooldown, :severity, :enabled, :created_at, :version, "
      ":subject_kind, :repeat, :hours_days, :hours_from, :hours_to, :hours_zone, :runbook, :notes, :last_tested_at)"));
  bind_rule(insert, rule);
  TRY(insert.instant(":created_at", rule.created_at).run());
  return write_recipients(at(tx), rule);
}

Result<void> SqlRuleStore::update(Transaction& tx, const Rule& rule) {
  {
    Statement update = TRY(at(tx).prepare(
        "UPDATE rule SET name = :name, kind = :kind, target_kind = :target_kind, target_text = :target_text, "
        "target_subject_id = :target_subject, part = :part, metric = :metric, comparison = :comparison, "
        "threshold_x100 = :threshold, hysteresis_x100 = :hysteresis, state = :state, duration_seconds = :duration, "
        "cooldown_seconds = :cooldown, severity = :severity, enabled = :enabled, version = :version, "
        "subject_kind = :subject_kind, repeat_seconds = :repeat, hours_days = :hours_days, hours_from = :hours_from, "
        "hours_to = :hours_to, hours_zone = :hours_zone, runbook = :runbook, notes = :notes, "
        "last_tested_at = :last_tested_at "
        "WHERE workspace_id = :workspace AND id = :id"));
    bind_rule(update, rule);
    TRY(exactly_one(update, "rule"));
  }
  return write_recipients(at(tx), rule);
}

Result<void> SqlRuleStore::remove(Transaction& tx, WorkspaceId workspace, RuleId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM rule WHERE workspace_id = :workspace AND id = :id"));
  return exactly_one(remove.id(":workspace", workspace).id(":id", id), "rule");
}

}  // namespace connlog::storage
