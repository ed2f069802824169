// What agents add to a workspace's export: the agents, and their readings one agent at a time.
#include <nlohmann/json.hpp>

#include "web/api/agents/handlers.h"
#include "web/api/agents/views.h"
#include "web/api/views.h"
#include "web/api/watch/views.h"

namespace connlog::web::agents {
namespace {

using nlohmann::json;

// Every stored metric under its word. What was not measured is absent.
json reading_view(const Reading& reading) {
  json out = {{"subject_id", reading.subject.text()}, {"at", time_view(reading.at)}};
  for (const MetricRow& row : kMetricTable) {
    if (row.from.how != Derivation::How::stored) continue;
    const std::optional<std::int64_t> value = value_of(row, reading.values);
    if (value) out[std::string(row.word)] = value_view(row, value);
  }
  return out;
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
