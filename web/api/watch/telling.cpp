// Why an incident was told, or not; whom a rule would tell now; the stages between.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "core/watch/telling/telling.h"
#include "web/api/notify/views.h"
#include "web/api/sight.h"
#include "web/api/views.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

std::string_view title_of(StageName name) {
  for (const Stage& stage : stages()) {
    if (stage.name == name) return stage.title;
  }
  return to_text(name);
}

// A sentence about a parent names it. Who may not see every subject gets one that names none.
std::string as_seen(const Actor& reader, std::string_view reason, const std::string& text) {
  if (reader.sight.all) return text;
  const auto known = parse_word<TellingReason>(reason);
  if (!known) return text;
  switch (*known) {
    case TellingReason::waiting_for_parent:
      return "It waits for the state of something on which it depends.";
    case TellingReason::parent_down:
      return "Something on which it depends is down.";
    case TellingReason::parent_maintained:
      return "A maintenance of something on which it depends runs.";
    case TellingReason::parent_recovering:
      return "Something on which it depends has just come back.";
    default:
      return text;
  }
}

json stage_view(const Actor& reader, const Telling::StageView& stage) {
  return {{"stage", to_text(stage.stage)},
          {"title", title_of(stage.stage)},
          {"verdict", to_text(stage.verdict)},
          {"reason", to_text(stage.reason)},
          {"text", as_seen(reader, to_text(stage.reason), stage.text)},
          {"until", time_view(stage.until)},
          {"recipient", nullptr}};
}

// Of one recipient: what its last stages decided, or that it was told.
json recipient_view(const Actor& reader, const TellingEntry& entry) {
  const auto stage = parse_word<StageName>(entry.stage);
  return {{"stage", entry.stage},
          {"title", stage ? title_of(*stage) : std::string_view(entry.stage)},
          {"verdict", entry.verdict},
          {"reason", entry.reason},
          {"text", as_seen(reader, entry.reason, entry.text)},
          {"until", time_view(entry.until)},
          {"recipient", {{"id", entry.recipient.text()}, {"name", entry.recipient_name}}}};
}

json entry_view(const Actor& reader, const TellingEntry& entry) {
  json recipient;
  if (!entry.recipient.is_nil()) recipient = {{"id", entry.recipient.text()}, {"name", entry.recipient_name}};
  return {{"at", time_view(entry.at)},
          {"stage", entry.stage},
          {"verdict", entry.verdict},
          {"reason", entry.reason},
          {"text", as_seen(reader, entry.reason, entry.text)},
          {"until", time_view(entry.until)},
          {"recipient", std::move(recipient)}};
}

// ── Recipients ──
// A message about many is written once, and no decision is kept for each incident in it: what it said of this one is
// read from the message.

struct ToldOne {
  RecipientId recipient;
  std::string name;
  TellingReason reason = TellingReason::told;
  Instant at;
  bool is_of_many = false;
  bool had_waited = false;  // no decision that somebody was told at once names it
};

bool is_in(const std::vector<IncidentId>& incidents, IncidentId id) {
  return std::ranges::find(incidents, id) != incidents.end();
}

std::optional<TellingReason> said_by(const Announcement& told, IncidentId id) {
  using enum Announcement::Kind;
  if (told.kind == incident_resolved || is_in(told.recovered, id)) return TellingReason::recovery_told;
  if (told.kind == incident_opened || told.kind == group || told.kind == digest || told.kind == summary)
    return TellingReason::told;
  if (told.kind == reminder && told.fact(kFactAcknowledgedBy).empty()) return TellingReason::told_again;
  return std::nullopt;
}

// Who got which message about it, oldest first. `entries` know names; of others there is what the delivery shows.
std::vector<ToldOne> told_by(const std::vector<LoggedDelivery>& deliveries, const std::vector<TellingEntry>& entries,
                             IncidentId id) {
  std::vector<ToldOne> told;
  for (const LoggedDelivery& each : deliveries) {
    const auto reason = said_by(each.announcement, id);
    if (!reason || each.notification.state == Notification::State::failed) continue;
    ToldOne one{each.notification.recipient, each.notification.shown, *reason, each.notification.created_at,
                each.announcement.incidents.size() > 1, false};
    const auto known = std::ranges::find(entries, one.recipient, &TellingEntry::recipient);
    if (known != entries.end()) {
      one.name = known->recipient_name;
      one.had_waited = known->at <= one.at;
    }
    told.push_back(std::move(one));
  }
  return told;
}

TellingEntry entry_of(const ToldOne& told, IncidentId id, WorkspaceId workspace) {
  TellingEntry entry;
  entry.incident = id;
  entry.workspace = workspace;
  entry.at = told.at;
  entry.stage = to_text(StageName::grouping);
  entry.verdict = to_text(StageVerdict::pass);
  entry.reason = to_text(told.reason);
  entry.text = told.reason == TellingReason::recovery_told ? "its end was told, with others, in one message"
                                                           : "told with others, in one message";
  entry.recipient = told.recipient;
  entry.recipient_name = told.name;
  return entry;
}

std::vector<TellingEntry> with_groups(std::vector<TellingEntry> entries, const std::vector<ToldOne>& told,
                                      IncidentId id, WorkspaceId workspace) {
  for (const ToldOne& each : told) {
    if (each.is_of_many) entries.push_back(entry_of(each, id, workspace));
  }
  std::ranges::stable_sort(entries, {}, &TellingEntry::at);
  return entries;
}

