#include "core/watch/quiet/quiet_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/watch/subject_service.h"

namespace connlog {
namespace {

Error no_such_quiet() {
  return {ErrorCode::not_found, "There is no such maintenance or mute."};
}

bool names_one(const QuietMatcher& matcher) {
  return !matcher.subject.is_nil() || !matcher.group.is_nil();
}

bool is_over(const Quiet& quiet, Instant now) {
  return quiet.ended_early_at.is_set() || (quiet.ends_at.is_set() && quiet.ends_at <= now);
}

bool is_of_people(const Quiet& quiet) {
  return quiet.kind == QuietKind::maintenance || quiet.kind == QuietKind::mute;
}

bool is_same(const QuietMatcher& a, const QuietMatcher& b) {
  return a.subject == b.subject && a.group == b.group && a.tag == b.tag && a.label == b.label && a.rule == b.rule &&
         a.severity == b.severity;
}

// A form sends back what it got: times in whole seconds, and members that do not matter for what comes once.
bool changes_the_past(const QuietChange& change, const Quiet& before) {
  const auto differs = [](const auto& wanted, const auto& present) { return wanted && *wanted != present; };
  const bool other_matchers = change.matchers && !std::ranges::equal(*change.matchers, before.matchers, is_same);
  const bool other_begin =
      change.starts_at && std::chrono::abs(*change.starts_at - before.starts_at) >= microseconds(seconds(1));
  if (other_matchers || other_begin || differs(change.repeat, before.repeat)) return true;
  if (before.repeat == QuietRepeat::once) return false;
  return differs(change.zone, before.zone) || differs(change.schedule, before.schedule) ||
         differs(change.duration_seconds, before.duration_seconds);
}

// Whether its first window has.
bool has_begun(const Quiet& quiet, Instant now) {
  const auto first = window_after(quiet, quiet.starts_at - microseconds(1));
  return first && first->from <= now;
}

std::string text_of(const QuietMatcher& matcher) {
  std::string text;
  const auto add = [&text](std::string_view what, std::string_view value) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " and ", what, value);
  };
  if (!matcher.subject.is_nil()) add("subject", matcher.subject.text());
  if (!matcher.group.is_nil()) add("group", matcher.group.text());
  if (!matcher.tag.empty()) add("tag", matcher.tag);
  if (!matcher.label.empty()) add("label", matcher.label);
  if (!matcher.rule.is_nil()) add("rule", matcher.rule.text());
  if (matcher.severity) add("severity", to_text(*matcher.severity));
  return text.empty() ? "everything" : text;
}

Error not_confirmed(const QuietReach& reach) {
  return Error{
      ErrorCode::conflict,
      fmt::format("This covers {} of {}. It may last a day at most, the owners are told when it begins and every "
                  "day, and everybody sees who asked for it. Confirm that this is meant.",
                  reach.matches, reach.subjects),
      "confirm_wide"};
}

}  // namespace

std::string sentence(const Quiet& quiet) {
  std::string text = quiet.name + ": ";
  constexpr std::size_t kNamed = 5;
  for (std::size_t i = 0; i < std::min(quiet.matchers.size(), kNamed); ++i)
    text += (i == 0 ? "" : ", ") + text_of(quiet.matchers[i]);
  if (quiet.matchers.size() > kNamed) text += fmt::format(" and {} more", quiet.matchers.size() - kNamed);
  if (quiet.repeat == QuietRepeat::once) {
    text += fmt::format("; from {} to {}", to_iso8601(quiet.starts_at), to_iso8601(quiet.ends_at));
  } else {
    text += fmt::format("; {} for {} ({})", quiet.schedule, duration_text(quiet.duration_seconds), quiet.zone);
    if (quiet.ends_at.is_set()) text += ", until " + to_iso8601(quiet.ends_at);
  }
  return text;
}

Result<void> QuietService::load(Snapshot& snapshot) {
  const Instant now = parts_.clock.now();
  auto quiets = TRY(parts_.quiets.all_current(snapshot, now));
  parts_.book.load(std::move(quiets));
  last_round_ = now;
  return {};
}

