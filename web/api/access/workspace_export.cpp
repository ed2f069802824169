// A workspace as a file: everything in it but secrets, as one JSON document or as a ZIP (export_archive.h). Each room
// writes its sections (web/api/parts.h), over snapshots of its own, through spools, one export at a time: what it
// needs of memory is a page of readings, or of anything else.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <semaphore>

#include "web/api/access/export_archive.h"
#include "web/api/access/handlers.h"
#include "web/api/access/workspace_view.h"
#include "web/api/slot.h"
#include "web/server/spool.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

std::counting_semaphore<1> free_slot(1);

Result<void> write_workspace(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json shown;
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    shown = TRY(workspace_view(services, snapshot, *ctx.workspace, ctx.actor.user));
    return {};
  });
  TRY(read);
  return section.item(shown);
}

constexpr Column kWorkspaceColumns[] = {
    {"id", ColumnType::id, "The workspace"},
    {"slug", ColumnType::text, "Its name in addresses"},
    {"name", ColumnType::text, "Its name"},
    {"role", ColumnType::text, "The role of the person who exported it"},
    {"team_grant", ColumnType::boolean, "Whether a team lets that person edit its things"},
    {"sees_all", ColumnType::boolean, "Whether that person sees all subjects"},
    {"machine_policy", ColumnType::text, "What happens when an agent's token comes from another machine"},
    {"enabled", ColumnType::boolean, "Whether it works"},
    {"team_scoped", ColumnType::boolean, "Whether people see only the subjects of their teams"},
    {"deletion", ColumnType::object, "Its requested deletion: requested_at, due_at, requested_by", Missing::null},
    {"version", ColumnType::integer, "Rises with each change"},
    {"review_due_at", ColumnType::time, "When a review of its accesses is due", Missing::null},
    {"openings", ColumnType::list,
     "Administrators of the appliance who look at it now: id, administrator, reason, expires_at"},
    {"opened_by_me", ColumnType::boolean, "Whether the person who exported it is such an administrator"},
    {"second_factor", ColumnType::object, "What its second-factor policy says about that person: refused, until",
     Missing::null},
};
constexpr WorkspaceSection kWorkspace = {"workspace", "The workspace itself: one row.", kWorkspaceColumns,
                                         write_workspace};

// One member of the JSON document: `"workspace": { … }`, or `"name": [ … ]`.
class DocumentMember final : public Section {
 public:
  DocumentMember(Spool& spool, std::string_view name, bool is_list) : spool_(spool), name_(name), is_list_(is_list) {}

  Result<void> item(const json& value) override {
    TRY(spool_.write(count_++ > 0 ? std::string(",\n") : fmt::format(",\n\"{}\": {}", name_, is_list_ ? "[\n" : "")));
    return spool_.write(dump(value));
  }
  Result<void> end() {  // once, after the last item
    if (!is_list_) return {};
    return spool_.write(count_ == 0 ? fmt::format(",\n\"{}\": []", name_) : std::string("\n]"));
  }

 private:
  Spool& spool_;
  std::string_view name_;
  bool is_list_;
  std::size_t count_ = 0;
};

Result<void> write_member(Context& ctx, const WorkspaceSection& row, Spool& spool, bool is_list) {
  DocumentMember member(spool, row.name, is_list);
  TRY(row.write(ctx, member));
  return member.end();
}

Result<std::vector<BodyPiece>> make_document(Context& ctx, Instant at) {
  const std::filesystem::path& directory = ctx.options().data_directory;
  const std::shared_ptr<Spool> spool =
      TRY(Spool::open(directory, ctx.of<Services>().random, Spool::room_in(directory)));
  TRY(spool->write(fmt::format("{{\n\"exported_at\": \"{}\"", to_iso8601(at))));
  TRY(write_member(ctx, kWorkspace, *spool, false));
  for (const WorkspaceSection& row : web::workspace_sections()) TRY(write_member(ctx, row, *spool, true));
  TRY(spool->write("\n}\n"));
  TRY(spool->finish());
  return std::vector<BodyPiece>{{.spool = spool, .offset = 0, .length = spool->size()}};
}

Result<void> write_section(Context& ctx, const WorkspaceSection& row, ExportArchive& archive) {
  TRY(archive.begin(row));
  return row.write(ctx, archive);
}

Result<std::vector<BodyPiece>> make_archive(Context& ctx, Instant at) {
  const std::unique_ptr<ExportArchive> archive =
      TRY(ExportArchive::open(ctx.options().data_directory, ctx.of<Services>().random));
  TRY(write_section(ctx, kWorkspace, *archive));
  for (const WorkspaceSection& row : web::workspace_sections()) TRY(write_section(ctx, row, *archive));
  return archive->finish({*ctx.workspace, ctx.actor.name, at});
}

}  // namespace

const WorkspaceSection& workspace_itself() {
  return kWorkspace;
}

Result<Reply> export_workspace(Context& ctx) {
  if (!ctx.identified) return Error{ErrorCode::forbidden, "This is for people who are logged in, not for API keys."};
  const std::string wanted = TRY(ctx.query_text("format", 10));
  if (!wanted.empty() && wanted != "json" && wanted != "zip") return invalid("format", "The format is json or zip.");
  const bool is_zip = wanted == "zip";
  const Slot slot(free_slot);
  if (!slot.held())
    return Error{ErrorCode::unavailable, "Another export is being made. Try again in a moment.", {}, {}, 10};
  const Services& services = ctx.of<Services>();
  const Instant now = services.clock.now();
  const auto made = is_zip ? make_archive(ctx, now) : make_document(ctx, now);
  const std::vector<BodyPiece> pieces = TRY(made);
  const std::string file = fmt::format("connlog-{}-{}.{}", ctx.workspace->slug, to_iso8601(now).substr(0, 10),
                                       is_zip ? "zip" : "json");
  return ctx.write([&services, actor = ctx.actor, pieces, file, is_zip](Transaction& tx) -> Result<Reply> {
    TRY(services.audit.append(tx, actor, "workspace.exported", file));
    Reply reply;
    reply.content_type = is_zip ? "application/zip" : "application/json";
    reply.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", file));
    reply.source_length = length_of(pieces);
    reply.source = body_of(pieces);
    return reply;
  });
}

}  // namespace connlog::web::access
