#include "core/watch/subject.h"

namespace connlog {
namespace {

// Both as storage/migrations/0001_schema.sql makes them.
constexpr Uuid kFirst{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

}  // namespace

int urgency_of(ShownState state) {
  switch (state) {
    case ShownState::down:
      return 0;
    case ShownState::degraded:
      return 1;
    case ShownState::unknown:
      return 2;
    case ShownState::pending:
      return 3;
    case ShownState::up:
      return 4;
    case ShownState::paused:
      return 5;
  }
  return 5;
}

WorkspaceId appliance_workspace() {
  return WorkspaceId::of(kFirst);
}

SubjectId appliance_subject() {
  return SubjectId::of(kFirst);
}

}  // namespace connlog
