// The pipeline at work: between the watch, which opens and resolves incidents, and the outbox, which delivers. It gathers the facts
// of an incident, has the stages decide (stage.h), keeps each decision, and hands what passes to Pace. What is held is decided
// anew when its reason ends, when its parent changes, and at the end of its window. Everything is stored in the transaction of the
// event. Times in its rows are engine time (engine.h); waits are clamped, so a clock that steps delays nothing by more than
// its window.
//
// opened, resolved and the like run on the writer thread in the caller's transaction; round() on the scheduler thread.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/watch/quiet/dependency.h"
#include "core/watch/quiet/quiet_book.h"
#include "core/watch/telling/flapping.h"
#include "core/watch/telling/pace.h"
#include "core/watch/telling/stage.h"
#include "core/watch/telling/telling_store.h"
#include "core/watch/watch.h"

namespace connlog {

class Telling final : public IncidentTelling {  // watch.h
 public:
  struct Parts {
    Stores& stores;
    TellingStore& tellings;
    IncidentStore& incidents;
    RuleStore& rules;
    SubjectStore& subjects;
    GroupStore& groups;
    RecipientStore& recipients;
    AnnouncementQueue& announcements;
    SubjectDirectory& directory;
    QuietBook& quiets;
    DependencyGraph& dependencies;
    Pace& pace;
    Clock& clock;
    Random& random;
    EventBus& bus;
    std::function<Instant()> engine_now;
    // Who would be told (Watch::recipients_of).
    std::function<Result<std::vector<Recipient>>(Snapshot&, const Rule&, const Subject&)> recipients_of;
    VerdictRequests* verdicts = nullptr;             // null: nobody can be asked
    // Whether what was told of a parent reached somebody. Null: what is told is received.
    const OutboxStore* outbox = nullptr;
    // How often the subject is looked at, or reports. Empty: a minute.
    std::function<seconds(const Subject&)> interval_of = {};
    std::optional<StageName> without = std::nullopt;  // simulations: a stage that is switched off
  };
  explicit Telling(Parts parts) : parts_(std::move(parts)) {}

  // Who is asked for verdicts about parents, where that room is made later than this. Set before anything is told.
  void asks(VerdictRequests* verdicts) { parts_.verdicts = verdicts; }

  Result<void> opened(Transaction&, const Incident&, const Rule&, const Subject&) override;
  Result<void> resolved(Transaction&, const Incident&) override;
  // The observed state of a subject changed: parents' verdicts, flapping, graces.
  Result<void> state_changed(Transaction&, const Subject&, const ObservedState& before, const ObservedState& after) override;
  Result<void> acknowledged(Transaction&, const Incident&);  // or no longer
  // Quiets of the workspace changed, or a window ended: what is held is looked at soon.
  Result<void> reconsider(Transaction&, WorkspaceId);

  // Decides what is due, sends what waits, ends acknowledgements. In slices of one transaction. Returns how many were looked at.
  Result<int> round();
  std::optional<Instant> next_round() const;

  // How it stands, stage by stage, as of now: of an open incident the facts are gathered anew.
  struct StageView {
    StageName stage;
    StageVerdict verdict;
    TellingReason reason;
    std::string text;
    Instant until;
  };
  struct View {
    std::optional<TellingRow> row;
    std::vector<StageView> now;  // empty: it is over
    std::vector<TellingEntry> entries;
  };
  Result<View> view(Snapshot&, WorkspaceId, IncidentId) const;
  // The subjects of incidents that are held for what they depend on, one for each incident; `most` held ones are looked at.
  Result<std::vector<SubjectId>> held_for_parents(Snapshot&, WorkspaceId, int most) const;
  // Whom the rule would tell now of this subject, and how: per recipient what its stages would answer.
  struct WouldTell {
    Recipient recipient;
    StageVerdict verdict;
    TellingReason reason;
    std::string text;
    Instant until;
  };
  Result<std::vector<WouldTell>> would_tell(Snapshot&, const Rule&) const;

 private:
  struct Judged;  // an incident with all that deciding needs (telling_facts.cpp)

