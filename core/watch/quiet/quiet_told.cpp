// Of quiet, what is told: to owners of what is wide, to a host's recipients of what it asked for; and the host's own
// requests.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/watch/quiet/quiet_service.h"

namespace connlog {
namespace {

constexpr seconds kDay{86'400};
constexpr seconds kUnionsEvery{60};
constexpr seconds kWideAtLeast{3'600};

std::int64_t whole_minutes(microseconds span) {
  return (span.count() + 59'999'999) / 60'000'000;
}

// "23:37 UTC", with its day where that is another than that of `now`.
std::string short_time(Instant at, Instant now) {
  const std::string iso = to_iso8601(at);
  const std::string day = iso.substr(0, 10) == to_iso8601(now).substr(0, 10) ? "" : iso.substr(0, 10) + " ";
  return day + iso.substr(11, 5) + " UTC";
}

Actor host_actor(const HostAsk& ask, const std::string& name) {
  Actor actor;
  actor.kind = Actor::Kind::agent;
  actor.agent = ask.agent;
  actor.workspace = ask.workspace;
  actor.name = name;
  actor.address = ask.address;
  return actor;
}

HostAnswer refusal(HostAnswer::Kind kind, std::int64_t left, std::string text) {
  HostAnswer answer;
  answer.kind = kind;
  answer.left_minutes = left;
  answer.text = std::move(text);
  return answer;
}

}  // namespace

Result<void> QuietService::tell_owners(Transaction& tx, Quiet& quiet, const QuietWindow& window) {
  const Instant now = parts_.clock.now();
  const auto workspace = TRY(parts_.workspaces.find(tx, quiet.workspace));
  if (!workspace) return {};
  const QuietReach found = TRY(reach(tx, quiet));
  OwnersLetter letter;
  letter.kind = "wide_quiet";
  letter.headline = fmt::format("Quiet now: {} of {}, by {}, until {}", found.matches, found.subjects, quiet.by_name,
                                short_time(window.to, now));
  letter.paragraphs = {
      fmt::format(
          "{} has made \"{}\" quiet in the workspace {}. Until it ends nobody is told of new alerts of it. Checks go "
          "on, and what is still open at the end is told then.",
          quiet.by_name, quiet.name, workspace->name),
      quiet.reason.empty() ? std::string() : "The reason that was given: " + quiet.reason,
      "You get this mail when something as wide as this begins, and once a day while it lasts. If it is not meant, end it."};
  if (found.matches * 2 <= found.subjects && found.together * 2 > found.subjects) {
    letter.paragraphs.push_back(fmt::format("Together with what else is quiet or planned it covers {} of {}.",
                                            found.together, found.subjects));
  }
  letter.path = fmt::format("/w/{}/quiet", workspace->slug);
  letter.link_text = "Look at what is quiet";
  TRY(parts_.owners.tell_owners(tx, quiet.workspace, letter));
  quiet.owners_told_at = now;
  return parts_.quiets.update(tx, quiet);
}

Result<void> QuietService::round() {
  const Instant now = parts_.clock.now();
  if (!last_round_.is_set() || now < last_round_) last_round_ = now;
  for (const WorkspaceId workspace : parts_.book.begun_between(last_round_, now)) publish(workspace);
  last_round_ = now;
  std::vector<Quiet> wide;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    wide = TRY(parts_.quiets.all_current(snapshot, now));
    return {};
  });
  TRY(read);
  const Monotonic monotonic = parts_.clock.monotonic();
  if (unions_looked_.micros == 0 || monotonic - unions_looked_ >= kUnionsEvery) {
    unions_looked_ = monotonic;
    std::set<WorkspaceId> workspaces;
    for (const Quiet& each : wide) workspaces.insert(each.workspace);
    TRY(look_at_unions({workspaces.begin(), workspaces.end()}, now));
  }
  std::erase_if(wide, [&](const Quiet& quiet) {
    if (!quiet.is_wide) return true;
    const auto window = window_at(quiet, now);
    return !window || (quiet.owners_told_at >= window->from && now - quiet.owners_told_at < kDay);
  });
  for (const Quiet& each : wide) {
    const auto told = parts_.stores.write([&](Transaction& tx) -> Result<void> {
      auto quiet = TRY(parts_.quiets.find(tx, each.workspace, each.id));
      if (!quiet || quiet->version != each.version) return {};  // looked at in the next round
      const auto window = window_at(*quiet, now);
      if (!window) return {};
      TRY(tell_owners(tx, *quiet, *window));
      tx.after_commit([this, stored = *quiet] { parts_.book.put(stored); });
      return {};
    });
    TRY(told);
  }
  return {};
}

// What was narrow when it was made may be wide by now: subjects went, and others of which nobody thought run beside it.
Result<void> QuietService::look_at_unions(const std::vector<WorkspaceId>& workspaces, Instant now) {
  for (const WorkspaceId workspace : workspaces) {
    std::vector<Quiet> running;
    bool is_told = false;
    for (auto& [quiet, window] : parts_.book.running(workspace, now)) {
      if (quiet.kind != QuietKind::maintenance && quiet.kind != QuietKind::mute) continue;
      is_told = is_told || quiet.is_wide;
      running.push_back(std::move(quiet));
    }
    if (running.empty() || is_told) continue;
    QuietReach together;
    const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
      const auto rules = TRY(parts_.rules.list(snapshot, workspace));
      together = union_of(workspace, running, parts_.directory, rules);
      return {};
    });
    TRY(read);
    if (!together.is_wide) continue;
    TRY(become_wide(*std::ranges::max_element(running, {}, &Quiet::created_at), now));
  }
  return {};
}

