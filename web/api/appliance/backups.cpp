// Backups: which there are and where, the schedule, making, verifying, trying, removing and fetching one. Keys and the
// bucket have files of their own. What takes long is asked for here and done by the thread of backups.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "web/api/appliance/backup_views.h"
#include "web/api/appliance/handlers.h"
#include "web/api/views.h"

namespace connlog::web::appliance {
namespace {

using nlohmann::json;

constexpr int kListed = 200;

json backup_view(const Backups::Listed& listed) {
  const Backup& backup = listed.backup;
  json copies = json::array();
  for (const BackupCopy& copy : listed.copies) {
    copies.push_back({{"destination", copy.destination},
                      {"is_there", copy.is_there},
                      {"at", time_view(copy.at)},
                      {"trouble", copy.trouble}});
  }
  return {{"id", id_view(backup.id)},
          {"kind", to_text(backup.kind)},
          {"trigger", to_text(backup.trigger)},
          {"state", to_text(backup.state)},
          {"started_at", time_view(backup.started_at)},
          {"ended_at", time_view(backup.ended_at)},
          {"name", backup.name},
          {"bytes", backup.bytes},
          {"by", backup.by},
          {"trouble", backup.trouble},
          {"verified_at", time_view(backup.verified_at)},
          {"verify_trouble", backup.verify_trouble},
          {"drilled_at", time_view(backup.drilled_at)},
          {"drill_trouble", backup.drill_trouble},
          {"has_key", !backup.sealed_key.empty()},
          {"copies", std::move(copies)}};
}

json schedule_view(const BackupSchedule& schedule) {
  return {{"enabled", schedule.enabled},
          {"hour", schedule.hour},
          {"minute", schedule.minute},
          {"zone", schedule.zone},
          {"whole_on", schedule.whole_on},
          {"daily_without_history", schedule.daily_without_history},
          {"keep_daily", schedule.keep_daily},
          {"keep_weekly", schedule.keep_weekly},
          {"keep_monthly", schedule.keep_monthly},
          {"keep_yearly", schedule.keep_yearly}};
}

json destinations_view(const Backups& backups) {
  json out = json::array();
  for (const Backups::DestinationState& each : backups.destinations()) {
    out.push_back({{"name", each.name},
                   {"is_directory", each.is_directory},
                   {"is_ready", each.is_ready},
                   {"same_device", each.same_device},
                   {"trouble", each.trouble},
                   {"backups", each.backups},
                   {"bytes", each.bytes},
                   {"free_bytes", each.free_bytes >= 0 ? json(each.free_bytes) : json(nullptr)}});
  }
  return out;
}

json progress_view(const Backups& backups) {
  json out = json::array();
  for (const BackupProgress& each : backups.progress()) {
    out.push_back({{"backup_id", id_view(each.backup)},
                   {"step", to_text(each.step)},
                   {"destination", each.destination},
                   {"done", each.done},
                   {"of", each.of}});
  }
  return out;
}

Result<json> listed_view(const Backups& backups, Snapshot& snapshot, BackupId id) {
  const auto found = TRY(backups.listed(snapshot, id));
  if (!found) return Error{ErrorCode::not_found, "There is no such backup."};
  return backup_view(*found);
}

// The answer to what was asked of the thread: the backup as it is now.
Result<Reply> accepted(Context& ctx, BackupId id) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto shown = TRY(listed_view(ctx.of<Services>().backups, snapshot, id));
    return json_reply(202, std::move(shown));
  });
}

// A stored backup on its way to a browser.
class StoredFile final : public BodySource {
 public:
  explicit StoredFile(std::shared_ptr<ByteSource> file) : file_(std::move(file)) {}
  Result<std::size_t> read(std::span<char> out) override {
    return file_->read({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  }

 private:
  const std::shared_ptr<ByteSource> file_;
};

}  // namespace

Result<Reply> list_backups(Context& ctx) {
  const Services& services = ctx.of<Services>();
  json findings = json::array();
  for (const PartFinding& finding : services.backups.findings())
    findings.push_back({{"state", to_text(finding.state)}, {"text", finding.text}});
  const auto next = services.backups.next_due();
  json out = {{"next_at", next ? time_view(*next) : json(nullptr)},
              {"destinations", destinations_view(services.backups)},
              {"progress", progress_view(services.backups)},
              {"signer", services.backups.signer()},
              {"findings", std::move(findings)}};
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto all = TRY(services.backups.list(snapshot, kListed));
    for (const Backups::Listed& each : all) items.push_back(backup_view(each));
    const BackupSchedule schedule = TRY(services.backups.schedule(snapshot));
    const auto bucket = TRY(services.bucket.settings(snapshot));
    const BackupKeysState keys = TRY(services.backup_keys.state(snapshot));
    const std::string instance = TRY(services.backups.instance(snapshot));
    out["items"] = std::move(items);
    out["schedule"] = schedule_view(schedule);
    out["bucket"] = bucket ? bucket_view(*bucket) : json(nullptr);
    out["recovery_key"] = {{"state", to_text(keys.recovery)},
                           {"fingerprint", keys.fingerprint},
                           {"since", time_view(keys.since)}};
    out["passphrase"] = {{"is_set", keys.has_passphrase}, {"since", time_view(keys.passphrase_since)}};
    out["instance"] = instance;
    return json_reply(200, out);
  });
}

