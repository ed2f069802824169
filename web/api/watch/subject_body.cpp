#include "web/api/watch/subject_body.h"

#include <utility>

namespace connlog::web {
namespace {

constexpr std::size_t kIdCharactersMax = 64;

template <typename IdType>
Result<std::optional<std::vector<IdType>>> ids_in(const Body& body, std::string_view name, std::size_t count_max,
                                                  const char* unknown) {
  const auto texts = TRY(body.maybe_texts(name, count_max, kIdCharactersMax));
  if (!texts) return std::optional<std::vector<IdType>>{};
  std::vector<IdType> ids;
  for (const std::string& text : *texts) {
    if (!IdType::parse(text, ids.emplace_back())) return invalid(std::string(name), unknown);
  }
  return std::optional<std::vector<IdType>>(std::move(ids));
}

Result<std::optional<std::vector<Label>>> labels_in(const Body& body) {
  auto pairs = TRY(body.maybe_text_map("labels", kLabelsMax, kLabelKeyMax, kLabelValueMax));
  if (!pairs) return std::optional<std::vector<Label>>{};
  std::vector<Label> labels;
  for (auto& [key, value] : *pairs) labels.push_back({key, std::move(value)});
  return std::optional<std::vector<Label>>(std::move(labels));
}

}  // namespace

Result<SubjectChange> subject_change_of(const Body& body) {
  SubjectChange change;
  change.name = TRY(body.maybe_text("name", 1, 80));
  change.key = TRY(body.maybe_text("key", 0, kSubjectKeyMax));
  if (body.is_null("key")) change.key.emplace();
  change.notes = TRY(body.maybe_text("notes", 0, kNotesBytesMax, Lines::many));
  change.runbook = TRY(body.maybe_text("runbook", 0, kRunbookBytesMax));
  change.tags = TRY(body.maybe_texts("tags", kTagsMax, kTagCharactersMax));
  change.labels = TRY(labels_in(body));
  change.teams = TRY(ids_in<TeamId>(body, "team_ids", kTeamsOfSubjectMax, "There is no such team."));
  change.groups = TRY(ids_in<GroupId>(body, "group_ids", kGroupsOfSubjectMax, "There is no such group."));
  change.paused = TRY(body.maybe_flag("paused"));
  return change;
}

Result<NewSubject> new_subject_of(const Body& body) {
  NewSubject subject;
  subject.name = TRY(body.text("name", 1, 80));
  SubjectChange given = TRY(subject_change_of(body));
  subject.key = std::move(given.key).value_or("");
  subject.notes = std::move(given.notes).value_or("");
  subject.runbook = std::move(given.runbook).value_or("");
  subject.tags = std::move(given.tags).value_or(std::vector<std::string>{});
  subject.labels = std::move(given.labels).value_or(std::vector<Label>{});
  subject.teams = std::move(given.teams);
  subject.groups = std::move(given.groups).value_or(std::vector<GroupId>{});
  return subject;
}

Result<GroupChange> group_change_of(const Body& body) {
  GroupChange change;
  change.health = TRY(body.maybe_word<Health>("health"));
  change.amount = TRY(body.maybe_integer("amount", 1, static_cast<std::int64_t>(kMembersMax)));
  change.members = TRY(ids_in<SubjectId>(body, "member_ids", kMembersMax, "There is no such subject."));
  return change;
}

}  // namespace connlog::web