// It lasts a day from its beginning at most, and an hour from now at least: its owners are told now.
Result<void> QuietService::become_wide(const Quiet& newest, Instant now) {
  return parts_.stores.write([&](Transaction& tx) -> Result<void> {
    auto quiet = TRY(parts_.quiets.find(tx, newest.workspace, newest.id));
    if (!quiet || quiet->version != newest.version || quiet->ended_early_at.is_set()) return {};
    const auto window = window_at(*quiet, now);
    if (!window) return {};
    const Instant most = std::max(window->from + kWideQuietMax, now + kWideAtLeast);
    if (window->to > most) quiet->ends_at = most;
    quiet->is_wide = true;
    quiet->owners_told_at = {};
    quiet->version += 1;
    Actor actor;
    actor.workspace = quiet->workspace;
    actor.name = "connlog";
    return store(tx, actor, *quiet, false, "quiet.became_wide");
  });
}

// Those of the last 24 hours and of now.
Result<std::vector<Quiet>> QuietService::asked_by(Snapshot& snapshot, const HostAsk& ask, Instant now) const {
  auto quiets = TRY(parts_.quiets.overlapping(snapshot, ask.workspace, now - kDay, now + microseconds(1)));
  std::erase_if(quiets, [&](const Quiet& quiet) {
    return quiet.kind != QuietKind::host || quiet.by_host != SubjectId(ask.agent);
  });
  return quiets;
}

// What is running counts until now: it is replaced.
std::int64_t QuietService::minutes_used(const std::vector<Quiet>& quiets, Instant now) {
  microseconds used{0};
  for (const Quiet& each : quiets) {
    const Instant end = each.ended_early_at.is_set() ? each.ended_early_at : each.ends_at;
    const Instant from = std::max(each.starts_at, now - kDay), to = std::min(end, now);
    if (to > from) used += to - from;
  }
  return whole_minutes(used);
}

// Everybody whom an alert of this host would reach.
Result<void> QuietService::tell_of_host(Transaction& tx, const Quiet& quiet, const Subject& subject) {
  std::vector<Recipient> recipients;
  std::set<RecipientId> seen;
  const auto rules = TRY(parts_.rules.list(tx, quiet.workspace));
  for (const Rule& rule : rules) {
    if (!rule.enabled || !targets(rule, subject)) continue;
    auto of_rule = TRY(parts_.recipients_of(tx, rule, subject));
    for (Recipient& each : of_rule) {
      if (seen.insert(each.id).second) recipients.push_back(std::move(each));
    }
  }
  if (recipients.empty()) return {};
  Announcement told;
  told.workspace = quiet.workspace;
  told.kind = Announcement::Kind::quiet;
  told.subject = subject.id;
  told.subject_kind = to_text(subject.kind);
  told.subject_name = subject.name;
  told.headline = fmt::format("{} asks for quiet until {}{}{}", subject.name, short_time(quiet.ends_at, quiet.starts_at),
                              quiet.reason.empty() ? "" : ": ", quiet.reason);
  told.headline = harmless(connlog::cut(told.headline, 300));
  std::replace(told.headline.begin(), told.headline.end(), '\n', ' ');
  told.path = "quiet";
  TRY(parts_.announcements.announce(tx, std::move(told), recipients));
  return {};
}

// At most once an hour for a host: what is refused may be asked again and again.
Result<void> QuietService::note_refusal(Transaction& tx, const HostAsk& ask, const std::string& name,
                                        const std::string& why) {
  const Monotonic now = parts_.clock.monotonic();
  if (!host_asks_.may_note(ask.agent, now)) return {};
  tx.after_commit([this, agent = ask.agent, now] { host_asks_.noted(agent, now); });
  return parts_.audit.append_security(tx, host_actor(ask, name), ask.workspace, {}, "quiet.refused_to_host",
                                      ask.agent.text(), why);
}

Result<void> QuietService::refused_machine(Transaction& tx, const HostAsk& ask) {
  const auto live = parts_.directory.find(ask.workspace, ask.agent);
  return note_refusal(tx, ask, live ? live->row->name : ask.agent.text(), "another machine has the token");
}

