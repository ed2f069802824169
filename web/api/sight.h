// What a reader sees, for handlers of every room: what is out of sight is not there (404, or missing from the list). How a
// handler gets at subjects: web/api/watch/subjects_in_sight.h. Any thread.
#pragma once

#include "core/people/actor.h"
#include "core/watch/rule.h"
#include "core/watch/subject_directory.h"

namespace connlog::web {

// Removed ones too, while incidents refer to them.
bool sees_subject(const SubjectDirectory&, const Actor&, SubjectId);
// A rule about one subject, or about the members of one group, is visible to people who see that subject, or that group;
// all other rules to every member.
bool sees_rule(const SubjectDirectory&, const Actor&, const Rule&);

// The person whose teams a store's query must look up; nil: the reader sees everything.
UserId seen_by(const Actor&);

}  // namespace connlog::web
