#include "core/notify/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/net/mail_header.h"
#include "core/notify/event_facts.h"

namespace connlog {
namespace {

using Kind = Announcement::Kind;

constexpr const char* kRed = "#c8321f";
constexpr const char* kAmber = "#b26a00";
constexpr const char* kGreen = "#1a7f4b";
constexpr const char* kBlue = "#2f6fde";
constexpr std::size_t kLineCharacters = 300;
constexpr std::size_t kNotesCharacters = 1'000;
// Of a message about many, so that the whole of it has fifty lines: the others are links, runbooks, notes and who sent it.
constexpr std::size_t kLinesOfIncidents = 30;

std::string shown(Instant at) {
  const std::string iso = to_iso8601(at);
  return iso.substr(0, 10) + " " + iso.substr(11, 8) + " UTC";
}

// A fact that is a time.
std::string shown_fact(const Announcement& told, std::string_view word) {
  const std::string text(told.fact(word));
  Instant at;
  return parse_iso8601(text, at) ? shown(at) : flattened(text, 40);
}

// "agent", from the word of its kind.
std::string noun_of(const Announcement& told) {
  std::string noun = told.subject_kind.empty() ? "subject" : flattened(told.subject_kind, 40);
  std::replace(noun.begin(), noun.end(), '_', ' ');
  return noun;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string why_resolved(std::string_view resolution, const std::string& noun) {
  if (resolution == "recovered") return "It recovered by itself";
  if (resolution == "rule_deleted") return "Its rule was deleted";
  if (resolution == "rule_disabled") return "Its rule was switched off";
  if (resolution == "rule_changed") return "Its rule was changed";
  if (resolution == "subject_removed") return fmt::format("The {} was removed", noun);
  if (resolution == "subject_disabled") return fmt::format("The {} was disabled", noun);
  if (resolution == "subject_changed")
    return fmt::format("The {} was changed, and its rule is not about it any more", noun);
  if (resolution == "subject_paused") return fmt::format("The {} was paused", noun);
  if (resolution == "part_gone") return "The part is no longer there";
  if (resolution == "said_resolved") return "Its sender ended it, or the time that its sender gave it is over";
  if (resolution == "stale") return "Nothing was heard of it any more: whether it is over is not known";
  if (resolution == "drill_ended") return "The drill was ended";
  return flattened(resolution);
}

bool is_recovery(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  if (told.kind == Kind::incident_resolved) return true;
  // A group that tells of ends alone.
  const bool is_many = told.kind == Kind::group || told.kind == Kind::digest;
  return is_many && !told.incidents.empty() && told.recovered.size() == told.incidents.size();
}
bool is_drill(const MessageFacts& facts) {
  return !facts.announcement.fact(kFactDrill).empty();
}
// Somebody looks after it, and all who were told hear of that.
bool is_acknowledgement(const MessageFacts& facts) {
  return facts.announcement.kind == Kind::reminder && !facts.announcement.fact(kFactAcknowledgedBy).empty();
}
// The same of what a message told of many.
bool is_acknowledgement_of_many(const MessageFacts& facts) {
  return is_acknowledgement(facts) && (facts.announcement.incidents.size() > 1 || facts.announcement.fact(kFactRule).empty());
}
// Whether it tells of an opening that is over by now: it had to wait.
bool is_late(const MessageFacts& facts) {
  return !is_recovery(facts) && !is_acknowledgement(facts) && facts.standing && facts.standing->resolved_at.is_set();
}

const char* colour_of(const MessageFacts& facts) {
  if (is_recovery(facts)) return kGreen;
  const std::string& severity = facts.announcement.severity;
  if (severity == "critical") return kRed;
  return severity == "info" ? kBlue : kAmber;
}

// What is not known has no line.
void add(Sheet& sheet, std::string label, std::string text) {
  if (text.empty()) return;
  sheet.rows.push_back({std::move(label), std::move(text), false});
}

void add_each(Sheet& sheet, const Announcement& told, std::string_view word, const char* label,
              std::size_t most = kIncidentsNamedMost) {
  std::size_t added = 0;
  for (const auto& [name, text] : told.facts) {
    if (name != word) continue;
    if (added++ == most) return;
    add(sheet, label, flattened(text, kLineCharacters));
  }
}

std::size_t count_of(const Announcement& told, std::string_view word) {
  return static_cast<std::size_t>(
      std::ranges::count_if(told.facts, [word](const auto& fact) { return fact.first == word; }));
}

// How many incidents it is about; what is not named is behind the link.
void add_count(Sheet& sheet, const Announcement& told, std::size_t named) {
  const std::string_view count = told.fact(kFactCount);
  if (!count.empty()) return add(sheet, "In all", flattened(count, 40));
  if (named < told.incidents.size()) add(sheet, "In all", std::to_string(told.incidents.size()));
}

void add_drill(Sheet& sheet, const MessageFacts& facts) {
  if (is_drill(facts)) add(sheet, "Drill", "Somebody tries whether this message arrives. Nothing is wrong.");
}

void add_runbooks_and_notes(Sheet& sheet, const Announcement& told) {
  for (const auto& [word, text] : told.facts) {
    if (word == kFactRunbook && text.starts_with("https://"))
      sheet.rows.push_back({"Runbook", flattened(text, 500), true});
    if (word == kFactNotes) add(sheet, "Notes", flattened(text, kNotesCharacters));
  }
}

// What another system said with its event. A quotation: nothing of it is taken for connlog's own words.
void add_said(Sheet& sheet, const Announcement& told) {
  for (const auto& [word, text] : told.facts) {
    if (word == kFactSourceLink && (text.starts_with("https://") || text.starts_with("http://")))
      sheet.rows.push_back({"At the source", flattened(text, 500), true});
    if (word == kFactDetail) add(sheet, "Detail", fmt::format("“{}”", flattened(text, kLineCharacters)));
  }
}

void add_acknowledgement(Sheet& sheet, const Announcement& told) {
  std::string by = flattened(told.fact(kFactAcknowledgedBy), 200);
  if (!told.fact(kFactUntil).empty()) by += ", until " + shown_fact(told, kFactUntil);
  add(sheet, "By", std::move(by));
}

void close(Sheet& sheet, const MessageFacts& facts, const char* link_text) {
  add(sheet, "Workspace", flattened(facts.workspace.name));
  sheet.link = link_of(facts);
  sheet.link_text = link_text;
  sheet.closing = fmt::format("Sent to the recipient \"{}\" by connlog at {}.", flattened(facts.recipient_name, 80),
                              facts.public_url);
}

void offer_acknowledge(Sheet& sheet, const MessageFacts& facts) {
  if (facts.ack_url.empty()) return;
  const Announcement& told = facts.announcement;
  const std::size_t count = told.incidents.size() - std::min(told.incidents.size(), told.recovered.size());
  const std::string what = count == 1                     ? std::string("it")
                           : count > kIncidentsNamedMost ? fmt::format("the {} most severe of these", kIncidentsNamedMost)
                                                         : fmt::format("these {} incidents", count);
  sheet.acknowledge = fmt::format("Acknowledge {} without signing in: within 30 minutes, choose the number {} at", what,
                                  facts.ack_number);
  sheet.acknowledge_link = facts.ack_url;
}

// ── One incident ──

std::string state_of(const MessageFacts& facts) {
  if (is_recovery(facts)) return "resolved";
  if (is_late(facts)) return "resolved in the meantime";
  if (is_acknowledgement(facts)) return "acknowledged";
  return facts.announcement.kind == Kind::reminder ? "still open" : "open";
}

void add_times(Sheet& sheet, const MessageFacts& facts, const std::string& noun) {
  const Announcement& told = facts.announcement;
  const std::string lasted = flattened(told.fact(kFactLasted), 40);
  const bool is_reminder = told.kind == Kind::reminder && !lasted.empty();
  if (!told.fact(kFactOpenedAt).empty())
    add(sheet, "Since", shown_fact(told, kFactOpenedAt) + (is_reminder ? ", for " + lasted : ""));
  if (!is_recovery(facts)) return;
  add(sheet, "Resolved", fmt::format("{}, after {}", shown_fact(told, kFactResolvedAt), lasted));
  add(sheet, "Reason", why_resolved(told.fact(kFactResolution), noun));
}

Sheet sheet_of_incident(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  const std::string noun = noun_of(told);
  const std::string state = state_of(facts);
  Sheet sheet;
  sheet.summary = flattened(told.headline);
  sheet.colour = is_acknowledgement(facts) ? kBlue : colour_of(facts);
  add_drill(sheet, facts);
  add(sheet, "State", told.severity.empty() ? state : fmt::format("{} ({})", state, told.severity));
  if (is_acknowledgement(facts)) add_acknowledgement(sheet, told);
  add(sheet, capitalised(noun), flattened(told.subject_name));
  if (!told.part.empty()) add(sheet, "Part", flattened(told.part));
  add(sheet, "Rule", flattened(told.fact(kFactRule)));
  add_times(sheet, facts, noun);
  add_said(sheet, told);
  add_runbooks_and_notes(sheet, told);
  const bool can_be_acknowledged = !is_recovery(facts) && !is_acknowledgement(facts);
  close(sheet, facts, can_be_acknowledged ? "Show and acknowledge the incident" : "Show the incident");
  offer_acknowledge(sheet, facts);
  return sheet;
}

Sheet sheet_of_flapping(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  Sheet sheet;
  sheet.summary = flattened(told.headline);
  sheet.colour = colour_of(facts);
  add(sheet, capitalised(noun_of(told)), flattened(told.subject_name));
  if (!told.fact(kFactSince).empty()) add(sheet, "Since", shown_fact(told, kFactSince));
  add(sheet, "Next", "Nothing more is told of it until it is steady, or down for 30 minutes in a row.");
  add_each(sheet, told, kFactLine, "Note");
  close(sheet, facts, "Show what happened");
  return sheet;
}

// ── Many incidents ──

// A summary, a group or a digest: an incident a line.
Sheet sheet_of_many(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  Sheet sheet;
  sheet.summary = flattened(told.headline);
  sheet.colour = colour_of(facts);
  add_drill(sheet, facts);
  // The most severe first; some room is kept for what is over.
  const std::size_t ended = std::min<std::size_t>(count_of(told, kFactRecovered), kLinesOfIncidents / 4);
  const std::size_t still = std::min<std::size_t>(count_of(told, kFactStillOpen), kLinesOfIncidents / 4);
  const std::size_t opened = std::min(count_of(told, kFactIncident), kLinesOfIncidents - ended - still);
  const std::size_t before = sheet.rows.size();
  const auto left = [&] { return kLinesOfIncidents - std::min(kLinesOfIncidents, sheet.rows.size() - before); };
  add_each(sheet, told, kFactIncident, told.kind == Kind::summary ? "Open" : "Opened", opened);
  add_each(sheet, told, kFactStillOpen, "Open", left() - ended);
  add_each(sheet, told, kFactRecovered, "Ended", left());
  add_count(sheet, told, sheet.rows.size() - before);
  if (facts.over_by_now > 0)
    add(sheet, "By now", fmt::format("{} of those that opened {} over", facts.over_by_now, facts.over_by_now == 1 ? "is" : "are"));
  add_runbooks_and_notes(sheet, told);
  close(sheet, facts, "Show the incidents");
  offer_acknowledge(sheet, facts);
  return sheet;
}

// Somebody looks after many at once: who, and after which.
std::string who_looks_after(const Announcement& told) {
  const std::string by = capitalised(flattened(told.fact(kFactAcknowledgedBy), 200));
  const std::size_t count = told.incidents.size();
  return fmt::format("{}{} looks after {}", by, by.find(',') == std::string::npos ? "" : ",",
                     count == 1 ? std::string("this") : fmt::format("these {}", count));
}

Sheet sheet_of_acknowledged(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  Sheet sheet;
  sheet.summary = who_looks_after(told);
  sheet.colour = kBlue;
  add_drill(sheet, facts);
  add_each(sheet, told, kFactIncident, "Incident", kLinesOfIncidents);
  add_each(sheet, told, kFactStillOpen, "Incident", kLinesOfIncidents - std::min(kLinesOfIncidents, sheet.rows.size()));
  if (sheet.rows.size() < told.incidents.size()) add(sheet, "In all", std::to_string(told.incidents.size()));
  add(sheet, "Until", shown_fact(told, kFactUntil));
  add_runbooks_and_notes(sheet, told);
  close(sheet, facts, told.incidents.size() == 1 ? "Show the incident" : "Show the incidents");
  return sheet;
}

// ── Others ──

Sheet sheet_of_weekly(const MessageFacts& facts) {
  Sheet sheet;
  sheet.summary = flattened(facts.announcement.headline);
  sheet.colour = kBlue;
  add_each(sheet, facts.announcement, kFactLine, "Note");
  if (!facts.announcement.fact(kFactSince).empty())
    add(sheet, "Since", shown_fact(facts.announcement, kFactSince));
  close(sheet, facts, "Open the overview");
  return sheet;
}

Sheet sheet_of_quiet(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  Sheet sheet;
  sheet.summary = flattened(told.headline);
  sheet.colour = kBlue;
  if (!told.subject_name.empty()) add(sheet, capitalised(noun_of(told)), flattened(told.subject_name));
  if (!told.fact(kFactSince).empty()) add(sheet, "From", shown_fact(told, kFactSince));
  if (!told.fact(kFactUntil).empty()) add(sheet, "Until", shown_fact(told, kFactUntil));
  add_each(sheet, told, kFactLine, "Note");
  close(sheet, facts, "Show what is quiet");
  return sheet;
}

Sheet sheet_of_code(const MessageFacts& facts) {
  Sheet sheet;
  sheet.summary = fmt::format("The code is {}", flattened(facts.announcement.fact(kFactCode), 20));
  sheet.colour = kBlue;
  add(sheet, "Recipient", flattened(facts.recipient_name, 80));
  add(sheet, "Workspace", flattened(facts.workspace.name));
  add(sheet, "What for", "Typed at connlog within 10 minutes, it makes alerts arrive here. Did you not ask for it? Then do nothing.");
  sheet.link = link_of(facts);
  sheet.link_text = "Open connlog";
  sheet.closing = fmt::format("Sent by connlog at {}. Nobody asks you for this code.", facts.public_url);
  return sheet;
}

Sheet sheet_of_test(const MessageFacts& facts) {
  Sheet sheet;
  sheet.summary = "This is a test. Alerts will arrive here.";
  sheet.colour = kBlue;
  if (!facts.recipient_name.empty()) add(sheet, "Recipient", flattened(facts.recipient_name, 80));
  if (!facts.workspace.id.is_nil()) add(sheet, "Workspace", flattened(facts.workspace.name));
  add(sheet, "Sent", shown(facts.now));
  sheet.link = link_of(facts);
  sheet.link_text = "Open connlog";
  sheet.closing = "Nothing happened and nothing needs to be done.";
  return sheet;
}

}  // namespace

Sheet sheet_of(const MessageFacts& facts) {
  switch (facts.announcement.kind) {
    case Kind::incident_opened:
    case Kind::incident_resolved:
    case Kind::reminder:
      return is_acknowledgement_of_many(facts) ? sheet_of_acknowledged(facts) : sheet_of_incident(facts);
    case Kind::summary:
    case Kind::group:
    case Kind::digest:
      return sheet_of_many(facts);
    case Kind::flapping:
      return sheet_of_flapping(facts);
    case Kind::weekly:
      return sheet_of_weekly(facts);
    case Kind::quiet:
      return sheet_of_quiet(facts);
    case Kind::code:
      return sheet_of_code(facts);
    case Kind::test:
      break;
  }
  return sheet_of_test(facts);
}

std::string headline_of(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  if (told.kind == Kind::test) return "Test from connlog";
  if (told.kind == Kind::code) return "Code from connlog: " + flattened(told.fact(kFactCode), 20);
  const std::string headline = flattened(told.headline, 200);
  if (told.kind == Kind::incident_resolved) return (is_drill(facts) ? "Drill resolved: " : "Resolved: ") + headline;
  if (is_acknowledgement_of_many(facts)) return who_looks_after(told);
  if (is_acknowledgement(facts)) return "Acknowledged: " + headline;
  std::string marks;
  const auto mark = [&marks](std::string_view word) {
    if (!word.empty()) marks += fmt::format("{}{}", marks.empty() ? "" : ", ", word);
  };
  if (is_drill(facts)) mark("drill");
  mark(flattened(told.severity, 40));
  if (told.kind == Kind::reminder && !is_late(facts)) mark("still open");
  if (is_late(facts)) mark("resolved in the meantime");
  return marks.empty() ? headline : fmt::format("[{}] {}", marks, headline);
}

Tone tone_of(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  if (told.kind == Kind::test) return Tone::test;
  if (is_recovery(facts)) return Tone::recovery;
  const bool is_news_alone = told.kind == Kind::weekly || told.kind == Kind::quiet || told.kind == Kind::code;
  if (is_news_alone || is_acknowledgement(facts) || told.severity == "info") return Tone::info;
  return told.severity == "critical" ? Tone::critical : Tone::warning;
}

}  // namespace connlog
