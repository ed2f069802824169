// The rule of an incident that another system said (core/monitors/sources). No rule of people opened it, so none is stored: what
// the pipeline and the messages ask of a rule follows from the incident. Pure; any thread.
#pragma once

#include <string>
#include <utility>

#include "core/watch/incident.h"

namespace connlog {

// What opens an incident without a rule of people.
struct SaidEvent {
  RuleId rule;  // derived from the source and the event's key: one event has one open incident
  Severity severity = Severity::warning;
  std::string sentence;  // in place of the rule's: "When Prometheus says so"
  std::string summary;   // "Prometheus: “Disk of db-1 is full”"
  std::string by;        // who says so, in the timeline; empty: connlog itself
  std::string details;   // some lines for the timeline; empty: none
};

inline Rule rule_of_event(const Incident& incident) {
  Rule rule;
  rule.id = incident.rule;
  rule.workspace = incident.workspace;
  rule.name = incident.rule_sentence;
  rule.kind = RuleKind::event;
  rule.target.kind = RuleTarget::Kind::subject;
  rule.target.subject = incident.subject;
  rule.only_kind = incident.subject_kind;
  rule.severity = incident.severity;
  rule.duration_seconds = 0;
  rule.cooldown_seconds = 0;
  rule.created_at = incident.opened_at;
  return rule;
}

}  // namespace connlog
