// What audit adds to the exports: a workspace's trail; the security events of a person.
#include <nlohmann/json.hpp>

#include "core/audit/trail_export.h"
#include "web/api/audit/handlers.h"
#include "web/api/views.h"

namespace connlog::web::audit {
namespace {

using nlohmann::json;

constexpr int kTrailPage = 1'000;
constexpr int kEventsPage = 500;
constexpr std::size_t kEventsMax = 10'000;  // the newest

Result<void> write_trail(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  std::string next;
  do {
    TrailPage page;
    const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      page = TRY(services.trails.page(snapshot, {Trail::workspace, ctx.workspace->id, {}}, {}, next, kTrailPage));
      return {};
    });
    TRY(read);
    for (const TrailEntry& entry : page.entries) TRY(section.item(std::string_view(json_row(entry))));
    next = page.next;
  } while (!next.empty());
  return {};
}

Result<json> events_of(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  json items = json::array();
  std::string next;
  do {
    const TrailPage page = TRY(
        services_of<Services>(rooms).trails.page(snapshot, {Trail::security, {}, person.id}, {}, next, kEventsPage));
    for (const TrailEntry& entry : page.entries) {
      items.push_back({{"at", time_view(entry.at)},
                       {"act", entry.act},
                       {"by", entry.actor_name},
                       {"address", entry.address},
                       {"subject", entry.object},
                       {"details", entry.details}});
    }
    next = page.next;
  } while (!next.empty() && items.size() < kEventsMax);
  return items;
}

constexpr WorkspaceSection kSections[] = {{"audit", write_trail}};
constexpr PersonPart kOwnData[] = {{"security_events", events_of}};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

std::span<const PersonPart> own_data_parts() {
  return kOwnData;
}

}  // namespace connlog::web::audit
