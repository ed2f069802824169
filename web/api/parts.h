// What the rooms add to the documents that are about all of them: the export of a workspace, what a person takes away, and
// the answer to "who am I". A room declares its parts in its handlers.h, and parts.cpp lists the rooms, as routes.cpp does.
// The handlers of these documents therefore name no other room. A test compares the sections of the workspace's export with
// the tables that have a workspace in them. Any worker.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "web/api/request_context.h"

namespace connlog::web {

class Spool;  // web/server/spool.h

// One member of the exported document, `"name": [ … ]`, written an item at a time.
class Section {
 public:
  Section(Spool& spool, std::string_view name) : spool_(spool), name_(name) {}
  Result<void> item(std::string_view text);  // one JSON value
  Result<void> item(const nlohmann::json& value);
  Result<void> items(const nlohmann::json& array);
  Result<void> end();  // once, after the last item

 private:
  Spool& spool_;
  std::string_view name_;
  std::size_t count_ = 0;
};

// A section of a workspace's export: everything of its kind in `ctx.workspace` but secrets (no token, no digest, no sealed
// value). `write` holds a snapshot only while it reads a piece, and a bounded number of items in memory.
struct WorkspaceSection {
  std::string_view name;
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
