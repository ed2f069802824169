// A workspace as one JSON document: everything in it but secrets (no token, no digest, no sealed value has a view).
// Made in pieces, each over a snapshot of its own, through a spool, one export at a time. It holds at most one agent's
// readings or one page of another list in memory.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <semaphore>

#include "core/audit/trail_export.h"
#include "core/watch/groups.h"
#include "web/api/access/handlers.h"
#include "web/api/agents/services.h"
#include "web/api/audit/services.h"
#include "web/api/notify/services.h"
#include "web/api/watch/services.h"
#include "web/api/slot.h"
#include "web/server/spool.h"
#include "web/api/views.h"
#include "web/api/access/workspace_view.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

constexpr int kPage = 200;
constexpr int kTrailPage = 1'000;
constexpr std::size_t kNotificationsMax = 10'000;  // the newest

std::counting_semaphore<1> free_slot(1);

// Writes `"name": [ … ]`, an item at a time.
class Section {
 public:
  Section(Spool& spool, std::string_view name) : spool_(spool), name_(name) {}
  Result<void> item(std::string_view text) {
    TRY(spool_.write(count_++ == 0 ? fmt::format(",\n\"{}\": [\n", name_) : std::string(",\n")));
    return spool_.write(text);
  }
  Result<void> item(const json& value) { return item(std::string_view(dump(value))); }
  Result<void> end() { return spool_.write(count_ == 0 ? fmt::format(",\n\"{}\": []", name_) : std::string("\n]")); }

 private:
  Spool& spool_;
  std::string_view name_;
  std::size_t count_ = 0;
};

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

json person_view(const Member& member) {
  return {{"user_id", member.user.text()},
          {"name", member.name},
          {"mail", member.mail},
          {"role", to_text(member.role)},
          {"since", time_view(member.since)}};
}

json invitation_view(const Invitation& invitation) {
  return {{"mail", invitation.mail},
          {"role", to_text(invitation.role)},
          {"inviter_name", invitation.inviter_name},
          {"expires_at", time_view(invitation.expires_at)}};
}

// The parts that are small enough for one snapshot and for memory.
Result<void> write_lists(Context& ctx, Spool& spool) {
  const Services& services = ctx.of<Services>();
  const WorkspaceId id = ctx.workspace->id;
  json head, members = json::array(), teams = json::array(), groups = json::array(), invitations = json::array(),
             rules = json::array(), recipients = json::array(), notifications = json::array();
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    head = TRY(workspace_view(services, snapshot, *ctx.workspace, ctx.actor.user));
    const auto all_members = TRY(services.access.member_store().list(snapshot, id));
    for (const Member& member : all_members) members.push_back(person_view(member));
    const auto people = TRY(services.access.team_store().members(snapshot, id));
    const auto all_teams = TRY(services.access.team_store().teams(snapshot, id));
    for (const Team& team : all_teams) {
      json in = json::array();
      for (const TeamMember& member : people) {
        if (member.team == team.id) in.push_back({{"user_id", member.user.text()}, {"may_edit", member.may_edit}});
      }
      teams.push_back({{"id", team.id.text()}, {"name", team.name}, {"members", std::move(in)}});
    }
    const auto all_groups = TRY(ctx.of<watch::Services>().groups.store().list(snapshot, id));
    for (const Group& group : all_groups) groups.push_back({{"id", group.id.text()}, {"name", group.name}});
    const auto all_invitations = TRY(services.access.invitations().list(snapshot, id));
    for (const Invitation& invitation : all_invitations) invitations.push_back(invitation_view(invitation));
    const auto all_rules = TRY(ctx.of<watch::Services>().rules.list(snapshot, id));
    for (const Rule& rule : all_rules) rules.push_back(view(rule));
    const auto all_recipients = TRY(ctx.of<notify::Services>().recipients.list(snapshot, id));
    for (const Recipient& recipient : all_recipients) recipients.push_back(view(recipient));
    const auto all_notifications =
        TRY(ctx.of<notify::Services>().outbox.list(snapshot, id, std::nullopt, static_cast<int>(kNotificationsMax)));
    for (const Notification& told : all_notifications) notifications.push_back(view(told));
    return {};
  });
  TRY(read);
  TRY(spool.write(
      fmt::format("{{\n\"exported_at\": \"{}\",\n\"workspace\": {}", to_iso8601(services.clock.now()), dump(head))));
  for (const auto& [name, list] : {std::pair<std::string_view, const json&>{"members", members},
                                   {"teams", teams},
                                   {"groups", groups},
                                   {"invitations", invitations},
                                   {"rules", rules},
                                   {"recipients", recipients},
                                   {"notifications", notifications}}) {
    Section section(spool, name);
    for (const json& item : list) TRY(section.item(item));
    TRY(section.end());
  }
  return {};
}

