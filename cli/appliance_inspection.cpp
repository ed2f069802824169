// What the appliance's own parts know for the production check (core/appliance/inspection.h).
#include <fmt/format.h>

#include <utility>

#include "cli/appliance_parts.h"
#include "core/base/log.h"

namespace connlog {

RunningFacts Appliance::Parts::running_facts() const {
  RunningFacts facts;
  facts.backups = services->backups.findings();
  const auto read = store->stores().read([&](Snapshot& snapshot) -> Result<void> {
    const BackupSchedule schedule = TRY(services->backups.schedule(snapshot));
    facts.backups_by_schedule = schedule.enabled;
    const DeadManSettings watcher = TRY(services->dead_man.settings(snapshot));
    facts.is_watched = watcher.enabled;
    return {};
  });
  if (!read) log_warning("inspection.incomplete", {{"message", read.error().message}, {"cause", read.error().cause}});
  facts.trails = trails->warnings();
  {
    const std::lock_guard lock(unknown_words_mutex);
    facts.unknown_words = unknown_words;
  }
  facts.certificate = certificate_warnings();
  if (const auto outage = store->health().outage())
    facts.outage = fmt::format("Nothing can be stored since {}: {}.", to_iso8601(outage->since), outage->cause);
  return facts;
}

InspectionFacts Appliance::Parts::inspected() const {
  InspectionFacts facts;
  facts.at = clock.now();
  facts.set_up = set_up_facts(settings, public_host.get(settings, clock), random);
  facts.machine = machine_facts(settings, static_cast<bool>(started));
  facts.machine->clock_trouble = watch.finding();
  facts.running = running_facts();
  return facts;
}

Result<std::vector<Finding>> Appliance::Parts::inspect_served() const {
  InspectionFacts facts;
  facts.at = clock.now();
  facts.machine = machine_facts(settings, static_cast<bool>(started));
  facts.machine->clock_trouble = watch.finding();
  facts.running = running_facts();
  const auto read = store->stores().read([&](Snapshot& snapshot) -> Result<void> {
    facts.stored = TRY(services->inspection.stored(snapshot));
    return {};
  });
  TRY(read);
  return connlog::inspect(facts);
}

Result<std::vector<Finding>> Appliance::inspect() {
  parts_->count_unknown_words();
  return parts_->inspect_served();
}

}  // namespace connlog
