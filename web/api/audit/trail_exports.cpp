// Exports of the trails: the rows that a page would show, all of them, as CSV or JSON. Made in slices, each over a
// snapshot of its own, through a spool: neither memory nor a snapshot's age grows with the trail.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <semaphore>

#include "core/audit/trail_export.h"
#include "web/api/audit/handlers.h"
#include "web/api/audit/trail_views.h"
#include "web/api/slot.h"
#include "web/server/spool.h"

namespace connlog::web::audit {
namespace {

constexpr int kSliceRows = 1'000;
constexpr int kAtATime = 2;  // exports being made; each holds a worker

std::counting_semaphore<kAtATime> free_slots(kAtATime);

enum class Format { csv, json };

struct Export {
  std::shared_ptr<Spool> spool;
  std::int64_t rows = 0;
};

Result<Export> make_export(Context& ctx, const TrailScope& scope, const TrailFilter& filter, Format format) {
  Export made;
  made.spool = TRY(Spool::open(ctx.options().data_directory, ctx.of<Services>().random));
  TRY(made.spool->write(format == Format::csv ? csv_head() : std::string("[")));
  std::string next;
  do {
    TrailPage page;
    const auto read = ctx.of<Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
      page = TRY(ctx.of<Services>().trails.page(snapshot, scope, filter, next, kSliceRows));
      return {};
    });
    TRY(read);
    for (const TrailEntry& entry : page.entries) {
      if (format == Format::csv) {
        TRY(made.spool->write(csv_row(entry)));
      } else {
        TRY(made.spool->write((made.rows == 0 ? "\n" : ",\n") + json_row(entry)));
      }
      ++made.rows;
    }
    next = page.next;
  } while (!next.empty());
  if (format == Format::json) TRY(made.spool->write("\n]\n"));
  TRY(made.spool->finish());
  return made;
}

// `name`: part of the file's name; ours, so no character of it can break the header.
Result<Reply> export_reply(Context& ctx, const TrailScope& scope, const TrailFilter& filter, const std::string& name) {
  const std::string wanted = TRY(ctx.query_text("format", 10));
  if (wanted != "csv" && wanted != "json") return invalid("format", "The format is csv or json.");
  const Format format = wanted == "csv" ? Format::csv : Format::json;
  const Slot slot(free_slots);
  if (!slot.held()) {
    return Error{ErrorCode::unavailable, "Other exports are being made. Try again in a moment.", {}, {}, 5};
  }
  const Export made = TRY(make_export(ctx, scope, filter, format));
  const Services& services = ctx.of<Services>();
  const std::string file =
      fmt::format("connlog-{}-{}.{}", name, to_iso8601(services.clock.now()).substr(0, 10), wanted);
  // The trail names the person who takes a copy of it.
  return ctx.write([&services, actor = ctx.actor, made, file, format](Transaction& tx) -> Result<Reply> {
    TRY(services.audit.append(tx, actor, "audit.exported", file, fmt::format("{} rows", made.rows)));
    Reply reply;
    reply.content_type = format == Format::csv ? "text/csv; charset=utf-8" : "application/json";
    reply.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", file));
    reply.source_length = made.spool->size();
    reply.source = Spool::body(made.spool);
    return reply;
  });
}

}  // namespace

Result<Reply> export_audit(Context& ctx) {
  const auto filter = TRY(workspace_trail_filter(ctx));
  return export_reply(ctx, {Trail::workspace, ctx.workspace->id, {}}, filter, "audit");
}

Result<Reply> export_security_events(Context& ctx) {
  const auto filter = TRY(workspace_trail_filter(ctx));
  return export_reply(ctx, {Trail::security, ctx.workspace->id, {}}, filter, "security-events");
}

Result<Reply> export_appliance_trail(Context& ctx) {
  const TrailScope scope = TRY(appliance_trail_scope(ctx));
  const auto filter = TRY(trail_filter(ctx));
  return export_reply(ctx, scope, filter,
                      scope.trail == Trail::security ? "appliance-security-events" : "appliance-trail");
}

}  // namespace connlog::web::audit