bool QuietService::sees(const Actor& actor, const Quiet& quiet) const {
  if (actor.sight.all) return true;
  return std::ranges::any_of(quiet.matchers, [&](const QuietMatcher& each) {
    if (!names_one(each)) return true;  // it covers what the actor sees too
    const SubjectId named = each.subject.is_nil() ? SubjectId(each.group) : each.subject;
    const auto row = parts_.directory.row(quiet.workspace, named);
    return row != nullptr && actor.sight.sees(row->teams);
  });
}

Result<Quiet> QuietService::find(Snapshot& snapshot, const Actor& actor, QuietId id) const {
  auto found = TRY(parts_.quiets.find(snapshot, actor.workspace, id));
  if (!found || !sees(actor, *found)) return no_such_quiet();
  return *std::move(found);
}

// Operators edit by the grant of a team: each line must name something of such a team.
Result<void> QuietService::check_may_edit(Snapshot& snapshot, const Actor& actor,
                                          const std::vector<QuietMatcher>& matchers) const {
  const bool is_by_grant = actor.role == Role::operator_ && !actor.user.is_nil();
  if (!is_by_grant) return {};
  const auto granting = TRY(granting_teams(snapshot, parts_.teams, actor));
  const Sight granted{.all = false, .teams = granting};
  for (const QuietMatcher& each : matchers) {
    const SubjectId named = each.subject.is_nil() ? SubjectId(each.group) : each.subject;
    const auto row = parts_.directory.row(actor.workspace, named);
    if (row != nullptr && granted.sees(row->teams)) continue;
    return Error{ErrorCode::forbidden,
                 "Your teams let you quieten what belongs to them, by its name. Quiet for more is for admins."};
  }
  return {};
}

// What it names is there and in sight.
Result<QuietMatcher> QuietService::checked(Snapshot& snapshot, const Actor& actor, QuietMatcher matcher,
                                           const std::string& field) const {
  const auto is_seen = [&](const SubjectId& id, bool is_group) {
    const auto found = parts_.directory.find(actor.workspace, id);
    return found && actor.sight.sees(found->row->teams) && (!is_group || found->row->kind == SubjectKind::group);
  };
  if (!matcher.subject.is_nil() && !is_seen(matcher.subject, false))
    return invalid(field + "subject_id", "There is no such subject.");
  if (!matcher.group.is_nil() && !is_seen(matcher.group, true))
    return invalid(field + "group_id", "There is no such group.");
  if (!actor.sight.all && !names_one(matcher))
    return invalid(field + "subject_id", "You see a part of this workspace. Name a subject or a group of it.");
  if (!matcher.tag.empty()) matcher.tag = TRY(one_line(field + "tag", "The tag", matcher.tag, 1, kTagCharactersMax));
  if (!matcher.label.empty()) {
    const Label label = TRY(parse_label(field + "label", matcher.label));
    matcher.label = is_any_value(matcher.label) ? label.key : label.key + "=" + label.value;
  }
  if (!matcher.rule.is_nil()) {
    const auto rule = TRY(parts_.rules.find(snapshot, actor.workspace, matcher.rule));
    if (!rule) return invalid(field + "rule_id", "There is no such rule.");
  }
  return matcher;
}

// Name, reason, end and lines as they are stored.
Result<Quiet> QuietService::completed(Snapshot& snapshot, const Actor& actor, Quiet quiet) const {
  if (quiet.kind != QuietKind::maintenance && quiet.name.empty()) {
    const std::size_t line = quiet.reason.find('\n');
    quiet.name = connlog::cut(quiet.reason.substr(0, line), 80);
  }
  quiet.name = TRY(one_line("name", "The name", quiet.name, 1, 80));
  quiet.reason = TRY(some_lines("reason", "The reason", quiet.reason, 0, 500));
  if (quiet.repeat == QuietRepeat::once) {
    if (!quiet.ends_at.is_set() && quiet.duration_seconds > 0)
      quiet.ends_at = quiet.starts_at + seconds(quiet.duration_seconds);
    quiet.duration_seconds = 0;
    quiet.schedule.clear();
  }
  if (quiet.matchers.empty()) quiet.matchers.emplace_back();
  for (std::size_t i = 0; i < std::min(quiet.matchers.size(), kMatchersMax); ++i) {
    quiet.matchers[i] = TRY(checked(snapshot, actor, quiet.matchers[i], fmt::format("matchers.{}.", i)));
  }
  return quiet;
}