Result<Reply> make_backup(Context& ctx) {
  const Body body = TRY(ctx.body());
  const BackupKind kind = TRY(body.word<BackupKind>("kind"));
  Backups& backups = ctx.of<Services>().backups;
  return ctx.create([&backups, kind, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    const Backup begun = TRY(backups.begin(tx, actor, kind, BackupTrigger::by_hand));
    return json_reply(202, backup_view({begun, {}}));
  });
}

Result<Reply> show_backup(Context& ctx) {
  const BackupId id = TRY(ctx.id<BackupId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto shown = TRY(listed_view(ctx.of<Services>().backups, snapshot, id));
    return json_reply(200, std::move(shown));
  });
}

Result<Reply> remove_backup(Context& ctx) {
  const BackupId id = TRY(ctx.id<BackupId>());
  Backups& backups = ctx.of<Services>().backups;
  return ctx.write([&backups, id, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    TRY(backups.remove(tx, actor, id));
    return no_content();
  });
}

Result<Reply> verify_backup(Context& ctx) {
  const BackupId id = TRY(ctx.id<BackupId>());
  TRY(ctx.of<Services>().backups.begin_verify(ctx.actor, id));
  return accepted(ctx, id);
}

Result<Reply> drill_backup(Context& ctx) {
  const BackupId id = TRY(ctx.id<BackupId>());
  TRY(ctx.of<Services>().backups.begin_drill(ctx.actor, id));
  return accepted(ctx, id);
}

Result<Reply> fetch_backup(Context& ctx) {
  const BackupId id = TRY(ctx.id<BackupId>());
  Backups& backups = ctx.of<Services>().backups;
  const auto path = TRY(backups.path_of(id));
  if (!path) {  // the loop that sends it must not wait for anything but a file
    return Error{ErrorCode::conflict,
                 "This backup lies in no directory that is there now. If it is in the bucket, fetch it from there."};
  }
  std::unique_ptr<ByteSource> opened = TRY(backups.open(id));
  const std::shared_ptr<ByteSource> file = std::move(opened);
  return ctx.write([&backups, id, file, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    const Backup backup = TRY(backups.note_fetched(tx, actor, id));
    Reply reply;
    reply.content_type = "application/octet-stream";
    reply.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", backup.name));
    reply.source_length = static_cast<std::uint64_t>(backup.bytes);
    reply.source = std::make_unique<StoredFile>(file);
    return reply;
  });
}

Result<Reply> change_backup_schedule(Context& ctx) {
  const Body body = TRY(ctx.body());
  BackupSchedule wanted;
  const auto number = [&body](const char* name, int highest) -> Result<int> {
    const std::int64_t value = TRY(body.integer(name, 0, highest));
    return static_cast<int>(value);
  };
  wanted.enabled = TRY(body.flag("enabled"));
  wanted.hour = TRY(number("hour", 23));
  wanted.minute = TRY(number("minute", 59));
  wanted.zone = TRY(body.text("zone", 1, 64));
  wanted.whole_on = TRY(number("whole_on", 127));
  wanted.daily_without_history = TRY(body.flag("daily_without_history"));
  wanted.keep_daily = TRY(number("keep_daily", 1'000));
  wanted.keep_weekly = TRY(number("keep_weekly", 1'000));
  wanted.keep_monthly = TRY(number("keep_monthly", 1'000));
  wanted.keep_yearly = TRY(number("keep_yearly", 100));
  Backups& backups = ctx.of<Services>().backups;
  return ctx.write([&backups, wanted, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    TRY(backups.change_schedule(tx, actor, wanted));
    return json_reply(200, schedule_view(wanted));
  });
}

}  // namespace connlog::web::appliance
