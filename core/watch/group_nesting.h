// Groups in groups: no group is inside itself, and none is nested deeper than kNestingMax. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/watch/group.h"

namespace connlog {

// Each group of a workspace with its members. Members that are no key are no groups.
using MembersOfGroups = std::map<SubjectId, std::vector<SubjectId>>;

// invalid_input, naming `field`: a group would be inside itself, or too deep.
Result<void> check_nesting(const std::string& field, const MembersOfGroups& groups);

}  // namespace connlog
