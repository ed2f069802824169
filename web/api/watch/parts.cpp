// What watch adds to a workspace's export: subjects with the record of their states, rules, incidents with their timelines.
#include <nlohmann/json.hpp>

#include "web/api/watch/group_part.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

constexpr int kPage = 200;  // incidents

// Parts, and every change of the state, of one subject.
Result<void> add_record(const Services& services, Snapshot& snapshot, const Subject& subject, json& item) {
  item["parts"] = json::array();
  const auto parts = TRY(services.subjects.parts(snapshot, subject.workspace, subject.id));
  for (const Part& part : parts) item["parts"].push_back(part.text);
  item["record"] = json::array();
  const auto changes = TRY(services.subjects.changes(snapshot, subject.workspace, subject.id, Instant{1},
                                                     services.clock.now() + seconds(1)));
  for (const StateChange& change : changes) item["record"].push_back(view(change));
  return {};
}

// One subject at a time: a record may be long.
Result<void> write_subjects(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  const std::vector<LiveSubject> subjects = services.directory.list(ctx.workspace->id);
  for (const LiveSubject& live : subjects) {
    json item = subject_view(live);
    const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      item["group"] = TRY(group_part(snapshot, services, ctx.actor, *live.row, MemberNames::listed));
      return add_record(services, snapshot, *live.row, item);
    });
    TRY(read);
    TRY(section.item(item));
  }
  return {};
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
    {"subjects", write_subjects},
    {"rules", write_rules},
    {"incidents", write_incidents},
};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

}  // namespace connlog::web::watch
