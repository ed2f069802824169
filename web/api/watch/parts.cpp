// What watch adds to a workspace's export: groups, rules, incidents with their timelines.
#include <nlohmann/json.hpp>

#include "web/api/watch/handlers.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

constexpr int kPage = 200;  // incidents

Result<void> write_groups(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json items = json::array();
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto groups = TRY(services.groups.store().list(snapshot, ctx.workspace->id));
    for (const Group& group : groups) items.push_back({{"id", group.id.text()}, {"name", group.name}});
    return {};
  });
  TRY(read);
  return section.items(items);
}

Result<void> write_rules(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json items = json::array();
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto rules = TRY(services.rules.list(snapshot, ctx.workspace->id));
    for (const Rule& rule : rules) items.push_back(view(rule));
    return {};
  });
  TRY(read);
  return section.items(items);
}

Result<void> write_incidents(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  IncidentStore::Filter filter;
  filter.limit = kPage;
  for (;;) {
    json page = json::array();
    std::vector<Incident> incidents;
    const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      incidents = TRY(services.incidents.list(snapshot, ctx.workspace->id, filter));
      for (const Incident& incident : incidents) {
        json item = view(incident);
        item["events"] = json::array();
        const auto events = TRY(services.incidents.events(snapshot, ctx.workspace->id, incident.id));
        for (const IncidentEvent& event : events) item["events"].push_back(view(event));
        page.push_back(std::move(item));
      }
      return {};
    });
    TRY(read);
    TRY(section.items(page));
    if (incidents.size() < static_cast<std::size_t>(kPage)) return {};
    filter.after = incidents.back().id;
  }
}

constexpr WorkspaceSection kSections[] = {
    {"groups", write_groups},
    {"rules", write_rules},
    {"incidents", write_incidents},
};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

}  // namespace connlog::web::watch
