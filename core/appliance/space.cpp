#include "core/appliance/space.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "core/base/log.h"

namespace connlog {
namespace {

constexpr TableUse kTableUses[] = {
    {"reading_log", SpaceUse::readings},
    {"reading_head", SpaceUse::readings},

    {"incident", SpaceUse::incidents},
    {"incident_event", SpaceUse::incidents},
    {"telling", SpaceUse::incidents},
    {"telling_entry", SpaceUse::incidents},
    {"open_event", SpaceUse::incidents},
    {"flapping", SpaceUse::incidents},
    {"rule_state", SpaceUse::incidents},
    {"subject_state", SpaceUse::incidents},
    {"state_change", SpaceUse::incidents},

    {"kept_answer", SpaceUse::incidents},
    {"ping", SpaceUse::incidents},

    {"announcement", SpaceUse::messages},
    {"announcement_incident", SpaceUse::messages},
    {"notification", SpaceUse::messages},
    {"telling_waiting", SpaceUse::messages},
    {"recipient_pace", SpaceUse::messages},
    {"ack_link", SpaceUse::messages},
    {"letter", SpaceUse::messages},

    {"audit_entry", SpaceUse::trails},
    {"trail_entry", SpaceUse::trails},
    {"trail_checkpoint", SpaceUse::trails},
    {"syslog_cursor", SpaceUse::trails},

    {"workspace", SpaceUse::people},
    {"workspace_setting", SpaceUse::people},
    {"app_user", SpaceUse::people},
    {"membership", SpaceUse::people},
    {"team", SpaceUse::people},
    {"team_member", SpaceUse::people},
    {"session", SpaceUse::people},
    {"session_proof", SpaceUse::people},
    {"single_use_link", SpaceUse::people},
    {"account", SpaceUse::people},
    {"known_device", SpaceUse::people},
    {"mail_change", SpaceUse::people},
    {"totp_factor", SpaceUse::people},
    {"recovery_code", SpaceUse::people},
    {"passkey", SpaceUse::people},
    {"login_ticket", SpaceUse::people},
    {"used_challenge", SpaceUse::people},
    {"login_provider", SpaceUse::people},
    {"login_provider_role", SpaceUse::people},
    {"login", SpaceUse::people},
    {"login_membership", SpaceUse::people},
    {"attempt_notice", SpaceUse::people},
    {"second_factor_policy", SpaceUse::people},
    {"invitation", SpaceUse::people},
    {"api_key", SpaceUse::people},
    {"break_glass", SpaceUse::people},
    {"break_glass_read", SpaceUse::people},
    {"access_review", SpaceUse::people},
    {"access_review_reminder", SpaceUse::people},
    {"legal_acceptance", SpaceUse::people},
    {"chat_account", SpaceUse::people},
    {"leak", SpaceUse::people},
    {"leak_step", SpaceUse::people},
    {"security_case", SpaceUse::people},
    {"security_case_entry", SpaceUse::people},

    {"setting", SpaceUse::other},
    {"appliance_limit", SpaceUse::other},
    {"retention_change", SpaceUse::other},
    {"idempotency_key", SpaceUse::other},
    {"recipient", SpaceUse::other},
    {"recipient_code", SpaceUse::other},
    {"quiet", SpaceUse::other},
    {"quiet_matcher", SpaceUse::other},
    {"dependency", SpaceUse::other},
    {"telling_setting", SpaceUse::other},
    {"event_source", SpaceUse::other},
    {"sealed_field", SpaceUse::other},
    {"subject", SpaceUse::other},
    {"subject_part", SpaceUse::other},
    {"subject_tag", SpaceUse::other},
    {"subject_label", SpaceUse::other},
    {"subject_team", SpaceUse::other},
    {"subject_group", SpaceUse::other},
    {"group_member", SpaceUse::other},
    {"agent", SpaceUse::other},
    {"agent_fact", SpaceUse::other},
    {"machine_event", SpaceUse::other},
    {"monitor", SpaceUse::other},
    {"monitor_probe", SpaceUse::other},
    {"check_default", SpaceUse::other},
    {"check_default_recipient", SpaceUse::other},
    {"confirmed_host", SpaceUse::other},
    {"ping_check", SpaceUse::other},
    {"workspace_network", SpaceUse::other},
    {"gone_agent", SpaceUse::other},
    {"gone_subject", SpaceUse::other},
    {"rule", SpaceUse::other},
    {"rule_recipient", SpaceUse::other},
    {"enrolment_key", SpaceUse::other},
    {"enrolment", SpaceUse::other},
    {"removed", SpaceUse::other},
    {"backup", SpaceUse::other},
    {"backup_copy", SpaceUse::other},
    {"schema_migration", SpaceUse::other},
};

constexpr std::string_view kReadingLog = "reading_log";
constexpr Instant kEndOfTime{std::int64_t{1} << 62};
constexpr int kEntriesMax = 100'000;  // of one directory that is looked through

using Lines = std::array<SpaceLine, values_of<SpaceUse>().size()>;

SpaceLine& line_of(Lines& lines, SpaceUse use) {
  return lines[static_cast<std::size_t>(use)];
}

std::int64_t file_bytes(const std::filesystem::path& path) {
  std::error_code trouble;
  const std::uintmax_t bytes = std::filesystem::file_size(path, trouble);
  return trouble ? 0 : static_cast<std::int64_t>(bytes);
}

// Of a file, or of all files below a directory. Links are not followed.
std::int64_t bytes_below(const std::filesystem::directory_entry& entry) {
  std::error_code trouble;
  if (entry.is_symlink(trouble)) return 0;
  if (entry.is_regular_file(trouble)) return file_bytes(entry.path());
  if (!entry.is_directory(trouble)) return 0;
  std::int64_t bytes = 0;
  int seen = 0;
  std::filesystem::recursive_directory_iterator each(entry.path(), trouble), end;
  while (!trouble && each != end && ++seen <= kEntriesMax) {
    std::error_code unknown;
    if (!each->is_symlink(unknown) && each->is_regular_file(unknown)) bytes += file_bytes(each->path());
    each.increment(trouble);
  }
  return bytes;
}

// What a restore, a drill or a change of the key left in the data directory.
bool is_leftover(const std::string& name) {
  for (const char* prefix : {"replaced-", "drill-", "restore.", ".restore", "connlog.db.rekey", "connlog.db.before"}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

void add_files(const std::filesystem::path& directory, const std::filesystem::path& database, Lines& lines) {
  const std::string data = database.filename().string();
  std::error_code trouble;
  std::filesystem::directory_iterator each(directory, trouble), end;
  while (!trouble && each != end) {
    const std::string name = each->path().filename().string();
    if (name == data + "-wal") {
      line_of(lines, SpaceUse::log).bytes += file_bytes(each->path());
    } else if (name != data && name != data + "-shm") {
      const SpaceUse use = name == "backups" ? SpaceUse::backups
                           : is_leftover(name) ? SpaceUse::leftovers
                                               : SpaceUse::other;
      line_of(lines, use).bytes += bytes_below(*each);
    }
    each.increment(trouble);
  }
}

}  // namespace

std::span<const TableUse> table_uses() {
  return kTableUses;
}

std::vector<Limit> limits_of(SpaceUse use) {
  switch (use) {
    case SpaceUse::readings:
      return {Limit::reading_days};
    case SpaceUse::incidents:
      return {Limit::incident_days};
    case SpaceUse::messages:
      return {Limit::incident_days, Limit::letter_days};
    case SpaceUse::trails:
      return {Limit::audit_days, Limit::security_event_days, Limit::appliance_trail_days};
    case SpaceUse::other:
      return {Limit::removed_days};
    case SpaceUse::people:
    case SpaceUse::backups:
    case SpaceUse::leftovers:
    case SpaceUse::free_pages:
    case SpaceUse::log:
      break;
  }
  return {};
}

std::optional<DiskRoom> disk_room_of(const std::filesystem::path& path) {
  std::error_code trouble;
  const std::filesystem::space_info room = std::filesystem::space(path, trouble);
  if (trouble) return std::nullopt;
  return DiskRoom{static_cast<std::int64_t>(room.available), static_cast<std::int64_t>(room.capacity)};
}

Result<SpaceReport> Space::look() const {
  Lines lines;
  for (const SpaceUse use : values_of<SpaceUse>()) line_of(lines, use).use = use;
  PagesOfFile file;
  const auto asked = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    file = TRY(parts_.store.pages(snapshot));
    return {};
  });
  TRY(asked);
  std::int64_t of_others = 0;
  for (const TableUse& each : kTableUses) {
    if (each.table == kReadingLog) continue;
    TableSpace space;
    // A snapshot of its own, so that none grows old; a table that takes too long is left out of the rows.
    const auto counted = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
      space = TRY(parts_.store.table(snapshot, each.table));
      return {};
    });
    if (!counted) {
      log_warning("space.not_counted", {{"table", each.table}, {"cause", counted.error().cause}});
      continue;
    }
    SpaceLine& line = line_of(lines, each.use);
    line.rows = line.rows.value_or(0) + space.rows;
    line.bytes += space.bytes;
    of_others += space.bytes;
  }
  SpaceLine& readings = line_of(lines, SpaceUse::readings);
  TableSpace log;
  const auto sampled = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    log = TRY(parts_.store.readings(snapshot, Instant{}, kEndOfTime));
    return {};
  });
  readings.rows.reset();  // reading_head has no readings
  if (sampled) readings.rows = log.rows;
  const std::int64_t used = (file.pages - file.free_pages) * file.page_bytes;
  readings.bytes += std::max<std::int64_t>(used - of_others, 0);
  line_of(lines, SpaceUse::free_pages).bytes = file.free_pages * file.page_bytes;
  add_files(parts_.directory, parts_.database, lines);

  SpaceReport report;
  report.at = parts_.clock.now();
  report.lines.assign(lines.begin(), lines.end());
  report.database_bytes = file.pages * file.page_bytes;
  report.disk = disk_room_of(parts_.directory);
  return report;
}