Result<HostAnswer> QuietService::ask_by_host(Transaction& tx, const HostAsk& ask) {
  const Instant now = parts_.clock.now();
  const auto live = parts_.directory.find(ask.workspace, ask.agent);
  if (!live) return Error{ErrorCode::not_found, "There is no such agent."};
  const Actor actor = host_actor(ask, live->row->name);
  const TellingSettings settings = TRY(parts_.settings.find(tx, ask.workspace));
  const std::int64_t most = std::min(settings.host_quiet_minutes, kHostQuietADay.count() / 60);
  if (most <= 0) {
    TRY(note_refusal(tx, ask, actor.name, fmt::format("{} min; this workspace lets no host ask", ask.minutes)));
    return refusal(HostAnswer::Kind::not_allowed, 0,
                   "This workspace does not let hosts ask for quiet. Plan a maintenance in connlog.");
  }
  // What it asked for is read once: all hosts' requests of a day are in the way of that.
  std::vector<Quiet> before = TRY(asked_by(tx, ask, now));
  const auto asks = static_cast<std::int64_t>(before.size());
  const std::int64_t left = std::max<std::int64_t>(0, most - minutes_used(before, now));
  if (ask.minutes > left || asks >= kHostAsksADay) {
    TRY(note_refusal(tx, ask, actor.name,
                     fmt::format("{} min; {} of {} min are left of these 24 hours", ask.minutes, left, most)));
    return refusal(
        HostAnswer::Kind::used_up, left,
        fmt::format("A host may ask for {} minutes of quiet within 24 hours, and {} of them are left. Ask for "
                    "less, or plan a maintenance in connlog.",
                    most, left));
  }
  Quiet quiet;
  quiet.id = QuietId::make(now, parts_.random);
  quiet.workspace = ask.workspace;
  quiet.kind = QuietKind::host;
  quiet.name = connlog::cut("Asked for by " + live->row->name, 80);
  quiet.reason = TRY(one_line("reason", "The reason", ask.reason, 0, 200));
  quiet.matchers.emplace_back();
  quiet.matchers[0].subject = ask.agent;
  quiet.starts_at = quiet.created_at = now;
  quiet.ends_at = now + seconds(ask.minutes * 60);
  quiet.by_name = live->row->name;
  quiet.by_host = ask.agent;
  TRY(validate(quiet, now));
  // One at a time: the newest says until when.
  for (Quiet& each : before) {
    if (each.ended_early_at.is_set() || each.ends_at <= now) continue;
    each.ended_early_at = now;
    each.version += 1;
    TRY(store(tx, actor, each, false, "quiet.ended"));
  }
  TRY(store(tx, actor, quiet, true, "quiet.asked_by_host"));
  TRY(parts_.audit.append_security(
      tx, actor, ask.workspace, {}, "quiet.asked_by_host", ask.agent.text(),
      fmt::format("{} min{}{}", ask.minutes, quiet.reason.empty() ? "" : ": ", quiet.reason)));
  TRY(tell_of_host(tx, quiet, *live->row));
  HostAnswer answer;
  answer.until = quiet.ends_at;
  answer.left_minutes = left - ask.minutes;
  answer.text = fmt::format("Quiet until {}. {} minutes are left of these 24 hours.", to_iso8601(quiet.ends_at),
                            answer.left_minutes);
  return answer;
}

Result<HostAnswer> QuietService::end_by_host(Transaction& tx, const HostAsk& ask) {
  const Instant now = parts_.clock.now();
  const auto live = parts_.directory.find(ask.workspace, ask.agent);
  if (!live) return Error{ErrorCode::not_found, "There is no such agent."};
  const Actor actor = host_actor(ask, live->row->name);
  const TellingSettings settings = TRY(parts_.settings.find(tx, ask.workspace));
  bool ended = false;
  std::vector<Quiet> quiets = TRY(asked_by(tx, ask, now));
  for (Quiet& each : quiets) {
    if (each.ended_early_at.is_set() || each.ends_at <= now) continue;
    each.ended_early_at = now;
    each.version += 1;
    TRY(store(tx, actor, each, false, "quiet.ended"));
    ended = true;
  }
  const std::int64_t used = minutes_used(quiets, now);
  const std::int64_t most = std::min(settings.host_quiet_minutes, kHostQuietADay.count() / 60);
  const std::int64_t left = std::max<std::int64_t>(0, most - used);
  if (!ended) return refusal(HostAnswer::Kind::nothing_runs, left, "This host has not asked for quiet.");
  HostAnswer answer;
  answer.until = now;
  answer.left_minutes = left;
  answer.text = fmt::format("The quiet has ended. {} minutes are left of these 24 hours.", left);
  return answer;
}

}  // namespace connlog
