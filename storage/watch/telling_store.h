// How the telling of each incident stands, what waits for whose next message, and which subjects flap, in SQL. Stateless: any
// thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/watch/telling/telling_store.h"
#include "storage/unknown_words.h"

namespace connlog::storage {

inline constexpr WordColumn<TellingPhase> kTellingPhase{"telling", "phase"};  // the pipeline's own memory
inline constexpr WordColumn<ToldWhat> kTellingWaitingWhat{"telling_waiting", "what"};

class SqlTellingStore final : public TellingStore {
 public:
  Result<std::optional<TellingRow>> find(Snapshot&, WorkspaceId, IncidentId) const override;
  Result<void> put(Transaction&, const TellingRow&) override;
  Result<std::vector<TellingRow>> due(Snapshot&, Instant now, int limit) const override;
  Result<Next> next_due(Snapshot&) const override;
  Result<std::int64_t> after_restart(Transaction&, Instant now) override;
  Result<std::int64_t> wake(Transaction&, WorkspaceId, SubjectId held_by, Instant now) override;
  Result<std::vector<TellingRow>> held(Snapshot&, WorkspaceId, int limit) const override;
  Result<std::optional<TellingRow>> open_of_subject(Snapshot&, WorkspaceId, SubjectId) const override;
  Result<void> add_entry(Transaction&, const TellingEntry&) override;
  Result<std::vector<TellingEntry>> entries(Snapshot&, WorkspaceId, IncidentId) const override;

  Result<void> wait(Transaction&, const WaitingTelling&) override;
  Result<std::vector<WaitingTelling>> waiting_of(Snapshot&, WorkspaceId, RecipientId, bool for_digest) const override;
  Result<void> no_longer_waiting(Transaction&, WorkspaceId, RecipientId, bool for_digest) override;
  Result<void> no_longer_waiting(Transaction&, WorkspaceId, IncidentId, ToldWhat) override;
  Result<std::optional<RecipientPace>> pace(Snapshot&, WorkspaceId, RecipientId) const override;
  Result<void> put_pace(Transaction&, const RecipientPace&) override;
  Result<std::vector<RecipientPace>> due_paces(Snapshot&, Instant engine_now, Instant wall_now, int limit) const override;

  Result<bool> is_flapping(Snapshot&, WorkspaceId, SubjectId, Instant* since, Instant* said_at) const override;
  Result<void> set_flapping(Transaction&, WorkspaceId, SubjectId, Instant since, Instant said_at,
                            Instant look_at) override;
  Result<void> clear_flapping(Transaction&, WorkspaceId, SubjectId) override;
  Result<std::vector<std::pair<WorkspaceId, SubjectId>>> due_flaps(Snapshot&, Instant now, int limit) const override;
};

}  // namespace connlog::storage
