// What people and hosts do with quiet: plan a maintenance, mute, snooze an incident, end it early, look ahead; and what
// a workspace decides about its messages. Every method runs inside the caller's transaction, writes the audit log, has
// the pipeline look again at what it holds, and changes the book after the commit. The role was checked at the route;
// sight, and the right to edit by the grant of a team, are checked here. Any thread; round() on one thread at a time.
//
// What is wide (quiet_reach.h) lasts a day at most, is confirmed a second time, and is told to the owners by mail when
// it begins and once a day. Each minute all that runs is looked at together: where it covers more than half, and none of
// it is wide, the newest becomes wide. What a host asks for covers that host alone, is bounded by the workspace and by four hours
// a day, is a security event of the workspace, and is told to whom the host's alerts go.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/notify/announcement.h"
#include "core/notify/notification.h"
#include "core/notify/owners_mail.h"
#include "core/people/actor.h"
#include "core/people/team.h"
#include "core/people/workspace.h"
#include "core/watch/incident.h"
#include "core/watch/quiet/host_asks.h"
#include "core/watch/quiet/quiet.h"
#include "core/watch/quiet/quiet_book.h"
#include "core/watch/quiet/quiet_reach.h"
#include "core/watch/rule.h"
#include "core/watch/subject_directory.h"
#include "core/watch/telling/telling_settings.h"

namespace connlog {

inline constexpr std::int64_t kHostAsksADay = 24;      // of one host: each is a row
inline constexpr std::size_t kLinesOfWorkspaceMax = 2'000;  // of maintenances and mutes that are not over

// Only what is set changes. What has begun keeps its matchers and its schedule, as its past is in charts and uptime.
struct QuietChange {
  std::optional<std::string> name, reason, zone, schedule;
  std::optional<std::vector<QuietMatcher>> matchers;
  std::optional<QuietRepeat> repeat;
  std::optional<std::int64_t> duration_seconds;
  std::optional<Instant> starts_at, ends_at;  // ends_at that is no time: without an end
};

struct HostAsk {
  WorkspaceId workspace;
  AgentId agent;
  std::int64_t minutes = 0;
  std::string reason;
  std::string address;  // where the request came from
};

struct HostAnswer {
  enum class Kind { done, not_allowed, used_up, nothing_runs };
  Kind kind = Kind::done;
  Instant until;                  // done: when it ends
  std::int64_t left_minutes = 0;  // of what it may ask for within 24 hours
  std::string text;               // a sentence for the person at the host
};

class QuietService {
 public:
  struct Parts {
    Stores& stores;
    QuietStore& quiets;
    TellingSettingStore& settings;
    RuleStore& rules;
    IncidentStore& incidents;
    TeamStore& teams;
    WorkspaceStore& workspaces;
    SubjectDirectory& directory;
    QuietBook& book;
    OwnersMail& owners;
    AnnouncementQueue& announcements;
    AuditLog& audit;
    Clock& clock;
    Random& random;
    EventBus& bus;
    // Who would be told by the rule of this subject (Watch::recipients_of).
    std::function<Result<std::vector<Recipient>>(Snapshot&, const Rule&, const Subject&)> recipients_of;
    // Telling::reconsider. Empty: nobody holds anything.
    std::function<Result<void>(Transaction&, WorkspaceId)> reconsider;
  };
  explicit QuietService(Parts parts) : parts_(std::move(parts)) {}

  // At start: fills the book.
  Result<void> load(Snapshot&);

  // A maintenance or a mute, as it would be stored: id, times and workspace are set, wideness is found out, all is
  // checked.
  Result<Quiet> planned(Snapshot&, const Actor&, Quiet) const;
  // `sight`: of whose subjects the counts are; null: of all.
  Result<QuietReach> reach(Snapshot&, const Quiet&, const Sight* sight = nullptr) const;
  // conflict where it is wide and was not confirmed.
  Result<Quiet> add(Transaction&, const Actor&, Quiet, bool confirm_wide);
  Result<Quiet> change(Transaction&, const Actor&, QuietId, const QuietChange&, std::int64_t expected_version,
                       bool confirm_wide);
  // Without `only_window`: for good. With it: what repeats goes on with its next window, as a new one that is returned.
  Result<Quiet> end(Transaction&, const Actor&, QuietId, bool only_window);
  // The incident's rule is quiet about its subject until then. 0 minutes: ends the snoozes of the incident.
  Result<Quiet> snooze(Transaction&, const Actor&, IncidentId, std::int64_t minutes);
  Result<Quiet> find(Snapshot&, const Actor&, QuietId) const;  // in the actor's sight
  bool sees(const Actor&, const Quiet&) const;

  Result<HostAnswer> ask_by_host(Transaction&, const HostAsk&);
  Result<HostAnswer> end_by_host(Transaction&, const HostAsk&);
  // Another machine asked with the host's token: a security event.
  Result<void> refused_machine(Transaction&, const HostAsk&);
  HostAsks& host_asks() { return host_asks_; }

  // What counts neither way in uptime between these times; nothing where the workspace has it count.
  Result<MaintainedTimes> maintained(Snapshot&, WorkspaceId, Instant from, Instant to) const;
  // The same for marks: whatever the workspace decided about uptime.
  Result<MaintainedTimes> marked(Snapshot&, WorkspaceId, Instant from, Instant to) const;

  // `expected_version` 0: unconditional.
  Result<TellingSettings> change_settings(Transaction&, const Actor&, TellingSettings, std::int64_t expected_version);

  // Tells screens of windows that began, and owners of what is wide. Every few seconds; cheap when nothing is due.
  Result<void> round();

 private:
  Result<void> check_may_edit(Snapshot&, const Actor&, const std::vector<QuietMatcher>&) const;
  Result<void> check_room(WorkspaceId workspace, const Quiet& wanted, bool is_new) const;
  Result<void> look_at_unions(const std::vector<WorkspaceId>& workspaces, Instant now);
  Result<void> become_wide(const Quiet& newest, Instant now);
  Result<QuietMatcher> checked(Snapshot&, const Actor&, QuietMatcher, const std::string& field) const;
  Result<Quiet> completed(Snapshot&, const Actor&, Quiet) const;
  Result<void> store(Transaction&, const Actor&, Quiet&, bool is_new, const std::string& act);
  Result<void> tell_owners(Transaction&, Quiet&, const QuietWindow&);
  Result<void> tell_of_host(Transaction&, const Quiet&, const Subject&);
  Result<void> note_refusal(Transaction&, const HostAsk&, const std::string& name, const std::string& why);
  static std::int64_t minutes_used(const std::vector<Quiet>& asked, Instant now);
  Result<std::vector<Quiet>> asked_by(Snapshot&, const HostAsk&, Instant now) const;
  void publish(Transaction&, WorkspaceId);
  void publish(WorkspaceId);

  Parts parts_;
  HostAsks host_asks_;
  Instant last_round_;
  Monotonic unions_looked_{};
};

// "Kernel update: db-1, tag production; mon,thu 22:00 for 2 h (Europe/Berlin)", for the trail.
std::string sentence(const Quiet&);

}  // namespace connlog
