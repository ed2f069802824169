// The members of a request's body that every subject has, for handlers of any kind of subject, and those of a group. What
// depends on other rows core/watch checks. Pure; any thread.
#pragma once

#include "core/watch/subject_service.h"
#include "web/api/json_body.h"

namespace connlog::web {

// All but the kind. `name` is required.
Result<NewSubject> new_subject_of(const Body&);
// name, key (null or an empty text clears it), notes, runbook, tags, labels, team_ids, group_ids, paused: what is there is set.
Result<SubjectChange> subject_change_of(const Body&);
// health, amount, member_ids.
Result<GroupChange> group_change_of(const Body&);

}  // namespace connlog::web
