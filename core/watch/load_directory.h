// Fills the directory of subjects from the database at start: workspaces, rules, subjects, their observed states and
// parts, states of rules, and newest readings. Called before any other thread has the directory. What a source
// remembers of its own (core/agents: request ids) it loads itself, afterwards.
#pragma once

#include "core/people/workspace.h"
#include "core/watch/incident.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "core/watch/subject_directory.h"

namespace connlog {

struct DirectoryStores {
  const WorkspaceStore& workspaces;
  const RuleStore& rules;
  const SubjectStore& subjects;
  const IncidentStore& incidents;
  const ReadingStore& readings;
};

Result<void> load_directory(Snapshot&, SubjectDirectory&, const DirectoryStores&);

}  // namespace connlog
