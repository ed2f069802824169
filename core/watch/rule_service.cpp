#include "core/watch/rule_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/watch/agent_entry.h"

namespace connlog {
namespace {

constexpr std::size_t kRulesMax = 200;                 // of one workspace; each heartbeat is judged by all of them
constexpr std::int64_t kPreviewReadingsMax = 300'000;  // about a month of one agent at 10 s; more would block a worker
constexpr microseconds kPreviewSpan = seconds(30 * 86'400);

Error not_found() {
  return {ErrorCode::not_found, "There is no such rule."};
}

bool condition_holds(const Rule& rule, const LiveAgent& live) {
  if (rule.kind == RuleKind::silence) return live.state == AgentState::down;
  if (live.state == AgentState::disabled || !live.newest) return false;
  const std::optional<std::int64_t> value = value_x100(rule.metric, live.newest->values);
  if (!value) return false;
  return rule.comparison == Comparison::above ? *value > rule.threshold_x100 : *value < rule.threshold_x100;
}

}  // namespace

std::int64_t incidents_over(const Rule& rule, const std::vector<Reading>& readings, microseconds silence_window) {
  std::int64_t opened = 0;
  RuleState state;
  Instant before{};
  for (const Reading& reading : readings) {
    const Observation seen{.kind = Observation::Kind::heartbeat,
                           .value_x100 = value_x100(rule.metric, reading.values),
                           .after_gap = before.is_set() && reading.at - before > silence_window};
    const Decision decision = decide(rule, state, seen, reading.at);
    if (decision.verdict != Verdict::keep) state = decision.next;
    opened += decision.verdict == Verdict::open;
    before = reading.at;
  }
  return opened;
}

Result<Rule> RuleService::find(Snapshot& snapshot, const Actor& actor, RuleId id) const {
  auto found = TRY(parts_.rules.find(snapshot, actor.workspace, id));
  if (!found) return not_found();
  if (!actor.sight.all && found->target.kind == RuleTarget::Kind::agent) {
    const auto agent = TRY(parts_.agents.find(snapshot, actor.workspace, found->target.agent));
    if (!agent || !actor.sight.sees(agent->team)) return not_found();
  }
  return *std::move(found);
}

Result<void> RuleService::check_may_edit(Snapshot& snapshot, const Actor& actor, const Rule& rule) const {
  if (actor.role != Role::operator_ || actor.user.is_nil()) return {};
  if (rule.target.kind == RuleTarget::Kind::agent) {
    const auto agent = TRY(parts_.agents.find(snapshot, actor.workspace, rule.target.agent));
    if (agent && !agent->team.is_nil()) {
      const auto member = TRY(parts_.teams.member(snapshot, actor.workspace, agent->team, actor.user));
      if (member && member->may_edit) return {};
    }
  }
  return Error{ErrorCode::forbidden,
               "Your teams let you edit rules about one of their own agents. Rules about more are for admins."};
}

// Checks that the rule is valid, and that everything it names exists in this workspace.
Result<Rule> RuleService::checked(Snapshot& snapshot, const Actor& actor, Rule rule) const {
  TRY(validate(rule));
  rule.name = TRY(one_line("name", "The rule's name", rule.name, 1, 80));
  if (rule.target.kind == RuleTarget::Kind::tag) {
    rule.target.tag = TRY(one_line("target.tag", "The tag", rule.target.tag, 1, 40));
  } else {
    rule.target.tag.clear();
  }
  if (rule.target.kind == RuleTarget::Kind::agent) {
    const auto agent = TRY(parts_.agents.find(snapshot, rule.workspace, rule.target.agent));
    if (!agent || agent->removed_at.is_set() || !actor.sight.sees(agent->team))
      return invalid("target.agent_id", "There is no such agent.");
  } else {
    rule.target.agent = {};
  }
  if (rule.target.kind == RuleTarget::Kind::group) {
    const auto group = TRY(parts_.groups.find(snapshot, rule.workspace, rule.target.group));
    if (!group) return invalid("target.group_id", "There is no such group.");
  } else {
    rule.target.group = {};
  }
  if (rule.kind == RuleKind::silence) rule.duration_seconds = 0;
  std::sort(rule.recipients.begin(), rule.recipients.end());
  rule.recipients.erase(std::unique(rule.recipients.begin(), rule.recipients.end()), rule.recipients.end());
  for (const RecipientId id : rule.recipients) {
    const auto recipient = TRY(parts_.recipients.find(snapshot, rule.workspace, id));
    if (!recipient) {
      return invalid("recipient_ids", "There is no such recipient.");
    }
  }
  return rule;
}

// A rule about one agent is told to the people who see the agent, as nobody else sees the rule.
void RuleService::publish(Transaction& tx, const Rule& rule) {
  const EventScope scope =
      rule.target.kind == RuleTarget::Kind::agent ? EventScope::about(rule.target.agent) : EventScope::everybody();
  tx.after_commit([bus = &parts_.bus, workspace = rule.workspace, id = rule.id, scope] {
    bus->publish({workspace, scope, EventName::rule_changed,
                  fmt::format(R"({{"workspace_id":"{}","rule_id":"{}"}})", workspace.text(), id.text())});
  });
}

Result<Rule> RuleService::add(Transaction& tx, const Actor& actor, Rule rule) {
  rule.workspace = actor.workspace;
  rule.created_at = parts_.clock.now();
  rule.id = RuleId::make(rule.created_at, parts_.random);
  rule.version = 1;
  rule = TRY(checked(tx, actor, std::move(rule)));
  TRY(check_may_edit(tx, actor, rule));
  const auto rules = TRY(parts_.rules.list(tx, rule.workspace));
  if (rules.size() >= kRulesMax) {
    return Error{ErrorCode::conflict,
                 fmt::format("A workspace may have at most {} rules. Delete one first.", kRulesMax)};
  }
  TRY(parts_.rules.insert(tx, rule));
  TRY(parts_.audit.append(tx, actor, "rule.added", rule.id.text(), rule.name + ": " + sentence(rule)));
  tx.after_commit([this, rule] {
    parts_.directory.impl().put_rule(rule);
    // Agents that are silent already are judged by the new rule too.
    if (rule.kind == RuleKind::silence)
      parts_.directory.impl().look_at_silent_ones(rule.workspace, parts_.clock.monotonic());
  });
  publish(tx, rule);
  return rule;
}

Result<Rule> RuleService::change(Transaction& tx, const Actor& actor, RuleId id, Rule rule,
                                 std::int64_t expected_version) {
  const Rule before = TRY(find(tx, actor, id));
  TRY(check_may_edit(tx, actor, before));
  if (expected_version != 0 && expected_version != before.version) {
    return Error{ErrorCode::conflict,
                 "Somebody else changed this rule in the meantime. Load it again and repeat your change."};
  }
  rule.id = before.id;
  rule.workspace = before.workspace;
  rule.created_at = before.created_at;
  rule.version = before.version + 1;
  rule = TRY(checked(tx, actor, std::move(rule)));
  TRY(check_may_edit(tx, actor, rule));
  TRY(parts_.rules.update(tx, rule));
  TRY(parts_.runner.rule_changed(tx, before, rule, actor.name));
  TRY(parts_.audit.append(tx, actor, "rule.changed", rule.id.text(),
                          rule.name + ": " + sentence(rule) + (rule.enabled ? "" : " (switched off)")));
  tx.after_commit([this, rule] {
    parts_.directory.impl().put_rule(rule);
    if (rule.kind == RuleKind::silence)
      parts_.directory.impl().look_at_silent_ones(rule.workspace, parts_.clock.monotonic());
  });
  publish(tx, rule);
  const bool moved = before.target.kind != rule.target.kind || before.target.agent != rule.target.agent;
  if (moved) publish(tx, before);  // also to those who do not see it any more
  return rule;
}

Result<void> RuleService::remove(Transaction& tx, const Actor& actor, RuleId id) {
  const Rule before = TRY(find(tx, actor, id));
  TRY(check_may_edit(tx, actor, before));
  TRY(parts_.runner.rule_changed(tx, before, std::nullopt, actor.name));
  TRY(parts_.incidents.remove_states(tx, before.workspace, id));
  TRY(parts_.rules.remove(tx, before.workspace, id));
  TRY(parts_.audit.append(tx, actor, "rule.deleted", id.text(), before.name + ": " + sentence(before)));
  tx.after_commit([this, workspace = before.workspace, id] { parts_.directory.impl().remove_rule(workspace, id); });
  publish(tx, before);
  return {};
}

Result<std::int64_t> RuleService::send_test(Transaction& tx, const Actor& actor, RuleId id) {
  const Rule rule = TRY(find(tx, actor, id));
  TRY(check_may_edit(tx, actor, rule));
  const auto recipients = TRY(parts_.runner.recipients_of(tx, rule));
  for (const Recipient& recipient : recipients) {
    TRY(parts_.runner.queue(tx, recipient, IncidentId{}, Notification::Kind::test, rule.workspace));
  }
  const auto queued = static_cast<std::int64_t>(recipients.size());
  TRY(parts_.audit.append(tx, actor, "rule.tested", id.text(), fmt::format("{} notifications", queued)));
  return queued;
}

Result<RulePreview> RuleService::preview(Snapshot& snapshot, const Actor& actor, const Rule& asked) const {
  const WorkspaceId workspace = actor.workspace;
  Rule rule = asked;
  rule.workspace = workspace;
  if (rule.name.empty()) rule.name = "preview";  // people may ask for a preview before they name the rule
  rule = TRY(checked(snapshot, actor, std::move(rule)));
  RulePreview preview;
  std::vector<LiveAgent> targeted = parts_.directory.list(workspace);
  std::erase_if(targeted, [&](const LiveAgent& live) {
    return !targets(rule, live.agent) || !actor.sight.sees(live.agent.team);
  });
  preview.targeted_agents = static_cast<std::int64_t>(targeted.size());
  for (const LiveAgent& live : targeted) preview.matching_now += condition_holds(rule, live);

  const Instant now = parts_.clock.now();
  const Instant from = now - kPreviewSpan;
  if (rule.kind == RuleKind::silence) {
    IncidentStore::Filter filter;
    filter.opened_since = from;
    filter.limit = 200;
    for (;;) {
      const auto page = TRY(parts_.incidents.list(snapshot, workspace, filter));
      for (const Incident& incident : page) {
        preview.incidents_30_days += incident.kind == RuleKind::silence &&
                                     std::any_of(targeted.begin(), targeted.end(), [&](const LiveAgent& live) {
                                       return live.agent.id == incident.agent;
                                     });
      }
      if (page.size() < static_cast<std::size_t>(filter.limit)) return preview;
      filter.after = page.back().id;
    }
  }
  std::int64_t looked_at = 0;
  for (const LiveAgent& live : targeted) {
    if (looked_at >= kPreviewReadingsMax) {
      preview.complete = false;
      break;
    }
    const auto readings = TRY(parts_.readings.range(snapshot, workspace, live.agent.id, from, now));
    looked_at += static_cast<std::int64_t>(readings.size());
    const std::int64_t interval =
        std::max<std::int64_t>(live.agent.interval_in_force_seconds, live.agent.interval_seconds);
    preview.incidents_30_days +=
        incidents_over(rule, readings, seconds(interval * (live.agent.missed_threshold + 1)));
  }
  return preview;
}

}  // namespace connlog
