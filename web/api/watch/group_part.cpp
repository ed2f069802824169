#include "web/api/watch/group_part.h"

#include <nlohmann/json.hpp>

#include "web/api/sight.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {

using nlohmann::json;

Result<json> group_part(Snapshot& snapshot, const Services& services, const Actor& reader, const Subject& subject,
                        MemberNames names) {
  if (subject.kind != SubjectKind::group) return json(nullptr);
  const GroupId id = GroupId::of(subject.id);
  const auto group = TRY(services.groups.find(snapshot, subject.workspace, id));
  if (!group) return json(nullptr);
  const MemberCounts counts = TRY(services.groups.counts(snapshot, subject.workspace, id));
  json part = group_view(*group, counts);
  if (names == MemberNames::left_out) return part;
  json ids = json::array();
  for (const SubjectId& member : group->members) {
    if (sees_subject(services.directory, reader, member)) ids.push_back(member.text());
  }
  part["member_ids"] = std::move(ids);
  return part;
}

}  // namespace connlog::web::watch
