// What the rooms add to the documents that are about all of them: the export of a workspace, what a person takes away, and
// the answer to "who am I". A room declares its parts in its handlers.h, and parts.cpp lists the rooms, as routes.cpp does.
// The handlers of these documents therefore name no other room. A test compares the sections of the workspace's export with
// the tables that have a workspace in them. Any worker.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "web/api/columns.h"
#include "web/api/request_context.h"

namespace connlog::web {

// Where a section's items go, one at a time: into a member of the JSON document, or into the files of the archive.
class Section {
 public:
  virtual ~Section() = default;
  virtual Result<void> item(const nlohmann::json& value) = 0;  // an object with the section's columns
  Result<void> items(const nlohmann::json& array);
};

// A section of a workspace's export: everything of its kind in `ctx.workspace` but secrets (no token, no digest, no sealed
// value). `write` holds a snapshot only while it reads a piece, and a bounded number of items in memory.
struct WorkspaceSection {
  std::string_view name;
  std::string_view about;  // a sentence: what an item is
  std::span<const Column> columns;
  Result<void> (*write)(Context& ctx, Section& section);
};

// A member of a JSON document about one person.
struct PersonPart {
  std::string_view name;
  Result<nlohmann::json> (*read)(const Rooms& rooms, Snapshot& snapshot, const User& person);
};

// Of all rooms, lower floors first.
const std::vector<WorkspaceSection>& workspace_sections();
const std::vector<PersonPart>& own_data_parts();  // what is kept about the person, without secrets
const std::vector<PersonPart>& me_parts();        // of `Me`, beside what core/identity knows

}  // namespace connlog::web
