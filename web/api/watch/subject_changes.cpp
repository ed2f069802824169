// What people and programs change of subjects: add, change, remove, and "let there be this one" by its key. A kind that needs
// more than a name to be made (an agent has a token) has routes of its own for that.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/watch/subject_kind.h"
#include "web/api/watch/group_part.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/subject_body.h"
#include "web/api/watch/subjects_in_sight.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

struct Wanted {
  std::optional<SubjectKind> kind;
  SubjectChange subject;
  GroupChange group;
};

Result<Wanted> wanted_of(const Body& body) {
  Wanted wanted;
  wanted.kind = TRY(body.maybe_word<SubjectKind>("kind"));
  wanted.subject = TRY(subject_change_of(body));
  wanted.group = TRY(group_change_of(body));
  return wanted;
}

// The name of a member that only groups have and that was given; empty: none.
std::string_view of_groups_only(const GroupChange& change) {
  if (change.health) return "health";
  if (change.amount) return "amount";
  return change.members ? "member_ids" : "";
}

Error not_made_here() {
  std::string made;
  for (const SubjectKindRow& row : kSubjectKinds) {
    if (row.is_made_by_api) made.append(made.empty() ? "" : ", ").append(to_text(row.kind));
  }
  return invalid("kind", fmt::format("What is made here must be one of: {}. An agent is added at …/agents, because it "
                                     "gets a token; a monitor at …/monitors; an event source at …/event-sources.",
                                     made));
}

Result<Reply> answer(Transaction& tx, const Services& services, const Actor& actor, int status, SubjectId id) {
  const LiveSubject live = TRY(as_changed(tx, services, actor, id));
  json shown = subject_view(live);
  shown["group"] = TRY(group_part(tx, services, actor, *live.row, MemberNames::listed));
  return tagged(json_reply(status, shown), live.row->version);
}

Result<Reply> change(Transaction& tx, const Services& services, const Actor& actor, SubjectId id, const Wanted& wanted,
                     std::int64_t expected_version) {
  const Subject before = TRY(services.subject_service.find_to_edit(tx, actor, id));
  // What follows from the end of a pause is more than the subject's (core/monitors).
  if (before.kind == SubjectKind::monitor && wanted.subject.paused) {
    return Error{ErrorCode::conflict,
                 fmt::format("Monitors are paused by PATCH /api/v1/workspaces/{}/monitors/{}.", actor.workspace.text(),
                             id.text())};
  }
  const std::string_view only = of_groups_only(wanted.group);
  if (!only.empty() && before.kind != SubjectKind::group)
    return invalid(std::string(only), "Only groups have this.");
  TRY(services.subject_service.change(tx, actor, id, wanted.subject, expected_version));
  if (before.kind == SubjectKind::group)
    TRY(services.subject_service.change_group(tx, actor, GroupId::of(id), wanted.group));
  return answer(tx, services, actor, 200, id);
}

// What a PUT makes where nothing has the key yet.
Result<NewSubject> new_of(const Wanted& wanted, const std::string& key) {
  if (!wanted.kind) return invalid("kind", "This is required: nothing has this key yet.");
  if (!wanted.subject.name) return invalid("name", "This is required: nothing has this key yet.");
  NewSubject subject;
  subject.kind = *wanted.kind;
  subject.name = *wanted.subject.name;
  subject.key = key;
  subject.notes = wanted.subject.notes.value_or("");
  subject.runbook = wanted.subject.runbook.value_or("");
  subject.tags = wanted.subject.tags.value_or(std::vector<std::string>{});
  subject.labels = wanted.subject.labels.value_or(std::vector<Label>{});
  subject.teams = wanted.subject.teams;
  subject.groups = wanted.subject.groups.value_or(std::vector<GroupId>{});
  return subject;
}

Result<Reply> put(Transaction& tx, const Services& services, const Actor& actor, const std::string& key,
                  const Wanted& wanted, std::int64_t expected_version) {
  const auto known = TRY(services.subjects.find_by_key(tx, actor.workspace, key));
  if (known) {
    TRY(services.subject_service.find_to_edit(tx, actor, known->id));  // before anything is said of it
    if (wanted.kind && *wanted.kind != known->kind)
      return invalid("kind", fmt::format("Another kind has this key: {}.", to_text(known->kind)));
    return change(tx, services, actor, known->id, wanted, expected_version);
  }
  if (expected_version != 0) return Error{ErrorCode::conflict, "Nothing has this key (any more)."};
  const NewSubject subject = TRY(new_of(wanted, key));
  if (!row_of(subject.kind).is_made_by_api) return not_made_here();
  const auto made = TRY(services.subject_service.add_group(tx, actor, subject, wanted.group));
  if (wanted.subject.paused.value_or(false)) {
    SubjectChange pause;
    pause.paused = true;
    TRY(services.subject_service.change(tx, actor, made.first.id, pause, 0));
  }
  return answer(tx, services, actor, 201, made.first.id);
}

}  // namespace

Result<Reply> add_subject(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const auto kind = TRY(body.word<SubjectKind>("kind"));
  if (!row_of(kind).is_made_by_api) return not_made_here();
  NewSubject wanted = TRY(new_subject_of(body));
  wanted.kind = kind;
  const GroupChange group = TRY(group_change_of(body));
  return ctx.create([&services, actor = ctx.actor, wanted, group](Transaction& tx) -> Result<Reply> {
    const auto made = TRY(services.subject_service.add_group(tx, actor, wanted, group));
    return answer(tx, services, actor, 201, made.first.id);
  });
}

Result<Reply> add_group(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  NewSubject wanted;
  wanted.kind = SubjectKind::group;
  wanted.name = TRY(body.text("name", 1, 80));
  return ctx.create([&services, actor = ctx.actor, wanted](Transaction& tx) -> Result<Reply> {
    const auto made = TRY(services.subject_service.add_group(tx, actor, wanted, GroupChange{}));
    return answer(tx, services, actor, 201, made.first.id);
  });
}

Result<Reply> change_subject(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const SubjectId id = TRY(ctx.id<SubjectId>());
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  const Wanted wanted = TRY(wanted_of(body));
  return ctx.write([&services, actor = ctx.actor, id, wanted, expected](Transaction& tx) -> Result<Reply> {
    return change(tx, services, actor, id, wanted, expected);
  });
}

Result<Reply> remove_subject(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const SubjectId id = TRY(ctx.id<SubjectId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const Subject subject = TRY(services.subject_service.find_to_edit(tx, actor, id));
    const SubjectKindRow& kind = row_of(subject.kind);
    if (!kind.is_made_by_api) {
      std::string route(kind.plural);
      std::ranges::replace(route, ' ', '-');
      return Error{ErrorCode::conflict,
                   fmt::format("This kind ({}) has a route of its own for that: DELETE /api/v1/workspaces/{}/{}/{}.",
                               kind.noun, actor.workspace.text(), route, id.text())};
    }
    TRY(services.subject_service.remove(tx, actor, id));
    return no_content();
  });
}

Result<Reply> put_subject_by_key(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const std::string key(ctx.request().path_value("key"));
  TRY(check_text("key", key, 1, kSubjectKeyMax, Lines::one));
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  Wanted wanted = TRY(wanted_of(body));
  if (wanted.subject.key && *wanted.subject.key != key)
    return invalid("key", "The key stands in the address; the body names another one.");
  wanted.subject.key.reset();
  return ctx.write([&services, actor = ctx.actor, key, wanted, expected](Transaction& tx) -> Result<Reply> {
    return put(tx, services, actor, key, wanted, expected);
  });
}

}  // namespace connlog::web::watch
