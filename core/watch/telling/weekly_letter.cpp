// The weekly letter: what came in seven days, which rule is noisy, what was never tried, and how much was up. Sent by the
// recipient's own channel on Monday at 08:00 of its reader's zone.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/text.h"
#include "core/notify/channel.h"
#include "core/watch/telling/pace.h"
#include "core/watch/telling/reader_hours.h"
#include "core/watch/uptime.h"

namespace connlog {
namespace {

constexpr microseconds kWeek = std::chrono::hours(7 * 24);
constexpr microseconds kPlannedMost = std::chrono::hours(8 * 24);
constexpr microseconds kTestedWithin = std::chrono::hours(90 * 24);
constexpr std::int64_t kNoisyFrom = 10;     // messages of one rule …
constexpr std::int64_t kNoisyPercent = 40;  // … and this much of all
constexpr int kIncidentsLookedAt = 200;

std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void add_line(Announcement& letter, std::string text) {
  letter.facts.emplace_back(std::string(kFactLine), std::move(text));
}

}  // namespace

Result<int> Pace::weekly(Transaction& tx, Instant) {
  const Instant now = parts_.clock.now();
  const auto wanted = TRY(parts_.recipients.weekly(tx));
  int messages = 0;
  for (const Recipient& recipient : wanted) {
    const ChannelKind* kind = all_channels().find(recipient.channel);
    if (!gets_alerts(all_channels(), recipient) || kind->can.machine) continue;
    RecipientPace pace = TRY(pace_of(tx, recipient.workspace, recipient.id));
    const bool is_planned = pace.weekly_at.is_set() && pace.weekly_at - now <= kPlannedMost;
    if (is_planned && pace.weekly_at > now) continue;
    if (is_planned) {
      Announcement letter = TRY(weekly_letter(tx, recipient, now - kWeek));
      const std::int64_t sent = TRY(parts_.announcements.announce(tx, std::move(letter), std::span(&recipient, 1)));
      messages += static_cast<int>(sent);
    }
    pace.weekly_at = next_weekly(recipient, now);
    TRY(parts_.tellings.put_pace(tx, pace));
    if (messages > 0) break;  // one letter a transaction: others write between
  }
  return messages;
}

Result<Announcement> Pace::weekly_letter(Snapshot& snapshot, const Recipient& recipient, Instant since) const {
  Announcement letter;
  letter.workspace = recipient.workspace;
  letter.kind = Announcement::Kind::weekly;
  letter.path = "overview";
  letter.facts.emplace_back(std::string(kFactSince), to_iso8601(since));
  TRY(add_messages(snapshot, recipient, since, letter));
  TRY(add_uptime(snapshot, recipient.workspace, since, letter));
  TRY(add_untested(snapshot, recipient.workspace, letter));
  return letter;
}

Result<void> Pace::add_messages(Snapshot& snapshot, const Recipient& recipient, Instant since,
                                Announcement& letter) const {
  const ToldCounts told = TRY(parts_.announcements.count_told(snapshot, recipient.workspace, recipient.id, since));
  letter.headline = fmt::format("Your week: {}", counted(told.messages, "message"));
  if (told.messages == 0) add_line(letter, "Nothing was sent to you in the last 7 days.");
  if (told.by_rule.empty()) return {};
  const auto& [rule_id, count] = told.by_rule.front();
  const auto rule = TRY(parts_.rules.find(snapshot, recipient.workspace, rule_id));
  if (!rule || count < kNoisyFrom || count * 100 < told.messages * kNoisyPercent) return {};
  add_line(letter, fmt::format("{} of {} messages came from the rule \"{}\": tune it.", count, told.messages, rule->name));
  return {};
}

// Numbers alone: the reader may see a part of the workspace.
Result<void> Pace::add_untested(Snapshot& snapshot, WorkspaceId workspace, Announcement& letter) const {
  const Instant long_ago = parts_.clock.now() - kTestedWithin;
  const auto rules = TRY(parts_.rules.list(snapshot, workspace));
  const auto untried =
      std::ranges::count_if(rules, [&](const Rule& rule) { return rule.enabled && rule.last_tested_at < long_ago; });
  if (untried > 0)
    add_line(letter, fmt::format("{} not tried in 90 days. A drill shows whether {} arrives.",
                                 untried == 1 ? "A rule was" : counted(untried, "rule") + " were",
                                 untried == 1 ? "it" : "what they tell"));
  const auto recipients = TRY(parts_.recipients.list(snapshot, workspace));
  const auto untested = std::ranges::count_if(
      recipients, [&](const Recipient& each) { return each.enabled && each.last_tested_at < long_ago; });
  if (untested > 0)
    add_line(letter, fmt::format("{} not tested in 90 days.",
                                 untested == 1 ? "A recipient was" : counted(untested, "recipient") + " were"));
  return {};
}

// Of what had an incident: the rest was up as far as its rules say. Numbers alone, likewise.
Result<void> Pace::add_uptime(Snapshot& snapshot, WorkspaceId workspace, Instant since, Announcement& letter) const {
  IncidentStore::Filter filter;
  filter.opened_since = since;
  filter.limit = kIncidentsLookedAt;
  const auto incidents = TRY(parts_.incidents.list(snapshot, workspace, filter));
  if (incidents.empty()) {
    add_line(letter, "No incident opened in the last 7 days.");
    return {};
  }
  const bool cut_short = incidents.size() >= static_cast<std::size_t>(kIncidentsLookedAt);
  add_line(letter, fmt::format("{}{} opened.", cut_short ? "At least " : "",
                               counted(static_cast<std::int64_t>(incidents.size()), "incident")));
  const Instant now = parts_.clock.now();
  std::set<SubjectId> seen;
  std::int64_t not_always = 0, lowest = 10'000;
  for (const Incident& incident : incidents) {
    if (!seen.insert(incident.subject).second) continue;
    const auto changes = TRY(parts_.subjects.changes(snapshot, workspace, incident.subject, since, now));
    const auto percent = uptime_of(changes, since, now).percent_x100();
    if (!percent || *percent >= 10'000) continue;
    ++not_always;
    lowest = std::min(lowest, *percent);
  }
  if (not_always > 0)
    add_line(letter, fmt::format("{} not always up. The least was up {} % of the week.",
                                 not_always == 1 ? "1 subject was" : counted(not_always, "subject") + " were",
                                 decimal_text_x100(lowest)));
  return {};
}

}  // namespace connlog