Result<Quiet> QuietService::planned(Snapshot& snapshot, const Actor& actor, Quiet quiet) const {
  TRY(check_may_edit(snapshot, actor, quiet.matchers.empty() ? std::vector<QuietMatcher>(1) : quiet.matchers));
  const Instant now = parts_.clock.now();
  quiet.workspace = actor.workspace;
  quiet.by = actor.user;
  quiet.by_name = actor.name;
  quiet.created_at = now;
  // The past is in charts and uptime already.
  if (quiet.starts_at < now || quiet.kind == QuietKind::mute) quiet.starts_at = now;
  quiet = TRY(completed(snapshot, actor, std::move(quiet)));
  const QuietReach found = TRY(reach(snapshot, quiet));
  quiet.is_wide = found.is_wide;
  TRY(validate(quiet, now));
  return quiet;
}

Result<QuietReach> QuietService::reach(Snapshot& snapshot, const Quiet& quiet, const Sight* sight) const {
  const auto rules = TRY(parts_.rules.list(snapshot, quiet.workspace));
  const Instant now = parts_.clock.now();
  std::vector<Quiet> others = parts_.book.of(quiet.workspace);
  std::erase_if(others, [&](const Quiet& other) {
    return !is_of_people(other) || other.is_wide || other.id == quiet.id || is_over(other, now);
  });
  others = overlapping(quiet, std::move(others), now);
  return reach_of(quiet, parts_.directory, rules, others, sight);
}

// Snoozes have the same bound, of their own: who may acknowledge keeps nobody from planning a maintenance.
Result<void> QuietService::check_room(WorkspaceId workspace, const Quiet& wanted, bool is_new) const {
  const Instant now = parts_.clock.now();
  std::size_t standing = 0, lines = 0;
  for (const Quiet& each : parts_.book.of(workspace)) {
    if (is_over(each, now) || each.id == wanted.id || is_of_people(each) != is_of_people(wanted) ||
        each.kind == QuietKind::host) {
      continue;
    }
    ++standing;
    lines += each.matchers.size();
  }
  if (is_new && standing >= kQuietsMax) {
    return Error{ErrorCode::conflict,
                 fmt::format("A workspace has at most {} of these at a time. End one first.", kQuietsMax)};
  }
  if (is_of_people(wanted) && lines + wanted.matchers.size() > kLinesOfWorkspaceMax) {
    return Error{ErrorCode::conflict,
                 fmt::format("All maintenances and mutes of a workspace have at most {} lines. Name a group or a tag in "
                             "place of many subjects, or end one first.",
                             kLinesOfWorkspaceMax)};
  }
  return {};
}

void QuietService::publish(WorkspaceId workspace) {
  parts_.bus.publish({workspace, EventScope::everybody(), EventName::quiet_changed,
                      fmt::format(R"({{"workspace_id":"{}"}})", workspace.text())});
}

void QuietService::publish(Transaction& tx, WorkspaceId workspace) {
  tx.after_commit([this, workspace] { publish(workspace); });
}

// Writes it, with all that follows. `quiet` gets the time when its owners were told.
Result<void> QuietService::store(Transaction& tx, const Actor& actor, Quiet& quiet, bool is_new,
                                 const std::string& act) {
  const Instant now = parts_.clock.now();
  if (is_new) {
    TRY(parts_.quiets.insert(tx, quiet));
  } else {
    TRY(parts_.quiets.update(tx, quiet));
  }
  const auto window = window_at(quiet, now);
  const bool is_untold = window && quiet.is_wide && quiet.owners_told_at < window->from;
  if (is_untold) TRY(tell_owners(tx, quiet, *window));
  TRY(parts_.audit.append(tx, actor, act, quiet.id.text(), sentence(quiet)));
  if (parts_.reconsider) TRY(parts_.reconsider(tx, quiet.workspace));
  tx.after_commit([this, stored = quiet] { parts_.book.put(stored); });
  publish(tx, quiet.workspace);
  return {};
}

