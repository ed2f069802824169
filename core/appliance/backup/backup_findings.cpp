#include "core/appliance/backup/backup_findings.h"

#include <fmt/format.h>

#include <algorithm>

namespace connlog {
namespace {

constexpr int kMissesUntilTold = 2;
constexpr std::size_t kCompared = 5;  // backups whose median a new one is compared with
constexpr std::chrono::days kDrillEvery{90};

std::string_view name_of(BackupKind kind) {
  return kind == BackupKind::whole ? "whole backup" : "backup without history";
}

std::string day_of(Instant at) {
  return to_iso8601(at).substr(0, 10);
}

class Findings {
 public:
  explicit Findings(const BackupFacts& facts) : facts_(facts) {}

  std::vector<PartFinding> take() {
    look_at_setting_up();
    if (!facts_.in_recovery) {
      for (const BackupKind kind : values_of<BackupKind>()) look_at(kind);
    }
    look_at_verification();
    look_at_destinations();
    look_at_drills();
    return std::move(out_);
  }

 private:
  bool is_scheduled() const { return facts_.stored.schedule.enabled; }
  // Of what is only worth an incident once somebody relies on scheduled backups.
  State if_scheduled(State state) const { return is_scheduled() ? state : State::up; }
  void add(State state, std::string text) { out_.push_back({AppliancePart::backup, state, std::move(text)}); }

  std::vector<const Backup*> complete(BackupKind kind) const {
    std::vector<const Backup*> found;
    for (const Backup& backup : facts_.backups) {
      if (backup.kind == kind && backup.state == BackupState::complete) found.push_back(&backup);
    }
    return found;
  }

  void look_at_setting_up() {
    if (!is_scheduled())
      add(State::up, "No backups are made by themselves. Set a schedule under Appliance, Backups.");
    if (facts_.has_key) return;
    add(if_scheduled(State::down),
        "There is no recovery key and no backup passphrase, so no backup can be made. Make a recovery key under "
        "Appliance, Backups.");
  }

  void look_at(BackupKind kind) {
    const std::vector<PastRun> runs = runs_of(facts_.backups);
    if (is_scheduled()) {
      const int misses = misses_of(kind, runs);
      if (misses >= kMissesUntilTold) {
        add(State::down, fmt::format("The last {} tries to make a {} failed. {}", misses, name_of(kind), last_trouble(kind)));
      } else {
        look_for_overdue(kind, runs);
      }
    }
    look_for_failures(kind);
    look_for_shrinking(kind);
  }

  // Of those, too, that somebody asked for.
  void look_for_failures(BackupKind kind) {
    int failures = 0;
    bool all_scheduled = true;
    for (const Backup& backup : facts_.backups) {
      if (backup.kind != kind || backup.state == BackupState::running) continue;
      if (backup.state != BackupState::failed) break;
      ++failures;
      all_scheduled = all_scheduled && backup.trigger == BackupTrigger::schedule;
    }
    if (failures < kMissesUntilTold || all_scheduled) return;  // those of the schedule were told above
    add(State::degraded,
        fmt::format("The last {} tries to make a {} failed. {}", failures, name_of(kind), last_trouble(kind)));
  }

  std::string last_trouble(BackupKind kind) const {
    for (const Backup& backup : facts_.backups) {
      if (backup.kind == kind && backup.state == BackupState::failed && !backup.trouble.empty()) return backup.trouble;
    }
    return "Look at Appliance, Backups.";
  }

  void look_for_overdue(BackupKind kind, const std::vector<PastRun>& runs) {
    const Instant limit = slots_of(kind, facts_.stored.schedule, facts_.zone, facts_.now).before;
    if (!limit.is_set() || limit < facts_.stored.since) return;
    const bool made = std::ranges::any_of(runs, [&](const PastRun& run) {
      return !run.has_failed && run.started_at >= limit && (run.kind == kind || run.kind == BackupKind::whole);
    });
    if (made) return;
    add(State::down, fmt::format("No {} was made since {}, although two were due. See at Appliance, Backups why, and make "
                                 "one now.",
                                 name_of(kind), day_of(limit)));
  }

