// The schemas of the three trails.
#include "web/schema_parts.h"
#include "web/schemas.h"

namespace connlog::web {

using nlohmann::json;
using namespace schema;

json trail_schemas() {
  return {
      {"TrailEntry",
       object({{"id", described(text(), "The number in its trail; \"first-…\" in the log before there were three.")},
               {"trail", one_of({"workspace", "security", "appliance"})},
               {"sequence", integer()},
               {"at", time()},
               {"actor_kind", one_of({"user", "agent", "system", "command_line", "api_key"})},
               {"actor_id", or_null(id())},
               {"actor_name", text()},
               {"address", text()},
               {"user_id", described(or_null(id()), "Whom it concerns.")},
               {"workspace_id", or_null(id())},
               {"act", text()},
               {"sentence", described(text(), "The act in words: \"added an agent\".")},
               {"subject", text()},
               {"details", text()}})},
      {"TrailPage", object({{"items", list(reference("TrailEntry"))},
                            {"next", described(or_null(text()),
                                               "Pass it as `after`. A page may be short, or empty, and "
                                               "still have a next one: the search goes on there.")},
                            {"all", described(flag(), "False: only one's own.")}})},
  };
}

}  // namespace connlog::web
