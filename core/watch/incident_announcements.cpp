#include "core/watch/incident_announcements.h"

#include <sodium.h>

namespace connlog {
namespace {

// The id of the entry follows from what it is about, so that the same outcome finds its entry again, also after a
// restart.
IncidentEventId entry_id(const Announcement& announcement, RecipientId recipient, IncidentId incident, bool sent) {
  IncidentEventId id;
  const std::uint8_t outcome = sent ? 1 : 0;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, id.bytes.size());
  crypto_generichash_update(&state, announcement.id.bytes.data(), announcement.id.bytes.size());
  crypto_generichash_update(&state, recipient.bytes.data(), recipient.bytes.size());
  crypto_generichash_update(&state, incident.bytes.data(), incident.bytes.size());
  crypto_generichash_update(&state, &outcome, 1);
  crypto_generichash_final(&state, id.bytes.data(), id.bytes.size());
  return id;
}

// Of one message: it may tell of thousands. Each incident shows its messages anyway (OutboxStore::of_incident).
constexpr std::size_t kTimelinesMost = 500;

}  // namespace

Result<std::optional<IncidentStanding>> IncidentAnnouncements::standing(Snapshot& snapshot, WorkspaceId workspace,
                                                                        IncidentId id) const {
  const auto incident = TRY(incidents_.find(snapshot, workspace, id));
  if (!incident) return std::optional<IncidentStanding>();
  return std::optional(IncidentStanding{.acknowledged_at = incident->acknowledged_at,
                                        .acknowledged_by = incident->acknowledged_by,
                                        .resolved_at = incident->resolved_at,
                                        .resolution = incident->resolution,
                                        .urgency = static_cast<int>(incident->severity)});
}

Result<void> IncidentAnnouncements::delivered(Transaction& tx, const Announcement& announcement, RecipientId recipient,
                                              const Outcome& outcome) {
  std::size_t noted = 0;
  for (const IncidentId incident : announcement.incidents) {
    if (++noted > kTimelinesMost) break;
    const auto found = TRY(incidents_.find(tx, announcement.workspace, incident));
    if (!found) continue;  // its time was over
    const IncidentEventId id = entry_id(announcement, recipient, incident, outcome.sent);
    TRY(incidents_.add_event(tx, {.id = id,
                                  .incident = incident,
                                  .workspace = announcement.workspace,
                                  .at = outcome.at,
                                  .kind = outcome.sent ? "notified" : "notify_failed",
                                  .actor_name = "connlog",
                                  .text = outcome.answer}));
  }
  return {};
}

}  // namespace connlog