Result<Quiet> QuietService::add(Transaction& tx, const Actor& actor, Quiet asked, bool confirm_wide) {
  TRY(check_room(actor.workspace, asked, true));
  Quiet quiet = TRY(planned(tx, actor, std::move(asked)));
  quiet.id = QuietId::make(quiet.created_at, parts_.random);
  quiet.version = 1;
  if (quiet.is_wide && !confirm_wide) {
    const QuietReach found = TRY(reach(tx, quiet, &actor.sight));
    return not_confirmed(found);
  }
  TRY(store(tx, actor, quiet, true, quiet.kind == QuietKind::maintenance ? "maintenance.added" : "mute.added"));
  return quiet;
}

Result<Quiet> QuietService::change(Transaction& tx, const Actor& actor, QuietId id, const QuietChange& change,
                                   std::int64_t expected_version, bool confirm_wide) {
  const Quiet before = TRY(find(tx, actor, id));
  TRY(check_may_edit(tx, actor, before.matchers));
  const Instant now = parts_.clock.now();
  if (expected_version != 0 && expected_version != before.version) {
    return Error{ErrorCode::conflict,
                 "Somebody else changed this in the meantime. Load it again and repeat your change."};
  }
  if (is_over(before, now)) return Error{ErrorCode::conflict, "This is over. Make a new one."};
  if (before.kind != QuietKind::maintenance && before.kind != QuietKind::mute)
    return Error{ErrorCode::conflict, "This has an end and nothing to change. End it, and ask for it anew."};
  const bool begun = has_begun(before, now);
  if (begun && changes_the_past(change, before)) {
    return Error{
        ErrorCode::conflict,
        "This has begun, and its time is in charts and uptime. Its name, its reason and its end can be changed. "
        "For another schedule or other subjects, end it and make a new one."};
  }
  Quiet quiet = before;
  if (change.name) quiet.name = *change.name;
  if (change.reason) quiet.reason = *change.reason;
  if (change.matchers) quiet.matchers = *change.matchers;
  if (change.repeat) quiet.repeat = *change.repeat;
  if (change.zone) quiet.zone = *change.zone;
  if (change.schedule) quiet.schedule = *change.schedule;
  if (change.duration_seconds) quiet.duration_seconds = *change.duration_seconds;
  if (!begun) quiet.starts_at = std::max(change.starts_at.value_or(before.starts_at), now);
  if (change.ends_at) quiet.ends_at = *change.ends_at;
  if (!begun && change.duration_seconds && !change.ends_at && quiet.repeat == QuietRepeat::once) quiet.ends_at = {};
  quiet = TRY(completed(tx, actor, std::move(quiet)));
  TRY(check_may_edit(tx, actor, quiet.matchers));
  TRY(check_room(actor.workspace, quiet, false));
  const QuietReach found = TRY(reach(tx, quiet, &actor.sight));
  quiet.is_wide = found.is_wide;
  TRY(validate(quiet, now));
  if (quiet.is_wide && !confirm_wide) return not_confirmed(found);
  quiet.version += 1;
  TRY(store(tx, actor, quiet, false, quiet.kind == QuietKind::maintenance ? "maintenance.changed" : "mute.changed"));
  return quiet;
}

Result<Quiet> QuietService::end(Transaction& tx, const Actor& actor, QuietId id, bool only_window) {
  Quiet quiet = TRY(find(tx, actor, id));
  const Instant now = parts_.clock.now();
  // What a host asked for may be ended by everybody who may edit the host.
  TRY(check_may_edit(tx, actor, quiet.matchers));
  if (is_over(quiet, now)) return Error{ErrorCode::conflict, "This is over already."};
  const bool goes_on = only_window && quiet.repeat != QuietRepeat::once;
  if (goes_on && !window_at(quiet, now))
    return Error{ErrorCode::conflict, "None of its windows runs now, so there is nothing to end but all of it."};
  std::optional<Quiet> next;
  if (goes_on) {
    next = quiet;
    next->id = QuietId::make(now, parts_.random);
    next->starts_at = now;  // the window that runs began before, so it is not this one's
    next->owners_told_at = {};
    next->created_at = now;
    next->version = 1;
  }
  quiet.ended_early_at = now;
  quiet.version += 1;
  TRY(store(tx, actor, quiet, false, "quiet.ended"));
  if (!next || !window_after(*next, now)) return quiet;
  TRY(store(tx, actor, *next, true, "maintenance.added"));
  return *std::move(next);
}

