// What people do with monitors: add, change, clone, remove, set the state of one that is set by hand, give one that is
// pinged new addresses, and set for groups and tags how their monitors are checked. What every subject has (name, tags,
// teams, pause, …) is SubjectService's, and so are sight, the right to edit and the line in the audit log; what only
// monitors have is here. Every method runs inside the caller's transaction or snapshot, and updates the directory after
// the commit. The role was checked at the route; the workspace and the object are checked here. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/checks/check.h"
#include "core/crypto/keyring.h"
#include "core/monitors/monitor.h"
#include "core/monitors/monitor_directory.h"
#include "core/notify/notification.h"
#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/removed.h"
#include "core/people/workspace_networks.h"
#include "core/watch/subject_service.h"
#include "core/watch/watch.h"

namespace connlog {

// A value, or that there is none any more; absent: it stays.
using TimingValue = std::optional<std::optional<std::int64_t>>;

struct TimingChange {
  TimingValue interval_seconds, retries, retry_interval_seconds, time_limit_ms, recover_after;
};

struct ProbesChange {
  ProbeMode mode = ProbeMode::appliance;
  std::vector<AgentId> agents;
  std::int64_t needed = 1;
};

// What only monitors have, as somebody gave it: only what is set changes. Copyable, as closures are; the given secrets are
// shared.
struct MonitorSettings {
  std::shared_ptr<const GivenFields> fields;
  TimingChange own;
  std::optional<std::int64_t> slow_after_ms, certificate_days;
  std::optional<bool> invert;
  std::optional<ProbesChange> probes;
  std::optional<std::string> slug;  // of the kind "push"
  bool confirmed_host = false;      // "I may monitor this host"
};

struct NewMonitor : NewSubject {  // `kind` is set here; an empty name becomes that of the host
  std::string check;              // the word of its kind of check
  MonitorSettings settings;
};

struct MonitorChange : SubjectChange {
  MonitorSettings settings;
};

struct MonitorAndSubject {
  Monitor monitor;
  Subject subject;
};

// The addresses of a monitor that is pinged, for people who may edit it.
struct ShownPingAddress {
  Secret uuid, token;
  std::string slug;
};

// A check that is made once, now, and not stored.
struct TriedCheck {
  std::string kind;
  std::shared_ptr<const GivenFields> fields;
  MonitorId monitor = {};  // set: its stored secrets stand for those that are not given
  std::int64_t slow_after_ms = 0, certificate_days = 0;
  bool invert = false;
};

// The field of the conflict that asks whether somebody may monitor the host.
inline constexpr std::string_view kConfirmHostField = "confirmed_host";

inline constexpr std::size_t kCheckDefaultsMax = 200;  // of one workspace

class MonitorService final : public PutsBack {
 public:
  struct Parts {
    MonitorStore& monitors;
    PingStore& pings;
    SubjectService& subjects;
    RecipientStore& recipients;
    AuditLog& audit;
    MonitorDirectory& directory;
    Watch& watch;
    const WorkspaceNetworks& networks;
    const Keyring& keyring;
    Clock& clock;
    Random& random;
    Key token_key;
    const Limits* limits = nullptr;   // null: nothing is limited
    RemovedStore* removed = nullptr;  // null: a removed monitor is gone for good
    const CheckTable& kinds = all_checks();
  };
  explicit MonitorService(const Parts& parts) : parts_(parts) {}

  // conflict with field kConfirmHostField: the host lies outside the workspace's networks, and nobody has confirmed yet
  // that it may be monitored.
  Result<MonitorAndSubject> add(Transaction&, const Actor&, const NewMonitor&);
  // `expected_version` is the subject's: 0: unconditional; another one: conflict. Where it is refused nothing was
  // written, but where a host was confirmed with it.
  Result<MonitorAndSubject> change(Transaction&, const Actor&, MonitorId, const MonitorChange&,
                                   std::int64_t expected_version = 0);
  // The same once more, with its secrets, and ping addresses of its own.
  Result<MonitorAndSubject> clone(Transaction&, const Actor&, MonitorId, const std::string& name);
  Result<void> remove(Transaction&, const Actor&, MonitorId);
  // A removed monitor, with its number, its record and its secrets.
  Result<std::vector<std::string>> put_back(Transaction&, const Actor&, const Removed&) override;