// How it stands with each recipient: the newest of what was decided and what was sent.
std::vector<TellingEntry> newest_of_each(const std::vector<TellingEntry>& entries, const std::vector<ToldOne>& told,
                                         IncidentId id, WorkspaceId workspace) {
  std::vector<TellingEntry> all = entries;
  for (const ToldOne& each : told) {
    if (each.is_of_many) continue;
    TellingEntry alone = entry_of(each, id, workspace);
    alone.text.clear();
    all.push_back(std::move(alone));
  }
  std::ranges::stable_sort(all, {}, &TellingEntry::at);
  std::vector<TellingEntry> newest;
  for (TellingEntry& entry : all) {
    if (entry.recipient.is_nil()) continue;
    const auto known = std::ranges::find(newest, entry.recipient, &TellingEntry::recipient);
    (known == newest.end() ? newest.emplace_back() : *known) = std::move(entry);
  }
  return newest;
}

// "told to Ada, chat hook; Bo waits: it joins the next message, at {…} at the latest". What was stored names those who
// were told at once.
std::string text_of(const std::vector<TellingEntry>& newest, const std::vector<ToldOne>& told,
                    const std::string& stored) {
  constexpr std::string_view kToldTo = "told to ";
  std::string text = stored.starts_with(kToldTo) ? stored : std::string();
  const TellingEntry* waiting = nullptr;
  std::string waits;
  for (const TellingEntry& each : newest) {
    const auto sent = std::ranges::find(told, each.recipient, &ToldOne::recipient);
    if (sent != told.end()) {
      if (sent->had_waited) text += (text.empty() ? std::string(kToldTo) : ", ") + each.recipient_name;
    } else if (each.verdict == to_text(StageVerdict::hold)) {
      waits += (waits.empty() ? "" : ", ") + each.recipient_name;
      waiting = &each;
    }
  }
  if (waiting == nullptr) return text.empty() ? stored : text;
  return text + (text.empty() ? "" : "; ") + waits + " waits: " + waiting->text;
}

json would_tell_view(const Telling::WouldTell& would) {
  return {{"recipient",
           {{"id", would.recipient.id.text()},
            {"name", would.recipient.name},
            {"shown", would.recipient.shown},
            {"channel", would.recipient.channel}}},
          {"verdict", to_text(would.verdict)},
          {"reason", to_text(would.reason)},
          {"text", would.text},
          {"until", time_view(would.until)}};
}

}  // namespace

Result<Reply> show_incident_telling(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const IncidentId id = TRY(ctx.id<IncidentId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto incident = TRY(services.incidents.find(snapshot, ctx.workspace->id, id));
    if (!incident || !sees_subject(services.directory, ctx.actor, incident->subject))
      return Error{ErrorCode::not_found, "There is no such incident."};
    const Telling::View told = TRY(services.telling.view(snapshot, ctx.workspace->id, id));
    json body = {{"phase", nullptr}, {"reason", ""}, {"text", ""}};
    if (told.row) {
      body["phase"] = to_text(told.row->phase);
      body["reason"] = told.row->reason;
      body["text"] = as_seen(ctx.actor, told.row->reason, told.row->text);
    }
    const auto deliveries = TRY(services.outbox.of_incident(snapshot, ctx.workspace->id, id));
    const auto sent = told_by(deliveries, told.entries, id);
    const auto entries = with_groups(told.entries, sent, id, ctx.workspace->id);
    const auto newest = newest_of_each(entries, sent, id, ctx.workspace->id);
    if (told.row && told.row->phase == TellingPhase::told && told.row->reason == to_text(TellingReason::told))
      body["text"] = text_of(newest, sent, told.row->text);
    body["now"] = json::array();
    for (const Telling::StageView& stage : told.now) body["now"].push_back(stage_view(ctx.actor, stage));
    if (!told.now.empty()) {
      for (const TellingEntry& each : newest) body["now"].push_back(recipient_view(ctx.actor, each));
    }
    body["entries"] = json::array();
    for (const TellingEntry& entry : entries) body["entries"].push_back(entry_view(ctx.actor, entry));
    body["deliveries"] = json::array();
    for (LoggedDelivery delivery : deliveries) {
      Announcement& about = delivery.announcement;
      if (!about.subject.is_nil() && !sees_subject(services.directory, ctx.actor, about.subject)) {
        about.headline.clear();
        about.subject_name.clear();
        about.subject = {};
      }
      body["deliveries"].push_back(view(delivery));
    }
    return json_reply(200, body);
  });
}

Result<Reply> show_rule_telling(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const RuleId id = TRY(ctx.id<RuleId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto rule = TRY(services.rules.find(snapshot, ctx.workspace->id, id));
    if (!rule || !sees_rule(services.directory, ctx.actor, *rule))
      return Error{ErrorCode::not_found, "There is no such rule."};
    json items = json::array();
    const auto would = TRY(services.telling.would_tell(snapshot, *rule));
    for (const Telling::WouldTell& each : would) items.push_back(would_tell_view(each));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> list_telling_stages(Context&) {
  json items = json::array();
  for (const Stage& stage : stages()) {
    items.push_back({{"name", to_text(stage.name)},
                     {"title", stage.title},
                     {"sentence", stage.sentence},
                     {"per_recipient", stage.decide == nullptr}});
  }
  return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
}

}  // namespace connlog::web::watch