Result<Quiet> QuietService::snooze(Transaction& tx, const Actor& actor, IncidentId id, std::int64_t minutes) {
  const Error not_there{ErrorCode::not_found, "There is no such incident."};
  const auto incident = TRY(parts_.incidents.find(tx, actor.workspace, id));
  if (!incident) return not_there;
  const auto row = parts_.directory.row(actor.workspace, incident->subject);
  if (!actor.sight.all && (row == nullptr || !actor.sight.sees(row->teams))) return not_there;
  const Instant now = parts_.clock.now();
  std::optional<Quiet> standing;
  for (Quiet& each : parts_.book.of(actor.workspace)) {
    const bool is_it = each.kind == QuietKind::snooze && each.matchers.size() == 1 &&
                       each.matchers[0].subject == incident->subject && each.matchers[0].rule == incident->rule;
    if (is_it && !is_over(each, now)) standing = std::move(each);
  }
  if (minutes == 0) {
    if (!standing) return Error{ErrorCode::conflict, "This incident is not snoozed."};
    standing->ended_early_at = now;
    standing->version += 1;
    TRY(store(tx, actor, *standing, false, "quiet.ended"));
    return *std::move(standing);
  }
  if (incident->resolved_at.is_set())
    return Error{ErrorCode::conflict, "The incident is resolved already; there is nothing to snooze."};
  if (incident->severity == Severity::critical && seconds(minutes * 60) > kWideQuietMax)
    return invalid("minutes", "What is critical is snoozed for 24 hours at most.");
  if (standing) {  // the one snooze gets another end
    standing->by = actor.user;
    standing->by_name = actor.name;
    standing->ends_at = now + seconds(minutes * 60);
    standing->version += 1;
    TRY(validate(*standing, now));
    TRY(store(tx, actor, *standing, false, "incident.snoozed"));
    return *std::move(standing);
  }
  Quiet quiet;
  quiet.id = QuietId::make(now, parts_.random);
  quiet.workspace = actor.workspace;
  quiet.kind = QuietKind::snooze;
  quiet.name = connlog::cut(incident->summary, 80);
  quiet.matchers.emplace_back();
  quiet.matchers[0].subject = incident->subject;
  quiet.matchers[0].rule = incident->rule;
  quiet.by = actor.user;
  quiet.by_name = actor.name;
  quiet.starts_at = quiet.created_at = now;
  quiet.ends_at = now + seconds(minutes * 60);
  TRY(check_room(actor.workspace, quiet, true));
  TRY(validate(quiet, now));
  TRY(store(tx, actor, quiet, true, "incident.snoozed"));
  return quiet;
}

Result<MaintainedTimes> QuietService::marked(Snapshot& snapshot, WorkspaceId workspace, Instant from,
                                             Instant to) const {
  auto quiets = TRY(parts_.quiets.overlapping(snapshot, workspace, from, to));
  return MaintainedTimes(parts_.directory, std::move(quiets), from, to);
}

Result<MaintainedTimes> QuietService::maintained(Snapshot& snapshot, WorkspaceId workspace, Instant from,
                                                 Instant to) const {
  const TellingSettings settings = TRY(parts_.settings.find(snapshot, workspace));
  if (settings.maintenance_counts) return MaintainedTimes();
  return marked(snapshot, workspace, from, to);
}

Result<TellingSettings> QuietService::change_settings(Transaction& tx, const Actor& actor, TellingSettings wanted,
                                                      std::int64_t expected_version) {
  const TellingSettings before = TRY(parts_.settings.find(tx, actor.workspace));
  if (expected_version != 0 && expected_version != before.version) {
    return Error{ErrorCode::conflict,
                 "Somebody else changed these settings in the meantime. Load them again and repeat your change."};
  }
  wanted.workspace = actor.workspace;
  wanted.version = before.version + 1;
  TRY(parts_.settings.put(tx, wanted));
  TRY(parts_.audit.append(
      tx, actor, "telling_settings.changed", actor.workspace.text(),
      fmt::format("groups after {} s, then every {} s; hosts may ask for {} min a day; maintenance {} in uptime; an "
                  "acknowledgement lasts {} h",
                  wanted.group_wait_seconds, wanted.group_every_seconds, wanted.host_quiet_minutes,
                  wanted.maintenance_counts ? "counts" : "does not count", wanted.acknowledge_hours)));
  publish(tx, actor.workspace);
  return wanted;
}

}  // namespace connlog
