// What agents add to a workspace's export: the agents.
#include <nlohmann/json.hpp>

#include "web/api/agents/handlers.h"
#include "web/api/agents/views.h"
#include "web/api/watch/subject_columns.h"

namespace connlog::web::agents {
namespace {

using nlohmann::json;

Result<void> write_agents(Context& ctx, Section& section) {
  const std::vector<LiveAgent> fleet = ctx.of<Services>().directory.list(ctx.workspace->id);
  for (const LiveAgent& live : fleet) {
    json item = view(live);
    item.erase("token_hint");
    TRY(section.item(item));
  }
  return {};
}

constexpr auto kAgentColumns = [] {
  using enum ColumnType;
  constexpr std::array kOwn{
      Column{"interval_seconds", integer, "How often it reports", Missing::never, "seconds"},
      Column{"missed_threshold", integer, "How many reports may be missing before it is down"},
      Column{"metrics", object, "What it measures: cpu, memory, disk, load, each on or off"},
      Column{"config_version", integer, "Rises with each change of what it reads from the appliance"},
      Column{"agent_version", text, "The version of the agent program"},
      Column{"hostname", text, "The host's name, as far as the host shares it"},
      Column{"os", text, "The host's operating system"},
      Column{"arch", text, "The host's processor architecture"},
      Column{"core_count", integer, "Processor cores; 0: unknown"},
      Column{"machine_id", text, "The machine to which it is bound"},
      Column{"pending_machine_id", text, "Another machine that has reported with its token and waits for a decision"},
      Column{"disabled", boolean, "Whether it is switched off"}};
  return add_columns(kSubjectColumns, kOwn);
}();

constexpr WorkspaceSection kSections[] = {
    {"agents", "An agent: what every subject has, and what only agents have.", kAgentColumns, write_agents},
};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

}  // namespace connlog::web::agents