  // Of a monitor that is set by hand.
  Result<void> set_state(Transaction&, const Actor&, MonitorId, State, const std::string& detail);

  Result<ShownPingAddress> ping_address(Snapshot&, const Actor&, MonitorId) const;
  Result<ShownPingAddress> renew_ping_address(Transaction&, const Actor&, MonitorId);
  // Forgets its secrets, because they leaked. Its check goes on without them.
  Result<void> clear_secrets(Transaction&, const Actor&, MonitorId);

  // The monitor, if the actor sees it; if the actor may edit it.
  Result<MonitorAndSubject> find(Snapshot&, const Actor&, MonitorId) const;
  Result<MonitorAndSubject> find_to_edit(Snapshot&, const Actor&, MonitorId) const;
  // What of its settings would be refused of a new one. Writes nothing.
  Result<void> check_new(Snapshot&, const Actor&, const NewMonitor&) const;

  // Checks to be made once. conflict for kinds that look at nothing by themselves.
  Result<std::shared_ptr<const CheckSpec>> spec_to_check(Snapshot&, const Actor&, MonitorId) const;
  Result<std::shared_ptr<const CheckSpec>> spec_to_try(Snapshot&, const Actor&, const TriedCheck&) const;

  // What groups and tags set; of groups those that the actor sees.
  Result<std::vector<CheckDefaults>> defaults(Snapshot&, const Actor&) const;
  // In place of all that was set. Errors name "items.<n>.<member>".
  Result<void> put_defaults(Transaction&, const Actor&, std::vector<CheckDefaults>);
  // What a group set that came back, into memory.
  Result<void> group_came_back(Transaction&, WorkspaceId);

 private:
  // core/monitors/monitor_settings.cpp
  Result<const CheckKind*> kind_of(const std::string& word) const;
  Result<void> check_interval(const std::optional<std::int64_t>& interval_seconds) const;
  // Checks and sets what is given; what differs then, in words for the trail. Empty: nothing.
  Result<std::string> apply(Snapshot&, const Actor&, const CheckKind&, const MonitorSettings&, Monitor&) const;
  Result<std::string> apply_fields(const CheckKind&, const GivenFields&, Monitor&) const;
  Result<std::string> apply_timing(const TimingChange&, Monitor&) const;
  Result<std::string> apply_probes(Snapshot&, const Actor&, const CheckKind&, const ProbesChange&, Monitor&) const;
  Result<std::string> apply_slug(const std::string& slug, Monitor&) const;
  Result<FieldSecrets> open_secrets(const Monitor&) const;
  std::shared_ptr<const ReachScope> scope_of(WorkspaceId) const;
  bool is_own_host(WorkspaceId, const std::string& host) const;
  // The host that somebody must confirm first; empty: none.
  Result<std::string> host_to_confirm(Snapshot&, const Actor&, const CheckKind&, const Monitor&) const;
  static Error not_confirmed(const std::string& host);
  Result<void> confirm_host(Transaction&, const Actor&, const CheckKind&, const Monitor&, bool confirmed);

  Result<void> check_room(Snapshot&, const Actor&) const;  // for one more monitor in the workspace
  Result<MonitorAndSubject> insert(Transaction&, const Actor&, Monitor, NewSubject, const std::string& details);
  ShownPingAddress make_address(Monitor&);
  Result<void> resumed(Transaction&, const Monitor&);
  void put(Transaction&, const Monitor&);  // into the directory, after the commit

  Parts parts_;
};

// Groups that come back bring what they set for monitors with them.
class GroupsBack final : public PutsBack {
 public:
  GroupsBack(SubjectService& subjects, MonitorService& monitors) : subjects_(subjects), monitors_(monitors) {}
  Result<std::vector<std::string>> put_back(Transaction&, const Actor&, const Removed&) override;

 private:
  SubjectService& subjects_;
  MonitorService& monitors_;
};

}  // namespace connlog