  void look_for_shrinking(BackupKind kind) {
    const std::vector<const Backup*> all = complete(kind);
    if (all.size() < kCompared + 1) return;
    std::vector<std::int64_t> before;
    for (std::size_t i = 1; i <= kCompared; ++i) before.push_back(all[i]->bytes);
    std::ranges::sort(before);
    const std::int64_t median = before[kCompared / 2];
    if (all[0]->bytes * 2 >= median) return;
    add(State::degraded, fmt::format("The newest {} has {} KiB, less than half of those before ({} KiB). If nothing much was "
                                     "deleted, try a drill of it.",
                                     name_of(kind), all[0]->bytes / 1024, median / 1024));
  }

  void look_at_verification() {
    for (const Backup& backup : facts_.backups) {
      if (backup.state != BackupState::complete || !backup.verified_at.is_set()) continue;
      if (!backup.verify_trouble.empty()) {
        add(State::down, fmt::format("The backup of {} cannot be relied on: {} Make another one, and look at the disk it "
                                     "lies on.",
                                     day_of(backup.started_at), backup.verify_trouble));
      }
      return;  // the newest that was looked at
    }
  }

  void look_at_destinations() {
    bool elsewhere = false;
    for (const Backups::DestinationState& each : facts_.destinations) {
      // Of a directory that is not there nothing is known but what is said of it anyway.
      if (!each.is_directory || !each.is_ready || !each.same_device) elsewhere = true;
      if (each.is_ready) {
        look_at_ready(each);
        continue;
      }
      const auto missing = facts_.missing.find(each.name);
      const bool is_told = missing != facts_.missing.end() && missing->second >= kMissesUntilTold;
      add(is_told ? State::degraded : State::up, each.trouble);
    }
    if (!facts_.bucket_warning.empty()) add(State::up, facts_.bucket_warning);
    if (elsewhere) return;
    add(if_scheduled(State::degraded),
        "Every backup lies on the device that the data are on, and would be lost with it. Name a directory on another "
        "disk in backup_directories (connlog.toml), or a bucket under Appliance, Backups.");
  }

  void look_at_ready(const Backups::DestinationState& place) {
    if (!facts_.missing.contains(place.name)) return;  // beside the data, while others are named
    const auto failed = facts_.put_trouble.find(place.name);
    if (failed != facts_.put_trouble.end() && !failed->second.empty()) {
      add(State::degraded, fmt::format("The newest backup is not in {}: {}", place.name, failed->second));
      return;
    }
    const std::vector<const Backup*> whole = complete(BackupKind::whole);
    if (whole.empty() || place.free_bytes < 0 || place.free_bytes >= whole.front()->bytes) return;
    add(State::degraded, fmt::format("{} has room for {} MiB, less than the last whole backup has ({} MiB). Make room there, "
                                     "or keep fewer backups.",
                                     place.name, place.free_bytes >> 20, whole.front()->bytes >> 20));
  }

  void look_at_drills() {
    Instant oldest;
    const Backup* drilled = nullptr;  // the one that was tried last
    for (const Backup& backup : facts_.backups) {
      if (backup.drilled_at.is_set() && (drilled == nullptr || backup.drilled_at > drilled->drilled_at)) drilled = &backup;
      if (backup.state == BackupState::complete) oldest = backup.started_at;
    }
    if (drilled != nullptr && !drilled->drill_trouble.empty()) {
      add(State::down, fmt::format("The drill of the backup of {} failed: {} Make another backup and drill that.",
                                   day_of(drilled->started_at), drilled->drill_trouble));
      return;
    }
    const Instant limit = facts_.now - kDrillEvery;
    if (!oldest.is_set() || oldest > limit || (drilled != nullptr && drilled->drilled_at > limit)) return;
    add(if_scheduled(State::degraded),
        "No backup was tried for 90 days. Start a drill under Appliance, Backups: it restores one beside, compares it, "
        "and removes it again.");
  }

  const BackupFacts& facts_;
  std::vector<PartFinding> out_;
};

}  // namespace

std::vector<PastRun> runs_of(const std::vector<Backup>& backups) {
  std::vector<PastRun> out;
  for (const Backup& backup : backups) {
    if (backup.trigger != BackupTrigger::schedule) continue;
    out.push_back({backup.kind, backup.state == BackupState::failed, backup.started_at, backup.ended_at});
  }
  return out;
}

std::vector<PartFinding> findings_of(const BackupFacts& facts) {
  return Findings(facts).take();
}

}  // namespace connlog
