#include "core/watch/quiet/quiet.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/watch/quiet/quiet_schedule.h"

namespace connlog {
namespace {

constexpr seconds kWindowMin{60}, kWindowMax{7 * 86'400};
constexpr seconds kAheadMax{366 * 86'400};
constexpr int kWindowsCompared = 40;  // beginnings that are held against the duration
constexpr seconds kComesWithin{(kWindowsCompared - 2) * 3'600};  // in which so many may begin at the earliest

Result<void> check_matcher(const QuietMatcher& matcher, const std::string& field) {
  if (!matcher.tag.empty()) TRY(one_line(field + "tag", "The tag", matcher.tag, 1, kTagCharactersMax));
  if (!matcher.label.empty()) TRY(parse_label(field + "label", matcher.label));
  return {};
}

Result<void> check_length(const Quiet& quiet, std::string_view field, microseconds length) {
  const bool is_of_people = quiet.kind != QuietKind::host;
  if (quiet.is_wide && length > kWideQuietMax) {
    return invalid(std::string(field),
                   "What covers more than half of what is watched, or everything critical, lasts 24 hours at most. "
                   "Name less, or let it end earlier.");
  }
  if (is_of_people && length > kMuteMax)
    return invalid(std::string(field), "Quiet lasts 30 days at most. Let it end earlier.");
  if (!is_of_people && length > kHostQuietADay)
    return invalid(std::string(field), "A host may ask for four hours a day.");
  return {};
}

Result<void> check_once(const Quiet& quiet, Instant now) {
  if (!quiet.ends_at.is_set()) return invalid("ends_at", "Say when it ends.");
  if (quiet.ends_at <= quiet.starts_at) return invalid("ends_at", "The end must be after the beginning.");
  if (quiet.ends_at <= now) return invalid("ends_at", "This is over already. Choose an end that is still to come.");
  return check_length(quiet, "ends_at", quiet.ends_at - quiet.starts_at);
}

// Windows that touch would be quiet without an end, of which nobody is told.
Result<void> check_gaps(const Quiet& quiet, const QuietWindows& windows) {
  const microseconds duration = seconds(quiet.duration_seconds);
  const microseconds least = quiet.is_wide ? duration * 2 : duration + kWindowMin;
  std::optional<Instant> first, before;
  Instant at = quiet.starts_at - microseconds(1);
  for (int i = 0; i < kWindowsCompared; ++i) {
    const auto window = windows.after(at);
    if (!window) break;
    if (!first) first = window->from;
    if (i + 1 == kWindowsCompared && window->from - *first < kComesWithin)
      return invalid("schedule", "It comes too often. Once an hour, on average, is the most.");
    if (before && window->from - *before < least) {
      return invalid(
          "duration_seconds",
          quiet.is_wide
              ? "What covers more than half of what is watched may be quiet for half of the time at most: let "
                "it be shorter, or less often."
              : "Each would last until the next one begins, and it would never be loud. Let it be shorter, or "
                "less often.");
    }
    before = at = window->from;
  }
  if (!before) return invalid("schedule", "This never comes. Look at the days, the beginning and the end.");
  return {};
}

Result<void> check_repeated(const Quiet& quiet, Instant now) {
  if (quiet.kind != QuietKind::maintenance)
    return invalid("repeat", "Only a maintenance repeats. This has one beginning and one end.");
  if (quiet.duration_seconds < kWindowMin.count() || quiet.duration_seconds > kWindowMax.count())
    return invalid("duration_seconds", "It lasts from one minute to seven days.");
  if (quiet.ends_at.is_set() && (quiet.ends_at <= quiet.starts_at || quiet.ends_at <= now))
    return invalid("ends_at", "The end must be after the beginning, and still to come.");
  TRY(check_length(quiet, "duration_seconds", seconds(quiet.duration_seconds)));
  const auto windows = TRY(QuietWindows::of(quiet));
  return check_gaps(quiet, windows);
}

}  // namespace

Result<void> validate(const Quiet& quiet, Instant now) {
  TRY(one_line("name", "The name", quiet.name, 1, 80));
  const bool is_explained = quiet.kind == QuietKind::mute;
  TRY(some_lines("reason", "The reason", quiet.reason, is_explained ? 1 : 0, 500));
  if (quiet.matchers.empty())
    return invalid("matchers", "Say what is to be quiet: at least one line. A line with nothing in it is everything.");
  if (quiet.matchers.size() > kMatchersMax)
    return invalid("matchers", fmt::format("There may be at most {} lines.", kMatchersMax));
  for (std::size_t i = 0; i < quiet.matchers.size(); ++i)
    TRY(check_matcher(quiet.matchers[i], fmt::format("matchers.{}.", i)));
  if (quiet.starts_at > now + kAheadMax) return invalid("starts_at", "It begins within a year.");
  return quiet.repeat == QuietRepeat::once ? check_once(quiet, now) : check_repeated(quiet, now);
}

bool matches(const QuietMatcher& matcher, const QuietCandidate& candidate) {
  const Subject& subject = candidate.subject;
  if (!matcher.subject.is_nil() && matcher.subject != subject.id) return false;
  if (!matcher.group.is_nil() && SubjectId(matcher.group) != subject.id &&
      std::ranges::find(candidate.groups, matcher.group) == candidate.groups.end()) {
    return false;
  }
  if (!matcher.tag.empty() && std::ranges::find(subject.tags, matcher.tag) == subject.tags.end()) return false;
  if (!matcher.label.empty()) {
    const std::size_t equals = matcher.label.find('=');
    const std::string_view key = std::string_view(matcher.label).substr(0, equals);
    const bool is_any = equals == std::string::npos;
    const std::string_view value = is_any ? std::string_view() : std::string_view(matcher.label).substr(equals + 1);
    if (!has_label(subject, key, value, is_any)) return false;
  }
  if (!matcher.rule.is_nil() && matcher.rule != candidate.rule) return false;
  return !matcher.severity || *matcher.severity == candidate.severity;
}

// The appliance's own incidents are covered by nothing that a workspace says, and what a host asked for covers itself
// alone.
bool matches(const Quiet& quiet, const QuietCandidate& candidate) {
  if (candidate.subject.kind == SubjectKind::appliance) return false;
  if (quiet.kind == QuietKind::host && quiet.by_host != candidate.subject.id) return false;
  return std::ranges::any_of(quiet.matchers, [&](const QuietMatcher& each) { return matches(each, candidate); });
}

bool maintains(const Quiet& quiet, const QuietCandidate& candidate) {
  if (quiet.kind != QuietKind::maintenance && quiet.kind != QuietKind::host) return false;
  if (!matches(quiet, candidate)) return false;
  return std::ranges::any_of(quiet.matchers, [&](const QuietMatcher& each) {
    return each.rule.is_nil() && !each.severity && matches(each, candidate);
  });
}

}  // namespace connlog
