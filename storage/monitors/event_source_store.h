// Event sources and their open events, in SQL. What is said of a source as a subject is in storage/watch. Stateless: any thread,
// with the snapshot or transaction that it was given.
#pragma once

#include "core/monitors/sources/event_source.h"
#include "storage/unknown_words.h"

namespace connlog::storage {

inline constexpr WordColumn<EventFormat> kEventSourceFormat{"event_source", "format", "key_start"};

class SqlEventSourceStore final : public EventSourceStore {
 public:
  Result<std::vector<EventSource>> all(Snapshot&) const override;
  Result<std::vector<EventSource>> list(Snapshot&, WorkspaceId) const override;
  Result<std::optional<EventSource>> find(Snapshot&, WorkspaceId, EventSourceId) const override;
  Result<void> insert(Transaction&, const EventSource&) override;
  Result<void> update(Transaction&, const EventSource&) override;
  Result<void> remove(Transaction&, WorkspaceId, EventSourceId) override;
  Result<void> note_seen(Transaction&, WorkspaceId, EventSourceId, Instant last_at, Instant watchdog_at) override;

  Result<std::optional<OpenEvent>> open_event(Snapshot&, WorkspaceId, EventSourceId,
                                              const std::string& key) const override;
  Result<std::int64_t> count_open(Snapshot&, WorkspaceId, EventSourceId) const override;
  Result<std::vector<std::pair<EventSourceId, std::int64_t>>> open_counts(Snapshot&) const override;
  Result<void> put_event(Transaction&, const OpenEvent&) override;
  Result<void> remove_event(Transaction&, WorkspaceId, EventSourceId, const std::string& key) override;
  Result<std::vector<OpenEvent>> due_events(Snapshot&, Instant now, int limit) const override;
};

}  // namespace connlog::storage
