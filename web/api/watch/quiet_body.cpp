#include "web/api/watch/quiet_body.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "core/base/time_slots.h"
#include "core/base/value_or.h"
#include "core/watch/rule.h"

namespace connlog::web {
namespace {

constexpr QuietKind kKindsOfPeople[] = {QuietKind::maintenance, QuietKind::mute};
constexpr std::size_t kZoneMax = 64;
constexpr std::int64_t kDurationMax = 30 * 86'400;
constexpr std::size_t kReasonMax = 500;

Result<std::optional<Instant>> maybe_time(const Body& body, std::string_view name) {
  const auto text = TRY(body.maybe_text(name, 1, 40));
  if (!text) return std::optional<Instant>();
  Instant at;
  if (!parse_iso8601(*text, at)) return invalid(std::string(name), "This must be a time like 2026-11-24T09:15:02Z.");
  return std::optional<Instant>(at);
}

template <typename IdType>
Result<IdType> maybe_id(const Body& body, std::string_view name, const std::string& field, std::string_view what) {
  IdType id = {};
  const auto text = TRY(body.maybe_text(name, 1, 64));
  if (text && !IdType::parse(*text, id)) return invalid(field, "There is no such " + std::string(what) + ".");
  return id;
}

constexpr std::string_view kMatcherMembers[] = {"subject_id", "group_id", "rule_id", "tag", "label", "severity"};

// Strict, unlike other bodies: a member that means nothing here would leave a matcher that covers more than was meant.
Result<void> check_members(const Body& body, const std::string& path) {
  for (const std::string& name : body.names()) {
    if (std::ranges::find(kMatcherMembers, name) != std::end(kMatcherMembers)) continue;
    return invalid(path + name, "There is no such condition. These are: subject_id, group_id, rule_id, tag, label, severity.");
  }
  return {};
}

Result<QuietMatcher> matcher_of(const Body& body, const std::string& path) {
  TRY(check_members(body, path));
  QuietMatcher matcher;
  matcher.subject = TRY(maybe_id<SubjectId>(body, "subject_id", path + "subject_id", "subject"));
  matcher.group = TRY(maybe_id<GroupId>(body, "group_id", path + "group_id", "group"));
  matcher.rule = TRY(maybe_id<RuleId>(body, "rule_id", path + "rule_id", "rule"));
  matcher.tag = TRY(value_or(body.maybe_text("tag", 0, kTagCharactersMax), std::string()));
  matcher.label = TRY(value_or(body.maybe_text("label", 0, kLabelKeyMax + 1 + kLabelValueMax), std::string()));
  matcher.severity = TRY(body.maybe_word<Severity>("severity"));
  return matcher;
}

Result<std::optional<std::vector<QuietMatcher>>> maybe_matchers(const Body& body) {
  const auto items = TRY(body.maybe_objects("matchers", kMatchersMax));
  if (!items) return std::optional<std::vector<QuietMatcher>>();
  std::vector<QuietMatcher> matchers;
  for (std::size_t i = 0; i < items->size(); ++i) {
    QuietMatcher matcher = TRY(matcher_of((*items)[i], "matchers." + std::to_string(i) + "."));
    matchers.push_back(std::move(matcher));
  }
  if (matchers.empty()) matchers.emplace_back();
  return std::optional<std::vector<QuietMatcher>>(std::move(matchers));
}

}  // namespace

Result<Quiet> quiet_of(const Body& body) {
  Quiet quiet;
  quiet.kind = TRY(body.word_among<QuietKind>("kind", kKindsOfPeople));
  quiet.name = TRY(value_or(body.maybe_text("name", 0, 80), std::string()));
  quiet.reason = TRY(value_or(body.maybe_text("reason", 0, kReasonMax, Lines::many), std::string()));
  quiet.matchers = TRY(value_or(maybe_matchers(body), std::vector<QuietMatcher>(1)));
  quiet.repeat = TRY(value_or(body.maybe_word<QuietRepeat>("repeat"), QuietRepeat::once));
  quiet.zone = TRY(value_or(body.maybe_text("zone", 1, kZoneMax), std::string("UTC")));
  quiet.schedule = TRY(value_or(body.maybe_text("schedule", 0, TimeSlots::kBytesMax), std::string()));
  quiet.duration_seconds = TRY(value_or(body.maybe_integer("duration_seconds", 0, kDurationMax), std::int64_t{0}));
  quiet.starts_at = TRY(value_or(maybe_time(body, "starts_at"), Instant{}));
  quiet.ends_at = TRY(value_or(maybe_time(body, "ends_at"), Instant{}));
  return quiet;
}

Result<QuietChange> quiet_change_of(const Body& body) {
  QuietChange change;
  change.name = TRY(body.maybe_text("name", 1, 80));
  change.reason = TRY(body.maybe_text("reason", 0, kReasonMax, Lines::many));
  change.matchers = TRY(maybe_matchers(body));
  change.repeat = TRY(body.maybe_word<QuietRepeat>("repeat"));
  change.zone = TRY(body.maybe_text("zone", 1, kZoneMax));
  change.schedule = TRY(body.maybe_text("schedule", 0, TimeSlots::kBytesMax));
  change.duration_seconds = TRY(body.maybe_integer("duration_seconds", 0, kDurationMax));
  change.starts_at = TRY(maybe_time(body, "starts_at"));
  change.ends_at = TRY(maybe_time(body, "ends_at"));
  if (body.is_null("ends_at")) change.ends_at = Instant{};
  return change;
}

}  // namespace connlog::web