  // ── Facts ──
  Result<Rule> rule_of(Snapshot& snapshot, const Incident& incident) const;  // of one that is gone: as far as the incident knows
  std::vector<GroupId> groups_above(const Subject& subject) const;
  Result<Judged> gather(Snapshot& snapshot, const Incident& incident, const Rule& rule, const Subject& subject,
                        const std::optional<TellingRow>& row, bool asks) const;
  Result<std::vector<ParentFact>> parents_of(Snapshot& snapshot, const Judged& judged, const Subject& subject,
                                             const std::optional<TellingRow>& row, bool asks) const;
  Result<ParentFact> parent_fact(Snapshot& snapshot, const Subject& parent, const Subject& child, const Incident& incident,
                                 const std::optional<TellingRow>& row, bool asks) const;
  Result<void> judge_down_parent(Snapshot& snapshot, ParentFact& fact, const Subject& parent, bool may_wait) const;
  // Whether somebody received that the incident opened, or will within moments.
  struct Reception {
    bool is_covered = false;
    Instant until;  // on its way: how long that counts; not set: somebody has it
  };
  Result<Reception> reception_of(Snapshot& snapshot, const TellingRow& told) const;
  Result<Reception> read_reception(Snapshot& snapshot, const TellingRow& told) const;
  Result<bool> is_back_just_now(Snapshot& snapshot, ParentFact& fact, const ObservedState& observed, microseconds grace,
                                const std::optional<TellingRow>& row) const;
  Result<bool> is_awaited(Snapshot& snapshot, const Subject& subject, Instant since, bool asks) const;
  Result<std::string> more_severe(Snapshot& snapshot, const Incident& incident) const;
  seconds interval_of(const Subject& subject) const;
  Instant wall_of(Instant engine) const;
  Instant engine_of(Instant wall) const;

  // ── Deciding ──
  Result<void> decide(Transaction& tx, const Incident& incident, const Rule& rule, const Subject& subject,
                      const std::optional<TellingRow>& before, bool together);
  Result<void> pass(Transaction& tx, const Judged& judged, const Incident& incident, const Rule& rule,
                    const TellingDecision& decision, const std::optional<TellingRow>& before, bool together);
  Result<void> hold(Transaction& tx, const Judged& judged, const Incident& incident, const Rule& rule,
                    const TellingDecision& decision, const std::optional<TellingRow>& before);
  Result<void> wake_held_by(Transaction& tx, const Incident& incident);
  Instant acknowledgement_end(const Incident& incident) const;
  Result<bool> say_flapping(Transaction& tx, const Judged& judged, const Incident& incident, const Rule& rule);
  Result<void> judge_flapping(Transaction& tx, const Subject& subject, const ObservedState& observed);
  Result<void> note(Transaction& tx, const Incident& incident, StageName stage, const StageAnswer& answer,
                    const Recipient* recipient = nullptr);
  Result<void> note_held(Transaction& tx, const Incident& incident, std::span<const Pace::Told> told,
                         std::span<const Recipient> recipients);
  void stir(Transaction& tx);  // something is stored that may be due earlier than what is known
  void publish(Transaction& tx, const Incident& incident) const;

  // ── What is due ──
  Result<int> all_that_is_due(Instant now);
  Result<int> looks(Instant now);
  Result<void> look(Transaction& tx, const TellingRow& seen, Instant now, bool together);
  Result<void> remind(Transaction& tx, const Incident& incident, const Rule& rule, const Subject& subject, TellingRow row,
                      Instant now);
  Result<void> end_acknowledgement(Transaction& tx, Incident incident, const Rule& rule, const Subject& subject,
                                   const TellingRow& row, bool together);
  Result<int> flaps(Instant now);
  Result<void> paces(Instant now);
  Result<void> edges();
  Result<void> clock_was_set();

  Parts parts_;
  // The last reception that was read: a thousand children ask about one parent in a round.
  struct AskedReception {
    IncidentId incident;
    Monotonic at;
    Reception found;
  };
  mutable std::mutex reception_mutex_;
  mutable std::optional<AskedReception> reception_;
  // Whether something is stored that may be due earlier than what the last round found. Any thread.
  std::atomic<bool> stirred_{true};
  std::atomic<std::int64_t> next_engine_{0}, next_wall_{0};  // as of the last round; 0: nothing is due
  // Of the thread that makes the rounds.
  bool is_restarted_ = true;
  Monotonic looked_{}, weekly_looked_{}, edges_looked_{};
  Instant edges_seen_;
};

}  // namespace connlog
