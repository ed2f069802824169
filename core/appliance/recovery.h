// The time after a restore: the appliance takes heartbeats and lets people look, and does nothing else until an
// administrator says that it may (core/base/recovery_mode.h). Here is what is kept of it, what there is to vouch for (a
// restore brings revoked keys and removed people back), and how it ends. Methods with a Transaction run inside the caller's;
// any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/access/access_services.h"
#include "core/access/administration.h"
#include "core/agents/agent_service.h"
#include "core/agents/enrolment_keys.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/recovery_mode.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/identity/oidc/provider.h"
#include "core/notify/announcement.h"
#include "core/notify/channel.h"
#include "core/people/actor.h"
#include "core/people/setting_store.h"
#include "core/watch/incident.h"

namespace connlog {

// Stored as the setting "recovery" while it lasts.
struct RecoveryFacts {
  Instant since;             // the restore
  Instant backup_at;         // of the backup
  std::string backup_id;
  std::string former_instance;
  std::string host;          // where the restore ran
  std::vector<std::string> agents_revoked = {};  // ids: their tokens are new since, so nobody need vouch for them
};

// An administrator of the appliance is one with or without workspaces; a person is somebody without any of both.
enum class VouchKind {
  administrator,
  person,
  member,
  invitation,
  session,
  api_key,
  enrolment_key,
  agent,
  totp,
  passkey,
  recovery_codes,
  login_link
};
template <>
inline constexpr auto kWords<VouchKind> = words_for<VouchKind>({
    {VouchKind::administrator, "administrator"},
    {VouchKind::person, "person"},
    {VouchKind::member, "member"},
    {VouchKind::invitation, "invitation"},
    {VouchKind::session, "session"},
    {VouchKind::api_key, "api_key"},
    {VouchKind::enrolment_key, "enrolment_key"},
    {VouchKind::agent, "agent"},
    {VouchKind::totp, "totp"},
    {VouchKind::passkey, "passkey"},
    {VouchKind::recovery_codes, "recovery_codes"},
    {VouchKind::login_link, "login_link"},
});

// What a restore may have brought back to life.
struct Vouched {
  VouchKind kind = VouchKind::member;
  std::string id;         // of the kind's own; for a member "<workspace>/<user>"
  std::string workspace;  // its name; empty: of the appliance or of a person
  std::string name;
  std::string detail;     // "operator", "read-only key of Ada", …
  Instant at;             // when it came to be
  Instant last_used_at;
};

inline constexpr std::size_t kVouchedRevokedMax = 500;  // in one act
inline constexpr const char* kNotSentRestored = "Not sent: restored from a backup.";
inline constexpr const char* kRecoveryModeSetting = "recovery";  // RecoveryFacts; empty: it has ended

std::string to_stored(const RecoveryFacts& facts);
// Nothing: it is off.
std::optional<RecoveryFacts> recovery_facts_from(const std::string& stored);

// What belongs to no room below: rows of all workspaces. Never secrets.
class RecoveryStore {
 public:
  virtual ~RecoveryStore() = default;
  // Everything that lets somebody in at `now`, newest first; of each kind at most `limit`.
  virtual Result<std::vector<Vouched>> vouched(Snapshot&, Instant now, int limit) const = 0;
  struct Place {
    WorkspaceId workspace;  // nil: of a person
    UserId user;            // nil: of a workspace
  };
  // Nothing: there is no such thing (any more).
  virtual Result<std::optional<Place>> place_of(Snapshot&, VouchKind, const Uuid& id) const = 0;
  // Notifications and letters that wait or are on their way become failed, with this reason. Returns how many.
  virtual Result<std::int64_t> fail_waiting(Transaction&, const std::string& why) = 0;
  // Every session, half of a login and single-use link.
  virtual Result<void> end_ways_in(Transaction&, Instant now) = 0;
  // The backups of the former instance: none is opened, copied or deleted by this one.
  virtual Result<void> disown_backups(Transaction&, const std::string& why) = 0;
};

// Makes a restored database one that is in recovery: its ways in end, what waited is not sent, and it is an instance of its
// own. In the database that was just restored, before anything else uses it.
struct RestoredStores {
  RecoveryStore& recovery;
  SettingStore& settings;
  AuditLog& audit;
};
Result<void> begin_recovery(Transaction&, const RestoredStores&, const Actor&, const RecoveryFacts&,
                            const std::string& new_instance, const std::string& signer);

// What a person cannot vouch for.
struct VouchedThing {
  VouchKind kind = VouchKind::member;
  std::string id;
};

class Recovery {
 public:
  struct Parts {
    RecoveryStore& store;
    SettingStore& settings;
    WorkspaceStore& workspaces;
    IncidentStore& incidents;
    RecipientStore& recipients;
    AnnouncementQueue& announcements;
    AuditLog& audit;
    AccessServices& access;
    Administration& administration;
    EnrolmentKeys& enrolment;
    AgentService& agents;
    IdentityService& identity;
    SecondFactors& second_factors;
    FactorStore& factors;
    UserStore& users;
    LoginStore& logins;
    RecoveryMode& mode;
    EventBus& events;
    const Clock& clock;
    // Called after the commit that ends it, before the mode is off: silence counts anew from now.
    std::function<void()> before_end = {};
    std::function<void()> after_end = {};  // wakes who waited
    const ChannelTable& channels = all_channels();
  };
  explicit Recovery(Parts parts) : parts_(std::move(parts)) {}

  // Sets the mode from what is stored. Before anything acts.
  Result<void> load(Snapshot&);
  bool is_on() const { return parts_.mode.is_on(); }
  Result<std::optional<RecoveryFacts>> facts(Snapshot&) const;

  // While it is off: nothing.
  Result<std::vector<Vouched>> vouched(Snapshot&) const;
  // Revokes each by the service that does so on other days, which writes the trail, and returns how many it revoked: what
  // is gone already does not count. An agent gets a token that nobody knows: it stays, and its host must be enrolled
  // again. An administrator's or a person's account is disabled. `conflict` for the person who asks and for the last
  // administrator: then nothing is revoked.
  Result<std::int64_t> revoke(Transaction&, const Actor&, const std::vector<VouchedThing>&);
  // `conflict` while it is off. Tells the recipients by default of each workspace what is open there, once.
  Result<void> end(Transaction&, const Actor&);

 private:
  Result<void> revoke_one(Transaction&, const Actor&, const VouchedThing&);
  Result<void> revoke_account(Transaction&, const Actor&, UserId);
  Result<void> revoke_member(Transaction&, const Actor&, const std::string& id);
  Result<void> revoke_of_person(Transaction&, const Actor&, VouchKind, const Uuid& id, UserId user);
  Result<void> note_agents(Transaction&, const std::vector<VouchedThing>&);
  Result<void> tell(Transaction&, const Workspace&);

  const Parts parts_;
};

}  // namespace connlog