Result<SpaceReport> Space::report() {
  const auto known = [this](bool however_old) -> std::optional<SpaceReport> {
    const std::lock_guard lock(mutex_);
    const bool is_fresh = newest_ && parts_.clock.monotonic() - made_at_ < kFresh;
    return is_fresh || however_old ? newest_ : std::nullopt;
  };
  if (auto fresh = known(false)) return *std::move(fresh);
  const std::unique_lock making(making_, std::try_to_lock);
  if (!making.owns_lock()) {
    if (auto old = known(true)) return *std::move(old);
    return Error{ErrorCode::unavailable, "What uses the disk is being counted. Try again in a moment.", {}, {}, 5};
  }
  SpaceReport made = TRY(look());
  const std::lock_guard lock(mutex_);
  newest_ = made;
  made_at_ = parts_.clock.monotonic();
  return made;
}

Result<std::vector<Freed>> Space::preview(const std::vector<WantedLimit>& wanted) const {
  std::vector<Freed> freed;
  for (const WantedLimit& each : wanted) {
    if (!is_retention(each.limit) || !keeps_less(each.value, parts_.plan.days(each.limit))) continue;
    const Instant before = parts_.clock.proven() - std::chrono::days(each.value);
    Freed one{each.limit, {}};
    const auto counted = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
      one.what = TRY(parts_.store.older_than(snapshot, each.limit, before));
      return {};
    });
    TRY(counted);
    freed.push_back(one);
  }
  return freed;
}

}  // namespace connlog
