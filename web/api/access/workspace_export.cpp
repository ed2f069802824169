// A workspace as one JSON document: everything in it but secrets. Each room writes its sections (web/api/parts.h), over
// snapshots of its own, through a spool, one export at a time: what it needs of memory is one agent's readings, or a page of
// anything else.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <semaphore>

#include "web/api/access/handlers.h"
#include "web/api/slot.h"
#include "web/server/spool.h"
#include "web/api/access/workspace_view.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

std::counting_semaphore<1> free_slot(1);

// The workspace itself, before its sections.
Result<void> write_head(Context& ctx, Spool& spool) {
  const Services& services = ctx.of<Services>();
  json head;
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    head = TRY(workspace_view(services, snapshot, *ctx.workspace, ctx.actor.user));
    return {};
  });
  TRY(read);
  return spool.write(
      fmt::format("{{\n\"exported_at\": \"{}\",\n\"workspace\": {}", to_iso8601(services.clock.now()), dump(head)));
}

}  // namespace

Result<Reply> export_workspace(Context& ctx) {
  if (!ctx.identified) return Error{ErrorCode::forbidden, "This is for people who are logged in, not for API keys."};
  const Slot slot(free_slot);
  if (!slot.held())
    return Error{ErrorCode::unavailable, "Another export is being made. Try again in a moment.", {}, {}, 10};
  const Services& services = ctx.of<Services>();
  const std::shared_ptr<Spool> spool = TRY(Spool::open(ctx.options().data_directory, services.random));
  TRY(write_head(ctx, *spool));
  for (const WorkspaceSection& row : web::workspace_sections()) {
    Section section(*spool, row.name);
    TRY(row.write(ctx, section));
    TRY(section.end());
  }
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
