// What agents add to a workspace's export: the agents, and their readings one agent at a time.
#include <nlohmann/json.hpp>

#include "web/api/agents/handlers.h"
#include "web/api/views.h"
#include "web/api/agents/views.h"
#include "web/api/watch/views.h"

namespace connlog::web::agents {
namespace {

using nlohmann::json;

json reading_view(const Reading& reading) {
  const auto number = [](std::int64_t value) { return value == Reading::kNone ? json(nullptr) : json(value); };
  return {{"agent_id", reading.agent.text()},
          {"at", time_view(reading.at)},
          {"uptime_seconds", number(reading.uptime_seconds)},
          {"cpu_percent", hundredths_view(reading.cpu_x100)},
          {"cpu_peak_percent", hundredths_view(reading.cpu_peak_x100)},
          {"memory_used_mib", number(reading.memory_used_mib)},
          {"memory_total_mib", number(reading.memory_total_mib)},
          {"disk_used_mib", number(reading.disk_used_mib)},
          {"disk_total_mib", number(reading.disk_total_mib)},
          {"load_1m", hundredths_view(reading.load_x100)}};
}

Result<void> write_agents(Context& ctx, Section& section) {
  const std::vector<LiveAgent> fleet = ctx.of<Services>().directory.list(ctx.workspace->id);
  for (const LiveAgent& live : fleet) {
    json item = view(live);
    item.erase("token_hint");
    TRY(section.item(item));
  }
  return {};
}

Result<void> write_readings(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  const std::vector<LiveAgent> fleet = services.directory.list(ctx.workspace->id);
  for (const LiveAgent& live : fleet) {
    std::vector<Reading> readings;
    const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      readings = TRY(services.readings.range(snapshot, ctx.workspace->id, live.agent.id, Instant{1},
                                             services.clock.now() + seconds(1)));
      return {};
    });
    TRY(read);
    for (const Reading& reading : readings) TRY(section.item(reading_view(reading)));
  }
  return {};
}

constexpr WorkspaceSection kSections[] = {
    {"agents", write_agents},
    {"readings", write_readings},
};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

}  // namespace connlog::web::agents
