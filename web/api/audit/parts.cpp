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
    for (const TrailEntry& entry : page.entries) TRY(section.item(json_of(entry)));
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

constexpr Column kTrailColumns[] = {
    {"trail", ColumnType::text, "Which trail: workspace"},
    {"number", ColumnType::text, "The number in its trail; first-… is of the first log, which is closed"},
    {"at", ColumnType::time, "When it happened, in microseconds"},
    {"actor_kind", ColumnType::text, "What acted: user, agent, api_key, command_line, system"},
    {"actor_id", ColumnType::text, "The id of what acted; empty: none"},
    {"actor_name", ColumnType::text, "Its name then"},
    {"address", ColumnType::text, "The address from which it acted; empty: none"},
    {"act", ColumnType::text, "The word of the act"},
    {"sentence", ColumnType::text, "The act as people read it"},
    {"subject", ColumnType::text, "What was acted on"},
    {"details", ColumnType::text, "More about it"},
    {"user_id", ColumnType::text, "The person whom it is about; empty: nobody"},
    {"workspace_id", ColumnType::text, "The workspace"},
    {"chain", ColumnType::text, "The value of the chain after this entry, 64 hex digits"},
};

constexpr WorkspaceSection kSections[] = {
    {"audit", "An entry of the workspace's audit log, newest first.", kTrailColumns, write_trail}};
constexpr PersonPart kOwnData[] = {{"security_events", events_of}};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

std::span<const PersonPart> own_data_parts() {
  return kOwnData;
}

}  // namespace connlog::web::audit
