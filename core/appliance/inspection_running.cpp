// Rows about what only the appliance's own parts know: backups, the trails' anchor, the served certificate.
#include <fmt/format.h>

#include "core/appliance/inspection_rows.h"

namespace connlog {
namespace {

using enum FindingSeverity;

Problems bad_backups(const RunningFacts& facts, Instant) {
  Problems out;
  for (const PartFinding& each : facts.backups) {
    if (each.state == State::up) continue;
    out.push_back({each.state == State::down ? danger : warning, each.text,
                   "What is stored since the last good backup is lost with the disk.", "Appliance, Backups."});
  }
  return out;
}

Problems no_schedule(const RunningFacts& facts, Instant) {
  if (!facts.backups_by_schedule || *facts.backups_by_schedule) return {};
  return {
      {warning, "No backup is made by itself.", "What is stored since the last one made by hand is lost with the disk.",
       "Appliance, Backups: switch the schedule on. `connlog backup init DIR` prepares a directory on another disk."}};
}

Problems doubtful_trails(const RunningFacts& facts, Instant) {
  Problems out;
  for (const std::string& text : facts.trails) {
    out.push_back({danger, text, "Somebody may have changed the trails, or put files back.",
                   "`connlog audit verify`; once it is understood, `connlog audit accept --reason …`."});
  }
  return out;
}

Problems unknown_words(const RunningFacts& facts, Instant) {
  Problems out;
  for (const std::string& text : facts.unknown_words) {
    out.push_back({warning, text + ".", "Another version of connlog wrote it. What it stands for does not happen here.",
                   "Start the later version again, or remove what it made."});
  }
  return out;
}

Problems served_certificate(const RunningFacts& facts, Instant) {
  Problems out;
  for (const std::string& text : facts.certificate) {
    out.push_back({warning, text, "Browsers or agents refuse the server when it comes to it.",
                   "docs/agents.md, Who would be cut off; docs/operations.md for certificates."});
  }
  return out;
}

Problems outage(const RunningFacts& facts, Instant) {
  if (facts.outage.empty()) return {};
  return {{danger, facts.outage, "Nothing is stored: agents are shown as unknown, and alerts wait.",
           "docs/operations.md, When nothing can be stored."}};
}

Problems unwatched(const RunningFacts& facts, Instant) {
  if (!facts.is_watched || *facts.is_watched) return {};
  return {{warning, "Nobody watches connlog.", "When this machine fails, nothing is checked and nobody hears of it.",
           "Appliance, Dead-man's switch: enter an address that raises the alarm when connlog stops calling it."}};
}

constexpr InspectionRow<RunningFacts> kRows[] = {
    {"backups.state", FindingArea::backups, "Backups are as they should be.", bad_backups},
    {"backups.schedule", FindingArea::backups, "Backups are made by themselves.", no_schedule},
    {"database.trails", FindingArea::database, "The trails and their anchor agree.", doubtful_trails},
    {"database.unknown_words", FindingArea::database, "Every word in the database is known.", unknown_words},
    {"database.outage", FindingArea::database, "Data can be stored.", outage},
    {"certificate.served", FindingArea::certificate, "The served certificate is accepted by all agents.",
     served_certificate},
    {"machine.watched", FindingArea::machine, "Somebody hears of it when this appliance stops.", unwatched},
};

}  // namespace

std::span<const InspectionRow<RunningFacts>> running_rows() {
  return kRows;
}

}  // namespace connlog