Result<void> write_incidents(Context& ctx, Spool& spool) {
  Section section(spool, "incidents");
  IncidentStore::Filter filter;
  filter.limit = kPage;
  for (;;) {
    std::vector<json> page;
    std::vector<Incident> incidents;
    const auto read = ctx.of<Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
      incidents = TRY(ctx.of<watch::Services>().incidents.list(snapshot, ctx.workspace->id, filter));
      for (const Incident& incident : incidents) {
        json item = view(incident);
        item["events"] = json::array();
        const auto events = TRY(ctx.of<watch::Services>().incidents.events(snapshot, ctx.workspace->id, incident.id));
        for (const IncidentEvent& event : events) item["events"].push_back(view(event));
        page.push_back(std::move(item));
      }
      return {};
    });
    TRY(read);
    for (const json& item : page) TRY(section.item(item));
    if (incidents.size() < static_cast<std::size_t>(kPage)) return section.end();
    filter.after = incidents.back().id;
  }
}

Result<void> write_agents(Context& ctx, Spool& spool) {
  const std::vector<LiveAgent> fleet = ctx.of<watch::Services>().directory.list(ctx.workspace->id);
  Section agents(spool, "agents");
  for (const LiveAgent& live : fleet) {
    json item = view(live);
    item.erase("token_hint");
    TRY(agents.item(item));
  }
  TRY(agents.end());
  Section section(spool, "readings");
  for (const LiveAgent& live : fleet) {
    std::vector<Reading> readings;
    const auto read = ctx.of<Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
      readings = TRY(ctx.of<agents::Services>().readings.range(snapshot, ctx.workspace->id, live.agent.id, Instant{1},
                                                               ctx.of<Services>().clock.now() + seconds(1)));
      return {};
    });
    TRY(read);
    for (const Reading& reading : readings) TRY(section.item(reading_view(reading)));
  }
  return section.end();
}

Result<void> write_trail(Context& ctx, Spool& spool) {
  Section section(spool, "audit");
  std::string next;
  do {
    TrailPage page;
    const auto read = ctx.of<Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
      page = TRY(ctx.of<audit::Services>().trails.page(snapshot, {Trail::workspace, ctx.workspace->id, {}}, {}, next,
                                                       kTrailPage));
      return {};
    });
    TRY(read);
    for (const TrailEntry& entry : page.entries) TRY(section.item(std::string_view(json_row(entry))));
    next = page.next;
  } while (!next.empty());
  return section.end();
}

}  // namespace

Result<Reply> export_workspace(Context& ctx) {
  if (!ctx.identified) return Error{ErrorCode::forbidden, "This is for people who are logged in, not for API keys."};
  const Slot slot(free_slot);
  if (!slot.held())
    return Error{ErrorCode::unavailable, "Another export is being made. Try again in a moment.", {}, {}, 10};
  const Services& services = ctx.of<Services>();
  const std::shared_ptr<Spool> spool = TRY(Spool::open(ctx.options().data_directory, services.random));
  TRY(write_lists(ctx, *spool));
  TRY(write_incidents(ctx, *spool));
  TRY(write_agents(ctx, *spool));
  TRY(write_trail(ctx, *spool));
  TRY(spool->write("\n}\n"));
  TRY(spool->finish());
  const std::string file =
      fmt::format("connlog-{}-{}.json", ctx.workspace->slug, to_iso8601(services.clock.now()).substr(0, 10));
  return ctx.write([&services, actor = ctx.actor, spool, file](Transaction& tx) -> Result<Reply> {
    TRY(services.audit.append(tx, actor, "workspace.exported", file));
    Reply reply;
    reply.content_type = "application/json";
    reply.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", file));
    reply.source_length = spool->size();
    reply.source = Spool::body(spool);
    return reply;
  });
}

}  // namespace connlog::web::access
