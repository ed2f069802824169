// What the reader sees of a workspace's subjects: the only way from a handler to a subject, and to what is about subjects.
// Any worker.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/watch/subject_directory.h"
#include "web/api/request_context.h"
#include "web/api/watch/services.h"

namespace connlog::web {

std::vector<LiveSubject> subjects_in_sight(const Context&);  // by name, without removed ones
std::optional<LiveSubject> subject_in_sight(const Context&, SubjectId);

// The row as this reader sees it: without the groups that are out of their sight.
std::shared_ptr<const Subject> as_seen(const SubjectDirectory&, const Actor&, std::shared_ptr<const Subject> row);

// A subject that the transaction changed, as it will be after the commit, for who changed it.
Result<LiveSubject> as_changed(Snapshot&, const watch::Services&, const Actor&, SubjectId);

Error no_such_subject();

}  // namespace connlog::web
