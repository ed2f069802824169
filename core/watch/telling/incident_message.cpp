#include "core/watch/telling/incident_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/notify/event_facts.h"

namespace connlog {
namespace {

constexpr std::size_t kNotesBytesTold = 1'000;
constexpr std::size_t kDetailBytesTold = 300;

std::string lasted_text(microseconds lasted) {
  return duration_text(std::max<std::int64_t>(lasted / seconds(1), 0));
}

void add(Announcement& told, std::string_view word, std::string text) {
  told.facts.emplace_back(std::string(word), std::move(text));
}

void add_source(Announcement& told, const IncidentSource& source) {
  const auto runbook = [&](const std::string& address) {
    if (!address.empty()) add(told, kFactRunbook, address);
  };
  const auto notes = [&](const std::string& text) {
    if (!text.empty()) add(told, kFactNotes, cut(text, kNotesBytesTold));
  };
  if (source.rule != nullptr) runbook(source.rule->runbook);
  if (source.subject != nullptr && (source.rule == nullptr || source.subject->runbook != source.rule->runbook))
    runbook(source.subject->runbook);
  if (source.rule != nullptr) notes(source.rule->notes);
  if (source.subject != nullptr) notes(source.subject->notes);
}

// Its first line is the link where the sender gave one (core/monitors/sources/event_writes.cpp writes it): an address has
// no space in it, and a detail always has one after its name.
void add_said(Announcement& told, std::string_view said) {
  std::size_t details = 0;
  for (bool is_first = true; !said.empty() && details < kDetailsToldMost; is_first = false) {
    const std::size_t end = std::min(said.find('\n'), said.size());
    const std::string_view line = said.substr(0, end);
    said.remove_prefix(std::min(end + 1, said.size()));
    const bool is_web = line.starts_with("https://") || line.starts_with("http://");
    if (is_first && is_web && line.find(' ') == std::string_view::npos) {
      add(told, kFactSourceLink, std::string(line));
    } else if (!line.empty()) {
      add(told, kFactDetail, cut(std::string(line), kDetailBytesTold));
      ++details;
    }
  }
}

// ── Groups ──

struct Sorted {
  std::vector<const GroupItem*> opened, reminded, ended;
};

Sorted sorted(const std::vector<GroupItem>& items) {
  Sorted out;
  for (const GroupItem& item : items) {
    auto& list = item.what == ToldWhat::opened     ? out.opened
                 : item.what == ToldWhat::reminder ? out.reminded
                                                   : out.ended;
    list.push_back(&item);
  }
  const auto worst_first = [](const GroupItem* a, const GroupItem* b) {
    if (a->incident.severity != b->incident.severity) return a->incident.severity > b->incident.severity;
    if (a->incident.opened_at != b->incident.opened_at) return a->incident.opened_at < b->incident.opened_at;
    return a->incident.id < b->incident.id;
  };
  std::ranges::sort(out.opened, worst_first);
  std::ranges::sort(out.reminded, worst_first);
  std::ranges::sort(out.ended, worst_first);
  return out;
}

std::string open_line(const Incident& incident) {
  std::string line = fmt::format("{}{}: {}", incident.is_drill ? "drill, " : "", to_text(incident.severity),
                                 incident.summary);
  if (incident.acknowledged_at.is_set() && !incident.acknowledged_by.empty())
    line += fmt::format(" (acknowledged by {})", incident.acknowledged_by);
  return line;
}

std::string ended_line(const Incident& incident) {
  if (incident.resolution == to_text(Resolution::stale))
    return fmt::format("{}; nothing was heard of it any more, after {}", incident.summary,
                       lasted_text(incident.resolved_at - incident.opened_at));
  return fmt::format("{}, over after {}", incident.summary, lasted_text(incident.resolved_at - incident.opened_at));
}

// Room for what is less urgent is kept, so that a hundred new ones do not hide that others are over.
void add_lines(Announcement& told, const Sorted& items) {
  const std::size_t others = std::min<std::size_t>(items.reminded.size() + items.ended.size(), 15);
  std::size_t room = kIncidentsNamedMost;
  const auto take = [&](const std::vector<const GroupItem*>& list, std::size_t kept, std::string_view word) {
    const std::size_t count = std::min(list.size(), room - std::min(room, kept));
    for (std::size_t i = 0; i < count; ++i) {
      const Incident& incident = list[i]->incident;
      add(told, word, word == kFactRecovered ? ended_line(incident) : open_line(incident));
    }
    room -= count;
  };
  take(items.opened, others, kFactIncident);
  take(items.reminded, std::min<std::size_t>(items.ended.size(), 5), kFactStillOpen);
  take(items.ended, 0, kFactRecovered);
}

std::string counted(std::size_t count) {
  return fmt::format("{} incident{}", count, count == 1 ? "" : "s");
}

// Only numbers: who may not see the subjects sees the headline in the log of deliveries.
std::string headline_of(Announcement::Kind kind, const Sorted& items, std::int64_t ended_untold, bool was_quiet) {
  std::string text;
  const auto part = [&](std::size_t count, std::string_view alone, std::string_view after) {
    if (count == 0) return;
    text += text.empty() ? fmt::format("{} {}", counted(count), alone) : fmt::format(", {} {}", count, after);
  };
  part(items.opened.size(), "opened", "opened");
  part(items.reminded.size(), items.reminded.size() == 1 ? "is still open" : "are still open", "still open");
  part(items.ended.size(), "ended", "ended");
  part(static_cast<std::size_t>(ended_untold), "opened and ended", "opened and ended since");
  if (kind != Announcement::Kind::digest) return text;
  return (was_quiet ? "While it was quiet: " : "Since yesterday: ") + text;
}

// One subject's, or nobody's: that decides who sees the delivery.
void set_subject(Announcement& told, const std::vector<GroupItem>& items) {
  if (items.empty()) return;
  const Incident& first = items.front().incident;
  const bool is_one = std::ranges::all_of(items, [&](const GroupItem& item) { return item.incident.subject == first.subject; });
  if (!is_one) return;
  told.subject = first.subject;
  told.subject_kind = to_text(first.subject_kind);
  told.subject_name = first.subject_name;
}

}  // namespace

Announcement::Kind kind_of(ToldWhat what) {
  switch (what) {
    case ToldWhat::opened:
      return Announcement::Kind::incident_opened;
    case ToldWhat::resolved:
      return Announcement::Kind::incident_resolved;
    case ToldWhat::reminder:
      break;
  }
  return Announcement::Kind::reminder;
}

Announcement announcement_of(const Incident& incident, Announcement::Kind kind, const IncidentSource& source,
                             Instant now) {
  Announcement told;
  told.workspace = incident.workspace;
  told.kind = kind;
  told.subject = incident.subject;
  told.subject_kind = to_text(incident.subject_kind);
  told.subject_name = incident.subject_name;
  told.part = incident.part_text;
  told.severity = to_text(incident.severity);
  told.headline = incident.summary;
  if (incident.is_drill) add(told, kFactDrill, "yes");
  add(told, kFactRule, incident.rule_sentence);
  add(told, kFactRuleId, incident.rule.text());
  add(told, kFactRuleKind, std::string(to_text(incident.kind)));
  add(told, kFactOpenedAt, to_iso8601(incident.opened_at));
  if (incident.resolved_at.is_set()) {
    add(told, kFactResolvedAt, to_iso8601(incident.resolved_at));
    add(told, kFactLasted, lasted_text(incident.resolved_at - incident.opened_at));
    add(told, kFactResolution, incident.resolution);
  } else if (kind == Announcement::Kind::reminder && now.is_set()) {
    add(told, kFactLasted, lasted_text(now - incident.opened_at));
  }
  if (incident.acknowledged_at.is_set()) add(told, kFactAcknowledgedBy, incident.acknowledged_by);
  if (incident.acknowledged_until.is_set()) add(told, kFactUntil, to_iso8601(incident.acknowledged_until));
  if (kind != Announcement::Kind::incident_resolved) {
    add_source(told, source);
    add_said(told, source.said);
  }
  told.thread = incident.id.text();
  told.path = "incidents/" + told.thread;
  told.incidents = {incident.id};
  if (kind == Announcement::Kind::incident_resolved) told.recovered = told.incidents;
  return told;
}

Announcement group_announcement(Announcement::Kind kind, const GroupFacts& group) {
  Announcement told;
  told.kind = kind;
  if (!group.items.empty()) told.workspace = group.items.front().incident.workspace;
  const Sorted items = sorted(group.items);
  for (const auto* list : {&items.opened, &items.reminded}) {
    if (list->empty()) continue;
    const Severity worst = list->front()->incident.severity;
    const auto before = parse_word<Severity>(told.severity);
    if (!before || *before < worst) told.severity = to_text(worst);
  }
  told.headline = headline_of(kind, items, group.ended_untold, group.was_quiet);
  const bool only_drills = !group.items.empty() && std::ranges::all_of(group.items, [](const GroupItem& item) {
    return item.incident.is_drill;
  });
  if (only_drills) add(told, kFactDrill, "yes");
  add_lines(told, items);
  if (group.items.size() > kIncidentsNamedMost) add(told, kFactCount, std::to_string(group.items.size()));
  if (group.ended_untold > 0) add(told, kFactEndedUntold, std::to_string(group.ended_untold));
  add_source(told, group.source);
  told.path = "incidents";
  for (const GroupItem& item : group.items) {
    told.incidents.push_back(item.incident.id);
    if (item.what == ToldWhat::resolved) told.recovered.push_back(item.incident.id);
  }
  set_subject(told, group.items);
  return told;
}

}  // namespace connlog
